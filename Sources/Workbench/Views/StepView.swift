import Canvas
import LSTM

extension View {
  /// Keras' formula with the numbers of one unit, every unit beside it, and the sequence above.
  static let step = View(
    position: { state in
      let samples = "sample \(state.sample)/0…\(max(0, state.trace.batch - 1))"
      let last = max(0, state.trace.timesteps - 1)
      let place =
        state.trace.timesteps == 0 ? "no timesteps" : "t \(state.trace.timestepIndex[state.step])/0…\(last)"
      return "\(samples) · \(place) · line \(state.line + 1)/\(state.formula.lines.count)"
    },
    draw: { state, area, canvas in
      guard state.trace.timesteps > 0 else { return }
      StepLayout(state, area).draw(state, into: &canvas)
    },
    sentence: { Sentence($0).text })
}

/// Where the panes of Step stand: decided by the size and the sequence's length, never by the cursor.
private struct StepLayout {
  let overview: Overview?
  let top: Area
  let timeline: Timeline
  let timelineArea: Area
  let formula: Area
  let table: Area
  let heat: Area?

  init(_ state: State, _ area: Area) {
    let lines = state.formula.lines.count + 1
    let spare = area.height - (1 + 4 + 1 + lines)
    let extra = spare >= 5 ? 3 : spare >= 4 ? 2 : spare >= 2 ? 1 : 0
    timeline = Timeline(state, width: area.width, extra: extra)
    overview = timeline.window.isWhole ? nil : Overview(state, width: area.width)
    let topRows = overview != nil || spare >= 0 ? 1 : 0
    top = Area(x: area.x, y: area.y, width: area.width, height: topRows)
    timelineArea = Area(x: area.x, y: top.bottom, width: area.width, height: timeline.height)

    let bodyTop = timelineArea.bottom
    let body = Area(x: area.x, y: bodyTop, width: area.width, height: max(0, area.bottom - bodyTop))
    let needed = state.formula.width + 12
    let wanted = area.width < 100 ? 40 : min(64, area.width * 54 / 100)
    let left = min(max(wanted, needed), max(40, area.width - 1 - 39))
    formula = Area(x: body.x, y: body.y, width: left, height: body.height)
    let rest = area.width - left - 1
    let comfortable = UnitsTable.comfortableWidth(state)
    let tableHeight = state.parameters.units + 3
    if area.width >= 150, rest - comfortable > 20 {
      table = Area(x: left + 1, y: body.y, width: comfortable, height: body.height)
      heat = Area(x: table.right + 1, y: body.y, width: rest - comfortable - 1, height: body.height)
    } else if body.height - tableHeight >= 7, area.width >= 100 {
      // Few units leave room below them: the map stands there.
      table = Area(x: left + 1, y: body.y, width: rest, height: tableHeight)
      heat = Area(x: left + 1, y: table.bottom + 1, width: rest, height: body.bottom - table.bottom - 1)
    } else {
      table = Area(x: left + 1, y: body.y, width: rest, height: body.height)
      heat = nil
    }
  }

  func draw(_ state: State, into canvas: inout Canvas) {
    if let overview {
      overview.draw(in: top, into: &canvas)
    } else if top.height > 0 {
      canvas.fill("─", x: top.x, y: top.y, count: top.width, role: .rule)
    }
    timeline.draw(state, in: timelineArea, into: &canvas)
    Frame.caption(
      "step · the numbers of unit \(state.unit)", x: formula.x, y: formula.y, width: formula.width,
      into: &canvas)
    FormulaPane(state, formula).draw(into: &canvas)
    divide(at: formula.right, into: &canvas)
    UnitsTable(state, table).draw(into: &canvas)
    if let heat {
      HeatPane(state, heat, quantity: .c).draw(into: &canvas)
      if heat.y == table.y {
        divide(at: table.right, into: &canvas)
      } else {
        canvas[formula.right, heat.y] = Cell("├", role: .rule)
      }
    }
  }

  private func divide(at x: Int, into canvas: inout Canvas) {
    canvas[x, formula.y] = Cell("┬", role: .rule)
    for y in formula.y + 1..<max(formula.y + 1, formula.bottom) { canvas[x, y] = Cell("│", role: .rule) }
  }
}

// MARK: - The formula

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
  }

  /// A bar under the formula: a number of the unit on an axis that all of them share.
  struct Bar: Equatable {
    let label: String
    let value: Shown
    let fraction: Float?
  }

  let area: Area
  let lines: [Line]
  let window: Window
  let terms: [Term]
  let bars: [Bar]

  init(_ state: State, _ area: Area) {
    self.area = area
    let moment = Moment(state)
    let formula = state.formula
    let before = state.original.map { Moment(state, run: $0) }
    let room = max(0, area.height - 1)
    let spare = room - formula.lines.count - 1
    window = Window(
      total: formula.lines.count, fitting: max(1, min(formula.lines.count, room - 1)), cursor: state.line)
    lines = zip(formula.lines, formula.texts).enumerated().map { index, line in
      Self.line(
        line.0, text: line.1, isActive: index == state.line, state, moment, before, width: area.width)
    }
    terms = Self.terms(state, moment)
    bars = spare >= 5 ? Array(Self.bars(state, moment).prefix(spare - 2)) : []
  }

  func draw(into canvas: inout Canvas) {
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
    for term in terms {
      let width = term.label.columns + 1 + term.value.text.columns
      guard x + width < area.right else { break }
      x = canvas.write(term.label, x: x, y: y, role: .dim) + 1
      x = canvas.write(term.value.text, x: x, y: y, role: term.value.role) + 2
    }
    drawBars(from: y + 2, into: &canvas)
  }

  private func drawBars(from top: Int, into canvas: inout Canvas) {
    guard !bars.isEmpty else { return }
    let start = area.x + 26
    let width = max(3, (area.right - 2 - start) / 2 * 2 - 1)
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
      let room = width - 4 - text.columns
      let number = isDone ? moment.number(quantity, unit: state.unit) : nil
      let old = before?.number(quantity, unit: state.unit)
      let isEdited = number != nil && old != nil && old?.bitPattern != number?.bitPattern
      values = [
        Shown(number, mark: isDone ? mark : .none, isEdited: isEdited) {
          isGate
            ? Number.gate($0, state.decimals, width: min(room, state.decimals.gateWidth))
            : Number.signed($0, state.decimals, width: min(room, state.decimals.signedWidth))
        }
      ]
    } else if line.makesZ, isWide {
      if line == .split {
        values = (0..<4).map { Shown("z\($0)", role: isDone ? .plain : .dim) }
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
    return Line(
      text: text, role: role, isActive: isActive,
      substituted: isWide && isDone ? substitution(line, state, moment) : nil, values: values)
  }

  private static func substitution(_ line: FormulaLine, _ state: State, _ moment: Moment) -> String? {
    let gate = state.parameters.recurrentActivation.name
    func part(_ part: Quantity) -> String { Number.signed(moment.number(part, unit: state.unit), .four) }
    switch line {
    case .inputGate: return "\(gate)(\(part(.z0)))"
    case .forgetGate: return "\(gate)(\(part(.z1)))"
    case .outputGate: return "\(gate)(\(part(.z3)))"
    case .memory:
      let o = Number.gate(moment.number(.o, unit: state.unit), .four)
      return "\(o) * \(state.parameters.activation.name)(\(part(.c)))"
    case .hPrevious, .cPrevious, .inputProduct, .recurrentProduct, .bias, .split, .carry, .result: return nil
    }
  }

  /// The operands of the active line, under the formula.
  private static func terms(_ state: State, _ moment: Moment) -> [Term] {
    let unit = state.unit
    func signed(_ label: String, _ value: Float, _ role: Role = .operand) -> Term {
      Term(label: label, value: Shown(value, otherwise: role) { Number.signed($0, state.decimals) })
    }
    func term(_ quantity: Quantity) -> Term {
      signed(quantity.rawValue, moment.number(quantity, unit: unit))
    }
    let candidate = state.parameters.activation.name
    switch moment.line {
    case .hPrevious, .cPrevious:
      let isMemory = moment.line == .hPrevious
      let name = isMemory ? "h" : "c"
      let value = moment.number(isMemory ? .hPrevious : .cPrevious, unit: unit)
      return [signed(state.step == 0 ? "\(name)0[\(unit)]" : "\(name)[\(unit)] one timestep before", value)]
    case .inputProduct, .recurrentProduct, .bias, .split:
      return (0..<4).map { part in
        let number = moment.part(part, unit).number ?? .nan
        return Term(
          label: "z\(part)",
          value: Shown(number, otherwise: .result) { Number.signed($0, .two) })
      }
    case .inputGate: return [term(.z0)]
    case .forgetGate: return [term(.z1)]
    case .carry:
      return [
        signed("f*c_tm1", state.trace.kept(unit: unit, step: state.step, sample: state.sample)),
        signed(
          "i*\(candidate)(z2)", state.trace.admitted(unit: unit, step: state.step, sample: state.sample)),
      ]
    case .outputGate: return [term(.z3)]
    case .memory:
      let activated = state.trace.activatedCarry(
        state.parameters.activation, unit: unit, step: state.step, sample: state.sample)
      let o = moment.number(.o, unit: unit)
      return [
        Term(label: "o", value: Shown(o, otherwise: .operand) { Number.gate($0, state.decimals) }),
        signed("\(candidate)(c)", activated),
      ]
    case .result: return [term(.h), term(.c)]
    }
  }

  private static func bars(_ state: State, _ moment: Moment) -> [Bar] {
    let unit = state.unit
    let isCarryDone = moment.isDone(.carry)
    let isMemoryDone = moment.isDone(.memory)
    func number(_ quantity: Quantity, _ line: FormulaLine) -> Float? {
      moment.isDone(line) ? moment.number(quantity, unit: unit) : nil
    }
    let trace = state.trace
    let kept = isCarryDone ? trace.kept(unit: unit, step: state.step, sample: state.sample) : nil
    let admitted = isCarryDone ? trace.admitted(unit: unit, step: state.step, sample: state.sample) : nil
    let activation = state.parameters.activation
    let activated =
      isMemoryDone
      ? trace.activatedCarry(activation, unit: unit, step: state.step, sample: state.sample) : nil
    let rows: [(String, Float?, FormulaLine?, Bool)] = [
      ("c_tm1", number(.cPrevious, .cPrevious), .cPrevious, false),
      ("f  forget", number(.f, .forgetGate), .forgetGate, true),
      ("f * c_tm1", kept, nil, false),
      ("i  input", number(.i, .inputGate), .inputGate, true),
      ("g  candidate", number(.g, .carry), nil, false),
      ("i * g", admitted, nil, false),
      ("c  carry", number(.c, .carry), .carry, false),
      ("o  output", number(.o, .outputGate), .outputGate, true),
      ("\(activation.name)(c)".cut(to: 13), activated, nil, false),
      ("h  memory", number(.h, .memory), .memory, false),
    ]
    // The axis is that of the whole trace, so that bars can be compared from step to step.
    let scale = max(1, state.run.scales[.c] ?? 1)
    return rows.map { label, number, line, isGate in
      let isResult = line == moment.line
      return Bar(
        label: label,
        value: Shown(number, mark: isResult ? .result : .none) {
          isGate ? Number.gate($0, .four) : Number.signed($0, .four)
        },
        fraction: number.map { $0 / scale })
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
    case .memory: (.h, false)
    case .inputProduct, .recurrentProduct, .bias, .split, .result: nil
    }
  }
}

extension Moment {
  /// The memory as it was at another line of the same step.
  fileprivate init(_ state: State, at line: FormulaLine) {
    trace = state.trace
    parameters = state.parameters
    sample = state.sample
    step = state.step
    self.line = line
  }
}

// MARK: - Every unit

/// The table of all units: the memory at the active line, one row a unit.
struct UnitsTable: Equatable {
  struct Row: Equatable {
    let unit: Int
    let isCursor: Bool
    let values: [Shown]
    /// c on the axis of the whole trace, -1…1.
    let bar: Float?
  }

  let area: Area
  let heads: [Shown]
  let rows: [Row]
  let caption: String
  let note: Shown?
  private let columns: Columns

  init(_ state: State, _ area: Area) {
    self.area = area
    let moment = Moment(state)
    let before = state.original.map { Moment(state, run: $0) }
    let columns = Columns(width: area.width, units: state.parameters.units, decimals: state.decimals)
    self.columns = columns
    let window = Window(total: state.parameters.units, fitting: max(1, area.height - 3), cursor: state.unit)
    caption = ["every unit", window.caption].compactMap { $0 }.joined(separator: " · ")
    heads = Moment.Slot.allCases.map { slot in
      let isResult = moment.result.contains(slot)
      return Shown(
        moment.value(slot, unit: state.unit).name, role: isResult ? .result : .dim,
        mark: isResult && !moment.line.makesZ ? .result : .none)
    }
    let scale = max(1, state.run.scales[.c] ?? 1)
    rows = window.range.map { unit in
      let isCursor = unit == state.unit
      let values = Moment.Slot.allCases.map { slot in
        let value = moment.value(slot, unit: unit)
        let mark: Shown.Mark =
          !isCursor || value.number == nil
          ? .none : moment.operands.contains(slot) ? .operand : .none
        let old = before?.value(slot, unit: unit).number
        let isEdited = old.map { $0.bitPattern != value.number?.bitPattern } ?? false
        let role: Role =
          moment.result.contains(slot) ? (isCursor ? .result : .bright) : isCursor ? .bright : .plain
        return Shown(value.number, mark: mark, isEdited: isEdited, otherwise: role) {
          value.isGate
            ? Number.gate($0, columns.decimals, width: columns.numberWidth(slot))
            : Number.signed($0, columns.decimals(slot), width: columns.numberWidth(slot))
        }
      }
      let carry = moment.value(.carry, unit: unit).number
      return Row(unit: unit, isCursor: isCursor, values: values, bar: carry.map { $0 / scale })
    }
    note = Self.note(state, moment, before)
  }

  /// Columns that the table is happy with: all decimals that are asked for, and the bars.
  static func comfortableWidth(_ state: State) -> Int {
    Columns.fixed(state.parameters.units) + Columns.total(state.decimals) + Columns.barWidth
  }

  private static func note(_ state: State, _ moment: Moment, _ before: Moment?) -> Shown? {
    let unit = state.unit
    if let before {
      let c = Number.signed(before.number(.c, unit: unit), state.decimals)
      let h = Number.signed(before.number(.h, unit: unit), state.decimals)
      return Shown("before: c \(c)  h \(h)", role: .edited)
    }
    guard moment.isDone(.carry) else { return nil }
    let g = Number.signed(moment.number(.g, unit: unit), state.decimals)
    let text = "g = \(state.parameters.activation.name)(z2), the candidate: \(g)"
    return Shown(text, role: moment.line == .carry ? .operand : .dim)
  }

  func draw(into canvas: inout Canvas) {
    Frame.caption(caption, x: area.x, y: area.y, width: area.width, into: &canvas)
    for (slot, head) in heads.enumerated() where slot >= columns.firstSlot {
      canvas.write(head, endingAt: area.x + columns.ends[slot], y: area.y + 1)
    }
    for (place, row) in rows.enumerated() {
      let y = area.y + 2 + place
      let index = "\(row.unit)".padded(left: columns.indexWidth)
      if row.isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      canvas.write(index, x: area.x + 1, y: y, role: row.isCursor ? .cursor : .dim)
      for (slot, value) in row.values.enumerated() where slot >= columns.firstSlot {
        canvas.write(value, endingAt: area.x + columns.ends[slot], y: y)
      }
      if let start = columns.barStart, let bar = row.bar {
        canvas.signedBar(bar, x: area.x + start, y: y, width: Columns.barWidth - 2)
      }
    }
    if let note {
      canvas.write(
        note.text, x: area.x + 2, y: area.bottom - 1, role: note.role, limit: area.width - 2)
    }
  }

  /// Where the columns end, and with how many decimals they are filled.
  struct Columns: Equatable {
    let indexWidth: Int
    let decimals: Decimals
    /// The last column of each slot, counted from the table's left edge.
    let ends: [Int]
    let barStart: Int?
    /// Where not all columns fit, the first ones are left out: the formula has them for the selected unit.
    let firstSlot: Int
    private let widths: [Int]

    static let barWidth = 13

    init(width: Int, units: Int, decimals wanted: Decimals) {
      indexWidth = Self.indexWidth(units)
      let room = width - Self.fixed(units)
      let hasBar = room >= Self.total(.two) + Self.barWidth
      let forNumbers = room - (hasBar ? Self.barWidth : 0)
      let candidates: [Decimals] = [.exact, .six, .four, .two]
      let allowed = candidates.drop { $0.digits > wanted.digits }
      let decimals = allowed.first { Self.total($0) <= forNumbers } ?? .two
      self.decimals = decimals
      let widths = Self.widths(decimals)
      self.widths = widths
      var firstSlot = 0
      while firstSlot < widths.count - 1, widths[firstSlot...].reduce(0, +) > forNumbers { firstSlot += 1 }
      self.firstSlot = firstSlot
      var ends: [Int] = []
      var x = 1 + indexWidth
      for (slot, width) in widths.enumerated() {
        if slot >= firstSlot { x += width }
        ends.append(x - 1)
        if slot == Moment.Slot.carry.rawValue, hasBar { x += Self.barWidth }
      }
      self.ends = ends
      barStart = hasBar ? ends[Moment.Slot.carry.rawValue] + 2 : nil
    }

    func numberWidth(_ slot: Moment.Slot) -> Int { widths[slot.rawValue] - 1 }

    /// c and h get a third decimal where the others have two.
    func decimals(_ slot: Moment.Slot) -> Decimals {
      decimals == .two && slot.rawValue >= Moment.Slot.carry.rawValue ? .four : decimals
    }

    static func indexWidth(_ units: Int) -> Int { max(2, "\(units - 1)".count) }
    static func fixed(_ units: Int) -> Int { 1 + indexWidth(units) }
    static func total(_ decimals: Decimals) -> Int { widths(decimals).reduce(0, +) }

    private static func widths(_ decimals: Decimals) -> [Int] {
      let gate = decimals.gateWidth + 1
      let signed = decimals.signedWidth + 1
      let state = decimals == .two ? signed + 1 : signed
      return [gate, gate, signed, signed, state, state]
    }
  }
}
