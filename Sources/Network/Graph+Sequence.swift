import LSTM

extension Graph {
  /// What tells the token of each of a node's timesteps: an input of the model, or a layer that makes ids of
  /// texts; nil where there is none.
  ///
  /// From the node back along first arguments, as long as no layer on the way mixes, drops or turns timesteps.
  package func tokens(of node: Int) -> Reference? {
    var reference = nodes[node].references.first
    while case .node(let earlier, let output) = reference {
      if nodes[earlier].operation.vocabulary != nil { return reference }
      guard output == 0, nodes[earlier].keepsTimesteps else { return nil }
      reference = nodes[earlier].references.first
    }
    return reference
  }

  /// What an input is, or a node puts out; nil where it is not there or can't be run.
  package func value(of reference: Reference, _ inputs: [Value?]) -> Value? {
    switch reference {
    case .input(let input): return inputs[input]
    case .node(let node, _):
      let part = try? Graph(
        inputs: self.inputs, nodes: Array(nodes[...node]),
        outputs: [GraphOutput(name: nodes[node].layer, reference: reference)])
      return (try? part?.run(inputs))??.outputs[0]
    }
  }
}

extension Node {
  /// Whether its output's timestep t belongs to its input's.
  fileprivate var keepsTimesteps: Bool {
    if !operation.lstms.isEmpty {
      // Alone and backwards, the output comes in the order of processing.
      return operation.lstms.allSatisfy {
        $0.returnSequences && ($0.direction != nil || !$0.parameters.goBackwards)
      }
    }
    return operation.traits.goesByTimestep
  }
}
