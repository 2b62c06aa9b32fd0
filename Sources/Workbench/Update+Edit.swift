package import LSTM

extension State {
  mutating func beginEdit() {
    guard trace.timesteps > 0 else {
      message = .init("there is no timestep to edit")
      return
    }
    if refusesEdit() { return }
    playback = nil
    // From the bridge one wants to change what arrives there.
    let first = view == .bridge ? trace.features : 0
    // Only Step shows the row.
    view = .step
    if first > 0 { step = 0 }
    mode = .edit(EditField(index: first, text: nil))
  }

  mutating func move(field by: Int) {
    guard case .edit(let field) = mode else { return }
    if let text = field.text, !text.isEmpty {
      message = .init("\(text) was not taken; Enter takes what is typed")
    }
    let last = editTargets.count - 1
    mode = .edit(EditField(index: min(max(0, field.index + by), last), text: nil))
  }

  /// Adds a tenth, or takes one away.
  mutating func nudge(by: Float) -> [Effect] {
    guard case .edit(let field) = mode else { return [] }
    let target = editTargets[field.index]
    let old = editedInput.value(
      of: target, sample: sample, units: parameters.units, outputs: parameters.outputs)
    // In double precision, so that ten times +0.1 is +1 and nothing is lost that the number had before.
    let new = Float(Double(old) + Double(Int((by * 10).rounded())) / 10)
    mode = .edit(EditField(index: field.index, text: nil))
    return set(target, to: new)
  }

  /// Takes what was typed into the edit row.
  mutating func commitEdit(_ field: EditField) -> [Effect] {
    guard let text = field.text else {
      mode = .edit(EditField(index: min(field.index + 1, editTargets.count - 1), text: nil))
      return []
    }
    guard let value = Float(text), value.isFinite else {
      message = .init("'\(text)' is not a number", .error)
      return []
    }
    mode = .edit(EditField(index: field.index, text: nil))
    return set(editTargets[field.index], to: value)
  }

  mutating func set(_ target: Edit.Target, to value: Float) -> [Effect] {
    if refusesEdit() { return [] }
    let old = editedInput.value(
      of: target, sample: sample, units: parameters.units, outputs: parameters.outputs)
    guard old.bitPattern != value.bitPattern else { return [] }
    // Edits that were all taken back, here or in another layer, are done with.
    if edits.isEmpty {
      editBase = EditBase(
        call: subject.call, layerName: subject.layerName, inputKey: subject.inputKey, units: parameters.units,
        outputs: parameters.outputs, input: subject.input)
    }
    edits.append(Edit(target: target, sample: sample, old: old, new: value))
    undone = []
    message = .init("\(name(of: target)) is \(Number.signed(value, .four)), was \(Number.signed(old, .four))")
    return rerun(from: target)
  }

  mutating func undo() -> [Effect] {
    if refusesEdit() { return [] }
    guard let edit = edits.popLast() else {
      message = .init("nothing to undo")
      return []
    }
    undone.append(edit)
    message = .init("undone: \(name(of: edit.target)) is \(Number.signed(edit.old, .four)) again")
    return rerun(from: edit.target)
  }

  mutating func redo() -> [Effect] {
    if refusesEdit() { return [] }
    if let editBase, editBase.call != subject.call, !undone.isEmpty {
      message = .init("the edits that can be made again are in \(editBase.layerName)")
      return []
    }
    guard let edit = undone.popLast() else {
      message = .init("nothing to redo")
      return []
    }
    edits.append(edit)
    message = .init("again: \(name(of: edit.target)) is \(Number.signed(edit.new, .four))")
    return rerun(from: edit.target)
  }

  mutating func resetEdits() -> [Effect] {
    if refusesEdit() { return [] }
    guard !edits.isEmpty else {
      message = .init("there are no edits")
      return []
    }
    undone.append(contentsOf: edits.reversed())
    edits = []
    message = .init("all edits taken back; Ctrl-R makes them again, one by one")
    return rerun(fromStep: 0)
  }

  /// `x[0]@1`, `h0[2]`: the target as an address.
  func name(of target: Edit.Target) -> String {
    switch target {
    case .x(let feature, let timestep): "x[\(feature)]@\(timestep)"
    case .h0(let unit): "h0[\(unit)]"
    case .c0(let unit): "c0[\(unit)]"
    }
  }

  private mutating func rerun(from target: Edit.Target) -> [Effect] {
    switch target {
    case .x(_, let timestep): rerun(fromStep: trace.timestepIndex.firstIndex(of: timestep) ?? 0)
    case .h0, .c0: rerun(fromStep: 0)
    }
  }

  private mutating func rerun(fromStep first: Int) -> [Effect] {
    if edits.isEmpty, let original {
      let stopped: [Effect] = isRunning ? [.cancelRun] : []
      run = original
      self.original = nil
      if undone.isEmpty { editBase = nil }
      running = nil
      staleFrom = nil
      return stopped
    }
    original = original ?? run
    // What was asked for and has not come back, or was stopped, is still to be done.
    let start = min(first, staleFrom ?? first)
    staleFrom = start
    runNumber += 1
    running = runNumber
    return [.run(from: start, number: runNumber)]
  }

  /// The trace of the present run, to be computed on in place; the run before the edits stands for it meanwhile.
  ///
  /// - Returns: nil where there is no such run, so that the trace must be copied.
  package mutating func giveAwayTrace() -> Trace? {
    guard let original else { return nil }
    let trace = run.trace
    run = original
    return trace
  }
}
