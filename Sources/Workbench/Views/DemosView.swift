import Canvas

/// The bundled models, a line each, with what the chosen one shows.
enum DemosView {
  static func draw(_ state: State, row: Int, into canvas: inout Canvas) {
    canvas.write("Bundled models", x: 1, y: 0, role: .accent)
    canvas.fill("─", x: 0, y: 1, count: canvas.width, role: .rule)
    let width = (state.demos.map(\.name.columns).max() ?? 0) + 3
    let window = Window(total: state.demos.count, fitting: max(1, canvas.height - 7), cursor: row)
    if let caption = window.caption { canvas.write(caption, endingAt: canvas.width - 2, y: 0, role: .dim) }
    for (place, index) in window.range.enumerated() {
      let demo = state.demos[index]
      let y = 2 + place
      let isCursor = index == row
      if isCursor { canvas[0, y] = Cell("▸", role: .cursor) }
      canvas.write(demo.name, x: 2, y: y, role: isCursor ? .accent : .title)
      canvas.write(
        demo.shows.cut(to: canvas.width - width - 4), x: 2 + width, y: y, role: isCursor ? .bright : .plain)
    }
    let bottom = canvas.height - 2
    canvas.fill("─", x: 0, y: bottom - 3, count: canvas.width, role: .rule)
    if state.demos.indices.contains(row) {
      canvas.writeWrapped(
        state.demos[row].shows, x: 2, y: bottom - 2, width: canvas.width - 4, height: 2, role: .bright)
    }
    canvas.fill("─", x: 0, y: bottom, count: canvas.width, role: .rule)
    var x = 1
    for hint in Binding.all.filter({ $0.mode == .demos }).compactMap(\.hint) {
      x = canvas.write(hint.keys, x: x, y: canvas.height - 1, role: .key)
      x = canvas.write(" " + hint.word, x: x, y: canvas.height - 1, role: .dim) + 2
    }
  }
}
