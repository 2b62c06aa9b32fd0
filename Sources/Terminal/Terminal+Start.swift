import CNcurses
import Glibc
import Theme

/// What is found out about the terminal before it is taken over.
extension Terminal {
  /// Standard input, or the terminal itself where standard input is a file or a pipe.
  static func openKeyboard() throws(TerminalError) -> Int32 {
    if isatty(STDIN_FILENO) == 1 { return STDIN_FILENO }
    let descriptor = Glibc.open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw .noKeyboard }
    return descriptor
  }

  static func ladder(term: String, requested: ColourDepth?) throws(TerminalError) -> ColourLadder {
    guard !term.isEmpty else { throw .termIsNotSet }
    guard term != "dumb" else { throw .cursorCannotMove(term) }
    let chosen = ColourLadder.choose(requested: requested, term: term, variable: variable) { name in
      try? Terminfo.colours(of: name)
    }
    if let chosen { return chosen }
    _ = try Terminfo.colours(of: term)
    throw .unknownTerm(term)
  }

  /// Sets the locale's characters, and nothing else of it, so that a decimal point stays a point.
  ///
  /// - Returns: Whether characters outside ASCII can be drawn.
  static func chooseCharacters(_ requested: Bool?) -> Bool {
    setlocale(LC_CTYPE, "")
    if requested == false { return false }
    if isUTF8 { return true }
    guard requested == true else { return false }
    setlocale(LC_CTYPE, "C.UTF-8")
    return isUTF8
  }

  private static var isUTF8: Bool {
    nl_langinfo(nc_codeset()).map { String(cString: $0) } == "UTF-8"
  }

  /// As the terminal says; what `LINES` and `COLUMNS` say may be of another one.
  static func size(of descriptor: Int32) -> (width: Int, height: Int) {
    var (width, height): (Int32, Int32) = (0, 0)
    guard nc_window_size(descriptor, &width, &height) == 0, width > 0, height > 0 else { return (80, 24) }
    return (Int(width), Int(height))
  }

  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// `COLORFGBG` is `text;background` in numbers of the terminal's own colours, of which 7 and 9…15 are light.
  static func isLight(colorfgbg: String?) -> Bool? {
    guard let last = colorfgbg?.split(separator: ";").last, let number = Int(last), (0...15).contains(number)
    else {
      return nil
    }
    return number == 7 || number > 8
  }
}
