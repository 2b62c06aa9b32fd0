import Canvas
import LSTM

/// The heat map itself, a row a unit, a column a timestep or several.
struct HeatPane: Equatable {
  struct Square: Equatable {
    /// nil where there is a NaN or an infinity in it.
    let level: Int8?
    /// Whether the line that computes it is not yet executed.
    var isMissing = false
    /// Whether a lesson has covered it.
    var isCovered = false
    /// The number itself, where the square is wide enough and stands for one timestep.
    var text: String?
  }

  let area: Area
  let quantity: Quantity
  let isSigned: Bool
  /// The magnitude that has the strongest colour, and what lies between.
  let scale: Scale
  let stepsPerCell: Int
  let cellWidth: Int
  let units: Window
  let squares: [[Square]]
  let cursorColumn: Int
  let cursorUnit: Int
  private let indexWidth: Int
  private let timesteps: Int
  private let timestepIndex: [Int]

  /// - Parameter line: The line just executed, where the map follows it; nil shows the whole run.
  init(_ state: State, _ area: Area, quantity: Quantity, line: FormulaLine? = nil) {
    self.area = area
    self.quantity = quantity
    let trace = state.trace
    timesteps = trace.timesteps
    timestepIndex = trace.timestepIndex
    isSigned = !quantity.isGate || state.run.unboundedGates.contains(quantity)
    // h and g are bounded by 1 with the usual activations; c has no bound and takes its own.
    let scale =
      isSigned
      ? state.run.scale(of: quantity, atLeast: quantity == .c ? 1e-6 : 1) : Scale(largest: 1, unit: nil)
    self.scale = scale
    let indexWidth = max(2, "\(state.parameters.units - 1)".count)
    self.indexWidth = indexWidth
    let room = Self.room(area.width, units: state.parameters.units)
    let stepsPerCell = Self.stepsPerCell(trace.timesteps, room: room)
    self.stepsPerCell = stepsPerCell
    let columns = (trace.timesteps + stepsPerCell - 1) / stepsPerCell
    let widest = state.decimals.signedWidth + 2
    let share = room / max(1, columns)
    let hasNumbers = stepsPerCell == 1 && share >= widest
    cellWidth = hasNumbers ? widest : max(1, min(6, share))
    let rows = trace.width(of: quantity)
    let units = Window(
      total: rows, fitting: max(1, area.height - 3), cursor: min(state.unit, max(0, rows - 1)))
    self.units = units
    cursorColumn = state.step / stepsPerCell
    cursorUnit = state.unit
    let isSigned = isSigned
    let extremes = state.run.overviews.extremes(
      of: quantity, units: units.range, sample: state.sample, stride: stepsPerCell, in: trace)
    let made = state.formula.lines[state.formula.index(of: quantity.line)]
    let missing = line.map { $0 < made } == true && stepsPerCell == 1 ? state.step : nil
    squares = (0..<units.count).map { row in
      (0..<columns).map { column in
        if column == missing { return Square(level: 0, isMissing: true) }
        let extreme = extremes[row * columns + column]
        let text = hasNumbers ? quantity.text(extreme, state.decimals) : nil
        guard extreme.isFinite else {
          return Square(level: nil, isCovered: extreme.isCovered, text: text)
        }
        let share = isSigned ? scale.share(of: extreme) : max(0, extreme)
        return Square(level: Int8((min(1, max(-1, share)) * 31).rounded()), text: text)
      }
    }
  }

  /// Columns for squares in a pane of some width.
  private static func room(_ width: Int, units: Int) -> Int {
    max(1, width - max(2, "\(units - 1)".count) - 4)
  }

  private static func stepsPerCell(_ timesteps: Int, room: Int) -> Int {
    max(1, (timesteps + room - 1) / room)
  }

  /// How many timesteps a square of a pane of that width stands for.
  static func stepsPerCell(_ state: State, width: Int) -> Int {
    stepsPerCell(state.trace.timesteps, room: room(width, units: state.parameters.units))
  }

  func draw(into canvas: inout Canvas, withCaption: Bool = true) {
    if withCaption {
      let caption = scale.words == nil ? "\(quantity.words) of every unit over time" : quantity.words
      Frame.caption(
        [caption, scale.words, units.caption].compactMap { $0 }.joined(separator: " · "), x: area.x,
        y: area.y,
        width: area.width,
        into: &canvas)
    }
    let left = area.x + indexWidth + 3
    let top = area.y + 2
    let head = area.y + 1
    drawAxis(left: left, y: head, into: &canvas)
    for (row, unit) in units.range.enumerated() {
      let y = top + row
      let isCursor = unit == cursorUnit
      if isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      canvas.write(
        "\(unit)".padded(left: indexWidth), x: area.x + 1, y: y, role: isCursor ? .cursor : .dim)
      for (column, square) in squares[row].enumerated() {
        let isMarked = isCursor && column == cursorColumn
        draw(square, isMarked: isMarked, x: left + column * cellWidth, y: y, into: &canvas)
      }
    }
    if !units.isWhole, !withCaption {
      canvas.write("units \(units.caption ?? "")", x: area.x + 1, y: area.bottom - 1, role: .dim)
    }
  }

  /// A filled square with its number in it, or with a × in its middle where the cursor is.
  private func draw(_ square: Square, isMarked: Bool, x: Int, y: Int, into canvas: inout Canvas) {
    let role: Role =
      square.isCovered ? .missing : square.level == nil ? .error : isSigned ? .heatSigned : .heatGate
    let blank: Unicode.Scalar =
      square.level != nil || square.text != nil ? " " : square.isCovered ? "░" : "!"
    for place in 0..<cellWidth {
      canvas[x + place, y] = Cell(blank, role: role, level: square.level ?? 0, isMarked: isMarked)
    }
    if square.isMissing {
      for place in 0..<cellWidth {
        canvas[x + place, y] = Cell(place == cellWidth / 2 ? "…" : " ", role: .missing)
      }
    } else if let text = square.text {
      for (place, scalar) in text.padded(left: cellWidth - 1).unicodeScalars.enumerated() {
        canvas[x + place, y].scalar = scalar
      }
    } else if isMarked, square.level != nil {
      canvas[x + cellWidth / 2, y].scalar = "×"
    }
  }

  /// The timestep under the cursor with a ▼, and numbers along the way where they don't touch.
  private func drawAxis(left: Int, y: Int, into canvas: inout Canvas) {
    let mark = left + cursorColumn * cellWidth + cellWidth / 2
    let labelWidth = "\(timesteps)".count + 2
    var next = left
    for column in squares.first?.indices ?? 0..<0 {
      let x = left + column * cellWidth
      let label = "\(timestepIndex[column * stepsPerCell])"
      let end = x + label.count
      guard x >= next, end <= area.right, !(x - 1...end).contains(mark) else { continue }
      canvas.write(label, x: x, y: y, role: .dim)
      next = x + labelWidth
    }
    canvas[mark, y] = Cell("▼", role: .accent)
  }
}
