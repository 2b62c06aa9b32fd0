import Sessions
import Workbench

/// What is to be opened: a model with what it reads, from the command line and from a session file.
struct Setup {
  var model: String
  var inputs: InputOptions
  /// What the session says besides; empty where none was opened.
  var session = Session()
  /// What the first screen says of a bundled model; nil for a person's own.
  var greeting: String?

  /// - Throws: `Failure` 65 for a file that is no session.
  init(session path: String, inputs given: InputOptions) throws {
    let text = String(decoding: try Files.readAll(path), as: UTF8.self)
    do {
      session = try Session(parsing: text)
    } catch {
      throw Failure(.badData, "\(path): \(error.message)")
    }
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
    func located(_ file: String) -> String {
      file.hasPrefix("/") || folder.isEmpty || file == "-" ? file : "\(folder)/\(file)"
    }
    model = located(session.model)
    inputs = given
    inputs.fill(from: session, located: located)
    session.sentences = session.sentences.map(located)
  }

  /// A model's file, or a session.
  init(file path: String, inputs: InputOptions) throws {
    if Self.isSession(path) {
      try self.init(session: path, inputs: inputs)
    } else {
      self.init(model: path, inputs: inputs)
    }
  }

  init(model: String, inputs: InputOptions) {
    self.model = model
    self.inputs = inputs
  }

  /// Whether a file is a session by its name.
  static func isSession(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }
}

extension InputOptions {
  /// Takes from a session what the command line does not say.
  fileprivate mutating func fill(from session: Session, located: (String) -> String) {
    let isGiven = hasValues || random
    config = config ?? session.config.map(located)
    decoder = decoder ?? session.decoder.map(located)
    vocab = vocab ?? session.vocabulary.map(located)
    sourceVocab = sourceVocab ?? session.source.vocabulary.map(located)
    targetVocab = targetVocab ?? session.target.vocabulary.map(located)
    start = start ?? session.target.start
    end = end ?? session.target.end
    if let steps = session.target.maxSteps, maxSteps == Self.usualMaxSteps { maxSteps = min(steps, 10_000) }
    reverseSource = reverseSource || session.source.isReversed
    layer = layer ?? session.layer
    h0 = h0 ?? session.h0.map(located)
    c0 = c0 ?? session.c0.map(located)
    timesteps = timesteps ?? session.timesteps.map { max(1, $0) }
    if seed == 0, let given = session.seed { seed = UInt64(given) }
    guard !isGiven else { return }
    // Another text has nothing to do with what this one should have said.
    text = session.text
    target = session.teacher
    tokens = session.tokens ?? ""
    layerInput = layerInput || session.isLayerInput
    input = session.inputs.map { input in
      guard let sign = input.firstIndex(of: "="), !input[..<sign].contains("/") else { return located(input) }
      return "\(input[...sign])\(located(String(input[input.index(after: sign)...])))"
    }
  }
}
