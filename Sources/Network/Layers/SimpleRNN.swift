import LSTM

extension LayerKind {
  /// h = activation(x·kernel + bias + h[t−1]·recurrent kernel). Run, not traced.
  static let simpleRNN = LayerKind(name: "SimpleRNN", classNames: ["SimpleRNN"]) {
    layer throws(LayerProblem) in
    try layer.recurrent().operation
  }
}

extension LayerDescription {
  func simpleCell(_ flags: RecurrentFlags) throws(LayerProblem) -> RecurrentCell {
    let kernel = try weight("kernel", axes: ["features", "units"])
    let (features, units) = (kernel.shape[0], kernel.shape[1])
    let recurrent = try weight("recurrent_kernel", [units, units])
    let bias = try flag("use_bias", default: true) ? try weight("bias", [units]) : []
    let activation = try activation("activation", default: .tanh)
    return RecurrentCell(width: units, stateWidths: [units], lstm: nil) {
      call, x, states throws(LayerProblem) in
      guard x.features == features else {
        throw .input(found: [x.batch, x.timesteps, x.features], wanted: "(batch, timesteps, \(features))")
      }
      return try scan(call, x, kernel: kernel.values, columns: units, units: units, states[0], flags) {
        zx, h in
        for (unit, value) in bias.enumerated() { zx[unit] += value }
        let inner = multiply(h[...], rows: 1, inner: units, recurrent[...], columns: units)
        return activation(zip(zx, inner).map(+))
      }
    }
  }
}
