import LSTM
import Network
import TensorFiles

extension Dialect {
  /// A protobuf whose first field is the version, 1 to 20 so far, followed by a field of `ModelProto`.
  ///
  /// - Source: onnx.proto, `ModelProto`.
  static let onnx = Dialect(
    name: "ONNX",
    claims: { contents in
      guard contents.isPlain, contents.head.count > 2 else { return false }
      let tags: Set<UInt8> = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72]
      return contents.head[0] == 0x08 && (1...20).contains(contents.head[1])
        && tags.contains(contents.head[2])
    },
    model: { (contents) throws(ModelFileError) in
      let file: ONNXFile
      do throws(ONNXError) {
        file = try ONNXFile(contents.source, beside: contents.beside)
      } catch {
        throw .onnx(error)
      }
      var builder = OnnxGraph(file)
      return try builder.model()
    })
}

/// Makes a network of an ONNX graph: constants folded, branches that are settled taken, LSTMs in Keras' layout.
struct OnnxGraph {
  private let file: ONNXFile
  private var scopes: [[String: Slot]] = []
  private var inputs: [GraphInput] = []
  private var nodes: [Node] = []
  private var layers: [Layer] = []
  private var biases: [SplitBias] = []
  private var guesses: [String] = []
  private var warnings: [String] = []
  private var dtypes: Set<String> = []
  private var names: Set<String> = []
  private var lstmCount = 0
  /// Loops and other operators that may hold an LSTM of their own.
  private var loops: Set<String> = []
  private var folded = 0
  /// Initializers that something reads.
  private var used: Set<String> = []

  /// What a name of the graph stands for.
  private enum Slot {
    case stored(StoredTensor)
    case constant(Constant)
    case reference(Reference)
  }

  /// An array that is known before anything runs, and the type that it was stored in.
  struct Constant {
    let value: Value
    let dtype: String
  }

  private static let mostNodes = 1 << 17
  private static let mostFolded = 1 << 28

  init(_ file: ONNXFile) { self.file = file }

  mutating func model() throws(ModelFileError) -> Model {
    try addInputs()
    try add(file.graph)
    var outputs: [GraphOutput] = []
    for output in file.graph.outputs {
      outputs.append(
        GraphOutput(name: output.name, reference: try reference(output.name, from: "the output")))
    }
    guard lstmCount > 0 else {
      if !loops.isEmpty { throw .loop(operators: loops.sorted()) }
      throw .noLSTM(layers: Set(file.graph.nodes.map(\.type)).sorted())
    }
    let graph: Graph
    do { graph = try Graph(inputs: inputs, nodes: nodes, outputs: outputs) } catch {
      throw .badGraph(place: "the graph", .network(error))
    }
    let stored = dtypes.subtracting(["float32"]).sorted()
    if !stored.isEmpty {
      warnings.append(
        "weights are stored as \(stored.joined(separator: ", ")); everything is computed in float32")
    }
    let leftOver = file.graph.initializers.filter { !used.contains($0.name) }
    return Model(
      name: file.graph.name, layers: layers,
      inputs: inputs.map { ModelInput(name: $0.name, shape: $0.shape) },
      provenance: Provenance(
        format: "ONNX, opset \(file.opset)", writer: file.producer.isEmpty ? nil : file.producer,
        dtype: dtypes.sorted().joined(separator: ", "), tolerance: tolerance(of: dtypes), guesses: guesses,
        leftOver: leftOver.map {
          ArraySummary(name: $0.name, path: $0.name, shape: $0.shape, dtype: $0.dtype)
        }, warnings: warnings, biases: biases),
      graph: graph)
  }

  // MARK: Names

  private func slot(_ name: String) -> Slot? {
    for scope in scopes.reversed() {
      if let slot = scope[name] { return slot }
    }
    return nil
  }

  private mutating func define(_ name: String, _ slot: Slot) {
    if !name.isEmpty { scopes[scopes.count - 1][name] = slot }
  }

  /// The value of a name that is known beforehand; nil where it is not.
  private mutating func constant(_ name: String) throws(ModelFileError) -> Constant? {
    switch slot(name) {
    case .constant(let constant)?: return constant
    case .stored(let stored)?:
      used.insert(name)
      let tensor: Tensor
      do throws(TensorReadError) { tensor = try stored.tensor() } catch {
        throw .layer(
          name: name, className: "initializer",
          .unreadableArray("value", path: name, reason: error.reason))
      }
      let constant = Constant(
        value: Value(shape: tensor.shape, tensor.floats), dtype: tensor.element.rawValue)
      // Where it was found: a name of an inner graph hides that of an outer one.
      if let index = scopes.lastIndex(where: { $0[name] != nil }) {
        scopes[index][name] = .constant(constant)
      }
      return constant
    case .reference?, nil: return nil
    }
  }

  /// Where a name comes from when the graph runs; a constant becomes a node of its own.
  private mutating func reference(_ name: String, from: String) throws(ModelFileError) -> Reference {
    if case .reference(let reference)? = slot(name) { return reference }
    guard let constant = try constant(name) else {
      throw .badGraph(place: "the graph", .unknownLayer(name, from: from))
    }
    let description = LayerDescription(
      name: unused(name), className: "onnx.Constant",
      weights: [NamedArray(name: "value", shape: constant.value.shape, values: constant.value.numbers)])
    let place = try emit(description, className: "Constant", arguments: [])
    return .node(place, output: 0)
  }

  private mutating func unused(_ wanted: String) -> String {
    let plain = LayerDescription.pathComponent(String(wanted.drop { $0 == "/" }))
    var name = plain.isEmpty ? "node" : plain
    var number = 1
    while !names.insert(name).inserted {
      number += 1
      name = "\(plain)_\(number)"
    }
    return name
  }

  // MARK: Inputs

  private mutating func addInputs() throws(ModelFileError) {
    scopes = [[:]]
    let held = Set(file.graph.initializers.map(\.name))
    // What an LSTM reads directly, and how.
    var layouts: [String: Bool] = [:]
    let lstms = file.graph.lstms
    for node in lstms {
      if let name = node.inputs.first { layouts[name] = node.integer("layout") == 1 }
    }
    let states = file.graph.sources(of: lstms.flatMap { $0.inputs.dropFirst(4) })
    for input in file.graph.inputs where !held.contains(input.name) {
      let sizes = input.shape?.map { dimension -> Int? in
        if case .size(let size) = dimension { size } else { nil }
      }
      let isTimeMajor = layouts[input.name] == false
      let kind: GraphInput.Kind =
        switch input.dtype {
        case "string": .texts
        case let dtype? where dtype.contains("int") || dtype == "bool": .integers
        case _: .numbers
        }
      define(input.name, .reference(.input(inputs.count)))
      inputs.append(
        GraphInput(
          name: input.name, shape: sizes ?? [nil, nil, nil], kind: kind,
          hasBatch: !isTimeMajor && !states.contains(input.name) && sizes?.isEmpty != true))
    }
  }

  // MARK: Nodes

  private mutating func add(_ graph: ONNXFile.Graph) throws(ModelFileError) {
    for tensor in graph.initializers { define(tensor.name, .stored(tensor)) }
    for node in graph.nodes { try add(node) }
  }

  private mutating func add(_ node: ONNXFile.Node) throws(ModelFileError) {
    guard nodes.count < OnnxGraph.mostNodes else {
      throw .badGraph(place: "the graph", .tooManyCalls(limit: OnnxGraph.mostNodes))
    }
    switch node.type {
    case "LSTM" where node.domain.isEmpty: try addLSTM(node)
    case "If" where node.domain.isEmpty: try addBranch(node)
    case "Constant" where node.domain.isEmpty: try addConstant(node)
    default: try addOperator(node)
    }
  }

  private mutating func addConstant(_ node: ONNXFile.Node) throws(ModelFileError) {
    let output = node.outputs.first ?? ""
    let value = node.attributes["value"] ?? node.attributes.first { $0.key.hasPrefix("value_") }?.value
    switch value {
    case .tensor(let tensor)?: define(output, .stored(tensor.renamed(output)))
    case .float(let number)?:
      define(output, .constant(Constant(value: Value(shape: [], [number]), dtype: "float32")))
    case .integer(let number)?:
      define(output, .constant(Constant(value: Value(shape: [], [Float(number)]), dtype: "int64")))
    case .floats(let numbers)?:
      define(output, .constant(Constant(value: Value(shape: [numbers.count], numbers), dtype: "float32")))
    case .integers(let numbers)?:
      define(
        output,
        .constant(Constant(value: Value(shape: [numbers.count], numbers.map { Float($0) }), dtype: "int64")))
    case .text?, .texts?, .graph?, .other?, nil: try addOperator(node)
    }
  }

  /// Takes the branch that the condition settles; else the one that holds an LSTM.
  private mutating func addBranch(_ node: ONNXFile.Node) throws(ModelFileError) {
    guard case .graph(let then)? = node.attributes["then_branch"],
      case .graph(let otherwise)? = node.attributes["else_branch"], let name = node.inputs.first
    else {
      throw .layer(
        name: node.name, className: "If",
        .badOption("then_branch", needed: "two graphs and a condition", found: "something else"))
    }
    let branch: ONNXFile.Graph
    if let condition = try constant(name)?.value.numbers.first {
      branch = condition != 0 ? then : otherwise
    } else if !then.lstms.isEmpty {
      branch = then
      guesses.append("of \(described(node)), whose condition comes from the input, the first branch is taken")
    } else if !otherwise.lstms.isEmpty {
      branch = otherwise
      guesses.append(
        "of \(described(node)), whose condition comes from the input, the second branch is taken")
    } else {
      return try addUnrunnable(
        node, "which of its branches is taken depends on the input, and neither holds an LSTM")
    }
    scopes.append([:])
    try add(branch)
    var results: [Slot?] = []
    for output in branch.outputs { results.append(slot(output.name)) }
    scopes.removeLast()
    for (output, result) in zip(node.outputs, results) {
      if let result { define(output, result) }
    }
  }

  private func described(_ node: ONNXFile.Node) -> String {
    node.name.isEmpty ? "an If" : "the If \(node.name)"
  }

  private mutating func addOperator(_ node: ONNXFile.Node) throws(ModelFileError) {
    if node.attributes.values.contains(where: \.isGraph) {
      loops.insert(node.type)
      return try addUnrunnable(node, "the \(node.type) runs a graph of its own, which is not run here")
    }
    guard node.domain.isEmpty else {
      return try addUnrunnable(node, "\(node.type) is an operator of \(node.domain), not of ONNX")
    }
    var weights: [NamedArray] = []
    if case .tensor(let tensor)? = node.attributes["value"] {
      do throws(TensorReadError) {
        weights.append(NamedArray(name: "value", shape: tensor.shape, values: try tensor.tensor().floats))
      } catch {
        throw .layer(
          name: node.name, className: node.type,
          .unreadableArray("value", path: node.name, reason: error.reason))
      }
    }
    var options = node.options
    options["opset"] = .number(Double(file.opset == 0 ? 13 : file.opset))
    options["outputs"] = .number(Double(node.outputs.count))
    let plain = LayerDescription(
      name: node.name.isEmpty ? node.type : node.name, className: "onnx.\(node.type)", options: options,
      weights: weights)
    if try fold(node, plain) { return }
    let description = LayerDescription(
      name: unused(plain.name), className: plain.className, options: options, weights: weights)
    var arguments: [Node.Argument] = []
    var arrays: [ArraySummary] = []
    for input in node.inputs {
      if input.isEmpty {
        arguments.append(.constant(.null))
      } else if let constant = try constant(input) {
        arguments.append(.tensor(constant.value))
        if constant.value.shape.count > 0, constant.dtype.contains("float") {
          arrays.append(
            ArraySummary(name: input, path: input, shape: constant.value.shape, dtype: constant.dtype))
        }
      } else {
        arguments.append(.value(try reference(input, from: description.name)))
      }
    }
    let place = try emit(description, className: node.type, arguments: arguments, arrays: arrays)
    for (index, output) in node.outputs.enumerated() {
      define(output, .reference(.node(place, output: index)))
    }
  }

  /// Computes what depends on nothing that runs.
  private mutating func fold(
    _ node: ONNXFile.Node, _ description: LayerDescription
  ) throws(ModelFileError) -> Bool {
    var values: [Value?] = []
    var dtype = "float32"
    for input in node.inputs {
      guard !input.isEmpty else {
        values.append(nil)
        continue
      }
      guard let constant = try constant(input) else { return false }
      if values.isEmpty { dtype = constant.dtype }
      values.append(constant.value)
    }
    let operation: Operation
    do { operation = try LayerKind.operation(for: description) } catch { throw .refusedLayer(error) }
    guard operation.unrunnable == nil else { return false }
    do {
      let results = try operation.folded(values)
      folded += results.reduce(0) { $0 + $1.numbers.count }
      guard folded <= OnnxGraph.mostFolded else {
        throw ModelFileError.refusedLayer(
          LayerError(layer: description.name, className: node.type, problem: .tooLarge([folded])))
      }
      for (output, value) in zip(node.outputs, results) {
        define(output, .constant(Constant(value: value, dtype: dtype)))
      }
    } catch let problem as LayerProblem {
      throw .refusedLayer(LayerError(layer: description.name, className: node.type, problem: problem))
    } catch let error as ModelFileError {
      throw error
    } catch {
      return false
    }
    return true
  }

  private mutating func addUnrunnable(_ node: ONNXFile.Node, _ reason: String) throws(ModelFileError) {
    var arguments: [Node.Argument] = []
    for input in node.inputs where !input.isEmpty {
      if case .reference(let reference)? = slot(input) { arguments.append(.value(reference)) }
    }
    nodes.append(
      Node(
        layer: unused(node.name.isEmpty ? node.type : node.name), className: node.type,
        operation: .unrunnable(reason), arguments: arguments))
    for (index, output) in node.outputs.enumerated() {
      define(output, .reference(.node(nodes.count - 1, output: index)))
    }
    addLayer(nodes[nodes.count - 1], arrays: [])
  }

  private mutating func emit(
    _ description: LayerDescription, className: String, arguments: [Node.Argument],
    states: [Reference] = [], mask: Reference? = nil, arrays: [ArraySummary] = [],
    options: [Layer.Option] = []
  ) throws(ModelFileError) -> Int {
    let operation: Operation
    do { operation = try LayerKind.operation(for: description) } catch { throw .refusedLayer(error) }
    nodes.append(
      Node(
        layer: description.name, className: className, operation: operation, arguments: arguments,
        initialState: states, mask: mask))
    addLayer(nodes[nodes.count - 1], arrays: arrays, options: options)
    return nodes.count - 1
  }

  private mutating func addLayer(_ node: Node, arrays: [ArraySummary], options: [Layer.Option] = []) {
    var fedBy: [String] = []
    var isFirst = false
    for (place, reference) in node.references.enumerated() {
      let name =
        switch reference {
        case .input(let index): inputs[index].name
        case .node(let index, _): nodes[index].layer
        }
      if case .input = reference, place == 0 { isFirst = true }
      if !fedBy.contains(name) { fedBy.append(name) }
    }
    let lstm = node.operation.lstms.count == 1 ? node.operation.lstms.first : nil
    layers.append(
      Layer(
        name: node.layer, className: node.className, options: options, outputShape: nil, arrays: arrays,
        inputs: fedBy,
        lstm: lstm.map {
          LSTMLayer(
            parameters: $0.parameters, returnSequences: true, returnState: true, isStateful: false,
            timesteps: nil, isFirst: isFirst)
        }))
  }

  // MARK: LSTM

  private mutating func addLSTM(_ node: ONNXFile.Node) throws(ModelFileError) {
    let name = unused(node.name.isEmpty ? "lstm_\(lstmCount)" : node.name)
    lstmCount += 1
    var arrays: [String: Constant] = [:]
    for (place, role) in OnnxLSTM.arrays where place < node.inputs.count && !node.inputs[place].isEmpty {
      guard let constant = try constant(node.inputs[place]) else {
        guard slot(node.inputs[place]) != nil else {
          throw .badGraph(place: "the graph", .unknownLayer(node.inputs[place], from: name))
        }
        throw .layer(
          name: name, className: "LSTM",
          .notRun("its \(role) is computed from the model's input, and only fixed weights are run"))
      }
      arrays[role] = constant
    }
    let lstm: OnnxLSTM
    do throws(LayerFault) { lstm = try OnnxLSTM(node, arrays) } catch {
      throw .layer(name: name, className: "LSTM", error)
    }
    guard let x = node.inputs.first, !x.isEmpty else {
      throw .badGraph(place: "the graph", .withoutInput(name))
    }
    func input(_ place: Int) -> String? {
      place < node.inputs.count && !node.inputs[place].isEmpty ? node.inputs[place] : nil
    }
    let sequence = try reference(x, from: name)
    var states: [Reference] = []
    var given: [ConfigValue] = []
    for (place, state) in [(5, "h"), (6, "c")] {
      guard let found = input(place) else { continue }
      states.append(try reference(found, from: name))
      given.append(.text(state))
    }
    var mask: Reference?
    if let lengths = input(4) {
      let description = LayerDescription(
        name: unused("\(name)_mask"), className: "onnx.SequenceMask",
        options: ["layout": .number(lstm.isBatchFirst ? 1 : 0)])
      let place = try emit(
        description, className: "SequenceMask",
        arguments: [.value(try reference(lengths, from: name)), .value(sequence)])
      mask = .node(place, output: 0)
    }
    let place = try emit(
      lstm.description(name, states: given), className: "LSTM", arguments: [.value(sequence)],
      states: states, mask: mask,
      arrays: OnnxLSTM.arrays.compactMap { place, role in
        arrays[role].map {
          ArraySummary(name: role, path: node.inputs[place], shape: $0.value.shape, dtype: $0.dtype)
        }
      }, options: lstm.shown)
    for constant in arrays.values { dtypes.insert(constant.dtype) }
    warnings += lstm.warnings(name)
    for (offset, half) in lstm.directions.enumerated() {
      guard let split = half.biases else { continue }
      let suffix = lstm.directions.count == 1 ? "" : offset == 0 ? "/forward" : "/backward"
      biases.append(SplitBias(key: name + suffix, input: split.input, recurrent: split.recurrent))
    }
    for (index, output) in node.outputs.enumerated() {
      define(output, .reference(.node(place, output: index)))
    }
  }
}

extension ONNXFile.Attribute {
  fileprivate var isGraph: Bool {
    if case .graph = self { true } else { false }
  }

  var option: ConfigValue? {
    switch self {
    case .float(let number): .number(Double(number))
    case .integer(let number): .number(Double(number))
    case .text(let text): .text(text)
    case .floats(let numbers): .list(numbers.map { .number(Double($0)) })
    case .integers(let numbers): .list(numbers.map { .number(Double($0)) })
    case .texts(let texts): .list(texts.map { .text($0) })
    case .tensor, .graph, .other: nil
    }
  }
}

extension ONNXFile.Node {
  func integer(_ name: String) -> Int? {
    if case .integer(let number)? = attributes[name] { number } else { nil }
  }

  func text(_ name: String) -> String? {
    if case .text(let text)? = attributes[name] { text } else { nil }
  }

  /// The attributes that are plain values.
  fileprivate var options: [String: ConfigValue] { attributes.compactMapValues(\.option) }
}

extension ONNXFile.Graph {
  /// The names that these are computed from, themselves among them, as far as no LSTM stands between.
  fileprivate func sources(of names: [String]) -> Set<String> {
    var makers: [String: ONNXFile.Node] = [:]
    for node in nodes where node.type != "LSTM" {
      for output in node.outputs { makers[output] = node }
    }
    var found = Set(names)
    var open = names
    while let name = open.popLast() {
      for input in makers[name]?.inputs ?? [] where found.insert(input).inserted { open.append(input) }
    }
    return found
  }

  /// The LSTM nodes in it and in the graphs inside.
  fileprivate var lstms: [ONNXFile.Node] {
    nodes.flatMap { node in
      (node.type == "LSTM" && node.domain.isEmpty ? [node] : [])
        + node.attributes.values.flatMap { attribute -> [ONNXFile.Node] in
          if case .graph(let graph) = attribute { graph.lstms } else { [] }
        }
    }
  }
}
