extension LayerKind {
  /// gamma · (x − moving mean) / √(moving variance + epsilon) + beta, along one axis.
  static let batchNormalization = LayerKind(
    name: "BatchNormalization", classNames: ["BatchNormalization"]
  ) { layer throws(LayerProblem) in
    let axes = try layer.integers("axis") ?? [-1]
    guard axes.count == 1, let chosen = axes.first else {
      throw .option("axis", found: layer.options["axis"], wanted: "one axis")
    }
    let epsilon = Float(try layer.number("epsilon", default: 1e-3))
    let mean = try layer.weight("moving_mean", axes: ["features"])
    let width = mean.shape[0]
    let variance = try layer.weight("moving_variance", [width])
    let gamma = try layer.flag("scale", default: true) ? layer.weight("gamma", [width]) : nil
    let beta = try layer.flag("center", default: true) ? layer.weight("beta", [width]) : nil
    let factors = (0..<width).map { (gamma?[$0] ?? 1) / (variance[$0] + epsilon).squareRoot() }
    let offsets = (0..<width).map { (beta?[$0] ?? 0) - mean.values[$0] * factors[$0] }
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      let axis = try input.axis(chosen, option: "axis")
      guard input.shape[axis] == width else {
        throw .input(found: input.shape, wanted: "\(width) along axis \(axis)")
      }
      let step = input.shape.dropFirst(axis + 1).reduce(1, *)
      var numbers = input.numbers
      for place in numbers.indices {
        let index = place / step % width
        numbers[place] = numbers[place] * factors[index] + offsets[index]
      }
      return [Value(shape: input.shape, numbers, mask: call.mask)]
    }
  }
}
