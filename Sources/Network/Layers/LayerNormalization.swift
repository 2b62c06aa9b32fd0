extension LayerKind {
  /// gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over `axis` of each sample.
  ///
  /// - Source: Keras 3, `ops.layer_normalization`.
  static let layerNormalization = LayerKind(
    name: "LayerNormalization", classNames: ["LayerNormalization"]
  ) { layer throws(LayerProblem) in
    let chosen = try layer.integers("axis") ?? [-1]
    let epsilon = Float(try layer.number("epsilon", default: 1e-3))
    guard try !layer.flag("rms_scaling") else {
      throw .unsupported("its option rms_scaling is True, which is not run")
    }
    let scales = try layer.flag("scale", default: true)
    let centers = try layer.flag("center", default: true)
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      var axes: [Int] = []
      for axis in chosen { axes.append(try input.axis(axis, option: "axis")) }
      axes = Set(axes).sorted()
      let shape = axes.map { input.shape[$0] }
      let broadcast = input.shape.indices.map { axes.contains($0) ? input.shape[$0] : 1 }
      let count = Float(shape.reduce(1, *))
      let mean = input.reduced(over: axes, keepingAxes: true) { $0.reduce(0, +) / count }
      var out = try Value.combine(input, mean) { $0 - $1 }
      let variance = out.reduced(over: axes, keepingAxes: true) { $0.reduce(0) { $0 + $1 * $1 } / count }
      out = try Value.combine(out, variance) { $0 / ($1 + epsilon).squareRoot() }
      if scales {
        out = try Value.combine(out, Value(shape: broadcast, layer.weight("gamma", shape))) { $0 * $1 }
      }
      if centers {
        out = try Value.combine(out, Value(shape: broadcast, layer.weight("beta", shape))) { $0 + $1 }
      }
      out.mask = call.mask
      return [out]
    }
  }
}
