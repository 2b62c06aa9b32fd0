import Canvas
import CNcurses
import Glibc

/// What the system's descriptions of terminals say.
enum Terminfo {
  /// Runs `body` while `TERMINFO` holds a description; as it was before where that is nil.
  static func with<Result>(_ description: String?, _ body: () -> Result) -> Result {
    guard let description else { return body() }
    let before = getenv("TERMINFO").map { String(cString: $0) }
    setenv("TERMINFO", description, 1)
    defer {
      if let before { setenv("TERMINFO", before, 1) } else { unsetenv("TERMINFO") }
    }
    return body()
  }

  /// How many colours a terminal's description has.
  ///
  /// - Throws: If there is no such description, or if its cursor can't be moved.
  static func colours(of term: String) throws(TerminalError) -> Int {
    var found: Int32 = 0
    guard setupterm(term, STDOUT_FILENO, &found) == OK else { throw .unknownTerm(term) }
    defer { del_curterm(nc_terminal()) }
    guard string("cup") != nil else { throw .cursorCannotMove(term) }
    return max(0, Int(tigetnum("colors")))
  }

  /// A string of the description in use.
  static func string(_ name: String) -> [UInt8]? {
    var capability = Array(name.utf8CString)
    guard let text = tigetstr(&capability), Int(bitPattern: text) != -1 else { return nil }
    let bytes = UnsafeBufferPointer(start: text, count: strlen(text)).map(UInt8.init(bitPattern:))
    return bytes.isEmpty ? nil : bytes
  }

  /// The keys of the description in use.
  static func keys() -> [[UInt8]: Key] {
    var names: [(String, Key)] = [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
      ("kpp", .pageUp), ("knp", .pageDown), ("kdch1", .delete), ("kcbt", .backTab), ("kent", .enter),
    ]
    for number in 1...12 { names.append(("kf\(number)", .function(number))) }
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in names {
      guard let sequence = string(name), sequence.count > 2, sequence.first == 0x1B else { continue }
      keys[sequence] = key
    }
    return keys
  }
}
