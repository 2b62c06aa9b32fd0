import ArgumentParser
import Canvas
import Commands
import LSTM
import Lessons
import Network
import Workbench

/// A lesson run from page to page without a screen: what it claims is compared with what its model does.
struct LessonCheck {
  struct Finding {
    let line: Int
    let sentence: String
  }

  let file: LessonFile
  private(set) var failures: [Finding] = []
  private(set) var warnings: [Finding] = []
  private(set) var claims = 0

  /// - Throws: `Failure` where the model or its input cannot be opened.
  init(_ file: LessonFile) throws {
    self.file = file
    let loop = try LessonWalker.start(file)
    for page in file.lesson.pages.indices {
      if page > 0 { loop.perform(.lesson(.turn(1))) }
      check(file.lesson.pages[page], in: loop.state)
    }
  }

  var report: String {
    var text = ""
    for finding in failures { text += "\(file.path):\(finding.line): \(finding.sentence)\n" }
    for finding in warnings { text += "\(file.path):\(finding.line): warning: \(finding.sentence)\n" }
    let pages = "\(file.lesson.pages.count) page\(file.lesson.pages.count == 1 ? "" : "s")"
    let count = "\(claims) claim\(claims == 1 ? "" : "s")"
    text +=
      failures.isEmpty
      ? "\(file.name): \(pages), \(count), all true\n"
      : "\(file.name): \(pages), \(count), \(failures.count) found wrong\n"
    return text
  }

  private mutating func check(_ page: Lesson.Page, in state: State) {
    // A command that the state refused says so.
    let refusals = state.lesson?.refusals ?? []
    failures += refusals.map { Finding(line: $0.line, sentence: $0.sentence) }
    if refusals.isEmpty, let message = state.message, message.kind == .error {
      failures.append(Finding(line: page.line, sentence: message.text))
    }
    checkClaims(of: page, in: state)
    checkNumbers(of: page)
    checkSize(of: page, in: state)
    if let question = page.question { checkQuestion(question, of: page, in: state) }
    for line in page.commands {
      if case .hide(let covers) = line.command { checkCovers(covers, line: line.number, in: state) }
    }
  }

  private mutating func checkClaims(of page: Lesson.Page, in state: State) {
    for (claim, line) in page.claims {
      claims += 1
      if claim.isEmpty {
        failures.append(
          Finding(line: line, sentence: "it claims nothing: a number is only compared with itself"))
      }
      switch state.verdict(on: claim) {
      case .success(let verdict) where verdict.isTrue: break
      case .success(let verdict): failures.append(Finding(line: line, sentence: "not true: \(verdict.found)"))
      case .failure(let problem): failures.append(Finding(line: line, sentence: problem.sentence))
      }
    }
  }

  /// Every number that a page states must be claimed on it, as it is written or in percent of one.
  private mutating func checkNumbers(of page: Lesson.Page) {
    var claimed: [Double] = []
    for (claim, _) in page.claims {
      if case .about(let left, _, let right, _, _) = claim { claimed += left.numbers + right.numbers }
    }
    // What is asked for and what is offered needs no claim: the question is judged by the model itself.
    if case .number(let expression, _)? = page.question { claimed += expression.numbers }
    for paragraph in page.prose {
      for number in Prose.numbers(in: paragraph.text) {
        guard let value = Double(number) else { continue }
        let isClaimed = claimed.contains { claim in
          abs(abs(claim) - value) <= 1e-9 * max(1, value)
            || abs(abs(claim) * 100 - value) <= 1e-9 * max(1, value)
        }
        if !isClaimed {
          failures.append(
            Finding(
              line: paragraph.line,
              sentence: "the number \(number) is in the text, and no expect of the page claims it"))
        }
      }
    }
  }

  private mutating func checkSize(of page: Lesson.Page, in state: State) {
    var state = state
    _ = update(&state, with: .resized(Size(width: file.lesson.width, height: file.lesson.height)))
    if let excess = LessonPage(state)?.excess {
      failures.append(
        Finding(
          line: page.line,
          sentence: "it does not fit at \(file.lesson.width)x\(file.lesson.height): \(excess)"))
    }
    // Answers and hints stand where the sentence was.
    guard let question = page.question else { return }
    for step in 1...max(1, page.hints.count) {
      var asked = state
      for _ in 0..<step { _ = update(&asked, with: .lesson(.hint)) }
      if let excess = LessonPage(asked)?.excess {
        failures.append(Finding(line: page.line, sentence: "with hint \(step) it does not fit: \(excess)"))
      }
    }
    var answers: [String] = ["1"]
    if case .choice(let choices, _) = question { answers = choices.indices.map { "\($0 + 1)" } }
    for answer in answers {
      var answered = state
      _ = update(&answered, with: .lesson(.answered(answer)))
      if let excess = LessonPage(answered)?.excess {
        failures.append(
          Finding(line: page.line, sentence: "answered with \(answer) it does not fit: \(excess)"))
      }
    }
  }

  private mutating func checkQuestion(_ question: Question, of page: Lesson.Page, in state: State) {
    let line = page.commands.first { if case .ask = $0.command { true } else { false } }?.number ?? page.line
    if page.paragraphs.isEmpty, !page.heading.contains("?") {
      failures.append(Finding(line: line, sentence: "it asks, and no text of the page says what"))
    }
    switch question {
    case .number(let expression, _):
      do throws(Problem) {
        _ = try state.value(of: expression)
      } catch {
        failures.append(Finding(line: line, sentence: error.sentence))
      }
    case .place(let timestep, _):
      if state.trace.timestepIndex.firstIndex(of: timestep) == nil {
        failures.append(
          Finding(
            line: line, sentence: "there is no timestep \(timestep); the last is \(state.trace.timesteps - 1)"
          ))
      }
    case .choice, .text: break
    }
  }

  // MARK: - What can be read off

  private mutating func checkCovers(_ covers: [Cover], line: Int, in state: State) {
    for case .numbers(let address) in covers {
      guard let value = try? state.value(at: address) else {
        failures.append(Finding(line: line, sentence: "there is no \(address.text) to hide"))
        continue
      }
      if let sentence = Self.leak(of: address, in: state) {
        warnings.append(Finding(line: line, sentence: sentence))
      }
      // A whole quantity is many numbers; its own are covered, and others may be like one of them.
      let isOne = address.timestep != nil || address.quantity == "h0" || address.quantity == "c0"
      guard isOne, !address.indices.isEmpty, abs(value) != 1, value != 0, !value.isNaN else { continue }
      if let place = Self.place(of: value, in: state) {
        warnings.append(
          Finding(line: line, sentence: "\(address.text) is covered, and \(place) shows the same number"))
      }
    }
  }

  /// A line of the equations: what it computes, and of what, by quantity and by how many steps they lie back.
  private struct Line {
    let text: String
    let result: String
    let operands: [(quantity: String, stepsBack: Int)]
  }

  /// Those of the equations that hold in a layer with additions too.
  private static func lines(of layer: Parameters) -> [Line] {
    let additions = layer.additions
    return lines.compactMap { line in
      switch line.result {
      case "h" where additions.projection != nil:
        Line(text: "h_raw = o * tanh(c)", result: "h_raw", operands: line.operands)
      case "f" where additions.couplesGates: nil
      case "z0", "z1", "z2", "z3": additions.peephole == nil && additions.clip == nil ? line : nil
      default: line
      }
    }
  }

  private static let lines: [Line] = [
    Line(text: "h = o * tanh(c)", result: "h", operands: [("o", 0), ("c", 0)]),
    Line(text: "z = zx + zh + bias", result: "z0", operands: [("zx0", 0), ("zh0", 0)]),
    Line(text: "z = zx + zh + bias", result: "z1", operands: [("zx1", 0), ("zh1", 0)]),
    Line(text: "z = zx + zh + bias", result: "z2", operands: [("zx2", 0), ("zh2", 0)]),
    Line(text: "z = zx + zh + bias", result: "z3", operands: [("zx3", 0), ("zh3", 0)]),
    Line(text: "i = sigmoid(z0)", result: "i", operands: [("z0", 0)]),
    Line(text: "f = sigmoid(z1)", result: "f", operands: [("z1", 0)]),
    Line(text: "g = tanh(z2)", result: "g", operands: [("z2", 0)]),
    Line(text: "o = sigmoid(z3)", result: "o", operands: [("z3", 0)]),
    Line(
      text: "c = f * c_tm1 + i * g", result: "c", operands: [("f", 0), ("c", 1), ("i", 0), ("g", 0)]),
  ]

  /// What gives a covered number away in one operation, the way back: a line whose other numbers all stand there.
  ///
  /// The way forward is what the class is asked for: c from the gates is no leak, a gate from c is one.
  private static func leak(of address: Address, in state: State) -> String? {
    let units = address.indices.first.map { [$0] } ?? Array(0..<state.parameters.units)
    let isInitial = address.quantity == "h0" || address.quantity == "c0"
    let last = state.trace.timestepIndex
    let timesteps = isInitial ? last.prefix(1).map { $0 } : address.timestep.map { [$0] } ?? last
    for timestep in timesteps {
      guard let step = last.firstIndex(of: timestep) else { continue }
      for unit in units {
        for line in lines(of: state.parameters) {
          for (place, operand) in line.operands.enumerated()
          where names(address.quantity, operand.quantity, unit, state, at: step, isInitial: isInitial) {
            // The line belongs to the step that reads the number.
            let own = isInitial ? step : step + operand.stepsBack
            if isInitial, operand.stepsBack == 0 { continue }
            let others =
              [(line.result, 0)]
              + line.operands.enumerated().filter { $0.offset != place }.map {
                ($0.element.quantity, $0.element.stepsBack)
              }
            let unit = unit % max(1, state.parameters.units)
            guard own < state.trace.timesteps, !state.trace.isMasked(step: own, sample: address.sample ?? 0),
              others.allSatisfy({ isShown($0.0, unit, step: own - $0.1, address, in: state) })
            else { continue }
            let at = last[own] == timestep ? "" : " at timestep \(last[own])"
            return "\(address.text) can be read off: every other number of `\(line.text)`\(at) is shown"
          }
        }
      }
    }
    return nil
  }

  /// Whether an address' quantity is an operand: `z[5]` of three units is z1 of unit 2, h0 and c0 lie one step back.
  private static func names(
    _ quantity: String, _ operand: String, _ unit: Int, _ state: State, at step: Int, isInitial: Bool
  ) -> Bool {
    if isInitial { return quantity == "\(operand)0" && step == 0 }
    if ["z", "zx", "zh"].contains(quantity) {
      return operand == "\(quantity)\(unit / max(1, state.parameters.units))"
    }
    return quantity == operand || (quantity == "y" && operand == "h")
  }

  private static func isShown(
    _ quantity: String, _ unit: Int, step: Int, _ address: Address, in state: State
  ) -> Bool {
    var other = Address(
      layer: address.layer, quantity: quantity, indices: [unit], timestep: nil, sample: address.sample)
    if step < 0 {
      other.quantity = "\(quantity)0"
    } else {
      other.timestep = state.trace.timestepIndex[step]
    }
    // The parts of z by the gate are columns of it.
    if let part = Int(quantity.suffix(1)), quantity.hasPrefix("z"), quantity.count > 2 {
      other.quantity = String(quantity.dropLast())
      other.indices = [part * state.parameters.units + unit]
    }
    // What is no number can't be undone.
    return state.showsNumber(at: other) && ((try? state.value(at: other))?.isFinite ?? false)
  }

  /// A view in which a number stands with four decimals.
  private static func place(of value: Float, in state: State) -> String? {
    let text = State.fourDecimals(of: value)
    for view in ViewName.allCases {
      var looked = state
      _ = update(&looked, with: .lesson(.explore))
      _ = update(&looked, with: .resized(Size(width: 120, height: 40)))
      _ = update(&looked, with: .view(view))
      let canvas = draw(looked)
      for row in 0..<canvas.height where canvas.text(row: row).contains(text) {
        return "row \(row + 1) of the view \(view.title)"
      }
    }
    return nil
  }
}

extension Claim {
  /// Whether it would hold of any model, and of no mathematics either.
  fileprivate var isEmpty: Bool {
    if case .about(.number, _, .number, _, _) = self { return true }
    return false
  }
}

extension Expression {
  /// The numbers that are written in it.
  fileprivate var numbers: [Double] {
    switch self {
    case .number(let number): [number]
    case .address, .fact: []
    case .apply(_, let inner): inner.numbers
    case .combine(_, let left, let right): left.numbers + right.numbers
    }
  }
}

/// Starts a lesson where nobody watches.
enum LessonWalker {
  static func start(_ file: LessonFile) throws -> ScreenLoop {
    let (opened, setup) = try file.open()
    let loop = try ScreenLoop(
      ScreenLoop.state(
        of: opened, setup, run: Run(opened.network.calls[opened.call].trace), theme: "dark"), opened, setup,
      theme: nil, appearance: AppearanceOptions.parse([]), hasScreen: false)
    loop.begin(file)
    return loop
  }
}
