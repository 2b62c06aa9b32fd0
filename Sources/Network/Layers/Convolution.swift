import LSTM

extension LayerKind {
  /// A Dense over a window that slides along the axes between batch and features: timesteps, or rows and columns of
  /// an image.
  ///
  /// A depthwise one has filters of its own for each feature, a separable one a Dense over the features behind it.
  ///
  /// - Source: Keras 3, `BaseConv`, `BaseDepthwiseConv`, `BaseSeparableConv`; kernel (a size for each axis,
  ///   features / groups, filters).
  static let convolution = LayerKind(
    name: "Convolution",
    classNames: [
      "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D",
      "SeparableConv2D",
    ]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let (kernel, groups) = try layer.groupedKernel()
    let axes = kernel.shape.count - 2
    let (depth, filters) = (kernel.shape[axes], kernel.shape[axes + 1])
    guard filters % groups == 0 else {
      throw .option("groups", found: layer.options["groups"], wanted: "a divisor of its \(filters) filters")
    }
    let slide = Slide(windows: try layer.windows(Array(kernel.shape.prefix(axes))))
    let kernels = (0..<groups).map { group in
      columns(of: kernel, from: group * (filters / groups), count: filters / groups)
    }
    let pointwise = layer.isSeparable ? try layer.pointwiseKernel(features: filters) : nil
    let width = pointwise?.shape[axes + 1] ?? filters
    let bias = try layer.flag("use_bias", default: true) ? layer.weight("bias", [width]) : nil
    let activation = try layer.activation("activation")
    return Operation { call throws(LayerProblem) in
      let input = try call.spatial(axes: axes)
      guard input.shape[axes + 1] == depth * groups else {
        throw .input(
          found: input.shape, wanted: "\(depth * groups) along its last axis, the features of its kernel")
      }
      let reading = try slide.reading(over: Array(input.shape[1...axes]))
      var value = try convolved(input, reading, kernels, depth: depth)
      if let pointwise {
        let rows = value.numbers.count / filters
        _ = try Bounds.count([rows, width])
        value = Value(
          shape: value.shape.dropLast() + [width],
          multiply(value.numbers[...], rows: rows, inner: filters, pointwise.values[...], columns: width))
      }
      return [Value(shape: value.shape, activation(value.adding(bias), width: width))]
    }
  }
}

extension LayerDescription {
  fileprivate var isSeparable: Bool { className.hasPrefix("Separable") }

  /// The kernel as one of groups of features, and how many groups there are.
  fileprivate func groupedKernel() throws(LayerProblem) -> (NamedArray, groups: Int) {
    guard isSeparable || className.hasPrefix("Depthwise") else {
      let kernel = try kernel("kernel", features: "features / groups", filters: "filters")
      return (kernel, try size("groups", default: 1))
    }
    let name = weight(named: "depthwise_kernel") == nil ? "kernel" : "depthwise_kernel"
    let kernel = try kernel(name, features: "features", filters: "depth_multiplier")
    // Each feature is a group, and the array has the groups' filters side by side as it is.
    let (groups, each) = (kernel.shape[spatialAxes], kernel.shape[spatialAxes + 1])
    let filters = try Bounds.count([groups, each])
    return (
      NamedArray(name: name, shape: kernel.shape.prefix(spatialAxes) + [1, filters], values: kernel.values),
      groups
    )
  }

  /// The Dense over the features of a separable one.
  fileprivate func pointwiseKernel(features: Int) throws(LayerProblem) -> NamedArray {
    let name = "pointwise_kernel"
    let kernel = try kernel(name, features: "features · depth_multiplier", filters: "filters")
    let wanted = Array(repeating: 1, count: spatialAxes) + [features, kernel.shape[spatialAxes + 1]]
    guard kernel.shape == wanted else { throw .weight(name, found: kernel.shape, wanted: wanted) }
    return kernel
  }
}

/// The sums of the window's numbers times the kernels', for each place of the output.
///
/// - Parameters:
///   - kernels: For each group of features a matrix (places of the window · depth, filters of the group).
///   - depth: The features that a group reads.
func convolved(
  _ input: Value, _ reading: Slide.Reading, _ kernels: [[Float]], depth: Int
) throws(LayerProblem) -> Value {
  let (batch, features) = (input.shape[0], depth * kernels.count)
  let inner = reading.places * depth
  _ = try Bounds.count([reading.rows, inner])
  let width = inner == 0 ? 0 : kernels[0].count / inner
  let filters = width * kernels.count
  let shape = [batch] + reading.shape + [filters]
  var out = [Float](repeating: 0, count: try Bounds.count(shape))
  let numbers = input.numbers
  let size = input.shape.dropFirst().dropLast().reduce(1, *)
  var taps = [Float](repeating: 0, count: reading.rows * inner)
  for sample in 0..<batch {
    for (group, kernel) in kernels.enumerated() {
      for (place, source) in reading.sources.enumerated() {
        // Beside the input stand zeros, from the start.
        guard source >= 0 else { continue }
        let start = (sample * size + Int(source)) * features + group * depth
        for index in 0..<depth { taps[place * depth + index] = numbers[start + index] }
      }
      let product = multiply(taps[...], rows: reading.rows, inner: inner, kernel[...], columns: width)
      for row in 0..<reading.rows {
        let start = (sample * reading.rows + row) * filters + group * width
        for filter in 0..<width { out[start + filter] = product[row * width + filter] }
      }
    }
  }
  return Value(shape: shape, out)
}

/// A block of the kernel's filters as a matrix of its own.
private func columns(of kernel: NamedArray, from first: Int, count: Int) -> [Float] {
  let filters = kernel.shape[kernel.shape.count - 1]
  return (0..<kernel.values.count / filters).flatMap { row in
    kernel.values[row * filters + first..<row * filters + first + count]
  }
}

extension Value {
  /// Its numbers with a bias for each place of the last axis.
  func adding(_ bias: [Float]?) -> [Float] {
    var numbers = numbers
    guard let bias, !bias.isEmpty else { return numbers }
    for place in numbers.indices { numbers[place] += bias[place % bias.count] }
    return numbers
  }
}
