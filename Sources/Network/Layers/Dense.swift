import LSTM

extension LayerKind {
  /// activation(x·kernel + bias), over the last axis.
  static let dense = LayerKind(name: "Dense", classNames: ["Dense"]) { layer throws(LayerProblem) in
    let own = try layer.denseWeights()
    let (features, units) = (own.features, own.units)
    let scale = layer.weight(named: "kernel_scale") == nil ? nil : try layer.weight("kernel_scale", [units])
    return Operation { call throws(LayerProblem) in
      let weights = scale == nil ? call.overrides.dense ?? own : own
      let input = try call.only()
      guard input.shape.count >= 2, input.shape.last == features else {
        throw .input(found: input.shape, wanted: "(batch, …, \(features))")
      }
      let shape = Array(input.shape.dropLast()) + [units]
      _ = try Bounds.count(shape)
      let rows = input.shape.dropLast().reduce(1, *)
      var out: [Float]
      if let scale {
        out = quantizedProduct(input.numbers, rows: rows, own, scale: scale)
      } else {
        out = multiply(
          input.numbers[...], rows: rows, inner: features, weights.kernel[...], columns: units)
      }
      if let bias = weights.bias {
        for row in 0..<rows {
          for unit in 0..<units { out[row * units + unit] += bias[unit] }
        }
      }
      return [Value(shape: shape, weights.activation(out, width: units), mask: call.mask)]
    }
  }
}

extension LayerDescription {
  /// - Throws: A `LayerProblem` where they are not there, or of other sizes.
  func denseWeights() throws(LayerProblem) -> DenseWeights {
    let activation = try activation("activation")
    let kernel = try weight("kernel", axes: ["features", "units"])
    let (features, units) = (kernel.shape[0], kernel.shape[1])
    let bias = try flag("use_bias", default: true) ? weight("bias", [units]) : nil
    return DenseWeights(
      features: features, units: units, kernel: kernel.values, bias: bias, activation: activation)
  }
}

/// Each row of x is rounded to whole numbers from −127 to 127 by a scale of its own.
///
///     s = 127 / (max|x| + 1e-7)          y = (round(s·x)·kernel) / (s · kernel_scale)
///
/// - Source: Keras 3, `Dense._int8_call` with `AbsMaxQuantizer`.
private func quantizedProduct(_ x: [Float], rows: Int, _ dense: DenseWeights, scale: [Float]) -> [Float] {
  let (features, units) = (dense.features, dense.units)
  var quantized = x
  var scales = [Float](repeating: 0, count: rows)
  for row in 0..<rows {
    let range = row * features..<(row + 1) * features
    let largest = x[range].reduce(0) { max($0, abs($1)) }
    scales[row] = 127 / (largest + 1e-7)
    for place in range {
      quantized[place] = min(127, max(-127, (x[place] * scales[row]).rounded(.toNearestOrEven)))
    }
  }
  var out = multiply(quantized[...], rows: rows, inner: features, dense.kernel[...], columns: units)
  for row in 0..<rows {
    for unit in 0..<units { out[row * units + unit] /= scale[unit] * scales[row] }
  }
  return out
}
