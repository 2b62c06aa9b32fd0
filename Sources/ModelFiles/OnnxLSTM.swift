import LSTM
import Network
import TensorFiles

/// One LSTM node of ONNX in Keras' layout.
///
/// ONNX keeps the gates' rows in the order i o f c, the peepholes in the order i o f, and two biases.
///
/// - Source: ONNX, operator LSTM, version 14.
struct OnnxLSTM {
  struct Direction {
    let arrays: [NamedArray]
    let biases: (input: [Float], recurrent: [Float])?
    let activations: [ConfigValue]
    let isBackward: Bool
  }

  let directions: [Direction]
  let units: Int
  let isBatchFirst: Bool
  private let clip: Float?
  private let couplesGates: Bool
  private let direction: String
  private let activations: [String]

  /// The inputs that hold weights, by their place.
  static let arrays: [(place: Int, role: String)] = [(1, "W"), (2, "R"), (3, "B"), (7, "P")]

  init(_ node: ONNXFile.Node, _ arrays: [String: OnnxGraph.Constant]) throws(LayerFault) {
    direction = node.text("direction") ?? "forward"
    guard ["forward", "reverse", "bidirectional"].contains(direction) else {
      throw .badOption("direction", needed: "forward, reverse or bidirectional", found: direction)
    }
    let count = direction == "bidirectional" ? 2 : 1
    guard let w = arrays["W"], let r = arrays["R"] else {
      throw .missingArray(arrays["W"] == nil ? "W" : "R", place: "the node", found: arrays.keys.sorted())
    }
    guard r.value.shape.count == 3, w.value.shape.count == 3, let units = r.value.shape.last, units > 0,
      units < 1 << 26
    else {
      throw .wrongShape(
        "R", path: node.name, needed: "(directions, 4·units, units)", found: r.value.shape)
    }
    let features = w.value.shape[2]
    try OnnxLSTM.check("W", w, [count, 4 * units, features], "(directions, 4·units, features)")
    try OnnxLSTM.check("R", r, [count, 4 * units, units], "(directions, 4·units, units)")
    if let b = arrays["B"] { try OnnxLSTM.check("B", b, [count, 8 * units], "(directions, 8·units)") }
    if let p = arrays["P"] { try OnnxLSTM.check("P", p, [count, 3 * units], "(directions, 3·units)") }
    guard features > 0 else {
      throw .wrongShape("W", path: node.name, needed: "one feature at least", found: w.value.shape)
    }
    if let size = node.integer("hidden_size"), size != units {
      throw .badOption("hidden_size", needed: "\(units), which is what R has", found: "\(size)")
    }
    let layout = node.integer("layout") ?? 0
    guard (0...1).contains(layout) else {
      throw .badOption("layout", needed: "0 or 1", found: "\(layout)")
    }
    self.units = units
    isBatchFirst = layout == 1
    couplesGates = node.integer("input_forget") ?? 0 != 0
    // 0 is what some writers mean no clip by.
    if case .float(let limit)? = node.attributes["clip"], limit != 0 {
      guard limit > 0, limit.isFinite else {
        throw .badOption("clip", needed: "a number above 0", found: "\(limit)")
      }
      clip = limit
    } else {
      clip = nil
    }
    let functions = try OnnxLSTM.functions(of: node, count: count)
    activations = functions.map(\.name)
    var directions: [Direction] = []
    for place in 0..<count {
      let biases = arrays["B"].map { b in
        let row = Array(b.value.numbers[place * 8 * units..<(place + 1) * 8 * units])
        return (
          input: OnnxLSTM.reordered(row[..<(4 * units)], units: units),
          recurrent: OnnxLSTM.reordered(row[(4 * units)...], units: units)
        )
      }
      var named = [
        NamedArray(
          name: "kernel", shape: [features, 4 * units],
          values: OnnxLSTM.matrix(w.value.numbers, place, columns: features, units: units)),
        NamedArray(
          name: "recurrent_kernel", shape: [units, 4 * units],
          values: OnnxLSTM.matrix(r.value.numbers, place, columns: units, units: units)),
      ]
      if let biases {
        named.append(
          NamedArray(
            name: "bias", shape: [4 * units], values: zip(biases.input, biases.recurrent).map { $0 + $1 }))
      }
      if let p = arrays["P"] {
        let row = p.value.numbers[place * 3 * units..<(place + 1) * 3 * units]
        let start = row.startIndex
        // i o f → i f o.
        let values = [0, 2, 1].flatMap { row[start + $0 * units..<start + ($0 + 1) * units] }
        named.append(NamedArray(name: "peephole", shape: [3, units], values: values))
      }
      directions.append(
        Direction(
          arrays: named, biases: biases, activations: functions[3 * place..<3 * place + 3].map(\.value),
          isBackward: direction == "reverse" || place == 1))
    }
    self.directions = directions
  }

  private static func check(
    _ name: String, _ array: OnnxGraph.Constant, _ shape: [Int], _ meaning: String
  ) throws(LayerFault) {
    guard array.value.shape == shape else {
      throw .wrongShape(
        name, path: "the node", needed: "\(meaning) = \(describe(shape))", found: array.value.shape)
    }
    guard array.dtype.contains("float") else { throw .notFloat(name, path: "the node", dtype: array.dtype) }
  }

  /// Blocks i o f c as i f c o.
  private static let order = [0, 2, 3, 1]

  private static func reordered(_ row: ArraySlice<Float>, units: Int) -> [Float] {
    order.flatMap { row[row.startIndex + $0 * units..<row.startIndex + ($0 + 1) * units] }
  }

  /// The rows of one direction as columns, the gates in Keras' order.
  private static func matrix(_ values: [Float], _ place: Int, columns: Int, units: Int) -> [Float] {
    let start = place * 4 * units * columns
    var rows: [Float] = []
    rows.reserveCapacity(4 * units * columns)
    for block in order {
      rows += values[start + block * units * columns..<start + (block + 1) * units * columns]
    }
    return transposed(rows, rows: 4 * units, columns: columns)
  }

  // MARK: Activations

  private struct Function {
    let name: String
    let value: ConfigValue
  }

  /// f, g and h of each direction; alpha and beta are taken by those that have them, in order.
  ///
  /// - Source: onnxruntime, `rnn::detail::NormalizeActivationArgumentsAndGetCount` for the order.
  private static func functions(of node: ONNXFile.Node, count: Int) throws(LayerFault) -> [Function] {
    var names = [String](repeating: "", count: 3 * count)
    for place in names.indices { names[place] = place % 3 == 0 ? "Sigmoid" : "Tanh" }
    if case .texts(let given)? = node.attributes["activations"] {
      guard given.count == 3 * count else {
        throw .badOption("activations", needed: "\(3 * count) functions", found: "\(given.count)")
      }
      names = given
    }
    func numbers(_ name: String) -> [Float] {
      if case .floats(let values)? = node.attributes[name] { values } else { [] }
    }
    var alphas = numbers("activation_alpha")[...]
    var betas = numbers("activation_beta")[...]
    var functions: [Function] = []
    for name in names {
      func object(_ className: String, _ options: [String: Double]) -> ConfigValue {
        .object([
          "class_name": .text(className), "config": .object(options.mapValues { .number($0) }),
        ])
      }
      let value: ConfigValue
      switch name.lowercased() {
      case "sigmoid", "tanh", "relu", "softsign", "softplus": value = .text(name.lowercased())
      case "leakyrelu": value = object("LeakyReLU", ["negative_slope": Double(alphas.popFirst() ?? 0.01)])
      case "elu": value = object("ELU", ["alpha": Double(alphas.popFirst() ?? 1)])
      case "hardsigmoid":
        let alpha = alphas.popFirst().map { Double($0) } ?? 0.2
        value = object("HardSigmoid", ["alpha": alpha, "beta": betas.popFirst().map { Double($0) } ?? 0.5])
      default:
        throw .notRun(
          "its activation \(name) is not run; Sigmoid, Tanh, Relu, LeakyRelu, Elu, HardSigmoid, Softsign and Softplus are"
        )
      }
      functions.append(Function(name: name, value: value))
    }
    return functions
  }

  // MARK: What is made of it

  func description(_ name: String, states: [ConfigValue]) -> LayerDescription {
    let children = directions.map { half in
      var options: [String: ConfigValue] = [
        "units": .number(Double(units)), "use_bias": .bool(half.biases != nil),
        "recurrent_activation": half.activations[0], "activation": half.activations[1],
        "state_activation": half.activations[2], "go_backwards": .bool(half.isBackward),
        "input_forget": .bool(couplesGates),
      ]
      if let clip { options["clip"] = .number(Double(clip)) }
      return LayerDescription(
        name: name, className: "LSTM", options: options, weights: half.arrays, kerasMajor: 2)
    }
    return LayerDescription(
      name: name, className: "onnx.LSTM",
      options: ["layout": .number(isBatchFirst ? 1 : 0), "states": .list(states)], children: children)
  }

  /// Options worth showing.
  var shown: [Layer.Option] {
    var options = [Layer.Option("hidden_size", "\(units)"), Layer.Option("direction", direction)]
    options.append(Layer.Option("activations", activations.joined(separator: " ")))
    options.append(Layer.Option("layout", isBatchFirst ? "1" : "0"))
    if let clip { options.append(Layer.Option("clip", "\(clip)")) }
    if couplesGates { options.append(Layer.Option("input_forget", "1")) }
    return options
  }

  /// Weights that are NaN or infinite, a sentence for each array.
  func warnings(_ name: String) -> [String] {
    directions.flatMap { half in
      half.arrays.compactMap { array -> String? in
        let count = array.values.count { !$0.isFinite }
        guard count > 0 else { return nil }
        return
          "layer \(name): \(count) of the \(array.values.count) values of \(array.name) \(count == 1 ? "is" : "are")"
          + " NaN or infinite"
      }
    }
  }
}
