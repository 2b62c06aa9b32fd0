import Canvas
import Commands
import Lessons

/// A page of a lesson over a view: it takes the rows of the timeline and of the sentence, and nothing else moves.
package struct LessonPage: Equatable {
  struct Line: Equatable {
    struct Part: Equatable {
      let text: String
      let role: Role
    }

    let parts: [Part]

    init(_ text: String, _ role: Role) { parts = [Part(text: text, role: role)] }
    init(_ parts: [Part]) { self.parts = parts }
  }

  let title: String
  let position: String
  let heading: String
  let lines: [Line]
  /// Under the view: the answer, the hint, or what the page says there; nil for the view's own sentence.
  let under: [Line]?
  /// Rows for the heading and the text.
  let block: Area
  let viewArea: Area
  let underArea: Area
  private let ruleRow: Int
  private let messageRows: Int

  /// Whether all of the text is in sight.
  package var fits: Bool { lines.count <= block.height - 1 && (under?.count ?? 0) <= underArea.height }

  /// What does not fit, in a sentence; nil where all of it does.
  package var excess: String? {
    if lines.count > block.height - 1 {
      return "the text takes \(lines.count) lines and there is room for \(block.height - 1)"
    }
    if let under, under.count > underArea.height {
      return "what stands under the view takes \(under.count) lines and there is room for \(underArea.height)"
    }
    return nil
  }

  /// Columns of text that can be read without losing the line.
  private static let measure = 96
  /// Columns of the title that tell which lesson it is.
  private static let leastTitle = 12

  /// - Returns: nil where no page is on the screen.
  package init?(_ state: State) {
    guard let walk = state.lesson, walk.isShown else { return nil }
    let page = walk.present
    let (width, height) = (state.size.width, state.size.height)
    let sentenceRows = height >= 24 ? 2 : 1
    messageRows = height >= 30 ? 2 : height >= 26 ? 1 : 0
    ruleRow = height - 2 - messageRows - sentenceRows
    let whole = Area(x: 0, y: 1, width: width, height: ruleRow - 1)
    let tall = height >= 30 ? 7 : 5
    let formula = state.formula.lines.count + 7
    if state.view == .step, state.explained.isEmpty, whole.height - tall < formula {
      // Over the timeline, so that formula and table stay where they are.
      let rows = StepLayout(state, whole).timelineArea.bottom - whole.y
      block = Area(x: 0, y: 1, width: width, height: rows)
      viewArea = whole
    } else {
      block = Area(x: 0, y: 1, width: width, height: tall)
      viewArea = Area(x: 0, y: 1 + tall, width: width, height: whole.height - tall)
    }
    underArea = Area(x: 2, y: ruleRow + 1, width: width - 3, height: sentenceRows)

    let measure = min(width - 4, Self.measure)
    heading = Prose.plain(page.heading)
    self.title = walk.title
    let count = "page \(walk.page + 1)/\(walk.lesson.pages.count)"
    let title = state.explained.isEmpty ? state.view.title : "Explain"
    let place =
      (title == ViewName.step.title ? [] : [title]) + Frame.parts(of: state.shownView.position(state))
    // Where all of it does not fit, the sample goes first, then the title is cut, then goes everything but the page
    // and the timestep.
    let parts = [count] + place
    let room = width - 4 - min(walk.title.columns, width / 2)
    position =
      [parts, parts.filter { !$0.hasPrefix("sample") }].map { $0.joined(separator: " · ") }
      .first { $0.columns <= room }
      ?? Frame.fitting(parts, to: width - 4 - min(walk.title.columns, Self.leastTitle))
      .joined(separator: " · ")
    var lines = page.paragraphs.flatMap { Self.wrapped(Prose.words(of: $0.text), to: measure) }
    if let question = page.question, case .choice(let choices, let right) = question {
      let isOver = !walk.isAsking
      lines += Self.choices(
        choices, right: isOver ? right : nil, chosen: walk.answer?.choice, width: measure)
    }
    self.lines = lines
    under = Self.under(state, walk, page, width: underArea.width)
  }

  // MARK: - What stands where

  private static func under(_ state: State, _ walk: LessonWalk, _ page: Lesson.Page, width: Int) -> [Line]? {
    if let question = page.question {
      if let answer = walk.answer {
        return answer.remark.wrapped(to: width).map { Line($0, answer.isRight ? .result : .edited) }
          + aside(page, width: width, after: answer.remark)
      }
      if walk.revealed.contains(walk.page) {
        let solution = state.solution(of: question)
        return [Line(solution, .result)] + aside(page, width: width, after: solution)
      }
      let hints = page.hints.prefix(walk.hints[walk.page] ?? 0)
      return [prompt(state, question)]
        + (hints.last.map { "hint: \($0)".wrapped(to: width).map { Line($0, .plain) } }
          ?? [
            Line(
              state.covers.isEmpty
                ? "" : "░ is covered everywhere; the sentence comes with the answer", .dim)
          ])
    }
    return page.aside.map { wrapped(Prose.words(of: $0.text), to: width) }
  }

  /// What the page says under the view, where the answer leaves a row for it.
  private static func aside(_ page: Lesson.Page, width: Int, after answer: String) -> [Line] {
    guard answer.columns <= width, let aside = page.aside else { return [] }
    let lines = wrapped(Prose.words(of: aside.text), to: width)
    return lines.count == 1 ? lines : []
  }

  private static func prompt(_ state: State, _ question: Question) -> Line {
    if case .lesson(.answering(let text)) = state.mode {
      return Line([.init(text: "Your answer: ", role: .bright), .init(text: text + "█", role: .input)])
    }
    if state.isPresenting { return Line("What do you think? Enter reveals.", .bright) }
    switch question {
    case .choice(let choices, _): return Line("Your answer: 1 … \(choices.count)", .bright)
    case .number: return Line("Your answer, a number: type it, then Enter", .bright)
    case .place: return Line("Your answer, a timestep: type it, then Enter", .bright)
    case .text: return Line("Your answer, a word: Enter, then type it", .bright)
    }
  }

  /// The choices on one row, or one a row where that is too narrow.
  private static func choices(_ choices: [String], right: Int?, chosen: Int?, width: Int) -> [Line] {
    let entries = choices.enumerated().map { index, text in
      let isRight = index == right
      let isWrong = index == chosen && right != nil && !isRight
      let role: Role = isRight ? .result : isWrong ? .edited : .bright
      return [
        Line.Part(text: isRight ? "▸" : isWrong ? "✗" : " ", role: role),
        Line.Part(text: "\(index + 1)", role: right == nil ? .key : role),
        Line.Part(text: "  \(text)", role: role),
      ]
    }
    let total = choices.reduce(-3) { $0 + $1.columns + 7 }
    guard total > width else {
      return [
        Line(entries.enumerated().flatMap { ($0 > 0 ? [.init(text: "   ", role: .plain)] : []) + $1 })
      ]
    }
    return entries.map { Line($0) }
  }

  /// Words set into lines; code and what is strong is bright.
  static func wrapped(_ words: [Prose.Word], to width: Int) -> [Line] {
    var lines: [Line] = []
    var parts: [Line.Part] = []
    var used = 0
    for word in words {
      let columns = word.text.columns
      if used > 0, used + 1 + columns > width {
        lines.append(Line(parts))
        parts = []
        used = 0
      }
      if used > 0 { parts.append(Line.Part(text: " ", role: .plain)) }
      parts.append(Line.Part(text: word.text, role: word.isCode || word.isStrong ? .bright : .plain))
      used += columns + (used > 0 ? 1 : 0)
    }
    if !parts.isEmpty { lines.append(Line(parts)) }
    return lines
  }

  // MARK: - Drawing

  func draw(_ state: State, into canvas: inout Canvas) {
    state.shownView.draw(state, viewArea, &canvas)
    Spotlight(state, viewArea, canvas).apply(in: viewArea, to: &canvas)
    for y in block.y..<block.bottom {
      for x in 0..<canvas.width { canvas[x, y] = Cell() }
    }
    drawHeader(into: &canvas)
    let top = block.y
    canvas.fill("─", x: 0, y: top, count: canvas.width, role: .rule)
    canvas.write(" \(heading.cut(to: canvas.width - 6)) ", x: 1, y: top, role: .title)
    draw(lines, in: Area(x: 2, y: top + 1, width: canvas.width - 3, height: block.height - 1), into: &canvas)
    Frame.drawRule(at: ruleRow, into: &canvas)
    drawUnder(state, into: &canvas)
    Frame.footer(state, at: canvas.height - 1, into: &canvas)
  }

  private func drawHeader(into canvas: inout Canvas) {
    let start = max(1, canvas.width - 1 - position.columns)
    canvas.write(title.cut(to: start - 3), x: 1, y: 0, role: .title)
    canvas.write(position, x: start, y: 0, role: .plain)
  }

  private func drawUnder(_ state: State, into canvas: inout Canvas) {
    let isOnRule = messageRows == 0 && (state.message?.text.columns ?? 0) <= canvas.width - 6
    if let message = state.message, isOnRule {
      Frame.draw(
        message, in: Area(x: 2, y: ruleRow, width: canvas.width - 4, height: 1), isCaption: true,
        into: &canvas)
    }
    if let message = state.message, messageRows == 0, !isOnRule {
      Frame.draw(message, in: underArea, into: &canvas)
    } else if let under {
      draw(under, in: underArea, into: &canvas)
    } else {
      Frame.drawSentence(Frame.sentence(of: state), in: underArea, into: &canvas)
    }
    if let message = state.message, messageRows > 0 {
      Frame.draw(
        message, in: Area(x: 2, y: underArea.bottom, width: canvas.width - 3, height: messageRows),
        into: &canvas)
    }
  }

  private func draw(_ lines: [Line], in area: Area, into canvas: inout Canvas) {
    for (row, line) in lines.prefix(area.height).enumerated() {
      var x = area.x
      for part in line.parts {
        x = canvas.write(part.text, x: x, y: area.y + row, role: part.role, limit: max(0, area.right - x))
      }
      if row == area.height - 1, lines.count > area.height {
        canvas.write(" …", x: min(x, area.right - 2), y: area.y + row, role: .warning)
      }
    }
  }
}

/// The pages of a lesson, to choose one.
enum LessonContents {
  static func draw(_ state: State, row: Int, into canvas: inout Canvas) {
    guard let walk = state.lesson else { return }
    let (width, height) = (state.size.width, state.size.height)
    canvas.write(walk.title.cut(to: width - 24), x: 1, y: 0, role: .title)
    canvas.write("\(walk.right) of \(walk.questions) right", endingAt: width - 2, y: 0, role: .plain)
    canvas.fill("─", x: 0, y: 1, count: width, role: .rule)
    let window = Window(total: walk.lesson.pages.count, fitting: max(1, height - 4), cursor: row)
    for (place, index) in window.range.enumerated() {
      let page = walk.lesson.pages[index]
      let y = 2 + place
      if index == row { canvas[0, y] = Cell("▸", role: .cursor) }
      canvas.write("\(index + 1)", endingAt: 4, y: y, role: index == walk.page ? .accent : .dim)
      canvas.write(
        Prose.plain(page.heading).cut(to: width - 22), x: 6, y: y,
        role: index == row ? .bright : index == walk.page ? .accent : .plain)
      let verdict = walk.answers[index].map { $0.isRight ? "right" : "not right" }
      if page.question != nil {
        canvas.write(
          verdict ?? "a question", endingAt: width - 2, y: y, role: verdict == nil ? .dim : .result)
      }
    }
    Frame.footer(state, at: height - 1, into: &canvas)
  }
}
