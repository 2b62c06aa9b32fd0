extension LayerKind {
  /// ONNX' convolution and pooling, whose channels stand before the axes that the window slides along.
  ///
  /// - Source: ONNX, operators Conv, MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool.
  static let onnxConvolution = LayerKind(
    name: "OnnxConvolution",
    classNames: [
      "onnx.Conv", "onnx.MaxPool", "onnx.AveragePool", "onnx.GlobalMaxPool", "onnx.GlobalAveragePool",
    ]
  ) { layer throws(LayerProblem) in
    switch layer.className {
    case "onnx.Conv": Operation { call throws(LayerProblem) in [try convolve(call, layer)] }
    case "onnx.MaxPool", "onnx.AveragePool":
      Operation { call throws(LayerProblem) in [try pool(call, layer)] }
    default:
      Operation { call throws(LayerProblem) in
        let input = try call.channelled()
        let axes = Array(2..<input.shape.count)
        if layer.className.hasSuffix("MaxPool") {
          return [input.reduced(over: axes, keepingAxes: true, largest)]
        }
        return [input.reduced(over: axes, keepingAxes: true) { $0.reduce(0, +) / Float($0.count) }]
      }
    }
  }
}

private func convolve(_ call: Call, _ layer: LayerDescription) throws(LayerProblem) -> Value {
  let (input, kernel) = (try call.channelled(), try call.given(1))
  let axes = input.shape.count - 2
  let groups = try layer.size("group", default: 1)
  guard kernel.shape.count == axes + 2, kernel.shape.allSatisfy({ $0 > 0 }), kernel.shape[0] % groups == 0,
    kernel.shape[1] * groups == input.shape[1]
  else {
    throw .input(
      found: kernel.shape, wanted: "a kernel (filters, \(input.shape[1] / groups), a size for each axis)")
  }
  let (filters, depth) = (kernel.shape[0], kernel.shape[1])
  // (filters, depth, places) becomes (places, depth, filters) for each group.
  let order = Array(2..<axes + 2) + [1, 0]
  let each = filters / groups
  let kernels = (0..<groups).map { group in
    kernel.slice(axis: 0, Array(group * each..<(group + 1) * each)).transposed(order).numbers
  }
  let slide = Slide(windows: try layer.windowsOfOnnx(Array(kernel.shape.dropFirst(2))))
  let reading = try slide.reading(over: Array(input.shape.dropFirst(2)))
  let value = try convolved(input.channelsLast, reading, kernels, depth: depth)
  let bias = try call.optional(2)
  guard bias.map({ $0.shape == [filters] }) ?? true else {
    throw .input(found: bias?.shape ?? [], wanted: "a bias (\(filters),)")
  }
  return Value(shape: value.shape, value.adding(bias?.numbers)).channelsFirst
}

private func pool(_ call: Call, _ layer: LayerDescription) throws(LayerProblem) -> Value {
  let input = try call.channelled()
  let isMax = layer.className == "onnx.MaxPool"
  guard try layer.integer("ceil_mode", default: 0) == 0, try layer.integer("outputs", default: 1) == 1 else {
    throw .unsupported("its ceil_mode, or its second output, is not run")
  }
  guard let sizes = try layer.integers("kernel_shape"), sizes.count == input.shape.count - 2,
    sizes.allSatisfy({ (1...Bounds.limit).contains($0) })
  else {
    throw .option("kernel_shape", found: layer.options["kernel_shape"], wanted: "a size for each axis")
  }
  let countsPadding = try layer.integer("count_include_pad", default: 0) != 0
  var value = input
  for (axis, window) in try layer.windowsOfOnnx(sizes).enumerated() {
    guard window.dilation == 1 else { throw .unsupported("its windows have gaps, which are not run") }
    value = try value.pooled(along: axis + 2, window, isMax: isMax, countsPadding: countsPadding)
  }
  return value
}

extension Call {
  /// The first input, which has batch, channels and one axis or more.
  fileprivate func channelled() throws(LayerProblem) -> Value {
    let input = try given(0)
    guard input.shape.count >= 3 else { throw .input(found: input.shape, wanted: "(batch, channels, …)") }
    return input
  }
}

extension Value {
  fileprivate var channelsLast: Value { transposed([0] + Array(2..<shape.count) + [1]) }
  fileprivate var channelsFirst: Value {
    transposed([0, shape.count - 1] + Array(1..<shape.count - 1))
  }
}

extension LayerDescription {
  /// The windows of a kernel with the node's strides, dilations and pads.
  fileprivate func windowsOfOnnx(_ sizes: [Int]) throws(LayerProblem) -> [Window] {
    let strides = try self.sizes("strides", sizes.count, default: 1)
    let dilations = try self.sizes("dilations", sizes.count, default: 1)
    let pads = try integers("pads") ?? Array(repeating: 0, count: 2 * sizes.count)
    guard pads.count == 2 * sizes.count, pads.allSatisfy({ (0...Bounds.limit).contains($0) }) else {
      throw .option("pads", found: options["pads"], wanted: "two numbers from 0 on for each axis")
    }
    let choices = ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]
    let way = try text("auto_pad", default: "NOTSET", among: choices)
    return sizes.indices.map { axis in
      let padding: Window.Padding =
        switch way {
        case "VALID": .valid
        case "SAME_UPPER": .same
        case "SAME_LOWER": .sameLower
        default: .given(before: pads[axis], after: pads[sizes.count + axis])
        }
      return Window(
        size: sizes[axis], stride: strides[axis], dilation: dilations[axis], padding: padding)
    }
  }
}
