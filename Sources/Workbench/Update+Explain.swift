package import Commands
package import LSTM

/// A number that is explained, and which of its operands is chosen.
package struct ExplainFrame: Equatable, Sendable {
  package internal(set) var address: Address
  /// nil until it has come back.
  package internal(set) var number: Explanation<Address>?
  package internal(set) var cursor = 0
}

extension State {
  /// The explanation shown, in words; nil while it has not come back.
  package var explainPage: ExplainPage? {
    guard let number = explained.last?.number else { return nil }
    return page(of: number)
  }

  /// An explanation in the words and decimals of this state.
  func page(of number: Explanation<Address>) -> ExplainPage {
    // Of a covered number nothing is told, not even its terms.
    let number = number.value.isCovered ? number.covered { _ in true } : number
    let isHere = number.place.layer == subject.layerName || number.place.layer == nil
    let output = subject.map.outputs.first
    let language = language
    var page = ExplainPage(number, decimals: decimals, units: isHere ? parameters.units : nil) {
      address, value in
      language?.word(at: address, value, output: output)
    }
    if !drawsCurves { page.curve = nil }
    return page
  }

  /// The address of the result of the active line, at the selected unit; of a line that makes z its four parts.
  var selectedAddresses: [Address] {
    func address(_ quantity: Quantity, _ index: Int) -> Address {
      Address(
        layer: subject.layerName, quantity: quantity.rawValue, indices: [index], timestep: timestep,
        sample: sample)
    }
    let columns = (0..<4).map { $0 * parameters.units + unit }
    return switch formula.lines[line] {
    // A unit behind a projection's width has no h.
    case .hPrevious: [address(unit < trace.outputs ? .hPrevious : .cPrevious, unit)]
    case .cPrevious: [address(.cPrevious, unit)]
    case .inputProduct: columns.map { address(.zx, $0) }
    case .recurrentProduct: columns.map { address(.zh, $0) }
    case .bias, .split, .peephole, .clip: [Quantity.z0, .z1, .z2, .z3].map { address($0, unit) }
    case .inputGate: [address(.i, unit)]
    case .forgetGate: [address(.f, unit)]
    case .carry: [address(.c, unit)]
    case .outputGate: [address(.o, unit)]
    case .outputPeephole: [address(.z3, unit)]
    case .memory where parameters.additions.projection != nil:
      [
        Address(
          layer: subject.layerName, quantity: "h_raw", indices: [unit], timestep: timestep, sample: sample)
      ]
    case .memory, .projection, .result: [address(unit < trace.outputs ? .h : .c, unit)]
    }
  }

  /// The selected number as the trace alone explains it, for a pane beside the formula.
  var selectedExplanation: Explanation<Address>? {
    guard trace.timesteps > 0, !isRunning else { return nil }
    let addresses = selectedAddresses
    guard addresses.count == 1 else { return parts(addresses) }
    guard let place = place(of: addresses[0]) else { return nil }
    let timesteps = trace.timestepIndex
    let layer = subject.layerName
    return trace.explanation(of: place, parameters).map {
      Address(of: $0, layer: layer, timesteps: timesteps)
    }
  }

  private func place(of address: Address) -> LayerPlace? {
    guard let index = address.indices.first else { return nil }
    if address.quantity == "h_raw" { return .unprojected(unit: index, step: step, sample: sample) }
    guard let quantity = Quantity(rawValue: address.quantity) else { return nil }
    return .quantity(quantity, unit: index, step: step, sample: sample)
  }

  private func parts(_ addresses: [Address]) -> Explanation<Address> {
    let operands = addresses.compactMap { address in
      place(of: address).map { Explanation<Address>.Operand(address, trace.value(at: $0, parameters)) }
    }
    // The first stands for all four; it is not shown as a number of its own.
    return Explanation(place: addresses[0], value: operands[0].value, origin: .parts(operands))
  }

  mutating func explainSelected() -> [Effect] {
    guard trace.timesteps > 0 else {
      message = .init("there is no timestep, and no number to explain")
      return []
    }
    let addresses = selectedAddresses
    guard addresses.count > 1 else { return explain(addresses[0]) }
    guard mayExplain() else { return [] }
    explained = [ExplainFrame(address: addresses[0], number: parts(addresses))]
    return []
  }

  /// Explains a number by its address; what it does not say is that of the moment.
  mutating func explain(_ address: Address) -> [Effect] {
    guard mayExplain() else { return [] }
    // Without an index the likeliest is meant: its place alone is what is said.
    guard address.indices.isEmpty == false || !covers.contains(.output) || !isOutput(address) else {
      message = .init("what it says is covered; :reveal shows it", .warning)
      return []
    }
    var address = address
    address.layer = address.layer ?? subject.layerName
    address.timestep = address.timestep ?? (address.isWeight ? nil : timestep)
    address.sample = address.sample ?? (address.isWeight ? nil : sample)
    explained.append(ExplainFrame(address: address))
    return [.explain(address, withExactRun: showsTruth)]
  }

  private mutating func mayExplain() -> Bool {
    playback = nil
    guard !isRunning, staleFrom == nil else {
      message = .init("the numbers are not all of one run yet; wait, or u takes the edit back")
      return false
    }
    return true
  }

  mutating func move(operand by: Int) {
    guard let page = explainPage, !page.operands.isEmpty else { return }
    let place = explained.count - 1
    explained[place].cursor = min(max(0, explained[place].cursor + by), page.operands.count - 1)
  }

  mutating func enterOperand() -> [Effect] {
    guard let page = explainPage, let cursor = explained.last?.cursor else { return [] }
    guard page.operands.indices.contains(cursor) else {
      message = .init("nothing stands behind this number; Esc goes back")
      return []
    }
    return explain(page.operands[cursor].operand.address)
  }

  mutating func leaveOperand() { _ = explained.popLast() }

  mutating func explain(stepsOn by: Int) -> [Effect] {
    guard let number = explained.last?.number, var address = Optional(number.place),
      let timestep = address.timestep
    else {
      message = .init("this number has no timestep")
      return []
    }
    if case .parts = number.origin {
      message = .init("choose one of the four parts first")
      return []
    }
    guard timestep + by >= 0 else {
      message = .init("t 0 is the first timestep")
      return []
    }
    address.timestep = timestep + by
    return [.explain(address, withExactRun: showsTruth)]
  }

  mutating func toggleTruth() -> [Effect] {
    showsTruth.toggle()
    guard showsTruth, let number = explained.last?.number else { return [] }
    if case .parts = number.origin { return [] }
    return [.explain(number.place, withExactRun: true)]
  }

  mutating func copyAddress() -> [Effect] {
    guard let frame = explained.last else { return [] }
    let text = (frame.number?.place ?? frame.address).text
    message = .init("copied: \(text)")
    return [.copy(text)]
  }

  /// What came back for the number shown, or for it at another timestep.
  mutating func take(_ explanation: Explanation<Address>) {
    guard !explained.isEmpty else { return }
    let place = explained.count - 1
    var number = explanation
    number.recorded = recorded(at: number.place)
    explained[place].address = number.place
    explained[place].number = number
    let last = max(0, (explainPage?.operands.count ?? 1) - 1)
    explained[place].cursor = min(explained[place].cursor, last)
  }

  /// What a file recorded for a number of the LSTM looked at; nil where there is none.
  private func recorded(at address: Address) -> Float? {
    guard address.layer == nil || address.layer == subject.layerName, let expectation,
      let quantity = Quantity(rawValue: address.quantity), address.indices.count == 1,
      let unit = address.indices.first, let sample = address.sample, let timestep = address.timestep,
      let step = trace.timestepIndex.firstIndex(of: timestep)
    else { return nil }
    return expectation.expected(quantity, unit: unit, step: step, sample: sample, in: trace)
  }

  mutating func refuseExplanation(_ sentence: String) {
    if let last = explained.last, last.number == nil { explained.removeLast() }
    message = .init(sentence, .error)
  }

  // MARK: Code

  mutating func showCode(_ name: String, path: String?) -> [Effect] {
    guard covers.isEmpty else {
      message = .init("numbers are covered, and a program has them all; :reveal shows them first")
      return []
    }
    guard let language = Snippet.Language.allCases.first(where: { $0.rawValue.hasPrefix(name.lowercased()) })
    else {
      message = .init("'\(name)' is none of the languages: numpy keras pytorch", .error)
      return []
    }
    guard trace.timesteps > 0 else {
      message = .init("there is no timestep to write as a program", .error)
      return []
    }
    let snippet: Snippet
    do {
      snippet = try Snippet(
        language, parameters, trace, step: step, sample: sample, unit: unit,
        from: "\(subject.fileName), \(subject.layerName)")
    } catch {
      message = .init(error.message, .error)
      return []
    }
    if let path { return [.writeText(snippet.text, path: path)] }
    mode = .code(snippet, scroll: 0)
    return []
  }

  mutating func copyCode() -> [Effect] {
    guard case .code(let snippet, _) = mode else { return [] }
    message = .init("copied \(snippet.lines.count) lines")
    return [.copy(snippet.text)]
  }
}

extension Action {
  /// Whether it goes elsewhere, so that Explain is left.
  var leavesExplain: Bool {
    switch self {
    case .moveStep, .moveUnit, .pageUnits, .moveLine, .moveSample, .moveCall, .firstStep, .lastStep, .view,
      .moveView, .goToPlace, .play, .edit, .undo, .redo, .opened, .openModelRow, .bridge, .experiment,
      .toggleForcing, .beamWidth, .moveBeam, .walkBeam, .moveSentence, .openSentence, .translated, .surveyed,
      .restarted:
      true
    default:
      false
    }
  }
}

extension Command {
  /// Whether it goes elsewhere, so that Explain is left.
  var leavesExplain: Bool {
    switch self {
    case .goto, .gotoNonFinite, .gotoAddress, .unit, .sample, .line, .view, .edit, .undo, .redo, .reset,
      .play, .text, .target, .bridge, .beams, .demo, .layer, .lesson, .page:
      true
    case .decimals, .names, .theme, .flags, .explain, .code, .write, .export, .name, .save, .help, .quit,
      .focus,
      .hide, .reveal, .ask, .hint, .expect, .answer, .score:
      false
    }
  }
}
