extension LayerKind {
  /// The axes after the batch in another order; `dims` counts them from 1.
  static let permute = LayerKind(name: "Permute", classNames: ["Permute"]) { layer throws(LayerProblem) in
    guard let dims = try layer.integers("dims"), dims.sorted() == Array(1..<dims.count + 1) else {
      throw .option("dims", found: layer.options["dims"], wanted: "each axis once, counted from 1")
    }
    return Operation { call throws(LayerProblem) in
      let input = try call.only(axes: dims.count + 1, "\(dims.count + 1) axes")
      return [input.transposed([0] + dims)]
    }
  }
}
