/// Where a run in float16 would have left the numbers that half precision holds.
extension Trace {
  /// From here on a float32 number rounds to infinity in float16, whose largest is 65504.
  ///
  /// - Source: IEEE 754-2019, 4.3.1: round to nearest, ties to even.
  private static let limit: Float = 65520

  /// A number, and what is beyond the limit there.
  package struct HalfOverflow: Sendable, Equatable {
    package let place: Place
    /// The number itself, or for c one of its products f * c[t−1] and i * g.
    package let value: Float
    /// Whether the value is a product inside c, whose sum may be small again.
    package let isProduct: Bool
  }

  /// The first finite number that float16 would have as infinity: by step, then by sample, then in the order of
  /// the equations. Behind it a run in float16 has other numbers.
  ///
  /// - Parameter first: The step to begin at.
  package func firstHalfOverflow(from first: Int = 0) -> HalfOverflow? {
    for step in first..<max(first, timesteps) {
      for sample in 0..<batch {
        if let found = halfOverflow(step: step, sample: sample) { return found }
      }
    }
    return nil
  }

  /// As `firstHalfOverflow`, in one step of one sample.
  package func halfOverflow(step: Int, sample: Int) -> HalfOverflow? {
    guard !isMasked(step: step, sample: sample) else { return nil }
    func found(_ quantity: Quantity, _ unit: Int, _ value: Float, isProduct: Bool = false) -> HalfOverflow {
      HalfOverflow(
        place: Place(quantity: quantity, unit: unit, step: step, sample: sample), value: value,
        isProduct: isProduct)
    }
    for quantity in [Quantity.x, .zx, .zh, .z, .i, .f, .g, .o] {
      for unit in 0..<width(of: quantity) {
        let value = value(quantity, unit: unit, step: step, sample: sample)
        if Self.isBeyondHalf(value) { return found(quantity, unit, value) }
      }
    }
    for unit in 0..<units {
      for product in [
        kept(unit: unit, step: step, sample: sample), admitted(unit: unit, step: step, sample: sample),
      ] where Self.isBeyondHalf(product) {
        return found(.c, unit, product, isProduct: true)
      }
      for quantity in [Quantity.c, .h] {
        let value = value(quantity, unit: unit, step: step, sample: sample)
        if Self.isBeyondHalf(value) { return found(quantity, unit, value) }
      }
    }
    return nil
  }

  /// Whether a finite number is infinite in float16.
  package static func isBeyondHalf(_ value: Float) -> Bool { value.isFinite && abs(value) >= limit }
}
