package import LSTM

/// A trace with what the screen needs to know about all of it at once.
package struct Run: Equatable, Sendable {
  package let trace: Trace
  /// The largest finite magnitude of each quantity that a heat map can show.
  package let scales: [Quantity: Float]
  /// For a quantity that explodes the magnitude up to which its axis is linear.
  package let linearParts: [Quantity: Float]
  /// Gates that leave 0…1, as a recurrent activation without bounds makes them.
  package let unboundedGates: Set<Quantity>
  /// The first NaN or infinity, by step, sample and the order of the equations.
  package let firstNonFinite: Trace.Place?
  /// What the overviews of a long sequence show.
  let overviews = Overviews()

  /// - Parameters:
  ///   - first: The first NaN or infinity of the run that this one goes on from.
  ///   - step: The first step that was computed anew.
  package init(_ trace: Trace, knowing first: Trace.Place? = nil, from step: Int = 0) {
    self.trace = trace
    let gates: [(Quantity, [Float])] = [(.i, trace.i), (.f, trace.f), (.o, trace.o)]
    unboundedGates = Set(gates.filter { !Self.isBounded($0.1) }.map(\.0))
    var scales = [Quantity.c: Self.scale(trace.c), .h: Self.scale(trace.h), .g: Self.scale(trace.g)]
    for (gate, values) in gates where unboundedGates.contains(gate) { scales[gate] = Self.scale(values) }
    self.scales = scales
    var linearParts: [Quantity: Float] = [:]
    for (quantity, values) in [(.c, trace.c), (.h, trace.h), (.g, trace.g)] + gates {
      guard let largest = scales[quantity] else { continue }
      linearParts[quantity] = Scale.linearPart(of: values, largest: largest)
    }
    self.linearParts = linearParts
    // Before that step nothing has changed, and the first one may be there.
    let known = first.flatMap { $0.step < step ? $0 : nil }
    firstNonFinite = known ?? trace.firstNonFinite(from: step)
  }

  /// The axis that all bars and maps of a quantity share, so that they can be compared from step to step.
  ///
  /// - Parameter least: What the axis reaches to at least.
  func scale(of quantity: Quantity, atLeast least: Float = 1) -> Scale {
    Scale(largest: max(least, scales[quantity] ?? 1), unit: linearParts[quantity])
  }

  private static func isBounded(_ gates: [Float]) -> Bool {
    gates.withUnsafeBufferPointer { gates in
      var isOutside = false
      for gate in gates { isOutside = isOutside || gate < 0 || gate > 1 }
      return !isOutside
    }
  }

  private static func scale(_ values: [Float]) -> Float {
    values.withUnsafeBufferPointer { values in
      // The bits of a magnitude are ordered as it is, and their maximum is found many at a time.
      var largest: Int32 = 0
      for value in values { largest = max(largest, Int32(bitPattern: value.bitPattern & 0x7fff_ffff)) }
      let magnitude = Float(bitPattern: UInt32(bitPattern: largest))
      if magnitude < .infinity { return magnitude }
      return values.reduce(0) { abs($1) < .infinity ? max($0, abs($1)) : $0 }
    }
  }
}
