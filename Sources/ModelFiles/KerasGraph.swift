import Network
import TensorFiles

/// Joins the layers of a configuration, nested models layer by layer, in the order in which they can run.
///
/// Nothing that the file says of its graph is trusted: names, numbers of calls and outputs are looked up, and
/// a layer that needs its own output is refused.
struct KerasGraph {
  let major: Int
  let description: KerasDescription
  /// Where the configuration stood, for messages.
  let place: String

  private(set) var inputs: [GraphInput] = []
  private(set) var nodes: [Node] = []
  private(set) var outputs: [GraphOutput] = []
  private(set) var notes = KerasDescription.Notes()
  private var operations: [String: Operation] = [:]
  private var calls: [String: Int] = [:]
  private var modelCalls = 0

  /// Shared nested models multiply: ten levels that call the next one ten times are 10¹⁰ calls.
  private static let callLimit = 100_000
  private static let modelLimit = 10_000

  init(major: Int, description: KerasDescription, place: String) {
    self.major = major
    self.description = description
    self.place = place
  }

  /// - Parameter modelInputs: The model's inputs, as `KerasModel` lists them.
  mutating func graph(
    of model: KerasArchitecture, weights: [KerasWeights.LayerWeights], inputs modelInputs: [ModelInput],
    shapes: KerasShapes
  ) throws(ModelFileError) -> Graph {
    let kinds = modelInputs.map { input in kind(of: input.name, in: model) }
    inputs = zip(modelInputs, kinds).map { GraphInput(name: $0.name, shape: $0.shape, kind: $1) }
    let given = inputs.indices.map { Reference.input($0) }
    let results = try run(model, weights, prefix: "", inputs: given, shapes: shapes)
    guard !results.isEmpty else { throw fault(.noOutput) }
    outputs = results.map { GraphOutput(name: $0.name, reference: $0.reference) }
    do { return try Graph(inputs: inputs, nodes: nodes, outputs: outputs) } catch {
      throw fault(.network(error))
    }
  }

  private func fault(_ fault: GraphFault) -> ModelFileError { .badGraph(place: place, fault) }

  // MARK: Models

  private typealias Output = (name: String, reference: Reference)

  private mutating func run(
    _ model: KerasArchitecture, _ weights: [KerasWeights.LayerWeights], prefix: String, inputs: [Reference],
    shapes: KerasShapes
  ) throws(ModelFileError) -> [Output] {
    modelCalls += 1
    guard modelCalls <= KerasGraph.modelLimit else {
      throw fault(.tooManyCalls(limit: KerasGraph.modelLimit))
    }
    return model.isSequential
      ? try runSequential(model, weights, prefix: prefix, inputs: inputs, shapes: shapes)
      : try runFunctional(model, weights, prefix: prefix, inputs: inputs, shapes: shapes)
  }

  private mutating func runSequential(
    _ model: KerasArchitecture, _ weights: [KerasWeights.LayerWeights], prefix: String, inputs: [Reference],
    shapes: KerasShapes
  ) throws(ModelFileError) -> [Output] {
    guard inputs.count == 1 else {
      throw fault(.inputCount(model: prefix + model.name, needed: 1, found: inputs.count))
    }
    var flowing = inputs.map { (name: model.name, reference: $0) }
    for (index, layer) in model.layers.enumerated() where !layer.isInput && !layer.isOperation {
      flowing = try call(
        layer, weights[index], prefix: prefix, arguments: flowing.prefix(1).map { .value($0.reference) },
        inputShape: shapes.inputs[index])
    }
    return flowing
  }

  private mutating func runFunctional(
    _ model: KerasArchitecture, _ weights: [KerasWeights.LayerWeights], prefix: String, inputs: [Reference],
    shapes: KerasShapes
  ) throws(ModelFileError) -> [Output] {
    let names = model.inputNames
    guard names.count == inputs.count else {
      throw fault(.inputCount(model: prefix + model.name, needed: names.count, found: inputs.count))
    }
    let plan = try KerasPlan(model, major: major, place: place)
    var results: [[Output]?] = Array(repeating: nil, count: plan.calls.count)
    for index in plan.order {
      let planned = plan.calls[index]
      let layer = model.layers[planned.layer]
      if layer.isInput {
        guard let position = names.firstIndex(of: layer.name) else { continue }
        results[index] = [(name: layer.name, reference: inputs[position])]
        continue
      }
      let call = layer.calls[planned.call]
      func value(_ reference: KerasReference) throws(ModelFileError) -> Reference {
        let source = try plan.index(of: reference, from: layer.name)
        guard let outputs = results[source] else { throw fault(.withoutInput(reference.layer)) }
        guard outputs.indices.contains(reference.tensor) else {
          // Only a nested model tells how many outputs it has; of a layer any may be asked for.
          guard case .node(let node, _)? = outputs.first?.reference,
            model.layers[plan.calls[source].layer].model == nil,
            reference.tensor >= 0, reference.tensor < 1 << 16
          else {
            throw fault(
              .unknownTensor(
                layer: reference.layer, tensor: reference.tensor, count: outputs.count, from: layer.name))
          }
          return .node(node, output: reference.tensor)
        }
        return outputs[reference.tensor].reference
      }
      var arguments: [Node.Argument] = []
      for argument in try call.given(to: layer, value) { arguments.append(argument) }
      var states: [Reference] = []
      for state in call.states { states.append(try value(state)) }
      results[index] = try self.call(
        layer, weights[planned.layer], prefix: prefix, arguments: arguments, states: states,
        mask: try call.mask.map(value), keywords: call.plainKeywords, inputShape: shapes.inputs[planned.layer]
      )
    }
    var outputs: [Output] = []
    for (reference, name) in zip(model.outputs, model.outputNames) {
      let source = try plan.index(of: reference, from: "the model's output", isBoundary: true)
      guard let made = results[source], let first = made.first else {
        throw fault(.withoutInput(reference.layer))
      }
      if made.indices.contains(reference.tensor) {
        outputs.append((name ?? made[reference.tensor].name, made[reference.tensor].reference))
      } else if case .node(let node, _) = first.reference, reference.tensor >= 0, reference.tensor < 1 << 16 {
        outputs.append((name ?? first.name, .node(node, output: reference.tensor)))
      } else {
        throw fault(
          .unknownTensor(
            layer: reference.layer, tensor: reference.tensor, count: made.count, from: "the model's output"))
      }
    }
    return outputs
  }

  // MARK: Layers

  /// Adds one call of a layer, or all calls of a nested model.
  private mutating func call(
    _ layer: KerasLayer, _ weights: KerasWeights.LayerWeights, prefix: String, arguments: [Node.Argument],
    states: [Reference] = [], mask: Reference? = nil, keywords: [String: ConfigValue] = [:],
    inputShape: [Int?]?
  ) throws(ModelFileError) -> [Output] {
    let path = prefix + LayerDescription.pathComponent(layer.name)
    if let model = layer.model {
      let values = arguments.compactMap { if case .value(let reference) = $0 { reference } else { nil } }
      return try run(
        model, weights.children, prefix: path + "/", inputs: values, shapes: KerasShapes(model))
    }
    guard nodes.count < KerasGraph.callLimit else { throw fault(.tooManyCalls(limit: KerasGraph.callLimit)) }
    let operation = try self.operation(of: layer, weights, path: path, inputShape: inputShape)
    let count = calls[path, default: 0]
    calls[path] = count + 1
    nodes.append(
      Node(
        layer: path, className: layer.className, call: count, operation: operation, arguments: arguments,
        keywords: keywords, initialState: states, mask: mask))
    return [(name: path, reference: .node(nodes.count - 1, output: 0))]
  }

  /// Made once for a layer that is called several times.
  private mutating func operation(
    of layer: KerasLayer, _ weights: KerasWeights.LayerWeights, path: String, inputShape: [Int?]?
  ) throws(ModelFileError) -> Operation {
    if let known = operations[path] { return known }
    let operation = try makeOperation(of: layer, weights, path: path, inputShape: inputShape)
    operations[path] = operation
    return operation
  }

  private mutating func makeOperation(
    of layer: KerasLayer, _ weights: KerasWeights.LayerWeights, path: String, inputShape: [Int?]?
  ) throws(ModelFileError) -> Operation {
    if let mode = quantizationMode(layer.config["dtype"]), mode != "int8" {
      return .unrunnable("its weights are quantized as \(mode), and of those only int8 is read")
    }
    if let inner = layer.wrapped.first(where: { $0.model.map { !$0.isSequential } ?? false }) {
      return .unrunnable(
        "it applies \(inner.name), a functional model, and only Sequential ones are run inside a layer")
    }
    if ["TFOpLambda", "SlicingOpLambda"].contains(layer.className) {
      return .unrunnable(
        "it calls tf.\(layer.config["function"]?.text ?? "?") of TensorFlow in a way that is not run here")
    }
    let described: LayerDescription
    do {
      described = try description.description(
        of: layer, weights, path: path, inputShape: inputShape, &notes)
    } catch {
      guard case .layer(_, _, let fault) = error, case .unknownActivation = fault else { throw error }
      notes.refusals.append(error)
      notes.warnings.append("\(error.message); what depends on the layer is not run either")
      return .unrunnable(fault.message)
    }
    do { return try LayerKind.operation(for: described) } catch {
      if layer.holdsLSTM { throw .refusedLayer(error) }
      notes.warnings.append("\(error.message); it is not run, nor what depends on it")
      return .unrunnable(error.problem.message)
    }
  }

  // MARK: Inputs

  private func kind(of input: String, in model: KerasArchitecture) -> GraphInput.Kind {
    let dtype = model.layers.first { $0.isInput && $0.name == input }?.config["dtype"]
    let name = dtypePolicy(dtype) ?? "float32"
    if name == "string" { return .texts }
    let readers = model.layers.filter { layer in
      model.isSequential ? false : layer.calls.contains { $0.inputs.contains { $0.layer == input } }
    }
    let first = model.isSequential ? model.layers.first { !$0.isInput && !$0.isIdentity } : nil
    let classes = (readers + (first.map { [$0] } ?? [])).map(\.firstClassName)
    if classes.contains("TextVectorization") || classes.contains("StringLookup") { return .texts }
    return name.contains("int") || classes.contains("Embedding") ? .integers : .numbers
  }
}

extension KerasLayer {
  /// Of a Sequential model the class that meets its input.
  fileprivate var firstClassName: String {
    if let model, model.isSequential, let first = model.layers.first(where: { !$0.isInput }) {
      return first.firstClassName
    }
    return className
  }
}
