import Glibc
import LSTM

extension LayerKind {
  /// The operations that Keras 3 writes as nodes of their own: masks, arithmetic, shapes.
  ///
  /// - Source: Keras 3, `keras.src.ops.numpy`, `ops.nn`, `ops.math` and `ops.core`. Truth values are 0 and 1.
  static let operations = LayerKind(
    name: "Operations",
    classNames: [
      Array(binary.keys), Array(unary.keys), Array(folds.keys), Array(rows.keys),
      Array(shapeOperations.keys),
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
    guard let shape = shapeOperations[name] else {
      throw .unsupported("the operation \(name) is not run here")
    }
    return Operation { call throws(LayerProblem) in try shape(call, layer) }
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
  "Log1p": { log1p($0) }, "Expm1": { expm1($0) }, "Erf": { erf($0) },
  "LogicalNot": { $0 == 0 ? 1 : 0 }, "OnesLike": { _ in 1 }, "ZerosLike": { _ in 0 },
  "Isnan": { $0.isNaN ? 1 : 0 },
]

private let folds: [String: @Sendable (ArraySlice<Float>) -> Float] = [
  "Mean": { $0.reduce(0, +) / Float($0.count) }, "Sum": { $0.reduce(0, +) }, "Prod": { $0.reduce(1, *) },
  "Max": { largest($0) }, "Min": { -largest(ArraySlice($0.map { -$0 })) },
  "Var": { variance($0) }, "Std": { variance($0).squareRoot() }, "Logsumexp": { logarithmOfSum($0) },
  "Argmax": { Float(firstPlace($0, >)) }, "Argmin": { Float(firstPlace($0, <)) },
  "Any": { $0.contains { $0 != 0 } ? 1 : 0 }, "All": { $0.allSatisfy { $0 != 0 } ? 1 : 0 },
]

private func variance(_ numbers: ArraySlice<Float>) -> Float {
  let mean = numbers.reduce(0, +) / Float(numbers.count)
  return numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(numbers.count)
}

/// log Σ exp, with the largest taken out so that no term overflows.
private func logarithmOfSum(_ numbers: ArraySlice<Float>) -> Float {
  let most = largest(numbers)
  guard most.isFinite else { return most }
  return most + log(numbers.reduce(0) { $0 + exp($1 - most) })
}

/// Functions of a whole row or of one number, without options.
private let rows: [String: Activation] = [
  "Relu": .relu, "Relu6": .relu6, "Sigmoid": .sigmoid, "Tanh": .tanh, "Silu": .silu, "Softplus": .softplus,
  "Softsign": .softsign, "Selu": .selu, "HardSigmoid": .hardSigmoid, "LogSigmoid": .logSigmoid,
  "HardSilu": .hardSilu,
]
