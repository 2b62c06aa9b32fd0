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

  /// A call of an LSTM as the screen looks at it.
  ///
  /// - Parameter network: The run whose outputs are shown; the inputs are always those that nobody edited.
  func subject(of call: Int, showing network: NetworkRun? = nil) -> Subject {
    let layer = self.network.calls[call]
    return Subject(
      fileName: fileName, layerName: layer.key, layer: layer.lstm, input: layer.input, inputName: inputName,
      isRandom: isRandom, origins: origins(of: layer), inputKey: inputKey(of: layer),
      map: map(of: network ?? self.network), call: call)
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
          readsFrom: node.references.map(self.name), calls: next..<next + count))
      next += count
    }
    return ModelMap(
      rows: rows, outputs: outputs(of: network), stopped: network.stopped?.message,
      keys: network.calls.map(\.key))
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
    return try graph.run(inputs, feeding: feeding) { _ in true }
  }
}
