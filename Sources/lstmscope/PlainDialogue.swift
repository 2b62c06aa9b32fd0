import Canvas
import Commands
import Glibc
import Lessons
import Workbench

/// A walk in lines: a prompt, a command, an answer. For ears, for pipes and for scripts.
struct PlainDialogue {
  private let loop: ScreenLoop
  private let isTerminal = isatty(STDIN_FILENO) == 1

  init(_ loop: ScreenLoop) { self.loop = loop }

  /// Reads commands from standard input until its end, or until :quit.
  func walk() throws {
    try say(opening)
    while !loop.isDone {
      if isTerminal { try say("> ", ending: "") }
      guard let line = readLine() else { break }
      try answer(line.drop { $0 == " " || $0 == ":" })
    }
  }

  private var opening: [String] {
    guard loop.state.lesson != nil else {
      return [
        loop.state.plainTitle, "n and p go through the timesteps, s and S through the lines; help tells more",
      ]
        + loop.state.plainPlace
    }
    return loop.state.plainPage + ["n next page, p back, hint, reveal; answer what is asked; help tells more"]
  }

  private func answer(_ line: Substring) throws {
    let text = String(line)
    let before = loop.state
    if let refusal = before.plainRefusal(ofNumber: text.filter { $0 != " " }) {
      return try say([refusal])
    }
    switch text {
    case "": return try say(loop.state.lesson == nil ? loop.state.plainPlace : loop.state.plainPage)
    case "n": loop.perform(before.lesson == nil ? .moveStep(1) : .lesson(.turn(1)))
    case "p": loop.perform(before.lesson == nil ? .moveStep(-1) : .lesson(.turn(-1)))
    case "s": loop.perform(.moveLine(1))
    case "S": loop.perform(.moveLine(-1))
    case "L": loop.perform(.lesson(.back))
    case "h", "hint": loop.perform(.lesson(.hint))
    case "r": loop.perform(.lesson(.reveal))
    case "all": return try say(loop.state.plainQuantities)
    case "screen": return try say(draw(loop.state).text.split(separator: "\n").map(String.init))
    case "help", "?": return try say(help)
    default:
      // What is asked may be answered without a word before it.
      if before.lesson?.isAsking == true, (try? Command(parsing: text)) == nil || Double(text) != nil {
        loop.perform(.lesson(.answered(text)))
      } else {
        loop.type(command: text)
      }
    }
    // Who leaves is told nothing more.
    guard !loop.isDone else { return }
    try say(loop.state.plainAnswer(since: before))
    // No key of Explain can be pressed here: it is told once.
    if case .explain? = try? Command(parsing: text) {
      while !loop.state.explained.isEmpty { loop.perform(.leaveOperand) }
    }
  }

  private var help: [String] {
    [
      "n, p: the next page or timestep, the one before", "s, S: a line of the formula on, back",
      "hint, reveal: a help towards the answer, the answer", "all: every quantity of this timestep",
      "screen: what the screen would show", "an empty line: this page or place once more",
    ]
      + CommandRow.all.map { row in
        "\(row.name)\(row.argument.isEmpty ? "" : " \(row.argument)"): \(row.help)"
      }
  }

  private func say(_ lines: [String]) throws {
    for line in lines { try say(line, ending: "\n") }
  }

  private func say(_ text: String, ending: String) throws {
    try TraceWriter.write(Array((text.withoutControls() + ending).utf8), to: nil)
  }
}
