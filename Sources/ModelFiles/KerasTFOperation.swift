import TensorFiles

/// An operation of TensorFlow that stands in a graph of tf.keras as a layer: what it is among the network's own.
///
/// - Source: tf.keras 2.4 to 2.15 and tf_keras, `keras/layers/core/tf_op_layer.py`: `TFOpLambda` names the function and
///   each of its calls holds the arguments; the first tensor is the call's input, the others stand among the keywords.
struct KerasTFOperation {
  /// The network's name for it: `Add`, `GetItem`.
  let className: String
  /// Its options, as Keras 3 names them.
  let config: JSON
  let calls: [KerasCall]

  /// - Returns: nil for a function that is not known, or whose calls differ in their options.
  init?(className: String, config: JSON, nodes: JSON?) {
    guard ["TFOpLambda", "SlicingOpLambda"].contains(className), let function = config["function"]?.text,
      let known = KerasTFOperation.known[function], let nodes = nodes?.list
    else { return nil }
    var calls: [KerasCall] = []
    var options: [String: JSON]?
    for node in nodes {
      guard let call = KerasTFOperation.call(node, known) else { return nil }
      guard options == nil || options == call.keywords else { return nil }
      options = call.keywords
      calls.append(call)
    }
    self.className = known.className
    self.config = .object(options ?? [:])
    self.calls = calls
  }

  /// A function: what the network calls it, its tensors in order, and what its other keywords are called.
  private struct Known {
    let className: String
    var tensors = ["x", "y"]
    var keywords: [String: String] = [:]

    init(_ className: String, _ tensors: [String] = ["x", "y"], _ keywords: [String: String] = [:]) {
      self.className = className
      self.tensors = tensors
      self.keywords = keywords
    }
  }

  private static func call(_ node: JSON, _ known: Known) -> KerasCall? {
    let isOne = node.list?.first?.text != nil
    guard let entries = isOne ? [node] : node.list, let first = entries.first?.list else { return nil }
    let members = first.count > 3 ? first[3].object ?? [:] : [:]
    var arguments: [JSON] = entries.compactMap { entry in
      guard let entry = entry.list, entry.count > 2 else { return nil }
      // A number where a tensor could be.
      return entry[0].text == "_CONSTANT_VALUE" ? entry[2] : .list(Array(entry.prefix(3)))
    }
    guard arguments.count == entries.count else { return nil }
    for name in known.tensors.dropFirst() {
      if let value = members[name] { arguments.append(value) }
    }
    var options: [String: JSON] = [:]
    for (name, value) in members where !known.tensors.contains(name) && value != .null {
      switch name {
      case "name": continue
      case "slice_spec": arguments.append(sliced(value))
      // What changes nothing where it is false.
      case _ where known.keywords[name] == nil && value == .bool(false): continue
      default:
        guard let option = known.keywords[name] else { return nil }
        options[option] = value
      }
    }
    if known.className == "Split", let sizes = options["indices_or_sections"]?.list {
      options["indices_or_sections"] = .list(ends(of: sizes))
    }
    let inputs = arguments.flatMap(KerasReference.all)
    return KerasCall(inputs: inputs, arguments: arguments, keywords: options)
  }

  /// TensorFlow gives sizes where the network wants places to cut at.
  private static func ends(of sizes: [JSON]) -> [JSON] {
    var end = 0.0
    return sizes.dropLast().map { size in
      end += size.number ?? .nan
      return .number(end)
    }
  }

  /// A key of `x[…]` as Keras 3 writes one.
  private static func sliced(_ spec: JSON) -> JSON {
    if let list = spec.list { return .list(list.map(sliced)) }
    guard spec["class_name"] == nil, spec.object != nil, spec["start"] != nil || spec["stop"] != nil else {
      return spec
    }
    return .object(["class_name": .text("__slice__"), "config": spec])
  }

  private static let fold = ["axis": "axis", "keepdims": "keepdims"]

  private static let known: [String: Known] = {
    var known: [String: Known] = [
      "__operators__.getitem": Known("GetItem"),
      "concat": Known("Concatenate", ["values"], ["axis": "axis"]),
      "stack": Known("Stack", ["values"], ["axis": "axis"]),
      "expand_dims": Known("ExpandDims", ["input"], ["axis": "axis"]),
      "squeeze": Known("Squeeze", ["input"], ["axis": "axis"]),
      "compat.v1.squeeze": Known("Squeeze", ["input"], ["axis": "axis", "squeeze_dims": "axis"]),
      "reshape": Known("Reshape", ["tensor"], ["shape": "newshape"]),
      "transpose": Known("Transpose", ["a"], ["perm": "axes"]),
      "compat.v1.transpose": Known("Transpose", ["a"], ["perm": "axes"]),
      "reverse": Known("Flip", ["tensor"], ["axis": "axis"]),
      "cast": Known("Cast", ["x"], ["dtype": "dtype"]),
      "linalg.matmul": Known("Matmul", ["a", "b"]),
      "nn.softmax": Known("Softmax", ["logits"], ["axis": "axis"]),
      "compat.v1.nn.softmax": Known("Softmax", ["logits"], ["axis": "axis", "dim": "axis"]),
      "where": Known("Where", ["condition", "x", "y"]),
      "compat.v1.where": Known("Where", ["condition", "x", "y"]),
      "split": Known("Split", ["value"], ["num_or_size_splits": "indices_or_sections", "axis": "axis"]),
      "identity": Known("ConvertToTensor", ["input"]),
      "zeros_like": Known("ZerosLike", ["input"]), "ones_like": Known("OnesLike", ["input"]),
    ]
    for (names, className) in [
      (["math.add", "__operators__.add"], "Add"), (["math.subtract", "__operators__.sub"], "Subtract"),
      (["math.multiply", "__operators__.mul"], "Multiply"),
      (["math.truediv", "math.divide", "__operators__.truediv"], "Divide"),
      (["math.floordiv", "__operators__.floordiv"], "FloorDivide"),
      (["math.floormod", "__operators__.mod"], "Mod"), (["math.pow", "__operators__.pow"], "Power"),
      (["math.maximum"], "Maximum"), (["math.minimum"], "Minimum"),
      (["math.equal", "__operators__.eq"], "Equal"), (["math.not_equal", "__operators__.ne"], "NotEqual"),
      (["math.greater", "__operators__.gt"], "Greater"),
      (["math.greater_equal", "__operators__.ge"], "GreaterEqual"),
      (["math.less", "__operators__.lt"], "Less"), (["math.less_equal", "__operators__.le"], "LessEqual"),
      (["math.logical_and"], "LogicalAnd"), (["math.logical_or"], "LogicalOr"),
      (["math.logical_xor"], "LogicalXor"),
    ] {
      for name in names { known[name] = Known(className) }
    }
    for (name, className) in [
      ("math.negative", "Negative"), ("math.abs", "Abs"), ("math.exp", "Exp"), ("math.log", "Log"),
      ("math.sqrt", "Sqrt"), ("math.rsqrt", "Rsqrt"), ("math.square", "Square"), ("math.sin", "Sin"),
      ("math.cos", "Cos"), ("math.sign", "Sign"), ("math.reciprocal", "Reciprocal"), ("math.floor", "Floor"),
      ("math.ceil", "Ceil"), ("math.round", "Round"), ("math.logical_not", "LogicalNot"),
      ("math.is_nan", "Isnan"), ("math.tanh", "Tanh"), ("math.sigmoid", "Sigmoid"),
      ("math.softplus", "Softplus"), ("math.softsign", "Softsign"), ("nn.relu", "Relu"),
      ("nn.relu6", "Relu6"), ("nn.selu", "Selu"),
    ] {
      known[name] = Known(className, ["x"])
    }
    for (name, className) in [
      ("math.reduce_mean", "Mean"), ("math.reduce_sum", "Sum"), ("math.reduce_prod", "Prod"),
      ("math.reduce_max", "Max"), ("math.reduce_min", "Min"), ("math.reduce_any", "Any"),
      ("math.reduce_all", "All"),
    ] {
      known[name] = Known(className, ["input_tensor"], fold)
    }
    return known
  }()
}
