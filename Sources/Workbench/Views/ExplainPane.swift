import Canvas
package import Commands
package import LSTM

/// An explanation drawn into an area: its line of the formula, the operands by size, the curve, the truth.
struct ExplainPane: Equatable {
  private let page: ExplainPage
  private let truth: TruthPanel?
  private let cursor: Int?
  private let area: Area
  private let decimals: Decimals

  /// - Parameter cursor: The operand chosen; nil where none can be.
  init(_ page: ExplainPage, truth: TruthPanel?, cursor: Int?, area: Area, decimals: Decimals) {
    self.page = page
    self.truth = truth
    self.cursor = cursor
    self.area = area
    self.decimals = decimals
  }

  private var isWide: Bool { area.width >= 112 }

  func draw(into canvas: inout Canvas) {
    let room = Area(x: area.x + 1, y: area.y, width: area.width - 2, height: area.height)
    var y = room.y
    for (place, line) in page.head.enumerated() {
      let role: Role = place == 0 ? .bright : .plain
      let wrapped = line.wrapped(to: room.width)
      for text in wrapped.prefix(max(0, min(3, room.bottom - y))) {
        canvas.write(text, x: room.x, y: y, role: role, limit: room.width)
        y += 1
      }
    }
    if !page.head.isEmpty { y += 1 }
    let truthHeight = truth.map { $0.lines.count + 1 } ?? 0
    var list = Area(x: room.x, y: y, width: room.width, height: room.bottom - y)
    var below = 0
    if isWide, page.curve != nil {
      let plot = Area(x: room.right - 40, y: y, width: 40, height: min(14, list.height))
      page.curve?.draw(in: plot, into: &canvas)
      list.width -= 44
    } else if page.curve != nil {
      let needed = page.rows.count + 2
      below = min(10, list.height - needed - truthHeight)
    }
    if truthHeight > 0 { list.height -= truthHeight }
    if below >= 6 { list.height -= below }
    let end = drawList(in: list, into: &canvas)
    if below >= 6 {
      page.curve?.draw(
        in: Area(x: room.x + 1, y: end + 1, width: min(50, room.width - 2), height: below - 1), into: &canvas)
    }
    if let truth {
      drawTruth(
        truth, in: Area(x: room.x, y: room.bottom - truthHeight, width: room.width, height: truthHeight),
        into: &canvas)
    }
  }

  // MARK: The list

  /// - Returns: The row after the last one used.
  private func drawList(in list: Area, into canvas: inout Canvas) -> Int {
    var y = list.y
    if let title = page.title {
      canvas.write(title, x: list.x, y: y, role: .plain, limit: list.width)
      if let remark = page.remark, title.columns + remark.columns + 2 <= list.width {
        canvas.write(remark, endingAt: list.right - 1, y: y, role: .dim)
      }
      y += 1
    }
    guard !page.rows.isEmpty else { return y }
    let columns = Columns(page, width: list.width, decimals: decimals)
    let free = max(1, list.bottom - y - (page.total.map { $0.clipped == nil ? 1 : 2 } ?? 0))
    let row = cursor.flatMap { page.operands.indices.contains($0) ? page.operands[$0].row : nil } ?? 0
    let window = Window(
      total: page.rows.count, fitting: page.rows.count > free ? max(1, free - 2) : free, cursor: row)
    let scale = max(page.rows.reduce(0) { max($0, abs($1.value).isFinite ? abs($1.value) : 0) }, 1e-30)
    if window.hasMoreBefore {
      y = rest(page.rows[..<window.start], "larger", y, list, columns, into: &canvas)
    }
    for index in window.range {
      draw(page.rows[index], isCursor: cursor != nil && index == row, y, list, columns, scale, into: &canvas)
      y += 1
    }
    if window.hasMoreBehind {
      y = rest(page.rows[(window.start + window.count)...], "smaller", y, list, columns, into: &canvas)
    }
    if let total = page.total, y < list.bottom {
      let label = total.isExact ? total.label : "\(total.label) ≈"
      canvas.write(label, endingAt: list.x + columns.valueEnd - decimals.signedWidth - 1, y: y, role: .dim)
      canvas.write(
        Shown(total.value, otherwise: total.clipped == nil ? .result : .plain) {
          Number.signed($0, decimals)
        },
        endingAt: list.x + columns.valueEnd, y: y)
      let labelStart = columns.valueEnd - decimals.signedWidth - label.columns
      if let rounding = total.rounding {
        if rounding.columns + 3 < labelStart {
          canvas.write(rounding, x: list.x + 2, y: y, role: .dim)
        } else if columns.valueEnd + 3 + rounding.columns < list.width {
          canvas.write(rounding, x: list.x + columns.valueEnd + 3, y: y, role: .dim)
        } else if y + 1 < list.bottom {
          y += 1
          canvas.write(rounding, x: list.x + 2, y: y, role: .dim, limit: list.width - 2)
        }
      }
      y += 1
      if let clipped = total.clipped, y < list.bottom {
        canvas.write(
          "clipped to", endingAt: list.x + columns.valueEnd - decimals.signedWidth - 1, y: y, role: .dim)
        canvas.write(
          Shown(clipped, otherwise: .result) { Number.signed($0, decimals) },
          endingAt: list.x + columns.valueEnd, y: y)
        y += 1
      }
    }
    return y
  }

  /// What is not in sight, in one row, so that all rows still add up.
  private func rest(
    _ rows: ArraySlice<ExplainPage.Row>, _ size: String, _ y: Int, _ list: Area, _ columns: Columns,
    into canvas: inout Canvas
  ) -> Int {
    let sum = Float(rows.reduce(0.0) { $0 + Double($1.value) })
    let terms = rows.count == 1 ? "1 \(size) term" : "\(Number.count(rows.count)) \(size) terms together"
    canvas.write(
      "… \(terms)", x: list.x + 2, y: y, role: .dim, limit: columns.valueEnd - decimals.signedWidth - 2)
    canvas.write(
      Shown(sum, otherwise: .dim) { Number.signed($0, decimals) }, endingAt: list.x + columns.valueEnd, y: y)
    return y + 1
  }

  private func draw(
    _ row: ExplainPage.Row, isCursor: Bool, _ y: Int, _ list: Area, _ columns: Columns, _ scale: Float,
    into canvas: inout Canvas
  ) {
    if isCursor { canvas[list.x, y] = Cell("▸", role: .cursor) }
    canvas.write(row.label.cut(to: columns.label), x: list.x + 2, y: y, role: isCursor ? .cursor : .plain)
    if isCursor, row.operands.count > 1, let chosen {
      // Of two that can be gone into, the one that Enter means.
      canvas.write(row.label, x: list.x + 2, y: y, role: .plain, limit: columns.label)
      canvas.write(
        chosen.label, x: list.x + 2 + chosen.start, y: y, role: .input,
        limit: max(0, columns.label - chosen.start))
    }
    if let end = columns.detailEnd {
      canvas.write(row.detail, endingAt: list.x + end, y: y, role: .dim)
    }
    let value = Shown(row.value, otherwise: isCursor ? .bright : .plain) {
      row.isGate ? Number.gate($0, decimals) : Number.signed($0, decimals)
    }
    canvas.write(value, endingAt: list.x + columns.valueEnd, y: y)
    if let start = columns.barStart, !row.value.isCovered {
      canvas.signedBar(row.value / scale, x: list.x + start, y: y, width: columns.barWidth)
    }
  }

  private var chosen: ExplainPage.Operand? {
    cursor.flatMap { page.operands.indices.contains($0) ? page.operands[$0].operand : nil }
  }

  /// Where a row's parts stand.
  private struct Columns {
    let label: Int
    let detailEnd: Int?
    let valueEnd: Int
    let barStart: Int?
    let barWidth: Int

    init(_ page: ExplainPage, width: Int, decimals: Decimals) {
      let longest = page.rows.reduce(0) { max($0, $1.label.columns) }
      let detail = page.rows.reduce(0) { max($0, $1.detail.columns) }
      let value = decimals.signedWidth
      let wanted = min(max(longest, page.total == nil ? 8 : 14), 44)
      let room = width - 2
      // The bars tell more at a glance than the factors; every digit was asked for where all are shown.
      let bars = decimals == .exact ? 0 : 12
      let hasDetail = detail > 0 && wanted + 2 + detail + 1 + value + bars <= room
      label = hasDetail ? wanted : min(wanted, max(6, room - value - 1))
      let end = 2 + label + (hasDetail ? 2 + detail : 0)
      detailEnd = hasDetail ? end - 1 : nil
      valueEnd = min(end + 1 + value, width) - 1
      let left = width - valueEnd - 4
      barWidth = min(left, 41) / 2 * 2 - 1
      barStart = barWidth >= 9 && page.hasBars ? valueEnd + 3 : nil
    }
  }

  // MARK: The truth

  private func drawTruth(_ truth: TruthPanel, in area: Area, into canvas: inout Canvas) {
    Frame.caption(
      truth.hasOrders ? "truth in numbers · o another order of summation" : "truth in numbers", x: area.x,
      y: area.y, width: area.width,
      into: &canvas)
    let label = truth.lines.reduce(0) { max($0, $1.label.columns) }
    let value = truth.lines.reduce(0) { max($0, $1.value.columns) }
    for (row, line) in truth.lines.enumerated() {
      let y = area.y + 1 + row
      canvas.write(line.label, x: area.x + 1, y: y, role: .dim)
      canvas.write(line.value, x: area.x + label + 3, y: y, role: row == 0 ? .result : .plain)
      canvas.write(
        line.difference, x: area.x + label + value + 5, y: y, role: .dim,
        limit: area.width - label - value - 5)
    }
  }
}

extension ExplainPage {
  /// The explanation as plain text, every term in it.
  package func text(_ number: Explanation<Address>) -> String {
    let truth = TruthPanel(number, order: nil)
    let pane = { (height: Int) in
      Area(x: 0, y: 0, width: 100, height: height)
    }
    let height = head.count * 3 + rows.count + truth.lines.count + 20
    var canvas = Canvas(width: 100, height: height)
    ExplainPane(
      self, truth: truth.saysMore ? truth : nil, cursor: nil, area: pane(height), decimals: decimals
    ).draw(into: &canvas)
    var lines = canvas.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines = lines.enumerated().filter {
      $0.offset == 0 || !$0.element.isEmpty || !lines[$0.offset - 1].isEmpty
    }.map(\.element)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }
}
