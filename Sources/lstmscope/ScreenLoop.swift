import ArgumentParser
import Canvas
import Commands
import Debugger
import Dispatch
import Foundation
import LSTM
import Network
import Pictures
import Sessions
import Terminal
import Theme
import Workbench

/// The loop of the program: keys to actions, actions to states, states to the terminal, effects carried out.
///
/// A class because it owns the terminal and the run that may be going on beside it.
final class ScreenLoop {
  private(set) var state: State
  /// nil where nobody watches: a lesson is checked, or walked as a dialogue.
  private let terminal: Terminal?
  /// The batch that is looked at; `firstBatch` is the one that begins with zeros.
  private var opened: Opened {
    didSet { explainer = nil }
  }
  private var firstBatch: Opened
  private var setup: Setup
  /// Layers made ready, by their call.
  private var layers: [Int: PackedLayer] = [:]
  /// The edits that the outputs shown belong to.
  private var shownOutputs: [Edit] = []
  /// What explains the numbers of the present edits.
  private var explainer: (edits: [Edit], explainer: Explainer)?
  private var palettes: [String: Palette] = [:]
  private let chosenTheme: (name: String, theme: Theme)?
  private let playsByItself: Bool
  private(set) var isDone = false
  /// The lesson's file, and the model as it was when the lesson began.
  private var lesson: (file: LessonFile, opened: Opened, setup: Setup)?
  /// When the next timestep is played, in milliseconds of the monotonic clock.
  private var nextTick: UInt64?
  /// A run that takes longer than a frame, by its number; nil inside where it was stopped.
  private var background: (work: BackgroundWork<Run?>, number: Int)?
  private var trial: BackgroundWork<ReturnsTrial?>?
  /// A text that is being read.
  private var reading: BackgroundWork<Opened>?
  /// What is looked for in Findings, and whether the detective has been at it.
  private var examining: BackgroundWork<[Finding]?>?
  private var investigated = false
  /// The sentences that are being run, and for which LSTM.
  private var surveying: (work: BackgroundWork<Survey?>, layer: String)?
  /// What came of the sentences of this model, by their file and the LSTM: whatever text is read, they are the same.
  private var surveys: [String: [String: Survey]] = [:]

  init(
    _ state: State, _ opened: Opened, _ setup: Setup, theme: (name: String, theme: Theme)?,
    appearance: AppearanceOptions, hasScreen: Bool = true
  ) throws {
    self.state = state
    do {
      terminal =
        hasScreen
        ? try Terminal(
          Terminal.Options(
            depth: appearance.color.depth, isUnicode: appearance.ascii ? false : nil,
            probesBackground: theme == nil)) : nil
    } catch {
      throw Failure(.noTerminal, error.message)
    }
    self.opened = opened
    firstBatch = opened.firstBatch
    self.setup = setup
    playsByItself = !appearance.reducedMotion
    chosenTheme = theme
    if let terminal { self.state.begin(isUnicode: terminal.isUnicode) }
    let size = terminal.map { Size(width: $0.size.width, height: $0.size.height) } ?? state.size
    // A session may open with flags that need a run of their own.
    for effect in update(&self.state, with: .resized(size)) { carryOut(effect) }
    if theme == nil, terminal?.isBackgroundLight == true { _ = update(&self.state, with: .theme("light")) }
  }

  /// The first screen of a model, before anybody went anywhere.
  static func state(
    of opened: Opened, _ setup: Setup, run: Run, theme: String,
    expectations: ExpectedNumbers = ExpectedNumbers(),
    isPresenting: Bool = false
  ) -> State {
    State(
      subject: opened.subject(of: opened.call), run: run, size: Size(width: 80, height: 24),
      themes: Resources.themeNames, theme: theme, language: opened.language,
      translation: opened.translation(), unitNames: setup.session.units,
      hasSentences: setup.session.sentences != nil, labels: setup.session.labels,
      demos: Demo.all.map { State.Demo(name: $0.name, shows: $0.shows) }, expectations: expectations,
      lessons: LessonFile.bundled.map(\.name), isPresenting: isPresenting)
  }

  /// Shows the screen until the person quits.
  func show() {
    guard let terminal else { return }
    // The view that a session opens may need more than the run.
    refreshSurvey()
    examine()
    while !isDone {
      terminal.present(draw(state), palette: palette(on: terminal))
      handle(terminal.next(timeout: timeout))
      // Keys that came together are answered by one frame.
      var event = terminal.next(timeout: 0)
      while event != .timeout, !isDone {
        handle(event)
        event = terminal.next(timeout: 0)
      }
    }
    terminal.end()
  }

  private func handle(_ event: Event) {
    switch event {
    case .key(let key):
      perform(state.action(for: key) ?? .unbound(key))
    case .text(let text):
      for scalar in text.unicodeScalars where state.isTyping && scalar.value >= 0x20 {
        perform(.type(scalar))
      }
    case .resize(let width, let height):
      perform(.resized(Size(width: width, height: height)))
    case .wake:
      takeBackgroundRun()
      takeTrial()
      takeReading()
      takeSurvey()
      takeFindings()
    case .timeout:
      if let tick = nextTick, Self.now() >= tick {
        perform(.tick)
        nextTick = state.playback.map { tick + UInt64($0.interval) }
      }
      reloadLesson()
    case .signal(let number): leave(by: number)
    case .hangup: leave(by: SIGHUP)
    }
  }

  func perform(_ action: Action) {
    if action == .play, !playsByItself {
      perform(.failed("--reduced-motion: nothing moves by itself; → steps"))
      return
    }
    let wasPlaying = state.playback
    for effect in update(&state, with: action) { carryOut(effect) }
    refreshOutputs()
    refreshSurvey()
    examine()
    if state.playback != wasPlaying { nextTick = state.playback.map { Self.now() + UInt64($0.interval) } }
  }

  private var timeout: Int? {
    let tick = nextTick.map { tick in
      let now = Self.now()
      return tick > now ? Int(tick - now) : 0
    }
    guard state.lesson != nil, lesson != nil else { return tick }
    return min(tick ?? Self.lessonInterval, Self.lessonInterval)
  }

  /// Milliseconds from one look at a lesson's file to the next.
  private static let lessonInterval = 400

  private static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds / 1_000_000 }

  // MARK: - Effects

  private func carryOut(_ effect: Effect) {
    switch effect {
    case .run(let step, let number): run(from: step, number: number)
    case .open(let call): open(call)
    case .findNonFinite: findNonFinite()
    case .translate(let request): translate(request)
    case .openDemo(let name): openDemo(name)
    case .save(let path, let overwrite): save(to: path, overwrite: overwrite)
    case .cancelRun:
      background?.work.cancel()
      reading?.cancel()
      surveying?.work.cancel()
    case .tryReturns(let need): tryReturns(need)
    case .feedAgain: feed { try $0.nextBatch() }
    case .reset: feed { _ in self.firstBatch }
    case .write(let path, let overwrite):
      do {
        try EditedInput(state).write(to: path, overwrite: overwrite)
        perform(.wrote(path: path))
      } catch {
        perform(.failed(Self.sentence(error)))
      }
    case .explain(let address, let withExactRun): explain(address, withExactRun: withExactRun)
    case .writeText(let text, let path):
      do {
        try Files.write(Array(text.utf8), to: path, overwrite: false, by: nil)
        perform(.wroteText(path: path))
      } catch {
        perform(.failed(Self.sentence(error)))
      }
    case .export(let path, let overwrite):
      do {
        try Files.write(
          try picture(Snapshot.format(of: path)), to: path, overwrite: overwrite, by: ":export")
        perform(.exported(path: path))
      } catch {
        perform(.failed(Self.sentence(error)))
      }
    case .lesson(let effect): carryOut(effect)
    case .redraw: terminal?.redraw()
    case .copy(let text): terminal?.copy(base64: Data(text.utf8).base64EncodedString())
    case .quit: isDone = true
    }
  }

  /// A run that takes longer than a frame goes on beside the loop, so that keys are answered meanwhile.
  private func run(from step: Int, number: Int) {
    background?.work.cancel()
    background = nil
    let input = state.editedInput
    let layer = layer
    let parameters = state.parameters
    let steps = input.timesteps - step
    let operations =
      Double(input.batch * steps * 8 * parameters.units) * Double(parameters.units + parameters.features)
    guard let terminal, operations >= 1e8 else {
      // In the memory of the run before: at once, so that nobody sees it gone.
      let before = state.run.firstNonFinite
      var earlier = step > 0 ? state.giveAwayTrace() : nil
      if let trace = layer.run(input, resuming: earlier.take(), from: step, progress: { _ in true }) {
        perform(.ran(Run(trace, knowing: before, from: step), number: number))
      }
      return
    }
    let earlier = step > 0 ? state.trace : nil
    let known = state.run.firstNonFinite
    let work = BackgroundWork(waker: terminal.waker) { work in
      layer.run(input, resuming: earlier, from: step) { _ in !work.isCancelled }
        .map { Run($0, knowing: known, from: step) }
    }
    background = (work, number)
  }

  // MARK: - Other flags, other batches

  /// Runs the layer as other flags would have it; beside the loop where that takes longer than a frame.
  private func tryReturns(_ need: ReturnsTrial.Need) {
    do {
      let (own, other) = try cells(for: need)
      let directions = TrialDirections(need, state, own: own, other: other)
      if let terminal, directions.work >= 1e8 {
        trial?.cancel()
        trial = BackgroundWork(waker: terminal.waker) { work in directions.run { !work.isCancelled } }
      } else if let trial = directions.run(progress: { true }) {
        perform(.tried(trial))
      }
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  /// The stacked cells of the RNN looked at, and the other half of a Bidirectional, as the edits reach them.
  private func cells(
    for need: ReturnsTrial.Need
  ) throws -> (own: [TrialDirections.Cell], other: [TrialDirections.Cell]?) {
    let direction = state.subject.layer.direction
    let isHalf = need.isBidirectional && direction != nil
    guard isHalf || state.subject.layer.cell != nil else { return ([], nil) }
    let calls = (try editedNetwork() ?? opened.network).calls
    func cells(_ places: Range<Int>) -> [TrialDirections.Cell] {
      places.clamped(to: calls.indices).map {
        TrialDirections.Cell(trace: calls[$0].trace, parameters: calls[$0].parameters)
      }
    }
    let own = cells(state.stackedCalls(direction ?? .forward))
    guard isHalf else { return (own, nil) }
    var other = cells(state.stackedCalls(direction == .forward ? .backward : .forward))
    if other.isEmpty, let partner = state.partner { other = cells(partner..<partner + 1) }
    guard !other.isEmpty else {
      throw Failure(.usage, "the other half of this Bidirectional is no LSTM: it was run and not traced")
    }
    return (own, other)
  }

  private func takeTrial() {
    guard let outcome = trial?.take() else { return }
    trial = nil
    do {
      if let found = try outcome.get() { perform(.tried(found)) }
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  private func feed(_ next: (Opened) throws -> Opened) {
    do {
      opened = try next(opened)
      shownOutputs = []
      let call = state.subject.call
      perform(.fed(opened.subject(of: call), run: Run(opened.network.calls[call].trace)))
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  private var layer: PackedLayer {
    if let layer = layers[state.subject.call] { return layer }
    let layer = state.parameters.packed()
    layers[state.subject.call] = layer
    return layer
  }

  /// Looks at another call of an LSTM; what was edited elsewhere reaches it.
  private func open(_ call: Int) {
    do {
      let network = try editedNetwork()
      let base = opened.network.calls[call].trace
      let trace = network?.calls[call].trace ?? base
      perform(
        .opened(
          opened.subject(of: call, showing: network), run: Run(trace),
          original: network == nil ? nil : Run(base)))
      shownOutputs = state.edits
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  private func findNonFinite() {
    do {
      for (index, call) in (try editedNetwork() ?? opened.network).calls.enumerated() {
        if let place = call.trace.firstNonFinite() {
          perform(.foundNonFinite(call: index, place))
          return
        }
      }
      perform(.foundAllFinite)
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  /// Says what a number is made of, in the network with the edits made.
  private func explain(_ address: Address, withExactRun: Bool) {
    do {
      var explainer = try currentExplainer()
      let number = try explainer.explanation(
        of: address, in: state.subject.call, timestep: state.timestep, sample: state.sample,
        withExactRun: withExactRun)
      self.explainer = (state.edits, explainer)
      perform(.explained(number))
    } catch let error as AddressProblem {
      perform(.notExplained(error.message))
    } catch {
      perform(.notExplained(Self.sentence(error)))
    }
  }

  private func currentExplainer() throws -> Explainer {
    if let explainer, explainer.edits == state.edits { return explainer.explainer }
    guard let network = try editedNetwork(), let base = state.editBase else { return opened.explainer() }
    return opened.explainer(of: network, feeding: [base.layerName: state.editedInput])
  }

  /// The network with the edits made; nil where there are none.
  private func editedNetwork() throws -> NetworkRun? {
    guard let base = state.editBase, !state.edits.isEmpty else { return nil }
    return try opened.run(feeding: base.layerName, state.editedInput)
  }

  /// Where the model's outputs are shown they belong to the edits as they are.
  private func refreshOutputs() {
    guard state.view == .model || state.translation != nil, state.edits != shownOutputs, !state.isRunning
    else { return }
    shownOutputs = state.edits
    do {
      let network = try editedNetwork() ?? opened.network
      perform(
        .outputs(opened.outputs(of: network), opened.translation(network, isEdited: !state.edits.isEmpty)))
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  // MARK: - Other texts, other models

  /// Milliseconds that the loop waits for work; without a screen nobody waits for a frame.
  private var patience: Int { terminal == nil ? 600_000 : 40 }

  /// What takes longer than a frame goes on beside the loop.
  private func translate(_ request: Translation.Request) {
    reading?.cancel()
    let opened = opened
    let work = BackgroundWork(waker: terminal?.waker) { work in
      try opened.translating(request) { work.isCancelled }
    }
    reading = work
    if work.take(within: patience) == nil { perform(.translating) } else { takeReading() }
  }

  private func takeReading() {
    guard let outcome = reading?.take() else { return }
    reading = nil
    do {
      let call = state.subject.call
      opened = try outcome.get()
      firstBatch = opened.firstBatch
      shownOutputs = []
      guard let trace = opened.network.calls.dropFirst(call).first?.trace ?? opened.network.calls.first?.trace
      else {
        perform(.notTranslated(opened.network.stopped?.message ?? "no LSTM was run"))
        return
      }
      let index = opened.network.calls.indices.contains(call) ? call : 0
      perform(.translated(opened.subject(of: index), run: Run(trace), opened.translation()))
    } catch {
      perform(.notTranslated(Self.sentence(error)))
    }
  }

  private func openDemo(_ name: String) {
    do {
      let setup = try Demo.named(name).setup(InputOptions.parse([]))
      var notes: [String] = []
      let opened = try setup.open(notes: &notes)
      let run = Run(opened.network.calls[opened.call].trace)
      let fresh = try setup.state(
        of: opened, run: run, theme: state.theme, message: setup.message(notes, run))
      dropWork()
      surveys = [:]
      self.opened = opened
      firstBatch = opened.firstBatch
      self.setup = setup
      layers = [:]
      shownOutputs = []
      perform(.restarted(fresh))
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  /// Stops and forgets what goes on beside the loop: what comes of it belongs to another model.
  private func dropWork() {
    background?.work.cancel()
    background = nil
    trial?.cancel()
    trial = nil
    reading?.cancel()
    reading = nil
    surveying?.work.cancel()
    surveying = nil
  }

  private func save(to path: String, overwrite: Bool) {
    do {
      guard Setup.isSession(path) else {
        throw Failure(.usage, "\(path): a session's name ends in .yaml")
      }
      guard state.edits.isEmpty else {
        throw Failure(
          .usage, "a session names files and holds no edits; :write FILE keeps those first, then :reset")
      }
      let session = try SessionWriter(setup: setup, opened: opened, state: state).session(at: path)
      guard !session.inputs.contains(where: { $0 == "-" || $0.hasSuffix("=-") }) else {
        throw Failure(
          .usage,
          "the input came through a pipe and is in no file; :write FILE.npz keeps it, --input opens it")
      }
      try Files.write(Array(session.yaml.utf8), to: path, overwrite: overwrite, by: ":save")
      perform(.saved(path: path))
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  /// Where the Meaning view is looked at, its sentences are run, and only there.
  private func refreshSurvey() {
    let layer = state.subject.layerName
    if let surveying, state.view != .meaning || surveying.layer != layer {
      surveying.work.cancel()
      self.surveying = nil
    }
    guard state.view == .meaning, state.survey?.layer != layer, surveying == nil,
      let path = setup.session.sentences
    else { return }
    if let survey = surveys[path]?[layer] {
      perform(.surveyed(survey))
      return
    }
    let (opened, call, waker) = (opened, state.subject.call, terminal?.waker)
    let work = BackgroundWork(waker: waker) { work in
      try SentenceFile(path).survey(opened, call: call) { done in
        work.done = done
        waker?.wake()
        return !work.isCancelled
      }
    }
    surveying = (work, layer)
    if work.take(within: patience) == nil { perform(.surveying(0)) }
    takeSurvey()
  }

  private func takeSurvey() {
    guard let work = surveying?.work else { return }
    guard let outcome = work.take() else {
      if work.done != state.surveyed { perform(.surveying(work.done)) }
      return
    }
    surveying = nil
    do {
      if let survey = try outcome.get() {
        // States that an LSTM was given by hand go with another text.
        if opened.feeding.isEmpty, let path = setup.session.sentences {
          surveys[path, default: [:]][survey.layer] = survey
        }
        perform(.surveyed(survey))
      } else {
        perform(.view(.step))
        perform(.failed("stopped; Meaning begins anew with the sentences"))
      }
    } catch {
      perform(.view(.step))
      perform(.failed(Self.sentence(error)))
    }
  }

  // MARK: - Lessons

  /// Carries out a line of the `:` language.
  func type(command: String) {
    perform(.prompt)
    for scalar in command.unicodeScalars where scalar.value >= 0x20 { perform(.type(scalar)) }
    perform(.commit)
  }

  /// Begins a lesson whose model is open.
  func begin(_ file: LessonFile) {
    lesson = (file, opened, setup)
    let fresh = Self.state(
      of: opened, setup, run: Run(opened.network.calls[opened.call].trace), theme: state.theme)
    perform(.lesson(.begun(fresh, file.lesson, title: file.title)))
  }

  private func carryOut(_ effect: LessonEffect) {
    switch effect {
    case .open(let name):
      do {
        let file = try LessonFile.named(name)
        let (opened, setup) = try file.open()
        background?.work.cancel()
        background = nil
        surveys = [:]
        take(opened, setup)
        begin(file)
      } catch {
        perform(.failed(Self.sentence(error)))
      }
    case .restore:
      guard let lesson else { return }
      background?.work.cancel()
      background = nil
      take(lesson.opened, lesson.setup)
    case .write(let text, let path, let overwrite):
      do {
        try Files.write(Array(text.utf8), to: path, overwrite: overwrite, by: ":score")
        perform(.lesson(.told("written to \(path)")))
      } catch {
        perform(.failed(Self.sentence(error)))
      }
    }
  }

  private func take(_ opened: Opened, _ setup: Setup) {
    reading?.cancel()
    reading = nil
    surveying?.work.cancel()
    surveying = nil
    trial?.cancel()
    trial = nil
    self.opened = opened
    firstBatch = opened.firstBatch
    self.setup = setup
    layers = [:]
    shownOutputs = []
  }

  /// Shows a lesson anew whose file was saved meanwhile.
  private func reloadLesson() {
    guard let file = lesson?.file, file.hasChanged else { return }
    do {
      let new = try LessonFile(path: file.path)
      lesson?.file = new
      perform(.lesson(.reloaded(new.lesson)))
      // A command that the page could not do is what its author wants to know of.
      if let refusal = state.lesson?.refusals.first {
        perform(.failed("\(Files.name(of: file.path)):\(refusal.line): \(refusal.sentence)"))
      }
    } catch {
      // It is read again when it is saved again.
      lesson?.file.noteChange()
      // On the screen the name says enough, and the line is what counts.
      let sentence = Self.sentence(error)
      perform(
        .failed(
          sentence.hasPrefix(file.path)
            ? Files.name(of: file.path) + sentence.dropFirst(file.path.count) : sentence))
    }
  }

  private static func sentence(_ error: any Error) -> String {
    switch error {
    case let failure as Failure: failure.sentence
    case let error as LayerError: error.message
    case let error as DecodingError: error.message
    default: "\(error)"
    }
  }

  /// The doctor looks when somebody asks for it, and the detective where what is recorded differs.
  private func examine() {
    if state.findings == nil { investigated = false }
    guard state.view == .findings else {
      examining?.cancel()
      examining = nil
      return
    }
    guard examining == nil, state.findings == nil || !investigated else { return }
    let (opened, expected) = (opened, state.expectations)
    let known = state.findings
    let work = BackgroundWork(waker: terminal?.waker) { work -> [Finding]? in
      let comparison = opened.comparison(with: expected)
      guard let known else {
        let failed = comparison.flatMap { $0.passes ? nil : $0 }
        let findings = opened.examination.findings()
        return (failed.map { [Finding($0, name: expected.name, verdict: nil)] } ?? []) + findings
      }
      guard let comparison, !comparison.passes,
        let verdict = opened.verdict(expected.recorded, comparison, progress: { _ in !work.isCancelled })
      else { return nil }
      return [Finding(comparison, name: expected.name, verdict: verdict)] + known.dropFirst()
    }
    examining = work
    if work.take(within: patience) != nil { takeFindings() }
  }

  private func takeFindings() {
    guard let outcome = examining?.take() else { return }
    examining = nil
    let isFirst = state.findings == nil
    investigated = !isFirst || state.expectations.recorded.isEmpty
    do {
      if let findings = try outcome.get() { perform(.found(findings)) }
    } catch {
      perform(.failed(Self.sentence(error)))
    }
    examine()
  }

  private func takeBackgroundRun() {
    guard let (work, number) = background, let outcome = work.take() else { return }
    background = nil
    do {
      perform(try outcome.get().map { .ran($0, number: number) } ?? .runCancelled)
    } catch {
      perform(.failed(Self.sentence(error)))
    }
  }

  // MARK: - Leaving by a signal

  /// Nothing is lost: unwritten edits and names go to files that lines on standard error name.
  private func leave(by signal: Int32) {
    var sentences: [String] = []
    if state.hasUnwrittenEdits, !state.edits.isEmpty {
      do {
        sentences.append("the edited input was written to \(try EditedInput(state).keep())")
      } catch {
        sentences.append("the edited input could not be kept: \(Self.sentence(error))")
      }
    }
    if state.hasUnsavedNames {
      do {
        let path = try SessionWriter(setup: setup, opened: opened, state: state).keep()
        sentences.append("the names of units were written to the session \(path)")
      } catch {
        sentences.append("the names of units could not be kept: \(Self.sentence(error))")
      }
    }
    terminal?.end()
    sentences.forEach(Messages.print)
    Terminal.die(by: signal)
  }

  // MARK: - Colours

  private func palette(on terminal: Terminal) -> Palette {
    let name = state.shownTheme
    if let palette = palettes[name] { return palette }
    let theme = theme(name)
    let suits = terminal.isBackgroundLight.map { $0 == (theme.variant == .light) } ?? false
    let isAsked = chosenTheme?.name == name || palettes.count > 0
    let palette = Palette(
      theme: theme, depth: terminal.depth, isUnicode: terminal.isUnicode,
      paintsBackground: isAsked || (!suits && terminal.isBackgroundLight != nil))
    palettes[name] = palette
    return palette
  }

  private func theme(_ name: String) -> Theme {
    if let chosenTheme, chosenTheme.name == name { return chosenTheme.theme }
    do {
      return try Resources.theme(name)
    } catch {
      perform(.failed(Self.sentence(error)))
      return .builtin
    }
  }

  /// The view as it is seen; a file that is drawn has all the colours of the theme, whatever the terminal has.
  private func picture(_ format: PictureFormat) -> [UInt8] {
    let palette =
      terminal.map { self.palette(on: $0) }
      ?? Palette(theme: theme(state.shownTheme), depth: .direct, isUnicode: true, paintsBackground: true)
    return Snapshot(
      state, theme: theme(state.shownTheme), depth: format.isDrawn ? nil : palette.depth,
      isUnicode: palette.isUnicode, isAsked: palette.paintsBackground
    ).bytes(format)
  }
}
