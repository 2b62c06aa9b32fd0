extension LayerKind {
  /// The largest, or the mean, of a window of timesteps; the padding counts for neither.
  static let pooling1D = LayerKind(
    name: "Pooling1D", classNames: ["MaxPooling1D", "AveragePooling1D"]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let isMax = layer.className == "MaxPooling1D"
    let size = try layer.size("pool_size", default: 2)
    let padding = try layer.text("padding", default: "valid", among: ["valid", "same"])
    let window = Window(
      size: size, stride: try layer.size("strides", default: size), dilation: 1,
      padding: Window.Padding(rawValue: padding) ?? .valid)
    return Operation { call throws(LayerProblem) in
      let input = try call.only(axes: 3, "(batch, timesteps, features)")
      let (batch, timesteps, features) = (input.shape[0], input.shape[1], input.shape[2])
      let (steps, before) = try window.extent(of: timesteps)
      let shape = [batch, steps, features]
      var out: [Float] = []
      out.reserveCapacity(try Bounds.count(shape))
      let numbers = input.numbers
      for sample in 0..<batch {
        for step in 0..<steps {
          // Clipped to the sequence, so that a pool of a billion costs no more than the sequence.
          let start = step * window.stride - before
          let places = max(0, start)..<max(0, min(timesteps, start + size))
          for feature in 0..<features {
            var value: Float = isMax ? -.infinity : 0
            for place in places {
              let number = numbers[(sample * timesteps + place) * features + feature]
              value = isMax ? (number.isNaN || value.isNaN ? .nan : max(value, number)) : value + number
            }
            out.append(isMax ? value : value / Float(places.count))
          }
        }
      }
      return [Value(shape: shape, out)]
    }
  }
}
