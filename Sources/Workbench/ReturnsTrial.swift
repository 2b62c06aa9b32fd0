package import LSTM
package import Network

extension State {
  /// The flags that Returns shows.
  package struct Flags: Equatable, Sendable {
    package var returnSequences: Bool
    package var returnState: Bool
    package var goBackwards: Bool
    package var isBidirectional: Bool
    /// How a Bidirectional joins its directions; kept while there is none.
    package var merge: MergeMode
    /// How many cells of an RNN give their states.
    package var cells = 1
  }
}

/// A run of the layer as other flags would have it.
package struct ReturnsTrial: Equatable, Sendable {
  /// What must be run for the flags.
  package struct Need: Equatable, Sendable {
    package let call: Int
    package let batch: Int
    package let goBackwards: Bool
    package let isBidirectional: Bool
    /// Whether masked steps put out zeros.
    package let zeroOutputForMask: Bool
    /// The edits that it is run with.
    package let edits: [Edit]
  }

  package let need: Need
  /// One for each stacked cell; of any other layer one.
  package let forward: [Trace]
  package let backward: [Trace]?

  package init(need: Need, forward: [Trace], backward: [Trace]?) {
    self.need = need
    self.forward = forward
    self.backward = backward
  }
}

extension State.Flags {
  /// Those of the layer itself; half of a Bidirectional has those of all of it.
  init(of subject: Subject) {
    let layer = subject.layer
    self.init(
      returnSequences: layer.returnSequences, returnState: layer.returnState,
      goBackwards: layer.parameters.goBackwards != (layer.direction == .backward),
      isBidirectional: layer.direction != nil, merge: layer.merge ?? .concat,
      cells: max(1, subject.stack.count))
  }

  var tensorCount: Int {
    let outputs = isBidirectional && merge == .none ? 2 : 1
    return outputs + (returnState ? (isBidirectional ? 4 : 2) * cells : 0)
  }

  /// Whether both would show the same.
  func means(_ other: State.Flags) -> Bool {
    var same = other
    if !isBidirectional { same.merge = merge }
    return self == same
  }
}

extension State.Flags {
  /// What `:flags` and a session take.
  static let words =
    ["default", "sequences", "state", "backwards", "bidirectional"] + MergeMode.allCases.map(\.rawValue)

  /// Those that are on; with a way to merge it is a Bidirectional.
  ///
  /// - Parameter own: The layer's own, for what no word tells.
  /// - Throws: A `Problem` that names the word which is none.
  init(words: [String], own: State.Flags) throws(Problem) {
    self = own
    (returnSequences, returnState, goBackwards, isBidirectional) = (false, false, false, false)
    for word in words {
      switch word {
      case "default": break
      case "sequences", "return_sequences": returnSequences = true
      case "state", "return_state": returnState = true
      case "backwards", "go_backwards": goBackwards = true
      case "bidirectional": isBidirectional = true
      default:
        guard let mode = MergeMode(rawValue: word.lowercased()) else {
          throw Problem("'\(word)' is none of the flags: \(Self.words.joined(separator: " "))")
        }
        merge = mode
        isBidirectional = true
      }
    }
  }

  /// The words that mean them.
  var words: [String] {
    let on = [
      returnSequences ? "sequences" : nil, returnState ? "state" : nil, goBackwards ? "backwards" : nil,
      isBidirectional ? "bidirectional" : nil, isBidirectional ? merge.rawValue : nil,
    ].compactMap(\.self)
    return on.isEmpty ? ["default"] : on
  }
}

extension State {
  /// The flags being tried in Returns; empty where they are the layer's own.
  package var triedFlags: [String] { showsOwnFlags ? [] : flags.words }

  /// Shows Returns with other flags; with the layer's own where there are none.
  package mutating func show(flags words: [String]) {
    do throws(Problem) {
      flags = words.isEmpty ? ownFlags : try Flags(words: words, own: ownFlags)
      tensor = min(tensor, flags.tensorCount - 1)
      if view != .returns { message = .init("view returns shows what comes back with these flags") }
    } catch {
      message = .init(error.sentence, .error)
    }
  }

  var ownFlags: Flags { Flags(of: subject) }
  /// Whether the flags shown are the layer's own.
  var showsOwnFlags: Bool { flags.means(ownFlags) }

  /// The call of the other half of a Bidirectional, at the same place in it; nil outside of one.
  package var partner: Int? {
    guard let direction = subject.layer.direction,
      let calls = subject.map.rows.first(where: { $0.calls.contains(subject.call) })?.calls,
      calls.count % 2 == 0
    else { return nil }
    return subject.call + (direction == .forward ? 1 : -1) * calls.count / 2
  }

  /// What must be run for the flags; nil where the run shown is what they mean.
  var trialNeed: ReturnsTrial.Need? {
    let layer = subject.layer
    let isMasked = trace.input.mask != nil
    // By itself a half of a Bidirectional would hold its output where masked.
    let isItself =
      !isStackedCell && !flags.isBidirectional && flags.goBackwards == parameters.goBackwards
      && (layer.direction == nil || !isMasked || !parameters.zeroOutputForMask)
    guard !isItself else { return nil }
    let zeroes =
      flags.isBidirectional
      ? flags.returnSequences && !layer.holdsMaskedOutput
      : layer.direction == nil && parameters.zeroOutputForMask
    return ReturnsTrial.Need(
      call: subject.call, batch: subject.batch, goBackwards: flags.goBackwards,
      isBidirectional: flags.isBidirectional, zeroOutputForMask: isMasked && zeroes, edits: edits)
  }

  /// What the layer returns with the flags shown; nil until it was run.
  var returned: Returned? {
    var directions: ([Trace], [Trace]?) = ([trace], nil)
    if let need = trialNeed {
      guard let trial, trial.need == need else { return nil }
      directions = (trial.forward, trial.backward)
    }
    guard let forward = directions.0.last else { return nil }
    let lower = Array(directions.0.dropLast())
    guard let backward = directions.1, let back = backward.last else {
      return Returned(
        forward: forward, lowerForward: lower, returnSequences: flags.returnSequences,
        returnState: flags.returnState)
    }
    // Two halves may have been given different numbers of units, which can only stand side by side.
    guard back.outputs == forward.outputs || flags.merge == .concat || flags.merge == .none else {
      return nil
    }
    return Returned(
      forward: forward, backward: back, lowerForward: lower, lowerBackward: Array(backward.dropLast()),
      merge: flags.merge, returnSequences: flags.returnSequences, returnState: flags.returnState)
  }

  /// The call of the stacked cell that a tensor is cut from; nil outside of a stack.
  private func cellCall(of tensor: ReturnedTensor, _ half: TracedLSTM.Direction) -> Int? {
    guard isStackedCell, let row = subject.map.rows.first(where: { $0.calls.contains(subject.call) }) else {
      return nil
    }
    let cells = flags.cells
    let start = row.calls.lowerBound + (half == .backward ? cells : 0)
    let call = start + (tensor.cell ?? cells - 1)
    return row.calls.contains(call) ? call : nil
  }

  /// The calls of the cells of one direction of the RNN looked at, in their order; empty outside of a stack.
  package func stackedCalls(_ direction: TracedLSTM.Direction) -> Range<Int> {
    guard isStackedCell, let row = subject.map.rows.first(where: { $0.calls.contains(subject.call) }) else {
      return 0..<0
    }
    let cells = subject.stack.count
    let start = row.calls.lowerBound + (direction == .backward ? cells : 0)
    return start + cells <= row.calls.upperBound ? start..<start + cells : 0..<0
  }

  /// Asks for the run that the flags need, once.
  mutating func askForTrial() -> [Effect] {
    // A page that is still being set up may end with other flags.
    guard view == .returns, lesson?.isWaiting != true, !isRunning, staleFrom == nil, let need = trialNeed,
      trial?.need != need,
      trialAsked != need
    else { return [] }
    trialAsked = need
    return [.tryReturns(need)]
  }

  mutating func take(_ trial: ReturnsTrial) {
    guard trial.need == trialAsked else { return }
    self.trial = trial
    trialAsked = nil
  }

  mutating func toggle(_ flag: WritableKeyPath<Flags, Bool>) {
    flags[keyPath: flag].toggle()
    tensor = min(tensor, flags.tensorCount - 1)
  }

  mutating func cycleMerge() {
    guard flags.isBidirectional else {
      message = .init("merge_mode is Bidirectional's; d tries one")
      return
    }
    flags.merge = MergeMode.allCases.element(after: flags.merge, by: 1)
    tensor = min(tensor, flags.tensorCount - 1)
    message = .init("merge_mode=\(flags.merge.python)")
  }

  /// From a heat map or a returned tensor to the step that it shows.
  mutating func goToPlace() -> [Effect] {
    switch view {
    case .step, .model, .bridge, .decode, .meaning, .findings: break
    case .compare: if let quantity = comparedQuantity { line = formula.index(of: quantity.line) }
    case .sequence: line = formula.index(of: quantity.line)
    case .returns:
      guard let tensors = returned?.tensors else { return [] }
      let tensor = tensors[min(tensor, tensors.count - 1)]
      let half = tensor.half == .backward ? TracedLSTM.Direction.backward : .forward
      if flags.goBackwards != ownFlags.goBackwards || flags.isBidirectional != ownFlags.isBidirectional {
        message = .init(
          "that run is a trial; Step goes through the layer's own. c and d bring its flags back")
        return []
      }
      if tensor.kind != .wholeSequence { step = max(0, trace.timesteps - 1) }
      line = formula.index(of: tensor.kind == .finalCarry ? .carry : .memory)
      view = .step
      if let call = cellCall(of: tensor, half), call != subject.call { return open(call: call) }
      if let own = subject.layer.direction, tensor.half != nil, own != half {
        return partner.map { open(call: $0) } ?? []
      }
    }
    view = .step
    return []
  }
}

extension MergeMode {
  /// As Python writes it.
  var python: String { self == .none ? "None" : "\"\(rawValue)\"" }
}
