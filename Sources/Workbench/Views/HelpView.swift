import Canvas
import Commands

/// The keys and commands, from the tables that carry them out.
enum HelpView {
  /// One line of the help.
  private struct Line {
    let keys: String
    let text: String
    let isHead: Bool
  }

  static func draw(_ state: State, scroll: Int, into canvas: inout Canvas) {
    canvas.write("Help", x: 1, y: 0, role: .accent)
    let lines = lines(for: state)
    let last = min(lines.count, scroll + rows(state))
    canvas.write(
      "lines \(scroll + 1)…\(last) of \(lines.count)", endingAt: canvas.width - 2, y: 0, role: .dim)
    canvas.fill("─", x: 0, y: 1, count: canvas.width, role: .rule)
    let column = min(24, canvas.width / 3)
    for (row, line) in lines.dropFirst(scroll).prefix(rows(state)).enumerated() {
      let y = 2 + row
      canvas.write(line.keys, x: 2, y: y, role: line.isHead ? .title : .key)
      canvas.write(line.text, x: 2 + column, y: y, limit: canvas.width - column - 3)
    }
    canvas.fill("─", x: 0, y: canvas.height - 2, count: canvas.width, role: .rule)
    var x = 1
    for hint in Binding.all.filter({ $0.mode == .help }).compactMap({ $0.hint(in: state) }) {
      x = canvas.write(hint.keys, x: x, y: canvas.height - 1, role: .key)
      x = canvas.write(" " + hint.word, x: x, y: canvas.height - 1, role: .dim) + 2
    }
  }

  static func lastScroll(for state: State) -> Int {
    max(0, lines(for: state).count - rows(state))
  }

  private static func rows(_ state: State) -> Int { max(1, state.size.height - 4) }

  private static func lines(for state: State) -> [Line] {
    let view = state.view
    var lines: [Line] = []
    func section(_ title: String, _ mode: KeyMode) {
      let rows = Binding.all.filter { $0.mode == mode }
      guard !rows.isEmpty else { return }
      if !lines.isEmpty { lines.append(Line(keys: "", text: "", isHead: false)) }
      lines.append(Line(keys: title, text: "", isHead: true))
      lines += rows.map { Line(keys: $0.label(in: state), text: $0.help, isHead: false) }
    }
    lines.append(Line(keys: "Marks", text: "", isHead: true))
    lines += marks.map { Line(keys: $0.0, text: $0.1, isHead: false) }
    // The view one came from first.
    section(view.title, view.keyMode)
    if !state.explained.isEmpty { section("Explain", .explain) }
    section("Everywhere", .general)
    for other in ViewName.allCases where other != view { section(other.title, other.keyMode) }
    if state.explained.isEmpty { section("Explain", .explain) }
    section("Code", .code)
    section("In the edit row", .edit)
    section("In the command line", .prompt)
    lines.append(Line(keys: "", text: "", isHead: false))
    lines.append(Line(keys: "Commands", text: "", isHead: true))
    lines += CommandRow.all.map {
      Line(keys: ":\($0.name) \($0.argument)".cut(to: 23), text: $0.help, isHead: false)
    }
    let column = min(24, state.size.width / 3)
    return lines.flatMap { line -> [Line] in
      let wrapped = line.text.wrapped(to: max(10, state.size.width - column - 4))
      guard wrapped.count > 1 else { return [line] }
      return wrapped.enumerated().map {
        Line(keys: $0.offset == 0 ? line.keys : "", text: $0.element, isHead: false)
      }
    }
  }

  private static let marks = [
    ("▶", "the line just executed: its result is there, the lines below are not"),
    ("▸ before a number", "what that line computed"),
    ("· before a number", "what it read"),
    ("▸ at the edge", "the cursor"),
    ("…", "not yet computed. The formula and the table wait for it; the strips show the whole run"),
    ("* before a number", "changed by an edit"),
    ("= before a word", "masked: h and c are held there"),
    ("⇒ ≠", "the bridge from encoder to decoder; ≠ where an experiment changes what arrives"),
    ("<.01  >.99", "a gate that only rounds to 0.00 or 1.00"),
    ("⣀ ⣤ ⣶ ⣿ in a strip", "below zero, as ▂ ▄ ▆ █ are above; in a map without colours ⠂ ⠒ ⠶ ⣿ and ░ ▒ ▓ █"),
    ("! in a map", "there is a NaN or an infinity in that cell"),
  ]
}
