extension LayerKind {
  /// Timesteps of zeros before and after.
  static let zeroPadding1D = LayerKind(name: "ZeroPadding1D", classNames: ["ZeroPadding1D"]) {
    layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let (before, after) = try layer.ends("padding")
    return Operation { call throws(LayerProblem) in
      let input = try call.only(axes: 3, "(batch, timesteps, features)")
      let (batch, width) = (input.shape[0], input.shape[1] * input.shape[2])
      let shape = [batch, before + input.shape[1] + after, input.shape[2]]
      var out = [Float](repeating: 0, count: try Bounds.count(shape))
      for sample in 0..<batch {
        let start = (sample * shape[1] + before) * shape[2]
        out.replaceSubrange(start..<start + width, with: input.numbers[sample * width..<(sample + 1) * width])
      }
      return [Value(shape: shape, out)]
    }
  }
}

extension LayerDescription {
  /// How many timesteps at the start and at the end; one number stands for both.
  func ends(_ name: String) throws(LayerProblem) -> (Int, Int) {
    let sizes = try integers(name) ?? [1]
    guard (1...2).contains(sizes.count), sizes.allSatisfy({ (0...Bounds.limit).contains($0) }) else {
      throw .option(name, found: options[name], wanted: "one or two numbers from 0 to \(Bounds.limit)")
    }
    return (sizes[0], sizes[sizes.count - 1])
  }
}
