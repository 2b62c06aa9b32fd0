extension LayerKind {
  /// The same values in another shape; one size may be −1, which is what is left.
  static let reshape = LayerKind(name: "Reshape", classNames: ["Reshape"]) { layer throws(LayerProblem) in
    guard let target = try layer.integers("target_shape") else {
      throw .option("target_shape", found: nil, wanted: "a shape")
    }
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      return [try input.reshaped(to: [input.shape.first ?? 1] + target, option: "target_shape")]
    }
  }
}

extension Value {
  /// The values in a shape where one size may be −1.
  func reshaped(to shape: [Int], option: String) throws(LayerProblem) -> Value {
    let found = ConfigValue.list(shape.map { .number(Double($0)) })
    let wanted = "a shape of \(numbers.count) values"
    let known = shape.filter { $0 != -1 }
    guard shape.count - known.count <= 1 else {
      throw .option(option, found: found, wanted: "at most one -1")
    }
    let count = try Bounds.count(known)
    guard known.count < shape.count else {
      guard count == numbers.count else { throw .option(option, found: found, wanted: wanted) }
      return reshaped(shape)
    }
    guard count > 0, numbers.count % count == 0 else { throw .option(option, found: found, wanted: wanted) }
    return reshaped(shape.map { $0 == -1 ? numbers.count / count : $0 })
  }
}
