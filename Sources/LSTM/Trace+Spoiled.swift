extension Trace {
  /// A product inside z that is NaN or infinite.
  package struct SpoiledProduct: Sendable, Equatable {
    /// Its row in the kernel: a feature of x, or a unit of h[t−1].
    package let row: Int
    package let operand: Float
    package let weight: Float
  }

  /// The first term of x·kernel for one column that is not finite; nil where all are, so that only their sum can be.
  package func spoiledInputProduct(
    of parameters: Parameters, column: Int, step: Int, sample: Int
  ) -> SpoiledProduct? {
    spoiled(parameters.kernel, count: features, column: column) {
      value(.x, unit: $0, step: step, sample: sample)
    }
  }

  /// The first term of h[t−1]·recurrent kernel for one column that is not finite.
  package func spoiledRecurrentProduct(
    of parameters: Parameters, column: Int, step: Int, sample: Int
  ) -> SpoiledProduct? {
    spoiled(parameters.recurrentKernel, count: outputs, column: column) {
      value(.hPrevious, unit: $0, step: step, sample: sample)
    }
  }

  private func spoiled(
    _ kernel: [Float], count: Int, column: Int, operand: (Int) -> Float
  ) -> SpoiledProduct? {
    for row in 0..<count {
      let (value, weight) = (operand(row), kernel[row * 4 * units + column])
      if !(value * weight).isFinite { return SpoiledProduct(row: row, operand: value, weight: weight) }
    }
    return nil
  }
}
