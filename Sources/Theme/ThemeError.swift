/// What is wrong with a theme file.
package enum ThemeError: Error, Equatable, Sendable {
  /// The text is not YAML; `detail` is the reader's own sentence.
  case notYAML(theme: String, detail: String)
  /// The text is YAML but holds a list or a single value.
  case notKeys(theme: String)
  /// The text has keys, but no colour and no theme to take them from.
  case saysNothing(theme: String)
  case noParent(theme: String, parent: String)
  /// Themes that inherit from each other in a ring.
  case inheritsItself(theme: String, through: [String])
  case notColour(theme: String, key: String, found: String)
  case unknownKey(theme: String, key: String, known: [String])

  /// What was found, where, and what to try.
  package var message: String {
    switch self {
    case .notYAML(let theme, let detail):
      "The theme \(theme) is not YAML: \(detail)"
    case .notKeys(let theme):
      "The theme \(theme) holds no keys; a base16 scheme has base00 to base0F."
    case .saysNothing(let theme):
      "The theme \(theme) says no colour; a base16 scheme has base00 to base0F."
    case .noParent(let theme, let parent):
      "The theme \(theme) inherits from \(parent), and there is no theme of that name; lstmscope themes lists them."
    case .inheritsItself(let theme, let through):
      "The theme \(theme) inherits from itself: \(through.joined(separator: " from "))."
    case .notColour(let theme, let key, let found):
      "The theme \(theme) has \(key): \(found), which is not a colour; write six hexadecimal digits, as in \"1e5aa8\"."
    case .unknownKey(let theme, let key, let known):
      "The theme \(theme) has the key \(key), which means nothing; it may be \(known.joined(separator: ", "))."
    }
  }
}
