/// What a lesson says of its model: `c[0]@1 ≈ 0.31`, `f[1]@2 < 0.1`, `says who did the old bird hear ?`.
package enum Claim: Equatable, Sendable {
  /// A number, as exactly as it is written.
  case about(Expression, Relation, Expression, tolerance: Double, written: String)
  /// What a decoder says, word for word.
  case says(String)

  package enum Relation: String, CaseIterable, Sendable {
    case approximately = "≈"
    case equal = "="
    case less = "<"
    case greater = ">"
    case atMost = "≤"
    case atLeast = "≥"
  }

  package init(parsing text: String) throws(CommandError) {
    if text == "says" || text.hasPrefix("says ") {
      self = .says(String(text.dropFirst(4)).trimmed)
      return
    }
    // What can be typed on any keyboard means the same.
    let plain = [("<=", "≤"), (">=", "≥"), ("~", "≈")].reduce(text) { text, pair in
      text.split(separator: " ").map { $0 == pair.0 ? pair.1 : String($0) }.joined(separator: " ")
    }
    let words = plain.split(separator: " ").map(String.init)
    guard let place = words.firstIndex(where: { Relation(rawValue: $0) != nil }),
      let relation = Relation(rawValue: words[place]), place > 0, place + 1 < words.count
    else {
      throw .badArgument(
        command: "expect", found: text, needs: "a claim such as c[0]@1 ≈ 0.31, with blanks round ≈, =, < or >"
      )
    }
    let right = words[(place + 1)...].joined(separator: " ")
    self = .about(
      try Expression(parsing: words[..<place].joined(separator: " ")), relation,
      try Expression(parsing: right),
      tolerance: Self.tolerance(of: right), written: right)
  }

  /// Half of a unit in the last digit that is written.
  package static func tolerance(of number: String) -> Double {
    let digits = number.lowercased().split(separator: "e", maxSplits: 1)
    let exponent = digits.count > 1 ? Int(digits[1]) ?? 0 : 0
    let decimals = digits.first.flatMap { $0.split(separator: ".").dropFirst().first?.count } ?? 0
    var tolerance = 0.5
    for _ in 0..<min(40, abs(exponent - decimals)) {
      tolerance = exponent > decimals ? tolerance * 10 : tolerance / 10
    }
    // What lies on the edge itself was rounded as people round.
    return tolerance * (1 + 1e-6)
  }

  /// Whether two numbers stand in the claimed relation.
  package static func holds(_ left: Double, _ relation: Relation, _ right: Double, tolerance: Double) -> Bool
  {
    switch relation {
    case .approximately: left == right || abs(left - right) <= tolerance
    case .equal: left == right || left.isNaN && right.isNaN
    case .less: left < right
    case .greater: left > right
    case .atMost: left <= right
    case .atLeast: left >= right
    }
  }
}
