import ArgumentParser
import Commands
import Glibc
import LSTM
import Network
import Terminal
import Theme
import Workbench

/// Options of the command that opens the screen.
struct ExploreOptions: ParsableArguments {
  @Argument(help: "The model file.", completion: .file())
  var model: String?

  @Option(name: .long, help: "Open at a number: 'c[3]@5' is unit 3 of c at timestep 5.")
  var at: String?

  @Option(
    name: .long,
    help:
      "Recorded numbers to stand beside the run's, as check takes them; or another model, run on the same input.",
    completion: .file())
  var expect: String?

  @Option(name: .long, help: "What a recorded array is of: lstm/c, or c where there is one LSTM.")
  var quantity: String?

  @Option(name: .long, help: "A bundled example: \(Demo.all.map(\.name).joined(separator: ", ")).")
  var demo: String?

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "Appearance") var appearance: AppearanceOptions
}

struct AppearanceOptions: ParsableArguments {
  @Option(name: .long, help: "The colours: a theme's name, or a base16 file.")
  var theme: String?

  @Option(name: .long, help: "How many colours: auto, true, 256, 8, none.")
  var color: ColourChoice = .auto

  @Flag(name: .long, help: "Draw with ASCII characters only.")
  var ascii = false

  @Flag(name: .long, help: "Print every timestep as text instead of opening a screen.")
  var plain = false

  @Flag(name: .long, help: "Nothing moves by itself: Space does not play.")
  var reducedMotion = false
}

enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
  case auto
  case direct = "true"
  case indexed = "256"
  case eight = "8"
  case none

  var depth: ColourDepth? {
    switch self {
    case .auto: nil
    case .direct: .direct
    case .indexed: .indexed256
    case .eight: .eight
    case .none: ColourDepth.none
    }
  }
}

/// An example that comes with the program.
struct Demo {
  let name: String
  let model: String
  let input: String
  /// What the first screen says about it.
  let message: String

  static let all = [
    Demo(
      name: "question", model: "question.keras", input: "question.npy",
      message: "Three tensors come back from this layer: Tab shows which. "
        + "S and s step through the formula, → to the next timestep, ? helps.")
  ]
}

/// Opens the screen.
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lstmscope",
    abstract: "The debugger for LSTMs: step through a model file that Keras wrote.",
    usage: """
      lstmscope [MODEL] [inputs] [--at ADDRESS] [--expect FILE]
      lstmscope inspect MODEL [--json]
      lstmscope trace MODEL inputs [--format F] [--output FILE]
      lstmscope check MODEL inputs --expect FILE [--fix OUT]
      lstmscope doctor MODEL [inputs]
      lstmscope diff A B [inputs]
      lstmscope man
      """,
    discussion: """
      Without a MODEL it opens a bundled example: LSTM(3, return_sequences=True, return_state=True) on an input of \
      shape (2, 2, 2). In the program ? lists the keys and q quits.

      Examples:
        lstmscope                                    the example
        lstmscope mine.keras                         your model, on random input
        lstmscope mine.keras --input x.npy           on your own: (batch, timesteps, features)
        lstmscope mine.keras --input x.npy --at 'c[3]@5'
        lstmscope mine.keras --tokens 4,17,2           a model that reads ids
        lstmscope mine.h5 --layer lstm_2 --layer-input --input h1.npy
        lstmscope mine.keras --input x.npy --expect y.npy     beside recorded numbers
        lstmscope check mine.keras --input x.npy --expect y.npy
        lstmscope inspect mine.keras                 layers, shapes, weights
        lstmscope trace mine.keras --input x.npy --format csv --output trace.csv

      What is opened: .keras and .h5 files of Keras 1 to 3, whole models and weights alone (--config architecture.json). \
      Every LSTM of the model is stepped through; Lambda and custom layers are Python code and are not run.

      Exit status: 0 done, 1 the answer is no (check, doctor, diff), 64 wrong usage, 65 a file that can't be understood or used, 66 no such file, 69 no usable \
      terminal, 70 a fault of the program, 73 can't create the output, 74 writing failed, 128 + n on signal n.
      """,
    version: Lstmscope.version)

  @OptionGroup var options: ExploreOptions

  func run() throws {
    if options.appearance.plain, options.at != nil {
      throw Failure(.usage, "--plain prints every number, so that --at has nothing to open; give one of them")
    }
    let address = try address()
    var (path, inputs, demo) = try whatToOpen()
    // An address that names its LSTM says which is looked at.
    if inputs.layer == nil { inputs.layer = address?.layer }
    let model = try Opening.model(path, config: inputs.config)
    var notes: [String] = []
    let opened = try Opening.open(model, path: path, options: inputs, notes: &notes)
    if options.appearance.plain {
      (notes + Opening.remarks(on: model)).forEach(Messages.print)
      try TraceWriter(opened, only: inputs.layer).write(.plain, to: nil)
      return
    }
    let expectations = try options.expect.map {
      try Expectations.of($0, quantity: options.quantity, opened, inputs: inputs, notes: &notes)
    }
    // A theme that isn't there is said before the screen is taken.
    let theme = try options.appearance.theme.map { ($0, try Resources.theme($0)) }
    let run = Run(opened.network.calls[opened.call].trace)
    notes += Opening.remarks(on: model)
    let message = demo?.message ?? opening(notes, run)
    try ScreenLoop(
      opened, run: run, message: message.map { State.Message($0, demo == nil ? .warning : .notice) },
      address: address, theme: theme, appearance: options.appearance, expectations: expectations ?? [:]
    ).show()
  }

  private func address() throws -> Address? {
    guard let text = options.at else { return nil }
    do {
      return try Address(parsing: text)
    } catch {
      throw Failure(.usage, error.message)
    }
  }

  /// What the first screen says: that there is a NaN, else what was guessed.
  private func opening(_ notes: [String], _ run: Run) -> String? {
    if let place = run.firstNonFinite {
      let timestep = run.trace.timestepIndex[place.step]
      let address = Address(
        quantity: place.quantity.rawValue, indices: [place.unit], timestep: timestep, sample: place.sample)
      let found =
        "The first NaN or infinity of this run is \(address.text): here it is. :goto nan comes back."
      return ([found] + notes).joined(separator: " ")
    }
    return notes.isEmpty ? nil : notes.joined(separator: " ")
  }

  private func whatToOpen() throws -> (path: String, inputs: InputOptions, demo: Demo?) {
    if let path = options.model {
      guard options.demo == nil else { throw Failure(.usage, "a MODEL and --demo exclude each other") }
      return (path, options.inputs, nil)
    }
    let name = options.demo ?? Demo.all[0].name
    guard let demo = Demo.all.first(where: { $0.name == name }) else {
      throw Failure(
        .usage, "there is no demo '\(name)'; there is \(Demo.all.map(\.name).joined(separator: ", "))")
    }
    guard let path = Resources.bundled(demo.model), let input = Resources.bundled(demo.input) else {
      throw Failure(
        .noInput, "\(demo.model): the bundled example is not where it was installed; give a model file")
    }
    var inputs = options.inputs
    if !inputs.isGiven { inputs.input = [input] }
    return (path, inputs, demo)
  }

  /// A first word that is no command is a file if it is there or looks like a path; else it is a command misspelt.
  static func checkWord(_ word: String) throws {
    guard !Files.exists(word), !word.contains("/"), !word.contains("."), !word.hasPrefix("-") else { return }
    throw Lstmscope.unknown(word, "neither a command nor a file")
  }
}
