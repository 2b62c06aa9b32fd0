import LSTM
import Network
import Sessions
import Workbench

/// A model that is open: its graph, what it is fed, and what came of it.
struct Opened {
  let model: Model
  let graph: Graph
  let fileName: String
  /// One for each of the model's inputs; nil where an LSTM is fed itself.
  var inputs: [Value?]
  /// Inputs of LSTMs themselves, by key.
  var feeding: [String: LayerInput]
  var network: NetworkRun
  /// Which of the network's calls is looked at first.
  var call: Int
  var inputName: String
  /// The file of each of the model's inputs, where it has one.
  var inputFiles: [String?] = []
  var isRandom: Bool
  var vocabularies = Vocabularies.none
  /// Where the model is an encoder/decoder.
  var pair: EncoderDecoder?
  /// nil where nothing tells how the decoder begins.
  var translator: Translator?
  /// The text that is read, or the ids of the source, in the order of the text; nil where arrays are.
  var ids: [Int]?
  /// What came of the text that is read; nil where arrays are.
  var result: Translator.Result?
  /// What stateful layers held when the network ran, and how often it had been fed before, counted from 1.
  var states = States()
  var batch = 1
  /// The one that begins with zeros, where this is a later one; in an array because it cannot hold another itself.
  var first: [Opened] = []
  /// The batch that begins with zeros.
  var firstBatch: Opened { first.first ?? self }

  /// A call of an LSTM as the screen looks at it.
  ///
  /// - Parameter network: The run whose outputs are shown; the inputs are always those that nobody edited.
  func subject(of call: Int, showing network: NetworkRun? = nil) -> Subject {
    let layer = self.network.calls[call]
    let origins = origins(of: layer)
    // Where ids of the model's input stand at the timesteps, those tell what x is.
    let source = origins == nil ? source(of: layer) : nil
    return Subject(
      fileName: fileName, layerName: layer.key, layer: layer.lstm, input: layer.input,
      inputName: (source ?? ownFile(of: layer) ?? inputName)
        + (graph.nodes[layer.node].operation.isDistributed ? ", each timestep a sample" : ""),
      isRandom: isRandom && source == nil, origins: origins, words: words(of: layer),
      inputKey: inputKey(of: layer),
      map: map(of: network ?? self.network), call: call, batch: batch,
      otherHalf: self.network.calls.first {
        $0.node == layer.node && $0.lstm.cell == layer.lstm.cell && $0.lstm.direction != layer.lstm.direction
      }?.parameters,
      stack: layer.lstm.cell == nil
        ? []
        : self.network.calls.filter {
          $0.node == layer.node && $0.lstm.direction == layer.lstm.direction
        }.map(\.parameters))
  }

  /// The file of the one input that it reads, of several.
  private func ownFile(of call: LayerCall) -> String? {
    guard feeding[call.key] == nil, case .value(.input(let index))? = graph.nodes[call.node].arguments.first,
      inputFiles.indices.contains(index)
    else { return nil }
    return inputFiles[index]
  }

  /// The layer whose output is its x; nil where it reads an input of the model, or is fed itself.
  private func source(of call: LayerCall) -> String? {
    if feeding[call.key] != nil { return nil }
    if let cell = call.lstm.cell, cell > 0 { return "cell \(cell - 1)" }
    guard case .value(.node(let before, _))? = graph.nodes[call.node].arguments.first else { return nil }
    return "layer \(graph.nodes[before].layer)"
  }

  /// The ids, with their words where a vocabulary tells them, that became the x of an LSTM.
  private func origins(of call: LayerCall) -> [String]? {
    guard let source = graph.tokens(of: call.node), let value = graph.value(of: source, inputs),
      let ids = Vocabularies.ids(of: value)
    else { return nil }
    let vocabulary = vocabulary(of: source)
    return ids.flatMap { row in
      row.map { id in
        id < 0 ? "padding, all zeros" : vocabulary.map { "id \(id) \($0.word(id))" } ?? "id \(id)"
      }
    }
  }

  /// The words at the timesteps of an LSTM, (batch, timesteps).
  private func words(of call: LayerCall) -> [String]? {
    words(ofNode: call.node, inputs)?.flatMap { $0 }
  }

  /// The words that a node reads of other inputs, a row for each sample.
  func words(ofNode node: Int, _ inputs: [Value?]) -> [[String]]? {
    guard let source = graph.tokens(of: node), let vocabulary = vocabulary(of: source),
      let value = graph.value(of: source, inputs)
    else { return nil }
    return Vocabularies.words(of: value, vocabulary)
  }

  private func vocabulary(of source: Reference) -> Vocabulary? {
    switch source {
    case .input(let input): input == pair?.target ? vocabularies.target : vocabularies.source
    case .node(let node, _): graph.nodes[node].operation.vocabulary.map { Vocabulary($0) }
    }
  }

  /// The layer that makes ids of the model's only input, a text.
  private var textLayer: Vocabulary? {
    guard graph.inputs.count == 1, graph.inputs[0].kind == .texts else { return nil }
    return TextInput(graph, input: 0).vocabulary
  }

  /// The words that the screen reads and says; nil where no text can be read.
  var language: Language? {
    let names = graph.inputs.map(\.name)
    if let pair, translator != nil, let source = vocabularies.source {
      return Language(
        source: Language.Side(
          name: names[pair.source], vocabulary: source, isReversed: translator?.isReversed ?? false),
        target: vocabularies.target.map { Language.Side(name: names[pair.target], vocabulary: $0) })
    }
    guard pair == nil, graph.inputs.count == 1, inputs[0] != nil,
      let source = textLayer ?? vocabularies.source
    else {
      return nil
    }
    return Language(source: Language.Side(name: names[0], vocabulary: source), target: nil)
  }

  /// What the screen shows of an encoder/decoder.
  ///
  /// - Parameter isEdited: Whether the run is one after an edit, with the words from before it.
  func translation(_ network: NetworkRun? = nil, isEdited: Bool = false) -> Translation? {
    guard let pair else { return nil }
    return Translation(
      network ?? self.network, pair, inputs: inputs, vocabularies, result, isEdited: isEdited)
  }

  /// Ids as a model with one input takes them, padded to a declared length.
  static func value(_ ids: [Int], for input: GraphInput, padding: Int) throws -> Value {
    do {
      return try input.value(of: [ids], length: input.declaredLength, padding: padding)
    } catch {
      switch error {
      case .tooLong(let count, let declared):
        throw Failure(.badData, "the text has \(count) words and the model takes \(declared)")
      case .input:
        throw Failure(
          .usage,
          "--text is for a model with one input of ids, one-hot tokens or text, or for an encoder/decoder")
      case .graph, .readsBackwards, .token, .output, .stopped, .cancelled:
        throw Failure(.badData, error.message)
      }
    }
  }

  /// A sentence as the model's only input takes it.
  func input(_ ids: [Int]) throws -> Value {
    guard graph.inputs[0].kind != .texts else { return try TextInput(graph, input: 0).value(ofIds: ids) }
    return try Self.value(ids, for: graph.inputs[0], padding: vocabularies.source?.padding ?? 0)
  }

  /// The same model on another text, or read in another way.
  ///
  /// - Parameter isCancelled: Asked at every step; true stops with an error.
  func translating(
    _ request: Translation.Request, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Opened {
    guard var translator else {
      var opened = self
      let inputs: [Value?] = [try input(request.source)]
      // Of what was fed to an LSTM itself its first states stay; its x belongs to the input before.
      let handing = feeding.compactMapValues { input in
        input.h0.flatMap { h in input.c0.map { HandedState(h: h, c: $0) } }
      }
      guard let network = try graph.run(inputs, handing: handing) else { return self }
      opened.feeding = [:]
      opened.ids = request.source
      opened.inputs = inputs
      opened.network = network
      opened.inputName = "text"
      opened.inputFiles = []
      opened.isRandom = false
      opened.batch = 1
      opened.states = States()
      opened.first = []
      return opened
    }
    if let before = result?.request.source, before != request.source { translator.other = before }
    translator.decoding.isCancelled = isCancelled
    let result = try translator.translate(request)
    translator.decoding.isCancelled = { false }
    var opened = self
    opened.states = States()
    opened.batch = 1
    opened.first = []
    opened.translator = translator
    opened.ids = request.source
    opened.result = result
    opened.inputs = result.inputs
    opened.network = result.network
    opened.inputName = "text"
    opened.inputFiles = []
    opened.isRandom = false
    return opened
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
    var next = 0
    let rows = GraphMap(graph).rows.enumerated().map { place, row in
      guard let node = row.node else {
        return ModelMap.Row(
          name: row.name, className: row.className, shape: inputs[place]?.shape, readsFrom: [], calls: 0..<0)
      }
      let count = network.calls.filter { $0.node == node }.count
      defer { next += count }
      return ModelMap.Row(
        name: row.name, className: row.className, shape: network.shapes[node]?.first,
        readsFrom: row.readsFrom, calls: next..<next + count, unreached: count == 0 ? graph.keys[node] : [])
    }
    return ModelMap(
      rows: rows, outputs: outputs(of: network), stopped: network.stopped?.message,
      isStateful: network.calls.contains(where: \.lstm.isStateful), keys: network.calls.map(\.key))
  }

  func outputs(of network: NetworkRun) -> [ModelMap.Output] {
    zip(graph.outputs, network.outputs).compactMap { output, value in
      value.map {
        ModelMap.Output(
          name: output.name, shape: $0.shape, values: $0.numbers, isSigmoid: isSigmoid(output.reference))
      }
    }
  }

  /// Whether what is put out comes out of a sigmoid.
  private func isSigmoid(_ reference: Reference) -> Bool {
    guard case .node(let index, _) = reference else { return false }
    let node = graph.nodes[index]
    if ["Sigmoid", "ops.Sigmoid"].contains(node.className) { return true }
    let layer = model.layers.first { $0.name == node.layer }
    return node.operation.lstms.isEmpty
      && layer?.options.contains { $0.name.hasSuffix("activation") && $0.value == "sigmoid" } == true
  }

  /// The network with one LSTM fed something else, as after an edit.
  func run(feeding key: String, _ input: LayerInput) throws -> NetworkRun? {
    var feeding = feeding
    feeding[key] = input
    guard let result, let translator else {
      return try graph.run(inputs, states: states, feeding: feeding) { _ in true }
    }
    guard translator.decoding.isBeforeBridge(key) else {
      // What the input says of its states goes before what is handed over.
      let handing = result.arriving.filter { $0.key != key }
      return try graph.run(inputs, states: states, feeding: feeding, handing: handing) { _ in true }
    }
    // What the encoder now ends with goes over the bridge, and what is done to it there is done again.
    let plain = try graph.run(inputs, states: states, feeding: feeding) { _ in true }
    guard let plain, result.request.experiment != .asIs else { return plain }
    var other: Decoding.Encoded?
    if case .other(let ids) = result.request.experiment {
      other = try translator.decoding.encode(try translator.value([ids]))
    }
    let handing = translator.decoding.arriving(after: plain, result.request.experiment, other: other)
    return try graph.run(inputs, states: states, feeding: feeding, handing: handing) { _ in true }
  }

  /// The same input once more: stateful layers go on from the h and c that they hold.
  func nextBatch() throws -> Opened {
    var feeding = feeding
    // A layer that is fed itself takes its states from there.
    for call in network.calls where call.lstm.isStateful {
      feeding[call.key]?.h0 = call.trace.hFinal
      feeding[call.key]?.c0 = call.trace.cFinal
    }
    // What is done to the states on the bridge is done in every batch.
    guard
      let run = try graph.run(
        inputs, states: network.states, feeding: feeding, handing: result?.arriving ?? [:])
    else {
      preconditionFailure("a run that nobody stops comes to its end")
    }
    var next = self
    next.feeding = feeding
    next.network = run
    next.states = network.states
    next.batch = batch + 1
    next.first = [firstBatch]
    return next
  }
}
