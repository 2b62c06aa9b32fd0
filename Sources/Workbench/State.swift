package import Commands
package import Debugger
package import LSTM
import Network

/// Columns and rows of the screen.
package struct Size: Equatable, Sendable {
  package let width: Int
  package let height: Int

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// Everything that the screen depends on. Only `update` changes it.
package struct State: Equatable, Sendable {
  package internal(set) var subject: Subject
  package internal(set) var run: Run
  /// The run before the first edit; nil while there are no edits.
  package internal(set) var original: Run?
  package internal(set) var size: Size

  package internal(set) var view: ViewName = .step
  package internal(set) var mode: Mode = .explore
  package internal(set) var sample = 0
  /// The step in the order of processing, which is the timestep unless the layer goes backwards.
  package internal(set) var step = 0
  package internal(set) var unit = 0
  /// The line just executed, counted from 0.
  package internal(set) var line: Int

  package internal(set) var decimals: Decimals = .four
  package internal(set) var names: Names
  package internal(set) var message: Message?
  /// Digits typed before a key that counts; nil where there are none.
  package internal(set) var count: Int?

  /// The quantity of the heat map.
  package internal(set) var quantity: Quantity = .c
  /// The tensor chosen in Returns, counted from 0.
  package internal(set) var tensor = 0
  /// The flags that Returns shows; the layer's own until a person tries others.
  package internal(set) var flags: Flags
  /// What was run for flags that the run shown does not have.
  package internal(set) var trial: ReturnsTrial?
  /// What was asked for and has not come back.
  package internal(set) var trialAsked: ReturnsTrial.Need?
  package internal(set) var playback: Playback?
  /// Whether the terminal shows arrows; in ASCII keys are named by letters and words.
  package private(set) var isUnicode = true

  /// The words that the model reads and says; nil where nobody gave a vocabulary.
  package internal(set) var language: Language?
  /// The run of an encoder/decoder; nil where the model is none.
  package internal(set) var translation: Translation?
  /// What a person called a unit, by the LSTM's key.
  package internal(set) var unitNames: [String: [Int: String]] = [:]
  /// Where the cursor lands in the LSTM that was asked for and is not there yet.
  package internal(set) var landing: Landing?
  /// The sentences that were run together, to see what a unit means.
  package internal(set) var survey: Survey?

  /// Whether a text is being read that takes longer than a frame.
  package internal(set) var isTranslating = false
  /// How many of the sentences have been run, while they are.
  package internal(set) var surveyed: Int?
  /// What the classes of the model's output are called.
  package internal(set) var labels: [String] = []
  /// Whether the session names sentences to look at together.
  package internal(set) var hasSentences = false
  /// The beam chosen in the Decode view, counted from 0.
  package internal(set) var chosenBeam = 0
  /// The sentence chosen in the Meaning view, counted from 0.
  package internal(set) var sentenceRow = 0

  /// Whether functions are drawn as curves; in words they are told by their value and slope.
  var drawsCurves = true
  /// The layer chosen in the Model view.
  package internal(set) var modelRow = 0
  /// Recorded numbers, to stand beside those of the run.
  package internal(set) var expectations: ExpectedNumbers
  /// The quantity that Compare shows, where it is recorded.
  package internal(set) var compared: Quantity = .h
  /// What the doctor finds; nil until it has looked.
  package internal(set) var findings: [Finding]?
  package internal(set) var findingRow = 0
  /// Where to go once another LSTM is open.
  package internal(set) var destination: Address?
  package internal(set) var edits: [Edit] = []
  /// nil while there are no edits.
  package internal(set) var editBase: EditBase?
  package internal(set) var undone: [Edit] = []
  /// The edits as they were last written to a file.
  package internal(set) var written: [Edit] = []
  /// The names of units as they were last saved.
  package internal(set) var savedNames: [String: [Int: String]] = [:]
  /// The model that was not opened because names are not saved; asked for again it is.
  package internal(set) var refusedDemo: String?
  /// The run that was asked for and has not come back, by its number.
  package internal(set) var running: Int?
  /// The number of the newest run; one that comes back with another is out of date.
  package internal(set) var runNumber = 0
  /// The first step at which `run` does not belong to the edits as they are; nil where all of it does.
  package internal(set) var staleFrom: Int?
  /// A place in the layer that is being opened.
  package internal(set) var awaited: Trace.Place?
  /// Whether the next q quits although there are edits.
  package internal(set) var quitWasRefused = false

  /// What is covered until somebody predicts it.
  package internal(set) var covers: [Cover] = []
  /// What is lit while the rest is dimmed; everything where it is empty.
  package internal(set) var focus: [String] = []
  package internal(set) var lesson: LessonWalk?
  /// Whether it is shown to a class: a clicker's keys alone do something.
  package internal(set) var isPresenting = false
  /// The bundled lessons, by name.
  package let lessons: [String]
  /// The numbers that are explained, the last one shown; empty while nothing is.
  package internal(set) var explained: [ExplainFrame] = []
  /// Whether Explain shows the number in other arithmetics too.
  package internal(set) var showsTruth = false
  /// The order of summation that is compared with the number's own.
  package internal(set) var summation: SummationOrder = .keras

  /// The bundled models.
  package let demos: [Demo]
  /// The themes that can be chosen, by name.
  package let themes: [String]
  package internal(set) var theme: String
  /// Lines typed after `:`, the newest last.
  package internal(set) var history: [String] = []

  /// An end of a sequence.
  package enum Landing: Equatable, Sendable { case first, last }

  package struct Message: Equatable, Sendable {
    package enum Kind: Equatable, Sendable { case notice, warning, error }

    package let text: String
    package let kind: Kind

    package init(_ text: String, _ kind: Kind = .notice) {
      self.text = text
      self.kind = kind
    }
  }

  package struct Playback: Equatable, Sendable {
    /// Milliseconds from one timestep to the next.
    package var interval: Int
    /// Whether it goes through the lines of the formula, and not from timestep to timestep.
    package var isByLine: Bool
  }

  /// What the keys mean now, besides the view.
  package enum Mode: Equatable, Sendable {
    case explore
    case edit(EditField)
    case prompt(Prompt)
    case help(scroll: Int)
    case code(Snippet, scroll: Int)
    /// The list of bundled models.
    case demos(row: Int)
    case lesson(LessonInput)
  }

  /// What is done on a lesson's page.
  package enum LessonInput: Equatable, Sendable {
    case reading
    case answering(String)
    /// The list of pages.
    case contents(row: Int)
  }

  /// A bundled model with what it shows.
  package struct Demo: Equatable, Sendable {
    package let name: String
    package let shows: String

    package init(name: String, shows: String) {
      self.name = name
      self.shows = shows
    }
  }

  /// The field chosen in the edit row, and what is typed into it.
  package struct EditField: Equatable, Sendable {
    /// Features first, then h0 and c0 of the selected unit.
    package var index: Int
    /// nil until something is typed.
    package var text: String?
  }

  /// The command line.
  package struct Prompt: Equatable, Sendable {
    package var text = ""
    /// The line as it was typed, while completions of it are gone through.
    package var stem: String?
    /// Which line of the history is shown; nil for the one being typed.
    package var recalled: Int?
  }

  /// A run shown from its first timestep with every line executed; where there is a NaN, from the first one.
  package init(
    subject: Subject, run: Run, size: Size, themes: [String], theme: String, names: Names = .keras,
    message: Message? = nil, language: Language? = nil, translation: Translation? = nil,
    unitNames: [String: [Int: String]] = [:], hasSentences: Bool = false, labels: [String] = [],
    demos: [Demo] = [], expectations: ExpectedNumbers = ExpectedNumbers(), lessons: [String] = [],
    isPresenting: Bool = false
  ) {
    self.lessons = lessons
    self.isPresenting = isPresenting
    self.subject = subject
    self.run = run
    self.size = size
    self.themes = themes
    self.theme = theme
    self.names = names
    self.message = message
    self.expectations = expectations
    self.language = language
    self.translation = translation
    self.unitNames = unitNames
    savedNames = unitNames
    chosenBeam = translation?.request?.beam ?? 0
    self.hasSentences = hasSentences
    self.labels = labels
    self.demos = demos
    flags = Flags(of: subject)
    modelRow = subject.map.rows.firstIndex { $0.calls.contains(subject.call) } ?? 0
    line = Formula(for: subject.layer.parameters).lines.count - 1
    if let place = run.firstNonFinite { select(place) }
  }
}

extension State {
  package var trace: Trace { run.trace }
  package var parameters: Parameters { subject.layer.parameters }
  package var formula: Formula { Formula(for: parameters, names: names) }
  package var hasUnwrittenEdits: Bool { edits != written }
  package var hasUnsavedNames: Bool {
    unitNames.filter { !$0.value.isEmpty } != savedNames.filter { !$0.value.isEmpty }
  }
  package var isRunning: Bool { running != nil || isTranslating }

  /// The theme to draw in: the chosen one, or the one whose name stands in the command line.
  package var shownTheme: String {
    if case .prompt(let prompt) = mode, prompt.text.hasPrefix("theme ") {
      let name = String(prompt.text.dropFirst("theme ".count))
      if themes.contains(name) { return name }
    }
    return theme
  }

  /// `unit 43 "question"`.
  var unitTitle: String { "unit \(unit)\(unitName(unit).map { " \"\($0)\"" } ?? "")" }

  /// What a person called a unit of the LSTM looked at.
  func unitName(_ unit: Int) -> String? { unitNames[subject.layerName]?[unit] }

  /// The timestep of x that the step under the cursor reads.
  package var timestep: Int { trace.timestepIndex.isEmpty ? 0 : trace.timestepIndex[step] }

  /// The step that reads a timestep; nil where there is no such timestep.
  func step(reading timestep: Int) -> Int? { trace.timestepIndex.firstIndex(of: timestep) }

  /// Whether characters are text now and no keys.
  package var isTyping: Bool {
    switch mode {
    case .edit, .prompt, .lesson(.answering): true
    case .explore, .help, .code, .demos, .lesson(.reading), .lesson(.contents): false
    }
  }

  /// The input with all edits made, of the layer that they belong to.
  package var editedInput: LayerInput {
    guard let editBase else { return subject.input }
    return edits.reduce(into: editBase.input) {
      $0.apply($1, units: editBase.units, outputs: editBase.outputs)
    }
  }

  /// The input of the layer looked at, with its own edits, or as those of another layer made it.
  var shownInput: LayerInput {
    // What is covered is not in the trace.
    if !covers.isEmpty { return trace.input }
    return editBase.map { $0.call == subject.call } ?? true ? editedInput : trace.input
  }

  /// The fields of the edit row: every feature of x at this timestep, then h0 and c0 of the unit.
  var editTargets: [Edit.Target] {
    let timestep = timestep
    return (0..<trace.features).map { .x(feature: $0, timestep: timestep) } + stateTargets
  }

  /// h0 and c0 of the unit; behind a projection's width there is no h0.
  var stateTargets: [Edit.Target] { (unit < trace.outputs ? [.h0(unit: unit)] : []) + [.c0(unit: unit)] }

  /// Learns what the terminal can show, before the first frame.
  package mutating func begin(isUnicode: Bool) { self.isUnicode = isUnicode }

  /// Shows a message until the next key.
  package mutating func say(_ message: Message?) { self.message = message }

  /// Puts the cursor on a number, with the line just executed that made it.
  mutating func select(_ place: Trace.Place) {
    step = place.step
    sample = place.sample
    unit = place.quantity.isColumn ? place.unit % max(1, parameters.units) : place.unit
    line = formula.index(of: place.quantity.line)
    if place.quantity == .x { unit = 0 }
  }
}

extension Quantity {
  /// Whether it is indexed by the 4·units columns of the kernels.
  var isColumn: Bool { self == .zx || self == .zh || self == .z }

  /// The line of the formula that computes it; in a layer that has no such line, the one before does.
  var line: FormulaLine {
    switch self {
    case .hPrevious: .hPrevious
    case .cPrevious: .cPrevious
    case .x, .zx: .inputProduct
    case .zh: .recurrentProduct
    case .z, .z0, .z1, .z2, .z3: .clip
    case .i: .inputGate
    case .f: .forgetGate
    case .g, .c: .carry
    case .o: .outputGate
    case .h: .projection
    case .y: .result
    }
  }
}
