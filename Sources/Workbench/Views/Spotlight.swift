import Canvas
import LSTM

/// What is spoken of stays lit, the rest of the view is dimmed.
struct Spotlight: Equatable {
  /// nil where everything is lit.
  let regions: [Area]?

  /// - Parameter canvas: The view as it is drawn, in which words are looked for.
  init(_ state: State, _ area: Area, _ canvas: Canvas) {
    var words = state.focus
    // A class that is shown a formula looks at the line just executed.
    if words.isEmpty, state.isPresenting, state.view == .step, state.lesson != nil { words = ["line"] }
    guard !words.isEmpty else {
      regions = nil
      return
    }
    var found: [Area] = []
    for word in words {
      let places = state.view == .step ? Self.regions(of: word, state, area) : []
      found += places.isEmpty ? Self.rows(with: word, in: area, canvas) : places
    }
    // A word that is nowhere must not darken everything.
    regions = found.isEmpty ? nil : found
  }

  func apply(in area: Area, to canvas: inout Canvas) {
    guard let regions else { return }
    for y in area.y..<area.bottom {
      for x in area.x..<area.right {
        let isLit = regions.contains { $0.x <= x && x < $0.right && $0.y <= y && y < $0.bottom }
        var cell = canvas[x, y]
        switch cell.role {
        case .plain, .bright, .dim:
          cell.role = isLit ? (cell.role == .dim ? .plain : .bright) : .dim
        case .accent, .title, .result, .operand, .edited, .key, .cursor, .positive, .negative, .gate:
          if !isLit { cell.role = .dim }
        case .rule, .missing, .warning, .error, .input, .heatSigned, .heatGate: break
        }
        canvas[x, y] = cell
      }
    }
  }

  /// Where a quantity, a line or a pane of Step stands.
  private static func regions(of word: String, _ state: State, _ area: Area) -> [Area] {
    let layout = StepLayout(state, area)
    let pane = FormulaPane(state, layout.formula)
    let table = UnitsTable(state, layout.table)
    func row(of line: Int) -> Area? {
      guard let place = pane.window.range.firstIndex(of: line) else { return nil }
      let row = pane.window.range.distance(from: pane.window.range.startIndex, to: place)
      return Area(x: layout.formula.x, y: layout.formula.y + 1 + row, width: layout.formula.width, height: 1)
    }
    func column(of slot: Moment.Slot) -> Area? {
      let columns = table.columns
      guard slot.rawValue >= columns.firstSlot else { return nil }
      let width = columns.numberWidth(slot) + 1
      return Area(
        x: layout.table.x + columns.ends[slot.rawValue] - width + 1, y: layout.table.y + 1, width: width,
        height: table.rows.count + 1)
    }
    let terms = Area(
      x: layout.formula.x, y: layout.formula.y + 1 + pane.window.count, width: layout.formula.width, height: 1
    )
    switch word {
    case "formula": return [layout.formula]
    case "table": return [layout.table]
    case "timeline": return [layout.timelineArea]
    case "heat": return layout.heat.map { [$0] } ?? []
    case "terms": return [terms]
    case "line": return [row(of: state.line)].compactMap(\.self)
    case "row":
      return table.rows.firstIndex(where: \.isCursor).map {
        [Area(x: layout.table.x, y: layout.table.y + 2 + $0, width: layout.table.width, height: 1)]
      } ?? []
    case "z":
      return [FormulaLine.inputProduct, .recurrentProduct, .bias, .split].compactMap {
        row(of: state.formula.index(of: $0))
      } + [terms]
    default: break
    }
    if let line = Int(word) { return [row(of: line - 1)].compactMap(\.self) }
    guard let quantity = Quantity(rawValue: word) else { return [] }
    let slot: Moment.Slot? =
      switch quantity {
      case .i, .z0: .input
      case .f, .z1: .forget
      case .g, .z2: .candidate
      case .o, .z3: .output
      case .c, .cPrevious: .carry
      case .h, .y, .hPrevious: .memory
      case .x, .zx, .zh, .z: nil
      }
    return [row(of: state.formula.index(of: quantity.line)), slot.flatMap(column)].compactMap(\.self)
  }

  /// The rows in which a word stands.
  private static func rows(with word: String, in area: Area, _ canvas: Canvas) -> [Area] {
    (area.y..<area.bottom).filter { y in
      canvas.text(row: y).split { !($0.isLetter || $0.isNumber || "_[]@≠⇒".contains($0)) }.contains {
        $0 == word
      }
    }.map { Area(x: area.x, y: $0, width: area.width, height: 1) }
  }
}
