import Canvas
import LSTM
import Network

/// What stands round every view: the header above, the sentence, the messages and the keys below.
enum Frame {
  static let leastWidth = 60
  static let leastHeight = 16

  static func fits(_ size: Size) -> Bool { size.width >= leastWidth && size.height >= leastHeight }

  static func draw(_ state: State, into canvas: inout Canvas) {
    if let page = LessonPage(state) { return page.draw(state, into: &canvas) }
    let width = state.size.width
    let height = state.size.height
    header(state, into: &canvas)

    // From 26 rows a message has a row of its own. Below that a short one stands on the rule, a longer one takes
    // the sentence's place.
    let sentenceRows = height >= 24 ? 2 : 1
    let messageRows = height >= 30 ? 2 : height >= 26 ? 1 : 0
    let ruleRow = height - 2 - messageRows - sentenceRows
    let view = state.shownView
    let area = Area(x: 0, y: 1, width: width, height: ruleRow - 1)
    view.draw(state, area, &canvas)
    Spotlight(state, area, canvas).apply(in: area, to: &canvas)

    drawRule(at: ruleRow, into: &canvas)
    let text = Area(x: 2, y: ruleRow + 1, width: width - 3, height: sentenceRows)
    let isOnRule = messageRows == 0 && (state.message?.text.columns ?? 0) <= width - 6
    if let message = state.message, isOnRule {
      draw(message, in: Area(x: 2, y: ruleRow, width: width - 4, height: 1), isCaption: true, into: &canvas)
    }
    if let message = state.message, messageRows == 0, !isOnRule {
      draw(message, in: text, into: &canvas)
    } else {
      drawSentence(sentence(of: state), in: text, into: &canvas)
    }
    if let message = state.message, messageRows > 0 {
      draw(
        message, in: Area(x: 2, y: ruleRow + 1 + sentenceRows, width: width - 3, height: messageRows),
        into: &canvas)
    }
    footer(state, at: height - 1, into: &canvas)
  }

  /// What the view says in plain words; of a covered number nothing.
  static func sentence(of state: State) -> String {
    // Of a decoder that ends at the cursor it would say that this is its end.
    let isCut = state.hidesWords && state.view == .step && state.explained.isEmpty
    let sentence = isCut ? "░" : state.shownView.sentence(state)
    return sentence.contains("░") ? "covered; the sentence comes with the answer" : sentence
  }

  /// ` question.keras › lstm · LSTM(3)      Step · sample 0/0…1 · t 1/0…1 · line 9/12`
  private static func header(_ state: State, into canvas: inout Canvas) {
    let width = state.size.width
    let isExplaining = !state.explained.isEmpty
    let view = isExplaining ? ExplainView.view : state.view.view
    let title = isExplaining ? "Explain" : state.view.title
    var parts = [title] + Self.parts(of: view.position(state))
    if state.isRunning {
      parts.append("running")
    } else if state.staleFrom != nil {
      parts.append("not run")
    }
    if state.playback != nil { parts.append("playing") }
    // The views of the decoder say it themselves.
    if let translation = state.translation, translation.isChanged, isExplaining || !state.view.saysFeeding,
      let request = translation.request
    {
      parts.append(request.experiment.short)
    }
    if !state.edits.isEmpty { parts.append("\(state.edits.count) edit\(state.edits.count == 1 ? "" : "s")") }
    // What a person called the unit goes with it everywhere that has room for it.
    if state.unitName(state.unit) != nil, !state.view.namesUnit,
      Self.joined(parts).columns - title.columns < width / 2
    {
      parts.append(state.unitTitle)
    }
    let name = isExplaining ? ExplainView.layer(of: state) : state.subject.layerName
    let file = state.subject.fileName
    let leastFile = min(file.columns, 8)
    parts = fitting(parts, to: width - 3 - leastFile - 3 - min(name.columns, 12))
    let right = String(Self.joined(parts).dropFirst(title.count))
    let rightWidth = title.columns + right.columns
    // The file's name is cut first, then the units go, then the layer's name is cut.
    let room = max(0, width - rightWidth - 3)
    let layer =
      [" › \(name) · LSTM(\(state.parameters.units))", " › \(name)"].dropFirst(isExplaining ? 1 : 0).first {
        $0.columns + leastFile <= room
      } ?? " › \(name)".cut(to: max(0, room - leastFile))
    let x = canvas.write(
      file.cutInMiddle(to: max(8, room - layer.columns)), x: 1, y: 0, role: .title, limit: room)
    canvas.write(layer, x: x, y: 0, role: .plain, limit: max(0, room + 1 - x))
    let start = max(1, width - 1 - rightWidth)
    let end = canvas.write(title, x: start, y: 0, role: .accent)
    canvas.write(right, x: end, y: 0, role: .plain)
  }

  private static func joined(_ parts: [String]) -> String { parts.joined(separator: " · ") }

  /// What stands between the dots of a position, each part without doubled blanks.
  static func parts(of position: String) -> [String] {
    position.split(separator: "·").map { $0.split(separator: " ").joined(separator: " ") }
      .filter { !$0.isEmpty }
  }

  /// The parts of a position that there is room for: the first and the timestep always, the sample where there are
  /// several before the line, and what can be read elsewhere goes first.
  static func fitting(_ parts: [String], to room: Int) -> [String] {
    func rank(_ part: String) -> Int? {
      switch part {
      case _ where part.hasPrefix("t "): nil
      case _ where part.hasPrefix("sample") && part.hasSuffix("/0…0"): 0
      case _ where part.hasPrefix("unit") && part.hasSuffix("\""): 1
      case _ where part.hasPrefix("line"): 2
      case _ where part.hasPrefix("sample"): 3
      case "running", "not run", "playing": 5
      case _ where part.hasSuffix("edit") || part.hasSuffix("edits"): 5
      default: 4
      }
    }
    var parts = parts
    while joined(parts).columns > room {
      let places = parts.indices.dropFirst().compactMap { place in rank(parts[place]).map { (place, $0) } }
      guard let least = places.min(by: { ($0.1, -$0.0) < ($1.1, -$1.0) }) else { break }
      parts.remove(at: least.0)
    }
    return parts
  }

  /// A rule under the view that meets the panes' own rules above it.
  static func drawRule(at y: Int, into canvas: inout Canvas) {
    for x in 0..<canvas.width {
      let above = canvas[x, y - 1]
      let meets = above.scalar == "│" && above.role == .rule
      canvas[x, y] = Cell(meets ? "┴" : "─", role: .rule)
    }
  }

  /// A caption on a rule: `─ step · the numbers of unit 1 ───`.
  static func caption(
    _ text: String, x: Int, y: Int, width: Int, into canvas: inout Canvas
  ) {
    canvas.fill("─", x: x, y: y, count: width, role: .rule)
    guard width > 6 else { return }
    canvas.write(" \(text.cut(to: width - 4)) ", x: x + 1, y: y, role: .dim)
  }

  static func drawSentence(_ sentence: String, in area: Area, into canvas: inout Canvas) {
    let lines = sentence.wrapped(to: area.width)
    for (row, line) in lines.prefix(area.height).enumerated() {
      let isCut = row == area.height - 1 && lines.count > area.height
      let shown = isCut ? (line + " …").cut(to: area.width) : line
      canvas.write(shown, x: area.x, y: area.y + row, role: .bright)
    }
  }

  static func draw(
    _ message: State.Message, in area: Area, isCaption: Bool = false, into canvas: inout Canvas
  ) {
    let role: Role =
      switch message.kind {
      case .notice: .accent
      case .warning: .warning
      case .error: .error
      }
    let lines = (isCaption ? " \(message.text) " : message.text).wrapped(to: area.width)
    for (row, line) in lines.prefix(area.height).enumerated() {
      let isCut = row == area.height - 1 && lines.count > area.height
      canvas.write(isCut ? (line + " …").cut(to: area.width) : line, x: area.x, y: area.y + row, role: role)
    }
  }

  // MARK: - The last row

  static func footer(_ state: State, at y: Int, into canvas: inout Canvas) {
    if case .prompt(let prompt) = state.mode {
      canvas.write(":", x: 0, y: y, role: .accent)
      let room = state.size.width - 3
      let shown = prompt.text.columns > room ? "…" + prompt.text.suffix(columns: room - 1) : prompt.text
      let end = canvas.write(shown, x: 1, y: y, role: .input)
      canvas[end, y] = Cell("█", role: .accent)
      keys(state, from: end + 4, at: y, into: &canvas)
      return
    }
    var start = 1
    if let count = state.count {
      start = canvas.write("\(count)", x: 1, y: y, role: .accent) + 2
    }
    keys(state, from: start, at: y, into: &canvas)
  }

  /// The keys that work here, as many as fit; help and quit always.
  private static func keys(_ state: State, from start: Int, at y: Int, into canvas: inout Canvas) {
    let mode = state.keyMode
    let isAsking = state.lesson?.isAsking == true || !state.covers.isEmpty
    let own = Binding.all.filter { $0.mode == mode && $0.hint != nil && (isAsking || !$0.isForQuestion) }
    let taken = Set(own.flatMap { $0.keys.map(\.key) })
    let isExploring = (state.mode == .explore || state.mode == .lesson(.reading)) && !state.isPresenting
    let general =
      isExploring
      ? Binding.all.filter { row in
        row.mode == .general && row.hint != nil && !row.keys.contains { taken.contains($0.key) }
          && (state.keyMode == .step || !row.isForStep) && !row.isForLesson
      } : []
    // Who explores sees first how to come back.
    let back =
      state.mode == .explore && state.lesson != nil && !state.isPresenting
      ? Binding.all.filter(\.isForLesson) : []
    let last = general.suffix(2)
    let hints = (back + own + general.dropLast(2)).compactMap { $0.hint(in: state) }
    let lastWidth = last.compactMap { $0.hint(in: state) }.reduce(-2) {
      $0 + $1.keys.columns + $1.word.columns + 3
    }
    var x = start
    for hint in hints {
      let width = hint.keys.columns + 1 + hint.word.columns
      guard x + width + 2 + lastWidth <= canvas.width else { continue }
      x = write(hint, x: x, y: y, into: &canvas)
    }
    for hint in last.compactMap({ $0.hint(in: state) }) { x = write(hint, x: x, y: y, into: &canvas) }
  }

  private static func write(_ hint: (keys: String, word: String), x: Int, y: Int, into canvas: inout Canvas)
    -> Int
  {
    let end = canvas.write(hint.keys, x: x, y: y, role: .key)
    return canvas.write(" " + hint.word, x: end, y: y, role: .dim) + 2
  }
}
