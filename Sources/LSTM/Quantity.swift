/// A quantity of the equations that a trace keeps at every step.
///
/// The raw value is the name used in addresses and in `trace`'s output.
package enum Quantity: String, CaseIterable, Sendable {
  case x, zx, zh, z, z0, z1, z2, z3, i, f, g, o, c, h, y
  /// The memory state of the step before; h0 at the first.
  case hPrevious = "h_tm1"
  /// The carry state of the step before; c0 at the first.
  case cPrevious = "c_tm1"
}
