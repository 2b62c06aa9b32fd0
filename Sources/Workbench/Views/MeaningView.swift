import Canvas

extension View {
  /// What a unit does over many sentences: what it tells apart, where it is highest and lowest.
  static let meaning = View(
    position: { state in
      let count = state.surveyed ?? state.survey?.sentences.count ?? 0
      return "\(state.unitTitle) of \(state.subject.layerName) · \(count) sentences"
    },
    draw: { state, area, canvas in MeaningView(state, area)?.draw(into: &canvas) },
    sentence: MeaningView.sentence)
}

struct MeaningView: Equatable {
  struct Fact: Equatable {
    let name: String
    let area: Float
    let with: String
    let without: String
    let count: Int
  }

  struct Example: Equatable {
    let value: String
    let text: String
    let isCursor: Bool
  }

  struct Step: Equatable {
    let word: String
    let value: String
    let fraction: Float
  }

  let area: Area
  let caption: String
  let facts: [Fact]
  let counters: String
  let highest: [Example]
  let lowest: [Example]
  let steps: [Step]
  let sentence: String

  init?(_ state: State, _ area: Area) {
    guard let survey = state.survey, survey.layer == state.subject.layerName, state.unit < survey.units,
      !survey.sentences.isEmpty
    else { return nil }
    self.area = area
    let unit = state.unit
    let isDecoder = state.translation?.isDecoder(state.subject.call) ?? false
    caption =
      isDecoder
      ? "c, the mean over a sentence: which facts it tells" : "c after the last word: which facts it tells"
    let decimals = state.decimals == .exact ? Decimals.six : state.decimals
    func signed(_ value: Float) -> String { Number.signed(value, decimals) }
    facts = survey.evidence(for: unit, isDecoder: isDecoder).map {
      Fact(
        name: $0.fact, area: $0.area, with: signed($0.meanWith), without: signed($0.meanWithout),
        count: $0.count)
    }
    let read = survey.correlationWithPosition(of: unit, fromEnd: false)
    let left = survey.correlationWithPosition(of: unit, fromEnd: true)
    counters =
      "with the words so far r = \(Number.signed(read, .two)), with those to come \(Number.signed(left, .two))"
    let ranked = survey.ranked(by: unit, isDecoder: isDecoder)
    func example(_ entry: (sentence: Int, value: Float)) -> Example {
      Example(
        value: signed(entry.value), text: survey.sentences[entry.sentence].text,
        isCursor: entry.sentence == state.sentenceRow)
    }
    let examples = area.width >= 110 ? (area.height - area.height / 3) / 2 - 2 : area.height < 24 ? 2 : 4
    highest = ranked.prefix(examples).map(example)
    lowest = ranked.suffix(examples).reversed().map(example)
    let row = min(state.sentenceRow, survey.sentences.count - 1)
    sentence = survey.sentences[row].text
    let carries = survey.carries(of: unit, in: row)
    let scale = max(
      1,
      survey.carries.reduce(0) {
        max(
          $0,
          stride(from: unit, to: $1.count, by: survey.units).reduce(0) { [all = $1] in max($0, abs(all[$1])) }
        )
      })
    steps = zip(survey.sentences[row].words, carries).map {
      Step(word: $0, value: signed($1), fraction: $1 / scale)
    }
  }

  func draw(into canvas: inout Canvas) {
    let isWide = area.width >= 110
    let left = isWide ? area.width / 2 : area.width
    let stepRows = min(steps.count, max(3, area.height / 3))
    let upper = area.height - stepRows - 1
    let factRows = isWide ? upper - 3 : max(2, upper - 3 - highest.count - lowest.count - 2)
    Frame.caption(caption, x: area.x, y: area.y, width: left, into: &canvas)
    drawFacts(Area(x: area.x, y: area.y + 1, width: left, height: factRows + 2), into: &canvas)
    let examples =
      isWide
      ? Area(x: left + 1, y: area.y, width: area.width - left - 1, height: upper)
      : Area(x: area.x, y: area.y + 3 + factRows, width: area.width, height: upper - 3 - factRows)
    drawExamples(examples, into: &canvas)
    drawSteps(
      Area(x: area.x, y: area.bottom - stepRows - 1, width: area.width, height: stepRows + 1), into: &canvas)
  }

  private func drawFacts(_ area: Area, into canvas: inout Canvas) {
    let ends = (area: 28, with: 39, without: 50, count: 57)
    for (text, end) in [
      ("AUC", ends.area), ("with", ends.with), ("without", ends.without), ("n", ends.count),
    ] {
      canvas.write(text, endingAt: area.x + end, y: area.y, role: .dim)
    }
    canvas.write("fact", x: area.x + 2, y: area.y, role: .dim)
    for (row, fact) in facts.prefix(max(0, area.height - 2)).enumerated() {
      let y = area.y + 1 + row
      let isTelling = abs(fact.area - 0.5) >= 0.4
      canvas.write(fact.name.cut(to: 20), x: area.x + 2, y: y, role: isTelling ? .bright : .plain)
      canvas.write(
        Number.gate(fact.area, .two), endingAt: area.x + ends.area, y: y, role: isTelling ? .result : .plain)
      canvas.write(fact.with, endingAt: area.x + ends.with, y: y, role: .plain)
      canvas.write(fact.without, endingAt: area.x + ends.without, y: y, role: .plain)
      canvas.write("\(fact.count)", endingAt: area.x + ends.count, y: y, role: .dim)
      if area.width > 80 {
        canvas.signedBar(2 * fact.area - 1, x: area.x + 61, y: y, width: min(21, area.width - 64) | 1)
      }
    }
    canvas.write(counters.cut(to: area.width - 3), x: area.x + 2, y: area.bottom - 1, role: .dim)
  }

  private func drawExamples(_ area: Area, into canvas: inout Canvas) {
    var y = area.y
    for (title, examples) in [("highest", highest), ("lowest", lowest)] where y < area.bottom {
      Frame.caption(title, x: area.x, y: y, width: area.width, into: &canvas)
      y += 1
      for example in examples where y < area.bottom {
        if example.isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
        canvas.write(example.value, endingAt: area.x + 11, y: y, role: .plain)
        canvas.write(example.text.cut(to: area.width - 15), x: area.x + 13, y: y, role: .plain)
        y += 1
      }
    }
  }

  private func drawSteps(_ area: Area, into canvas: inout Canvas) {
    Frame.caption("along one sentence: \(sentence)", x: area.x, y: area.y, width: area.width, into: &canvas)
    let width = max(3, (area.width - 32) / 2 * 2 - 1)
    for (row, step) in steps.prefix(area.height - 1).enumerated() {
      let y = area.y + 1 + row
      canvas.write(step.word.cut(to: 14), x: area.x + 2, y: y, role: .plain)
      canvas.write(step.value, endingAt: area.x + 27, y: y, role: .plain)
      canvas.signedBar(step.fraction, x: area.x + 30, y: y, width: width)
    }
  }

  static func sentence(_ state: State) -> String {
    guard let survey = state.survey, survey.layer == state.subject.layerName, state.unit < survey.units else {
      return "The sentences are run: \(state.surveyed ?? 0) so far. Another view stops it."
    }
    let isDecoder = state.translation?.isDecoder(state.subject.call) ?? false
    guard let best = survey.evidence(for: state.unit, isDecoder: isDecoder).first else {
      return "Nothing is known about these sentences that could be told apart."
    }
    let percent = Number.percent(max(best.area, 1 - best.area))
    return
      "A sentence with '\(best.fact)' has a \(best.area >= 0.5 ? "higher" : "lower") c than one without it in \(percent) of all pairs. "
      + ":name TEXT calls the unit something."
  }
}
