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

  static let carryForMemory = ofRun(
    "carry-for-memory", [.recorded], "what was recorded as h is c, or as c is h",
    remedy: ["y, h, c = LSTM(…, return_state=True)(x)  # h comes before c"]
  ) { trial in
    let graph = trial.graph
    return trial.changeExpected { entry in
      var entry = entry
      switch entry.target {
      case .call(let key, let array):
        guard let other = array.otherState else { return nil }
        entry.target = .call(key, other)
      case .finals(let array):
        guard let other = array.otherState else { return nil }
        entry.target = .finals(other)
      case .output(let index):
        // The output of a layer itself: its h, in place of which its c is compared.
        guard graph.outputs.indices.contains(index),
          case .node(let node, let part) = graph.outputs[index].reference,
          graph.nodes[node].operation.lstms.count == 1, let key = graph.keys[node].first,
          let lstm = graph.nodes[node].operation.lstms.first
        else { return nil }
        let isSequence = part == 0 && lstm.returnSequences
        entry.target = .call(key, part == 2 ? .hFinal : isSequence ? .c : .cFinal)
      }
      return entry
    }
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

  static let maskMissing = ofRun(
    "mask-missing", [.mask],
    "the framework masked the padding: y before it is the last output, states are held",
    remedy: ["layers.Masking(0.0)                      # or Embedding(…, mask_zero=True); lengths in PyTorch"]
  ) { trial in
    let isMasked = trial.baseline.calls.contains { $0.input.mask != nil }
    guard !isMasked else { return false }
    return trial.changeSequences { value in
      let padding = value.trailingPadding
      guard padding.contains(where: { $0 > 0 }) else { return nil }
      var value = value
      let count = value.shape[1]
      value.mask = Mask(
        shape: Array(value.shape.prefix(2)),
        padding.flatMap { padding in (0..<count).map { $0 < count - padding } })
      return value
    }
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
  /// Whether any LSTM begins with anything but zeros.
  fileprivate var hasStates: Bool {
    baseline.calls.contains { call in !call.trace.h0.isZero || !call.trace.c0.isZero }
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
