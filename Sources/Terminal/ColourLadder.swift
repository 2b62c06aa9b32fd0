import Theme

/// How many colours to use, and under which description of the terminal.
struct ColourLadder: Equatable, Sendable {
  var depth: ColourDepth
  /// The description's name.
  var term: String
  /// Whether that description is the one that the program carries.
  var isEmbedded = false

  /// Chooses the highest step that the terminal has, or the one that was asked for if it can be had.
  ///
  /// What was asked for goes before `NO_COLOR`, and that before what the terminal says.
  ///
  /// - Parameters:
  ///   - requested: What was asked for; nil to take what there is.
  ///   - variable: The value of an environment variable.
  ///   - colours: How many colours a named description has; nil if there is none of that name.
  /// - Source: no-color.org; termstandard/colors, "Checking for COLORTERM".
  static func choose(
    requested: ColourDepth?, term: String, variable: (String) -> String?, colours: (String) -> Int?
  ) -> ColourLadder? {
    let depth = requested ?? (variable("NO_COLOR").map { !$0.isEmpty } == true ? ColourDepth.none : nil)
    if depth == .direct || (depth == nil && hasDirectColour(term: term, variable: variable)) {
      return ColourLadder(depth: .direct, term: EmbeddedTerminfo.directName, isEmbedded: true)
    }
    guard let count = colours(term) else { return nil }
    let wanted = depth ?? .indexed256
    if wanted == .indexed256, count < 256, term.hasPrefix("xterm"), colours("xterm-256color") ?? 0 >= 256,
      requested == .indexed256
    {
      return ColourLadder(depth: .indexed256, term: "xterm-256color")
    }
    let available: ColourDepth = count >= 256 ? .indexed256 : count >= 8 ? .eight : .none
    return ColourLadder(depth: [wanted, available].min { $0.rank < $1.rank } ?? .none, term: term)
  }

  /// GNU screen passes `COLORTERM` on from the terminal outside, but not the colours; tmux does.
  private static func hasDirectColour(term: String, variable: (String) -> String?) -> Bool {
    if term.hasSuffix("-direct") { return true }
    if term.hasPrefix("screen"), variable("TMUX") == nil { return false }
    return ["truecolor", "24bit"].contains(variable("COLORTERM"))
  }
}

extension ColourDepth {
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
