import Canvas
import Commands
import LSTM

extension View {
  /// Keras' formula with the numbers of one unit, every unit beside it, and the sequence above.
  static let step = View(
    position: { state in
      // Of one sample there is nothing to count where room is scarce.
      let isAlone = state.trace.batch == 1 && state.size.width < 100 && state.translation != nil
      let samples = isAlone ? "" : "sample \(state.sample)/0…\(max(0, state.trace.batch - 1)) · "
      let last = max(0, state.trace.timesteps - 1)
      let place =
        state.trace.timesteps == 0 ? "no timesteps" : "t \(state.timestep)/0…\(last)"
      let batch = state.subject.batch > 1 ? "batch \(state.subject.batch) · " : ""
      let feeding = state.translation.map { $0.feeding.isEmpty ? "" : " · \($0.feeding)" } ?? ""
      return "\(batch)\(samples)\(place) · line \(state.line + 1)/\(state.formula.lines.count)\(feeding)"
    },
    draw: { state, area, canvas in
      guard state.trace.timesteps > 0 else { return }
      StepLayout(state, area).draw(state, into: &canvas)
    },
    sentence: { Sentence($0).text })
}

/// Where the panes of Step stand: decided by the size and the sequence's length, never by the cursor.
struct StepLayout {
  let overview: Overview?
  let top: Area
  let timeline: Timeline
  let timelineArea: Area
  let formula: Area
  let table: Area
  let heat: Area?
  /// What the selected number is made of, from 160 columns.
  let explain: Area?

  init(_ state: State, _ area: Area) {
    let lines = state.formula.lines.count + 1
    let spare = area.height - (1 + (state.hasStandings ? 5 : 4) + 1 + lines)
    timeline = Timeline(state, width: area.width, height: spare >= 3 ? 6 : spare >= 2 ? 5 : 4)
    overview =
      timeline.window.isWhole || !timeline.captions.isEmpty ? nil : Overview(state, width: area.width)
    let topRows = overview != nil || spare >= 0 ? 1 : 0
    top = Area(x: area.x, y: area.y, width: area.width, height: topRows)
    timelineArea = Area(x: area.x, y: top.bottom, width: area.width, height: timeline.height)

    let bodyTop = timelineArea.bottom
    let body = Area(x: area.x, y: bodyTop, width: area.width, height: max(0, area.bottom - bodyTop))
    let isWide = area.width >= 104
    let needed = state.formula.width(value: state.decimals.signedWidth, parts: isWide ? 28 : 0)
    let wanted = isWide ? 64 : 40
    let left = min(max(wanted, needed), max(40, area.width - 32))
    formula = Area(x: body.x, y: body.y, width: left, height: body.height)
    let rest = area.width - left - 1
    let comfortable = UnitsTable.comfortableWidth(state)
    let tableHeight = state.parameters.units + 3
    if area.width >= 150, rest - comfortable > 20 {
      table = Area(x: left + 1, y: body.y, width: comfortable, height: body.height)
      let width = rest - comfortable - 1
      // Explain stands open below the map, which keeps as many rows as it has units, up to half.
      let mapHeight = min(state.parameters.units + 3, body.height / 2)
      let isOpen = area.width >= 160 && width >= 30 && body.height - mapHeight >= 10
      heat = Area(x: table.right + 1, y: body.y, width: width, height: isOpen ? mapHeight : body.height)
      explain =
        isOpen
        ? Area(x: table.right + 1, y: body.y + mapHeight, width: width, height: body.height - mapHeight) : nil
    } else if body.height - tableHeight >= 7, area.width >= 100 {
      // Few units leave room below them: the map stands there.
      table = Area(x: left + 1, y: body.y, width: rest, height: tableHeight)
      heat = Area(x: left + 1, y: table.bottom + 1, width: rest, height: body.bottom - table.bottom - 1)
      explain = nil
    } else {
      table = Area(x: left + 1, y: body.y, width: rest, height: body.height)
      heat = nil
      explain = nil
    }
  }

  func draw(_ state: State, into canvas: inout Canvas) {
    if let overview {
      overview.draw(in: top, into: &canvas)
    } else if top.height > 0 {
      canvas.fill("─", x: top.x, y: top.y, count: top.width, role: .rule)
      timeline.drawCaptions(in: top, into: &canvas)
    }
    timeline.draw(state, in: timelineArea, into: &canvas)
    Frame.caption(
      "step · the numbers of \(state.unitTitle)", x: formula.x, y: formula.y, width: formula.width,
      into: &canvas)
    FormulaPane(state, formula).draw(into: &canvas)
    divide(at: formula.right, into: &canvas)
    UnitsTable(state, table).draw(into: &canvas)
    if let heat {
      HeatPane(state, heat, quantity: .c, line: state.formula.lines[state.line]).draw(into: &canvas)
      if heat.y == table.y {
        divide(at: table.right, into: &canvas)
      } else {
        canvas[formula.right, heat.y] = Cell("├", role: .rule)
      }
    }
    if let explain { drawExplanation(state, in: explain, into: &canvas) }
  }

  private func drawExplanation(_ state: State, in area: Area, into canvas: inout Canvas) {
    let number = state.selectedExplanation
    let caption = number.map { number in
      if case .parts = number.origin { "explain · the parts of z" } else { "explain · \(number.place.text)" }
    }
    Frame.caption(caption ?? "explain", x: area.x, y: area.y, width: area.width, into: &canvas)
    canvas[area.x - 1, area.y] = Cell("├", role: .rule)
    guard let number else { return }
    ExplainPane(
      state.page(of: number), truth: nil, cursor: nil,
      area: Area(x: area.x, y: area.y + 1, width: area.width, height: area.height - 1),
      decimals: state.decimals
    ).draw(into: &canvas)
  }

  private func divide(at x: Int, into canvas: inout Canvas) {
    canvas[x, formula.y] = Cell("┬", role: .rule)
    for y in formula.y + 1..<max(formula.y + 1, formula.bottom) { canvas[x, y] = Cell("│", role: .rule) }
  }
}
