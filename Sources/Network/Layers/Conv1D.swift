extension LayerKind {
  /// A Dense over a window of timesteps.
  ///
  /// - Source: Keras 3, `Conv1D`; kernel (kernel_size, features / groups, filters).
  static let conv1D = LayerKind(name: "Conv1D", classNames: ["Conv1D"]) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let kernel = try layer.weight("kernel", axes: ["kernel_size", "features / groups", "filters"])
    let (size, depth, filters) = (kernel.shape[0], kernel.shape[1], kernel.shape[2])
    let padding = try layer.text("padding", default: "valid", among: ["valid", "same", "causal"])
    let window = Window(
      size: size, stride: try layer.size("strides", default: 1),
      dilation: try layer.size("dilation_rate", default: 1),
      padding: Window.Padding(rawValue: padding) ?? .valid)
    let groups = try layer.size("groups", default: 1)
    guard filters % groups == 0 else {
      throw .option("groups", found: layer.options["groups"], wanted: "a divisor of its \(filters) filters")
    }
    let bias = try layer.flag("use_bias", default: true) ? layer.weight("bias", [filters]) : nil
    let activation = try layer.activation("activation")
    let kernels = (0..<groups).map { group in
      columns(of: kernel, from: group * (filters / groups), count: filters / groups)
    }
    return Operation { call throws(LayerProblem) in
      let input = try call.only(axes: 3, "(batch, timesteps, features)")
      let (batch, timesteps, features) = (input.shape[0], input.shape[1], input.shape[2])
      guard features == depth * groups, timesteps > 0 else {
        throw .input(found: input.shape, wanted: "(batch, timesteps, \(depth * groups))")
      }
      let (steps, before) = try window.extent(of: timesteps)
      let shape = [batch, steps, filters]
      let count = try Bounds.count(shape)
      let rows = batch * steps
      let numbers = input.numbers
      _ = try Bounds.count([rows, size, depth])
      var out = [Float](repeating: 0, count: count)
      for group in 0..<groups {
        var taps = [Float](repeating: 0, count: rows * size * depth)
        for row in 0..<rows {
          for tap in 0..<size {
            guard
              let source = window.source(step: row % steps, tap: tap, before: before, timesteps: timesteps)
            else { continue }
            let start = (row / steps * timesteps + source) * features + group * depth
            for index in 0..<depth { taps[(row * size + tap) * depth + index] = numbers[start + index] }
          }
        }
        let width = filters / groups
        let product = multiply(
          taps[...], rows: rows, inner: size * depth, kernels[group][...], columns: width)
        for row in 0..<rows {
          for filter in 0..<width {
            out[row * filters + group * width + filter] = product[row * width + filter]
          }
        }
      }
      if let bias {
        for place in out.indices { out[place] += bias[place % filters] }
      }
      return [Value(shape: shape, activation(out, width: filters))]
    }
  }
}

/// A block of the kernel's filters as a matrix of its own.
private func columns(of kernel: NamedArray, from first: Int, count: Int) -> [Float] {
  let filters = kernel.shape[2]
  return (0..<kernel.shape[0] * kernel.shape[1]).flatMap { row in
    kernel.values[row * filters + first..<row * filters + first + count]
  }
}
