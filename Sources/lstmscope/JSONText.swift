/// JSON as text, with its keys in the order in which they are given: `"version": 1` comes first.
enum JSONText {
  static func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(TraceWriter.quoted($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
  }

  static func list(_ values: [String]) -> String { "[" + values.joined(separator: ", ") + "]" }

  static func text(_ text: String?) -> String { text.map(TraceWriter.quoted) ?? "null" }

  /// NaN and infinities as texts, which JSON has no numbers for.
  static func number(_ value: Float?) -> String {
    guard let value else { return "null" }
    if value.isNaN { return "\"NaN\"" }
    return value.isFinite ? "\(value)" : value > 0 ? "\"Infinity\"" : "\"-Infinity\""
  }

  static func integer(_ value: Int?) -> String { value.map(String.init) ?? "null" }
}
