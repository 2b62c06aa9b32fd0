import Glibc
import LSTM

extension LayerKind {
  /// ONNX' operators other than LSTM, as far as they are run.
  ///
  /// Attributes are options, inputs arguments; an input that is left out is the constant None. `opset` is the
  /// version of the operators. Truth values are 0 and 1, whole numbers are carried as floats.
  ///
  /// - Source: ONNX, `docs/Operators.md`.
  static let onnxOperations = LayerKind(
    name: "OnnxOperations",
    classNames: [
      Array(binary.keys), Array(unary.keys), Array(folds.keys), Array(functions.keys), Array(shaping.keys),
    ].flatMap { $0 }.map { "onnx.\($0)" }
  ) { layer throws(LayerProblem) in
    let name = String(layer.className.dropFirst("onnx.".count))
    if let function = binary[name] {
      return Operation { call throws(LayerProblem) in
        var result = try call.given(0)
        for index in 1..<max(1, call.arguments.count) {
          result = try Value.combine(result, try call.given(index), function)
        }
        return [result]
      }
    }
    if let function = unary[name] {
      return Operation { call throws(LayerProblem) in [try call.given(0).mapped(function)] }
    }
    if let fold = folds[name] {
      return Operation { call throws(LayerProblem) in [try reduced(call, layer, fold)] }
    }
    if let activation = functions[name] {
      let function = try activation(layer)
      return Operation { call throws(LayerProblem) in
        let input = try call.given(0)
        return [Value(shape: input.shape, function(input.numbers))]
      }
    }
    guard let shape = shaping[name] else { throw .unsupported("the operator \(name) is not run here") }
    return Operation { call throws(LayerProblem) in try shape(call, layer) }
  }
}

extension Operation {
  /// The outputs for inputs that are known beforehand; nil where it cannot be run.
  package func folded(_ inputs: [Value?]) throws(LayerProblem) -> [Value] {
    var call = Call(
      inputs: inputs.compactMap { $0 },
      arguments: inputs.map { $0.map { .value($0) } ?? .constant(.null) })
    return try run(&call)
  }
}

extension Call {
  /// An input that may be left out.
  func optional(_ index: Int) throws(LayerProblem) -> Value? {
    guard arguments.indices.contains(index), case .value(let value) = arguments[index] else { return nil }
    guard case .numbers = value.elements else { throw .texts(wanted: false) }
    return value
  }

  func given(_ index: Int) throws(LayerProblem) -> Value {
    guard let value = try optional(index) else {
      throw .inputCount(found: arguments.count, wanted: "\(index + 1) or more")
    }
    return value
  }

  /// Whole numbers that are an input in newer operators, an attribute in older ones.
  fileprivate func integers(
    _ index: Int, or name: String, _ layer: LayerDescription
  ) throws(LayerProblem) -> [Int]? {
    if let value = try optional(index) { return value.integers }
    return try layer.integers(name)
  }
}

extension Value {
  /// Whole numbers; those beyond what a float holds exactly are as good as infinite.
  fileprivate var integers: [Int] {
    numbers.map { $0.isNaN ? 0 : Int(max(-1e15, min(1e15, $0.rounded(.towardZero)))) }
  }

  /// At least a matrix: a vector gets an axis before or behind.
  fileprivate func matrix(isFirst: Bool) -> Value {
    guard shape.count < 2 else { return self }
    let count = numbers.count
    return reshaped(isFirst ? [1, count] : [count, 1])
  }

  fileprivate func axes(_ axes: [Int]) throws(LayerProblem) -> [Int] {
    var result: Set<Int> = []
    for axis in axes { result.insert(try self.axis(axis, option: "axes")) }
    return result.sorted()
  }
}

private let binary: [String: @Sendable (Float, Float) -> Float] = [
  "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Div": { $0 / $1 }, "Pow": { pow($0, $1) },
  "Sum": { $0 + $1 },
  "Max": { $0.isNaN || $1.isNaN ? .nan : max($0, $1) },
  "Min": { $0.isNaN || $1.isNaN ? .nan : min($0, $1) },
  "Equal": { $0 == $1 ? 1 : 0 }, "Greater": { $0 > $1 ? 1 : 0 }, "GreaterOrEqual": { $0 >= $1 ? 1 : 0 },
  "Less": { $0 < $1 ? 1 : 0 }, "LessOrEqual": { $0 <= $1 ? 1 : 0 },
  "And": { $0 != 0 && $1 != 0 ? 1 : 0 }, "Or": { $0 != 0 || $1 != 0 ? 1 : 0 },
  "PRelu": { $0 < 0 ? $0 * $1 : $0 },
  "Xor": { ($0 != 0) != ($1 != 0) ? 1 : 0 },
]

private let unary: [String: @Sendable (Float) -> Float] = [
  "Neg": { -$0 }, "Abs": { abs($0) }, "Exp": { exp($0) }, "Log": { log($0) }, "Sqrt": { $0.squareRoot() },
  "Reciprocal": { 1 / $0 }, "Floor": { $0.rounded(.down) }, "Ceil": { $0.rounded(.up) },
  "Round": { $0.rounded(.toNearestOrEven) }, "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
  "Not": { $0 == 0 ? 1 : 0 }, "Erf": { erf($0) }, "Sin": { sin($0) }, "Cos": { cos($0) },
  "IsNaN": { $0.isNaN ? 1 : 0 }, "Identity": { $0 }, "Dropout": { $0 },
]

private let folds: [String: @Sendable (ArraySlice<Float>) -> Float] = [
  "ReduceMean": { $0.reduce(0, +) / Float($0.count) }, "ReduceSum": { $0.reduce(0, +) },
  "ReduceProd": { $0.reduce(1, *) }, "ReduceMax": { $0.reduce(-.infinity) { $1.isNaN ? $1 : max($0, $1) } },
  "ReduceMin": { $0.reduce(.infinity) { $1.isNaN ? $1 : min($0, $1) } },
  "ReduceL2": { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() },
  "ReduceL1": { $0.reduce(0) { $0 + abs($1) } },
  "ReduceLogSumExp": { log($0.reduce(0) { $0 + exp($1) }) },
  "ReduceSumSquare": { $0.reduce(0) { $0 + $1 * $1 } },
]

private let functions: [String: @Sendable (LayerDescription) throws(LayerProblem) -> Activation] = [
  "Sigmoid": { _ throws(LayerProblem) in .sigmoid }, "Tanh": { _ throws(LayerProblem) in .tanh },
  "Relu": { _ throws(LayerProblem) in .relu }, "Softplus": { _ throws(LayerProblem) in .softplus },
  "Softsign": { _ throws(LayerProblem) in .softsign }, "HardSwish": { _ throws(LayerProblem) in .hardSilu },
  "Selu": { _ throws(LayerProblem) in .selu }, "Mish": { _ throws(LayerProblem) in .mish },
  "LeakyRelu": { layer throws(LayerProblem) in
    .leakyRelu(slope: try layer.number("alpha", default: 0.01))
  },
  "Elu": { layer throws(LayerProblem) in .elu(alpha: try layer.number("alpha", default: 1)) },
  "HardSigmoid": { layer throws(LayerProblem) in
    .hardSigmoid(
      alpha: try layer.number("alpha", default: 0.2), beta: try layer.number("beta", default: 0.5))
  },
  "Gelu": { layer throws(LayerProblem) in
    guard try layer.text("approximate", default: "none") == "none" else {
      throw .unsupported("its option approximate is tanh, and the exact Gelu alone is run")
    }
    return .gelu
  },
]

private func reduced(
  _ call: Call, _ layer: LayerDescription, _ fold: (ArraySlice<Float>) -> Float
) throws(LayerProblem) -> Value {
  let input = try call.given(0)
  let keeps = try layer.integer("keepdims", default: 1) != 0
  let chosen = try call.integers(1, or: "axes", layer) ?? []
  if chosen.isEmpty, try layer.integer("noop_with_empty_axes", default: 0) != 0 { return input }
  let axes = chosen.isEmpty ? Array(input.shape.indices) : try input.axes(chosen)
  return input.reduced(over: axes, keepingAxes: keeps, fold)
}

private typealias Shaping = @Sendable (Call, LayerDescription) throws(LayerProblem) -> [Value]

private let shaping: [String: Shaping] = [
  "Constant": { _, layer throws(LayerProblem) in
    guard let value = layer.weight(named: "value") else { throw .missingWeight("value", shape: "any") }
    return [Value(shape: value.shape, value.values)]
  },
  "Transpose": { call, layer throws(LayerProblem) in
    let value = try call.given(0)
    let order = try layer.integers("perm") ?? value.shape.indices.reversed()
    guard order.sorted() == Array(value.shape.indices) else {
      throw .option(
        "perm", found: layer.options["perm"], wanted: "each axis of \(describe(value.shape)) once")
    }
    return [value.transposed(order)]
  },
  "Reshape": { call, layer throws(LayerProblem) in
    let value = try call.given(0)
    guard var shape = try call.integers(1, or: "shape", layer) else {
      throw .option("shape", found: nil, wanted: "a shape")
    }
    if try layer.integer("allowzero", default: 0) == 0 {
      for (axis, size) in shape.enumerated() where size == 0 && axis < value.shape.count {
        shape[axis] = value.shape[axis]
      }
    }
    return [try value.reshaped(to: shape, option: "shape")]
  },
  "Flatten": { call, layer throws(LayerProblem) in
    let value = try call.given(0)
    let chosen = try layer.integer("axis", default: 1)
    let axis = chosen == value.shape.count ? chosen : try value.axis(chosen, option: "axis")
    let rows = value.shape[..<axis].reduce(1, *)
    return [value.reshaped([rows, value.shape[axis...].reduce(1, *)])]
  },
  "Squeeze": { call, layer throws(LayerProblem) in
    let value = try call.given(0)
    let chosen = try call.integers(1, or: "axes", layer)
    let axes = try value.axes(chosen ?? value.shape.indices.filter { value.shape[$0] == 1 })
    for axis in axes where value.shape[axis] != 1 {
      throw .input(found: value.shape, wanted: "1 along axis \(axis)")
    }
    return [value.reshaped(value.shape.indices.filter { !axes.contains($0) }.map { value.shape[$0] })]
  },
  "Unsqueeze": { call, layer throws(LayerProblem) in
    var value = try call.given(0)
    let chosen = try call.integers(1, or: "axes", layer) ?? []
    guard value.shape.count + chosen.count <= 64 else { throw .tooLarge(value.shape) }
    let whole = Value(shape: [Int](repeating: 1, count: value.shape.count + chosen.count), [0])
    for axis in try whole.axes(chosen) { value = value.expanded(at: min(axis, value.shape.count)) }
    return [value]
  },
  "Concat": { call, layer throws(LayerProblem) in
    let inputs = try call.all(1...Int.max)
    return [try Value.concatenated(inputs, axis: try layer.integer("axis"))]
  },
  "Slice": { call, layer throws(LayerProblem) in
    var value = try call.given(0)
    guard let starts = try call.integers(1, or: "starts", layer),
      let ends = try call.integers(2, or: "ends", layer), starts.count == ends.count
    else { throw .option("starts", found: nil, wanted: "as many starts as ends") }
    let axes = try call.integers(3, or: "axes", layer) ?? Array(0..<starts.count)
    let steps = try call.integers(4, or: "steps", layer) ?? axes.map { _ in 1 }
    guard axes.count == starts.count, steps.count == starts.count, !steps.contains(0) else {
      throw .option("axes", found: nil, wanted: "as many axes and steps as starts")
    }
    for (place, chosen) in axes.enumerated() {
      let axis = try value.axis(chosen, option: "axes")
      let (size, step) = (value.shape[axis], steps[place])
      func bound(_ index: Int) -> Int {
        let index = index < 0 ? index + size : index
        return step > 0 ? min(size, max(0, index)) : min(size - 1, max(-1, index))
      }
      let reach = min(size + 1, max(-size - 1, step))
      value = value.slice(
        axis: axis, Array(stride(from: bound(starts[place]), to: bound(ends[place]), by: reach)))
    }
    return [value]
  },
  "Gather": { call, layer throws(LayerProblem) in
    let (value, chosen) = (try call.given(0), try call.given(1))
    let axis = try value.axis(try layer.integer("axis", default: 0), option: "axis")
    let size = value.shape[axis]
    var places: [Int] = []
    for index in chosen.integers {
      let place = index < 0 ? index + size : index
      guard (0..<size).contains(place) else { throw .id(Float(index), rows: size) }
      places.append(place)
    }
    let shape = Array(value.shape[..<axis]) + chosen.shape + Array(value.shape[(axis + 1)...])
    _ = try Bounds.count(shape)
    return [value.slice(axis: axis, places).reshaped(shape)]
  },
  "Shape": { call, layer throws(LayerProblem) in
    let shape = try call.given(0).shape
    func bound(_ index: Int) -> Int { min(shape.count, max(0, index < 0 ? index + shape.count : index)) }
    let start = bound(try layer.integer("start", default: 0))
    let end = max(start, bound(try layer.integer("end", default: shape.count)))
    return [Value(shape: [end - start], shape[start..<end].map { Float($0) })]
  },
  "Size": { call, _ throws(LayerProblem) in
    [Value(shape: [], [Float(try call.given(0).numbers.count)])]
  },
  "Expand": { call, _ throws(LayerProblem) in
    let (value, shape) = (try call.given(0), try call.given(1).integers)
    let count = try Bounds.count(shape)
    return [try Value.combine(value, Value(shape: shape, [Float](repeating: 0, count: count))) { a, _ in a }]
  },
  "ConstantOfShape": { call, layer throws(LayerProblem) in
    let shape = try call.given(0).integers
    let count = try Bounds.count(shape)
    let filling = layer.weight(named: "value")?.values.first ?? 0
    return [Value(shape: shape, [Float](repeating: filling, count: count))]
  },
  "Split": { call, layer throws(LayerProblem) in
    let value = try call.given(0)
    let axis = try value.axis(try layer.integer("axis", default: 0), option: "axis")
    let size = value.shape[axis]
    let count = try layer.integer("num_outputs", default: try layer.integer("outputs", default: 1))
    guard (1...1 << 16).contains(count) else {
      throw .option("num_outputs", found: layer.options["num_outputs"], wanted: "1 or more")
    }
    // Where they do not fit evenly, the last is smaller.
    let even = (size + count - 1) / count
    let sizes =
      try call.integers(1, or: "split", layer) ?? (0..<count).map { max(0, min(even, size - $0 * even)) }
    guard sizes.allSatisfy({ (0...size).contains($0) }), sizes.reduce(0, +) == size else {
      throw .option("split", found: nil, wanted: "parts of \(size)")
    }
    var start = 0
    return sizes.map { part in
      defer { start += part }
      return value.slice(axis: axis, Array(start..<start + part))
    }
  },
  "Tile": { call, _ throws(LayerProblem) in
    var value = try call.given(0)
    let repeats = try call.given(1).integers
    guard repeats.count == value.shape.count, repeats.allSatisfy({ $0 >= 0 }) else {
      throw .option("repeats", found: nil, wanted: "a number for each axis of \(describe(value.shape))")
    }
    for (axis, count) in repeats.enumerated() {
      var shape = value.shape
      let (size, overflow) = shape[axis].multipliedReportingOverflow(by: count)
      guard !overflow else { throw .tooLarge(shape) }
      shape[axis] = size
      _ = try Bounds.count(shape)
      let own = value.shape[axis]
      value = value.slice(axis: axis, (0..<size).map { $0 % max(1, own) })
    }
    return [value]
  },
  "Where": { call, _ throws(LayerProblem) in
    let condition = try call.given(0)
    let (first, second) = (try call.given(1), try call.given(2))
    let marks = try Value.combine(condition, try Value.combine(first, second) { _, _ in 0 }) { a, _ in a }
    let taken = try Value.combine(marks, first) { $0 != 0 ? $1 : 0 }
    let others = try Value.combine(marks, second) { $0 != 0 ? 0 : $1 }
    let chosen = zip(marks.numbers, zip(taken.numbers, others.numbers)).map { $0 != 0 ? $1.0 : $1.1 }
    return [Value(shape: marks.shape, chosen)]
  },
  "Clip": { call, layer throws(LayerProblem) in
    // Attributes in older operators.
    let bounds = (
      Float(try layer.number("min", default: -.infinity)), Float(try layer.number("max", default: .infinity))
    )
    let low = try call.optional(1)?.numbers.first ?? bounds.0
    let high = try call.optional(2)?.numbers.first ?? bounds.1
    return [try call.given(0).mapped { $0 < low ? low : $0 > high ? high : $0 }]
  },
  "Cast": { call, layer throws(LayerProblem) in
    let value = try call.given(0)
    switch try layer.integer("to") {
    case 9: return [value.mapped { $0 != 0 ? 1 : 0 }]
    case 2...7, 12, 13: return [value.mapped { $0.rounded(.towardZero) }]
    case 1, 10, 11, 16: return [value]
    case let type: throw .unsupported("it casts to type \(type), and numbers alone are run")
    }
  },
  "Range": { call, _ throws(LayerProblem) in
    var bounds: [Float] = []
    for index in 0..<3 { bounds.append(try call.given(index).numbers.first ?? 0) }
    let count = ((bounds[1] - bounds[0]) / bounds[2]).rounded(.up)
    guard bounds[2] != 0, count < Float(Bounds.limit) else { throw .unsupported("its range has no end") }
    let size = max(0, Int(count))
    return [Value(shape: [size], (0..<size).map { bounds[0] + Float($0) * bounds[2] })]
  },
  "Mod": { call, layer throws(LayerProblem) in
    // The sign is the divisor's, or with fmod the dividend's.
    let rounding: FloatingPointRoundingRule =
      try layer.integer("fmod", default: 0) == 0 ? .down : .towardZero
    return [try Value.combine(try call.given(0), try call.given(1)) { $0 - ($0 / $1).rounded(rounding) * $1 }]
  },
  "Einsum": { call, layer throws(LayerProblem) in
    [try Value.einsum(try layer.text("equation", default: ""), try call.all(1...Int.max))]
  },
  "CumSum": { call, layer throws(LayerProblem) in
    guard try layer.integer("exclusive", default: 0) == 0, try layer.integer("reverse", default: 0) == 0
    else {
      throw .unsupported("its options exclusive and reverse are not run")
    }
    return [try call.given(0).running(try call.given(1).integers.first ?? 0, +)]
  },
  "ArgMax": { call, layer throws(LayerProblem) in [try extreme(call, layer, >)] },
  "ArgMin": { call, layer throws(LayerProblem) in [try extreme(call, layer, <)] },
  "Pad": { call, layer throws(LayerProblem) in
    var value = try call.given(0)
    guard try layer.text("mode", default: "constant") == "constant" else {
      throw .unsupported("its mode is \(layer.options["mode"]?.spelled ?? ""), and only 'constant' is run")
    }
    let axes = try call.optional(3)?.integers ?? Array(value.shape.indices)
    let widths = try call.integers(1, or: "pads", layer) ?? []
    guard widths.count == 2 * axes.count, widths.allSatisfy({ (0...Bounds.limit).contains($0) }) else {
      throw .option("pads", found: layer.options["pads"], wanted: "two numbers from 0 on for each axis")
    }
    let attribute = Float(try layer.number("value", default: 0))
    let number = try call.optional(2)?.numbers.first ?? attribute
    for (place, axis) in axes.enumerated() {
      value = try value.padded(
        along: try value.axis(axis, option: "axes"), before: widths[place], after: widths[axes.count + place],
        with: number)
    }
    return [value]
  },
  "OneHot": { call, layer throws(LayerProblem) in
    let (ids, depth) = (try call.given(0), try call.given(1).integers.first ?? 0)
    let values = try call.given(2).numbers
    guard (1...Bounds.limit).contains(depth), values.count == 2 else {
      throw .unsupported("its depth is \(depth), and a number from 1 on is needed, with two values")
    }
    let rows = try ids.mapped { $0 < 0 ? $0 + Float(depth) : $0 }.oneHot(depth)
    let axis = try rows.axis(try layer.integer("axis", default: -1), option: "axis")
    var order = Array(0..<rows.shape.count - 1)
    order.insert(rows.shape.count - 1, at: axis)
    return [rows.transposed(order).mapped { $0 == 0 ? values[0] : values[1] }]
  },
  "MatMul": { call, _ throws(LayerProblem) in
    let (first, second) = (try call.given(0), try call.given(1))
    var product = try Value.product(first.matrix(isFirst: true), second.matrix(isFirst: false))
    if second.shape.count < 2 { product = product.reshaped(Array(product.shape.dropLast())) }
    if first.shape.count < 2 {
      var shape = product.shape
      shape.remove(at: max(0, shape.count - (second.shape.count < 2 ? 1 : 2)))
      product = product.reshaped(shape)
    }
    return [product]
  },
  "Gemm": { call, layer throws(LayerProblem) in
    var (a, b) = (try call.given(0), try call.given(1))
    guard a.shape.count == 2, b.shape.count == 2 else { throw .input(found: a.shape, wanted: "a matrix") }
    if try layer.integer("transA", default: 0) != 0 { a = a.transposed([1, 0]) }
    if try layer.integer("transB", default: 0) != 0 { b = b.transposed([1, 0]) }
    let (alpha, beta) = (
      Float(try layer.number("alpha", default: 1)), Float(try layer.number("beta", default: 1))
    )
    let product = try Value.product(a, b).mapped { $0 * alpha }
    guard let c = try call.optional(2) else { return [product] }
    return [try Value.combine(product, c) { $0 + beta * $1 }]
  },
  "Softmax": { call, layer throws(LayerProblem) in [try softmaxed(call, layer, .softmax)] },
  "LogSoftmax": { call, layer throws(LayerProblem) in [try softmaxed(call, layer, .logSoftmax)] },
  "BatchNormalization": { call, layer throws(LayerProblem) in
    let value = try call.given(0)
    let epsilon = Float(try layer.number("epsilon", default: 1e-5))
    guard value.shape.count >= 2 else { throw .input(found: value.shape, wanted: "(batch, channels, …)") }
    let width = value.shape[1]
    var arrays: [[Float]] = []
    for index in 1..<5 { arrays.append(try call.given(index).numbers) }
    guard arrays.allSatisfy({ $0.count == width }) else {
      throw .input(found: value.shape, wanted: "\(arrays[0].count) channels along axis 1")
    }
    let step = value.shape.dropFirst(2).reduce(1, *)
    var numbers = value.numbers
    for place in numbers.indices {
      let channel = place / step % width
      let scale = arrays[0][channel] / (arrays[3][channel] + epsilon).squareRoot()
      numbers[place] = (numbers[place] - arrays[2][channel]) * scale + arrays[1][channel]
    }
    return [Value(shape: value.shape, numbers)]
  },
  "LayerNormalization": { call, layer throws(LayerProblem) in
    let value = try call.given(0)
    let epsilon = Float(try layer.number("epsilon", default: 1e-5))
    let first = try value.axis(try layer.integer("axis", default: -1), option: "axis")
    let axes = Array(first..<value.shape.count)
    let mean = value.reduced(over: axes, keepingAxes: true) { $0.reduce(0, +) / Float($0.count) }
    let centred = try Value.combine(value, mean) { $0 - $1 }
    let variance = centred.reduced(over: axes, keepingAxes: true) {
      $0.reduce(0) { $0 + $1 * $1 } / Float($0.count)
    }
    var out = try Value.combine(centred, variance) { $0 / ($1 + epsilon).squareRoot() }
    out = try Value.combine(out, try call.given(1)) { $0 * $1 }
    if let bias = try call.optional(2) { out = try Value.combine(out, bias) { $0 + $1 } }
    return [out]
  },
]

/// Before version 13 all axes from `axis` on are one row.
private func softmaxed(
  _ call: Call, _ layer: LayerDescription, _ function: Activation
) throws(LayerProblem) -> Value {
  let value = try call.given(0)
  let isOld = try layer.integer("opset", default: 13) < 13
  let axis = try value.axis(try layer.integer("axis", default: isOld ? 1 : -1), option: "axis")
  if isOld {
    let width = value.shape[axis...].reduce(1, *)
    return Value(shape: value.shape, function(value.numbers, width: max(1, width)))
  }
  var order = Array(value.shape.indices)
  order.swapAt(axis, order.count - 1)
  let turned = value.transposed(order)
  return Value(shape: turned.shape, function(turned.numbers, width: max(1, turned.shape.last ?? 1)))
    .transposed(order)
}

/// The place of the largest, or smallest, along an axis; the first of equal ones.
private func extreme(
  _ call: Call, _ layer: LayerDescription, _ isBeyond: @escaping (Float, Float) -> Bool
) throws(LayerProblem) -> Value {
  let value = try call.given(0)
  guard try layer.integer("select_last_index", default: 0) == 0 else {
    throw .unsupported("its option select_last_index is not run")
  }
  let axis = try value.axis(try layer.integer("axis", default: 0), option: "axis")
  return value.reduced(over: [axis], keepingAxes: try layer.integer("keepdims", default: 1) != 0) {
    Float(firstPlace($0, isBeyond))
  }
}
