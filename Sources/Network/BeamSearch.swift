import Glibc

/// A sentence that beam search found.
package struct Hypothesis: Sendable, Equatable {
  /// What is said, with the end where it was said.
  package let tokens: [Int]
  /// The sum of the logarithms of the probabilities of its tokens.
  package let score: Double
  /// Whether it came to its end, and was not cut off.
  package let isEnded: Bool
}

extension Decoding {
  /// Beam search: the likeliest `width` beginnings are kept at each step. One that ends is put aside, and its
  /// place is not filled.
  ///
  /// Sentences are ranked by the sum of log probabilities, without a correction for their length, so that a
  /// score can be added up from the numbers on the screen.
  ///
  /// - Parameter encoded: One sample.
  /// - Returns: `width` sentences at most, the likeliest first.
  /// - Source: Graves 2012, "Sequence transduction with recurrent neural networks", section 2.5.
  package func beams(_ encoded: Encoded, width: Int) throws -> [Hypothesis] {
    precondition(encoded.batch == 1, "beam search is for one sentence")
    var hypotheses = hypotheses(of: encoded)
    var open = [Hypothesis(tokens: [], score: 0, isEnded: false)]
    var ended: [Hypothesis] = []
    for _ in 0..<maxSteps where !open.isEmpty {
      var candidates: [(beam: Int, token: Int, score: Double)] = []
      for (beam, numbers) in try next(&hypotheses).enumerated() {
        let logarithms =
          hypotheses.areLogits ? Distribution.logSoftmax(numbers) : numbers.map { log(Double($0)) }
        // No more than `width` of one beam can be among the best.
        for token in numbers.indicesOfLargest(width) {
          candidates.append((beam, token, open[beam].score + logarithms[token]))
        }
      }
      let best = candidates.sorted { ($0.score, -$0.beam, -$0.token) > ($1.score, -$1.beam, -$1.token) }
      var kept: [Hypothesis] = []
      var parents: [Int] = []
      for candidate in best.prefix(width - ended.count) {
        let hypothesis = Hypothesis(
          tokens: open[candidate.beam].tokens + [candidate.token], score: candidate.score,
          isEnded: candidate.token == end)
        if hypothesis.isEnded {
          ended.append(hypothesis)
        } else {
          kept.append(hypothesis)
          parents.append(candidate.beam)
        }
      }
      open = kept
      hypotheses = hypotheses.choosing(parents)
      for (row, hypothesis) in open.enumerated() { hypotheses.fed[row] = [start] + hypothesis.tokens }
    }
    return (ended + open).sorted { $0.score > $1.score }
  }
}

extension Decoding.Hypotheses {
  /// Those that went on, each a copy of the one that it came from.
  fileprivate func choosing(_ rows: [Int]) -> Self {
    func chosen(_ values: [Float]) -> [Float] {
      let width = values.count / max(1, fed.count)
      return rows.flatMap { values[$0 * width..<($0 + 1) * width] }
    }
    return Self(
      cuts: cuts.map { cut in
        let width = cut.numbers.count / max(1, fed.count)
        var mask = cut.mask
        if let flags = mask {
          let steps = flags.flags.count / max(1, fed.count)
          mask = Mask(
            shape: [rows.count] + flags.shape.dropFirst(),
            rows.flatMap { flags.flags[$0 * steps..<($0 + 1) * steps] })
        }
        return Value(
          shape: [rows.count] + cut.shape.dropFirst(),
          rows.flatMap { cut.numbers[$0 * width..<($0 + 1) * width] }, mask: mask)
      },
      arrived: arrived.mapValues { HandedState(h: chosen($0.h), c: chosen($0.c)) },
      states: states.mapValues { HandedState(h: chosen($0.h), c: chosen($0.c)) },
      fed: rows.map { fed[$0] }, areLogits: areLogits, goesByTimestep: goesByTimestep)
  }
}

extension Array where Element == Float {
  /// The places of the `count` largest, the largest first; of equals the first.
  package func indicesOfLargest(_ count: Int) -> [Int] {
    var best: [Int] = []
    for index in indices {
      guard best.count < count || self[index] > self[best[best.count - 1]] else { continue }
      let place = best.firstIndex { self[index] > self[$0] } ?? best.count
      best.insert(index, at: place)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}
