extension Graph {
  /// The model cut in two: what does not depend on an input, and what does.
  ///
  /// What the second part needs of the first becomes inputs of the one and outputs of the other, in the same
  /// order; in the second they come behind the input itself.
  struct Parts: Sendable {
    let before: Graph
    let behind: Graph
    /// The keys of the LSTMs of `behind`, by those that they have in the whole.
    let keys: [String: String]
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
    let own = zip(keys, isBehind).filter { $1 }.flatMap(\.0)
    return Parts(
      before: before, behind: behind,
      keys: Dictionary(uniqueKeysWithValues: zip(own, behind.keys.flatMap { $0 })),
      outputs: kept)
  }

  /// An encoder and a decoder that were saved apart, as one model: what the encoder puts out starts the decoder.
  ///
  /// - Returns: The encoder's inputs, then the decoder's own; the decoder's outputs.
  /// - Throws: `GraphError.bridge` where the encoder does not put out as many states as the decoder takes.
  package static func joining(_ encoder: Graph, _ decoder: Graph) throws(GraphError) -> Graph {
    let stateInputs = decoder.stateInputs
    let states = encoder.stateOutputs
    guard !stateInputs.isEmpty, states.count == stateInputs.count else {
      throw .bridge(given: states.count, taken: stateInputs.count)
    }
    let ownInputs = decoder.inputs.indices.filter { !stateInputs.contains($0) }
    func moved(_ reference: Reference) -> Reference {
      switch reference {
      case .node(let node, let output): .node(node + encoder.nodes.count, output: output)
      case .input(let input):
        if let place = stateInputs.firstIndex(of: input) {
          states[place]
        } else {
          .input(encoder.inputs.count + (ownInputs.firstIndex(of: input) ?? 0))
        }
      }
    }
    return try Graph(
      inputs: encoder.inputs + ownInputs.map { decoder.inputs[$0] },
      nodes: encoder.nodes + decoder.nodes.map { $0.reading(moved) },
      outputs: decoder.outputs.map { GraphOutput(name: $0.name, reference: moved($0.reference)) })
  }

  /// The inputs that LSTMs begin with, by their place, in the order in which they are taken.
  package var stateInputs: [Int] {
    var found: [Int] = []
    for node in nodes where !node.operation.lstms.isEmpty {
      for case .input(let input) in node.stateReferences where !found.contains(input) { found.append(input) }
    }
    return found
  }

  /// The outputs that are states, and not a sequence.
  private var stateOutputs: [Reference] {
    outputs.map(\.reference).filter { reference in
      guard case .node(let node, let output) = reference else { return false }
      return nodes[node].operation.lstms.isEmpty ? true : output > 0
    }
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
