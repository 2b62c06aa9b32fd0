extension LayerKind {
  /// All axes after the batch as one.
  static let flatten = LayerKind(name: "Flatten", classNames: ["Flatten"]) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      return [input.reshaped([input.shape.first ?? 1, input.shape.dropFirst().reduce(1, *)])]
    }
  }
}
