import LSTM

extension LayerKind {
  /// A convolution backwards: each place of the input adds its kernel to the places that a convolution would have
  /// read it from.
  ///
  /// - Source: Keras 3, `BaseConvTranspose` and `_get_output_shape_given_tf_padding`; kernel (a size for each axis,
  ///   filters, features).
  static let transposedConvolution = LayerKind(
    name: "TransposedConvolution", classNames: ["Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let kernel = try layer.kernel("kernel", features: "filters", filters: "features")
    let axes = kernel.shape.count - 2
    let (filters, depth) = (kernel.shape[axes], kernel.shape[axes + 1])
    let windows = try layer.windows(Array(kernel.shape.prefix(axes)))
    guard windows.allSatisfy({ $0.padding != .causal }) else {
      throw .option("padding", found: layer.options["padding"], wanted: "valid, same")
    }
    let slide = Slide(windows: windows)
    let more = layer.option("output_padding") == nil ? nil : try layer.sizes("output_padding", axes, from: 0)
    // (places of the window · filters, features) is read as (features, places · filters).
    let matrix = Value(shape: [kernel.values.count / depth, depth], kernel.values).transposed([1, 0]).numbers
    let bias = try layer.flag("use_bias", default: true) ? layer.weight("bias", [filters]) : nil
    let activation = try layer.activation("activation")
    return Operation { call throws(LayerProblem) in
      let input = try call.spatial(axes: axes)
      guard input.shape[axes + 1] == depth else {
        throw .input(found: input.shape, wanted: "\(depth) along its last axis, the features of its kernel")
      }
      let lengths = Array(input.shape[1...axes])
      var outer: [Int] = []
      for (axis, window) in windows.enumerated() {
        outer.append(try window.lengthBackwards(from: lengths[axis], more: more?[axis]))
      }
      let shape = [input.shape[0]] + outer + [filters]
      var out = [Float](repeating: 0, count: try Bounds.count(shape))
      let reading = try slide.reading(over: outer)
      guard reading.shape == lengths else {
        throw .unsupported("its output_padding is more than its strides leave room for")
      }
      let width = reading.places * filters
      _ = try Bounds.count([reading.rows, width])
      let size = outer.reduce(1, *)
      let numbers = input.numbers
      for sample in 0..<input.shape[0] {
        let rows = numbers[sample * reading.rows * depth..<(sample + 1) * reading.rows * depth]
        let product = multiply(rows, rows: reading.rows, inner: depth, matrix[...], columns: width)
        for (place, source) in reading.sources.enumerated() where source >= 0 {
          let start = (sample * size + Int(source)) * filters
          for filter in 0..<filters { out[start + filter] += product[place * filters + filter] }
        }
      }
      return [Value(shape: shape, activation(Value(shape: shape, out).adding(bias), width: filters))]
    }
  }
}

extension Window {
  /// The length that a convolution would have made `length` of.
  ///
  /// - Parameter more: Keras' output_padding; nil lets the strides decide.
  fileprivate func lengthBackwards(from length: Int, more: Int?) throws(LayerProblem) -> Int {
    _ = try Bounds.count([size, dilation])
    let reach = (size - 1) * dilation + 1
    _ = try Bounds.count([length, stride])
    switch padding {
    case .same, .sameLower: return more.map { (length - 1) * stride + reach % 2 + $0 } ?? length * stride
    case .valid, .causal, .given: return (length - 1) * stride + reach + (more ?? max(0, stride - reach))
    }
  }
}
