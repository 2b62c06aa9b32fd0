import Canvas

/// The bundled models with what each shows.
enum DemosView {
  static func draw(_ state: State, row: Int, into canvas: inout Canvas) {
    canvas.write("Bundled models", x: 1, y: 0, role: .accent)
    canvas.fill("─", x: 0, y: 1, count: canvas.width, role: .rule)
    let width = (state.demos.map(\.name.columns).max() ?? 0) + 3
    let window = Window(total: state.demos.count, fitting: max(1, (canvas.height - 4) / 2), cursor: row)
    for (place, index) in window.range.enumerated() {
      let demo = state.demos[index]
      let y = 2 + place * 2
      let isCursor = index == row
      if isCursor { canvas[0, y] = Cell("▸", role: .cursor) }
      canvas.write(demo.name, x: 2, y: y, role: isCursor ? .accent : .title)
      canvas.writeWrapped(
        demo.shows, x: 2 + width, y: y, width: canvas.width - width - 4, height: 2,
        role: isCursor ? .bright : .plain)
    }
    canvas.fill("─", x: 0, y: canvas.height - 2, count: canvas.width, role: .rule)
    var x = 1
    for hint in Binding.all.filter({ $0.mode == .demos }).compactMap(\.hint) {
      x = canvas.write(hint.keys, x: x, y: canvas.height - 1, role: .key)
      x = canvas.write(" " + hint.word, x: x, y: canvas.height - 1, role: .dim) + 2
    }
  }
}
