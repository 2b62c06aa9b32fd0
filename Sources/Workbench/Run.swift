package import LSTM

/// A trace with what the screen needs to know about all of it at once.
package struct Run: Equatable, Sendable {
  package let trace: Trace
  /// The largest finite magnitude of each quantity that a heat map can show.
  package let scales: [Quantity: Float]
  /// The first NaN or infinity, by step, sample and the order of the equations.
  package let firstNonFinite: Trace.Place?

  package init(_ trace: Trace) {
    self.trace = trace
    scales = [.c: Self.scale(trace.c), .h: Self.scale(trace.h), .g: Self.scale(trace.g)]
    firstNonFinite = trace.firstNonFinite
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
