import Canvas
import LSTM
import Lessons

/// Carries out one action; `update` goes on from there with what a lesson's page has still to do.
func change(_ state: inout State, with action: Action) -> [Effect] {
  if action.isFromAPerson {
    state.message = nil
    if action != .quit, action != .interrupt { state.quitWasRefused = false }
  }
  let count = state.count
  if action.isFromAPerson { state.count = nil }
  let times = count ?? 1
  if action.leavesExplain { state.explained = [] }

  switch action {
  case .moveStep(let by): return state.move(step: by * times)
  case .moveUnit(let by): state.move(unit: by * times)
  case .pageUnits(let by): state.move(unit: by * times * UnitWindow.pageLength(of: state))
  case .moveLine(let by):
    for _ in 0..<min(abs(by) * times, 10_000) {
      let effects = state.move(line: by.signum())
      // The other side of a bridge has to be there before it goes on.
      if !effects.isEmpty { return effects }
    }
  case .moveSample(let by): state.move(sample: by * times)
  case .moveCall(let by): return state.move(call: by * times)
  case .moveModelRow(let by): state.move(modelRow: by * times)
  case .openModelRow: return state.openModelRow()
  case .moveFinding(let by): state.move(finding: by * times)
  case .openFinding: return state.openFinding()
  case .moveDifference(let by): state.move(difference: by)
  case .firstStep: count.map { state.go(toTimestep: $0) } ?? state.go(toStep: 0)
  case .lastStep: count.map { state.go(toTimestep: $0) } ?? state.go(toStep: state.trace.timesteps - 1)
  case .digit(let digit): state.count = min((count ?? 0) * 10 + digit, 10_000_000)

  case .view(let view): state.view = view
  case .moveView(let by): state.move(view: by)
  case .cycleDecimals:
    state.decimals = state.decimals.next
    state.message = .init("decimals: \(state.decimals.rawValue), where there is room")
  case .cycleQuantity(let by): state.quantity = SequenceView.quantities.element(after: state.quantity, by: by)
  case .cycleCompared(let by): state.cycleCompared(by: by)
  case .moveTensor(let by):
    state.tensor = min(max(0, state.tensor + by), state.flags.tensorCount - 1)
  case .goToPlace: return state.goToPlace()
  case .toggleReturnSequences: state.toggle(\.returnSequences)
  case .toggleReturnState: state.toggle(\.returnState)
  case .toggleGoBackwards: state.toggle(\.goBackwards)
  case .toggleBidirectional: state.toggle(\.isBidirectional)
  case .cycleMerge: state.cycleMerge()
  case .tried(let trial): state.take(trial)
  case .copy:
    state.message = .init("copied: \(state.pythonLine)")
    return [.copy(state.pythonLine)]

  case .nextBatch: return state.feedAgain()
  case .resetStates: return state.resetStates()
  case .fed(let subject, let run): state.takeBatch(subject, run: run)
  case .explain: return state.explainSelected()
  case .moveOperand(let by): state.move(operand: by * times)
  case .enterOperand: return state.enterOperand()
  case .leaveOperand: state.leaveOperand()
  case .explainStep(let by): return state.explain(stepsOn: by * times)
  case .toggleTruth: return state.toggleTruth()
  case .nextSummation:
    state.summation = state.summation.next
    state.showsTruth = true
    state.message = .init("summed \(state.summation.words)")
  case .copyAddress: return state.copyAddress()
  case .copyCode: return state.copyCode()
  case .explained(let number): state.take(number)
  case .notExplained(let sentence): state.refuseExplanation(sentence)
  case .bridge: state.toggleBridge()
  case .experiment(let experiment): return state.experiment(experiment, toggles: true)
  case .toggleForcing: return state.toggleForcing()
  case .beamWidth(let width): return state.setBeamWidth(width)
  case .moveBeam(let by): state.move(beam: by)
  case .walkBeam: return state.walkBeam()
  case .moveSentence(let by): state.move(sentence: by * times)
  case .openSentence: return state.openSentence()
  case .promptText: state.promptText()

  case .play: state.togglePlayback()
  case .playFaster: state.setPlayback(faster: true)
  case .playSlower: state.setPlayback(faster: false)
  case .tick: return state.playOn()

  case .edit: state.beginEdit()
  case .moveField(let by): state.move(field: by)
  case .nudge(let by): return state.nudge(by: by)
  case .undo: return state.undo()
  case .redo: return state.redo()

  case .prompt: state.mode = .prompt(State.Prompt())
  case .type(let scalar): state.type(scalar)
  case .erase: state.erase()
  case .complete(let by): state.complete(by: by)
  case .recall(let by): state.recall(by: by)
  case .commit: return state.commit()
  case .cancel: state.cancel()

  case .help: state.mode = .help(scroll: 0)
  case .scroll(let by):
    if case .demos(let row) = state.mode {
      state.mode = .demos(row: min(max(0, row + by), max(0, state.demos.count - 1)))
    }
    if case .lesson(.contents(let row)) = state.mode {
      let last = (state.lesson?.lesson.pages.count ?? 1) - 1
      state.mode = .lesson(.contents(row: min(max(0, row + by), last)))
    }
    if case .help(let scroll) = state.mode {
      state.mode = .help(scroll: min(max(0, scroll + by), HelpView.lastScroll(for: state)))
    } else if case .code(let snippet, let scroll) = state.mode {
      state.mode = .code(snippet, scroll: min(max(0, scroll + by), CodeView.lastScroll(snippet, state.size)))
    }
  case .redraw: return [.redraw]
  case .unbound(let key): state.message = .init("\(key.name) does nothing here; ? lists the keys")
  case .interrupt:
    if state.isRunning || state.isSurveying { return [.cancelRun] }
    guard state.mode == state.resting else {
      state.cancel()
      break
    }
    return state.quit()
  case .quit: return state.quit()

  case .resized(let size):
    state.size = size
    // Nothing goes on where nobody can see it.
    if !Frame.fits(size) { state.playback = nil }
  case .ran(let run, let number):
    // An undo or a newer edit may have made it out of date while it ran.
    guard number == state.running else { break }
    state.run = run
    state.running = nil
    state.staleFrom = nil
  case .opened(let subject, let run, let original): state.adopt(subject, run: run, original: original)
  case .foundNonFinite(let call, let place): return state.goTo(place, call: call)
  case .foundAllFinite:
    state.message = .init("no NaN and no infinity in any layer, sample, unit or timestep")
  case .outputs(let outputs, let translation):
    state.subject.setOutputs(outputs)
    state.translation = translation
  case .found(let findings): state.take(findings: findings)
  case .translated(let subject, let run, let translation):
    state.adopt(subject, run: run, translation: translation)
    // What was recorded and found is of the run before.
    state.expectations = ExpectedNumbers()
    state.findings = nil
  case .translating: state.isTranslating = true
  case .notTranslated(let sentence):
    state.isTranslating = false
    state.message = .init(sentence, .error)
  case .surveying(let count): state.surveyed = count
  case .surveyed(let survey):
    state.surveyed = nil
    state.survey = survey
    state.sentenceRow = min(state.sentenceRow, max(0, survey.sentences.count - 1))
  case .restarted(let fresh): state.restart(as: fresh)
  case .saved(let path):
    state.savedNames = state.unitNames
    state.refusedDemo = nil
    state.message = .init("saved: lstmscope \(path) opens all of this again")
  case .runCancelled:
    state.running = nil
    state.message = .init(
      "stopped: the numbers are in part those before the last edit. u takes it back, another edit runs on",
      .warning)
  case .theme(let name): state.theme = name
  case .wrote(let path):
    state.written = state.edits
    let layer = state.editBase?.layerName ?? state.subject.layerName
    let isOfLayer = (state.editBase?.inputKey ?? state.subject.inputKey) == "\(layer)/x"
    state.message = .init(
      "written to \(path)" + (isOfLayer ? "; --layer \(layer) --layer-input --input \(path) opens it" : ""))
  case .wroteText(let path): state.message = .init("written to \(path)")
  case .exported(let path): state.message = .init("this view was written to \(path)")
  case .failed(let sentence): state.message = .init(sentence, .error)
  case .lesson(let action): return state.perform(action)
  }
  return []
}

extension Action {
  /// Whether a person did it, so that the message of the moment before is done with.
  fileprivate var isFromAPerson: Bool {
    switch self {
    case .resized, .tick, .theme, .ran, .opened, .fed, .foundNonFinite, .foundAllFinite, .outputs,
      .translated,
      .translating, .notTranslated, .surveying, .surveyed, .restarted, .saved, .runCancelled, .tried, .wrote,
      .exported, .found,
      .wroteText, .explained, .notExplained, .failed:
      false
    case .lesson(let action): action.isFromAPerson
    default: true
    }
  }
}

extension Array where Element: Equatable {
  /// The element `by` places behind `element`, going round at the ends.
  func element(after element: Element, by: Int) -> Element {
    guard !isEmpty else { return element }
    let index = (firstIndex(of: element) ?? 0) + by
    return self[(index % count + count) % count]
  }
}

// MARK: - Moving

extension State {
  fileprivate mutating func move(step by: Int) -> [Effect] {
    let isAtEnd = by > 0 ? step == trace.timesteps - 1 : step == 0
    if isAtEnd, let effects = cross(by: by) { return effects }
    go(toStep: step + by)
    return []
  }

  mutating func go(toStep target: Int) {
    let last = max(0, trace.timesteps - 1)
    step = min(max(0, target), last)
    if target > last { message = .init("t \(timestep) is the last timestep that the layer meets") }
    if target < 0 { message = .init("t \(timestep) is the first timestep that the layer meets") }
  }

  mutating func go(toTimestep target: Int) {
    if let step = step(reading: target) {
      self.step = step
    } else {
      // How many there are tells how long it is, what the decoder says.
      message = .init(
        "there is no timestep \(target); "
          + (hidesWords ? "how far they run is covered" : "they run from 0 to \(trace.timesteps - 1)"), .error
      )
    }
  }

  fileprivate mutating func move(unit by: Int) {
    let last = parameters.units - 1
    if by > 0, unit == last { message = .init("unit \(last) is the last") }
    if by < 0, unit == 0 { message = .init("unit 0 is the first") }
    unit = min(max(0, unit + by), last)
  }

  /// A line on or back; past the ends to the next or the previous timestep.
  fileprivate mutating func move(line by: Int) -> [Effect] {
    let last = formula.lines.count - 1
    // Where h and c are held there is one line, and one goes past it.
    let isHeld = step < trace.timesteps && trace.isMasked(step: step, sample: sample)
    let target = isHeld ? (by > 0 ? last + 1 : -1) : line + by
    if target > last {
      guard step < trace.timesteps - 1 else {
        if let effects = cross(by: by) {
          line = 0
          return effects
        }
        message = .init("the last line of the last timestep; S goes back")
        return []
      }
      step += 1
      line = trace.isMasked(step: step, sample: sample) ? last : 0
    } else if target < 0 {
      guard step > 0 else {
        if let effects = cross(by: by) {
          line = last
          return effects
        }
        message = .init("the first line of the first timestep; s goes on")
        return []
      }
      step -= 1
      line = last
    } else {
      line = target
    }
    return []
  }

  fileprivate mutating func move(sample by: Int) {
    let last = trace.batch - 1
    guard last > 0 else {
      message = .init("the batch has one sample")
      return
    }
    let target = sample + by
    if target > last { message = .init("sample \(last) is the last") }
    if target < 0 { message = .init("sample 0 is the first") }
    sample = min(max(0, target), last)
  }

  fileprivate mutating func move(view by: Int) {
    view = availableViews.element(after: view, by: by)
    let names = availableViews.map { $0 == view ? "[\($0.title)]" : $0.title }
    message = .init(names.joined(separator: "  "))
  }
}

// MARK: - Playing

extension State {
  /// Milliseconds a timestep, from slow enough to speak over to as fast as one can follow.
  private static let intervals = [3000, 2000, 1500, 1000, 700, 500, 350, 250, 150, 100, 50]

  fileprivate mutating func togglePlayback() {
    if playback != nil {
      playback = nil
      message = .init("stopped")
    } else {
      let isAtEnd = line == formula.lines.count - 1
      if isAtEnd, step == trace.timesteps - 1 { step = 0 }
      playback = Playback(interval: 700, isByLine: view == .step && !isAtEnd)
      message = .init("Space stops, + and - change the speed")
    }
  }

  fileprivate mutating func setPlayback(faster: Bool) {
    guard let interval = playback?.interval else {
      message = .init("Space plays; then + and - change the speed")
      return
    }
    let slower = Self.intervals.last { $0 > interval } ?? interval
    let quicker = Self.intervals.first { $0 < interval } ?? interval
    playback?.interval = faster ? quicker : slower
    message = .init("a step every \(playback?.interval ?? interval) ms")
  }

  fileprivate mutating func playOn() -> [Effect] {
    guard let playback else { return [] }
    let isLastLine = line == formula.lines.count - 1
    if step >= trace.timesteps - 1, !playback.isByLine || isLastLine {
      if let effects = cross(by: 1) {
        if playback.isByLine { line = 0 }
        return effects
      }
      self.playback = nil
      message = .init("played to the last timestep")
    } else if playback.isByLine {
      return move(line: 1)
    } else {
      step += 1
    }
    return []
  }
}

// MARK: - Quitting

extension State {
  mutating func quit() -> [Effect] {
    guard hasUnwrittenEdits || hasUnsavedNames, !quitWasRefused else { return [.quit] }
    quitWasRefused = true
    let edits = edits.isEmpty ? "Edits were taken back" : edits.count == 1 ? "1 edit" : "\(edits.count) edits"
    let sentences = [
      hasUnwrittenEdits
        ? "\(edits) since the last :write. q again quits without writing, :write FILE keeps." : nil,
      hasUnsavedNames
        ? "Names of units are not saved. q again quits without them, :save FILE.yaml keeps." : nil,
    ].compactMap { $0 }
    message = .init(sentences.joined(separator: " "), .warning)
    return []
  }
}
