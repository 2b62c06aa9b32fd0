import Canvas
import LSTM

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
  let notes: [Shown]
  /// c at the ends of the bars' axis.
  private let scale: Float
  let columns: Columns

  init(_ state: State, _ area: Area) {
    self.area = area
    let moment = Moment(state)
    let before = state.original.map { Moment(state, run: $0) }
    let columns = Columns(width: area.width, units: state.parameters.units, decimals: state.decimals)
    self.columns = columns
    let window = Window(total: state.parameters.units, fitting: max(1, area.height - 3), cursor: state.unit)
    let scale = state.run.scale(of: .c)
    caption = ["every unit", columns.barStart == nil ? nil : scale.words, window.caption].compactMap { $0 }
      .joined(separator: " · ")
    heads = Moment.Slot.allCases.map { slot in
      let isResult = moment.result.contains(slot)
      return Shown(
        moment.value(slot, unit: state.unit).name, role: isResult ? .result : .dim,
        mark: isResult ? .result : .none)
    }
    rows = window.range.map { unit in
      let isCursor = unit == state.unit
      let values = Moment.Slot.allCases.map { slot -> Shown in
        let value = moment.value(slot, unit: unit)
        // There is always an h, old or new, but for units behind a projection's width.
        if slot == .memory, value.number == nil { return Shown.absent }
        let mark: Shown.Mark =
          value.number != nil && moment.operands.contains(slot) && (isCursor || moment.readsEveryUnit)
          ? .operand : .none
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
      return Row(
        unit: unit, isCursor: isCursor, values: values,
        bar: carry.flatMap { $0.isCovered ? nil : $0.isFinite ? scale.share(of: $0) : $0 })
    }
    self.scale = scale.largest
    notes = Self.notes(state, moment, before)
  }

  /// Columns that the table is happy with: all decimals that are asked for, and the bars.
  static func comfortableWidth(_ state: State) -> Int {
    Columns.fixed(state.parameters.units) + Columns.total(state.decimals) + Columns.barWidth
  }

  /// What stands under the table: the numbers before the edits, and the candidate.
  private static func notes(_ state: State, _ moment: Moment, _ before: Moment?) -> [Shown] {
    let unit = state.unit
    var notes: [Shown] = []
    if let before {
      let c = Number.signed(before.number(.c, unit: unit), state.decimals)
      let h = before.known(.h, unit: unit).map { Number.signed($0, state.decimals) } ?? "-"
      notes.append(Shown("before: c \(c)  h \(h)", role: .edited))
    }
    guard moment.isDone(.carry) else { return notes }
    let g = Number.signed(moment.number(.g, unit: unit), state.decimals)
    let text = "g = \(state.parameters.activation.name)(\(state.names.parts[2])), the candidate: \(g)"
    return notes + [Shown(text, role: moment.line == .carry ? .operand : .dim)]
  }

  func draw(into canvas: inout Canvas) {
    Frame.caption(caption, x: area.x, y: area.y, width: area.width, into: &canvas)
    for (slot, head) in heads.enumerated() where slot >= columns.firstSlot {
      canvas.write(head, endingAt: area.x + columns.ends[slot], y: area.y + 1)
    }
    if let start = columns.barStart {
      let end = Number.signed(scale, .two, width: 5)
      canvas.write("-" + end.dropFirst(), x: area.x + start, y: area.y + 1, role: .dim)
      canvas.write(end, endingAt: area.x + start + Columns.barWidth - 3, y: area.y + 1, role: .dim)
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
    let free = max(1, area.height - 2 - rows.count)
    for (row, note) in notes.prefix(free).reversed().enumerated() {
      canvas.write(
        note.text.cut(to: area.width - 2), x: area.x + 2, y: area.bottom - 1 - row, role: note.role)
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
