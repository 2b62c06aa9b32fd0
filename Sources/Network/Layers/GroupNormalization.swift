extension LayerKind {
  /// Groups of features of a sample, each with mean 0 and variance 1 over all its timesteps, then scaled and shifted.
  ///
  /// - Source: Keras 3, `GroupNormalization.call`.
  static let groupNormalization = LayerKind(
    name: "GroupNormalization", classNames: ["GroupNormalization"]
  ) { layer throws(LayerProblem) in
    let axis = try layer.integer("axis", default: -1)
    let groups = try layer.integer("groups", default: 32)
    let epsilon = Float(try layer.number("epsilon", default: 1e-3))
    let scales = try layer.flag("scale", default: true)
    let centers = try layer.flag("center", default: true)
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      let last = input.shape.count - 1
      guard last > 0, try input.axis(axis, option: "axis") == last else {
        throw .unsupported("its axis is not the last, and only groups of features are run")
      }
      let width = input.shape[last]
      let count = groups == -1 ? width : groups
      guard count > 0, width % count == 0 else {
        throw .option("groups", found: layer.options["groups"], wanted: "a divisor of its \(width) features")
      }
      let grouped = input.reshaped(input.shape.dropLast() + [count, width / count])
      let axes = Array(1..<last) + [last + 1]
      let size = Float(max(1, axes.reduce(1) { $0 * grouped.shape[$1] }))
      let mean = grouped.reduced(over: axes, keepingAxes: true) { $0.reduce(0, +) / size }
      var out = try Value.combine(grouped, mean) { $0 - $1 }
      let variance = out.reduced(over: axes, keepingAxes: true) { $0.reduce(0) { $0 + $1 * $1 } / size }
      out = try Value.combine(out, variance) { $0 / ($1 + epsilon).squareRoot() }.reshaped(input.shape)
      if scales {
        out = try Value.combine(out, Value(shape: [width], layer.weight("gamma", [width]))) { $0 * $1 }
      }
      if centers {
        out = try Value.combine(out, Value(shape: [width], layer.weight("beta", [width]))) { $0 + $1 }
      }
      out.mask = call.mask
      return [out]
    }
  }
}
