import LSTM

extension Decoding {
  /// What arrives at the decoder's LSTMs after a run in which the encoder's states were let through.
  ///
  /// - Parameters:
  ///   - run: Of the whole graph, nothing handed to the decoder but what the encoder gives.
  ///   - other: What another sentence's encoder handed over, for `BridgeExperiment.other`.
  package func arriving(
    after run: NetworkRun, _ experiment: BridgeExperiment, other: Encoded?
  ) -> [String: HandedState] {
    var handed: [String: HandedState] = [:]
    for bridge in pair.bridges {
      guard let trace = run.calls.first(where: { $0.key == bridge.decoder })?.trace else { continue }
      handed[bridge.decoder] = HandedState(h: trace.h0, c: trace.c0)
    }
    return arriving(handed, experiment, other: other?.handed)
  }

  /// Whether an LSTM comes before the bridge, so that an edit of it reaches the decoder.
  package func isBeforeBridge(_ key: String) -> Bool { parts.keys[key] == nil }
}
