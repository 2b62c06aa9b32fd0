import Glibc

/// What a model puts out over words: probabilities, or logits, of which softmax makes some.
package enum Distribution {
  /// Whether every row holds numbers from 0 to 1 that add up to 1.
  ///
  /// Rows that are not finite tell nothing.
  ///
  /// - Parameter width: Of a row.
  package static func areProbabilities(_ numbers: [Float], width: Int) -> Bool {
    guard width > 1 else { return true }
    for start in stride(from: 0, to: numbers.count - width + 1, by: width) {
      var sum: Float = 0
      var isWithin = true
      for number in numbers[start..<start + width] {
        sum += number
        if number < -1e-4 || number > 1.01 { isWithin = false }
      }
      guard sum.isFinite else { continue }
      // bfloat16 keeps two to three digits.
      if !isWithin || abs(sum - 1) > 0.01 { return false }
    }
    return true
  }

  /// exp(x) / Σ exp(x) of each row.
  package static func softmax(_ numbers: [Float], width: Int) -> [Float] {
    guard width > 0 else { return numbers }
    var result: [Float] = []
    result.reserveCapacity(numbers.count)
    for start in stride(from: 0, to: numbers.count - width + 1, by: width) {
      let row = numbers[start..<start + width]
      let largest = row.max() ?? 0
      let powers = row.map { exp($0 - largest) }
      let sum = powers.reduce(0, +)
      for power in powers { result.append(power / sum) }
    }
    return result
  }

  /// x − ln Σ exp(x) of a row.
  static func logSoftmax(_ row: [Float]) -> [Double] {
    let largest = Double(row.max() ?? 0)
    let sum = row.reduce(0.0) { $0 + exp(Double($1) - largest) }
    return row.map { Double($0) - largest - log(sum) }
  }
}
