/// The characters that stand in for colours and for characters that can't be shown.
enum Glyphs {
  /// A heat cell without a background: two families, so that the sign needs no colour.
  static func heat(level: Int, isUnicode: Bool) -> Unicode.Scalar {
    let positive: [Unicode.Scalar] = isUnicode ? [".", "░", "▒", "▓", "█"] : [".", "+", "*", "#", "@"]
    let negative: [Unicode.Scalar] = isUnicode ? [".", "⠂", "⠒", "⠶", "⣿"] : [".", "-", "~", "=", "%"]
    let strength = min(4, (abs(level) + 7) / 8)
    return level < 0 ? negative[strength] : positive[strength]
  }

  /// Whether a character only fills its square, so that nothing is lost where a colour fills it instead.
  static func isFilling(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || (0x2580...0x259F).contains(scalar.value)
  }

  /// Whether a character would move the cursor or start an escape sequence: it may come from a model's file.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  /// A character of ASCII that can be read in place of another; `?` for those that have none.
  static func ascii(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.isASCII { return scalar }
    if (0xC0...0xFF).contains(scalar.value) { return latin[Int(scalar.value) - 0xC0] }
    if let likeness = substitutes[scalar] { return likeness }
    if (0x2800...0x28FF).contains(scalar.value) { return scalar.value == 0x2800 ? " " : "*" }
    return "?"
  }

  /// U+00C0 to U+00FF.
  private static let latin = Array(
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty".unicodeScalars)

  private static let substitutes: [Unicode.Scalar: Unicode.Scalar] = {
    let families: [(Unicode.Scalar, String)] = [
      (">", "▸▶›⇒→»▷►≥⟩"), ("<", "◀‹←«◁◄≤⟨"), (".", "•∙⋯▁▂˙"), ("|", "│┃║▏▕¦"), ("-", "─━═—–−‐‑╌┄⣀"),
      ("+", "┬┴┌┐└┘├┤┼╭╮╰╯╋╬╔╗╚╝╠╣╦╩"), ("^", "↑▲△"), ("v", "↓▼▽"), ("~", "≈∼…⣤⣶"), ("%", "⣿"), ("!", "≠"),
      ("d", "ΔδÐ∂"),
      ("x", "×✕✗"),
      ("*", "⊙∗★☆●◆■✓∘"), ("o", "○◇□°"), ("#", "█▓▉▊▋▇▆▀▌▐"), ("=", "▒▅▄≡▃"), (":", "·░▍▎"),
      (" ", "\u{A0}\u{2009}\u{202F}"),
      ("\"", "“”„″"), ("'", "’‘‚′`"), ("s", "σΣς§"), ("u", "µμ"), ("O", "Ω"), ("J", "⏎"), ("L", "↵λ"),
      ("S", "⇧∑"),
      ("T", "⇥"), ("i", "ı∞"), ("E", "€∈"),
    ]
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (ascii, scalars) in families {
      for scalar in scalars.unicodeScalars { table[scalar] = ascii }
    }
    return table
  }()
}
