import Canvas
import LSTM
import Network

extension View {
  /// What Keras returns for the layer: which tensors, and which cells of the trace each is cut from.
  static let returns = View(
    position: { state in "sample \(state.sample)/0…\(max(0, state.trace.batch - 1))" },
    draw: { state, area, canvas in ReturnsView(state, area).draw(into: &canvas) },
    sentence: ReturnsView.sentence)
}

extension State {
  /// The tensors for the flags that are shown, in Keras' order.
  var returnedTensors: [ReturnedTensor] {
    trace.returned(returnSequences: flags.returnSequences, returnState: flags.returnState)
  }

  /// The line of Python that yields the tensors.
  var pythonLine: String {
    let names = returnedTensors.map(\.name).joined(separator: ", ")
    return "\(names) = \(call)(x)"
  }

  /// `LSTM(3, return_sequences=True, return_state=True)`.
  var call: String {
    var arguments = ["\(parameters.units)"]
    if parameters.activation != .tanh { arguments.append("activation=\"\(parameters.activation.name)\"") }
    if parameters.recurrentActivation != .sigmoid {
      arguments.append("recurrent_activation=\"\(parameters.recurrentActivation.name)\"")
    }
    if parameters.bias == nil { arguments.append("use_bias=False") }
    if flags.returnSequences { arguments.append("return_sequences=True") }
    if flags.returnState { arguments.append("return_state=True") }
    if parameters.goBackwards { arguments.append("go_backwards=True") }
    return "LSTM(\(arguments.joined(separator: ", ")))"
  }
}

struct ReturnsView: Equatable {
  /// One row of the view: its text, a label before its numbers, and how they are drawn.
  enum Row: Equatable {
    case blank
    case text(String, Role)
    case tensor(number: Int, name: String, words: String, isCursor: Bool)
    case numbers(label: String, values: [Shown], link: Link, remark: String = "")
    case note(String)
  }

  /// The bracket that joins the last row of the first tensor with the second.
  enum Link: Equatable { case none, start, end }

  let area: Area
  let rows: [Row]
  let flagRows: [Row]
  let units: Window
  private let numberWidth: Int

  static func unitsInSight(_ state: State) -> Window {
    let room = state.size.width - 10 - 22
    return Window(
      total: state.parameters.units, fitting: max(1, room / (state.decimals.signedWidth + 1)),
      cursor: state.unit)
  }

  init(_ state: State, _ area: Area) {
    self.area = area
    numberWidth = state.decimals.signedWidth + 1
    units = Self.unitsInSight(state)
    let trace = state.trace
    let tensors = state.returnedTensors
    let units = units
    let decimals = state.decimals

    func numbers(_ quantity: Quantity, step: Int, role: Role = .plain) -> [Shown] {
      units.range.map { unit in
        guard unit < trace.width(of: quantity) else { return .absent }
        let old = state.original?.trace.value(quantity, unit: unit, step: step, sample: state.sample)
        let value = trace.value(quantity, unit: unit, step: step, sample: state.sample)
        return Shown(value, isEdited: old.map { $0.bitPattern != value.bitPattern } ?? false, otherwise: role)
        {
          Number.signed($0, decimals)
        }
      }
    }
    let last = trace.timesteps - 1

    var rows: [Row] = []
    let python = state.pythonLine
    if python.columns <= area.width - 3 {
      rows.append(.text(python, .accent))
    } else {
      rows.append(.text("\(tensors.map(\.name).joined(separator: ", ")) = \\", .accent))
      rows.append(.text("    \(state.call)(x)", .accent))
    }
    rows.append(
      .text(
        "x: \(Self.words([trace.batch, trace.timesteps, trace.features], ["sample", "timestep", "feature"]))"
          + " from \(state.subject.inputName); sample \(state.sample)"
          + (units.caption.map { ", units \($0)" } ?? ""), .dim))
    rows.append(.blank)

    // The second tensor repeats the last row of the first; the bracket shows it.
    let hasLink = tensors.count > 1 && last >= 0
    let fixed = rows.count + tensors.reduce(0) { $0 + ($1.kind == .wholeSequence ? 1 : 2) } + 1 + 3
    let roomForSteps = max(1, area.height - 1 - fixed)
    for (index, tensor) in tensors.enumerated() {
      rows.append(
        .tensor(
          number: index + 1, name: tensor.name,
          words:
            "\(tensor.kind.words(goesBackwards: state.parameters.goBackwards))  \(Self.words(tensor.shape, tensor.kind.axes))",
          isCursor: index == state.tensor))
      switch tensor.kind {
      case .wholeSequence:
        rows += Self.sequenceRows(trace, room: roomForSteps, step: state.step) { step in
          .numbers(
            label: "t \(trace.timestepIndex[step])", values: numbers(.y, step: step),
            link: hasLink && step == last ? .start : .none)
        }
      case .lastOutput:
        if last >= 0 {
          rows.append(.numbers(label: "", values: numbers(.y, step: last), link: hasLink ? .start : .none))
        }
      case .finalMemory:
        if last >= 0 { rows.append(.numbers(label: "", values: numbers(.h, step: last), link: .end)) }
      case .finalCarry:
        if last >= 0 { rows.append(.numbers(label: "", values: numbers(.c, step: last), link: .none)) }
      }
    }
    if last > 0, tensors.contains(where: { $0.kind == .finalCarry }), rows.count + 4 <= area.height {
      let ghost = min(max(0, state.step), last - 1)
      rows.append(
        .numbers(
          label: "t \(trace.timestepIndex[ghost])", values: numbers(.c, step: ghost, role: .dim), link: .none,
          remark: "not returned: it stays inside"))
    }
    self.rows = rows

    let own = state.subject.layer
    let isOwn =
      own.returnSequences == state.flags.returnSequences && own.returnState == state.flags.returnState
    func box(_ isSet: Bool) -> String { isSet ? "[x]" : "[ ]" }
    flagRows = [
      .text(
        "\(isOwn ? "the layer's own flags" : "flags being tried   ")  \(box(state.flags.returnSequences)) a return_sequences"
          + "   \(box(state.flags.returnState)) b return_state", isOwn ? .plain : .warning)
    ]
  }

  /// The rows of the whole sequence that fit, the last one always among them.
  private static func sequenceRows(_ trace: Trace, room: Int, step: Int, row: (Int) -> Row) -> [Row] {
    let count = trace.timesteps
    guard count > room, room > 3 else { return (max(0, count - room)..<count).map(row) }
    // One row is the last step's, two may say what is left out before and behind.
    let window = Window(total: count - 1, fitting: room - 3, cursor: min(step, count - 2))
    var rows: [Row] = window.start > 0 ? [.note("… \(Number.count(window.start)) steps before")] : []
    rows += window.range.map(row)
    let behind = count - 1 - window.range.upperBound
    if behind > 0 { rows.append(.note("… \(Number.count(behind)) steps between")) }
    return rows + [row(count - 1)]
  }

  /// `(2 samples, 2 timesteps, 3 units)`.
  private static func words(_ shape: [Int], _ axes: [String]) -> String {
    let parts = zip(shape, axes).map { size, axis in "\(size) \(axis)\(size == 1 ? "" : "s")" }
    return "(\(parts.joined(separator: ", ")))"
  }

  static func sentence(_ state: State) -> String {
    guard state.parameters.additions == .none else {
      return
        "Keras' own LSTM has none of what this layer adds to the formula; these are the tensors that it would return."
    }
    let flags = state.flags
    // Backwards, the last step is not the last timestep.
    let last = state.parameters.goBackwards ? "step (t 0)" : "timestep"
    switch (flags.returnSequences, flags.returnState) {
    case (true, true):
      return
        "Tensor 2 is the last row of tensor 1, h once more. Only tensor 3, c, is new. Without return_sequences "
        + "tensor 1 is that last row alone."
    case (false, true):
      return
        "Tensors 1 and 2 are the same numbers: the output is h at the last \(last), and so is the memory state. "
        + "Tensor 3 is c, the carry state."
    case (true, false):
      return
        "h at every \(last). Its last row is the final memory state; the carry state c is not returned without "
        + "return_state."
    case (false, false):
      return
        "h at the last \(last) alone. return_sequences gives every \(last), return_state gives h and c at the "
        + "end beside it."
    }
  }

  func draw(into canvas: inout Canvas) {
    canvas.fill("─", x: area.x, y: area.y, count: area.width, role: .rule)
    let flagsTop = area.bottom - flagRows.count
    var y = area.y + 1
    var isInLink = false
    for row in rows where y < flagsTop {
      if case .numbers(_, _, .start, _) = row { isInLink = true }
      draw(row, y: y, isInLink: isInLink, into: &canvas)
      if case .numbers(_, _, .end, _) = row { isInLink = false }
      y += 1
    }
    for (index, row) in flagRows.enumerated() {
      draw(row, y: flagsTop + index, isInLink: false, into: &canvas)
    }
  }

  private var linkColumn: Int { area.x + 10 + units.count * numberWidth + 2 }

  private func draw(_ row: Row, y: Int, isInLink: Bool, into canvas: inout Canvas) {
    switch row {
    case .blank: break
    case .text(let text, let role):
      canvas.write(text.cut(to: area.width - 3), x: area.x + 2, y: y, role: role)
    case .note(let text): canvas.write(text, x: area.x + 5, y: y, role: .dim)
    case .tensor(let number, let name, let words, let isCursor):
      if isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      let end = canvas.write("\(number) \(name)", x: area.x + 1, y: y, role: isCursor ? .bright : .plain)
      let near = max(end + 3, area.x + 25)
      let behindLink = linkColumn + 5
      let start =
        isInLink && behindLink > near && behindLink + words.columns <= area.right ? behindLink : near
      let limit = isInLink && start < linkColumn ? linkColumn + 1 - start : area.right - start
      canvas.write(words.cut(to: limit), x: start, y: y, role: .dim)
    case .numbers(let label, let values, let link, let remark):
      canvas.write(label, x: area.x + 5, y: y, role: .dim, limit: 6)
      for (place, value) in values.enumerated() {
        canvas.write(value, endingAt: area.x + 10 + (place + 1) * numberWidth - 1, y: y)
      }
      switch link {
      case .none: canvas.write(remark.cut(to: area.right - linkColumn), x: linkColumn, y: y, role: .dim)
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

extension ReturnedTensor.Kind {
  /// The last step of a layer that goes backwards is the one that reads timestep 0.
  fileprivate func words(goesBackwards: Bool) -> String {
    let last = goesBackwards ? "last step, t 0" : "last timestep"
    return switch self {
    case .wholeSequence: goesBackwards ? "h at every step" : "h at every timestep"
    case .lastOutput, .finalMemory: "h, \(last)"
    case .finalCarry: "c, \(last)"
    }
  }

  fileprivate var axes: [String] {
    switch self {
    case .wholeSequence: ["sample", "timestep", "unit"]
    case .lastOutput, .finalMemory, .finalCarry: ["sample", "unit"]
    }
  }
}
