import Glibc
import LSTM

extension LayerKind {
  /// The operations that Keras 3 writes as nodes of their own: masks, arithmetic, shapes.
  ///
  /// - Source: Keras 3, `keras.src.ops.numpy`, `ops.nn` and `ops.core`. Truth values are 0 and 1.
  static let operations = LayerKind(
    name: "Operations",
    classNames: [
      Array(binary.keys), Array(unary.keys), Array(folds.keys), Array(rows.keys), Array(shaping.keys),
    ].flatMap { $0 }.map { "ops.\($0)" }
  ) { layer throws(LayerProblem) in
    let name = String(layer.className.dropFirst("ops.".count))
    if let function = binary[name] {
      return Operation { call throws(LayerProblem) in
        [try Value.combine(try call.operand(0, "x1"), try call.operand(1, "x2"), function)]
      }
    }
    if let function = unary[name] {
      return Operation { call throws(LayerProblem) in [try call.operand(0, "x").mapped(function).unmasked] }
    }
    if let fold = folds[name] {
      return Operation { call throws(LayerProblem) in
        let input = try call.operand(0, "x")
        let keeps = (layer.options["keepdims"] ?? call.keywords["keepdims"])?.bool ?? false
        var axes = Array(input.shape.indices)
        if let chosen = try call.integers("axis", layer) {
          axes = []
          for axis in chosen { axes.append(try input.axis(axis, option: "axis")) }
        }
        return [input.reduced(over: Set(axes).sorted(), keepingAxes: keeps, fold)]
      }
    }
    if let activation = rows[name] {
      return Operation { call throws(LayerProblem) in [activation(try call.operand(0, "x").unmasked)] }
    }
    guard let shape = shaping[name] else { throw .unsupported("the operation \(name) is not run here") }
    return Operation { call throws(LayerProblem) in try shape(call, layer) }
  }
}

extension Value {
  /// Operations of Keras 3 lose the mask.
  fileprivate var unmasked: Value { reshaped(shape) }
}

extension Call {
  /// An argument by place or keyword; a plain number is an array without axes.
  fileprivate func operand(_ index: Int, _ keyword: String) throws(LayerProblem) -> Value {
    let argument =
      arguments.indices.contains(index) ? arguments[index] : keywords[keyword].map { .constant($0) }
    switch argument {
    case .value(let value)?:
      guard case .numbers = value.elements else { throw .texts(wanted: false) }
      return value
    case .constant(let constant)?:
      if let number = constant.number { return Value(shape: [], [Float(number)]) }
      if let flag = constant.bool { return Value(shape: [], [flag ? 1 : 0]) }
      let numbers = (constant.list ?? []).compactMap(\.number)
      guard let list = constant.list, numbers.count == list.count else {
        throw .option(keyword, found: constant, wanted: "a number or a list of numbers")
      }
      return Value(shape: [numbers.count], numbers.map { Float($0) })
    case nil: throw .inputCount(found: arguments.count, wanted: "\(index + 1)")
    }
  }

  /// Whole numbers from the operation's configuration or the call's keywords; nil where there are none.
  fileprivate func integers(_ name: String, _ layer: LayerDescription) throws(LayerProblem) -> [Int]? {
    guard let value = layer.option(name) ?? keywords[name], value != .null else { return nil }
    let numbers = (value.list ?? [value]).compactMap(\.integer)
    guard numbers.count == value.list?.count ?? 1 else {
      throw .option(name, found: value, wanted: "whole numbers")
    }
    return numbers
  }

  fileprivate func axis(
    _ layer: LayerDescription, name: String = "axis", default fallback: Int, of value: Value
  ) throws(LayerProblem) -> Int {
    try value.axis(try integers(name, layer)?.first ?? fallback, option: name)
  }
}

private let binary: [String: @Sendable (Float, Float) -> Float] = [
  "Add": { $0 + $1 }, "Subtract": { $0 - $1 }, "Multiply": { $0 * $1 }, "Divide": { $0 / $1 },
  "TrueDivide": { $0 / $1 }, "FloorDivide": { ($0 / $1).rounded(.down) }, "Power": { pow($0, $1) },
  "Mod": { $0 - ($0 / $1).rounded(.down) * $1 },
  "Maximum": { $0.isNaN || $1.isNaN ? .nan : max($0, $1) },
  "Minimum": { $0.isNaN || $1.isNaN ? .nan : min($0, $1) },
  "Equal": { $0 == $1 ? 1 : 0 }, "NotEqual": { $0 != $1 ? 1 : 0 }, "Greater": { $0 > $1 ? 1 : 0 },
  "GreaterEqual": { $0 >= $1 ? 1 : 0 }, "Less": { $0 < $1 ? 1 : 0 }, "LessEqual": { $0 <= $1 ? 1 : 0 },
  "LogicalAnd": { $0 != 0 && $1 != 0 ? 1 : 0 }, "LogicalOr": { $0 != 0 || $1 != 0 ? 1 : 0 },
  "LogicalXor": { ($0 != 0) != ($1 != 0) ? 1 : 0 },
]

private let unary: [String: @Sendable (Float) -> Float] = [
  "Negative": { -$0 }, "Abs": { abs($0) }, "Absolute": { abs($0) }, "Exp": { exp($0) }, "Log": { log($0) },
  "Sqrt": { $0.squareRoot() }, "Rsqrt": { 1 / $0.squareRoot() }, "Square": { $0 * $0 }, "Sin": { sin($0) },
  "Cos": { cos($0) }, "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }, "Reciprocal": { 1 / $0 },
  "Floor": { $0.rounded(.down) }, "Ceil": { $0.rounded(.up) }, "Round": { $0.rounded(.toNearestOrEven) },
  "LogicalNot": { $0 == 0 ? 1 : 0 }, "OnesLike": { _ in 1 }, "ZerosLike": { _ in 0 },
  "Isnan": { $0.isNaN ? 1 : 0 },
]

private let folds: [String: @Sendable (ArraySlice<Float>) -> Float] = [
  "Mean": { $0.reduce(0, +) / Float($0.count) }, "Sum": { $0.reduce(0, +) }, "Prod": { $0.reduce(1, *) },
  "Max": { largest($0) }, "Min": { -largest(ArraySlice($0.map { -$0 })) },
  "Any": { $0.contains { $0 != 0 } ? 1 : 0 }, "All": { $0.allSatisfy { $0 != 0 } ? 1 : 0 },
]

/// Functions of a whole row or of one number, without options.
private let rows: [String: Activation] = [
  "Relu": .relu, "Relu6": .relu6, "Sigmoid": .sigmoid, "Tanh": .tanh, "Silu": .silu, "Softplus": .softplus,
  "Softsign": .softsign, "Selu": .selu, "HardSigmoid": .hardSigmoid,
]

private typealias Shaping = @Sendable (Call, LayerDescription) throws(LayerProblem) -> [Value]

private let shaping: [String: Shaping] = [
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
]
