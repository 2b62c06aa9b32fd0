import Canvas
import Commands
import Debugger

extension View {
  /// What is wrong with the model or its run, with evidence and a remedy.
  static let findings = View(
    position: { state in
      guard let findings = state.findings, !findings.isEmpty else { return "none" }
      return "\(state.findingRow + 1)/\(findings.count)"
    },
    draw: { state, area, canvas in FindingsView(state, area).draw(into: &canvas) },
    sentence: FindingsView.sentence)
}

struct FindingsView: Equatable {
  struct Row: Equatable {
    let severity: String
    let role: Role
    let title: String
    let isCursor: Bool
  }

  struct Line: Equatable {
    let label: String
    let text: String
    let role: Role
  }

  let area: Area
  let caption: String
  let rows: [Row]
  let window: Window
  let lines: [Line]

  init(_ state: State, _ area: Area) {
    self.area = area
    let findings = state.findings ?? []
    let isRandom = state.subject.isRandom
    caption =
      state.findings == nil
      ? "findings · looking"
      : isRandom ? "findings · of the model and of its run on random input" : "findings"
    window = Window(
      total: findings.count, fitting: max(1, min(findings.count, area.height / 2)), cursor: state.findingRow)
    rows = findings.enumerated().map { index, finding in
      let role: Role =
        switch finding.severity {
        case .error: .error
        case .warning: .warning
        case .note: .dim
        }
      return Row(
        severity: finding.severity.rawValue, role: role, title: finding.title,
        isCursor: index == state.findingRow)
    }
    lines = findings.indices.contains(state.findingRow) ? Self.lines(findings[state.findingRow], area) : []
  }

  private static func lines(_ finding: Finding, _ area: Area) -> [Line] {
    let rows =
      finding.evidence.map { ($0.label, $0.text, Role.plain) } + [("means", finding.meaning, .plain)]
      + [("try", finding.advice, .bright)] + finding.remedy.map { ("", $0, .bright) }
      + (finding.address.map { [("look", $0.text, .accent)] } ?? [])
    let room = max(10, area.width - 20)
    return rows.flatMap { label, text, role in
      text.wrapped(to: room).enumerated().map {
        Line(label: $0.offset == 0 ? label : "", text: $0.element, role: role)
      }
    }
  }

  func draw(into canvas: inout Canvas) {
    Frame.caption(caption, x: area.x, y: area.y, width: area.width, into: &canvas)
    if rows.isEmpty {
      let text =
        caption.hasSuffix("looking")
        ? "…" : "nothing found, of \(FindingKind.all.count) things that are looked for"
      canvas.write(text, x: area.x + 2, y: area.y + 2, role: .dim)
      return
    }
    var y = area.y + 1
    for row in rows[window.range] where y < area.bottom {
      if row.isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      canvas.write(row.severity, x: area.x + 2, y: y, role: row.role)
      canvas.write(
        row.title.cut(to: area.width - 12), x: area.x + 10, y: y, role: row.isCursor ? .bright : .plain)
      y += 1
    }
    if let caption = window.caption {
      canvas.write(caption, endingAt: area.right - 2, y: area.y, role: .dim)
    }
    guard y + 1 < area.bottom else { return }
    Frame.caption("evidence", x: area.x, y: y, width: area.width, into: &canvas)
    for (index, line) in lines.enumerated() where y + 1 + index < area.bottom {
      canvas.write(line.label, x: area.x + 2, y: y + 1 + index, role: .dim)
      canvas.write(line.text, x: area.x + 18, y: y + 1 + index, role: line.role)
    }
  }

  static func sentence(_ state: State) -> String {
    guard let findings = state.findings else { return "Looking at weights and run." }
    guard findings.indices.contains(state.findingRow) else {
      let name = state.expectations.name
      return state.expectations.recorded.isEmpty
        ? "Nothing was found. lstmscope check compares with numbers that you recorded elsewhere."
        : "Nothing was found, and what \(name) has is equal to this run."
    }
    let finding = findings[state.findingRow]
    return finding.address == nil
      ? finding.title : "\(finding.title). Enter goes to \(finding.address?.text ?? "it")."
  }
}
