package import Commands
import LSTM
import Network
import Sessions

extension State {
  /// Reads a text.
  mutating func translate(text: String) -> [Effect] {
    guard let language else {
      message = .init(
        "no vocabulary tells how words become ids; --vocab FILE or --source-vocab FILE names one", .error)
      return []
    }
    guard !text.isEmpty else {
      message = .init(":text takes a sentence, as in :text \(exampleText)", .error)
      return []
    }
    guard let ids = ids(of: text, in: language.source.vocabulary) else { return [] }
    var request = translation?.request ?? Translation.Request(source: ids)
    request.source = ids
    request.beam = 0
    // What another sentence should have said says nothing about this one.
    request.teacher = nil
    request.isForced = false
    return ask(for: request)
  }

  /// Gives the decoder what it should say, word by word.
  mutating func force(text: String) -> [Effect] {
    guard var request = translation?.request, let target = language?.target else {
      message = .init("there is no decoder that could be fed a text", .error)
      return []
    }
    if text.isEmpty {
      request.teacher = nil
      request.isForced = false
    } else {
      guard let ids = ids(of: text, in: target.vocabulary) else { return [] }
      request.teacher = ids
      request.isForced = true
    }
    return ask(for: request)
  }

  /// The command line with the present text in it.
  mutating func promptText() {
    guard language != nil else {
      _ = translate(text: "")
      return
    }
    mode = .prompt(Prompt(text: "text "))
    message = .init("now: \(exampleText)")
  }

  /// Sets what a session says of the screen, as far as it is known.
  package mutating func open(view: String?, names: String?, decimals: String?) {
    if let view = view.flatMap(ViewName.init), availableViews.contains(view) { self.view = view }
    if let names = names.flatMap(Names.init) { self.names = names }
    if let decimals = decimals.flatMap(Decimals.init) { self.decimals = decimals }
  }

  /// Another model takes the place of this one; what a person chose for the screen stays.
  mutating func restart(as fresh: State) {
    let old = self
    self = fresh
    begin(isUnicode: old.isUnicode)
    size = old.size
    theme = old.theme
    decimals = old.decimals
    names = old.names
    history = old.history
    lesson = old.lesson
    isPresenting = old.isPresenting
    if lesson != nil { message = nil }
    mode = resting
  }

  /// What is read now, and what the decoder is fed, as texts; nil where arrays are.
  func text(of language: Language) -> (source: String, teacher: String?)? {
    guard let request = translation?.request else {
      return subject.inputName == "text"
        ? words.map { ($0.joined(separator: language.source.vocabulary.isOfCharacters ? "" : " "), nil) }
        : nil
    }
    return (
      language.source.vocabulary.text(of: request.source),
      request.isForced ? request.teacher.flatMap { language.target?.vocabulary.text(of: $0) } : nil
    )
  }

  /// The number that is looked at, as an address.
  package var address: Address {
    let quantity: Quantity =
      switch formula.lines[line] {
      // A unit behind a projection's width has no h.
      case .hPrevious: unit < trace.outputs ? .hPrevious : .cPrevious
      case .cPrevious: .cPrevious
      case .inputProduct: .zx
      case .recurrentProduct: .zh
      case .bias, .split, .peephole, .clip: .z
      case .outputPeephole: .z3
      case .inputGate: .i
      case .forgetGate: .f
      case .carry: .c
      case .outputGate: .o
      case .memory, .projection: unit < trace.outputs ? .h : .c
      case .result: unit < trace.outputs ? .y : .c
      }
    return Address(quantity: quantity.rawValue, indices: [unit], timestep: timestep, sample: sample)
  }

  /// The text of the present run, to be typed over.
  var exampleText: String {
    guard let language, let request = translation?.request else { return "a sentence" }
    return language.source.vocabulary.text(of: request.source)
  }

  /// - Returns: nil where a word is unknown and nothing stands for it; the message says which.
  private mutating func ids(of text: String, in vocabulary: Vocabulary) -> [Int]? {
    let reading = Reading(of: text, in: vocabulary)
    if let remark = reading.remark { message = .init(remark, reading.ids == nil ? .error : .warning) }
    return reading.ids
  }

  /// Asks for a run; edits belong to the one before and would be lost.
  mutating func ask(for request: Translation.Request) -> [Effect] {
    guard edits.isEmpty else {
      message = .init("there are edits of this run; u takes them back, or :reset all of them", .warning)
      return []
    }
    guard !isRunning else {
      message = .init("a run is under way; Ctrl-C stops it")
      return []
    }
    return [.translate(request)]
  }

  /// Does something to the states on their way.
  ///
  /// - Parameter toggles: Whether asking for the same again takes it back, as a key does.
  mutating func experiment(_ experiment: BridgeExperiment, toggles: Bool = false) -> [Effect] {
    guard var request = translation?.request else {
      message = .init(noBridge)
      return []
    }
    guard toggles else {
      request.experiment = experiment
      request.beam = 0
      return ask(for: request)
    }
    if case .other(let ids) = experiment, ids.isEmpty, case .other = request.experiment {
      request.experiment = .asIs
      return ask(for: request)
    }
    request.experiment = request.experiment == experiment ? .asIs : experiment
    request.beam = 0
    return ask(for: request)
  }

  /// The states of a sentence that was typed.
  mutating func experiment(withStatesOf text: String) -> [Effect] {
    guard let language, let ids = ids(of: text, in: language.source.vocabulary) else { return [] }
    return experiment(.other(source: ids))
  }

  mutating func nameUnit(_ name: String) {
    unitNames[subject.layerName, default: [:]][unit] = name.isEmpty ? nil : name
    refusedDemo = nil
    message = .init(
      name.isEmpty
        ? "unit \(unit) of \(subject.layerName) has no name"
        : "\(unitTitle) of \(subject.layerName); :save keeps it")
  }

  mutating func open(demo name: String) -> [Effect] {
    guard !name.isEmpty else {
      mode = .demos(row: 0)
      return []
    }
    guard demos.contains(where: { $0.name == name }) else {
      message = .init("'\(name)' is no demo; :demo lists them", .error)
      return []
    }
    guard !hasUnwrittenEdits else {
      message = .init("there are unwritten edits; :write keeps them, :reset takes them back", .warning)
      return []
    }
    guard !hasUnsavedNames || refusedDemo == name else {
      refusedDemo = name
      message = .init(
        "names of units are not saved: :save FILE.yaml keeps them, the same again opens \(name) without them",
        .warning)
      return []
    }
    return [.openDemo(name)]
  }

  /// From one sentence to the next lower one in the selected unit.
  mutating func move(sentence by: Int) {
    guard let survey, survey.layer == subject.layerName, unit < survey.units, !survey.sentences.isEmpty else {
      return
    }
    let isDecoder = translation?.isDecoder(subject.call) ?? false
    let order = survey.ranked(by: unit, isDecoder: isDecoder).map(\.sentence)
    let place = (order.firstIndex(of: sentenceRow) ?? 0) + by
    sentenceRow = order[min(max(0, place), order.count - 1)]
  }

  /// From a sentence of the Meaning view to its steps.
  mutating func openSentence() -> [Effect] {
    guard let survey, survey.sentences.indices.contains(sentenceRow) else { return [] }
    let effects = translate(text: survey.sentences[sentenceRow].text)
    if !effects.isEmpty { view = .step }
    return effects
  }

  mutating func toggleForcing() -> [Effect] {
    guard var request = translation?.request else {
      message = .init(noBridge)
      return []
    }
    guard request.teacher != nil else {
      message = .init("give the words that it should say with :target, then f goes from one to the other")
      return []
    }
    request.isForced.toggle()
    return ask(for: request)
  }

  mutating func setBeamWidth(_ width: Int) -> [Effect] {
    guard var request = translation?.request else {
      message = .init(noBridge)
      return []
    }
    guard (1...20).contains(width) else {
      message = .init("from 1, which is greedy, to 20 beams", .error)
      return []
    }
    request.beamWidth = width
    request.beam = 0
    request.isForced = false
    return ask(for: request)
  }

  mutating func move(beam by: Int) {
    let count = translation?.beams.count ?? 0
    guard count > 1 else {
      message = .init("2 … 9 searches with so many beams")
      return
    }
    chosenBeam = min(max(0, chosenBeam + by), count - 1)
  }

  mutating func walkBeam() -> [Effect] {
    guard var request = translation?.request, translation?.beams.indices.contains(chosenBeam) == true else {
      view = .step
      return []
    }
    request.beam = chosenBeam
    request.isForced = false
    let effects = ask(for: request)
    if !effects.isEmpty { view = .step }
    return effects
  }

  private var noBridge: String {
    translation == nil
      ? "no LSTM of this model hands its states to another"
      : translation?.hasWords == false
        ? "the decoder reads numbers, not words: there is nothing that it says"
        : "arrays were given; :text SENTENCE lets the decoder speak by itself"
  }

  mutating func toggleBridge() {
    guard translation != nil else {
      message = .init(noBridge)
      return
    }
    view = view == .bridge ? .step : .bridge
  }

  /// Another run of the model is there.
  mutating func adopt(_ subject: Subject, run: Run, translation: Translation?) {
    let place = (step: step, call: self.subject.call)
    self.subject = subject
    self.run = run
    defer { self.translation = translation }
    original = nil
    editBase = nil
    edits = []
    undone = []
    written = []
    staleFrom = nil
    running = nil
    trial = nil
    trialAsked = nil
    isTranslating = false
    // Another sentence is read from its beginning.
    let isSame = translation?.request?.source == self.translation?.request?.source && translation != nil
    step =
      isSame && place.call == subject.call ? min(place.step, max(0, run.trace.timesteps - 1)) : 0
    sample = min(sample, max(0, run.trace.batch - 1))
    unit = min(unit, parameters.units - 1)
    line = min(line, formula.lines.count - 1)
    chosenBeam = translation?.request?.beam ?? 0
    modelRow = subject.map.rows.firstIndex { $0.calls.contains(subject.call) } ?? modelRow
    // Bridge and Decode say it under the view.
    guard let translation, message == nil, view != .bridge, view != .decode else { return }
    message = .init(translation.covered(by: covers).summary)
  }

  /// Over the end of one side of the bridge to the other.
  ///
  /// - Returns: nil where there is no other side.
  mutating func cross(by: Int) -> [Effect]? {
    let tracks = tracks
    guard tracks.count == 2, let here = tracks.firstIndex(where: \.isHere) else { return nil }
    let there = here + by.signum()
    guard tracks.indices.contains(there) else { return nil }
    landing = by > 0 ? .first : .last
    let effects = open(call: tracks[there].call)
    if effects.isEmpty { landing = nil }
    return effects
  }
}

extension Translation {
  /// What came out, in a sentence.
  var summary: String {
    guard !isCovered else { return "what it says is covered" }
    guard let request else { return "the decoder is fed what was given" }
    if isEdited {
      return "Fed the words from before the edit, it would now say: \(sentence(said.first ?? []))"
    }
    let isBeam = request.beamWidth > 1 && !request.isForced && beams.indices.contains(request.beam)
    let spoken = isBeam ? beams[request.beam].words : free
    let isCut = end != nil && spoken.last != end
    let words = sentence(spoken) + (isCut ? " … not ended after \(spoken.count) words" : "")
    if request.isForced, let teacher {
      guard let place = Self.firstDifference(said.first ?? [], teacher) else {
        return "Fed these words it says them all; by itself it says: \(words)"
      }
      let said = said.first.flatMap { $0.indices.contains(place) ? $0[place] : nil } ?? "nothing"
      let wanted = teacher.indices.contains(place) ? teacher[place] : "nothing"
      return "At t \(place) it would say \(said) and not \(wanted). By itself it says: \(words)"
    }
    if request.experiment != .asIs {
      guard let place = Self.firstDifference(plain, free) else {
        return "\(request.experiment.title): it still says the same, \(words)"
      }
      return
        "\(request.experiment.title): the first word that changes is number \(place + 1). It says: \(words)"
    }
    return isBeam ? "Beam \(request.beam + 1) says: \(words)" : "It says: \(words)"
  }

  func sentence(_ words: [String]) -> String {
    words.isEmpty ? "nothing" : words.joined(separator: separator)
  }
}
