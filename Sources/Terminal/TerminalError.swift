/// Why the terminal can't be used.
package enum TerminalError: Error, Equatable, Sendable {
  case outputIsNotATerminal
  case noKeyboard
  case termIsNotSet
  case unknownTerm(String)
  /// The description has no way to move the cursor, as that of `dumb`.
  case cursorCannotMove(String)
  case pipeFailed(code: Int32)

  /// What was found, where, and what to try.
  package var message: String {
    switch self {
    case .outputIsNotATerminal:
      "Standard output is not a terminal, so there is no screen to draw on; --plain prints without one."
    case .noKeyboard:
      "There is no terminal to read keys from; --plain prints without one."
    case .termIsNotSet:
      "TERM is not set, so the kind of terminal is not known; try TERM=xterm-256color, or --plain to print without a screen."
    case .unknownTerm(let name):
      "TERM is \(name), which this system has no description of; try TERM=xterm-256color, or --plain to print without a screen."
    case .cursorCannotMove(let name):
      "TERM is \(name), a terminal whose cursor can't be moved; --plain prints without a screen."
    case .pipeFailed(let code):
      "No pipe could be opened for signals (error \(code)); perhaps too many files are open."
    }
  }
}
