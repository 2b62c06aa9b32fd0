import Glibc
import LSTM

typealias ShapeOperation = @Sendable (Call, LayerDescription) throws(LayerProblem) -> [Value]

/// The operations of Keras 3 that are more than arithmetic on each number, by their class.
let shapeOperations: [String: ShapeOperation] = [
  "Concatenate": { call, layer throws(LayerProblem) in
    let inputs = try call.all(1...Int.max)
    return [try Value.concatenated(inputs, axis: try call.axis(layer, default: -1, of: inputs[0]))]
  },
  "Stack": { call, layer throws(LayerProblem) in
    let inputs = try call.all(1...Int.max)
    for input in inputs where input.shape != inputs[0].shape {
      throw .input(found: input.shape, wanted: "\(describe(inputs[0].shape)) like the first")
    }
    let first = inputs[0].reshaped(inputs[0].shape + [1])
    let axis = try call.axis(layer, default: 0, of: first)
    return [try Value.concatenated(inputs.map { $0.expanded(at: axis) }, axis: axis)]
  },
  "ExpandDims": { call, layer throws(LayerProblem) in
    var value = try call.operand(0, "x")
    let axes = try call.integers("axis", layer) ?? [-1]
    for axis in axes {
      value = value.expanded(at: try value.reshaped(value.shape + [1]).axis(axis, option: "axis"))
    }
    return [value]
  },
  "Squeeze": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    var axes: [Int] = []
    for axis in try call.integers("axis", layer) ?? [] { axes.append(try value.axis(axis, option: "axis")) }
    let isAll = axes.isEmpty
    for axis in axes where value.shape[axis] != 1 {
      throw .input(found: value.shape, wanted: "1 along axis \(axis)")
    }
    let kept = value.shape.indices.filter { isAll ? value.shape[$0] != 1 : !axes.contains($0) }
    return [value.reshaped(kept.map { value.shape[$0] })]
  },
  "Reshape": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    guard let shape = try call.integers("newshape", layer) else {
      throw .option("newshape", found: layer.options["newshape"], wanted: "a shape")
    }
    return [try value.reshaped(to: shape, option: "newshape")]
  },
  "Transpose": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    var axes: [Int] = []
    for axis in try call.integers("axes", layer) ?? value.shape.indices.reversed() {
      axes.append(try value.axis(axis, option: "axes"))
    }
    guard axes.sorted() == Array(value.shape.indices) else {
      throw .option(
        "axes", found: layer.options["axes"], wanted: "each axis of \(describe(value.shape)) once")
    }
    return [value.transposed(axes)]
  },
  "Swapaxes": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    var axes = Array(value.shape.indices)
    axes.swapAt(
      try call.axis(layer, name: "axis1", default: 0, of: value),
      try call.axis(layer, name: "axis2", default: 1, of: value))
    return [value.transposed(axes)]
  },
  "Flip": { call, layer throws(LayerProblem) in
    var value = try call.operand(0, "x")
    for axis in try call.integers("axis", layer) ?? Array(value.shape.indices) {
      let axis = try value.axis(axis, option: "axis")
      value = value.slice(axis: axis, (0..<value.shape[axis]).reversed())
    }
    return [value]
  },
  "ConvertToTensor": { call, _ throws(LayerProblem) in [try call.operand(0, "x").unmasked] },
  "Cast": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x").unmasked
    let type = try layer.text("dtype", default: "float32")
    if type == "bool" { return [value.mapped { $0 != 0 ? 1 : 0 }] }
    return [type.contains("int") ? value.mapped { $0.rounded(.towardZero) } : value]
  },
  "Matmul": { call, _ throws(LayerProblem) in
    [try Value.product(try call.operand(0, "x1"), try call.operand(1, "x2"))]
  },
  "Softmax": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x").unmasked
    return [value.softmax(along: try call.axis(layer, default: -1, of: value))]
  },
  "Where": { call, _ throws(LayerProblem) in
    let condition = try call.operand(0, "condition")
    let (first, second) = (try call.operand(1, "x1"), try call.operand(2, "x2"))
    // Both are stretched by the condition before one of the two is taken.
    let marks = try Value.combine(condition, try Value.combine(first, second) { _, _ in 0 }) { a, _ in a }
    let taken = try Value.combine(marks, first) { $0 != 0 ? $1 : 0 }
    let others = try Value.combine(marks, second) { $0 != 0 ? 0 : $1 }
    let chosen = zip(marks.numbers, zip(taken.numbers, others.numbers)).map { $0 != 0 ? $1.0 : $1.1 }
    return [Value(shape: marks.shape, chosen)]
  },
  "Split": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    let axis = try call.axis(layer, default: 0, of: value)
    let size = value.shape[axis]
    guard let chosen = try call.integers("indices_or_sections", layer) else {
      throw .option(
        "indices_or_sections", found: layer.options["indices_or_sections"], wanted: "whole numbers")
    }
    var ends = chosen + [size]
    if let sections = layer.options["indices_or_sections"]?.integer {
      guard (1...max(1, size)).contains(sections), size % sections == 0 else {
        throw .option("indices_or_sections", found: .number(Double(sections)), wanted: "a divisor of \(size)")
      }
      ends = (1...sections).map { $0 * size / sections }
    }
    guard ends.allSatisfy({ (0...size).contains($0) }), ends == ends.sorted() else {
      throw .option(
        "indices_or_sections", found: layer.options["indices_or_sections"], wanted: "rising, up to \(size)")
    }
    return zip([0] + ends, ends).map { value.slice(axis: axis, Array($0..<$1)) }
  },
  "GetItem": { call, _ throws(LayerProblem) in
    let value = try call.operand(0, "x")
    guard call.arguments.count == 2, case .constant(let key) = call.arguments[1] else {
      throw .unsupported("it takes items by an index that is computed, and only fixed ones are run")
    }
    return [try value.item(key)]
  },
  "Unstack": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    let axis = try call.axis(layer, default: 0, of: value)
    let kept = Array(value.shape[..<axis] + value.shape[(axis + 1)...])
    return (0..<value.shape[axis]).map { value.slice(axis: axis, [$0]).reshaped(kept) }
  },
  "Slice": { call, layer throws(LayerProblem) in
    var value = try call.operand(0, "inputs")
    let starts = try call.operand(1, "start_indices").numbers.map { Int(exactly: $0) ?? -1 }
    let sizes = try call.integers("shape", layer) ?? []
    guard starts.count == value.shape.count, sizes.count == value.shape.count else {
      throw .option("shape", found: layer.options["shape"], wanted: "a length for each axis")
    }
    for (axis, (start, size)) in zip(starts, sizes).enumerated() {
      let length = size == -1 ? value.shape[axis] - start : size
      guard start >= 0, length >= 0, start + length <= value.shape[axis] else {
        throw .option("shape", found: layer.options["shape"], wanted: "a part of \(describe(value.shape))")
      }
      value = value.slice(axis: axis, Array(start..<start + length))
    }
    return [value]
  },
  "Take": { call, layer throws(LayerProblem) in
    var value = try call.operand(0, "x")
    if try call.integers("axis", layer) == nil { value = value.reshaped([value.numbers.count]) }
    let axis = try call.axis(layer, default: 0, of: value)
    let places = try call.operand(1, "indices")
    let length = value.shape[axis]
    var chosen: [Int] = []
    for number in places.numbers {
      guard let place = Int(exactly: number), (-length..<length).contains(place) else {
        throw .id(number, rows: length)
      }
      chosen.append(place < 0 ? place + length : place)
    }
    let shape = value.shape[..<axis] + places.shape + value.shape[(axis + 1)...]
    _ = try Bounds.count(Array(shape))
    return [value.slice(axis: axis, chosen).reshaped(Array(shape))]
  },
  "Tile": { call, layer throws(LayerProblem) in
    var value = try call.operand(0, "x")
    var repeats = try call.integers("repeats", layer) ?? []
    while repeats.count < value.shape.count { repeats.insert(1, at: 0) }
    while value.shape.count < repeats.count { value = value.expanded(at: 0) }
    for (axis, times) in repeats.enumerated() where times != 1 {
      _ = try Bounds.count(value.shape + [times])
      let length = value.shape[axis]
      value = value.slice(axis: axis, (0..<length * times).map { $0 % length })
    }
    return [value]
  },
  "Repeat": { call, layer throws(LayerProblem) in
    var value = try call.operand(0, "x")
    if try call.integers("axis", layer) == nil { value = value.reshaped([value.numbers.count]) }
    let axis = try call.axis(layer, default: 0, of: value)
    let length = value.shape[axis]
    let given = try call.integers("repeats", layer) ?? []
    let repeats = given.count == 1 ? Array(repeating: given[0], count: length) : given
    guard repeats.count == length, repeats.allSatisfy({ (0...Bounds.limit).contains($0) }) else {
      throw .option("repeats", found: layer.options["repeats"], wanted: "one number, or \(length) of them")
    }
    var total = 0
    for times in repeats {
      total += times
      var shape = value.shape
      shape[axis] = total
      _ = try Bounds.count(shape)
    }
    return [value.slice(axis: axis, repeats.enumerated().flatMap { Array(repeating: $0, count: $1) })]
  },
  "Roll": { call, layer throws(LayerProblem) in
    var value = try call.operand(0, "x")
    let shifts = try call.integers("shift", layer) ?? []
    guard let axes = try call.integers("axis", layer), axes.count == shifts.count else {
      throw .unsupported("it rolls over all axes at once, and only along given ones it is run")
    }
    for (axis, shift) in zip(axes, shifts) {
      let axis = try value.axis(axis, option: "axis")
      let length = value.shape[axis]
      guard length > 0 else { continue }
      let back = (shift % length + length) % length
      value = value.slice(axis: axis, (0..<length).map { ($0 + length - back) % length })
    }
    return [value]
  },
  "Moveaxis": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    var (from, to): ([Int], [Int]) = ([], [])
    for axis in try call.integers("source", layer) ?? [] {
      from.append(try value.axis(axis, option: "source"))
    }
    for axis in try call.integers("destination", layer) ?? [] {
      to.append(try value.axis(axis, option: "destination"))
    }
    guard from.count == to.count, Set(from).count == from.count, Set(to).count == to.count else {
      throw .option("destination", found: layer.options["destination"], wanted: "as many axes as source")
    }
    var axes = value.shape.indices.filter { !from.contains($0) }
    for (place, axis) in zip(to, from).sorted(by: { $0.0 < $1.0 }) { axes.insert(axis, at: place) }
    return [value.transposed(axes)]
  },
  "Pad": { call, layer throws(LayerProblem) in
    var value = try call.operand(0, "x")
    guard try layer.text("mode", default: "constant") == "constant" else {
      throw .unsupported("its mode is \(layer.options["mode"]?.spelled ?? ""), and only 'constant' is run")
    }
    let number = call.keywords["constant_values"]?.number ?? 0
    let widths = (layer.option("pad_width")?.list ?? []).map { ($0.list ?? [$0]).compactMap(\.integer) }
    guard widths.count == value.shape.count || widths.count == 1,
      widths.allSatisfy({ $0.count == 2 && $0.allSatisfy { (0...Bounds.limit).contains($0) } })
    else {
      throw .option("pad_width", found: layer.options["pad_width"], wanted: "two whole numbers for each axis")
    }
    for axis in value.shape.indices {
      let ends = widths.count == 1 ? widths[0] : widths[axis]
      value = try value.padded(along: axis, before: ends[0], after: ends[1], with: Float(number))
    }
    return [value]
  },
  "Clip": { call, layer throws(LayerProblem) in
    let (low, high) = (
      try layer.number("x_min", default: -.infinity), try layer.number("x_max", default: .infinity)
    )
    return [
      try call.operand(0, "x").unmasked.mapped { $0.isNaN ? $0 : min(max($0, Float(low)), Float(high)) }
    ]
  },
  "Cumsum": { call, layer throws(LayerProblem) in
    [try call.operand(0, "x").running(try call.integers("axis", layer)?.first, +)]
  },
  "Cumprod": { call, layer throws(LayerProblem) in
    [try call.operand(0, "x").running(try call.integers("axis", layer)?.first, *)]
  },
  "LogSoftmax": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    let axis = try call.axis(layer, default: -1, of: value)
    let last = value.shape.count - 1
    var axes = Array(value.shape.indices)
    axes.swapAt(axis, last)
    return [Activation.logSoftmax(value.transposed(axes)).transposed(axes)]
  },
  "Gelu": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x").unmasked
    guard try layer.flag("approximate", default: true) else { return [Activation.gelu(value)] }
    let factor = (2 / Float.pi).squareRoot()
    return [value.mapped { 0.5 * $0 * (1 + tanh(factor * ($0 + 0.044715 * $0 * $0 * $0))) }]
  },
  "LeakyRelu": { call, layer throws(LayerProblem) in
    let slope = try layer.number("negative_slope", default: 0.2)
    return [Activation.leakyRelu(slope: slope)(try call.operand(0, "x").unmasked)]
  },
  "Elu": { call, layer throws(LayerProblem) in
    let alpha = try layer.number("alpha", default: 1)
    return [Activation.elu(alpha: alpha)(try call.operand(0, "x").unmasked)]
  },
  "Normalize": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    guard layer.option("order")?.number ?? 2 == 2 else {
      throw .unsupported("its order is \(layer.options["order"]?.spelled ?? ""), and only 2 is run")
    }
    let axis = try call.axis(layer, default: -1, of: value)
    let floor = Float(try layer.number("epsilon", default: 1e-12))
    let lengths = value.reduced(over: [axis], keepingAxes: true) { numbers in
      max(numbers.reduce(0) { $0 + $1 * $1 }, floor).squareRoot()
    }
    return [try Value.combine(value, lengths) { $0 / $1 }]
  },
  "Norm": { call, layer throws(LayerProblem) in
    let value = try call.operand(0, "x")
    let order = layer.option("ord")
    guard order == nil || order?.number == 2, let axes = try call.integers("axis", layer), axes.count == 1
    else {
      throw .unsupported("only the Euclidean length along one axis is run of it")
    }
    let axis = try value.axis(axes[0], option: "axis")
    return [
      value.reduced(over: [axis], keepingAxes: try layer.flag("keepdims")) { numbers in
        numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
    ]
  },
  "OneHot": { call, layer throws(LayerProblem) in
    let rows = try call.operand(0, "x").oneHot(try layer.size("num_classes"))
    let axis = try call.axis(layer, default: -1, of: rows)
    var axes = Array(0..<rows.shape.count - 1)
    axes.insert(rows.shape.count - 1, at: axis)
    return [rows.transposed(axes)]
  },
  "Einsum": { call, layer throws(LayerProblem) in
    [try Value.einsum(try layer.text("subscripts", default: ""), try call.all(1...Int.max))]
  },
]

extension Value {
  /// Operations of Keras 3 lose the mask.
  var unmasked: Value { reshaped(shape) }
}

extension Call {
  /// An argument by place or keyword: a plain number is an array without axes, nested lists are one with
  /// as many as they are deep.
  func operand(_ index: Int, _ keyword: String) throws(LayerProblem) -> Value {
    let argument =
      arguments.indices.contains(index) ? arguments[index] : keywords[keyword].map { .constant($0) }
    switch argument {
    case .value(let value)?:
      guard case .numbers = value.elements else { throw .texts(wanted: false) }
      return value
    case .constant(let constant)?:
      guard let value = Value(constant) else {
        throw .option(keyword, found: constant, wanted: "a number or lists of numbers")
      }
      return value
    case nil: throw .inputCount(found: arguments.count, wanted: "\(index + 1)")
    }
  }

  /// Whole numbers from the operation's configuration or the call's keywords; nil where there are none.
  func integers(_ name: String, _ layer: LayerDescription) throws(LayerProblem) -> [Int]? {
    guard let value = layer.option(name) ?? keywords[name], value != .null else { return nil }
    let numbers = (value.list ?? [value]).compactMap(\.integer)
    guard numbers.count == value.list?.count ?? 1 else {
      throw .option(name, found: value, wanted: "whole numbers")
    }
    return numbers
  }

  func axis(
    _ layer: LayerDescription, name: String = "axis", default fallback: Int, of value: Value
  ) throws(LayerProblem) -> Int {
    try value.axis(try integers(name, layer)?.first ?? fallback, option: name)
  }
}

extension Value {
  /// nil where it is neither a number nor lists of numbers, each level of one length.
  fileprivate init?(_ constant: ConfigValue) {
    if let number = constant.number ?? constant.bool.map({ $0 ? 1 : 0 }) {
      self.init(shape: [], [Float(number)])
      return
    }
    guard let list = constant.list else { return nil }
    let parts = list.compactMap { Value($0) }
    guard parts.count == list.count, parts.allSatisfy({ $0.shape == parts[0].shape }) else { return nil }
    self.init(shape: [parts.count] + (parts.first?.shape ?? []), parts.flatMap(\.numbers))
  }

  /// The sum, or product, of all numbers up to each one along an axis; without one, along all in a row.
  func running(
    _ axis: Int?, _ function: (Float, Float) -> Float
  ) throws(LayerProblem) -> Value {
    guard let axis else { return try reshaped([numbers.count]).running(0, function) }
    let index = try self.axis(axis, option: "axis")
    let width = shape[(index + 1)...].reduce(1, *)
    var numbers = numbers
    for place in numbers.indices where place / max(1, width) % shape[index] > 0 {
      numbers[place] = function(numbers[place - width], numbers[place])
    }
    return Value(shape: shape, numbers)
  }
}
