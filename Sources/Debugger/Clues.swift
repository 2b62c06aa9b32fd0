import LSTM
import Network

/// What the differences themselves tell where no change explains them.
struct Clues {
  private let trial: Trial
  private let comparison: Comparison

  init(_ trial: Trial, _ comparison: Comparison) {
    self.trial = trial
    self.comparison = comparison
  }

  var sentences: [String] {
    let structured = [ofHalves, ofInput, ofPrecision, ofNonFinite, ofStart, ofUnits].compactMap { $0 }
    // What differs everywhere from the start on contradicts every other clue.
    return (structured.isEmpty ? [ofBias, ofShare] : structured + [ofBias]).compactMap { $0 }
  }

  /// Two halves with the same weights, which no training leaves.
  private var ofHalves: String? {
    for forward in trial.members where forward.lstm.direction == .forward {
      let layer = forward.layer.dropLast("/forward".count)
      guard let backward = trial.members.first(where: { $0.layer == layer + "/backward" }),
        forward.lstm.parameters.kernel == backward.lstm.parameters.kernel,
        forward.lstm.parameters.recurrentKernel == backward.lstm.parameters.recurrentKernel
      else { continue }
      return
        "both halves of \(layer) have the same weights: those of the backward half, whose names end in _reverse in "
        + "PyTorch, were never written"
    }
    return nil
  }

  private var ofInput: String? {
    let wrong = trial.expected.first { entry in
      guard case .call(let key, .x) = entry.target, trial.baseline.calls.first?.key == key,
        let ours = entry.target.numbers(of: trial.baseline)
      else { return false }
      return zip(ours.values, entry.numbers.values).contains {
        !isEqual($0, $1, tolerance: comparison.tolerance)
      }
    }
    return wrong.map { _ in "x itself differs: the recorded run was fed something else than this one" }
  }

  private var ofPrecision: String? {
    guard let worst = comparison.worst?.largestDifference, worst < 5e-3 else { return nil }
    if trial.members.allSatisfy({ $0.lstm.parameters.isOfFloat16 }) {
      return "every weight of this file is a float16 number: their rounding alone makes differences of this "
        + "size; save float32 weights, or compare with --tolerance 4e-3"
    }
    return "the differences are small: rounding does it, as of TF32 or half precision where y was recorded, "
      + "or of a network that magnifies rounding from step to step"
  }

  private var ofNonFinite: String? {
    guard comparison.worst?.largestDifference == .infinity else { return nil }
    return
      "one side has a NaN or an infinity where the other has a number; lstmscope doctor says where ours begins"
  }

  private var ofStart: String? {
    guard let part = comparison.parts.first(where: { !$0.byTimestep.isEmpty && $0.outside > 0 }),
      let first = part.first?.timestep, let start = part.byTimestep.first
    else { return nil }
    guard part.byTimestep.count > 1, first > 0, start <= comparison.tolerance * 2 else { return nil }
    return
      "up to timestep \(first - 1) all is equal, so kernel, bias, activations and initial states are likely right: "
      + "the recurrent kernel, the forget gate or a mask is not"
  }

  /// Differences in some units and never in others.
  private var ofUnits: String? {
    for entry in trial.expected {
      guard let ours = entry.target.numbers(of: trial.baseline), let width = entry.numbers.shape.last,
        width > 1, ours.shape == entry.numbers.shape
      else { continue }
      var wrong = Set<Int>()
      for (index, pair) in zip(ours.values, entry.numbers.values).enumerated()
      where !isEqual(pair.0, pair.1, tolerance: comparison.tolerance) {
        wrong.insert(index % width)
      }
      guard !wrong.isEmpty, wrong.count * 2 < width else { continue }
      let listed = wrong.sorted().prefix(8).map(String.init).joined(separator: ", ")
      return
        "only units \(listed)\(wrong.count > 8 ? " and \(wrong.count - 8) more" : "") of \(width) differ: "
        + "a part of the weights was changed, not their layout"
    }
    return nil
  }

  /// A forgotten bias_hh is found from enough recorded numbers; where there are fewer it stays possible.
  private var ofBias: String? {
    guard trial.members.contains(where: { $0.lstm.parameters.bias != nil }),
      !BiasFit(trial, tolerance: comparison.tolerance).isPossible
    else { return nil }
    switch BiasSearch(trial, tolerance: comparison.tolerance).reach {
    case .possible: return nil
    case .tooFewNumbers:
      return
        "a missing bias_hh cannot be excluded here, too few numbers are recorded: record more samples, or h of every "
        + "timestep; or lstmscope diff with the .pt"
    case .tooLarge:
      return
        "a missing bias_hh cannot be excluded here, the model is too large to look for it: record h of every LSTM "
        + "at every timestep; or lstmscope diff with the .pt"
    }
  }

  private var ofShare: String? {
    let share = Double(comparison.outside) / Double(max(1, comparison.count))
    guard share > 0.5, comparison.worst.map({ $0.largestDifference > 5e-3 }) ?? false else { return nil }
    // Dropout shows at the first timestep already; without timesteps nothing points to it.
    let starts = comparison.parts.filter { $0.outside > 0 }.compactMap(\.byTimestep.first)
    let isDropoutLikely = !starts.isEmpty && starts.allSatisfy { $0 > comparison.tolerance * 2 }
    return "nearly everything differs, without a structure that a change of layout would leave. "
      + (isDropoutLikely
        ? "Was y recorded in training mode, with dropout? model.eval() in PyTorch, training=False in Keras. "
        : "") + "Are weights and y of the same checkpoint?"
  }
}
