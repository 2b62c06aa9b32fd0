package import LSTM

/// The weights of one gate: its block of columns in each of the arrays.
package struct GateStatistics: Sendable, Equatable {
  /// i f g o.
  package let gate: Quantity
  package let kernel: Statistics
  package let recurrentKernel: Statistics
  /// nil where the layer has no bias.
  package let bias: Statistics?

  /// The four gates of a layer, in the order i f g o.
  ///
  /// - Complexity: O((features + outputs) · units).
  package static func all(of parameters: Parameters) -> [GateStatistics] {
    let gates: [Quantity] = [.i, .f, .g, .o]
    let (features, units) = (parameters.features, parameters.units)
    return gates.enumerated().map { index, gate in
      GateStatistics(
        gate: gate,
        kernel: Statistics(block(index, of: parameters.kernel, rows: features, units: units)),
        recurrentKernel: Statistics(
          block(index, of: parameters.recurrentKernel, rows: parameters.outputs, units: units)),
        bias: parameters.bias.map { Statistics(block(index, of: $0, rows: 1, units: units)) })
    }
  }
}

/// The values of one gate in an array of shape (rows, 4·units), without a copy of them.
private func block(_ block: Int, of values: [Float], rows: Int, units: Int) -> some Collection<Float> {
  (0..<rows * units).lazy.map { values[$0 / units * 4 * units + block * units + $0 % units] }
}
