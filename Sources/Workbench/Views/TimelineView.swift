import Canvas
import LSTM

/// c and h of the selected unit along the sequence, with the cursor; x at the present timestep.
struct Timeline: Equatable {
  struct Row: Equatable {
    let label: String
    let cells: [Shown]
  }

  let window: Window
  let labelWidth: Int
  let cellWidth: Int
  let rows: [Row]
  /// x at this timestep, or the edit row.
  let fields: [Field]
  let fieldsLabel: String

  struct Field: Equatable {
    let label: String
    let value: String
    let role: Role
  }

  /// - Parameter extra: Whether there is a row beyond the four that are always there.
  init(_ state: State, width: Int, extra: Bool) {
    let unit = state.unit
    let trace = state.trace
    let moment = Moment(state)
    let before = state.original?.trace
    labelWidth = max(21, 2 + "h[\(state.parameters.units - 1)] memory, hidden".count + 1)
    cellWidth = max(
      state.decimals.signedWidth + 2, "\(trace.timesteps)".count + (trace.input.mask == nil ? 3 : 8))
    window = Window(total: trace.timesteps, fitting: (width - labelWidth - 1) / cellWidth, cursor: state.step)
    let decimals = state.decimals
    let window = window
    func isMasked(_ step: Int) -> Bool { trace.isMasked(step: step, sample: state.sample) }

    func isEdited(_ quantity: Quantity, _ step: Int) -> Bool {
      guard let before else { return false }
      let old = before.value(quantity, unit: unit, step: step, sample: state.sample)
      return old.bitPattern != trace.value(quantity, unit: unit, step: step, sample: state.sample).bitPattern
    }
    func cells(_ quantity: Quantity, done: FormulaLine, reads: Set<FormulaLine>) -> [Shown] {
      window.range.map { step in
        let number = trace.value(quantity, unit: unit, step: step, sample: state.sample)
        if step == state.step, !moment.isDone(done) { return .missing }
        let mark: Shown.Mark =
          if step == state.step, moment.line == done {
            .result
          } else if step == state.step, moment.line == .result || (quantity == .c && moment.line == .memory) {
            .operand
          } else if step == state.step - 1, reads.contains(moment.line) {
            .operand
          } else {
            .none
          }
        let role: Role = step == state.step ? .bright : .dim
        return Shown(number, mark: mark, isEdited: isEdited(quantity, step), otherwise: role) {
          Number.signed($0, decimals)
        }
      }
    }
    var rows = [
      Row(
        label: state.parameters.goBackwards ? "timestep, backwards" : "timestep",
        cells: window.range.map { step in
          // A masked timestep is frozen: h and c are held there.
          let timestep = "\(trace.timestepIndex[step])\(isMasked(step) ? " held" : "")"
          return step == state.step ? Shown("[\(timestep)]", role: .accent) : Shown(timestep, role: .dim)
        }),
      Row(label: "c[\(unit)] carry, cell", cells: cells(.c, done: .carry, reads: [.cPrevious, .carry])),
      Row(
        label: "h[\(unit)] memory, hidden",
        cells: cells(.h, done: .memory, reads: [.hPrevious, .recurrentProduct])),
    ]
    if extra, let before {
      // In place of the changes, so that an edit moves nothing.
      let old = window.range.map { step in
        Shown(before.value(.c, unit: unit, step: step, sample: state.sample), otherwise: .edited) {
          Number.signed($0, decimals)
        }
      }
      rows.append(Row(label: "c before the edits", cells: old))
    } else if extra {
      let changes = window.range.map { trace.meanCarryChange(step: $0, sample: state.sample) }
      let largest = changes.filter(\.isFinite).max() ?? 0
      rows.append(
        Row(
          label: "|Δc| of all units",
          cells: zip(window.range, changes).map { step, change in
            if step == state.step, !moment.isDone(.carry) { return .missing }
            guard change.isFinite else { return Shown("!", role: .error) }
            let bar = Bars.height(largest > 0 ? change / largest : 0)
            return Shown(
              String(repeating: String(bar), count: 5), role: step == state.step ? .positive : .dim)
          }))
    }
    if let expectation = state.expectation {
      rows.append(
        Row(
          label: "≠ \(expectation.name)".cut(to: labelWidth - 2),
          cells: window.range.map { step in
            if step == state.step, !moment.isDone(.memory) { return .missing }
            return switch expectation.standing(unit: unit, step: step, sample: state.sample, in: trace) {
            case .unitDiffers: Shown("≠≠≠", role: .error)
            case .othersDiffer: Shown("≠", role: .warning)
            case .agrees: Shown("=", role: .dim)
            case .notRecorded: Shown("", role: .dim)
            }
          }))
    }
    self.rows = rows
    (fieldsLabel, fields) = Self.fields(state)
  }

  private static func fields(_ state: State) -> (String, [Field]) {
    let trace = state.trace
    guard trace.timesteps > 0 else { return ("x", []) }
    let timestep = state.timestep
    let input = state.shownInput
    let original = state.original?.trace.input ?? input
    var chosen: State.EditField?
    if case .edit(let field) = state.mode { chosen = field }
    let targets = chosen == nil ? Array(state.editTargets.dropLast(2)) : state.editTargets
    let isRead = state.formula.lines[state.line] == .inputProduct
    let fields = targets.enumerated().map { index, target in
      let value = input.value(of: target, sample: state.sample, units: state.parameters.units)
      let old = original.value(of: target, sample: state.sample, units: state.parameters.units)
      let label: String =
        switch target {
        case .x(let feature, _): "[\(feature)]"
        case .h0(let unit): "h0[\(unit)]"
        case .c0(let unit): "c0[\(unit)]"
        }
      if chosen?.index == index {
        return Field(
          label: label, value: (chosen?.text ?? Number.signed(value, state.decimals)) + "▏", role: .input)
      }
      let role: Role =
        if !value.isFinite { .error } else if old.bitPattern != value.bitPattern {
          .edited
        } else if isRead { .operand } else { .plain }
      return Field(label: label, value: Number.signed(value, state.decimals), role: role)
    }
    let place = state.sample * trace.timesteps + timestep
    let origin =
      state.subject.origins.flatMap { $0.indices.contains(place) ? ", \($0[place])" : nil }
      ?? (state.subject.isRandom ? ", random" : "")
    return ("\(chosen == nil ? "x" : "edit x") at t \(timestep)\(origin)", fields)
  }

  var height: Int { rows.count + 1 }

  /// The field that must be in sight: the chosen one in the edit row.
  private func firstField(_ state: State, room: Int) -> Int {
    guard case .edit(let chosen) = state.mode else { return 0 }
    var first = 0
    while first < chosen.index, width(of: fields[first...chosen.index]) > room { first += 1 }
    return first
  }

  private func width(of fields: ArraySlice<Field>) -> Int {
    fields.reduce(0) { $0 + $1.label.columns + $1.value.columns + 3 }
  }

  func draw(_ state: State, in area: Area, into canvas: inout Canvas) {
    for (index, row) in rows.enumerated() {
      let y = area.y + index
      canvas.write(row.label, x: area.x + 2, y: y, role: index == 0 ? .dim : .plain, limit: labelWidth - 2)
      for (place, cell) in row.cells.enumerated() {
        canvas.write(cell, endingAt: area.x + labelWidth + (place + 1) * cellWidth - 1, y: y)
      }
    }
    if window.hasMoreBefore { canvas[area.x + labelWidth, area.y] = Cell("‹", role: .accent) }
    if window.hasMoreBehind { canvas[area.right - 1, area.y] = Cell("›", role: .accent) }
    drawFields(state, in: area, y: area.y + rows.count, into: &canvas)
  }

  private func drawFields(_ state: State, in area: Area, y: Int, into canvas: inout Canvas) {
    canvas.write(fieldsLabel, x: area.x + 2, y: y, role: .plain)
    var x = area.x + labelWidth + 1
    let first = firstField(state, room: area.right - x - 12)
    if first > 0 { canvas[x - 1, y] = Cell("‹", role: .accent) }
    for (index, field) in fields.enumerated().dropFirst(first) {
      let rest = fields.count - index
      let width = field.label.columns + 1 + field.value.columns
      if x + width + (rest > 1 ? 10 : 1) > area.right {
        canvas.write("… \(rest) more", x: x, y: y, role: .dim)
        return
      }
      x = canvas.write(field.label, x: x, y: y, role: .dim) + 1
      x = canvas.write(field.value, x: x, y: y, role: field.role) + 2
    }
  }
}

/// The whole sequence of one unit's c on one row, for sequences that do not fit.
struct Overview: Equatable {
  let label: String
  let marks: [Cell]

  init(_ state: State, width: Int) {
    let trace = state.trace
    let columns = max(1, width - 23)
    let perCell = max(1, (trace.timesteps + columns - 1) / columns)
    label = perCell == 1 ? "|c[\(state.unit)]|, all of it" : "|c[\(state.unit)]|, \(perCell) t a cell"
    let extremes = trace.extremes(
      of: .c, units: state.unit..<state.unit + 1, sample: state.sample, stride: perCell)
    let largest = extremes.lazy.filter(\.isFinite).map(abs).max() ?? 0
    let cursor = state.step / perCell
    marks = extremes.enumerated().map { index, extreme in
      let role: Role =
        index == cursor ? .cursor : !extreme.isFinite ? .error : extreme < 0 ? .negative : .positive
      guard extreme.isFinite else { return Cell("!", role: role) }
      return Cell(Bars.height(largest > 0 ? abs(extreme) / largest : 0), role: role)
    }
  }

  func draw(in area: Area, into canvas: inout Canvas) {
    canvas.write(label, x: area.x + 2, y: area.y, role: .dim, limit: 19)
    for (index, cell) in marks.enumerated() { canvas[area.x + 21 + index, area.y] = cell }
  }
}
