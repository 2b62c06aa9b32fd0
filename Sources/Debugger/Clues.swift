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
    if isNothingRecorded { return ["what was recorded is 0 everywhere: nothing was recorded, or of no run"] }
    let structured =
      [ofHalves, ofInput, ofNonFinite, ofSamples, ofStart, ofDecay, ofUnits, ofPrecision].compactMap { $0 }
    // What differs everywhere from the start on contradicts every other clue.
    return (structured.isEmpty ? [ofBias, ofShare] : structured + [ofBias]).compactMap { $0 }
      + [ofCount].compactMap { $0 }
  }

  /// Whether the recorded numbers are zeros alone, which no LSTM gives.
  var isNothingRecorded: Bool {
    trial.expected.allSatisfy { $0.numbers.values.isZero }
      && trial.expected.contains { !($0.target.numbers(of: trial.baseline)?.values.isZero ?? true) }
  }

  private var ofCount: String? {
    guard comparison.outside < Detective.leastForPairs else { return nil }
    return
      "\(comparison.outside == 1 ? "one recorded number differs" : "\(comparison.outside) recorded numbers differ"): "
      + "pairs of changes would meet them by chance, and were not tried; record more samples or timesteps"
  }

  /// How many values of those that are compared with ours are the same but for their last bits.
  private var shareOfEqual: Double {
    var (equal, count) = (0, 0)
    for entry in trial.expected {
      guard let ours = entry.target.numbers(of: trial.baseline), ours.shape == entry.numbers.shape else {
        continue
      }
      count += ours.values.count
      equal += zip(ours.values, entry.numbers.values).count { isEqual($0, $1, tolerance: 5e-7) }
    }
    return Double(equal) / Double(max(1, count))
  }

  /// Some samples differ from the first timestep to the last, the others nowhere.
  private var ofSamples: String? {
    guard comparison.outside >= Detective.leastForPairs else { return nil }
    for entry in trial.expected {
      if case .finals = entry.target { continue }
      guard let ours = entry.target.numbers(of: trial.baseline), let batch = entry.numbers.shape.first,
        batch > 1, ours.shape == entry.numbers.shape
      else { continue }
      let size = ours.values.count / batch
      let wrong = (0..<batch).filter { sample in
        (sample * size..<(sample + 1) * size).contains {
          !isEqual(ours.values[$0], entry.numbers.values[$0], tolerance: comparison.tolerance)
        }
      }
      guard !wrong.isEmpty, wrong.count * 2 <= batch else { continue }
      let listed = wrong.prefix(8).map { "#\($0)" }.joined(separator: " ")
      return
        "only \(wrong.count == 1 ? "sample" : "samples") \(listed)\(wrong.count > 8 ? " …" : "") of \(batch) "
        + "\(wrong.count == 1 ? "differs" : "differ"): the weights are right, and x or y of "
        + "\(wrong.count == 1 ? "it is" : "them are") not those of the others"
    }
    return nil
  }

  /// What was wrong at the start is forgotten.
  private var ofDecay: String? {
    guard comparison.outside >= Detective.leastForPairs else { return nil }
    guard
      let part = comparison.parts.filter({ $0.byTimestep.count >= 6 && $0.outside > 0 }).max(by: {
        $0.largestDifference < $1.largestDifference
      })
    else { return nil }
    let steps = part.byTimestep
    let third = steps.count / 3
    let (early, late) = (steps.prefix(third).max() ?? 0, steps.suffix(third).max() ?? 0)
    guard early.isFinite, steps.first ?? 0 > early / 2, late < early / 5 else { return nil }
    return
      "the differences die away from timestep 0 on: the weights are likely right, and the run began with other states"
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
    let share = shareOfEqual
    guard share < 0.3 else {
      return
        "\(Int((share * 100).rounded())) % of the values are equal to their last bits, so that it is no rounding: "
        + "a few weights differ; lstmscope diff with the file that they come from tells which"
    }
    if trial.members.allSatisfy({ $0.lstm.parameters.isOfFloat16 }) {
      return "every weight of this file is a float16 number: their rounding alone makes differences of this "
        + "size; save float32 weights, or compare with --tolerance 4e-3"
    }
    return
      "the differences are small: it may be rounding, as of TF32 or half precision where y was recorded, "
      + "or of a network that magnifies rounding from step to step"
  }

  private var ofNonFinite: String? {
    guard comparison.worst?.largestDifference == .infinity else { return nil }
    return
      "one side has a NaN or an infinity where the other has a number; lstmscope doctor says where ours begins"
  }

  private var ofStart: String? {
    guard let part = comparison.parts.first(where: { $0.byTimestep.count > 1 && $0.outside > 0 }),
      let first = part.byTimestep.firstIndex(where: { !($0 <= comparison.tolerance * 2) }), first > 0
    else { return nil }
    // At timestep 0 there is no h yet and no c: what it forgets of them nothing shows.
    if first == 1, !trial.baseline.calls.contains(where: { !$0.trace.h0.isZero || !$0.trace.c0.isZero }) {
      return
        "timestep 0 is equal, so the columns of the input, candidate and output gate in kernel and bias, and the "
        + "activations, are likely right: the recurrent kernel, the forget gate's columns or a mask is not"
    }
    return
      "up to timestep \(first - 1) all is equal, so the weights are likely right: something happens at timestep "
      + "\(first), as a state that is reset there, a mask, the end of a chunk, or another x"
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
      guard !wrong.isEmpty, wrong.count < width, comparison.outside >= Detective.leastForPairs else {
        continue
      }
      let half = width / 2
      if trial.members.contains(where: {
        $0.lstm.direction == .backward && $0.lstm.parameters.outputs * 2 == width
      }),
        wrong.count > half / 2
      {
        if wrong.allSatisfy({ $0 >= half }) {
          return "only the backward half differs: the forward one is right"
        }
        if wrong.allSatisfy({ $0 < half }) {
          return "only the forward half differs: the backward one is right"
        }
      }
      guard wrong.count * 2 < width, width > 3 else { continue }
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
    guard share > 0.5, comparison.outside >= Detective.leastForPairs,
      comparison.worst.map({ $0.largestDifference > 5e-3 }) ?? false
    else { return nil }
    // Dropout shows at the first timestep already; without timesteps nothing points to it.
    let starts = comparison.parts.filter { $0.outside > 0 }.compactMap(\.byTimestep.first)
    let others = trial.graph.nodes.filter {
      ["GRU", "SimpleRNN", "BatchNormalization"].contains($0.className)
    }
    let isDropoutLikely = !starts.isEmpty && starts.allSatisfy { $0 > comparison.tolerance * 2 }
    return "nearly everything differs, without a structure that a change of layout would leave. "
      + (isDropoutLikely
        ? "Was y recorded in training mode, with dropout? model.eval() in PyTorch, training=False in Keras. "
        : "")
      + (others.first.map { "What is wrong in \($0.layer) (\($0.className)) is not looked for. " } ?? "")
      + "Are weights and y of the same checkpoint?"
  }
}
