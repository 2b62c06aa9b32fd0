import Canvas

/// The step as a program, over the whole screen.
enum CodeView {
  static func draw(_ state: State, _ snippet: Snippet, scroll: Int, into canvas: inout Canvas) {
    canvas.write("Code · \(snippet.language.title)", x: 1, y: 0, role: .accent)
    let rows = max(1, canvas.height - 4)
    let last = min(snippet.lines.count, scroll + rows)
    canvas.write(
      "lines \(scroll + 1)…\(last) of \(snippet.lines.count)", endingAt: canvas.width - 2, y: 0, role: .dim)
    canvas.fill("─", x: 0, y: 1, count: canvas.width, role: .rule)
    for (row, line) in snippet.lines.dropFirst(scroll).prefix(rows).enumerated() {
      let isComment = line.drop { $0 == " " }.hasPrefix("#")
      canvas.write(
        line.cut(to: canvas.width - 3), x: 2, y: 2 + row, role: isComment ? .dim : .plain)
    }
    canvas.fill("─", x: 0, y: canvas.height - 2, count: canvas.width, role: .rule)
    if let message = state.message {
      canvas.write(
        " \(message.text) ", x: 2, y: canvas.height - 2, role: message.kind == .error ? .error : .accent)
    }
    var x = 1
    for hint in Binding.all.filter({ $0.mode == .code }).compactMap(\.hint) {
      x = canvas.write(hint.keys, x: x, y: canvas.height - 1, role: .key)
      x = canvas.write(" " + hint.word, x: x, y: canvas.height - 1, role: .dim) + 2
    }
    canvas.write(
      ":code \(snippet.language.rawValue) FILE writes it", endingAt: canvas.width - 2, y: canvas.height - 1,
      role: .dim)
  }

  static func lastScroll(_ snippet: Snippet, _ size: Size) -> Int {
    max(0, snippet.lines.count - max(1, size.height - 4))
  }
}
