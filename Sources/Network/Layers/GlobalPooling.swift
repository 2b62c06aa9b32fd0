extension LayerKind {
  /// The largest, or the mean, over all places; only the mean over timesteps leaves masked ones out.
  ///
  /// - Source: Keras 3, `GlobalAveragePooling1D.call`, `GlobalMaxPooling2D.call`.
  static let globalPooling = LayerKind(
    name: "GlobalPooling",
    classNames: [
      "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling1D",
      "GlobalAveragePooling2D", "GlobalAveragePooling3D",
    ]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let keeps = try layer.flag("keepdims")
    let isMax = layer.className.hasPrefix("GlobalMax")
    let axes = layer.spatialAxes
    return Operation { call throws(LayerProblem) in
      let input = try call.spatial(axes: axes)
      let all = Array(1...axes)
      if isMax { return [input.reduced(over: all, keepingAxes: keeps, largest)] }
      guard axes == 1, let mask = call.mask else {
        return [input.reduced(over: all, keepingAxes: keeps) { $0.reduce(0, +) / Float($0.count) }]
      }
      let wanted = Array(input.shape.prefix(2))
      guard mask.shape == wanted else { throw .mask(found: mask.shape, wanted: wanted) }
      let counts = Value(shape: wanted + [1], mask.flags.map { $0 ? 1 : 0 })
      let kept = try Value.combine(input, counts) { $1 != 0 ? $0 : 0 }
      let sums = kept.reduced(over: [1], keepingAxes: keeps) { $0.reduce(0, +) }
      return [
        try Value.combine(sums, counts.reduced(over: [1], keepingAxes: keeps) { $0.reduce(0, +) }) { $0 / $1 }
      ]
    }
  }
}

/// The largest of some numbers; NaN where one is NaN, as in TensorFlow.
func largest(_ numbers: ArraySlice<Float>) -> Float {
  numbers.reduce(-.infinity) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
}
