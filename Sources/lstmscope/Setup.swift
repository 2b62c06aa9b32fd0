import ArgumentParser
import Commands
import Sessions
import Workbench

/// What is to be opened: a model with what it reads, from the command line and from a session file.
struct Setup {
  var model: String
  var inputs: InputOptions
  /// What the command line says by itself.
  let given: InputOptions
  /// Recorded numbers to stand beside the run, and which quantity they are: what the command line says, else the session.
  var expect: String?
  var quantity: String?
  /// What the session says besides; empty where none was opened.
  var session = Session()
  /// The session's file; nil where none was opened, or a bundled one.
  private(set) var file: String?
  /// The session's keys whose values are used, by the option that each stands for.
  private(set) var filled: [String: String] = [:]
  /// The bundled model that this is, by name.
  var demo: String?
  /// What the first screen says of a bundled model; nil for a person's own.
  var greeting: String?

  /// More is no session, whatever it is.
  private static let sizeLimit = 1 << 20

  /// - Throws: `Failure` 65 for a file that is no session, or says what can't be meant together.
  init(session path: String, inputs given: InputOptions) throws {
    guard let text = String(validating: try Files.readAll(path, limit: Self.sizeLimit), as: UTF8.self) else {
      throw Failure(.badData, "\(path): it is not UTF-8 text")
    }
    do {
      session = try Session(parsing: text)
    } catch {
      throw Failure(.badData, "\(path): \(error.message)")
    }
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
    session.locateFiles { file in
      file.hasPrefix("/") || folder.isEmpty || file == "-" ? file : "\(folder)/\(file)"
    }
    self.given = given
    file = path
    model = session.model
    inputs = given
    filled = inputs.fill(from: session)
    // Of another input nothing is recorded.
    if !given.isGiven { (expect, quantity) = (session.expect, session.quantity) }
    if session.quantity != nil, session.expect == nil {
      throw Failure(.badData, "\(path): quantity: it tells what expect holds, and there is no expect")
    }
    if session.seed != nil, session.hasInput {
      throw Failure(.badData, "\(path): seed: it is for random numbers, and the session gives an input")
    }
    let own = session
    do {
      try settle()
    } catch let error as ValidationError {
      // Is it so by itself, or only beside what was typed?
      var alone = self
      alone.session = own
      alone.inputs = try InputOptions.parse([])
      _ = alone.inputs.fill(from: own)
      do { try alone.settle() } catch let error as ValidationError {
        throw Failure(.badData, "\(path): \(error.message.withoutDashes)")
      }
      throw error
    }
  }

  /// A model's file, or a session.
  init(file path: String, inputs: InputOptions) throws {
    if Self.isSession(path) {
      try self.init(session: path, inputs: inputs)
    } else {
      try self.init(model: path, inputs: inputs)
    }
  }

  init(model: String, inputs: InputOptions, given: InputOptions? = nil) throws {
    self.model = model
    self.inputs = inputs
    self.given = given ?? inputs
    try inputs.check()
  }

  /// Takes what the command line says of recorded numbers before what the session does.
  mutating func expect(_ file: String?, quantity name: String?) throws {
    if let file { (expect, quantity) = (file, nil) }
    if let name {
      guard expect != nil else {
        throw Failure(.usage, "--quantity tells what --expect FILE holds; give that too")
      }
      quantity = name
    }
  }

  /// Whether a file is a session by its name.
  static func isSession(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }

  /// An address that names its LSTM says which is looked at.
  mutating func look(at given: String?) throws {
    guard inputs.layer == nil, let layer = try address(given)?.layer else { return }
    inputs.layer = layer
    if given == nil { filled["layer"] = "at" }
  }

  /// What is given goes together; a bundled model gives what the session leaves out.
  private mutating func settle() throws {
    if let name = session.demo { try becomeDemo(name) } else { try inputs.check() }
  }

  /// Takes the bundled model, and from it what the session does not say.
  private mutating func becomeDemo(_ name: String) throws {
    let base: Setup
    do {
      base = try Demo.named(name).setup(inputs)
    } catch let failure as Failure where failure.status == .usage {
      throw Failure(.badData, "\(file ?? ""): demo: \(failure.sentence)")
    }
    demo = name
    model = base.model
    inputs = base.inputs
    let own = session
    session = base.session
    session.demo = name
    // A place in another LSTM, or on another input, is none in this one.
    let isThere = (own.layer == nil || own.layer == base.session.layer) && !own.hasInput
    session.at = own.at ?? (isThere ? session.at : nil)
    session.layer = own.layer ?? session.layer
    session.view = own.view ?? session.view
    session.theme = own.theme ?? session.theme
    session.names = own.names ?? session.names
    session.decimals = own.decimals ?? session.decimals
    (session.batch, session.flags) = (own.batch, own.flags)
    session.sentences = own.sentences ?? session.sentences
    session.labels = own.labels.isEmpty ? session.labels : own.labels
    session.source.input = own.source.input ?? session.source.input
    session.target.input = own.target.input ?? session.target.input
    for (layer, units) in own.units {
      // A unit without a name is one whose bundled name was taken away.
      session.units[layer, default: [:]].merge(units) { $1 }
      session.units[layer] = session.units[layer]?.filter { !$0.value.isEmpty }
    }
  }
}

extension Session {
  /// Whether it gives what the model reads, and not random numbers.
  fileprivate var hasInput: Bool { text != nil || tokens != nil || !inputs.isEmpty }

  /// Names every file as it is found from here.
  fileprivate mutating func locateFiles(_ located: (String) -> String) {
    if !model.isEmpty { model = located(model) }
    inputs = inputs.map { input in
      guard let sign = input.firstIndex(of: "="), !input[..<sign].contains("/") else { return located(input) }
      return "\(input[...sign])\(located(String(input[input.index(after: sign)...])))"
    }
    let paths: [WritableKeyPath<Session, String?>] = [
      \.decoder, \.config, \.vocabulary, \.source.vocabulary, \.target.vocabulary, \.h0, \.c0, \.mask,
      \.sentences, \.expect,
    ]
    for path in paths { self[keyPath: path] = self[keyPath: path].map(located) }
    // A theme is a name, or a file.
    if let file = theme, file.contains("/") || file.contains(".") { theme = located(file) }
  }
}

extension InputOptions {
  /// Takes from a session what the command line does not say.
  ///
  /// - Returns: The keys that were taken, by option.
  fileprivate mutating func fill(from session: Session) -> [String: String] {
    var keys: [String: String] = [:]
    func take<T>(_ value: T?, into place: inout T?, _ option: String, as key: String? = nil) {
      guard place == nil, let value else { return }
      place = value
      keys[option] = key ?? option
    }
    take(session.config, into: &config, "config")
    take(session.decoder, into: &decoder, "decoder")
    take(session.vocabulary, into: &vocab, "vocab", as: "vocabulary")
    take(session.source.vocabulary, into: &sourceVocab, "source-vocab", as: "source: vocabulary")
    take(session.target.vocabulary, into: &targetVocab, "target-vocab", as: "target: vocabulary")
    take(session.target.start, into: &start, "start", as: "target: start")
    take(session.target.end, into: &end, "end", as: "target: end")
    take(session.target.maxSteps, into: &chosenMaxSteps, "max-steps", as: "target: max-steps")
    take(session.layer, into: &layer, "layer")
    if arrays.map.isEmpty, !session.map.isEmpty {
      arrays.map = session.map
      keys["map"] = "map"
    }
    reverseSource = reverseSource || session.source.isReversed
    // What is done on the bridge is done to another text too, but not to arrays.
    if !random, input.isEmpty {
      take(session.bridge, into: &experiment, "bridge")
      if beams == nil, beam == nil {
        take(session.beams, into: &beams, "beams")
        if !hasValues { take(session.beam, into: &beam, "beam") }
      }
    }
    // Another input has nothing to do with what belongs to this one.
    guard !isGiven else { return keys }
    take(session.text, into: &text, "text")
    if target == nil { freeRunning = freeRunning || session.isFreeRunning }
    take(session.teacher, into: &target, "target", as: "teacher")
    if let row = session.tokens {
      tokens = row
      keys["tokens"] = "tokens"
    }
    if !session.inputs.isEmpty {
      input = session.inputs
      keys["input"] = "input"
    }
    take(session.mask, into: &mask, "mask")
    take(session.h0, into: &h0, "h0")
    take(session.c0, into: &c0, "c0")
    if session.isLayerInput {
      layerInput = true
      keys["layer-input"] = "layer-input"
    }
    if !timeMajor, !batchMajor {
      timeMajor = session.layout == "time-major"
      batchMajor = session.layout == "batch-major"
    }
    if !hasValues {
      random = session.seed != nil || session.timesteps != nil
      take(session.seed, into: &chosenSeed, "seed")
    }
    take(session.timesteps, into: &timesteps, "timesteps")
    return keys
  }
}

extension String {
  /// Options as a session's keys.
  var withoutDashes: String {
    let words = split(separator: " ", omittingEmptySubsequences: false)
    return words.map { $0.hasPrefix("--target") ? "teacher" : $0.hasPrefix("--") ? $0.dropFirst(2) : $0 }
      .joined(separator: " ")
  }
}
