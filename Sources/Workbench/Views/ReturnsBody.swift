import Canvas
import LSTM
import Network

/// The tensors of Returns, row by row, as many of a sequence as there is room for.
struct ReturnsBody {
  let state: State
  let returned: Returned
  let units: Window
  let isSplit: Bool
  private let tensors: [ReturnedTensor]
  private let last: Int
  private let links: ReturnsLinks
  /// Whether the numbers are those of the run shown, which edits may have changed.
  private let isRunShown: Bool

  init(_ state: State, _ returned: Returned, units: Window, isSplit: Bool) {
    self.state = state
    self.returned = returned
    self.units = units
    self.isSplit = isSplit
    tensors = returned.tensors
    last = returned.forward.timesteps - 1
    links = ReturnsLinks(returned, sample: state.sample)
    isRunShown = state.trialNeed == nil
  }

  private var isBidirectional: Bool { returned.backward != nil }
  private var isStack: Bool { !returned.lowerForward.isEmpty }
  private var sequences: Int { tensors.count { $0.kind == .wholeSequence } }

  /// With every tensor open and three rows of each sequence.
  var leastHeight: Int { tensors.count * 2 + sequences * 2 }

  func rows(room: Int, width: Int) -> [ReturnsView.Row] {
    let chosen = min(state.tensor, tensors.count - 1)
    // Where not all of them fit, the chosen one alone shows its numbers.
    let isTight = leastHeight > room
    let open = tensors.indices.filter { !isTight || $0 == chosen }
    let shownSequences = open.count { tensors[$0].kind == .wholeSequence }
    let fixed = tensors.count + open.count - shownSequences + (isBidirectional ? 0 : 1)
    let roomForSteps = max(1, (room - fixed) / max(1, shownSequences))
    var rows: [ReturnsView.Row] = []
    // Where even the names do not fit, the chosen tensor is in sight.
    var end = 0
    for (index, tensor) in tensors.enumerated() {
      if index == chosen + 1 { end = rows.count }
      rows.append(
        .tensor(
          number: index + 1, name: tensor.name, words: words(of: tensor, width: width),
          isCursor: index == state.tensor))
      guard open.contains(index), last >= 0 else { continue }
      if tensor.kind == .wholeSequence {
        rows += sequenceRows(room: roomForSteps) { row in .numbers(numbers(of: tensor, row: row)) }
      } else {
        rows.append(.numbers(numbers(of: tensor, row: last)))
      }
    }
    if chosen == tensors.count - 1 { end = rows.count }
    if end > room { rows.removeFirst(end - max(1, room)) }
    return rows + ghost(room: room - rows.count)
  }

  /// c at a timestep that Keras does not return, where there is room to say so.
  private func ghost(room: Int) -> [ReturnsView.Row] {
    guard last > 0, room > 0, tensors.contains(where: { $0.kind == .finalCarry }) else { return [] }
    let step = min(max(0, state.step), last - 1)
    let trace = returned.forward
    var numbers = ReturnsView.Numbers(label: "t \(trace.timestepIndex[step])")
    numbers.left = units.range.filter { $0 < trace.units }.map { unit in
      shown(role: .dim) { $0.forward.value(.c, unit: unit, step: step, sample: state.sample) }
    }
    numbers.remark = isBidirectional ? "c inside: not returned" : "not returned: it stays inside"
    return [.numbers(numbers)]
  }

  // MARK: - Numbers

  private func numbers(of tensor: ReturnedTensor, row: Int) -> ReturnsView.Numbers {
    var numbers = ReturnsView.Numbers()
    if tensor.kind == .wholeSequence { numbers.label = "t \(timestep(of: tensor, row: row))" }
    let count = tensor.shape.last ?? 0
    let isJoined = isSplit && tensor.half == nil
    func column(_ unit: Int, _ half: ReturnedTensor.Half) -> Shown? {
      let offset = isJoined && half == .backward ? returned.forward.outputs : 0
      guard unit + offset < count, !isJoined || half == .backward || unit < returned.forward.outputs else {
        return nil
      }
      let isSame = links.isSame(tensor, row: row, half: half)
      return shown(role: isSame && isBidirectional ? .accent : .plain) {
        $0.value(of: tensor, row: row, column: unit + offset, sample: state.sample)
      }
    }
    if isJoined {
      numbers.left = units.range.compactMap { column($0, .forward) }
      numbers.right = units.range.compactMap { column($0, .backward) }
    } else if isSplit, tensor.half == .backward {
      numbers.right = units.range.compactMap { column($0, .backward) }
    } else {
      numbers.left = units.range.compactMap { column($0, tensor.half ?? .forward) }
    }
    if isStack, !isBidirectional {
      numbers.remark = links.remark(tensor, row: row) ?? ""
      return numbers
    }
    guard isBidirectional else {
      numbers.link = links.joins ? link(of: tensor, row: row) : .none
      if !links.joins, tensor.kind == .finalMemory, tensors.count > 1 {
        numbers.remark = "t \(timestep(of: tensor, row: last)) is masked: h is held"
      }
      return numbers
    }
    numbers.remark = links.remark(tensor, row: row) ?? operands(of: tensor, row: row) ?? ""
    return numbers
  }

  private func link(of tensor: ReturnedTensor, row: Int) -> ReturnsView.Link {
    switch tensor.kind {
    case .wholeSequence, .lastOutput: row == last && tensors.count > 1 ? .start : .none
    case .finalMemory: .end
    case .finalCarry: .none
    }
  }

  /// What a number of a merged output is made of, at the cursor.
  private func operands(of tensor: ReturnedTensor, row: Int) -> String? {
    guard let backward = returned.backward, tensor.half == nil, !isSplit,
      tensor.kind == .lastOutput || row == cursorRow
    else { return nil }
    let sign =
      switch returned.merge {
      case .sum, .ave: "+"
      case .mul: "*"
      case .concat, .none: ""
      }
    guard !sign.isEmpty, tensor.kind == .wholeSequence || tensor.kind == .lastOutput else { return nil }
    let step = returned.step(of: .backward, row: row)
    let unit = state.unit
    // Of stacked cells the selected one may have more units than the one that puts out.
    guard unit < returned.forward.outputs, unit < backward.outputs else { return nil }
    let ahead = Number.signed(
      returned.forward.value(.y, unit: unit, step: row, sample: state.sample), .two)
    let back = Number.signed(backward.value(.y, unit: unit, step: step, sample: state.sample), .two)
    let sum = "\(ahead) \(sign) \(back)"
    return "[\(unit)] " + (returned.merge == .ave ? "(\(sum))/2" : sum)
  }

  /// - Parameter value: The number of what is shown, and of what it was before the edits where that is known.
  private func shown(role: Role, _ value: (Returned) -> Float) -> Shown {
    let number = value(returned)
    var isEdited = false
    if isRunShown, let original = state.original?.trace {
      let before = Returned(
        forward: original, returnSequences: returned.returnSequences, returnState: returned.returnState)
      isEdited = value(before).bitPattern != number.bitPattern
    }
    return Shown(number, isEdited: isEdited, otherwise: role) { Number.signed($0, state.decimals) }
  }

  // MARK: - Rows of a sequence

  private func timestep(of tensor: ReturnedTensor, row: Int) -> Int {
    let half = tensor.half ?? .forward
    let trace = half == .backward ? returned.backward ?? returned.forward : returned.forward
    return trace.timestepIndex[returned.step(of: half, row: row)]
  }

  /// The row of the timestep under the cursor.
  private var cursorRow: Int {
    returned.forward.timestepIndex.firstIndex(of: state.timestep) ?? state.step
  }

  /// The rows that fit, the last one always among them, and with two directions the first.
  private func sequenceRows(room: Int, row: (Int) -> ReturnsView.Row) -> [ReturnsView.Row] {
    let count = last + 1
    guard count > room else { return (0..<count).map(row) }
    guard isBidirectional else {
      guard room > 3 else { return (max(0, count - room)..<count).map(row) }
      // One row is the last step's, two may say what is left out before and behind.
      let window = Window(total: count - 1, fitting: room - 3, cursor: min(cursorRow, count - 2))
      var rows: [ReturnsView.Row] =
        window.start > 0 ? [.note("… \(Number.count(window.start)) steps before")] : []
      rows += window.range.map(row)
      let behind = count - 1 - window.range.upperBound
      if behind > 0 { rows.append(.note("… \(Number.count(behind)) steps between")) }
      return rows + [row(count - 1)]
    }
    if room < 3 { return room < 2 ? [row(last)] : [row(0), row(last)] }
    guard room > 4 else {
      let note = { (left: Int) in ReturnsView.Row.note("… \(Number.count(left)) steps left out") }
      guard (1..<last).contains(cursorRow) else { return [row(0), note(count - 2), row(last)] }
      return [row(0), row(cursorRow)] + (room > 3 ? [note(count - 3)] : []) + [row(last)]
    }
    // The first and the last row, two that may say what is left out, and a page between.
    let window = Window(total: count - 2, fitting: room - 4, cursor: min(max(0, cursorRow - 1), count - 3))
    var rows = [row(0)]
    if window.start > 0 { rows.append(.note("… \(Number.count(window.start)) steps before")) }
    rows += window.range.map { row($0 + 1) }
    let behind = count - 2 - window.range.upperBound
    if behind > 0 { rows.append(.note("… \(Number.count(behind)) steps between")) }
    return rows + [row(last)]
  }

  // MARK: - Words

  /// What it is cut from and its shape; the shape alone where both don't fit.
  private func words(of tensor: ReturnedTensor, width: Int) -> String {
    let axes = tensor.kind == .wholeSequence ? ["sample", "timestep", "unit"] : ["sample", "unit"]
    let shape = ReturnsView.words(tensor.shape, axes, isTimeMajor: state.subject.layer.isTimeMajor)
    let whole = "\(origin(of: tensor))  \(shape)"
    let start = max(25, tensor.name.columns + 6)
    return !isBidirectional || start + whole.columns <= width ? whole : shape
  }

  private func origin(of tensor: ReturnedTensor) -> String {
    let goesBackwards = returned.forward.timestepIndex.first != 0 && last > 0
    guard isBidirectional else {
      let cell = tensor.cell.map { ", cell \($0)" } ?? ""
      let output = isStack ? ", the last cell's" : ""
      let end = goesBackwards ? "last step, t 0" : "last timestep"
      return switch tensor.kind {
      case .wholeSequence: (goesBackwards ? "h at every step" : "h at every timestep") + output
      case .lastOutput: "h, \(end)\(output)"
      case .finalMemory: "h\(cell), \(end)"
      case .finalCarry: "c\(cell), \(end)"
      }
    }
    let joined =
      switch returned.merge {
      case .concat: "forward | backward"
      case .sum: "forward + backward"
      case .mul: "forward * backward"
      case .ave: "(forward + backward) / 2"
      case .none: ""
      }
    switch tensor.kind {
    case .wholeSequence: return tensor.half.map { "h, \($0.rawValue), every timestep" } ?? joined
    case .lastOutput:
      return tensor.half.map { "h, \($0.rawValue), \(end(of: $0))" } ?? "\(joined), each at its end"
    case .finalMemory, .finalCarry:
      let half = tensor.half ?? .forward
      let cell = tensor.cell.map { " cell \($0)" } ?? ""
      return "\(tensor.kind == .finalMemory ? "h" : "c"), \(half.rawValue)\(cell), \(end(of: half))"
    }
  }

  /// The timestep that a direction meets last.
  private func end(of half: ReturnedTensor.Half) -> String {
    let trace = half == .backward ? returned.backward ?? returned.forward : returned.forward
    return "t \(trace.timestepIndex.last ?? 0)"
  }
}

/// Which numbers of the tensors are the same, found by comparing them: a mask can make a difference.
struct ReturnsLinks {
  private let returned: Returned
  private let tensors: [ReturnedTensor]
  private let last: Int
  /// Whether the last row of the first tensor is the second, outside of a Bidirectional.
  let joins: Bool
  let forwardJoins: Bool
  let backwardJoins: Bool

  init(_ returned: Returned, sample: Int) {
    self.returned = returned
    tensors = returned.tensors
    last = returned.forward.timesteps - 1
    func same(_ trace: Trace?) -> Bool {
      guard let trace, trace.timesteps > 0 else { return false }
      return (0..<trace.outputs).allSatisfy { unit in
        let step = trace.timesteps - 1
        return trace.value(.y, unit: unit, step: step, sample: sample).bitPattern
          == trace.value(.h, unit: unit, step: step, sample: sample).bitPattern
      }
    }
    let isShown = returned.returnState
    joins = isShown && same(returned.forward)
    let isApart = returned.merge == .concat || returned.merge == .none
    forwardJoins = isShown && isApart && same(returned.forward)
    backwardJoins = isShown && isApart && same(returned.backward)
  }

  private func joins(_ half: ReturnedTensor.Half) -> Bool { half == .forward ? forwardJoins : backwardJoins }

  /// The row of an output at which a direction ends: the backward one has its end at the first.
  private func endRow(_ half: ReturnedTensor.Half) -> Int {
    half == .backward && returned.returnSequences ? 0 : last
  }

  /// Whether the numbers of a direction in this row are returned twice.
  func isSame(_ tensor: ReturnedTensor, row: Int, half: ReturnedTensor.Half) -> Bool {
    switch tensor.kind {
    case .finalCarry: false
    case .finalMemory: joins(half) && isOfOutput(tensor)
    case .wholeSequence, .lastOutput: joins(half) && row == endRow(half)
    }
  }

  /// Whether the states are those of the cell that puts out: of a stack the last.
  private func isOfOutput(_ tensor: ReturnedTensor) -> Bool {
    tensor.cell == nil || tensor.cell == returned.lowerForward.count
  }

  /// `left = 2`: with which tensor this row is the same.
  func remark(_ tensor: ReturnedTensor, row: Int) -> String? {
    func number(_ half: ReturnedTensor.Half?) -> Int {
      (tensors.firstIndex { $0.kind == .finalMemory && $0.half == half && isOfOutput($0) } ?? 0) + 1
    }
    guard returned.backward != nil else {
      guard joins else { return nil }
      switch tensor.kind {
      case .finalCarry: return nil
      case .finalMemory:
        return isOfOutput(tensor) ? "◀ = 1\(returned.returnSequences ? ", its last row" : "")" : nil
      case .wholeSequence, .lastOutput: return row == last ? "◀ = \(number(nil))" : nil
      }
    }
    let isJoined = returned.merge == .concat
    switch tensor.kind {
    case .finalCarry: return nil
    case .finalMemory:
      guard let half = tensor.half, joins(half), isOfOutput(tensor) else { return nil }
      let place = returned.returnSequences ? ", t \(end(of: half))" : ""
      return isJoined
        ? "◀ = 1\(place), \(half == .forward ? "left" : "right")"
        : "◀ = \(half == .forward ? 1 : 2)\(place)"
    case .wholeSequence, .lastOutput:
      let halves = tensor.half.map { [$0] } ?? [.forward, .backward]
      let same = halves.filter { joins($0) && row == endRow($0) }
      guard !same.isEmpty else { return nil }
      let parts = same.map { half in
        isJoined ? "\(half == .forward ? "left" : "right") = \(number(half))" : "= \(number(half))"
      }
      return same.count == 1 ? "◀ \(parts[0])" : "◀ = \(number(.forward)) │ = \(number(.backward))"
    }
  }

  private func end(of half: ReturnedTensor.Half) -> Int {
    let trace = half == .backward ? returned.backward ?? returned.forward : returned.forward
    return trace.timestepIndex.last ?? 0
  }
}
