import Foundation
import TestSupport
import Testing

/// A walk is a folder of `Walks`: `model` holds the arguments, `size` the terminal's columns and rows, `keys` what is
/// typed, and `frame` what the screen then shows. It may hold `environment`, a line a variable.
@Suite("Walks") struct WalkTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Walks")

  struct Walk: Sendable, CustomTestStringConvertible {
    let name: String
    var testDescription: String { name }

    static let all = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
      .map(Walk.init(name:))

    var frame: URL { folder.appending(path: "\(name)/frame") }

    func text(_ file: String) throws -> String {
      try String(contentsOf: folder.appending(path: "\(name)/\(file)"), encoding: .utf8)
    }

    /// Columns and rows, as in `80x24`.
    func size() throws -> (width: Int, height: Int) {
      let numbers = try text("size").split { !$0.isNumber }.compactMap { Int($0) }
      try #require(numbers.count == 2, "\(name)/size must be like 80x24")
      return (numbers[0], numbers[1])
    }

    func environment() -> [String: String] {
      let lines = (try? text("environment"))?.split(separator: "\n") ?? []
      return Dictionary(
        lines.map { line in
          let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
          return (parts[0], parts.count > 1 ? parts[1] : "")
        }, uniquingKeysWith: { $1 })
    }

    /// Words between blanks, each a key's name or characters to type.
    func keys() throws -> [String] { try text("keys").split(whereSeparator: \.isWhitespace).map(String.init) }
  }

  static let named = [
    "Left": "\u{1B}[D", "Right": "\u{1B}[C", "Up": "\u{1B}[A", "Down": "\u{1B}[B", "Enter": "\r",
    "Tab": "\t", "Shift-Tab": "\u{1B}[Z", "Space": " ", "Esc": "\u{1B}", "Home": "\u{1B}[H",
    "End": "\u{1B}[F",
    "PageUp": "\u{1B}[5~", "PageDown": "\u{1B}[6~", "Backspace": "\u{7F}", "Ctrl-R": "\u{12}",
  ]

  @Test("shows what was recorded", arguments: Walk.all)
  func shows(walk: Walk) throws {
    let size = try walk.size()
    let session = try Session(
      try walk.text("model").split(whereSeparator: \.isWhitespace).joined(separator: " "), width: size.width,
      height: size.height, environment: walk.environment())
    for key in try walk.keys() {
      session.terminal.send(Self.named[key] ?? key)
      // What follows Escape at once is taken for Alt with it.
      if key == "Esc" { session.terminal.read(quiet: 60, first: 60) }
    }
    let wanted = (try? walk.text("frame")) ?? ""
    if ProcessInfo.processInfo.environment["UPDATE_FRAMES"] != nil {
      session.terminal.read(quiet: 500, first: 500)
      guard session.text + "\n" != wanted else { return }
      try (session.text + "\n").write(to: walk.frame, atomically: true, encoding: .utf8)
      Issue.record("\(walk.name)/frame was rewritten; read the difference and run again")
      return
    }
    _ = session.terminal.read(within: 3000) { !$0.isMidFrame && $0.text + "\n" == wanted }
    let (found, recorded) = (Self.lines(session.text + "\n"), Self.lines(wanted))
    for (row, (line, other)) in zip(found, recorded).enumerated() {
      #expect(line == other, "\(walk.name), row \(row)")
    }
    #expect(found.count == recorded.count, "\(walk.name)")
    session.terminal.send("\u{1B}")
    session.terminal.read(quiet: 60, first: 60)
    session.terminal.send(":q!\r")
    session.expectEnding(.status(0))
  }

  static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test("There are walks, and every one is whole")
  func roster() throws {
    #expect(Walk.all.count >= 8)
    for walk in Walk.all {
      for file in ["model", "size", "keys", "frame"] {
        #expect(throws: Never.self, "\(walk.name)/\(file)") { try walk.text(file) }
      }
    }
  }
}
