import TensorFiles
import Workbench

/// A model that comes with the program.
struct Demo {
  let name: String
  /// What it shows, in a line.
  let shows: String
  /// The model, or a session that names it.
  let file: String
  let input: String?
  let tokens: String?
  /// What the first screen says about it; nil where that is what it shows.
  let greeting: String?

  /// The two that are known without a look into a list.
  private static let first: [Demo] = [
    Demo(
      name: "translator",
      shows: "a German → English encoder/decoder: a sentence in, over the bridge, and out again",
      file: "translator/translator.yaml", input: nil, tokens: nil,
      greeting: "A German sentence in, over the bridge ⇒, English out: → walks, t takes another. "
        + "Which three tensors LSTM(return_state=True) returns: Tab, Returns."),
    Demo(
      name: "question",
      shows: "LSTM(3, return_sequences=True, return_state=True): the three tensors that come back",
      file: "question.keras", input: "question.npy", tokens: nil,
      greeting: "Three tensors come back from this layer: Tab shows which. "
        + "S and s step through the formula, → to the next timestep, ? helps."),
  ]

  /// All of them, in the order of the list.
  static var all: [Demo] { first.filter { Resources.bundled($0.file) != nil } + small }

  /// The one that opens where nothing else is named.
  static var usual: Demo { first.first { Resources.bundled($0.file) != nil } ?? first[1] }

  /// - Throws: `Failure` 64 for a name that is not known.
  static func named(_ name: String) throws -> Demo {
    if let demo = first.first(where: { $0.name == name }) ?? small.first(where: { $0.name == name }) {
      return demo
    }
    throw Failure(
      .usage, "there is no demo '\(name)'; there is \(all.map(\.name).joined(separator: ", "))")
  }

  /// The small models whose behaviour can be explained exactly, as their list has them.
  private static var small: [Demo] {
    guard let path = Resources.bundled("models/models.json"),
      let bytes = try? Files.readAll(path), let list = try? JSON(parsing: bytes).list
    else { return [] }
    return list.compactMap { entry in
      guard let name = entry["name"]?.text, let file = entry["file"]?.text else { return nil }
      return Demo(
        name: name, shows: entry["description"]?.text ?? "", file: "models/\(file)",
        input: entry["input"]?.text.map { "models/\($0)" }, tokens: entry["tokens"]?.text, greeting: nil)
    }
  }

  /// - Throws: `Failure` 66 where the installation lacks it.
  func setup(_ given: InputOptions) throws -> Setup {
    guard let path = Resources.bundled(file) else {
      throw Failure(
        .noInput, "\(file): the bundled example is not where it was installed; give a model file")
    }
    var setup: Setup
    if Setup.isSession(file) {
      setup = try Setup(session: path, inputs: given)
    } else {
      var inputs = given
      if !given.isGiven {
        if let tokens { inputs.tokens = tokens }
        if let input {
          guard let input = Resources.bundled(input) else {
            throw Failure(.noInput, "\(input): the bundled example is not where it was installed")
          }
          inputs.input = [input]
        }
      }
      setup = try Setup(model: path, inputs: inputs, given: given)
    }
    setup.demo = name
    setup.greeting = greeting ?? "\(name): \(shows)"
    return setup
  }
}
