package import Theme

extension Terminal {
  /// How many colours text may have that is printed for the terminal which `TERM` names, by the ladder of the screen.
  ///
  /// Where `TERM` is not set nobody says what will show it, and 256 colours are shown by almost everything.
  package static func depthForPrinting() -> ColourDepth {
    let term = variable("TERM") ?? ""
    if term.isEmpty { return variable("NO_COLOR").map { !$0.isEmpty } == true ? .none : .indexed256 }
    return (try? ladder(term: term, requested: nil))?.depth ?? .none
  }
}
