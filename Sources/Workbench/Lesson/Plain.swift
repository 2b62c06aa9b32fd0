import Canvas
package import Commands
import LSTM
import Lessons

/// The state in lines, for who hears it, and for pipes. Like a view it takes its numbers from the shown state.
extension State {
  package var plainTitle: String {
    "\(subject.fileName), layer \(subject.layerName), LSTM(\(parameters.units)), input \(subject.inputName)"
  }

  /// Where one is, and what the line says there.
  package var plainPlace: [String] {
    let state = shown
    guard state.trace.timesteps > 0 else { return ["the sequence has no timesteps"] }
    let last = state.trace.timesteps - 1
    let sample = state.trace.batch > 1 ? "sample \(state.sample) of 0 to \(state.trace.batch - 1), " : ""
    var lines = [
      "\(sample)timestep \(state.timestep) of 0 to \(last), \(state.unitTitle) of 0 to \(state.parameters.units - 1)",
      "line \(state.line + 1) of \(state.formula.lines.count): \(state.formula.texts[state.line])",
    ]
    if state.view == .step, state.explained.isEmpty {
      let moment = Moment(state)
      let values = Moment.Slot.allCases.map { moment.value($0, unit: state.unit) }
      lines.append(
        values.map { value in
          guard let number = value.number else { return "\(value.name) not yet" }
          let text =
            value.isGate ? Number.gate(number, state.decimals) : Number.signed(number, state.decimals)
          return "\(value.name) \(number.isCovered ? "covered" : text)"
        }.joined(separator: ", "))
      lines += state.plainExpected
      lines.append(Frame.sentence(of: state))
    } else {
      lines.append("view \(state.explained.isEmpty ? state.view.title : "Explain")")
      lines += state.view == .sequence && state.explained.isEmpty ? plainSequence(state) : plainView(state)
      lines.append(Frame.sentence(of: state))
    }
    return lines.map(Self.spoken)
  }

  /// What is recorded of this timestep beside what the run gives.
  private var plainExpected: [String] {
    var lines: [String] = []
    for quantity in expectation?.quantities ?? [] {
      guard let recorded = expectation?.expected(quantity, unit: unit, step: step, sample: sample, in: trace),
        let agrees = expectation?.agrees(quantity, unit: unit, step: step, sample: sample, in: trace)
      else { continue }
      let ours = trace.value(quantity, unit: unit, step: step, sample: sample)
      lines.append(
        agrees
          ? "\(quantity.words) is as recorded"
          : "\(quantity.words) differs: recorded \(quantity.text(recorded, decimals)), this model gives "
            + quantity.text(ours, decimals))
    }
    if expectation == nil, hasStandings {
      let name = expectations.outputs?.name ?? ""
      lines.append(
        "the model's output at this timestep \(standing(at: step) == .agrees ? "is as" : "is not what") \(name) has"
      )
    }
    return lines
  }

  /// The row of the selected unit in the map of Sequence, which is all colours: its numbers round the cursor.
  private func plainSequence(_ state: State) -> [String] {
    let quantity = state.quantity
    let unit = min(state.unit, state.trace.width(of: quantity) - 1)
    let window = Window(total: state.trace.timesteps, fitting: 30, cursor: state.step)
    let numbers = window.range.map { step in
      let value = state.trace.value(quantity, unit: unit, step: step, sample: state.sample)
      let text = value.isCovered ? "covered" : quantity.text(value, state.decimals)
      return "t \(state.trace.timestepIndex[step]) \(text)"
    }
    return ["\(quantity.words) of unit \(unit): \(numbers.joined(separator: ", "))"]
      + (window.caption.map { ["timesteps \($0)"] } ?? [])
  }

  /// The view's own rows, without what only draws.
  private func plainView(_ state: State) -> [String] {
    var canvas = Canvas(width: 120, height: 40)
    var state = state
    state.drawsCurves = false
    state.shownView.draw(state, Area(x: 0, y: 0, width: 120, height: 40), &canvas)
    return (0..<canvas.height).map { row in
      canvas.text(row: row).unicodeScalars.reduce(into: "") { line, scalar in
        let isDrawn =
          (0x2500...0x259F).contains(scalar.value) && scalar != "░"
          || (0x2800...0x28FF).contains(scalar.value)
          || "▸·●".unicodeScalars.contains(scalar)
        line.unicodeScalars.append(isDrawn ? " " : scalar)
      }.split(separator: " ").joined(separator: " ")
    }.filter { !$0.isEmpty }
  }

  /// Every quantity of the timestep, all units.
  package var plainQuantities: [String] {
    let state = shown
    guard state.trace.timesteps > 0 else { return [] }
    return [Quantity.x, .z, .i, .f, .g, .c, .o, .h].map { quantity in
      let values = (0..<state.trace.width(of: quantity)).map { unit in
        let value = state.trace.value(quantity, unit: unit, step: state.step, sample: state.sample)
        return value.isCovered ? "covered" : quantity.text(value, .six)
      }
      return "\(quantity.words): \(values.joined(separator: " "))"
    }
  }

  /// The page, what is asked on it, and where it looks.
  package var plainPage: [String] {
    guard let walk = lesson else { return plainPlace }
    let page = walk.present
    var lines = [
      "\(walk.title), page \(walk.page + 1) of \(walk.lesson.pages.count)", Prose.plain(page.heading),
    ]
    lines += page.paragraphs.map { Prose.plain($0.text) }
    if let aside = page.aside, !walk.isAsking { lines.append(Prose.plain(aside.text)) }
    let told = page.paragraphs + (walk.isAsking ? [] : page.aside.map { [$0] } ?? [])
    lines += PlainKeys(in: told.map(\.text), view: view).lines
    lines += plainPlace
    return lines + plainQuestion
  }

  /// Why a number is no answer any more, and what it would do; nil where it may be meant otherwise.
  package func plainRefusal(ofNumber text: String) -> String? {
    guard let walk = lesson, walk.isShown, walk.present.question != nil, !walk.isAsking, Double(text) != nil
    else { return nil }
    let said = walk.answer.map { "was answered: \($0.remark)" } ?? "was revealed"
    return "the question of this page \(said). "
      + (Int(text).map { $0 >= 0 ? "goto \($0) goes to that timestep, " : "" } ?? "") + "n to the next page"
  }

  private var plainQuestion: [String] {
    guard let walk = lesson, let question = walk.present.question else { return [] }
    var lines: [String] = []
    if case .choice(let choices, _) = question {
      lines += choices.enumerated().map { "\($0 + 1): \($1)" }
    }
    if let answer = walk.answer {
      lines.append(answer.remark)
    } else if walk.isAsking {
      lines.append("Your answer?")
      let hints = Array(walk.present.hints.prefix(walk.hints[walk.page] ?? 0).suffix(1))
      lines += hints.map { "hint: \($0)" } + PlainKeys(in: hints, view: view).lines
    } else {
      lines.append(solution(of: question))
    }
    return lines.map(Self.spoken)
  }

  /// What a command changed, in lines.
  package func plainAnswer(since before: State) -> [String] {
    var lines: [String] = []
    if lesson?.page != before.lesson?.page || (lesson == nil) != (before.lesson == nil) {
      lines = plainPage
    } else if lesson?.answers != before.lesson?.answers || lesson?.hints != before.lesson?.hints
      || lesson?.revealed != before.lesson?.revealed
    {
      lines = plainQuestion
      if let aside = lesson?.present.aside, lesson?.isAsking == false {
        lines.append(Prose.plain(aside.text))
        lines += PlainKeys(in: [aside.text], view: view).lines
      }
    } else if plainPlace != before.plainPlace || message == nil {
      lines = plainPlace
    }
    if let message { lines.insert(Self.spoken(message.text), at: 0) }
    return lines
  }

  /// Marks as words.
  private static func spoken(_ line: String) -> String {
    var result = ""
    var isCovered = false
    for character in line {
      if character == "░" {
        if !isCovered { result += "covered" }
        isCovered = true
      } else {
        isCovered = false
        result.append(character)
      }
    }
    return result
  }

  /// Whether a number stands uncovered in the state that is shown.
  package func showsNumber(at address: Address) -> Bool {
    (try? shown.value(at: address)).map { !$0.isCovered } ?? false
  }

  /// A number as views with four decimals write it.
  package static func fourDecimals(of value: Float) -> String { Number.signed(value, .four) }
}
