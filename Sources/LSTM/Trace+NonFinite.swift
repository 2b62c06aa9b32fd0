extension Trace {
  /// Where in a trace a number stands.
  package struct Place: Sendable, Equatable {
    package let quantity: Quantity
    /// The feature, column or unit, as in `value(_:unit:step:sample:)`.
    package let unit: Int
    package let step: Int
    package let sample: Int
  }

  /// The first NaN or infinity: by step, then by sample, then in the order of the equations, from x to h.
  ///
  /// What a masked step computed and threw away does not count. It is where the fault shows first; its cause
  /// may be a weight or an initial state.
  ///
  /// - Parameter first: The step to begin at.
  /// - Complexity: Reads the trace from there up to that place.
  package func firstNonFinite(from first: Int = 0) -> Place? {
    for step in first..<max(first, timesteps) {
      for sample in 0..<batch where !isMasked(step: step, sample: sample) {
        let row = sample * timesteps + step
        let input = (sample * timesteps + timestepIndex[step])
        let rows: [(Quantity, [Float], Int, Int)] = [
          (.x, self.input.x, input, features), (.zx, zx, row, 4 * units), (.zh, zh, row, 4 * units),
          (.z, z, row, 4 * units), (.i, i, row, units), (.f, f, row, units), (.g, g, row, units),
          (.o, o, row, units), (.c, c, row, units), (.h, h, row, outputs),
        ]
        for (quantity, values, row, width) in rows {
          if let unit = values[row * width..<(row + 1) * width].firstIndex(where: { !$0.isFinite }) {
            return Place(quantity: quantity, unit: unit - row * width, step: step, sample: sample)
          }
        }
      }
    }
    return nil
  }
}
