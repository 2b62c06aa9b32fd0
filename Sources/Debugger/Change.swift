import LSTM
import Network

/// One thing that people do when they convert, write or record, and how it is undone.
package struct Change: Sendable {
  /// What of the set-up a change touches; two that touch the same are not tried together.
  enum Part: Sendable {
    case kernel, recurrentKernel, bias, gateOrder, activation, recurrentActivation
    case layers, directions, time, batch, states, mask, precision, recorded
    case headKernel, headBias, headActivation
  }

  /// The change as it is tried: everywhere, or in one layer alone.
  package struct Version: Sendable {
    /// What was done wrong: "the kernel was reshaped where it should have been transposed".
    let sentence: String
    /// Lines of Python for the converter, or for the script that recorded.
    let remedy: [String]
    /// Whether it is in every layer that it can be in.
    var isGeneral = true
    /// Whether corrected weights can be written.
    var isOfWeights = true
    /// Whether it is tried together with others too: what is rare is not, there would be too many pairs.
    var isPaired = true
    /// Undoes it; false where it cannot be there.
    let undo: @Sendable (inout Trial) -> Bool
  }

  /// A word for it, as in `--json`: `kernel-reshaped`.
  package let name: String
  let parts: Set<Part>
  let versions: @Sendable (Trial) -> [Version]

  init(_ name: String, _ parts: Set<Part>, versions: @escaping @Sendable (Trial) -> [Version]) {
    self.name = name
    self.parts = parts
    self.versions = versions
  }

  /// In the order tried: what people do most often first.
  package static let all: [Change] = [
    kernelsReshaped, kernelReshaped, recurrentReshaped, recurrentBlocksUntransposed, kernelBlocksUntransposed,
    biasTwice, biasHalf, biasLeftOut, biasOfWholeGate,
    backwardNotReversed, backwardNotTurned, lastPosition, halvesSwapped, directionsSwapped,
    goesBackwards, layersSwapped,
    oneTimestepEarly, oneTimestepLate,
    trainingMode, scaled, throughRelu, outputTimeMajor,
    recurrentActivations, activations,
    gateOrders, biasOrder, kernelOrder, recurrentOrder, gatesInterleaved,
    forgetBiasMissing, forgetBiasAdded,
    kernelsSwapped, cuDNNBlocks,
    inputReversed, outputReversed,
    statesSwapped, carryForMemory,
    batchAndTimeSwapped,
    stateReset, stateKept,
    maskMissing, maskNotMeant, paddingInFront,
    headsReshaped, headHalvesSwapped, headBiasLeftOut, headActivations,
    oneBlockUntransposed,
    roundedToFloat16, roundedToBFloat16,
  ]

  /// A change of weights: in every layer, in one direction of every layer, or in one layer alone.
  ///
  /// - Parameters:
  ///   - remedy: The Python for a layer of that size.
  ///   - change: The right weights from the wrong ones; nil where the layer's sizes rule it out.
  static func ofWeights(
    _ name: String, _ parts: Set<Part>, _ sentence: String,
    remedy: @escaping @Sendable (Parameters) -> [String],
    change: @escaping @Sendable (Parameters) -> Parameters?
  ) -> Change {
    Change(name, parts) { trial in
      scopes(of: trial).compactMap { scope in
        guard let sample = scope.sample else { return nil }
        return Version(
          sentence: scope.words.map { "\(sentence), in \($0) alone" } ?? sentence, remedy: remedy(sample),
          isGeneral: scope.words == nil
        ) { $0.change(layers: scope.layers, change) }
      }
    }
  }

  /// Where a change of weights can be.
  static func scopes(
    of trial: Trial
  ) -> [(words: String?, layers: Set<String>?, sample: Parameters?)] {
    let members = trial.members
    let layers = trial.layers.map(\.layer)
    let first = members.first.map { trial.parameters(of: $0) }
    var scopes: [(words: String?, layers: Set<String>?, sample: Parameters?)] = [(nil, nil, first)]
    guard layers.count > 1 else { return scopes }
    for direction in [TracedLSTM.Direction.forward, .backward] {
      let half = members.filter { $0.lstm.direction == direction }
      guard half.count > 1, half.count < members.count else { continue }
      scopes.append(("every \(direction.rawValue) half", Set(half.map(\.layer)), first))
    }
    for layer in layers.prefix(8) {
      let parameters = members.first { $0.layer == layer }.map { trial.parameters(of: $0) }
      scopes.append((layer, [layer], parameters))
    }
    return scopes
  }
}

extension Change {
  /// A change of the input, of what is recorded, or of how the model is run.
  static func ofRun(
    _ name: String, _ parts: Set<Part>, _ sentence: String, remedy: [String],
    undo: @escaping @Sendable (inout Trial) -> Bool
  ) -> Change {
    Change(name, parts) { _ in
      [Version(sentence: sentence, remedy: remedy, isOfWeights: false, undo: undo)]
    }
  }
}
