import LSTM
import Network

/// What can be wrong with what was recorded, and not with the model.
extension Change {
  static let oneTimestepEarly = shifted(
    "one-timestep-early", by: 1, "the outputs were recorded one timestep early: y[t] is the model's at t + 1",
    remedy: "y = y[:, :-1]   # beside the model's [:, 1:]; or the first timestep was cut off x as well")

  static let oneTimestepLate = shifted(
    "one-timestep-late", by: -1, "the outputs were recorded one timestep late: y[t] is the model's at t - 1",
    remedy: "y = y[:, 1:]    # beside the model's [:, :-1]: the state before the step was saved")

  private static func shifted(_ name: String, by offset: Int, _ sentence: String, remedy: String) -> Change {
    ofRun(name, [.recorded, .time], sentence, remedy: [remedy]) { trial in
      trial.changeExpected { entry in
        guard let (count, _) = entry.target.timesteps(entry.numbers.shape), count > 2 else { return nil }
        var entry = entry
        entry.offset = offset
        return entry
      }
    }
  }

  /// Dropout of the last layer: some values are 0, the others 1 / (1 − p) times ours.
  static let trainingMode = Change("training-mode", [.recorded]) { trial in
    guard trial.expected.count == 1, let entry = trial.expected.first,
      let ours = entry.target.numbers(of: trial.baseline), ours.shape == entry.numbers.shape
    else { return [] }
    let kept = zip(ours.values, entry.numbers.values).filter { $1 != 0 && abs($0) > 1e-3 }
    let dropped = zip(ours.values, entry.numbers.values).filter { abs($0) > 1e-3 && $1 == 0 }.count
    let ratios = kept.map { $1 / $0 }.sorted()
    guard dropped > 0, ratios.count > 7, let low = ratios.first, let high = ratios.last else { return [] }
    let ratio = ratios[ratios.count / 2]
    guard ratio > 1, ratio < 20, high - low < 1e-3 * ratio else { return [] }
    let rate = Int(((1 - 1 / ratio) * 100).rounded())
    return [
      Version(
        sentence:
          "y was recorded in training mode: dropout of \(rate) % set \(dropped) values to 0 and scaled the rest",
        remedy: ["model.eval()                             # Keras: model(x, training=False)"],
        isOfWeights: false
      ) { trial in
        trial.changeExpected { entry in
          var entry = entry
          entry.ignored = entry.numbers.values.map { $0 == 0 }
          entry.numbers.values = entry.numbers.values.map { $0 / ratio }
          return entry
        }
      }
    ]
  }

  /// Every recorded value is the same number of times ours.
  static let scaled = Change("scaled", [.recorded]) { trial in
    guard let (ours, theirs) = trial.onlyPair else { return [] }
    let ratios = zip(ours, theirs).filter { abs($0.0) > 1e-3 }.map { $0.1 / $0.0 }.sorted()
    guard ratios.count > 7, let low = ratios.first, let high = ratios.last else { return [] }
    let middle = ratios[ratios.count / 2]
    // A neat factor stands for a reason; another one is as it was measured.
    let neat = [-1, 2, 0.5, -2, -0.5, 3, 10, 100, 0.1, 0.01].first { abs($0 - middle) < 1e-3 * abs(middle) }
    let ratio = neat ?? middle
    guard ratio.isFinite, ratio != 0, abs(ratio - 1) > 1e-3, high - low < 1e-2 * abs(ratio) else { return [] }
    let merges = Set(trial.members.compactMap(\.lstm.merge))
    let hint =
      merges.contains(.ave) && ratio == 2
      ? ": merge_mode is ave where it should be sum"
      : merges.contains(.sum) && ratio == 0.5 ? ": merge_mode is sum where it should be ave" : ""
    return [
      Version(
        sentence: "every recorded value is \(ratio) times this model's\(hint)",
        remedy: [
          hint.isEmpty
            ? "y = y / \(ratio)                            # what is scaled so behind the model?"
            : "Bidirectional(…, merge_mode=\(ratio == 2 ? "'sum'" : "'ave'"))"
        ], isOfWeights: false
      ) { trial in
        trial.changeExpected { entry in
          var entry = entry
          entry.numbers.values = entry.numbers.values.map { $0 / ratio }
          return entry
        }
      }
    ]
  }

  /// Where ours is negative 0 was recorded, the rest is ours.
  static let throughRelu = Change("through-relu", [.recorded]) { trial in
    guard let (ours, theirs) = trial.onlyPair, theirs.allSatisfy({ $0 >= 0 }), theirs.contains(0),
      zip(ours, theirs).filter({ $0.1 > 0 }).count > 7,
      zip(ours, theirs).allSatisfy({ $0.1 > 0 || $0.0 < 1e-5 })
    else { return [] }
    return [
      Version(
        sentence: "y was recorded behind a relu: where this model is negative it is 0",
        remedy: ["# record y of the LSTM itself, or add Activation('relu')"], isOfWeights: false
      ) { trial in
        trial.changeExpected { entry in
          var entry = entry
          entry.ignored = entry.numbers.values.map { $0 == 0 }
          return entry
        }
      }
    ]
  }
}

extension Trial {
  /// Ours and what is recorded, where one array is, of one shape.
  fileprivate var onlyPair: (ours: [Float], theirs: [Float])? {
    guard expected.count == 1, let entry = expected.first, let ours = entry.target.numbers(of: baseline),
      ours.shape == entry.numbers.shape, ours.values.allSatisfy(\.isFinite),
      entry.numbers.values.allSatisfy(\.isFinite)
    else { return nil }
    return (ours.values, entry.numbers.values)
  }
}
