/// What every unit of an LSTM did over a set of sentences.
package struct Survey: Equatable, Sendable {
  /// A sentence with what is known about it.
  package struct Sentence: Equatable, Sendable {
    /// What the LSTM read, by step.
    package let words: [String]
    /// The sentence as it is written.
    package let text: String
    /// Its kind, and facts such as `question`, `negated`.
    package let facts: Set<String>

    package init(words: [String], text: String, facts: Set<String>) {
      self.words = words
      self.text = text
      self.facts = facts
    }
  }

  /// The LSTM's key.
  package let layer: String
  package let units: Int
  package let sentences: [Sentence]
  /// For each sentence c at each step, shape (steps, units).
  package let carries: [[Float]]

  package init(layer: String, units: Int, sentences: [Sentence], carries: [[Float]]) {
    self.layer = layer
    self.units = units
    self.sentences = sentences
    self.carries = carries
  }
}

extension Survey {
  /// How well a unit tells the sentences with a fact from those without it.
  struct Evidence: Equatable {
    let fact: String
    /// The chance that c is larger in a sentence with the fact than in one without: 0.5 tells nothing, 1 and 0
    /// tell all.
    let area: Float
    let meanWith: Float
    let meanWithout: Float
    let count: Int
  }

  /// c of a unit along one sentence, by step.
  func carries(of unit: Int, in sentence: Int) -> [Float] {
    let all = carries[sentence]
    return stride(from: unit, to: all.count, by: units).map { all[$0] }
  }

  /// One number for a sentence: c at the last step where an encoder hands it over, the mean over the steps of a
  /// decoder, which writes what it holds.
  func value(of unit: Int, in sentence: Int, isDecoder: Bool) -> Float {
    let carries = carries(of: unit, in: sentence)
    return isDecoder ? carries.reduce(0, +) / Float(max(1, carries.count)) : carries.last ?? 0
  }

  /// Every fact that some sentences have and others have not, the best told first.
  ///
  /// - Source: Hanley, McNeil 1982: the area under the curve as the statistic of Mann and Whitney.
  func evidence(for unit: Int, isDecoder: Bool) -> [Evidence] {
    let values = sentences.indices.map { value(of: unit, in: $0, isDecoder: isDecoder) }
    let ranks = Self.ranks(of: values)
    let facts = sentences.reduce(into: Set<String>()) { $0.formUnion($1.facts) }
    return facts.compactMap { fact in
      var with: (sum: Float, ranks: Double, count: Int) = (0, 0, 0)
      var without: (sum: Float, count: Int) = (0, 0)
      for (index, sentence) in sentences.enumerated() {
        if sentence.facts.contains(fact) {
          with = (with.sum + values[index], with.ranks + ranks[index], with.count + 1)
        } else {
          without = (without.sum + values[index], without.count + 1)
        }
      }
      guard with.count > 2, without.count > 2 else { return nil }
      let least = Double(with.count * (with.count + 1)) / 2
      return Evidence(
        fact: fact, area: Float((with.ranks - least) / Double(with.count * without.count)),
        meanWith: with.sum / Float(with.count), meanWithout: without.sum / Float(without.count),
        count: with.count)
    }.sorted { (abs($0.area - 0.5), $1.fact) > (abs($1.area - 0.5), $0.fact) }
  }

  /// The correlation of c with the number of words read so far, over all steps of all sentences.
  func correlationWithPosition(of unit: Int, fromEnd: Bool) -> Float {
    var (n, sx, sy, sxx, syy, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for sentence in sentences.indices {
      let carries = carries(of: unit, in: sentence)
      for (step, carry) in carries.enumerated() {
        let x = Double(fromEnd ? carries.count - 1 - step : step)
        let y = Double(carry)
        n += 1
        sx += x
        sy += y
        sxx += x * x
        syy += y * y
        sxy += x * y
      }
    }
    let spread = ((n * sxx - sx * sx) * (n * syy - sy * sy)).squareRoot()
    return spread > 0 ? Float((n * sxy - sx * sy) / spread) : 0
  }

  /// Sentences by the value of a unit, the highest first.
  func ranked(by unit: Int, isDecoder: Bool) -> [(sentence: Int, value: Float)] {
    sentences.indices.map { ($0, value(of: unit, in: $0, isDecoder: isDecoder)) }
      .sorted { ($0.1, $1.0) > ($1.1, $0.0) }
  }

  /// Ranks from 1, equal values sharing the mean of theirs.
  private static func ranks(of values: [Float]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
      start = end + 1
    }
    return ranks
  }
}
