extension LayerKind {
  /// The largest, or the mean, over all timesteps; only the mean leaves masked ones out.
  ///
  /// - Source: Keras 3, `GlobalAveragePooling1D.call`.
  static let globalPooling1D = LayerKind(
    name: "GlobalPooling1D",
    classNames: ["GlobalMaxPooling1D", "GlobalAveragePooling1D"]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let keeps = try layer.flag("keepdims")
    let isMax = layer.className.hasPrefix("GlobalMax")
    return Operation { call throws(LayerProblem) in
      let input = try call.only(axes: 3, "(batch, timesteps, features)")
      if isMax { return [input.reduced(over: [1], keepingAxes: keeps, largest)] }
      let timesteps = Float(input.shape[1])
      guard let mask = call.mask else {
        return [input.reduced(over: [1], keepingAxes: keeps) { $0.reduce(0, +) / timesteps }]
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
