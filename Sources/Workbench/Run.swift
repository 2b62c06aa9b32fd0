package import LSTM

/// A trace with what the screen needs to know about all of it at once.
package struct Run: Equatable, Sendable {
  package let trace: Trace
  /// The largest finite magnitude of each quantity that a heat map can show.
  package let scales: [Quantity: Float]
  /// Gates that leave 0…1, as a recurrent activation without bounds makes them.
  package let unboundedGates: Set<Quantity>
  /// The first NaN or infinity, by step, sample and the order of the equations.
  package let firstNonFinite: Trace.Place?

  package init(_ trace: Trace) {
    self.trace = trace
    let gates: [(Quantity, [Float])] = [(.i, trace.i), (.f, trace.f), (.o, trace.o)]
    unboundedGates = Set(gates.filter { !Self.isBounded($0.1) }.map(\.0))
    var scales = [Quantity.c: Self.scale(trace.c), .h: Self.scale(trace.h), .g: Self.scale(trace.g)]
    for (gate, values) in gates where unboundedGates.contains(gate) { scales[gate] = Self.scale(values) }
    self.scales = scales
    firstNonFinite = trace.firstNonFinite
  }

  private static func isBounded(_ gates: [Float]) -> Bool {
    gates.withUnsafeBufferPointer { gates in gates.allSatisfy { !($0 < 0 || $0 > 1) } }
  }

  private static func scale(_ values: [Float]) -> Float {
    values.withUnsafeBufferPointer { values in
      var largest: Float = 0
      for value in values {
        let magnitude = abs(value)
        if magnitude > largest, magnitude < .infinity { largest = magnitude }
      }
      return largest
    }
  }
}
