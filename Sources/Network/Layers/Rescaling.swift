extension LayerKind {
  /// x · scale + offset; either may be a list along the last axis.
  static let rescaling = LayerKind(name: "Rescaling", classNames: ["Rescaling"]) {
    layer throws(LayerProblem) in
    let scale = try layer.numbers("scale", default: 1)
    let offset = try layer.numbers("offset", default: 0)
    return Operation { call throws(LayerProblem) in
      let scaled = try Value.combine(try call.only(), scale) { $0 * $1 }
      var out = try Value.combine(scaled, offset) { $0 + $1 }
      out.mask = call.mask
      return [out]
    }
  }
}

extension LayerDescription {
  /// A number, or a list of them.
  fileprivate func numbers(_ name: String, default fallback: Double) throws(LayerProblem) -> Value {
    // Keras 3 writes an array as an object that holds its list.
    let value = option(name)?["config"]?["value"] ?? option(name) ?? .number(fallback)
    if let number = value.number { return Value(shape: [], [Float(number)]) }
    let numbers = (value.list ?? []).compactMap(\.number)
    guard !numbers.isEmpty, numbers.count == value.list?.count else {
      throw .option(name, found: value, wanted: "a number or a list of numbers")
    }
    return Value(shape: [numbers.count], numbers.map { Float($0) })
  }
}
