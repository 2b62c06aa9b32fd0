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
}
