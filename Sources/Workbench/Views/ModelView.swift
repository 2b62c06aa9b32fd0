import Canvas
import LSTM
import Sessions

extension View {
  /// The graph as a map one can walk: every layer in the order in which it runs, and the model's outputs.
  static let model = View(
    position: { state in
      "layer \(state.modelRow + 1)/\(state.subject.map.rows.count) · sample \(state.sample)/0…\(max(0, state.trace.batch - 1))"
    },
    draw: { state, area, canvas in ModelView(state, area).draw(into: &canvas) },
    sentence: ModelView.sentence)
}

struct ModelView: Equatable {
  struct Row: Equatable {
    let mark: String
    let name: String
    let className: String
    let shape: String
    let readsFrom: String
    let isCursor: Bool
    let isHere: Bool
  }

  /// One line of an output: a class with its value, or numbers in a row.
  struct OutputLine: Equatable {
    let label: String
    let value: String
    /// 0…1 where the outputs are probabilities.
    let share: Float?
  }

  let area: Area
  let rows: [Row]
  let window: Window
  let outputs: [(title: String, lines: [OutputLine])]

  static func == (a: ModelView, b: ModelView) -> Bool {
    a.area == b.area && a.rows == b.rows && a.window == b.window
      && a.outputs.map(\.title) == b.outputs.map(\.title) && a.outputs.map(\.lines) == b.outputs.map(\.lines)
  }

  init(_ state: State, _ area: Area) {
    self.area = area
    let map = state.subject.map
    outputs = map.outputs.map { output in Self.lines(of: output, state) }
    let outputRows = min(outputs.reduce(0) { $0 + 1 + $1.lines.count }, max(4, area.height / 3))
    window = Window(
      total: map.rows.count, fitting: max(1, area.height - 3 - outputRows), cursor: state.modelRow)
    rows = map.rows.enumerated().map { index, row in
      Row(
        mark: row.calls.isEmpty ? " " : "◆", name: row.name, className: row.className,
        shape: row.shape.map(Self.words) ?? "not run", readsFrom: row.readsFrom.joined(separator: ", "),
        isCursor: index == state.modelRow, isHere: row.calls.contains(state.subject.call))
    }
  }

  private static func words(_ shape: [Int]) -> String {
    "(\(shape.map(String.init).joined(separator: ", ")))"
  }

  /// The largest classes of a probability at the end of the model, or the numbers themselves.
  private static func lines(of output: ModelMap.Output, _ state: State) -> (String, [OutputLine]) {
    let title = "\(output.name) \(words(output.shape))"
    guard let width = output.shape.last, width > 0, let batch = output.shape.first, state.sample < batch
    else {
      return (title, [])
    }
    let perSample = output.values.count / max(1, batch)
    // Of a sequence the row of the timestep under the cursor.
    let rowsPerSample = perSample / width
    let row = rowsPerSample > 1 ? min(state.timestep, rowsPerSample - 1) : 0
    let start = state.sample * perSample + row * width
    let values = Array(output.values[start..<start + width])
    let sum = values.reduce(0, +)
    let isProbability = width > 1 && values.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(sum - 1) < 1e-3
    let name = rowsPerSample > 1 ? "\(title), t \(row)" : title
    if isProbability {
      let best = values.enumerated().sorted { ($0.element, -$0.offset) > ($1.element, -$1.offset) }.prefix(5)
      return (
        name,
        best.map {
          OutputLine(
            label: state.className($0.offset), value: Number.probability($0.element), share: $0.element)
        }
      )
    }
    return (
      name,
      values.prefix(5).enumerated().map {
        OutputLine(label: "[\($0.offset)]", value: Number.signed($0.element, state.decimals), share: nil)
      }
    )
  }

  func draw(into canvas: inout Canvas) {
    Frame.caption(
      "model · ◆ an LSTM, [ ] the one looked at", x: area.x, y: area.y, width: area.width, into: &canvas)
    let nameEnd = min(area.width / 3, max(12, (rows.map(\.name.columns).max() ?? 0) + 4))
    let columns = (name: 4, className: nameEnd + 2, shape: nameEnd + 24, reads: nameEnd + 46)
    let y = area.y + 1
    for (text, x) in [
      ("layer", columns.name), ("class", columns.className), ("puts out", columns.shape),
      ("reads", columns.reads),
    ] {
      canvas.write(text, x: area.x + x, y: y, role: .dim)
    }
    for (place, row) in rows[window.range].enumerated() {
      let y = area.y + 2 + place
      if row.isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      canvas.write(row.mark, x: area.x + 2, y: y, role: row.isHere ? .accent : .positive)
      let role: Role = row.isHere ? .accent : row.isCursor ? .bright : .plain
      canvas.write(
        row.name.cut(to: columns.className - columns.name - 1), x: area.x + columns.name, y: y, role: role)
      if row.isHere {
        canvas[area.x + columns.name - 1, y] = Cell("[", role: .accent)
        let end = columns.name + row.name.cut(to: columns.className - columns.name - 1).columns
        canvas[area.x + end, y] = Cell("]", role: .accent)
      }
      canvas.write(row.className.cut(to: 21), x: area.x + columns.className, y: y, role: .plain)
      canvas.write(
        row.shape.cut(to: 21), x: area.x + columns.shape, y: y, role: row.shape == "not run" ? .warning : .dim
      )
      canvas.write(
        row.readsFrom.cut(to: area.right - area.x - columns.reads - 1), x: area.x + columns.reads, y: y,
        role: .dim)
    }
    if let caption = window.caption {
      canvas.write(caption, endingAt: area.right - 2, y: area.y, role: .dim)
    }
    drawOutputs(from: area.y + 3 + window.count, into: &canvas)
  }

  private func drawOutputs(from top: Int, into canvas: inout Canvas) {
    var y = top
    for output in outputs where y < area.bottom {
      Frame.caption("output \(output.title)", x: area.x, y: y, width: area.width, into: &canvas)
      y += 1
      for line in output.lines where y < area.bottom {
        canvas.write(line.label, x: area.x + 4, y: y, role: .dim)
        canvas.write(line.value, endingAt: area.x + 26, y: y, role: .plain)
        if let share = line.share {
          let width = max(0, area.width - 32)
          let length = Int((min(1, share) * Float(width)).rounded())
          canvas.fill("▓", x: area.x + 29, y: y, count: length, role: .positive)
        }
        y += 1
      }
    }
  }

  static func sentence(_ state: State) -> String {
    if let stopped = state.subject.map.stopped { return stopped }
    guard state.subject.map.rows.indices.contains(state.modelRow) else { return "" }
    let row = state.subject.map.rows[state.modelRow]
    switch row.calls.count {
    case 0: return "\(row.name) is run and not stepped through. Enter steps into a layer that has a ◆."
    case 1: return "\(row.name) is an LSTM: Enter steps through it, [ and ] go from one LSTM to the next."
    default:
      return "\(row.name) holds \(row.calls.count) LSTMs: Enter steps through the first, ] goes to the next."
    }
  }
}

extension State {
  /// What an output's class is called: a label, a word, or its number.
  fileprivate func className(_ index: Int) -> String {
    if labels.indices.contains(index) { return labels[index] }
    if let words = translation?.vocabulary, words.words.indices.contains(index) { return words.word(index) }
    return "class \(index)"
  }
}
