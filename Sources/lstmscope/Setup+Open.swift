import Commands
import Debugger
import LSTM
import Network
import Sessions
import Theme
import Workbench

extension Setup {
  /// Opens the model and runs it.
  ///
  /// - Parameter notes: Gets what was chosen or guessed, a sentence each.
  /// - Throws: `Failure` 65 with the session's file and key where what it says is at fault.
  func open(notes: inout [String]) throws -> Opened {
    try checkFiles()
    var opened: Opened
    do {
      opened = try Opening.open(try openModel(), path: self.model, options: inputs, notes: &notes)
    } catch let failure as Failure {
      guard let file, let key = failure.option.flatMap({ filled[$0] }) else { throw failure }
      let sentence = failure.sentence.withoutDashes
      let rest = sentence.hasPrefix("\(key) ") ? String(sentence.dropFirst(key.count + 1)) : sentence
      throw Failure(failure.status == .usage ? .badData : failure.status, "\(file): \(key): \(rest)")
    }
    try check(opened)
    if let batch = session.batch, !isElsewhere {
      while opened.batch < batch { opened = try opened.nextBatch() }
    }
    return opened
  }

  /// Opens the model alone.
  func openModel() throws -> Model {
    try Opening.model(model, config: inputs.config, decoder: inputs.decoder, arrays: inputs.arrays)
  }

  /// What is recorded of a run.
  func expected(of opened: Opened, notes: inout [String]) throws -> ExpectedNumbers {
    guard let expect else { return ExpectedNumbers() }
    return try Expectations.of(expect, quantity: quantity, opened, inputs: inputs, notes: &notes)
  }

  /// Refuses a session whose files are not there, before one of them is opened.
  func checkFiles() throws {
    guard let file else { return }
    var files: [(key: String, path: String?)] = [("model", model), ("sentences", session.sentences)]
    for (option, path) in [
      ("decoder", inputs.decoder), ("config", inputs.config), ("vocab", inputs.vocab),
      ("source-vocab", inputs.sourceVocab), ("target-vocab", inputs.targetVocab), ("h0", inputs.h0),
      ("c0", inputs.c0), ("mask", inputs.mask),
    ] {
      if let key = filled[option] { files.append((key, path)) }
    }
    if expect == session.expect { files.append(("expect", expect.map(ArrayFile.path))) }
    for (key, path) in files {
      if let path, path != "-", !Files.exists(path) {
        throw Failure(.noInput, "\(file): \(key): \(path): there is no such file; is the path right?")
      }
    }
  }

  /// Refuses what a session says of the model and of the screen that is not so.
  private func check(_ opened: Opened) throws {
    guard let file else { return }
    func refuse(_ key: String, _ sentence: String) -> Failure {
      Failure(.badData, "\(file): \(key): \(sentence)")
    }
    let names = opened.graph.inputs.map(\.name)
    for (key, name, place) in [
      ("source: input", session.source.input, opened.graph.encoderDecoder?.source ?? 0),
      ("target: input", session.target.input, opened.graph.encoderDecoder?.target),
    ] {
      guard let name else { continue }
      guard let place else { throw refuse(key, "the model has no decoder that reads a target") }
      guard names.indices.contains(place), names[place] == name else {
        let found = names.indices.contains(place) ? names[place] : "none"
        throw refuse(
          key, "it goes into \(found), not \(name); the model reads \(names.joined(separator: ", "))")
      }
    }
    for (layer, units) in session.units.sorted(by: { $0.key < $1.key }) {
      guard let lstm = opened.graph.lstm(layer) else {
        let all = opened.graph.keys.flatMap { $0 }.joined(separator: ", ")
        throw refuse("units", "there is no LSTM '\(layer)'; there is \(all)")
      }
      let count = lstm.parameters.units
      if let unit = units.keys.sorted().first(where: { $0 >= count }) {
        throw refuse("units", "\(layer) has units 0 to \(count - 1), and no \(unit)")
      }
    }
    if session.batch ?? 1 > 1, !opened.network.calls.contains(where: \.lstm.isStateful) {
      throw refuse("batch", "no layer of this model is stateful: every batch is the first")
    }
    for (key, word, all) in [
      ("names", session.names, Names.allCases.map(\.rawValue)),
      ("decimals", session.decimals, Decimals.allCases.map(\.rawValue)),
      ("view", session.view, ViewName.allCases.map(\.rawValue)),
    ] {
      if let sentence = choice(word, of: all) { throw refuse(key, sentence) }
    }
  }

  /// What is wrong with a word of a session; nil where it is one of all.
  private func choice(_ word: String?, of all: [String]) -> String? {
    guard let word, !all.contains(word) else { return nil }
    let near = nearest(to: word, of: all).map { "; did you mean '\($0)'?" } ?? ""
    return "'\(word)' is none of \(all.joined(separator: ", "))\(near)"
  }

  // MARK: - The first screen

  /// The state of the first screen, with the cursor where the command line or the session wants it.
  ///
  /// - Parameter at: What `--at` says.
  /// - Throws: `Failure` 64 for a place that is not there, 65 where the session names it.
  func state(
    of opened: Opened, run: Run? = nil, theme: String, at: String? = nil, message: State.Message? = nil,
    expectations: ExpectedNumbers = ExpectedNumbers(), isPresenting: Bool = false
  ) throws -> State {
    var state = ScreenLoop.state(
      of: opened, self, run: run ?? Run(opened.network.calls[opened.call].trace), theme: theme,
      expectations: expectations, isPresenting: isPresenting)
    if let address = try address(at) { state.go(to: address) }
    if let found = state.message, found.kind == .error {
      if let at { throw Failure(.usage, "--at \(at): \(found.text)") }
      guard isElsewhere || file == nil else {
        throw Failure(.badData, "\(file ?? ""): at: \(session.at ?? ""): \(found.text)")
      }
    }
    state.say(message)
    if let name = session.view.flatMap(ViewName.init), !state.availableViews.contains(name), let file {
      throw Failure(.badData, "\(file): view: \(name.rawValue) has nothing to show of this model")
    }
    state.open(view: session.view, names: session.names, decimals: session.decimals)
    if !session.flags.isEmpty {
      state.show(flags: session.flags)
      if let found = state.message, found.kind == .error, let file {
        throw Failure(.badData, "\(file): flags: \(found.text)")
      }
      state.say(message)
    }
    return state
  }

  /// Whether the command line or the session tells which LSTM to look at, or where.
  var saysWhere: Bool { inputs.layer != nil || session.at != nil }

  /// Where to open; nil for the beginning.
  func address(_ given: String?) throws -> Address? {
    do {
      if let given { return try Address(parsing: given) }
      // A place in another LSTM is none in this one.
      guard let text = session.at, self.given.layer == nil || self.given.layer == session.layer else {
        return nil
      }
      return try Address(parsing: text)
    } catch {
      guard given == nil, let file else { throw Failure(.usage, error.message) }
      throw Failure(.badData, "\(file): at: \(error.message)")
    }
  }

  /// Whether the command line gives another input than the session's place belongs to.
  private var isElsewhere: Bool { given.isGiven || given.target != nil || given.layerInput }

  /// The theme that is asked for; a wrong one is said before the screen is taken.
  func theme(_ given: String?) throws -> (name: String, theme: Theme)? {
    guard let name = given ?? session.theme else { return nil }
    do {
      return (name, try Resources.theme(name))
    } catch let failure as Failure {
      guard given == nil, let file else { throw failure }
      throw Failure(.badData, "\(file): theme: \(failure.sentence)")
    }
  }

  /// What the first screen says: what is to be known of the model, then what a bundled one shows.
  func message(_ notes: [String], _ run: Run) -> State.Message? {
    var notes = notes
    if greeting == nil, let place = run.firstNonFinite {
      let timestep = run.trace.timestepIndex[place.step]
      let address = Address(
        quantity: place.quantity.rawValue, indices: [place.unit], timestep: timestep, sample: place.sample)
      notes.insert(
        "The first NaN or infinity of this run is \(address.text): here it is. :goto nan comes back.", at: 0)
    }
    if let greeting {
      notes.removeAll { $0.hasPrefix("Looking at") || $0.hasPrefix("No input was given") }
      return State.Message(
        Self.sentences(notes + [greeting]), notes.isEmpty ? .notice : .warning)
    }
    return notes.isEmpty ? nil : State.Message(Self.sentences(notes), .warning)
  }

  /// One after the other, each with a full stop at its end.
  private static func sentences(_ notes: [String]) -> String {
    notes.map { note in
      note.last.map { ".!?…".contains($0) } ?? true ? note : note + "."
    }.joined(separator: " ")
  }
}

extension Graph {
  /// The LSTM of a key.
  fileprivate func lstm(_ key: String) -> TracedLSTM? {
    guard let node = keys.firstIndex(where: { $0.contains(key) }),
      let place = keys[node].firstIndex(of: key)
    else { return nil }
    return nodes[node].operation.lstms[place]
  }
}
