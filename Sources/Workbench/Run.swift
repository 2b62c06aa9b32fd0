package import LSTM

/// A trace with what the screen needs to know about all of it at once.
package struct Run: Equatable, Sendable {
  package let trace: Trace
  /// The largest finite magnitude of each quantity that a heat map can show.
  package let scales: [Quantity: Float]
  /// The first NaN or infinity, by step, sample and the order of the equations.
  package let firstNonFinite: Place?

  /// A number of the trace, by its place.
  package struct Place: Equatable, Sendable {
    package let quantity: Quantity
    package let unit: Int
    package let step: Int
    package let sample: Int
  }

  package init(_ trace: Trace) {
    self.trace = trace
    scales = [.c: Self.scale(trace.c), .h: Self.scale(trace.h), .g: Self.scale(trace.g)]
    firstNonFinite = trace.firstNonFinite.map {
      Place(quantity: $0.quantity, unit: $0.unit, step: $0.step, sample: $0.sample)
    }
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
