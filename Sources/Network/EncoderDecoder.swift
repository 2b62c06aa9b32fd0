import LSTM

/// An encoder whose final states start a decoder, as they stand in a graph.
///
/// The source goes into the encoder. The decoder reads the target, one token behind what it is to say, and
/// begins with what the encoder ended with.
///
/// - Source: Sutskever, Vinyals, Le 2014, section 2; Keras' example `lstm_seq2seq`.
package struct EncoderDecoder: Sendable, Equatable {
  /// Where the states of one LSTM become the first states of another.
  package struct Bridge: Sendable, Equatable {
    /// The LSTM that hands over, by its key; nil where layers stand between, as behind a Bidirectional.
    package let encoder: String?
    package let decoder: String
    /// What the decoder's LSTMs begin with, in order: `encoder_h`, `encoder_c`, or the name of a layer between.
    package let from: [String]
  }

  /// The model's inputs that source and target go into, by their place.
  package let source: Int
  package let target: Int
  /// The model's output that tells the next token, by its place.
  package let output: Int
  /// One for each LSTM of the decoder that is handed states, in the order in which they run.
  package let bridges: [Bridge]
  /// Whether the decoder reads more of the encoder than the states that recurrent layers begin with, as with
  /// attention.
  package let readsEncoderBeside: Bool
}

extension Graph {
  /// The encoder and decoder in it; nil where no LSTM begins with the states of what another input went into.
  package var encoderDecoder: EncoderDecoder? {
    let ofNodes = originsOfNodes
    var bridges: [EncoderDecoder.Bridge] = []
    var found: (source: Int, target: Int)?
    for (index, node) in nodes.enumerated() where !node.operation.lstms.isEmpty {
      let states = node.stateReferences
      guard let x = node.references.first, !states.isEmpty else { continue }
      let from = states.reduce(into: Set<Int>()) { $0.formUnion(origins(of: $1, in: ofNodes)) }
      let reads = origins(of: x, in: ofNodes)
      guard let source = from.first, from.count == 1, let target = reads.subtracting(from).first,
        reads.subtracting(from).count == 1, states.allSatisfy({ !isInput($0) })
      else { continue }
      guard found.map({ $0 == (source, target) }) ?? true else { return nil }
      found = (source, target)
      bridges += keys[index].enumerated().map { place, key in
        EncoderDecoder.Bridge(
          encoder: hander(of: states, to: place, of: node), decoder: key,
          from: states.map(stateName))
      }
    }
    guard let found, let output = output(saying: found.target, ofNodes) else { return nil }
    return EncoderDecoder(
      source: found.source, target: found.target, output: output, bridges: bridges,
      readsEncoderBeside: reads(found.source, besideIn: found.target, ofNodes))
  }

  /// Of the outputs that depend on the target the one with a number for each token that can be fed, else the
  /// widest: beside the words a model may put out their kind, or where they stand.
  private func output(saying target: Int, _ ofNodes: [Set<Int>]) -> Int? {
    let candidates = outputs.indices.filter {
      guard case .node(let node, let place) = outputs[$0].reference else { return false }
      // States that the decoder returns beside its words are not what it says.
      return ofNodes[node].contains(target) && (nodes[node].operation.lstms.isEmpty || place == 0)
    }
    if let count = idCount(ofInput: target),
      let fitting = candidates.first(where: { width(ofOutput: $0) == count })
    {
      return fitting
    }
    let widest = candidates.compactMap { width(ofOutput: $0) }.max()
    return candidates.first { width(ofOutput: $0) == widest } ?? candidates.first
  }

  /// Whether a layer that depends on the target takes something of the source that is no state.
  private func reads(_ source: Int, besideIn target: Int, _ ofNodes: [Set<Int>]) -> Bool {
    nodes.indices.contains { index in
      guard ofNodes[index].contains(target) else { return false }
      let node = nodes[index]
      let states = node.isRecurrent ? Set(node.stateReferences) : []
      return node.references.contains {
        let origins = origins(of: $0, in: ofNodes)
        return origins.contains(source) && !origins.contains(target) && !states.contains($0)
      }
    }
  }

  /// For each node the model's inputs that it depends on.
  private var originsOfNodes: [Set<Int>] {
    var origins: [Set<Int>] = []
    for node in nodes {
      origins.append(node.references.reduce(into: []) { $0.formUnion(self.origins(of: $1, in: origins)) })
    }
    return origins
  }

  private func origins(of reference: Reference, in nodes: [Set<Int>]) -> Set<Int> {
    switch reference {
    case .input(let input): [input]
    case .node(let node, _): nodes[node]
    }
  }

  private func isInput(_ reference: Reference) -> Bool {
    if case .input = reference { true } else { false }
  }

  /// The states that a layer puts out behind its output are called after their half and h or c.
  private func stateName(_ reference: Reference) -> String {
    guard case .node(let node, let output) = reference else { return "input" }
    let layer = nodes[node].layer
    let lstms = nodes[node].operation.lstms
    guard output > 0, lstms.indices.contains((output - 1) / 2) else { return layer }
    let half = lstms[(output - 1) / 2].direction.map { "_\($0.rawValue)" } ?? ""
    return layer + half + (output % 2 == 1 ? "_h" : "_c")
  }

  /// The LSTM whose own h and c a decoder's LSTM begins with.
  private func hander(of states: [Reference], to place: Int, of node: Node) -> String? {
    guard states.count == 2 * node.operation.lstms.count,
      case .node(let h, let first) = states[2 * place],
      case .node(let c, let second) = states[2 * place + 1], h == c, second == first + 1
    else { return nil }
    let lstms = nodes[h].operation.lstms
    // A layer puts its states out behind its output: h and c of each LSTM in turn.
    let hander = (first - 1) / 2
    guard first > 0, first % 2 == 1, lstms.indices.contains(hander), lstms[hander].cell == nil,
      lstms[hander].parameters.units == node.operation.lstms[place].parameters.units
    else { return nil }
    return keys[h][hander]
  }
}

extension Node {
  fileprivate var isRecurrent: Bool {
    !operation.lstms.isEmpty || ["GRU", "SimpleRNN", "RNN", "Bidirectional"].contains(className)
  }

  /// What it begins with: by keyword, or, as Keras 2 writes it, behind the sequence.
  var stateReferences: [Reference] {
    guard initialState.isEmpty else { return initialState }
    return arguments.dropFirst().compactMap { argument in
      if case .value(let reference) = argument { reference } else { nil }
    }
  }
}
