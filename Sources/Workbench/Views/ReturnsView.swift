import Canvas
import LSTM
import Network

extension View {
  /// What Keras returns for the layer: which tensors, and which cells of the trace each is cut from.
  static let returns = View(
    position: { state in
      let batch = state.subject.batch > 1 ? "batch \(state.subject.batch) · " : ""
      return "\(batch)sample \(state.sample)/0…\(max(0, state.trace.batch - 1))"
    },
    draw: { state, area, canvas in ReturnsView(state, area).draw(into: &canvas) },
    sentence: ReturnsSentence.text)
}

struct ReturnsView: Equatable {
  /// One row of the view: its text, a label before its numbers, and how they are drawn.
  enum Row: Equatable {
    case blank
    case text(String, Role)
    case tensor(number: Int, name: String, words: String, isCursor: Bool)
    case numbers(Numbers)
    case note(String)
  }

  /// Numbers of one tensor, those of the backward direction in columns of their own where both stand in a row.
  struct Numbers: Equatable {
    var label = ""
    var left: [Shown] = []
    var right: [Shown] = []
    var link = Link.none
    var remark = ""
  }

  /// The bracket that joins the last row of the first tensor with the second.
  enum Link: Equatable { case none, start, end }

  let area: Area
  let rows: [Row]
  let flagRows: [Row]
  let units: Window
  /// Whether a row has the units of both directions side by side.
  let isSplit: Bool
  private let numberWidth: Int

  static func unitsInSight(_ state: State) -> Window {
    let isSplit = state.flags.isBidirectional && state.flags.merge == .concat
    let room = state.size.width - 10 - (isSplit ? 19 : 22)
    return Window(
      total: max(state.parameters.units, state.subject.stack.map(\.units).max() ?? 0),
      fitting: max(1, (isSplit ? (room - 3) / 2 : room) / (state.decimals.signedWidth + 1)),
      cursor: state.unit)
  }

  init(_ state: State, _ area: Area) {
    self.area = area
    numberWidth = state.decimals.signedWidth + 1
    isSplit = state.flags.isBidirectional && state.flags.merge == .concat
    units = Self.unitsInSight(state)
    flagRows = Self.flagRows(state)
    var rows: [Row] = state.pythonRows(width: area.width - 3).map { .text($0, .accent) }
    let trace = state.trace
    let shape = Self.words(
      [trace.batch, trace.timesteps, trace.features], ["sample", "timestep", "feature"],
      isTimeMajor: state.subject.layer.isTimeMajor)
    let origin = "x: \(shape) from \(state.subject.inputName)"
    let sight = units.caption.map { ", units \($0)" } ?? ""
    let sample = "; sample \(state.sample)"
    // The header has the sample too.
    let isWhole = (origin + sample + sight).columns <= area.width - 3
    rows.append(.text(origin + (isWhole ? sample : "") + sight, .dim))
    guard let returned = state.returned else {
      self.rows = rows + [.blank, .note(Self.waiting(state))]
      return
    }
    let body = ReturnsBody(state, returned, units: units, isSplit: isSplit)
    let room = area.height - 1 - flagRows.count - rows.count
    let needed = body.leastHeight
    if needed < room { rows.append(.blank) }
    self.rows = rows + body.rows(room: needed < room ? room - 1 : room, width: area.width)
  }

  private static func waiting(_ state: State) -> String {
    guard let need = state.trialNeed else {
      return "the two halves differ in units: Keras can only concat them or leave them apart; m changes it"
    }
    return state.trialAsked == need && state.trial?.need != need
      ? "running the layer with these flags …" : "the halves cannot be merged so; m changes it"
  }

  /// `(2 samples, 2 timesteps, 3 units)`.
  static func words(_ shape: [Int], _ axes: [String], isTimeMajor: Bool) -> String {
    var parts = zip(shape, axes).map { size, axis in "\(size) \(axis)\(size == 1 ? "" : "s")" }
    if isTimeMajor, parts.count == 3 { parts.swapAt(0, 1) }
    return "(\(parts.joined(separator: ", ")))"
  }

  private static func flagRows(_ state: State) -> [Row] {
    let flags = state.flags
    let isOwn = state.showsOwnFlags
    func box(_ isSet: Bool) -> String { isSet ? "[x]" : "[ ]" }
    let isBorrowed = flags.isBidirectional && state.subject.layer.direction == nil
    let second =
      isBorrowed ? "both use its weights  " : state.isStackedCell ? "of all \(flags.cells) cells" : ""
    let role: Role = isOwn ? .plain : .warning
    return [
      .text(
        "\(isOwn ? "the layer's own flags" : "flags being tried   ")  \(box(flags.returnSequences)) a return_sequences"
          + "   \(box(flags.returnState)) b return_state", role),
      .text(
        "\(second.padded(right: 23))\(box(flags.goBackwards)) c go_backwards       "
          + "\(box(flags.isBidirectional)) d Bidirectional"
          + (flags.isBidirectional ? " m \(flags.merge == .none ? "None" : flags.merge.rawValue)" : ""), role),
    ]
  }

  func draw(into canvas: inout Canvas) {
    canvas.fill("─", x: area.x, y: area.y, count: area.width, role: .rule)
    let flagsTop = area.bottom - flagRows.count
    var y = area.y + 1
    var isInLink = false
    for row in rows where y < flagsTop {
      if case .numbers(let numbers) = row, numbers.link == .start { isInLink = true }
      draw(row, y: y, isInLink: isInLink, into: &canvas)
      if case .numbers(let numbers) = row, numbers.link == .end { isInLink = false }
      y += 1
    }
    for (index, row) in flagRows.enumerated() {
      draw(row, y: flagsTop + index, isInLink: false, into: &canvas)
    }
  }

  private var rightStart: Int { area.x + 10 + units.count * numberWidth + 2 }
  private var linkColumn: Int { isSplit ? rightStart + units.count * numberWidth + 1 : rightStart }

  private func draw(_ row: Row, y: Int, isInLink: Bool, into canvas: inout Canvas) {
    switch row {
    case .blank: break
    case .text(let text, let role):
      canvas.write(text.cut(to: area.width - 3), x: area.x + 2, y: y, role: role)
    case .note(let text): canvas.write(text.cut(to: area.width - 6), x: area.x + 5, y: y, role: .dim)
    case .tensor(let number, let name, let words, let isCursor):
      if isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      let end = canvas.write("\(number) \(name)", x: area.x + 1, y: y, role: isCursor ? .bright : .plain)
      let near = max(end + 3, area.x + 25)
      let behindLink = linkColumn + 5
      let start =
        isInLink && behindLink > near && behindLink + words.columns <= area.right ? behindLink : near
      let limit = isInLink && start < linkColumn ? linkColumn + 1 - start : area.right - start
      canvas.write(words.cut(to: limit), x: start, y: y, role: .dim)
    case .numbers(let numbers):
      canvas.write(numbers.label, x: area.x + 5, y: y, role: .dim, limit: 6)
      for (place, value) in numbers.left.enumerated() {
        canvas.write(value, endingAt: area.x + 10 + (place + 1) * numberWidth - 1, y: y)
      }
      if isSplit { canvas[rightStart - 2, y] = Cell("│", role: .rule) }
      for (place, value) in numbers.right.enumerated() {
        canvas.write(value, endingAt: rightStart + (place + 1) * numberWidth - 1, y: y)
      }
      switch numbers.link {
      case .none:
        canvas.write(numbers.remark.cut(to: area.right - linkColumn), x: linkColumn, y: y, role: .dim)
      case .start: canvas.write("◀─┐ the same numbers", x: linkColumn, y: y, role: .accent)
      case .end: canvas.write("◀─┘", x: linkColumn, y: y, role: .accent)
      }
    }
    if isInLink, !row.isNumbers { canvas[linkColumn + 2, y] = Cell("│", role: .accent) }
  }
}

extension ReturnsView.Row {
  fileprivate var isNumbers: Bool {
    if case .numbers = self { return true }
    return false
  }
}

extension State {
  /// Whether the layer is one of several cells of an RNN.
  var isStackedCell: Bool { subject.layer.cell != nil }
}
