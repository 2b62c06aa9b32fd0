extension Graph {
  /// The model cut in two: what does not depend on an input, and what does.
  ///
  /// What the second part needs of the first becomes inputs of the one and outputs of the other, in the same
  /// order; in the second they come behind the input itself.
  struct Parts: Sendable {
    let before: Graph
    let behind: Graph
    /// The keys of the LSTMs of `behind`, and of those of `before`, by those that they have in the whole.
    let keys: [String: String]
    let keysBefore: [String: String]
    /// Which of the model's outputs those of `behind` are.
    let outputs: [Int]
  }

  /// - Throws: A `GraphError` where a part does not hold together.
  func parts(behind input: Int) throws(GraphError) -> Parts {
    var place: [Int?] = []
    var isBehind: [Bool] = []
    var counts = (before: 0, behind: 0)
    for node in nodes {
      let depends = node.references.contains {
        switch $0 {
        case .input(let index): index == input
        case .node(let earlier, _): isBehind[earlier]
        }
      }
      isBehind.append(depends)
      place.append(depends ? counts.behind : counts.before)
      if depends { counts.behind += 1 } else { counts.before += 1 }
    }
    func stays(_ reference: Reference) -> Bool {
      if case .node(let node, _) = reference { isBehind[node] } else { reference == .input(input) }
    }
    var cuts: [Reference] = []
    for (node, depends) in zip(nodes, isBehind) where depends {
      for reference in node.references where !stays(reference) && !cuts.contains(reference) {
        cuts.append(reference)
      }
    }
    func moved(_ reference: Reference) -> Reference {
      guard case .node(let node, let output) = reference, let to = place[node] else { return reference }
      return .node(to, output: output)
    }
    func inSecond(_ reference: Reference) -> Reference {
      if stays(reference) { return reference == .input(input) ? .input(0) : moved(reference) }
      return .input(1 + (cuts.firstIndex(of: reference) ?? 0))
    }
    let before = try Graph(
      inputs: inputs, nodes: zip(nodes, isBehind).filter { !$1 }.map { $0.0.reading(moved) },
      outputs: cuts.map { GraphOutput(name: "cut", reference: moved($0)) })
    let kept = outputs.indices.filter { stays(outputs[$0].reference) }
    // Timesteps come one at a time, whatever length the whole declares.
    let open = GraphInput(
      name: inputs[input].name, shape: inputs[input].shape.enumerated().map { $0 == 1 ? nil : $1 },
      kind: inputs[input].kind)
    let behind = try Graph(
      inputs: [open] + cuts.map { _ in GraphInput.cut(named: "cut") },
      nodes: zip(nodes, isBehind).filter { $1 }.map { $0.0.reading(inSecond) },
      outputs: kept.map { GraphOutput(name: outputs[$0].name, reference: inSecond(outputs[$0].reference)) })
    func partKeys(_ part: Graph, isBehind wanted: Bool) -> [String: String] {
      let own = zip(keys, isBehind).filter { $1 == wanted }.flatMap(\.0)
      return Dictionary(uniqueKeysWithValues: zip(own, part.keys.flatMap { $0 }))
    }
    return Parts(
      before: before, behind: behind, keys: partKeys(behind, isBehind: true),
      keysBefore: partKeys(before, isBehind: false), outputs: kept)
  }

  /// An encoder and a decoder that were saved apart, as one model: what the encoder puts out starts the decoder,
  /// and is what its attention looks into.
  ///
  /// - Returns: The encoder's inputs, then the decoder's own; the decoder's outputs.
  /// - Throws: `GraphError.bridge` where the encoder does not put out as many states as the decoder takes,
  ///   `sequence` where it puts out no sequence that the decoder reads beside them.
  package static func joining(_ encoder: Graph, _ decoder: Graph) throws(GraphError) -> Graph {
    let given = try decoder.given(by: encoder)
    let ownInputs = decoder.inputs.indices.filter { given[$0] == nil }
    func moved(_ reference: Reference) -> Reference {
      switch reference {
      case .node(let node, let output): .node(node + encoder.nodes.count, output: output)
      case .input(let input):
        given[input] ?? .input(encoder.inputs.count + (ownInputs.firstIndex(of: input) ?? 0))
      }
    }
    return try Graph(
      inputs: encoder.inputs + ownInputs.map { decoder.inputs[$0] },
      nodes: encoder.nodes + decoder.nodes.map { $0.reading(moved) },
      outputs: decoder.outputs.map { GraphOutput(name: $0.name, reference: moved($0.reference)) })
  }

  /// For a decoder, which outputs of its encoder its inputs are, by their place.
  package func given(by encoder: Graph) throws(GraphError) -> [Int: Reference] {
    let stateInputs = stateInputs
    let (sequencesThere, states) = encoder.sequencesAndStates(wanted: stateInputs.count)
    guard !stateInputs.isEmpty, states.count == stateInputs.count else {
      throw .bridge(given: states.count, taken: stateInputs.count)
    }
    var given = Dictionary(uniqueKeysWithValues: zip(stateInputs, states))
    var sequences = sequencesThere[...]
    for input in inputs.indices where given[input] == nil && !tokenInputs.contains(input) {
      guard !sequences.isEmpty else { throw .sequence(inputs[input].name) }
      given[input] = sequences.removeFirst()
    }
    return given
  }

  /// The inputs that tokens go into: those that a table of ids or, of one-hot rows, an LSTM reads.
  private var tokenInputs: Set<Int> {
    let ids = inputs.indices.filter { inputs[$0].shape.count == 2 && idCount(ofInput: $0) != nil }
    guard ids.isEmpty else { return Set(ids) }
    let read = nodes.compactMap { node -> Int? in
      guard !node.operation.lstms.isEmpty, case .input(let input)? = node.references.first else { return nil }
      return input
    }
    return read.isEmpty ? Set(inputs.indices.filter { !stateInputs.contains($0) }.prefix(1)) : Set(read)
  }

  /// The inputs that LSTMs begin with, by their place, in the order in which they are taken.
  private var stateInputs: [Int] {
    var found: [Int] = []
    for node in nodes where !node.operation.lstms.isEmpty {
      for case .input(let input) in node.stateReferences where !found.contains(input) { found.append(input) }
    }
    return found
  }

  /// What an encoder puts out, sequences and states apart.
  ///
  /// The output of an LSTM that returns no sequence is its h once more; it is a state only where h is wanted.
  private func sequencesAndStates(wanted: Int) -> (sequences: [Reference], states: [Reference]) {
    let all = outputs.map(\.reference)
    let states = all.filter { !isOutput($0, ofSequences: nil) }
    let rest = all.filter { isOutput($0, ofSequences: true) }
    guard states.count != wanted else { return (rest, states) }
    let every = all.filter { !isOutput($0, ofSequences: true) }
    return (rest, every.count == wanted ? every : states)
  }

  /// Whether it is what an LSTM puts out beside its states, or made of that.
  ///
  /// - Parameter ofSequences: Whether that is to be a sequence; nil for either.
  private func isOutput(_ reference: Reference, ofSequences: Bool?) -> Bool {
    var reference = reference
    while case .node(let node, let output) = reference {
      let lstms = nodes[node].operation.lstms
      if let lstm = lstms.first {
        return output == 0 && (ofSequences ?? lstm.returnSequences) == lstm.returnSequences
      }
      guard let first = nodes[node].references.first else { return false }
      reference = first
    }
    return ofSequences ?? true
  }
}

extension Node {
  /// The same call with what it reads found elsewhere.
  fileprivate func reading(_ moved: (Reference) -> Reference) -> Node {
    Node(
      layer: layer, className: className, call: call, operation: operation,
      arguments: arguments.map { argument in
        switch argument {
        case .value(let reference): .value(moved(reference))
        case .constant, .tensor: argument
        }
      }, keywords: keywords, initialState: initialState.map(moved), mask: mask.map(moved))
  }
}
