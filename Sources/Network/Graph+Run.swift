package import LSTM

extension Graph {
  /// Runs every call that what it needs is there for, in order.
  ///
  /// Where a layer cannot be run, what depends on it is left out, the rest is run and `stopped` says so.
  ///
  /// - Parameters:
  ///   - inputs: One for each of the model's inputs; nil where there is none, which leaves out what needs it.
  ///   - states: What an earlier run returned, for stateful layers to go on from.
  ///   - feeding: Inputs given to LSTMs themselves, by key, in place of what comes before them.
  ///   - handing: States that LSTMs begin with, by key, in place of those that the graph hands them.
  ///   - overrides: What is done otherwise than the file says.
  ///   - progress: Called before each layer and every few milliseconds inside an LSTM; false stops.
  /// - Returns: nil where it was stopped.
  /// - Throws: A `LayerError` where an input or weights do not fit a layer.
  package func run(
    _ inputs: [Value?], states: States = States(), feeding: [String: LayerInput] = [:],
    handing: [String: HandedState] = [:], overrides: Overrides = Overrides(),
    progress: @escaping (Progress) -> Bool = { _ in true }
  ) throws(LayerError) -> NetworkRun? {
    var run = GraphRun(
      graph: self, inputs: inputs, states: states, feeding: feeding, handing: handing, overrides: overrides,
      progress: progress)
    do {
      try run.checkInputs()
      for index in nodes.indices { try run.node(index) }
    } catch {
      if error.problem == .cancelled { return nil }
      throw error
    }
    return run.finished()
  }
}

/// A run under way.
private struct GraphRun {
  let graph: Graph
  let inputs: [Value?]
  var states: States
  let feeding: [String: LayerInput]
  let handing: [String: HandedState]
  let overrides: Overrides
  let progress: (Progress) -> Bool
  /// Nil before a node ran, where it did not run, and once nothing needs it any more.
  var values: [[Value]?]
  var shapes: [[[Int]]?]
  var calls: [LayerCall] = []
  var stopped: (node: Int, reason: String)?
  var unreached: [String] = []
  /// The last node that reads each node; the end where an output does.
  let lastUse: [Int]

  init(
    graph: Graph, inputs: [Value?], states: States, feeding: [String: LayerInput],
    handing: [String: HandedState], overrides: Overrides, progress: @escaping (Progress) -> Bool
  ) {
    self.graph = graph
    self.inputs = inputs
    self.states = states
    self.feeding = feeding
    self.handing = handing
    self.overrides = overrides
    self.progress = progress
    values = Array(repeating: nil, count: graph.nodes.count)
    shapes = Array(repeating: nil, count: graph.nodes.count)
    var lastUse = Array(repeating: -1, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      for case .node(let earlier, _) in node.references { lastUse[earlier] = index }
    }
    for output in graph.outputs {
      if case .node(let node, _) = output.reference { lastUse[node] = graph.nodes.count }
    }
    self.lastUse = lastUse
  }

  /// The rank and every declared size but the batch.
  func checkInputs() throws(LayerError) {
    guard inputs.count == graph.inputs.count else {
      throw LayerError(
        layer: "of the inputs", className: "InputLayer",
        problem: .inputCount(found: inputs.count, wanted: "\(graph.inputs.count)"))
    }
    for (value, input) in zip(inputs, graph.inputs) {
      guard let value, !input.isCut else { continue }
      let fits =
        value.shape.count == input.shape.count
        && zip(value.shape, input.shape).enumerated().dropFirst().allSatisfy { axis, sizes in
          sizes.1 == nil || sizes.0 == sizes.1 || (axis == 1 && overrides.takesAnyLength)
        }
      let isText = if case .texts = value.elements { true } else { false }
      guard isText == (input.kind == .texts) else {
        throw LayerError(
          layer: input.name, className: "InputLayer", problem: .texts(wanted: input.kind == .texts))
      }
      guard fits else {
        let wanted = input.shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
        throw LayerError(
          layer: input.name, className: "InputLayer",
          problem: .input(found: value.shape, wanted: "(\(wanted))"))
      }
    }
  }

  func value(_ reference: Reference) throws(LayerProblem) -> Value? {
    switch reference {
    case .input(let index): return inputs[index]
    case .node(let node, let output):
      guard let outputs = values[node] else { return nil }
      guard outputs.indices.contains(output) else {
        throw .inputCount(found: outputs.count, wanted: "output \(output) of \(graph.nodes[node].layer)")
      }
      return outputs[output]
    }
  }

  mutating func node(_ index: Int) throws(LayerError) {
    let node = graph.nodes[index]
    guard progress(Progress(layer: node.layer, node: index, step: 0, timesteps: 0)) else {
      throw LayerError(layer: node.layer, className: node.className, problem: .cancelled)
    }
    do {
      try run(node, at: index)
    } catch {
      guard case .unsupported(let reason) = error else {
        throw LayerError(layer: node.layer, className: node.className, problem: error)
      }
      if stopped == nil { stopped = (index, reason) }
      unreached += graph.keys[index]
    }
    for case .node(let earlier, _) in node.references where lastUse[earlier] == index {
      values[earlier] = nil
    }
    if lastUse[index] < 0 { values[index] = nil }
  }

  private mutating func run(_ node: Node, at index: Int) throws(LayerProblem) {
    let keys = graph.keys[index]
    func byPlace<Given>(_ given: [String: Given]) -> [Int: Given] {
      Dictionary(
        uniqueKeysWithValues: keys.enumerated().compactMap { place, key in given[key].map { (place, $0) } })
    }
    let feeds = byPlace(feeding)
    guard let arguments = try arguments(of: node, feeds: feeds) else {
      unreached += keys
      return
    }
    let isFed = !keys.isEmpty && feeds.count == keys.count
    let progress = progress
    var call = Call(
      inputs: arguments.values, arguments: arguments.all, keywords: node.keywords,
      initialState: arguments.states, explicitMask: arguments.mask,
      states: isFed ? [:] : states.parts(of: node.layer),
      feeds: feeds, handed: byPlace(handing), overrides: overrides.part(layer: node.layer, keys: keys)
    ) { step, timesteps in
      progress(Progress(layer: node.layer, node: index, step: step, timesteps: timesteps))
    }
    let outputs = try node.operation.run(&call)
    states.keep(call.states, of: node.layer)
    values[index] = outputs
    shapes[index] = outputs.map(\.shape)
    precondition(
      call.traces.count == node.operation.lstms.count, "\(node.layer) traced another number of LSTMs")
    for (place, lstm) in node.operation.lstms.enumerated() {
      calls.append(
        LayerCall(
          key: keys[place], layer: node.layer, node: index, lstm: lstm, trace: call.traces[place],
          ignoresMask: call.ignoresMask,
          outputs: outputs))
    }
  }

  private struct Arguments {
    var all: [Call.Argument] = []
    var values: [Value] = []
    var states: [Value] = []
    var mask: Mask?
  }

  /// nil where something is not there.
  ///
  /// Where an LSTM that the layer's own input goes to is fed, the layer takes what it is fed instead, and
  /// where all of them are, no states either: those are part of what they are fed.
  private func arguments(of node: Node, feeds: [Int: LayerInput]) throws(LayerProblem) -> Arguments? {
    var found = Arguments()
    let entrances = node.operation.lstms.indices.filter { node.operation.lstms[$0].cell ?? 0 == 0 }
    let feed = entrances.lazy.compactMap { feeds[$0] }.first.map { node.operation.input(from: $0) }
    for (place, argument) in node.arguments.enumerated() {
      switch argument {
      case .constant(let constant): found.all.append(.constant(constant))
      case .tensor(let value):
        found.all.append(.value(value))
        found.values.append(value)
      case .value(let reference):
        guard let value = try place == 0 ? node.operation.input(feed, or: value(reference)) : value(reference)
        else { return nil }
        found.all.append(.value(value))
        found.values.append(value)
      }
    }
    if feeds.isEmpty || feeds.count < node.operation.lstms.count {
      for reference in node.initialState {
        guard let value = try value(reference) else { return nil }
        found.states.append(value)
      }
    }
    if let reference = node.mask, feed == nil {
      guard let mask = try value(reference) else { return nil }
      guard case .numbers(let numbers) = mask.elements else { throw .texts(wanted: false) }
      found.mask = Mask(shape: mask.shape, numbers.map { $0 != 0 })
    }
    return found
  }

  func finished() -> NetworkRun {
    NetworkRun(
      // The last `value` cannot throw for an output that is there.
      outputs: graph.outputs.map { output in (try? value(output.reference)) ?? nil }, calls: calls,
      shapes: shapes,
      stopped: stopped.map { stop in
        let node = graph.nodes[stop.node]
        return Stopped(
          layer: node.layer, className: node.className, reason: stop.reason, unreached: unreached)
      }, states: states)
  }
}

extension Operation {
  /// What it reads where an LSTM of it is fed: that, or, where the LSTM reads it in other parts, its own input too.
  fileprivate func input(_ feed: Value?, or own: Value?) -> Value? {
    guard let feed else { return own }
    return isDistributed ? own ?? (takesRows ? feed : nil) : feed
  }

  /// What is fed to an LSTM, as the layer around it would have been given it.
  fileprivate func input(from feed: LayerInput) -> Value {
    let value = Value(
      shape: [feed.batch, feed.timesteps, feed.features], feed.x,
      mask: feed.mask.map { Mask(shape: [feed.batch, feed.timesteps], $0) })
    return lstms.first?.isTimeMajor == true ? value.timeExchanged() : value
  }
}

extension States {
  /// What a layer's parts hold, by their suffix.
  fileprivate func parts(of layer: String) -> [String: [Value]] { values[layer] ?? [:] }

  fileprivate mutating func keep(_ parts: [String: [Value]], of layer: String) {
    if !parts.isEmpty { values[layer] = parts }
  }
}
