import Canvas
import LSTM

/// The lines of `step`, the one just executed marked, the live numbers of the unit beside each.
struct FormulaPane: Equatable {
  struct Line: Equatable {
    let text: String
    let role: Role
    let isActive: Bool
    /// The function with its argument put in, where there is room for it.
    let substituted: String?
    /// One value, or the four parts of z.
    let values: [Shown]
  }

  struct Term: Equatable {
    let label: String
    let value: Shown
    /// The label where there is no room for the whole one.
    var short: String { shortened ?? String(label.suffix(1)) }
    var shortened: String?
  }

  /// A bar under the formula: a number of the unit on an axis that all of them share.
  struct Bar: Equatable {
    let label: String
    let value: Shown
    let fraction: Float?
  }

  let area: Area
  let lines: [Line]
  /// Whether the timestep is masked, so that the lines were computed and thrown away.
  let isHeld: Bool
  let window: Window
  let terms: [Term]
  /// What is recorded for the active line's number, beside the run's: `expected -0.0418  ≠`.
  let expected: Shown?
  let termMark: Cell
  let bars: [Bar]
  /// What the bars' axis is; nil where it is linear.
  let axis: String?
  /// What a decoder could say at this timestep, in place of the bars.
  let next: NextWords?

  init(_ state: State, _ area: Area) {
    self.area = area
    let moment = Moment(state)
    let formula = state.formula
    let before = state.original.map { Moment(state, run: $0) }
    let room = max(0, area.height - 1)
    let spare = room - formula.lines.count - 1
    isHeld = state.trace.isMasked(step: state.step, sample: state.sample)
    window = Window(
      total: formula.lines.count, fitting: max(1, min(formula.lines.count, room - 1)), cursor: state.line)
    lines = zip(formula.lines, formula.texts).enumerated().map { index, line in
      Self.line(
        line.0, text: line.1, isActive: index == state.line, state, moment, before, width: area.width)
    }
    terms = Self.terms(state, moment)
    expected = Self.expected(state, moment)
    termMark = moment.line.makesZ ? Cell("▸", role: .result) : Cell("·", role: .operand)
    axis = state.run.scale(of: .c).words
    next = spare >= 5 && Self.says(state) ? Self.next(state, count: min(spare - 3, 7)) : nil
    bars = spare >= 5 && next == nil ? Array(Self.bars(state, moment).prefix(spare - 2)) : []
  }

  func draw(into canvas: inout Canvas) {
    if isHeld {
      canvas.write("masked: h and c are held", x: area.x + 2, y: area.y + 1, role: .accent)
      return
    }
    let right = area.right - 2
    for (row, index) in window.range.enumerated() {
      let line = lines[index]
      let y = area.y + 1 + row
      if line.isActive { canvas[area.x, y] = Cell("▶", role: .accent) }
      canvas.write(line.text, x: area.x + 2, y: y, role: line.role, limit: area.width - 3)
      if let substituted = line.substituted {
        canvas.write(substituted, x: area.x + 28, y: y, role: line.isActive ? .plain : .dim)
      }
      for (place, value) in line.values.reversed().enumerated() {
        canvas.write(value, endingAt: right - place * 7, y: y)
      }
    }
    var x = area.x + 2
    let y = area.y + 1 + window.count
    // The mark says of the row what it says before a number: what was read, or for z what was computed.
    canvas[area.x, y] = termMark
    let gap = terms.count > 2 ? 1 : 2
    let width = terms.reduce(-gap) { $0 + $1.label.columns + 1 + $1.value.text.columns + gap }
    // What is expected stands at the end of the row; operands that do not fit before it give way.
    let end = area.right - 1 - (expected.map { $0.text.columns + 1 } ?? 0)
    for term in terms {
      let label = width > area.width - 3 ? term.short : term.label
      guard expected == nil || x + label.columns + 1 + term.value.text.columns <= end else { break }
      x = canvas.write(label, x: x, y: y, role: .dim) + 1
      x = canvas.write(term.value.text, x: x, y: y, role: term.value.role) + gap
    }
    if let expected { canvas.write(expected.text, x: end + 1, y: y, role: expected.role) }
    drawBars(from: y + 2, into: &canvas)
    next?.draw(
      caption: "next word", in: Area(x: area.x, y: y + 2, width: area.width, height: area.bottom - y - 2),
      into: &canvas)
  }

  private static func says(_ state: State) -> Bool {
    state.translation?.isDecoder(state.subject.call) ?? false
  }

  /// Nothing is said before h is there.
  private static func next(_ state: State, count: Int) -> NextWords? {
    guard let translation = state.translation else { return nil }
    guard state.formula.lines[state.line] >= .memory else { return NextWords(candidates: []) }
    let candidates = translation.candidates(sample: state.sample, step: state.step, count: count)
    return NextWords(candidates: candidates.enumerated().map { ($1.word, $1.probability, $0 == 0) })
  }

  private func drawBars(from top: Int, into canvas: inout Canvas) {
    guard !bars.isEmpty else { return }
    let start = area.x + 26
    let width = max(3, (area.right - 2 - start) / 2 * 2 - 1)
    if let axis {
      canvas.write(axis, x: start, y: top - 1, role: .dim, limit: max(0, area.right - 1 - start))
    }
    for (row, bar) in bars.enumerated() {
      let y = top + row
      canvas.write(bar.label, x: area.x + 2, y: y, role: bar.fraction == nil ? .missing : .dim)
      canvas.write(bar.value, endingAt: area.x + 24, y: y)
      if let fraction = bar.fraction {
        canvas.signedBar(fraction, x: start, y: y, width: width)
      } else {
        canvas[start + width / 2, y] = Cell("│", role: .rule)
      }
    }
  }

  // MARK: What the lines show

  private static func line(
    _ line: FormulaLine, text: String, isActive: Bool, _ state: State, _ moment: Moment, _ before: Moment?,
    width: Int
  ) -> Line {
    let isDone = moment.isDone(line)
    let role: Role = isActive ? .accent : isDone ? .plain : .dim
    let mark: Shown.Mark = isActive ? .result : moment.operandLines.contains(line) ? .operand : .none
    let isWide = width >= 56
    var values: [Shown] = []
    if let (quantity, isGate) = line.quantity {
      func shown(_ moment: Moment) -> Float? {
        line == .memory ? moment.unprojected(unit: state.unit) : moment.known(quantity, unit: state.unit)
      }
      let number = isDone ? shown(moment) : nil
      let old = before.flatMap(shown)
      let isEdited = number != nil && old != nil && old?.bitPattern != number?.bitPattern
      // Done and without a number: a unit that the projection left without an h.
      values = [
        isDone && number == nil
          ? .absent
          : Shown(number, mark: isDone ? mark : .none, isEdited: isEdited) {
            isGate
              ? Number.gate($0, state.decimals) : Number.signed($0, state.decimals)
          }
      ]
    } else if line.makesZ, isWide {
      if line == .split {
        values = state.names.parts.map { Shown($0, role: isDone ? .plain : .dim) }
      } else {
        let then = Moment(state, at: line)
        values = (0..<4).map { part in
          let number = isDone ? then.part(part, state.unit).number : nil
          return Shown(number, otherwise: isActive ? .result : .plain) {
            Number.signed($0, .two, width: 6)
          }
        }
      }
    }
    // The number is never cut: where both don't fit, the formula's text is.
    let room = line.quantity == nil ? width - 3 : width - 5 - state.decimals.signedWidth
    return Line(
      text: text.cut(to: room), role: role, isActive: isActive,
      substituted: isWide && isDone ? substitution(line, state, moment) : nil, values: values)
  }

  private static func substitution(_ line: FormulaLine, _ state: State, _ moment: Moment) -> String? {
    let gate = state.parameters.recurrentActivation.name
    func part(_ part: Quantity) -> String { Number.signed(moment.number(part, unit: state.unit), .four) }
    switch line {
    case .inputGate: return "\(gate)(\(part(.z0)))"
    case .forgetGate where state.parameters.additions.couplesGates:
      return "1 - \(Number.gate(moment.number(.i, unit: state.unit), .four))"
    case .forgetGate: return "\(gate)(\(part(.z1)))"
    case .outputGate: return "\(gate)(\(part(.z3)))"
    case .memory:
      let o = Number.gate(moment.number(.o, unit: state.unit), .four)
      return "\(o) * \(state.parameters.stateActivation.name)(\(part(.c)))"
    case .hPrevious, .cPrevious, .inputProduct, .recurrentProduct, .bias, .split, .peephole, .clip, .carry,
      .outputPeephole, .projection, .result:
      return nil
    }
  }

  /// The operands of the active line, under the formula.
  private static func terms(_ state: State, _ moment: Moment) -> [Term] {
    let unit = state.unit
    func signed(_ label: String, _ value: Float, short: String? = nil) -> Term {
      let shown = Shown(value, otherwise: .operand) { Number.signed($0, state.decimals) }
      return Term(label: label, value: shown, shortened: short)
    }
    func term(_ quantity: Quantity) -> [Term] {
      moment.known(quantity, unit: unit).map { [signed(quantity.rawValue, $0)] } ?? []
    }
    func part(_ part: Int) -> Term {
      signed(state.names.parts[part], moment.part(part, unit).number ?? .nan)
    }
    let candidate = state.parameters.activation.name
    switch moment.line {
    case .hPrevious, .cPrevious:
      let isMemory = moment.line == .hPrevious
      let name = isMemory ? "h" : "c"
      guard let value = moment.known(isMemory ? .hPrevious : .cPrevious, unit: unit) else { return [] }
      let first =
        state.subject.carriesStates
        ? "\(name)0[\(unit)] carried from batch \(state.subject.batch - 1)" : "\(name)0[\(unit)]"
      return [signed(state.step == 0 ? first : "\(name)[\(unit)] one timestep before", value)]
    case .inputProduct, .recurrentProduct, .bias, .split, .peephole, .clip:
      return (0..<4).map { part in
        let number = moment.part(part, unit).number ?? .nan
        return Term(
          label: state.names.parts[part],
          value: Shown(number, otherwise: .result) { Number.signed($0, .two) })
      }
    case .inputGate: return [part(0)]
    case .forgetGate where state.parameters.additions.couplesGates:
      let i = moment.number(.i, unit: unit)
      return [Term(label: "i", value: Shown(i, otherwise: .operand) { Number.gate($0, state.decimals) })]
    case .forgetGate: return [part(1)]
    case .outputPeephole:
      let (step, sample) = (state.step, state.sample)
      let before = state.trace.preactivation(
        of: state.parameters, after: .bias, column: 3 * state.parameters.units + unit, step: step,
        sample: sample)
      let added = state.trace.peepholeTerm(
        of: state.parameters, gate: 2, unit: unit, step: step, sample: sample)
      return [signed(state.names.parts[3], before, short: state.names.parts[3]), signed("p_o*c", added)]
    case .projection:
      let shown = state.parameters.stateActivation.name
      return [signed("o*\(shown)(c)", moment.unprojected(unit: unit), short: "o*c")]
    case .carry:
      return [
        signed(
          "f*\(state.names.cPrevious)", state.trace.kept(unit: unit, step: state.step, sample: state.sample),
          short: "f*\(state.names.cPrevious)"),
        signed(
          "i*\(candidate)(\(state.names.parts[2]))",
          state.trace.admitted(unit: unit, step: state.step, sample: state.sample), short: "i*g"),
      ]
    case .outputGate: return [part(3)]
    case .memory:
      let activated = state.trace.activatedCarry(
        state.parameters.stateActivation, unit: unit, step: state.step, sample: state.sample)
      let o = moment.number(.o, unit: unit)
      return [
        Term(label: "o", value: Shown(o, otherwise: .operand) { Number.gate($0, state.decimals) }),
        signed("\(state.parameters.stateActivation.name)(c)", activated),
      ]
    case .result: return term(.h) + term(.c)
    }
  }

  private static func expected(_ state: State, _ moment: Moment) -> Shown? {
    guard let expectation = state.expectation else { return nil }
    let isMemory = moment.line == state.formula.memoryLine || moment.line == .result
    // Before a projection there is no h yet.
    if moment.line == .memory, !isMemory { return nil }
    if moment.line.makesZ { return expectedPart(expectation, state, moment.line) }
    guard let (quantity, isGate) = isMemory ? (.h, false) : moment.line.quantity,
      let expected = expectation.expected(
        quantity, unit: state.unit, step: state.step, sample: state.sample, in: state.trace)
    else { return nil }
    let ours = moment.number(quantity, unit: state.unit)
    let isEqual = expectation.passes(ours, for: expected)
    let text = isGate ? Number.gate(expected, state.decimals) : Number.signed(expected, state.decimals)
    return Shown("expected \(text)  \(isEqual ? "=" : "≠")", role: isEqual ? .dim : .error)
  }

  /// Of the four parts of z, or of a product, the first that differs, by its address: all four are too long.
  private static func expectedPart(
    _ expectation: Expectation, _ state: State, _ line: FormulaLine
  ) -> Shown? {
    let quantity: Quantity = line == .inputProduct ? .zx : line == .recurrentProduct ? .zh : .z
    func expected(_ column: Int) -> Float? {
      expectation.expected(quantity, unit: column, step: state.step, sample: state.sample, in: state.trace)
    }
    func agrees(_ column: Int) -> Bool {
      expectation.agrees(quantity, unit: column, step: state.step, sample: state.sample, in: state.trace)
        ?? true
    }
    let columns = (0..<4).map { $0 * state.trace.units + state.unit }
    guard let column = columns.first(where: { !agrees($0) }) ?? columns.first, let number = expected(column)
    else { return nil }
    let text = "expected \(quantity.rawValue)[\(column)] \(Number.signed(number, state.decimals))"
    return agrees(column) ? Shown("\(text)  =", role: .dim) : Shown("\(text)  ≠", role: .error)
  }

  private static func bars(_ state: State, _ moment: Moment) -> [Bar] {
    let unit = state.unit
    let isCarryDone = moment.isDone(.carry)
    let isMemoryDone = moment.isDone(.memory)
    func number(_ quantity: Quantity, _ line: FormulaLine) -> Float? {
      moment.isDone(line) ? moment.known(quantity, unit: unit) : nil
    }
    let trace = state.trace
    let kept = isCarryDone ? trace.kept(unit: unit, step: state.step, sample: state.sample) : nil
    let admitted = isCarryDone ? trace.admitted(unit: unit, step: state.step, sample: state.sample) : nil
    let activation = state.parameters.stateActivation
    let activated =
      isMemoryDone
      ? trace.activatedCarry(activation, unit: unit, step: state.step, sample: state.sample) : nil
    let rows: [(String, Float?, FormulaLine?, Bool)] = [
      (state.names.cPrevious, number(.cPrevious, .cPrevious), .cPrevious, false),
      ("f  forget", number(.f, .forgetGate), .forgetGate, true),
      ("f * \(state.names.cPrevious)", kept, nil, false),
      ("i  input", number(.i, .inputGate), .inputGate, true),
      ("g  candidate", number(.g, .carry), nil, false),
      ("i * g", admitted, nil, false),
      ("c  carry", number(.c, .carry), .carry, false),
      ("o  output", number(.o, .outputGate), .outputGate, true),
      ("\(activation.name)(c)".cut(to: 13), activated, nil, false),
      ("h  memory", number(.h, state.formula.memoryLine), state.formula.memoryLine, false),
    ]
    // The axis is that of the whole trace, so that bars can be compared from step to step.
    let scale = state.run.scale(of: .c)
    return rows.map { label, number, line, isGate in
      let isResult = line == moment.line
      let isAbsent = number == nil && line.map(moment.isDone) ?? false
      return Bar(
        label: label,
        value: isAbsent
          ? .absent
          : Shown(number, mark: isResult ? .result : .none) {
            isGate ? Number.gate($0, .four) : Number.signed($0, .four)
          },
        fraction: number.flatMap { $0.isCovered ? nil : $0.isFinite ? scale.share(of: $0) : $0 })
    }
  }
}

extension FormulaLine {
  /// The quantity that stands beside the line, and whether it is a gate.
  fileprivate var quantity: (Quantity, isGate: Bool)? {
    switch self {
    case .hPrevious: (.hPrevious, false)
    case .cPrevious: (.cPrevious, false)
    case .inputGate: (.i, true)
    case .forgetGate: (.f, true)
    case .carry: (.c, false)
    case .outputGate: (.o, true)
    case .memory, .projection: (.h, false)
    case .outputPeephole: (.z3, false)
    case .inputProduct, .recurrentProduct, .bias, .split, .peephole, .clip, .result: nil
    }
  }
}
