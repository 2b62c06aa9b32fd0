import LSTM
import Network

/// What is done wrong with a Dense behind an LSTM.
extension Change {
  static let headsReshaped = ofHeads(
    "dense-kernel-reshaped", .headKernel,
    { layers, head in
      head.features == head.units
        ? "the kernel of \(layers) was left untransposed"
        : "the kernel of \(layers) was reshaped where it should have been transposed"
    },
    remedy: { "kernel = linear.weight.T                  # not weight.reshape(\($0.features), \($0.units))" }
  ) { head in
    head.features < 2 || head.units < 2
      ? nil
      : head.replacing(
        kernel: Layout.unreshaped(head.kernel, rows: head.features, columns: head.units))
  }

  static let headHalvesSwapped = ofHeads(
    "dense-halves-swapped", .headKernel,
    { layers, _ in
      "in the kernel of \(layers) the rows for the backward half stand before those for the forward one"
    },
    remedy: { "kernel = np.roll(kernel, \($0.features / 2), axis=0)" },
    isPossible: { trial in trial.members.contains { $0.lstm.direction == .backward } }
  ) { head in
    guard head.features % 2 == 0 else { return nil }
    let half = head.kernel.count / 2
    return head.replacing(kernel: Array(head.kernel[half...] + head.kernel[..<half]))
  }

  static let headBiasLeftOut = ofHeads(
    "dense-bias-not-meant", .headBias, { layers, _ in "\(layers) has a bias where it should have none" },
    remedy: { _ in "Dense(…, use_bias=False)" }
  ) { head in
    head.bias.flatMap { $0.isZero ? nil : head.replacing(bias: Array(repeating: 0, count: $0.count)) }
  }

  static let headActivations = Change("dense-activation", [.headActivation]) { trial in
    trial.heads.suffix(4).flatMap { head in
      let now = head.weights.activation
      let others: [Activation] = [.linear, .softmax, .sigmoid, .tanh, .relu]
      return others.filter { $0 != now && ($0 != .softmax || head.weights.units > 1) }.map { activation in
        let meaning =
          activation == .linear && (now == .softmax || now == .sigmoid)
          ? "; logits were recorded, not probabilities" : ""
        return Version(
          sentence:
            "the activation of \(head.layer) is \(now.name) where it should be \(activation.name)\(meaning)",
          remedy: ["Dense(\(head.weights.units), activation='\(activation.name)')"], isOfWeights: false
        ) { trial in trial.changeHeads(layers: [head.layer]) { $0.replacing(activation: activation) } }
      }
    }
  }

  /// In every Dense, or in one of them alone.
  private static func ofHeads(
    _ name: String, _ part: Part, _ sentence: @escaping @Sendable (String, DenseWeights) -> String,
    remedy: @escaping @Sendable (DenseWeights) -> String,
    isPossible: @escaping @Sendable (Trial) -> Bool = { _ in true },
    change: @escaping @Sendable (DenseWeights) -> DenseWeights?
  ) -> Change {
    Change(name, [part]) { trial in
      let heads = trial.heads
      func version(_ words: String, _ layers: Set<String>?, _ sample: Trial.Head) -> Version {
        Version(
          sentence: sentence(words, sample.weights), remedy: [remedy(sample.weights)],
          isGeneral: layers == nil || heads.count == 1
        ) { $0.changeHeads(layers: layers, change) }
      }
      guard let first = heads.first, isPossible(trial) else { return [] }
      if heads.count == 1 { return [version(first.layer, nil, first)] }
      return [version("every Dense", nil, first)]
        + heads.suffix(8).map { version("\($0.layer) alone", [$0.layer], $0) }
    }
  }
}
