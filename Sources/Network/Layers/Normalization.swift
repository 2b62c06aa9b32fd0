extension LayerKind {
  /// (x − mean) / max(√variance, 1e-7), or back with `invert`.
  ///
  /// The arrays come from weights named `mean` and `variance`, or from the options.
  static let normalization = LayerKind(name: "Normalization", classNames: ["Normalization"]) {
    layer throws(LayerProblem) in
    let mean = try layer.statistics("mean")
    let variance = try layer.statistics("variance")
    let axes = try layer.integers("axis") ?? []
    let inverts = try layer.flag("invert")
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      let means = try input.spread(mean, along: axes)
      let deviations = try input.spread(variance, along: axes).mapped { max($0.squareRoot(), 1e-7) }
      var out: Value
      if inverts {
        out = try Value.combine(try Value.combine(input, deviations) { $0 * $1 }, means) { $0 + $1 }
      } else {
        out = try Value.combine(try Value.combine(input, means) { $0 - $1 }, deviations) { $0 / $1 }
      }
      out.mask = call.mask
      return [out]
    }
  }
}

extension LayerDescription {
  fileprivate func statistics(_ name: String) throws(LayerProblem) -> [Float] {
    if let array = weight(named: name) { return array.values }
    var flat: [Float] = []
    if let value = option(name) { value.flatten(into: &flat) }
    guard !flat.isEmpty else { throw .missingWeight(name, shape: "(features)") }
    return flat
  }
}

extension ConfigValue {
  fileprivate func flatten(into numbers: inout [Float]) {
    if let number { numbers.append(Float(number)) }
    for value in list ?? [] { value.flatten(into: &numbers) }
  }
}

extension Value {
  /// One number for all, or one for each place along the axes.
  fileprivate func spread(_ numbers: [Float], along chosen: [Int]) throws(LayerProblem) -> Value {
    if numbers.count == 1 { return Value(shape: [], numbers) }
    var axes: [Int] = []
    for axis in chosen { axes.append(try self.axis(axis, option: "axis")) }
    let spread = shape.indices.map { axes.contains($0) ? shape[$0] : 1 }
    guard spread.reduce(1, *) == numbers.count else {
      throw .weight("mean", found: [numbers.count], wanted: spread)
    }
    return Value(shape: spread, numbers)
  }
}
