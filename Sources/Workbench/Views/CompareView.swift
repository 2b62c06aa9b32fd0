import Canvas
import Debugger
import LSTM

extension View {
  /// The run beside recorded numbers, or beside another model's run: where they part, and by how much.
  static let compare = View(
    position: { state in
      let samples = "sample \(state.sample)/0…\(max(0, state.trace.batch - 1))"
      let last = max(0, state.trace.timesteps - 1)
      return "\(samples) · t \(state.timestep)/0…\(last) · unit \(state.unit)/0…\(state.parameters.units - 1)"
    },
    draw: { state, area, canvas in
      if let view = CompareView(state, area) {
        view.draw(into: &canvas)
      } else {
        Frame.caption("compare", x: area.x, y: area.y, width: area.width, into: &canvas)
        let text =
          state.expectations.calls.isEmpty
          ? "Nothing is recorded of this LSTM: --expect FILE, or [ and ] for another one."
          : "Nothing is recorded of this LSTM, but of another one: [ and ] go there."
        canvas.write(text.cut(to: area.width - 3), x: area.x + 2, y: area.y + 2, role: .dim)
      }
    },
    sentence: CompareView.sentence)
}

struct CompareView: Equatable {
  /// A quantity of the selected unit at this step, ours and theirs.
  struct Row: Equatable {
    let name: String
    let ours: Shown
    let theirs: Shown
    let difference: String
    let ulps: String
    let isEqual: Bool
    let isChosen: Bool
  }

  let area: Area
  let caption: String
  let rows: [Row]
  /// Differences, a row a unit, a column a timestep or several: nil where nothing is recorded.
  let squares: [[Int8?]]
  let units: Window
  let columns: Int
  let stepsPerCell: Int
  let cellWidth: Int
  let cursorColumn: Int
  let cursorUnit: Int
  let scale: Float
  let first: String
  private let indexWidth: Int

  init?(_ state: State, _ area: Area) {
    guard let expectation = state.expectation, let quantity = state.comparedQuantity,
      state.trace.timesteps > 0
    else { return nil }
    self.area = area
    let trace = state.trace
    let names = expectation.quantities.map { $0 == quantity ? "[\($0.rawValue)]" : $0.rawValue }
    caption =
      "|ours - recorded| of \(quantity.words) · \(expectation.name) · v \(names.joined(separator: " "))"
    rows = Self.rows(state, expectation, quantity)
    indexWidth = max(2, "\(trace.units - 1)".count)
    let room = max(1, area.width - indexWidth - 4)
    stepsPerCell = max(1, (trace.timesteps + room - 1) / room)
    columns = (trace.timesteps + stepsPerCell - 1) / stepsPerCell
    cellWidth = max(1, min(6, room / max(1, columns)))
    units = Window(
      total: trace.units, fitting: max(1, area.height - rows.count - 5), cursor: state.unit)
    cursorColumn = state.step / stepsPerCell
    cursorUnit = state.unit
    let differences = Self.differences(
      state, expectation, quantity, units: units.range, columns: columns, stride: stepsPerCell)
    let largest = differences.lazy.joined().compactMap { $0 }.filter(\.isFinite).max() ?? 0
    scale = largest
    squares = differences.map { row in
      row.map { value in
        guard let value else { return nil }
        guard value.isFinite else { return 31 }
        // What is within the tolerance has no colour.
        guard value > expectation.tolerance, largest > 0 else { return 0 }
        return Int8(max(3, min(31, (value / largest * 31).rounded())))
      }
    }
    first = Self.firstDifference(state, expectation, quantity)
  }

  private static func difference(_ a: Float, _ b: Float) -> Float {
    if a == b || (a.isNaN && b.isNaN) { return 0 }
    return a.isFinite && b.isFinite ? abs(a - b) : .infinity
  }

  private static func rows(_ state: State, _ expectation: Expectation, _ chosen: Quantity) -> [Row] {
    let trace = state.trace
    return expectation.quantities.compactMap { quantity in
      guard
        let theirs = expectation.expected(
          quantity, unit: state.unit, step: state.step, sample: state.sample, in: trace)
      else { return nil }
      let ours = trace.value(quantity, unit: state.unit, step: state.step, sample: state.sample)
      let isEqual = expectation.passes(ours, for: theirs)
      let decimals: Decimals = state.decimals == .two ? .four : state.decimals
      let ulps = ulpDistance(ours, theirs)
      return Row(
        name: "\(quantity.rawValue)[\(state.unit)]",
        ours: Shown(ours) { quantity.text($0, decimals) },
        theirs: Shown(theirs, otherwise: isEqual ? .plain : .error) { quantity.text($0, decimals) },
        difference: Number.signed(ours - theirs, .six),
        ulps: ulps < 10_000_000 ? Number.count(Int(ulps)) : "many",
        isEqual: isEqual, isChosen: quantity == chosen)
    }
  }

  private static func differences(
    _ state: State, _ expectation: Expectation, _ quantity: Quantity, units: Range<Int>, columns: Int,
    stride: Int
  ) -> [[Float?]] {
    let trace = state.trace
    return units.map { unit in
      (0..<columns).map { column in
        var largest: Float?
        for step in column * stride..<min((column + 1) * stride, trace.timesteps) {
          guard
            let theirs = expectation.expected(
              quantity, unit: unit, step: step, sample: state.sample, in: trace)
          else { continue }
          let ours = trace.value(quantity, unit: unit, step: step, sample: state.sample)
          largest = max(largest ?? 0, difference(ours, theirs))
        }
        return largest
      }
    }
  }

  private static func firstDifference(
    _ state: State, _ expectation: Expectation, _ quantity: Quantity
  ) -> String {
    let trace = state.trace
    for step in 0..<trace.timesteps {
      for unit in 0..<trace.units
      where expectation.agrees(quantity, unit: unit, step: step, sample: state.sample, in: trace) == false {
        return
          "first in sample \(state.sample): \(quantity.rawValue)[\(unit)]@\(trace.timestepIndex[step])#\(state.sample)"
      }
    }
    return "sample \(state.sample): all within \(expectation.tolerance)"
  }

  func draw(into canvas: inout Canvas) {
    Frame.caption(caption, x: area.x, y: area.y, width: area.width, into: &canvas)
    let heads = ["", "ours", "recorded", "ours - recorded", "ULPs"]
    let ends = [12, 26, 40, 57, 70].map { area.x + min($0, area.width - 2) }
    for (head, end) in zip(heads, ends) { canvas.write(head, endingAt: end, y: area.y + 1, role: .dim) }
    var y = area.y + 2
    for row in rows where y < area.bottom {
      if row.isChosen { canvas[area.x, y] = Cell("▸", role: .cursor) }
      canvas.write(row.name, endingAt: ends[0], y: y, role: row.isChosen ? .bright : .plain)
      canvas.write(row.ours.text, endingAt: ends[1], y: y, role: row.ours.role)
      canvas.write(row.theirs.text, endingAt: ends[2], y: y, role: row.theirs.role)
      canvas.write(row.difference, endingAt: ends[3], y: y, role: row.isEqual ? .dim : .error)
      canvas.write(row.ulps, endingAt: ends[4], y: y, role: row.isEqual ? .dim : .error)
      canvas.write(row.isEqual ? "=" : "≠", x: ends[4] + 2, y: y, role: row.isEqual ? .dim : .error)
      y += 1
    }
    let caption = "\(first) · the strongest is \(Number.signed(scale, .four))"
    Frame.caption(
      [caption, units.caption.map { "units \($0)" }].compactMap { $0 }.joined(separator: " · "), x: area.x,
      y: y, width: area.width, into: &canvas)
    drawMap(from: y + 1, into: &canvas)
  }

  private func drawMap(from top: Int, into canvas: inout Canvas) {
    let left = area.x + indexWidth + 3
    guard top < area.bottom else { return }
    canvas[left + cursorColumn * cellWidth + cellWidth / 2, top] = Cell("▼", role: .accent)
    for (row, unit) in units.range.enumerated() where top + 1 + row < area.bottom {
      let y = top + 1 + row
      let isCursor = unit == cursorUnit
      if isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      canvas.write(
        "\(unit)".padded(left: indexWidth), x: area.x + 1, y: y, role: isCursor ? .cursor : .dim)
      for (column, level) in squares[row].enumerated() {
        let isMarked = isCursor && column == cursorColumn
        for place in 0..<cellWidth {
          let x = left + column * cellWidth + place
          let scalar: Unicode.Scalar =
            level == nil ? "·" : isMarked && place == cellWidth / 2 ? "×" : " "
          canvas[x, y] =
            level.map { Cell(scalar, role: .heatGate, level: $0, isMarked: isMarked) }
            ?? Cell(scalar, role: .missing)
        }
      }
    }
  }

  static func sentence(_ state: State) -> String {
    guard let expectation = state.expectation, let quantity = state.comparedQuantity else {
      return "--expect FILE puts recorded numbers, or another model's, beside these."
    }
    let trace = state.trace
    guard
      let theirs = expectation.expected(
        quantity, unit: state.unit, step: state.step, sample: state.sample, in: trace)
    else { return "Of \(quantity.rawValue) nothing is recorded at this timestep." }
    let ours = trace.value(quantity, unit: state.unit, step: state.step, sample: state.sample)
    let name = "\(quantity.rawValue)[\(state.unit)] at t \(state.timestep)"
    return expectation.passes(ours, for: theirs)
      ? "\(name) is what is recorded. d goes to the next timestep that differs."
      : "\(name): recorded is \(quantity.text(theirs, .six)), this run has \(quantity.text(ours, .six)). Enter looks at it in Step."
  }
}
