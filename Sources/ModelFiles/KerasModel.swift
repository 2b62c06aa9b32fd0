import LSTM
import Network
import TensorFiles

/// Puts a model together from its configuration and its weights.
struct KerasModel {
  let architecture: KerasArchitecture
  let weights: KerasWeights
  /// What of the file could not be read.
  let damages: [HDF5File.Damage]
  let format: String
  /// `3.15.1`, `2.2.4-tf`, as the file has it.
  let version: String?
  /// Where the configuration stood, for messages.
  let place: String
  /// The major version where the file does not tell.
  let assumed: Int

  init(
    architecture: KerasArchitecture, weights: KerasWeights, damages: [HDF5File.Damage], format: String,
    version: String?, assumed: Int? = nil, place: String
  ) {
    self.architecture = architecture
    self.weights = weights
    self.damages = damages
    self.format = format
    self.version = version
    self.assumed = assumed ?? KerasModel.assumedMajor(of: architecture)
    self.place = place
  }

  /// By what only one version writes.
  static func assumedMajor(of architecture: KerasArchitecture) -> Int {
    let configs = architecture.layers.map(\.config)
    if configs.contains(where: { $0["batch_shape"] != nil }) { return 3 }
    return configs.contains { $0["inner_activation"] != nil || $0["init"] != nil } ? 1 : 2
  }

  func model() throws(ModelFileError) -> Model {
    try checkForLSTM()
    let shapes = KerasShapes(architecture)
    let semantics = KerasSemantics(version: version, assumed: assumed)
    var provenance = Provenance(
      format: format, writer: version.map { "Keras \($0)" }, dtype: dtypes.joined(separator: ", "),
      tolerance: tolerance, guesses: weights.guesses, leftOver: weights.leftOver.compactMap(\.summary),
      warnings: weights.warnings)
    for damage in damages.prefix(8) {
      provenance.warnings.append("\(damage.path.isEmpty ? "/" : damage.path) of the file: \(damage.reason)")
    }
    if version == nil {
      provenance.guesses.append(
        "the file does not say which Keras wrote it; Keras \(semantics.major) is assumed")
    }
    let inputs = modelInputs(shapes)
    var builder = KerasGraph(
      major: semantics.major, description: KerasDescription(major: semantics.major, semantics: semantics),
      place: place)
    let graph = try builder.graph(of: architecture, weights: weights.layers, inputs: inputs, shapes: shapes)
    provenance.warnings += builder.notes.warnings
    // With no LSTM left to look at, the first that cannot be run says why.
    if let refusal = builder.notes.refusals.first,
      !graph.nodes.contains(where: { !$0.operation.lstms.isEmpty })
    {
      throw refusal
    }
    let layers = layers(
      of: architecture, weights.layers, prefix: "", shapes: shapes,
      KerasEdges(graph, inputs: architecture.layers.filter(\.isInput).map(\.name)), builder)
    return Model(
      name: architecture.name, layers: layers, inputs: inputs, provenance: provenance, graph: graph)
  }

  private func checkForLSTM() throws(ModelFileError) {
    let layers = architecture.layers.filter { !$0.isOperation }
    guard !layers.contains(where: \.holdsLSTM) else { return }
    var classes: [String] = []
    for layer in layers where !layer.isInput && !classes.contains(layer.className) {
      classes.append(layer.className)
    }
    func named(_ matches: (JSON) -> Bool) -> [String] {
      layers.filter { matches(.object(["class_name": .text($0.className), "config": $0.config])) }.map {
        "\($0.name) (\($0.className))"
      }
    }
    let convolutional = named { mentions($0) { $0.hasPrefix("ConvLSTM") } }
    if !convolutional.isEmpty { throw .convolutional(layers: convolutional) }
    let inside = named { mentions($0) { $0 == "LSTM" || $0 == "LSTMCell" || $0 == "CuDNNLSTM" } }
    if !inside.isEmpty { throw .unknownLSTM(layers: inside) }
    throw .noLSTM(layers: classes)
  }

  /// Whether a class is named anywhere in a configuration.
  private func mentions(_ json: JSON, _ matches: (String) -> Bool) -> Bool {
    if let name = json["class_name"]?.text, matches(name) { return true }
    if let list = json.list { return list.contains { mentions($0, matches) } }
    return json.object?.values.contains { mentions($0, matches) } ?? false
  }

  // MARK: Layers

  /// Every layer in the order of the configuration, those of nested models in their place.
  private func layers(
    of model: KerasArchitecture, _ held: [KerasWeights.LayerWeights], prefix: String, shapes: KerasShapes,
    _ edges: KerasEdges, _ graph: KerasGraph
  ) -> [Layer] {
    var result: [Layer] = []
    for (index, layer) in model.layers.enumerated() where !layer.isOperation || !layer.calls.isEmpty {
      if !prefix.isEmpty && layer.isInput { continue }
      let path = prefix + LayerDescription.pathComponent(layer.name)
      if let inner = layer.model {
        result += layers(
          of: inner, held[index].children, prefix: path + "/", shapes: KerasShapes(inner), edges, graph)
        continue
      }
      result.append(
        Layer(
          name: path, className: layer.className, options: kerasOptions(of: layer),
          outputShape: shapes.outputs[index], arrays: held[index].summaries(of: layer),
          inputs: edges.inputs(of: path),
          lstm: lstm(layer, path, input: shapes.inputs[index], edges, graph)))
    }
    return result
  }

  private func lstm(
    _ layer: KerasLayer, _ path: String, input: [Int?]?, _ edges: KerasEdges, _ graph: KerasGraph
  ) -> LSTMLayer? {
    guard !layer.isOperation, layer.className == "LSTM" || layer.className == "CuDNNLSTM",
      let parameters = graph.notes.parameters[path]
    else { return nil }
    func flag(_ option: String) -> Bool { layer.config[option]?.bool ?? false }
    return LSTMLayer(
      parameters: parameters, returnSequences: flag("return_sequences"), returnState: flag("return_state"),
      isStateful: flag("stateful"),
      timesteps: input.flatMap { $0.count == 3 ? $0[flag("time_major") ? 0 : 1] : nil },
      isFirst: edges.isFirst(path))
  }

  private func modelInputs(_ shapes: KerasShapes) -> [ModelInput] {
    let inputs = architecture.layers.indices.filter { architecture.layers[$0].isInput }
    if architecture.isSequential && inputs.isEmpty, let first = architecture.layers.first {
      return [
        ModelInput(
          name: first.name + "_input", shape: shapes.inputs.first.flatMap { $0 } ?? guessedShape(of: first))
      ]
    }
    return architecture.inputNames.compactMap { name in
      inputs.first { architecture.layers[$0].name == name }.map {
        ModelInput(name: name, shape: shapes.inputs[$0] ?? [])
      }
    }
  }

  /// Of a Sequential model that was never told: what its first layer's arrays say.
  private func guessedShape(of layer: KerasLayer) -> [Int?] {
    if let model = layer.model, model.isSequential {
      let shapes = KerasShapes(model)
      if let shape = shapes.inputs.first.flatMap({ $0 }) { return shape }
    }
    if layer.className == "Embedding" { return [nil, nil] }
    let kernel = weights.layers.first.flatMap { $0("kernel") ?? $0.children.first?("kernel") }
    return [nil, nil, kernel?.tensor?.shape.first]
  }

  // MARK: Precision

  /// The policies of the layers that hold arrays, as a rule one.
  private var dtypes: [String] {
    var names: [String] = []
    func visit(_ layer: KerasLayer, _ held: KerasWeights.LayerWeights) {
      if ["LSTM", "LSTMCell", "CuDNNLSTM"].contains(layer.className) {
        let name = precision(of: layer, held)
        if !names.contains(name) { names.append(name) }
      }
      for (child, inner) in zip(layer.children, held.children) { visit(child.layer, inner) }
    }
    for (layer, held) in zip(architecture.layers, weights.layers) where !layer.isOperation {
      visit(layer, held)
    }
    return names
  }

  /// - Source: Measured; a half type is rounded after every operation by Keras and not here.
  private var tolerance: Float {
    dtypes.map { $0.contains("bfloat16") ? 2e-2 : $0.contains("float16") ? 4e-3 : 1e-5 }.max() ?? 1e-5
  }
}

/// The dtype policy of a layer: what its configuration says, else what its arrays are.
func precision(of layer: KerasLayer, _ held: KerasWeights.LayerWeights) -> String {
  dtypePolicy(layer.config["dtype"]) ?? layer.config["input_dtype"]?.text
    ?? held.arrays.first?.tensor?.element.rawValue ?? "float32"
}

extension String {
  /// Whether a policy of this name computes in float16, as `float16` and `mixed_float16` do.
  var isHalf: Bool { contains("float16") && !contains("bfloat16") }
}

/// What a graph tells of each layer's neighbours.
struct KerasEdges {
  private let graph: Graph
  /// The inputs of the model that are layers of it.
  private let inputs: Set<String>
  private var nodes: [String: [Int]] = [:]

  init(_ graph: Graph, inputs: [String]) {
    self.graph = graph
    self.inputs = Set(inputs)
    for (index, node) in graph.nodes.enumerated() { nodes[node.layer, default: []].append(index) }
  }

  /// The layers that a layer takes its input and its states from, over all its calls.
  func inputs(of path: String) -> [String] {
    named((nodes[path] ?? []).flatMap { values(of: graph.nodes[$0]) + graph.nodes[$0].initialState })
  }

  /// Whether only layers that do nothing at inference stand between an input of the model and this one.
  func isFirst(_ path: String) -> Bool {
    var next = nodes[path]?.first
    while let index = next {
      switch values(of: graph.nodes[index]).first {
      case .input?: return true
      case .node(let before, _)? where KerasLayer.identities.contains(graph.nodes[before].className):
        next = before
      case .node?, nil: return false
      }
    }
    return false
  }

  private func values(of node: Node) -> [Reference] {
    node.arguments.compactMap { if case .value(let reference) = $0 { reference } else { nil } }
  }

  private func named(_ references: [Reference]) -> [String] {
    var names: [String] = []
    for reference in references {
      let name =
        switch reference {
        case .input(let index): graph.inputs[index].name
        case .node(let index, _): graph.nodes[index].layer
        }
      if case .input = reference, !inputs.contains(name) { continue }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}
