import ArgumentParser
import Commands
import Debugger
import Glibc
import LSTM
import Network
import Sessions
import Terminal
import Theme
import Workbench

/// Options of the command that opens the screen.
struct ExploreOptions: ParsableArguments {
  @Argument(help: "The model file, or a session (.yaml).", completion: .file())
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

  @Option(name: .long, help: "A bundled model: translator, question, latch …; --demo list tells all.")
  var demo: String?

  @Flag(name: .long, help: "For the projector: a clicker's keys alone do something, and :q leaves.")
  var present = false

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

  @Flag(name: .long, help: "A dialogue in lines instead of a screen: commands from standard input.")
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

/// Opens the screen.
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lstmscope",
    abstract: "The debugger for LSTMs: step through a model file of Keras, PyTorch or ONNX.",
    usage: """
      lstmscope [MODEL|SESSION.yaml] [inputs] [--at ADDRESS] [--expect FILE]
      lstmscope --demo NAME
      lstmscope inspect MODEL [--json]
      lstmscope trace MODEL|SESSION.yaml inputs [--format F] [--output FILE]
      lstmscope explain MODEL|SESSION.yaml inputs ADDRESS [--json]
      lstmscope render MODEL|SESSION.yaml inputs [--view V] [--output FILE]
      lstmscope themes
      lstmscope bridge [MODEL|SESSION.yaml] --pairs FILE
      lstmscope check MODEL|SESSION.yaml inputs --expect FILE [--fix OUT]
      lstmscope doctor MODEL|SESSION.yaml [inputs]
      lstmscope diff A B [inputs]
      lstmscope lesson [NAME|FILE]
      lstmscope man
      """,
    discussion: """
      Without a MODEL it opens a bundled one: a German → English translator, an encoder LSTM whose last states start \
      the decoder's. --demo question is the founding example, LSTM(3, return_sequences=True, return_state=True); \
      --demo list tells the others. In the program ? lists the keys and q quits.

      Examples:
        lstmscope                                    the translator
        lstmscope --demo question                    three tensors: which is which?
        lstmscope --text 'das kind schläft'          another sentence for the translator
        lstmscope mine.keras                         your model, on random input
        lstmscope mine.keras --input x.npy           on your own: (batch, timesteps, features)
        lstmscope mine.keras --input x.npy --at 'c[3]@5'
        lstmscope mine.keras --tokens 4,17,2           a model that reads ids
        lstmscope encoder.keras --decoder decoder.keras --source-vocab de.json --target-vocab en.json --text '…'
        lstmscope mine.yaml                          a session: model, inputs, words and place, as :save writes it
        lstmscope mine.h5 --layer lstm_2 --layer-input --input h1.npy
        lstmscope mine.keras --input x.npy --expect y.npy     beside recorded numbers
        lstmscope check mine.keras --input x.npy --expect y.npy
        lstmscope inspect mine.keras                 layers, shapes, weights
        lstmscope trace mine.keras --input x.npy --format csv --output trace.csv
        lstmscope render mine.keras --input x.npy --view sequence --output c.svg

      What is opened (every LSTM of it is stepped through):
        Keras 1 to 3  .keras, .h5, and .weights.h5 with --config FILE.json
        PyTorch       .pt, .pth
        ONNX          .onnx
        arrays alone  .safetensors, .npz, .json, with --map kernel=NAME

      What is not, and why:
        Lambda, custom layers, activations  Python code: what is before them runs
        ConvLSTM                            not stepped through by this version
        a model without an LSTM             there is nothing to step through
        SavedModel                          a program: save the model as .keras
        TorchScript                         a program: save model.state_dict()

      Exit status: 0 done, 1 the answer is no (check, doctor, diff), 64 wrong usage, 65 a file that can't be understood or used, 66 no such file, 69 no usable \
      terminal, 70 a fault of the program, 73 can't create the output, 74 writing failed, 128 + n on signal n.
      """,
    version: Lstmscope.version)

  @OptionGroup var options: ExploreOptions

  func run() throws {
    if options.demo == "list" {
      let width = (Demo.all.map(\.name.count).max() ?? 0) + 2
      let lines = Demo.all.map { $0.name + String(repeating: " ", count: width - $0.name.count) + $0.shows }
      try TraceWriter.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: nil)
      return
    }
    var setup = try whatToOpen()
    try setup.look(at: options.at)
    try setup.expect(options.expect, quantity: options.quantity)
    var notes: [String] = []
    var opened = try setup.open(notes: &notes)
    let theme = try setup.theme(options.appearance.theme)
    let expectations = try setup.expected(of: opened, notes: &notes)
    var place = options.at
    if let comparison = opened.comparison(with: expectations), let first = comparison.first {
      notes.append("\(expectations.name) differs, first at \(first.name): Findings looks for the cause.")
      // Who says no place is shown that one.
      if place == nil, !setup.saysWhere, let address = first.address {
        place = address.text
        let keys = opened.network.calls.map(\.key)
        if let layer = address.layer, let call = keys.firstIndex(of: layer) { opened.call = call }
      }
    }
    let run = Run(opened.network.calls[opened.call].trace)
    var state = try setup.state(
      of: opened, run: run, theme: theme?.name ?? "dark", at: place, expectations: expectations,
      isPresenting: options.present)
    notes = Opening.overflows(in: opened) + notes + Opening.remarks(on: opened.model)
    let isPlain = options.appearance.plain
    if isPlain { notes.forEach(Messages.print) } else { state.say(setup.message(notes, run)) }
    let loop = try ScreenLoop(
      state, opened, setup, theme: theme, appearance: options.appearance, hasScreen: !isPlain)
    if isPlain {
      try PlainDialogue(loop).walk()
    } else {
      loop.show()
    }
  }

  private func whatToOpen() throws -> Setup {
    guard let path = options.model else {
      let demo = try options.demo.map(Demo.named) ?? Demo.usual
      return try demo.setup(options.inputs)
    }
    guard options.demo == nil else { throw Failure(.usage, "a MODEL and --demo exclude each other") }
    return try Setup(file: path, inputs: options.inputs)
  }

  /// A first word that is no command is a file if it is there or looks like a path; else it is a command misspelt.
  static func checkWord(_ word: String) throws {
    guard !Files.exists(word), !word.contains("/"), !word.contains("."), !word.hasPrefix("-") else { return }
    throw Lstmscope.unknown(word, "neither a command nor a file")
  }
}
