/// What a class is asked before it sees a number.
package enum Question: Equatable, Sendable {
  /// A number, right within a tolerance.
  case number(Expression, tolerance: Double)
  /// One of several, counted from 0.
  case choice([String], right: Int)
  /// A timestep, right within so many.
  case place(Int, tolerance: Int)
  /// A word or a few, whatever their case.
  case text([String])

  /// Reads `number c[1]@1 ± 0.05`, `choice grows | *shrinks | stays`, `place 3 ± 1`, `text carry | c`.
  package init(parsing text: String) throws(CommandError) {
    let kind = text.prefix { $0 != " " }
    let rest = String(text.dropFirst(kind.count)).trimmed
    switch kind {
    case "number":
      let (what, tolerance) = Self.split(rest)
      guard !what.isEmpty else { throw Self.incomplete("number, then an address: ask number c[1]@1 ± 0.05") }
      let expression = try Expression(parsing: what)
      var allowed = Claim.tolerance(of: what)
      if case .number = expression {} else { allowed = 0.005 }
      if let tolerance {
        guard let given = Double(tolerance), given >= 0 else {
          throw .badArgument(command: "ask", found: tolerance, needs: "a number behind ±")
        }
        allowed = given
      }
      self = .number(expression, tolerance: allowed)
    case "choice":
      let parts = rest.split(separator: "|").map { String($0).trimmed }
      let right = parts.indices.filter { parts[$0].hasPrefix("*") }
      guard (2...9).contains(parts.count), right.count == 1 else {
        throw Self.incomplete("choice, then two to nine answers with a * before the right one: a | *b | c")
      }
      self = .choice(
        parts.map { $0.hasPrefix("*") ? String($0.dropFirst()).trimmed : $0 }, right: right[0])
    case "place":
      let (what, tolerance) = Self.split(rest)
      guard let timestep = Int(what), timestep >= 0, let allowed = Int(tolerance ?? "0"), allowed >= 0 else {
        throw Self.incomplete("place, then a timestep: ask place 3 ± 1")
      }
      self = .place(timestep, tolerance: allowed)
    case "text":
      let answers = rest.split(separator: "|").map { String($0).trimmed }.filter { !$0.isEmpty }
      guard !answers.isEmpty else { throw Self.incomplete("text, then what is right: ask text carry | c") }
      self = .text(answers)
    default: throw Self.incomplete("number, choice, place or text first: ask choice a | *b")
    }
  }

  private static func split(_ text: String) -> (String, String?) {
    for mark in ["±", "+-"] {
      let parts = text.split(separator: mark, maxSplits: 1)
      if parts.count == 2 { return (String(parts[0]).trimmed, String(parts[1]).trimmed) }
    }
    return (text, nil)
  }

  private static func incomplete(_ needs: String) -> CommandError {
    .missingArgument(command: "ask", needs: needs)
  }
}
