import LSTM
import Network

/// Looks for the one change of weights, options, input or recording that makes a failed comparison hold.
///
/// Each change is tried on the first samples, and on the first timesteps where the model allows, and what
/// holds there is tried on everything. Pairs of changes are tried where no single one holds.
package struct Detective: Sendable {
  /// A change, or two together, that were tried.
  package struct Suspect: Sendable, Equatable {
    package let names: [String]
    /// What was done wrong, one sentence for each change.
    package let sentences: [String]
    package let remedy: [String]
    /// The largest difference with the change undone.
    package let after: Float
    package let outsideAfter: Int
    /// Whether any of it is in the weights.
    package let isOfWeights: Bool
    /// The remedy of what is not in the weights; empty where all of it is.
    package let beside: [String]
    /// The weights with the change undone; empty where it is none of weights.
    package let corrected: Corrected
    /// Why these numbers do not tell what the weights are, though they hold with the corrected ones; nil where they do.
    package var doubt: String?
  }

  package struct Verdict: Sendable, Equatable {
    /// The largest difference without any change.
    package let before: Float
    /// What makes it hold, the likeliest first. More than one: this input cannot tell them apart.
    package let holding: [Suspect]
    /// Whether all that holds writes the same weights; where it does not, nobody can say which are right.
    package let agreesOnWeights: Bool
    /// The smallest difference of all the other single changes, as far as they were followed.
    package let runnerUp: Float?
    /// What comes nearest where nothing holds; nil where nothing is of any help.
    package let closest: Suspect?
    /// What can be said of the differences themselves, sentences.
    package let clues: [String]
    package let tried: Int
    /// Whether every pair of changes was tried; large layers take too long for that.
    package let isExhaustive: Bool
  }

  private let trial: Trial
  private let tolerance: Float
  private let comparison: Comparison

  package init(_ trial: Trial, comparison: Comparison) {
    self.trial = trial
    self.comparison = comparison
    tolerance = comparison.tolerance
  }

  /// How many changes were tried, and whether to go on.
  ///
  /// A class because everything that tries one counts in it.
  final class Tries {
    private(set) var count = 0
    private(set) var isStopped = false
    private let progress: (Int) -> Bool

    init(_ progress: @escaping (Int) -> Bool) { self.progress = progress }

    /// Counts one.
    ///
    /// - Returns: false where it is to stop.
    func goesOn(counting: Int = 1) -> Bool {
      count += counting
      if !isStopped, !progress(count) { isStopped = true }
      return !isStopped
    }
  }

  private struct Candidate {
    let change: Change
    let version: Change.Version
    /// The whole set-up with the change undone.
    let trial: Trial
    /// How far the first samples and timesteps are off.
    let largest: Float
    let passes: Bool
  }

  /// - Parameter progress: Told how many changes have been tried; false stops.
  /// - Returns: nil where it was stopped.
  package func verdict(progress: @escaping (Int) -> Bool = { _ in true }) -> Verdict? {
    let tries = Tries(progress)
    let before = comparison.worst?.largestDifference ?? 0
    // Of what is no run's output there is nothing to find, and by chance something always fits.
    if Clues(trial, comparison).isNothingRecorded { return unexplained(before) }
    let candidates = singles(tries)
    var holding = confirmed(candidates.filter(\.passes).map { [$0] })
    if holding.isEmpty { holding = biases(in: trial, tries).map { [$0] } ?? [] }
    var isExhaustive = true
    // Thousands of pairs are tried: one or two numbers are met by chance.
    let isEnough = comparison.outside >= Self.leastForPairs
    if holding.isEmpty, isEnough { holding = pairs(of: candidates, tries, &isExhaustive) }
    if holding.isEmpty, isEnough { holding = biases(besideOneOf: candidates, tries).map { [$0] } ?? [] }
    // Nobody waits for what is still to be said.
    guard !tries.isStopped else { return nil }
    if comparison.outside == 1 {
      for place in holding.indices {
        holding[place].doubt =
          "one recorded number is met by chance now and then: record more samples or timesteps"
      }
    }
    let held = Set(holding.flatMap(\.names))
    let others = candidates.filter { !held.contains($0.change.name) && !$0.passes }
    return Verdict(
      before: before, holding: smallestFirst(holding), agreesOnWeights: agreesOnWeights(holding),
      runnerUp: others.map(\.largest).min(),
      closest: holding.isEmpty ? closest(of: candidates, before: before) : nil,
      clues: holding.isEmpty ? Clues(trial, comparison).sentences : [], tried: tries.count,
      isExhaustive: isExhaustive)
  }

  /// The one that comes nearest on everything, of those that do on the first samples; nil where none is of any help.
  private func closest(of candidates: [Candidate], before: Float) -> Suspect? {
    candidates.filter { $0.largest < before }.sorted { $0.largest < $1.largest }.prefix(8)
      .compactMap { suspect([$0]) }.filter { $0.after < before / 4 && $0.outsideAfter < comparison.outside }
      .min { $0.after < $1.after }
  }

  /// How many recorded numbers must differ for pairs of changes to be told by them.
  package static let leastForPairs = 4

  private func unexplained(_ before: Float) -> Verdict {
    Verdict(
      before: before, holding: [], agreesOnWeights: true, runnerUp: nil, closest: nil,
      clues: Clues(trial, comparison).sentences, tried: 0, isExhaustive: true)
  }

  // MARK: Biases

  /// Biases that make it hold, with a change undone or without one.
  private func biases(
    beside set: [Candidate] = [], in changed: Trial, _ tries: Tries,
    search: (BiasSearch) -> BiasFound? = { $0.found() }
  ) -> Suspect? {
    guard tries.goesOn() else { return nil }
    let found =
      BiasFit(changed, tolerance: tolerance).found()
      ?? search(BiasSearch(changed, tolerance: tolerance, tries))
    guard let found else { return nil }
    return Suspect(
      names: set.map(\.change.name) + found.names, sentences: set.map(\.version.sentence) + found.sentences,
      remedy: set.flatMap(\.version.remedy) + found.remedy, after: found.outcome.largest,
      outsideAfter: found.outcome.outside, isOfWeights: true,
      beside: set.filter { !$0.version.isOfWeights }.flatMap(\.version.remedy),
      corrected: Corrected(found.trial), doubt: found.doubt)
  }

  /// Biases that make it hold together with one other change, those that come nearest by themselves first.
  private func biases(besideOneOf candidates: [Candidate], _ tries: Tries) -> Suspect? {
    var budget = BiasSearch.budget
    let likely = candidates.filter { candidate in
      candidate.version.isGeneral && candidate.change.parts.isDisjoint(with: [.bias, .headBias, .precision])
    }.sorted { $0.largest < $1.largest }
    for candidate in likely.prefix(16) {
      let found = biases(beside: [candidate], in: candidate.trial, tries) { $0.found(&budget) }
      if let found { return found }
    }
    return nil
  }

  // MARK: Weights

  /// Of several that hold the one that changes the fewest weights first; what is none of weights keeps its place.
  private func smallestFirst(_ holding: [Suspect]) -> [Suspect] {
    let places = holding.indices.filter { holding[$0].isOfWeights }
    let ordered = places.map { (place: $0, size: changedWeights(holding[$0])) }.sorted {
      ($0.size, $0.place) < ($1.size, $1.place)
    }
    var sorted = holding
    for (place, from) in zip(places, ordered) { sorted[place] = holding[from.place] }
    return sorted
  }

  private func changedWeights(_ suspect: Suspect) -> Int {
    trial.members.reduce(0) { count, member in
      guard let other = suspect.corrected.layers[member.key] else { return count }
      let own = member.lstm.parameters
      func differing(_ a: [Float]?, _ b: [Float]?) -> Int {
        guard let a, let b, a.count == b.count else { return a == b ? 0 : max(a?.count ?? 0, b?.count ?? 0) }
        return zip(a, b).count { $0 != $1 }
      }
      return count + differing(own.kernel, other.kernel)
        + differing(own.recurrentKernel, other.recurrentKernel) + differing(own.bias, other.bias)
        + differing(own.additions.projection, other.additions.projection)
    }
      + trial.heads.reduce(0) { count, head in
        guard let other = suspect.corrected.heads[head.layer] else { return count }
        return count + zip(head.weights.kernel, other.kernel).count { $0 != $1 }
      }
  }

  private func agreesOnWeights(_ holding: [Suspect]) -> Bool {
    guard let first = holding.first else { return true }
    return holding.dropFirst().allSatisfy { other in
      trial.members.allSatisfy { member in
        let own = member.lstm.parameters
        return (first.corrected.layers[member.key] ?? own) == (other.corrected.layers[member.key] ?? own)
      } && first.corrected.heads == other.corrected.heads
    }
  }

  // MARK: Singles

  private func short(_ trial: Trial, timesteps: Int = 4) -> Trial {
    trial.shortened(samples: 2, timesteps: self.trial.isCausal ? timesteps : nil)
  }

  private func singles(_ tries: Tries) -> [Candidate] {
    var candidates: [Candidate] = []
    for change in Change.all {
      for version in change.versions(trial) {
        var changed = trial
        guard version.undo(&changed), let outcome = short(changed).outcome(tolerance: tolerance) else {
          continue
        }
        guard tries.goesOn() else { return candidates }
        candidates.append(
          Candidate(
            change: change, version: version, trial: changed, largest: outcome.largest,
            passes: outcome.passes))
      }
    }
    return candidates
  }

  /// Those that hold on everything, a suspect each.
  private func confirmed(_ sets: [[Candidate]]) -> [Suspect] {
    let suspects = sets.compactMap(suspect).filter { $0.outsideAfter == 0 }
    // What is in every layer says also what is in one of them.
    let general = sets.contains { $0.allSatisfy(\.version.isGeneral) }
    var different: [Suspect] = []
    // In a model where it can be in one place alone, everywhere is that place.
    for suspect in suspects where !different.contains(where: { $0.isSame(as: suspect) }) {
      different.append(suspect)
    }
    return different.isEmpty || !general ? different : Array(different.prefix(6))
  }

  private func suspect(_ set: [Candidate]) -> Suspect? {
    guard let last = set.last, let outcome = last.trial.outcome(tolerance: tolerance), outcome.count > 0
    else { return nil }
    let isOfWeights = set.contains { $0.version.isOfWeights }
    return Suspect(
      names: set.map(\.change.name), sentences: set.map(\.version.sentence),
      remedy: set.flatMap(\.version.remedy), after: outcome.largest, outsideAfter: outcome.outside,
      isOfWeights: isOfWeights, beside: set.filter { !$0.version.isOfWeights }.flatMap(\.version.remedy),
      corrected: isOfWeights ? Corrected(last.trial) : Corrected())
  }

  // MARK: Pairs

  /// How many multiplications pairs may take: a second or two.
  private static let budget = 4_000_000_000

  private func pairs(
    of candidates: [Candidate], _ tries: Tries, _ isExhaustive: inout Bool
  ) -> [Suspect] {
    let general = candidates.filter { $0.version.isGeneral && $0.version.isPaired }
    let work = max(1, workOfOne)
    var left = Self.budget / work
    var found: [[Candidate]] = []
    for (index, first) in general.enumerated() {
      for second in general[(index + 1)...]
      where first.change.parts.isDisjoint(with: second.change.parts) && left > 0 {
        left -= 1
        guard tries.goesOn() else { return [] }
        var changed = first.trial
        // At the first timestep most of them fail already.
        guard second.version.undo(&changed), passesFirst(changed),
          let outcome = short(changed).outcome(tolerance: tolerance)
        else { continue }
        guard outcome.passes else { continue }
        found.append([
          first,
          Candidate(
            change: second.change, version: second.version, trial: changed, largest: outcome.largest,
            passes: true),
        ])
        if found.count == 8 { return confirmed(found) }
      }
    }
    isExhaustive = left > 0
    return confirmed(found)
  }

  private func passesFirst(_ changed: Trial) -> Bool {
    guard trial.isCausal else { return true }
    let first = changed.shortened(samples: 2, timesteps: 2)
    return first.outcome(tolerance: tolerance)?.passes ?? false
  }

  /// Multiplications of one trial: its weights are laid out and run over a few timesteps.
  private var workOfOne: Int {
    let steps = short(trial).inputs.compactMap { $0?.shape.prefix(2).reduce(1, *) }.max() ?? 8
    let weights = trial.members.reduce(0) {
      $0 + 4 * $1.lstm.parameters.units * ($1.lstm.parameters.units + $1.lstm.parameters.features)
    }
    return weights * (8 + min(steps, 1 << 20))
  }
}

extension Detective.Suspect {
  /// Whether it is the same change with the same weights as a result.
  fileprivate func isSame(as other: Detective.Suspect) -> Bool {
    names == other.names && isOfWeights && corrected == other.corrected
  }
}
