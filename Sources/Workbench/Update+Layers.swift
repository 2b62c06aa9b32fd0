import LSTM
import Network

extension State {
  /// The input that the edits began from, and whose it is.
  package struct EditBase: Equatable, Sendable {
    package let call: Int
    package let layerName: String
    package let inputKey: String
    package let units: Int
    /// Columns of h0.
    package let outputs: Int
    let input: LayerInput
  }

  /// Whether the edits there are belong to another layer than the one looked at.
  var editsAreElsewhere: Bool { !edits.isEmpty && editBase.map { $0.call != subject.call } ?? false }

  mutating func move(call by: Int) -> [Effect] {
    let last = subject.map.callCount - 1
    guard last > 0 else {
      let unreached = subject.map.rows.flatMap(\.unreached)
      message =
        unreached.isEmpty
        ? .init("the model has one LSTM")
        : .init(
          "one LSTM was run, \(unreached.joined(separator: ", ")) not: \(subject.map.stopped ?? "its input is missing")",
          .warning)
      return []
    }
    let target = subject.call + by
    guard (0...last).contains(target) else {
      message = .init(by > 0 ? "the last LSTM of \(last + 1)" : "the first LSTM of \(last + 1)")
      return []
    }
    return open(call: target)
  }

  mutating func open(call: Int) -> [Effect] {
    guard !isRunning else {
      message = .init("a run is under way; Ctrl-C stops it")
      return []
    }
    return call == subject.call ? [] : [.open(call: call)]
  }

  mutating func adopt(_ subject: Subject, run: Run, original: Run?) {
    let wasAtEnd = line == formula.lines.count - 1
    let ownFlags = flags == State.Flags(of: self.subject)
    self.subject = subject
    self.run = run
    self.original = original
    staleFrom = nil
    let last = max(0, run.trace.timesteps - 1)
    step =
      switch landing {
      case .first: 0
      case .last: last
      case nil: min(step, last)
      }
    let hasLanded = landing != nil
    landing = nil
    sample = min(sample, max(0, run.trace.batch - 1))
    unit = min(unit, parameters.units - 1)
    line = wasAtEnd ? formula.lines.count - 1 : min(line, formula.lines.count - 1)
    if ownFlags || flags.isBidirectional { flags = State.Flags(of: subject) }
    trial = nil
    trialAsked = nil
    tensor = 0
    modelRow = subject.map.rows.firstIndex { $0.calls.contains(subject.call) } ?? modelRow
    if let destination {
      self.destination = nil
      go(to: destination)
    }
    if let place = awaited {
      awaited = nil
      select(place)
      view = .step
    }
    // Over the bridge one walks without being told where one is; the timeline says it.
    guard !hasLanded else { return }
    message = .init(
      "\(subject.layerName): LSTM(\(parameters.units)), call \(subject.call + 1) of \(subject.map.callCount); [ and ] go to the others"
    )
  }

  /// To a number of any call, which is opened if it is another.
  mutating func goTo(_ place: Trace.Place, call: Int) -> [Effect] {
    guard call != subject.call else {
      select(place)
      view = .step
      message = .init("the first NaN or infinity of all layers is in \(subject.layerName)")
      return []
    }
    awaited = place
    return open(call: call)
  }

  mutating func move(modelRow by: Int) {
    // Behind the layers come the outputs.
    modelRow = min(max(0, modelRow + by), max(0, subject.map.rows.count + subject.map.outputs.count - 1))
  }

  /// The output chosen in the Model view; nil while a layer is.
  var modelOutput: Int? {
    let output = modelRow - subject.map.rows.count
    return subject.map.outputs.indices.contains(output) ? output : nil
  }

  /// From a layer in the Model view to its steps.
  mutating func openModelRow() -> [Effect] {
    if let output = modelOutput {
      message = .init(
        "\(subject.map.outputs[output].name) is an output: Enter steps into an LSTM, :explain goes into a number"
      )
    }
    guard subject.map.rows.indices.contains(modelRow) else { return [] }
    let row = subject.map.rows[modelRow]
    if let key = row.unreached.first {
      message = .init(
        "\(row.name) was not run: what it reads is not there. --layer \(key) --layer-input --input FILE runs it by itself",
        .warning)
      return []
    }
    guard let call = row.calls.first else {
      message = .init("\(row.name) is a \(row.className); Enter steps into an LSTM")
      return []
    }
    view = .step
    return row.calls.contains(subject.call) ? [] : open(call: call)
  }

  /// Says where the edits are, if they are not in this layer.
  mutating func refusesEdit() -> Bool {
    if isTranslating {
      message = .init("a text is being read; Ctrl-C stops it")
      return true
    }
    guard editsAreElsewhere, let editBase else { return false }
    if !hasUnwrittenEdits, !isRunning {
      // They are kept in the file: this layer goes back to what it was without them, and can be edited itself.
      run = original ?? run
      original = nil
      (edits, undone, written) = ([], [], [])
      self.editBase = nil
      message = .init("the edits of \(editBase.layerName) were written; here they are taken back")
      return false
    }
    message = .init(
      "there are edits in \(editBase.layerName); undo them there, or :write FILE keeps them and frees this layer",
      .warning)
    return true
  }
}
