import LSTM

extension LayerKind {
  /// Run, not traced.
  static let gru = LayerKind(name: "GRU", classNames: ["GRU"]) { layer throws(LayerProblem) in
    try layer.recurrent().operation
  }
}

extension LayerDescription {
  /// The gates z and r, the candidate hh.
  ///
  ///     h = z ⊙ h[t−1] + (1 − z) ⊙ hh
  ///
  /// With `reset_after` r is applied to h[t−1]·recurrent kernel, else to h[t−1] itself.
  ///
  /// - Source: Keras 3, `GRUCell.call`.
  func gruCell(_ flags: RecurrentFlags) throws(LayerProblem) -> RecurrentCell {
    let kernel = try weight("kernel", axes: ["features", "3·units"])
    let (features, units) = (kernel.shape[0], kernel.shape[1] / 3)
    _ = try weight("kernel", [features, 3 * units])
    guard units > 0 else { throw .weight("kernel", found: kernel.shape, wanted: [features, 3]) }
    let recurrent = try weight("recurrent_kernel", [units, 3 * units])
    let hasBias = try flag("use_bias", default: true)
    // Keras before 2.1 has no such option, and its bias one axis.
    let resetsAfter = try flag("reset_after", default: weight(named: "bias")?.shape.count == 2)
    let bias = hasBias ? try weight("bias", resetsAfter ? [2, 3 * units] : [3 * units]) : []
    let activation = try activation("activation", default: .tanh)
    let gate = try self.activation("recurrent_activation", default: .sigmoid)
    // Two matrices, because without `reset_after` the third part has an input of its own.
    let gates = Value(shape: [units, 3 * units], recurrent).slice(axis: 1, Array(0..<2 * units)).numbers
    let candidate = Value(shape: [units, 3 * units], recurrent).slice(axis: 1, Array(2 * units..<3 * units))
      .numbers
    return RecurrentCell(width: units, stateWidths: [units], lstm: nil) {
      call, x, states throws(LayerProblem) in
      guard x.features == features else {
        throw .input(found: [x.batch, x.timesteps, x.features], wanted: "(batch, timesteps, \(features))")
      }
      return try scan(call, x, kernel: kernel.values, columns: 3 * units, units: units, states[0], flags) {
        zx, h in
        for (column, value) in bias.prefix(3 * units).enumerated() { zx[column] += value }
        var inner = multiply(h[...], rows: 1, inner: units, gates[...], columns: 2 * units)
        if resetsAfter {
          for (column, value) in bias.dropFirst(3 * units).prefix(2 * units).enumerated() {
            inner[column] += value
          }
        }
        let z = gate((0..<units).map { zx[$0] + inner[$0] })
        let r = gate((units..<2 * units).map { zx[$0] + inner[$0] })
        var reset: [Float]
        if resetsAfter {
          reset = multiply(h[...], rows: 1, inner: units, candidate[...], columns: units)
          for (unit, value) in bias.dropFirst(5 * units).enumerated() { reset[unit] += value }
          for unit in 0..<units { reset[unit] *= r[unit] }
        } else {
          let held = (0..<units).map { r[$0] * h[$0] }
          reset = multiply(held[...], rows: 1, inner: units, candidate[...], columns: units)
        }
        let hh = activation((0..<units).map { zx[2 * units + $0] + reset[$0] })
        return (0..<units).map { z[$0] * h[$0] + (1 - z[$0]) * hh[$0] }
      }
    }
  }
}

/// Runs a cell of one state over a sequence, holding it where masked.
///
/// - Parameter step: Takes x·kernel and h[t−1] of a sample, returns its h.
func scan(
  _ call: Call, _ x: LayerSequence, kernel: [Float], columns: Int, units: Int, _ initial: [Float]?,
  _ flags: RecurrentFlags, step: (inout [Float], [Float]) -> [Float]
) throws(LayerProblem) -> CellRun {
  _ = try Bounds.count([x.batch, x.timesteps, columns])
  let products = multiply(
    x.x[...], rows: x.batch * x.timesteps, inner: x.features, kernel[...], columns: columns)
  var y = [Float](repeating: 0, count: x.batch * x.timesteps * units)
  var fresh = y
  var final = initial ?? [Float](repeating: 0, count: x.batch * units)
  for sample in 0..<x.batch {
    var h = Array(final[sample * units..<(sample + 1) * units])
    var output = [Float](repeating: 0, count: units)
    for index in 0..<x.timesteps {
      let timestep = flags.goBackwards ? x.timesteps - 1 - index : index
      let row = sample * x.timesteps + timestep
      var zx = Array(products[row * columns..<(row + 1) * columns])
      let next = step(&zx, h)
      let counts = x.mask?[row] ?? true
      if counts { h = next }
      if counts { output = next }
      let zeroes =
        flags.zeroOutputForMask
        && !(flags.zeroesByOriginalMask ? x.mask?[sample * x.timesteps + index] ?? true : counts)
      let place = (sample * x.timesteps + index) * units
      for unit in 0..<units {
        fresh[place + unit] = next[unit]
        y[place + unit] = zeroes ? 0 : output[unit]
      }
      // Asked now and then, so that a long sequence can be stopped.
      if index % 64 == 63, !call.progress(index, x.timesteps) { throw .cancelled }
    }
    final.replaceSubrange(sample * units..<(sample + 1) * units, with: h)
  }
  return CellRun(y: y, fresh: fresh, states: [final])
}
