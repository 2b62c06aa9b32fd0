extension LayerKind {
  /// Divided by the length of what is normalized, or by the root of the mean of its squares.
  ///
  /// - Source: Keras 3, `UnitNormalization.call`, `ops.rms_normalization`.
  static let lengthNormalization = LayerKind(
    name: "LengthNormalization", classNames: ["UnitNormalization", "RMSNormalization"]
  ) { layer throws(LayerProblem) in
    let chosen = try layer.integers("axis") ?? [-1]
    let isUnit = layer.className == "UnitNormalization"
    let epsilon = Float(try layer.number("epsilon", default: 1e-6))
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      var axes: [Int] = []
      for axis in chosen { axes.append(try input.axis(axis, option: "axis")) }
      axes = Set(axes).sorted()
      let lengths = input.reduced(over: axes, keepingAxes: true) { numbers in
        let squares = numbers.reduce(0) { $0 + $1 * $1 }
        return (isUnit ? max(squares, 1e-12) : squares / Float(numbers.count) + epsilon).squareRoot()
      }
      var out = try Value.combine(input, lengths) { $0 / $1 }
      if !isUnit {
        let shape = axes.map { input.shape[$0] }
        let broadcast = input.shape.indices.map { axes.contains($0) ? input.shape[$0] : 1 }
        out = try Value.combine(out, Value(shape: broadcast, layer.weight("scale", shape))) { $0 * $1 }
      }
      out.mask = call.mask
      return [out]
    }
  }
}
