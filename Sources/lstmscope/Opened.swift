import LSTM
import Network
import Workbench

/// A model that is open: its graph, what it is fed, and what came of it.
struct Opened {
  let model: Model
  let graph: Graph
  let fileName: String
  /// One for each of the model's inputs; nil where an LSTM is fed itself.
  let inputs: [Value?]
  /// Inputs of LSTMs themselves, by key.
  let feeding: [String: LayerInput]
  let network: NetworkRun
  /// Which of the network's calls is looked at first.
  let call: Int
  let inputName: String
  let isRandom: Bool
  /// What stateful layers held when the network ran, and how often it had been fed before, counted from 1.
  var states = States()
  var batch = 1

  /// A call of an LSTM as the screen looks at it.
  ///
  /// - Parameter network: The run whose outputs are shown; the inputs are always those that nobody edited.
  func subject(of call: Int, showing network: NetworkRun? = nil) -> Subject {
    let layer = self.network.calls[call]
    let source = source(of: layer)
    return Subject(
      fileName: fileName, layerName: layer.key, layer: layer.lstm, input: layer.input,
      inputName: source ?? inputName,
      isRandom: isRandom && source == nil, origins: origins(of: layer), inputKey: inputKey(of: layer),
      map: map(of: network ?? self.network), call: call, batch: batch)
  }

  /// The layer whose output is its x; nil where it reads an input of the model, or is fed itself.
  private func source(of call: LayerCall) -> String? {
    if feeding[call.key] != nil { return nil }
    if let cell = call.lstm.cell, cell > 0 { return "cell \(cell - 1)" }
    guard case .value(.node(let before, _))? = graph.nodes[call.node].arguments.first else { return nil }
    return "layer \(graph.nodes[before].layer)"
  }

  /// The ids that an Embedding before the layer turned into its x.
  private func origins(of call: LayerCall) -> [String]? {
    guard case .value(.node(let before, _))? = graph.nodes[call.node].arguments.first,
      graph.nodes[before].className == "Embedding",
      case .value(.input(let index))? = graph.nodes[before].arguments.first, let ids = inputs[index]
    else { return nil }
    return ids.numbers.map { id in Int(exactly: id).map { "id \($0)" } ?? "id \(id)" }
  }

  /// The name under which the layer's input is written: the model's own where it is that.
  private func inputKey(of call: LayerCall) -> String {
    if case .value(.input(let index))? = graph.nodes[call.node].arguments.first {
      return graph.inputs[index].name
    }
    return "\(call.key)/x"
  }

  /// The model as a map: its inputs, then its layers in the order in which they run.
  func map(of network: NetworkRun) -> ModelMap {
    var rows = zip(graph.inputs, inputs).map { input, value in
      ModelMap.Row(name: input.name, className: "input", shape: value?.shape, readsFrom: [], calls: 0..<0)
    }
    var next = 0
    for (index, node) in graph.nodes.enumerated() {
      let count = network.calls.filter { $0.node == index }.count
      let name = node.call == 0 ? node.layer : "\(node.layer)#\(node.call)"
      rows.append(
        ModelMap.Row(
          name: name, className: node.className, shape: network.shapes[index]?.first,
          readsFrom: node.references.map(self.name), calls: next..<next + count,
          unreached: count == 0 ? graph.keys[index] : []))
      next += count
    }
    return ModelMap(
      rows: rows, outputs: outputs(of: network), stopped: network.stopped?.message,
      isStateful: network.calls.contains(where: \.lstm.isStateful))
  }

  func outputs(of network: NetworkRun) -> [ModelMap.Output] {
    zip(graph.outputs, network.outputs).compactMap { output, value in
      value.map { ModelMap.Output(name: output.name, shape: $0.shape, values: $0.numbers) }
    }
  }

  private func name(_ reference: Reference) -> String {
    switch reference {
    case .input(let index): graph.inputs[index].name
    case .node(let index, let output):
      output == 0 ? graph.nodes[index].layer : "\(graph.nodes[index].layer)[\(output)]"
    }
  }

  /// The network with one LSTM fed something else, as after an edit.
  func run(feeding key: String, _ input: LayerInput) throws -> NetworkRun? {
    var feeding = feeding
    feeding[key] = input
    return try graph.run(inputs, states: states, feeding: feeding) { _ in true }
  }

  /// The same input once more: stateful layers go on from the h and c that they hold.
  func nextBatch() throws -> Opened {
    var feeding = feeding
    // A layer that is fed itself takes its states from there.
    for call in network.calls where call.lstm.isStateful {
      feeding[call.key]?.h0 = call.trace.hFinal
      feeding[call.key]?.c0 = call.trace.cFinal
    }
    guard let run = try graph.run(inputs, states: network.states, feeding: feeding) else {
      preconditionFailure("a run that nobody stops comes to its end")
    }
    var next = Opened(
      model: model, graph: graph, fileName: fileName, inputs: inputs, feeding: feeding, network: run,
      call: call, inputName: inputName, isRandom: isRandom)
    next.states = network.states
    next.batch = batch + 1
    return next
  }
}
