import ArgumentParser

/// What is fed to the layer.
struct InputOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An array: .npy, .npz (one array of it: FILE.npz:KEY), .csv, .json, or - for standard input; of a model that reads texts a line a sample, or .json. NAME=FILE for a model with several inputs.",
      valueName: "file"))
  var input: [String] = []

  @Flag(name: .long, help: "Standard normal numbers.")
  var random = false

  @Option(name: .customLong("seed"), help: "Which random numbers; without it 0.")
  var chosenSeed: UInt64?

  @Option(name: .long, help: "How many timesteps --random has; the declared length, else 10.")
  var timesteps: Int?

  @Option(name: .long, help: "Ids for a model that reads those: 4,17,2/5,9 is a batch of two, padded with 0.")
  var tokens = ""

  @Option(name: .long, help: "A text, read through the vocabulary. For an encoder/decoder it is the source.")
  var text: String?

  @Option(
    name: .long,
    help: "What the decoder is fed, word by word; without it the decoder is fed what it says itself.")
  var target: String?

  @Option(
    name: .long,
    help: "The words of the ids: a JSON list, a JSON map, or text, a word a line.", completion: .file())
  var vocab: String?

  @Option(name: .long, help: "The encoder's vocabulary.", completion: .file())
  var sourceVocab: String?

  @Option(name: .long, help: "The decoder's vocabulary.", completion: .file())
  var targetVocab: String?

  @Option(name: .long, help: "The word that the decoder is fed first, or its id.")
  var start: String?

  @Option(name: .long, help: "The word that ends a sentence, or its id.")
  var end: String?

  @Option(name: .customLong("max-steps"), help: "How many words the decoder says at most; without it 64.")
  var chosenMaxSteps: Int?

  @Option(
    name: .customLong("bridge"),
    help:
      "What is done to the states on the bridge: h-only, c-only, swapped, zero, rounded 1, noise 0.5, or other SENTENCE."
  )
  var experiment: String?

  @Option(name: .long, help: "Decode by beam search with so many beams.")
  var beams: Int?

  @Option(name: .long, help: "Which of the beams is walked; 1 is the best.")
  var beam: Int?

  @Flag(name: .long, help: "With --target: the decoder is fed what it says itself all the same.")
  var freeRunning = false

  @Flag(name: .long, help: "The encoder reads a text from its last word.")
  var reverseSource = false

  @Option(
    name: .long, help: "The decoder, where encoder and decoder were saved apart.", completion: .file())
  var decoder: String?

  @Option(name: .long, help: "The initial memory state, shape (batch, units).")
  var h0: String?

  @Option(name: .long, help: "The initial carry state, shape (batch, units).")
  var c0: String?

  @Option(
    name: .long,
    help: "The architecture, for a file that holds weights alone: its JSON, or a .keras of the same model.",
    completion: .file())
  var config: String?

  @OptionGroup var arrays: ArrayOptions

  @Option(name: .long, help: "Which LSTM to look at; without it the first.")
  var layer: String?

  @Flag(name: .long, help: "Feed the input to that layer itself, whatever comes before it.")
  var layerInput = false

  @Option(
    name: .long, help: "With --layer-input: which timesteps count, (batch, timesteps) of 0 and 1.",
    completion: .file())
  var mask: String?

  @Flag(name: .long, help: "The array is (timesteps, batch, features).")
  var timeMajor = false

  @Flag(name: .long, help: "The array is (batch, timesteps, features), whatever the model says.")
  var batchMajor = false

  var seed: UInt64 { chosenSeed ?? 0 }
  var maxSteps: Int { chosenMaxSteps ?? 64 }

  /// Whether there is an input that somebody made, and not random numbers.
  var hasValues: Bool { !input.isEmpty || !tokens.isEmpty || text != nil }

  var isGiven: Bool { hasValues || random }

  /// Every file that is read.
  var files: [String] {
    let arrays = input.map { text in
      // NAME=FILE, unless that is a file's own name.
      guard !Files.exists(text), let place = text.firstIndex(of: "=") else { return text }
      return String(text[text.index(after: place)...])
    }
    let others = [vocab, sourceVocab, targetVocab, decoder, h0, c0, config, mask].compactMap { $0 }
    return (arrays + others).map(ArrayFile.path)
  }

  /// Refuses what can't be meant together, once a session has given what the command line does not say.
  func check() throws {
    if let timesteps, timesteps < 1 {
      throw ValidationError("--timesteps must be 1 or more, not \(timesteps)")
    }
    if !input.isEmpty, !tokens.isEmpty { throw ValidationError("--input and --tokens exclude each other") }
    if layerInput, !tokens.isEmpty {
      throw ValidationError("--tokens are for the model, --layer-input for a layer")
    }
    if hasValues, timesteps != nil {
      throw ValidationError("--timesteps is for --random; an input that is given has its own length")
    }
    if mask != nil, !layerInput {
      throw ValidationError("--mask goes with --layer-input; a model makes its masks itself")
    }
    if text != nil, !tokens.isEmpty { throw ValidationError("--text and --tokens exclude each other") }
    // Beside a text, NAME=FILE gives the other inputs of a model with several.
    if text != nil, input.contains(where: { !$0.contains("=") }) {
      throw ValidationError(
        "--text and --input exclude each other, but for --input NAME=FILE for other inputs")
    }
    if text != nil, layerInput {
      throw ValidationError("--text is for the model, --layer-input for a layer")
    }
    if target != nil, text == nil, tokens.isEmpty {
      throw ValidationError("--target is what the decoder is fed beside a --text")
    }
    if freeRunning, target == nil {
      throw ValidationError("--free-running is for a --target that is not fed")
    }
    if let beams, !(1...20).contains(beams) {
      throw ValidationError("--beams must be from 1 to 20, not \(beams)")
    }
    if let beam, !(1...(beams ?? 1)).contains(beam) {
      throw ValidationError("--beam is one of the --beams, counted from 1, not \(beam)")
    }
    if text == nil, tokens.isEmpty, experiment != nil || beams != nil {
      throw ValidationError("--\(experiment != nil ? "bridge" : "beams") goes with a --text or --tokens")
    }
    if !(1...10_000).contains(maxSteps) {
      throw ValidationError("--max-steps must be from 1 to 10000, not \(maxSteps)")
    }
    if hasValues, random { throw ValidationError("--input and --random exclude each other") }
    if timeMajor, batchMajor { throw ValidationError("--time-major and --batch-major exclude each other") }
  }
}
