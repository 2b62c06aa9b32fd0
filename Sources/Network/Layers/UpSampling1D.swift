extension LayerKind {
  /// Each timestep `size` times over.
  static let upSampling1D = LayerKind(name: "UpSampling1D", classNames: ["UpSampling1D"]) {
    layer throws(LayerProblem) in
    let size = try layer.size("size", default: 2)
    return Operation { call throws(LayerProblem) in
      let input = try call.only(axes: 3, "(batch, timesteps, features)")
      _ = try Bounds.count(input.shape + [size])
      return [input.slice(axis: 1, (0..<input.shape[1] * size).map { $0 / size })]
    }
  }
}
