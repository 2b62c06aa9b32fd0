extension LayerKind {
  /// Each place `size` times over, along each axis between batch and features.
  static let upSampling = LayerKind(
    name: "UpSampling", classNames: ["UpSampling1D", "UpSampling2D", "UpSampling3D"]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let way = try layer.text("interpolation", default: "nearest")
    guard way == "nearest" else {
      throw .unsupported("its interpolation is '\(way)', and only 'nearest' is run")
    }
    let sizes = try layer.sizes("size", layer.spatialAxes, default: 2)
    return Operation { call throws(LayerProblem) in
      var value = try call.spatial(axes: sizes.count)
      for (index, size) in sizes.enumerated() {
        _ = try Bounds.count(value.shape + [size])
        value = value.slice(axis: index + 1, (0..<value.shape[index + 1] * size).map { $0 / size })
      }
      return [value]
    }
  }
}
