import ArgumentParser

/// What is fed to the layer.
struct InputOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An array: .npy, .npz (one array of it: FILE.npz:KEY), .csv, .json, or - for standard input. NAME=FILE for a model with several inputs.",
      valueName: "file"))
  var input: [String] = []

  @Flag(name: .long, help: "Standard normal numbers.")
  var random = false

  @Option(name: .long, help: "Which random numbers.")
  var seed: UInt64 = 0

  @Option(name: .long, help: "How many timesteps --random has; the declared length, else 10.")
  var timesteps: Int?

  @Option(name: .long, help: "Ids for a model that reads those: 4,17,2/5,9 is a batch of two, padded with 0.")
  var tokens = ""

  @Option(name: .long, help: "The initial memory state, shape (batch, units).")
  var h0: String?

  @Option(name: .long, help: "The initial carry state, shape (batch, units).")
  var c0: String?

  @Option(
    name: .long, help: "The architecture in JSON, for a file that holds weights alone.", completion: .file())
  var config: String?

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

  /// Whether there is an input that somebody made, and not random numbers.
  var hasValues: Bool { !input.isEmpty || !tokens.isEmpty }

  var isGiven: Bool { hasValues || random }

  func validate() throws {
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
    if hasValues, random { throw ValidationError("--input and --random exclude each other") }
    if timeMajor, batchMajor { throw ValidationError("--time-major and --batch-major exclude each other") }
  }
}
