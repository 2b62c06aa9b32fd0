import Glibc
import TestSupport
import Testing

/// The program on a terminal of its own.
struct Session {
  let terminal: Pseudoterminal
  /// How the terminal was before.
  private let mode: termios

  /// Starts it and waits for the first frame.
  init(
    _ line: String = "--demo question", width: Int = 80, height: Int = 24,
    environment more: [String: String] = [:],
    shell: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let terminfo = TestTerminfo.indexed256
    var environment = Program.environment.merging(["TERM": terminfo.name, "TERMINFO": terminfo.value]) { $1 }
    environment.merge(more) { $1 }
    mode = try Pseudoterminal("/bin/cat").mode
    let words = Program.words(line)
    terminal = try Pseudoterminal(
      shell == nil ? Program.path : "/bin/bash", shell.map { ["-c", $0, Program.path] + words } ?? words,
      width: width, height: height, environment: environment, directory: Program.folder)
    let hasBegun = terminal.read(within: 20_000) { $0.isAlternate && $0.synchronisedFrames > 0 }
    try #require(hasBegun, "\(terminal.screen.text)", sourceLocation: sourceLocation)
  }

  var text: String { terminal.screen.text }

  /// Types, and waits for the screen to be as wanted.
  func type(
    _ keys: String, until isDone: (VirtualScreen) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    terminal.send(keys)
    let isAsWanted = terminal.read(within: 10_000) { !$0.isMidFrame && isDone($0) }
    #expect(isAsWanted, "\(terminal.screen.text)", sourceLocation: sourceLocation)
  }

  func type(_ keys: String, shows phrase: String, sourceLocation: SourceLocation = #_sourceLocation) {
    type(keys, until: { $0.text.contains(phrase) }, sourceLocation: sourceLocation)
  }

  /// Waits for the end, which must leave the terminal as it was.
  func expectEnding(_ ending: Pseudoterminal.Ending, sourceLocation: SourceLocation = #_sourceLocation) {
    let found = terminal.wait(within: 20_000)
    #expect(found == ending, "\(terminal.screen.text)", sourceLocation: sourceLocation)
    let screen = terminal.screen
    // As truths, because a failing expectation prints what it is made of, and a screen is long.
    let (isFirst, hasCursor, marksPastes) = (!screen.isAlternate, screen.showsCursor, screen.marksPastes)
    let isAsBefore = Pseudoterminal.areEqual(terminal.mode, mode)
    #expect(isFirst, "the alternate screen is left on", sourceLocation: sourceLocation)
    #expect(hasCursor, "the cursor is left hidden", sourceLocation: sourceLocation)
    #expect(!marksPastes, "pastes are left marked", sourceLocation: sourceLocation)
    #expect(isAsBefore, "the terminal's mode is not what it was", sourceLocation: sourceLocation)
    #expect(screen.unknown == [], sourceLocation: sourceLocation)
  }

  /// Edits the first field of the edit row and leaves it.
  func edit(_ number: String, sourceLocation: SourceLocation = #_sourceLocation) {
    type(
      "e\(number)\r", until: { $0.text(row: 0).contains("1 edit") }, sourceLocation: sourceLocation)
    type(
      Self.escape, until: { $0.text(row: $0.height - 1).contains("quit") }, sourceLocation: sourceLocation)
  }

  /// Keys by name.
  static let right = "\u{1B}[C"
  static let down = "\u{1B}[B"
  static let enter = "\r"
  static let escape = "\u{1B}"
}
