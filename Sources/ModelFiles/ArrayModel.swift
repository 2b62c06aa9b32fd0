import LSTM
import Network
import TensorFiles

/// Puts a model together from LSTMs whose arrays are all that a file tells: chains of them, by their shapes.
struct ArrayModel {
  /// `PyTorch state_dict (zip)`.
  let format: String
  let writer: String?
  let set: ArraySet
  let found: [ArraySet.Found]
  /// Whether a state is put out beside the sequence, as PyTorch does.
  let returnsState: Bool
  /// What the file says of a layer beside its arrays, by its module.
  var settings: [String: LayerSettings] = [:]
  /// What only guesses settle, each a sentence.
  var guesses: [String] = []
  var warnings: [String] = []

  /// Options that a form may carry with the arrays.
  struct LayerSettings: Equatable {
    /// As Keras' configuration has them: `activation`, `recurrent_activation`, `go_backwards`, `clip`.
    var options: [String: ConfigValue] = [:]
    var isTimeMajor = false
  }

  /// A layer with its name and its weights in Keras' layout.
  private struct Made {
    let name: String
    let found: ArraySet.Found
    let weights: [FoundLSTM.Weights]

    var features: Int { found.directions[0].features }
    var width: Int { found.directions.reduce(0) { $0 + $1.outputs } }
  }

  func model() throws(ModelFileError) -> Model {
    guard !found.isEmpty else {
      throw .arraysWithoutLSTM(
        kind: set.kind, arrays: set.tensors.map { "\($0.name) \(describe($0.shape))" })
    }
    let chains = try self.chains(try made())
    var builder = Builder(self)
    for chain in chains { try builder.add(chain, isOnly: chains.count == 1) }
    return try builder.model(chains.map { $0.map(\.name) })
  }

  // MARK: Names and weights

  private func made() throws(ModelFileError) -> [Made] {
    var names: Set<String> = []
    var made: [Made] = []
    for layer in found {
      let module = layer.module.isEmpty ? "lstm" : LayerDescription.pathComponent(layer.module)
      let wanted = layer.layer.map { "\(module)_l\($0)" } ?? module
      var name = wanted
      var number = 1
      while !names.insert(name).inserted {
        number += 1
        name = "\(wanted)_\(number)"
      }
      var weights: [FoundLSTM.Weights] = []
      for lstm in layer.directions { weights.append(try lstm.weights(of: name)) }
      made.append(Made(name: name, found: layer, weights: weights))
    }
    return made
  }

  /// Layers whose features are the width of what the one before puts out are run one after the other.
  private func chains(_ layers: [Made]) throws(ModelFileError) -> [[Made]] {
    var rest = layers
    var chains: [[Made]] = []
    while !rest.isEmpty {
      guard let before = chains.last?.last else {
        chains.append([rest.remove(at: start(among: rest))])
        continue
      }
      let isInside = { (layer: Made) in
        layer.found.layer != nil && layer.found.isTorch && layer.found.module == before.found.module
      }
      let next = set.isOrdered ? 0 : rest.firstIndex { isInside($0) || $0.features == before.width } ?? 0
      guard rest[next].features == before.width else {
        if isInside(rest[next]) {
          throw .layer(
            name: rest[next].name, className: "LSTM",
            .wrongShape(
              "kernel", path: rest[next].found.directions[0].arrays[.kernel]?.name ?? "",
              needed: "\(before.width) features, which is what \(before.name) puts out",
              found: rest[next].found.directions[0].arrays[.kernel]?.shape ?? []))
        }
        chains.append([rest.remove(at: start(among: rest))])
        continue
      }
      chains[chains.count - 1].append(rest.remove(at: next))
    }
    return chains
  }

  /// Of arrays in no order, one whose features no other puts out.
  private func start(among rest: [Made]) -> Int {
    guard !set.isOrdered else { return 0 }
    return rest.indices.first { place in
      rest[place].found.layer ?? 0 == 0
        && !rest.indices.contains { $0 != place && rest[$0].width == rest[place].features }
    } ?? 0
  }

  // MARK: The graph

  private struct Builder {
    let source: ArrayModel
    var inputs: [GraphInput] = []
    var nodes: [Node] = []
    var outputs: [GraphOutput] = []
    var states: [GraphOutput] = []
    var layers: [Layer] = []
    var biases: [SplitBias] = []
    var warnings: [String]
    var dtypes: Set<String> = []

    init(_ source: ArrayModel) {
      self.source = source
      warnings = source.warnings
    }

    mutating func add(_ chain: [Made], isOnly: Bool) throws(ModelFileError) {
      guard let first = chain.first, let last = chain.last else { return }
      let input = isOnly ? "x" : "\(first.name)_input"
      inputs.append(GraphInput(name: input, shape: [nil, nil, first.features]))
      var before = Reference.input(inputs.count - 1)
      var fedBy = input
      var places: [(layer: Made, node: Int)] = []
      for layer in chain {
        let description = source.description(of: layer)
        let operation: Operation
        do { operation = try LayerKind.operation(for: description) } catch { throw .refusedLayer(error) }
        if let reason = operation.unrunnable { warnings.append("layer \(layer.name) is not run: \(reason)") }
        nodes.append(
          Node(
            layer: layer.name, className: description.className, operation: operation,
            arguments: [.value(before)]))
        places.append((layer, nodes.count - 1))
        before = .node(nodes.count - 1, output: 0)
        layers.append(summary(of: layer, operation, fedBy: fedBy, isFirst: fedBy == input))
        fedBy = layer.name
        note(layer)
      }
      outputs.append(GraphOutput(name: isOnly ? "output" : last.name, reference: before))
      guard source.returnsState else { return }
      try addStates(places)
    }

    /// h_n and c_n of each module that is an nn.LSTM: its layers and directions on top of each other.
    private mutating func addStates(_ places: [(layer: Made, node: Int)]) throws(ModelFileError) {
      var modules: [String] = []
      for place in places where place.layer.found.layer != nil && !modules.contains(place.layer.found.module)
      {
        modules.append(place.layer.found.module)
      }
      for module in modules {
        let own = places.filter { $0.layer.found.module == module && $0.layer.found.layer != nil }
        for (offset, name) in ["h_n", "c_n"].enumerated() {
          let references = own.flatMap { place in
            place.layer.found.directions.indices.map {
              Reference.node(place.node, output: 1 + 2 * $0 + offset)
            }
          }
          let whole = source.found.allSatisfy { $0.module == module } ? name : "\(module).\(name)"
          let description = LayerDescription(
            name: whole, className: "ops.Stack", options: ["axis": .number(0)])
          let operation: Operation
          do { operation = try LayerKind.operation(for: description) } catch { throw .refusedLayer(error) }
          nodes.append(
            Node(
              layer: whole, className: "Stack", operation: operation,
              arguments: references.map { .value($0) }))
          states.append(GraphOutput(name: whole, reference: .node(nodes.count - 1, output: 0)))
        }
      }
    }

    private func summary(of layer: Made, _ operation: Operation, fedBy: String, isFirst: Bool) -> Layer {
      let lstm = operation.lstms.count == 1 ? operation.lstms.first : nil
      var arrays: [ArraySummary] = []
      for direction in layer.found.directions {
        let prefix = layer.found.directions.count == 1 ? "" : direction.isBackward ? "backward/" : "forward/"
        arrays += direction.summaries.map {
          ArraySummary(name: prefix + $0.name, path: $0.path, shape: $0.shape, dtype: $0.dtype)
        }
      }
      let first = layer.found.directions[0]
      var options = [Layer.Option("units", "\(first.units)")]
      if first.outputs != first.units { options.append(Layer.Option("proj_size", "\(first.outputs)")) }
      for (name, value) in source.options(of: layer).sorted(by: { $0.key < $1.key })
      where ["activation", "recurrent_activation", "go_backwards", "clip"].contains(name) {
        options.append(Layer.Option(name, value.text ?? value.spelled))
      }
      return Layer(
        name: layer.name, className: layer.found.directions.count == 1 ? "LSTM" : "Bidirectional",
        options: options, outputShape: [nil, nil, layer.width], arrays: arrays, inputs: [fedBy],
        lstm: lstm.map {
          LSTMLayer(
            parameters: $0.parameters, returnSequences: $0.returnSequences, returnState: $0.returnState,
            isStateful: $0.isStateful, timesteps: nil, isFirst: isFirst)
        })
    }

    private mutating func note(_ layer: Made) {
      for (direction, weights) in zip(layer.found.directions, layer.weights) {
        warnings += weights.warnings
        dtypes.formUnion(weights.dtypes)
        let suffix =
          layer.found.directions.count == 1 ? "" : direction.isBackward ? "/backward" : "/forward"
        if let split = weights.biases {
          biases.append(SplitBias(key: layer.name + suffix, input: split.input, recurrent: split.recurrent))
        }
      }
    }

    func model(_ chains: [[String]]) throws(ModelFileError) -> Model {
      let graph: Graph
      do {
        graph = try Graph(inputs: inputs, nodes: nodes, outputs: outputs + states)
      } catch {
        throw .badGraph(place: source.format, .network(error))
      }
      let claimed = Set(source.found.flatMap { $0.directions.flatMap { $0.arrays.values.map(\.name) } })
      let leftOver = source.set.tensors.filter { !claimed.contains($0.name) }
      var warnings = warnings
      let stored = dtypes.subtracting(["float32"]).sorted()
      if !stored.isEmpty {
        warnings.append(
          "weights are stored as \(stored.joined(separator: ", ")); they are"
            + " \(stored == ["float64"] ? "rounded" : "widened") to float32 and everything is computed in float32"
        )
      }
      return Model(
        name: "weights", layers: layers, inputs: inputs.map { ModelInput(name: $0.name, shape: $0.shape) },
        provenance: Provenance(
          format: source.format, writer: source.writer, dtype: dtypes.sorted().joined(separator: ", "),
          tolerance: tolerance(of: dtypes),
          guesses: source.guesses + guesses(chains, leftOver: leftOver.count),
          leftOver: leftOver.map {
            ArraySummary(name: $0.name, path: $0.name, shape: $0.shape, dtype: $0.dtype)
          }, warnings: warnings, biases: biases),
        graph: graph)
    }

    private func guesses(_ chains: [[String]], leftOver: Int) -> [String] {
      var guesses: [String] = []
      let modules = Dictionary(source.found.map { ($0.module, $0.layer != nil) }) { $0 && $1 }
      // The layers of one nn.LSTM follow each other for sure.
      let isSure = modules.count == 1 && modules.values.allSatisfy { $0 }
      for chain in chains where chain.count > 1 && !isSure {
        guesses.append(
          "\(chain.joined(separator: " → ")) are run one after the other, because the features of each are what the"
            + " one before puts out")
      }
      if chains.count > 1 {
        guesses.append(
          "\(chains.map { $0[0] }.joined(separator: ", ")) each have an input of their own, because their features"
            + " fit no LSTM before them")
      }
      if leftOver > 0 {
        guesses.append(
          leftOver == 1
            ? "the 1 other array of the file is not run: what it belongs to is not told"
            : "the \(leftOver) other arrays of the file are not run: what they belong to is not told")
      }
      return guesses
    }
  }

  // MARK: Descriptions

  private func options(of layer: Made) -> [String: ConfigValue] {
    settings[layer.found.module]?.options ?? [:]
  }

  private func description(of layer: Made) -> LayerDescription {
    let halves = zip(layer.found.directions, layer.weights).map { direction, weights in
      var options = self.options(of: layer)
      options["units"] = .number(Double(direction.units))
      options["use_bias"] = .bool(weights.arrays.contains { $0.name == "bias" })
      options["return_sequences"] = .bool(true)
      options["return_state"] = .bool(returnsState)
      if direction.isBackward { options["go_backwards"] = .bool(true) }
      if settings[layer.found.module]?.isTimeMajor ?? false { options["time_major"] = .bool(true) }
      return LayerDescription(
        name: layer.name, className: "LSTM", options: options, weights: weights.arrays)
    }
    guard halves.count == 2 else { return halves[0] }
    return LayerDescription(
      name: layer.name, className: "Bidirectional", options: ["merge_mode": .text("concat")], children: halves
    )
  }
}

/// How closely numbers can agree with a framework that computes in these types.
///
/// - Source: Measured; a half type is rounded after every operation by the framework and not here.
func tolerance(of dtypes: Set<String>) -> Float {
  dtypes.contains("bfloat16") ? 2e-2 : dtypes.contains("float16") ? 4e-3 : 1e-5
}
