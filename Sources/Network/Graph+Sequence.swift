import LSTM

extension Graph {
  /// The model's input whose timesteps a node's own are, one for one; nil where there is none.
  ///
  /// From the node back along first arguments, as long as no layer on the way mixes, drops or turns timesteps.
  package func sequenceInput(of node: Int) -> Int? {
    var reference = nodes[node].references.first
    while case .node(let earlier, let output) = reference {
      guard output == 0, nodes[earlier].keepsTimesteps else { return nil }
      reference = nodes[earlier].references.first
    }
    if case .input(let input) = reference { return input }
    return nil
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
    return isTimestepByTimestep
  }
}
