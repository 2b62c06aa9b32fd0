import Canvas
import LSTM
import Sessions

extension View {
  /// The graph as a map one can walk: every layer in the order in which it runs, and the model's outputs.
  static let model = View(
    position: { state in
      let map = state.subject.map
      let place =
        state.modelOutput.map { "output \($0 + 1)/\(map.outputs.count)" }
        ?? "layer \(state.modelRow + 1)/\(map.rows.count)"
      return "\(place) · sample \(state.sample)/0…\(max(0, state.trace.batch - 1))"
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

  /// One line of an output: a class with its value, or a number by its place.
  struct OutputLine: Equatable {
    let label: String
    let value: String
    /// 0…1 where the outputs are probabilities.
    var share: Float?
    /// What is recorded, and whether ours passes for it.
    var expected: Expected?

    struct Expected: Equatable {
      let text: String
      let agrees: Bool
    }
  }

  struct Output: Equatable {
    let title: String
    let lines: [OutputLine]
    /// How many of its numbers are not shown.
    let rest: Int
    let isCursor: Bool
  }

  let area: Area
  let rows: [Row]
  let window: Window
  let outputs: [Output]
  /// The first output shown: those before it give way to the chosen one.
  let firstOutput: Int
  /// Where the outputs begin.
  private let outputsTop: Int

  init(_ state: State, _ area: Area) {
    self.area = area
    let map = state.subject.map
    // A chosen output gets most of the room, else the layers do.
    let chosen = state.modelOutput
    let most = chosen == nil ? max(4, area.height / 3) : max(4, area.height - 3 - min(4, map.rows.count))
    let outputs = map.outputs.indices.map { place in
      Output(state, place, most: place == chosen ? max(1, most - 2) : 5, isCursor: place == chosen)
    }
    self.outputs = outputs
    var first = 0
    if let chosen {
      while first < chosen, outputs[first...chosen].reduce(0, { $0 + $1.height }) > most { first += 1 }
    }
    firstOutput = first
    let outputRows = min(outputs[first...].reduce(0) { $0 + $1.height }, most)
    window = Window(
      total: map.rows.count, fitting: max(1, area.height - 3 - outputRows),
      cursor: min(state.modelRow, max(0, map.rows.count - 1)))
    outputsTop = area.y + 3 + window.count
    rows = map.rows.enumerated().map { index, row in
      Row(
        mark: row.calls.isEmpty ? " " : "◆", name: row.name, className: row.className,
        shape: row.shape.map(words) ?? "not run", readsFrom: row.readsFrom.joined(separator: ", "),
        isCursor: index == state.modelRow, isHere: row.calls.contains(state.subject.call))
    }
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
    drawOutputs(into: &canvas)
  }

  private func drawOutputs(into canvas: inout Canvas) {
    var y = outputsTop
    for (place, output) in outputs.enumerated().dropFirst(firstOutput) {
      // Of one that does not fit even with its first number, how many more there are is said instead.
      guard y + 1 < area.bottom else {
        let more = outputs.count - place
        canvas.write(
          " … \(more) more output\(more == 1 ? "" : "s"): ↓ ", endingAt: area.right - 2,
          y: min(y, area.bottom - 1), role: .dim)
        return
      }
      Frame.caption("output \(output.title)", x: area.x, y: y, width: area.width, into: &canvas)
      if output.isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      y += 1
      let isCompared = output.lines.contains { $0.expected != nil }
      for line in output.lines where y < area.bottom {
        canvas.write(line.label.cut(to: 16), x: area.x + 4, y: y, role: .dim)
        canvas.write(line.value, endingAt: area.x + 30, y: y, role: .plain)
        let x = area.x + 33
        if let expected = line.expected {
          let text = "expected \(expected.text)  \(expected.agrees ? "=" : "≠")"
          canvas.write(text, x: x, y: y, role: expected.agrees ? .dim : .error)
        }
        if let share = line.share {
          let start = isCompared ? x + 24 : x
          let length = Int((min(1, share) * Float(max(0, area.right - 3 - start))).rounded())
          canvas.fill("▓", x: start, y: y, count: length, role: .positive)
        }
        y += 1
      }
      if output.rest > 0, y < area.bottom {
        canvas.write("… \(output.rest) more", x: area.x + 4, y: y, role: .dim)
        y += 1
      }
    }
  }

  static func sentence(_ state: State) -> String {
    if let output = state.modelOutput { return Output.sentence(state, output) }
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

private func words(_ shape: [Int]) -> String {
  "(\(shape.map(String.init).joined(separator: ", ")))"
}

extension ModelView.Output {
  /// Rows on the screen, with the caption.
  var height: Int { 1 + lines.count + (rest > 0 ? 1 : 0) }

  /// The largest classes of a probability at the end of the model, or the numbers themselves.
  ///
  /// - Parameter most: How many of its numbers are shown.
  fileprivate init(_ state: State, _ place: Int, most: Int, isCursor: Bool) {
    let output = state.subject.map.outputs[place]
    let title = "\(output.name) \(words(output.shape))"
    guard let width = output.shape.last, width > 0, let batch = output.shape.first, state.sample < batch
    else {
      self.init(title: title, lines: [], rest: 0, isCursor: isCursor)
      return
    }
    let perSample = output.values.count / max(1, batch)
    // Of a sequence the row of the timestep under the cursor.
    let rowsPerSample = perSample / width
    let row = rowsPerSample > 1 ? min(state.timestep, rowsPerSample - 1) : 0
    let start = state.sample * perSample + row * width
    let values = Array(output.values[start..<start + width])
    let recorded = state.expectations.outputs
    func expected(_ index: Int, isShare: Bool) -> ModelView.OutputLine.Expected? {
      guard let recorded, let all = recorded.values[place], all.count == output.values.count else {
        return nil
      }
      let number = all[start + index]
      return .init(
        text: isShare ? Number.probability(number) : Number.signed(number, state.decimals),
        agrees: recorded.passes(values[index], for: number))
    }
    let isInside = values.allSatisfy { $0 >= 0 && $0 <= 1 }
    let isProbability = width > 1 && isInside && abs(values.reduce(0, +) - 1) < 1e-3
    let name = rowsPerSample > 1 ? "\(title), t \(row)" : title
    if output.isSigmoid, isInside, width == 1 {
      self.init(
        title: "\(name) · a sigmoid's probability",
        lines: [
          .init(
            label: state.side(1), value: Number.probability(values[0]), share: values[0],
            expected: expected(0, isShare: true)),
          .init(label: state.side(0), value: Number.probability(1 - values[0]), share: 1 - values[0]),
        ], rest: 0, isCursor: isCursor)
      return
    }
    let isRanked = isProbability || (output.isSigmoid && isInside)
    let order =
      isRanked ? values.indices.sorted { (values[$0], -$0) > (values[$1], -$1) } : Array(values.indices)
    let shown = order.count <= most ? order : Array(order.prefix(max(1, most - 1)))
    self.init(
      title: isRanked && !isProbability ? "\(name) · each a sigmoid's probability" : name,
      lines: shown.map { index in
        .init(
          label: isRanked ? state.className(index) : "[\(index)]",
          value: isRanked ? Number.probability(values[index]) : Number.signed(values[index], state.decimals),
          share: isRanked ? values[index] : nil, expected: expected(index, isShare: isRanked))
      }, rest: order.count - shown.count, isCursor: isCursor)
  }

  /// What there is to say of an output that is chosen.
  fileprivate static func sentence(_ state: State, _ place: Int) -> String {
    let output = state.subject.map.outputs[place]
    let explain =
      ":explain \(state.subject.map.outputs.count == 1 ? "output" : output.name)/y[0] goes into one."
    guard let recorded = state.expectations.outputs, let values = recorded.values[place],
      values.count == output.values.count
    else {
      return "\(output.name) puts out \(output.values.count) numbers; \(explain)"
    }
    guard let (first, count) = recorded.differences(place, output.values) else {
      return
        "All \(values.count) numbers of \(output.name) are as \(recorded.name) has them, within \(recorded.tolerance)."
    }
    let ours = Number.signed(output.values[first], state.decimals)
    let theirs = Number.signed(values[first], state.decimals)
    return
      "\(count) of \(values.count) numbers of \(output.name) differ, first \(address(first, output.shape)): "
      + "expected \(theirs), this model gives \(ours)."
  }

  /// `[2]@4#0`: a number of an output by its place.
  private static func address(_ index: Int, _ shape: [Int]) -> String {
    let width = max(1, shape.last ?? 1)
    let perSample = shape.dropFirst().reduce(1, *)
    let timestep = shape.count == 3 ? "@\(index % max(1, perSample) / width)" : ""
    return "[\(index % width)]\(timestep)#\(index / max(1, perSample))"
  }
}

extension State {
  /// What the one side of a yes or no is called: a label, or its number.
  fileprivate func side(_ value: Int) -> String {
    labels.count == 2 ? labels[value] : "class \(value)"
  }

  /// What an output's class is called: a label, a word, or its number.
  fileprivate func className(_ index: Int) -> String {
    if labels.indices.contains(index) { return labels[index] }
    if let words = translation?.vocabulary, words.words.indices.contains(index) { return words.word(index) }
    return "class \(index)"
  }
}
