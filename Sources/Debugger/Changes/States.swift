import LSTM
import Network

/// States and masks: which are passed, which are heeded, and which of the two is which.
extension Change {
  static let statesSwapped = Change("states-swapped", [.states]) { trial in
    guard trial.hasStates else { return [] }
    return [
      Version(
        sentence: "the initial states are in each other's place: c where h belongs",
        remedy: ["initial_state=[h, c]                     # Keras and PyTorch (h, c), TensorFlow 1 (c, h)"],
        isOfWeights: false
      ) { trial in
        trial.overrides.exchangesStates = true
        return true
      }
    ]
  }

  static let carryForMemory = Change("carry-for-memory", [.recorded]) { trial in
    func version(_ sentence: String, of isMeant: @escaping @Sendable (Trial.Expected) -> Bool) -> Version {
      Version(
        sentence: sentence, remedy: ["y, h, c = LSTM(…, return_state=True)(x)  # h comes before c"],
        isOfWeights: false
      ) { trial in
        let graph = trial.graph
        return trial.changeExpected { entry in
          guard isMeant(entry), let target = entry.target.exchangingStates(in: graph) else { return nil }
          var entry = entry
          entry.target = target
          return entry
        }
      }
    }
    let wrong = Set(trial.expected.filter { !$0.agrees(with: trial.baseline) }.map(\.target))
    let all = version("what was recorded as h is c, or as c is h") { _ in true }
    guard wrong.count > 0, wrong.count < trial.expected.count else { return [all] }
    let names = trial.expected.map(\.target).filter(wrong.contains).map {
      $0.name(outputs: trial.graph.outputs.count)
    }
    return [
      version("what was recorded as h is c, or as c is h, in \(names.joined(separator: " and "))") {
        wrong.contains($0.target)
      }
    ]
  }

  static let stateKept = Change("state-kept", [.states]) { trial in
    // What is given its states by the model keeps none between calls.
    guard !trial.hasStates else { return [] }
    let finals = trial.baseline.calls.map { ($0.key, HandedState(h: $0.trace.hFinal, c: $0.trace.cFinal)) }
    return [
      Version(
        sentence:
          "y was recorded in a later call, which began with the states that the call before ended with",
        remedy: [
          "model.reset_states()                    # before y is recorded; of PyTorch pass no (h_n, c_n)"
        ],
        isOfWeights: false
      ) { trial in
        trial.handing = Dictionary(finals) { first, _ in first }
        return true
      }
    ]
  }

  static let stateReset = Change("state-reset", [.states]) { trial in
    guard trial.hasStates else { return [] }
    return [
      Version(
        sentence: "the framework began with states of zero, not with those that this model is given",
        remedy: ["layer(x, initial_state=[h, c])           # or model.reset_states() left out"],
        isOfWeights: false
      ) { trial in
        trial.overrides.beginsWithZeros = true
        return true
      }
    ]
  }

  static let maskMissing = Change("mask-missing", [.mask]) { trial in
    let isMasked = trial.baseline.calls.contains { $0.input.mask != nil }
    let remedy = [
      "layers.Masking(0.0)                      # or Embedding(…, mask_zero=True); lengths in PyTorch"
    ]
    let zeroes = Version(
      sentence: "at the padding the framework put zeros out, where this model repeats the output before it",
      remedy: ["LSTM(…, zero_output_for_mask=True)       # as pad_packed_sequence does"], isOfWeights: false
    ) { trial in
      trial.overrides.zeroesMasked = true
      return true
    }
    if isMasked { return [zeroes] }
    let isSequence = trial.members.contains { $0.lstm.returnSequences }
    return [
      Version(
        sentence: "the framework masked the padding: y before it is the last output, states are held",
        remedy: remedy, isOfWeights: false
      ) { $0.maskPadding() }
    ]
      + (isSequence
        ? [
          Version(
            sentence: "the framework masked the padding and put zeros out there, as pad_packed_sequence does",
            remedy: ["layers.Masking(0.0) and LSTM(…, zero_output_for_mask=True)"], isOfWeights: false
          ) { trial in
            trial.overrides.zeroesMasked = true
            return trial.maskPadding()
          }
        ] : [])
  }

  static let maskNotMeant = Change("mask-not-meant", [.mask]) { trial in
    guard trial.baseline.calls.contains(where: { $0.input.mask?.contains(false) ?? false }) else { return [] }
    return [
      Version(
        sentence: "the framework ran through the padding, and this model masks it",
        remedy: ["# pass the mask, or pack_padded_sequence in PyTorch, where y is recorded"],
        isOfWeights: false
      ) { trial in
        trial.overrides.ignoresMasks = true
        return true
      }
    ]
  }
}

extension Trial {
  /// Masks the zeros at the end of each sample, for the LSTMs and what else heeds a mask; false where there are none.
  fileprivate mutating func maskPadding() -> Bool {
    var mask: Mask?
    let isRead = changeSequences { value in
      let padding = value.trailingPadding
      guard padding.contains(where: { $0 > 0 }) else { return nil }
      var value = value
      let count = value.shape[1]
      let made = Mask(
        shape: Array(value.shape.prefix(2)),
        padding.flatMap { padding in (0..<count).map { $0 < count - padding } })
      value.mask = made
      mask = mask ?? made
      return value
    }
    // An Embedding without mask_zero passes no mask on.
    overrides.mask = mask
    return isRead
  }

  /// Whether any LSTM begins with anything but zeros.
  fileprivate var hasStates: Bool {
    baseline.calls.contains { call in !call.trace.h0.isZero || !call.trace.c0.isZero }
  }
}

extension Trial.Expected {
  /// Whether it is about the same as in a run: what is wrong differs by more than any rounding.
  fileprivate func agrees(with run: NetworkRun) -> Bool {
    guard let ours = target.numbers(of: run), ours.shape == numbers.shape else { return false }
    return zip(ours.values, numbers.values).allSatisfy { isEqual($0, $1, tolerance: 1e-4) }
  }
}

extension Target {
  /// c for h and h for c, of an LSTM or of a model's output that is one; nil where it is neither.
  fileprivate func exchangingStates(in graph: Graph) -> Target? {
    switch self {
    case .call(let key, let array): return array.otherState.map { .call(key, $0) }
    case .finals(let array): return array.otherState.map { .finals($0) }
    case .output(let index):
      guard graph.outputs.indices.contains(index),
        case .node(let node, let part) = graph.outputs[index].reference,
        graph.nodes[node].operation.lstms.count == 1, let key = graph.keys[node].first,
        let lstm = graph.nodes[node].operation.lstms.first
      else { return nil }
      let isSequence = part == 0 && lstm.returnSequences
      return .call(key, part == 2 ? .hFinal : isSequence ? .c : .cFinal)
    }
  }
}

extension TracedArray {
  /// c for h and h for c.
  fileprivate var otherState: TracedArray? {
    switch self {
    case .h, .y: .c
    case .c: .h
    case .hFinal: .cFinal
    case .cFinal: .hFinal
    case .h0: .c0
    case .c0: .h0
    case .x, .mask, .zx, .zh, .z, .i, .f, .g, .o, .timestepIndex: nil
    }
  }
}
