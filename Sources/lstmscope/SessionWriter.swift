import ArgumentParser
import Commands
import Network
import Sessions
import Workbench

/// What is on the screen as a session that opens it again.
struct SessionWriter {
  let setup: Setup
  let opened: Opened
  let state: State

  /// - Parameter path: Where it is to be written; files are named from its folder where they are below it.
  func session(at path: String) throws -> Session {
    let folder = Self.folder(of: Files.absolute(path))
    var session = named { file in
      guard file != "-" else { return file }
      let absolute = Files.absolute(file)
      return absolute.hasPrefix(folder + "/") ? String(absolute.dropFirst(folder.count + 1)) : absolute
    }
    read(into: &session)
    session.layer = state.subject.layerName
    session.at = state.address.text
    // Another text, or another input, is not what was recorded.
    if state.expectations.isEmpty { (session.expect, session.quantity) = (nil, nil) }
    session.view = state.view == .step ? nil : state.view.rawValue
    session.names = state.names == .keras ? nil : state.names.rawValue
    session.batch = state.subject.batch > 1 ? state.subject.batch : nil
    session.flags = state.triedFlags
    session.decimals = state.decimals == .four ? nil : state.decimals.rawValue
    session.units = state.unitNames.filter { !$0.value.isEmpty }
    if let name = setup.demo { try leaveOut(Demo.named(name), of: &session) }
    return session
  }

  /// Writes it where names are kept when the program is ended from outside.
  ///
  /// - Returns: The path.
  func keep() throws -> String {
    let path = Files.kept("session", ending: "yaml")
    var session = try session(at: path)
    // What came through a pipe is gone.
    session.inputs.removeAll { $0 == "-" || $0.hasSuffix("=-") }
    try Files.write(Array(session.yaml.utf8), to: path, overwrite: true)
    return path
  }

  // MARK: - The model and its files

  private func named(_ relative: (String) -> String) -> Session {
    let inputs = setup.inputs
    var session = setup.session
    session.model = relative(setup.model)
    session.demo = nil
    session.decoder = inputs.decoder.map(relative)
    session.config = inputs.config.map(relative)
    session.map = inputs.arrays.map
    session.vocabulary = inputs.vocab.map(relative)
    session.source.vocabulary = inputs.sourceVocab.map(relative)
    session.target.vocabulary = inputs.targetVocab.map(relative)
    session.source.isReversed = inputs.reverseSource
    session.target.start = inputs.start
    session.target.end = inputs.end
    session.target.maxSteps = inputs.chosenMaxSteps
    session.sentences = session.sentences.map(relative)
    session.expect = setup.expect.map(relative)
    session.quantity = setup.quantity
    session.theme =
      state.theme.contains("/") || state.theme.contains(".") ? relative(state.theme) : state.theme
    session.h0 = inputs.h0.map(relative)
    session.c0 = inputs.c0.map(relative)
    let isFed = !opened.feeding.isEmpty
    session.isLayerInput = isFed && inputs.layerInput
    session.mask = isFed ? inputs.mask.map(relative) : nil
    session.layout = inputs.timeMajor ? "time-major" : inputs.batchMajor ? "batch-major" : nil
    session.inputs = inputs.input.map { input in
      guard let sign = input.firstIndex(of: "="), !input[..<sign].contains("/") else {
        return relative(input)
      }
      return "\(input[...sign])\(relative(String(input[input.index(after: sign)...])))"
    }
    return session
  }

  private static func folder(of path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }

  // MARK: - What is read

  private func read(into session: inout Session) {
    (session.text, session.tokens, session.seed, session.timesteps) = (nil, nil, nil, nil)
    (session.teacher, session.isFreeRunning) = (nil, false)
    (session.bridge, session.beams, session.beam) = (nil, nil, nil)
    if let request = opened.result?.request ?? opened.ids.map({ Translation.Request(source: $0) }) {
      session.inputs = []
      session.layout = nil
      let vocabulary = state.language?.source.vocabulary
      if let text = Self.text(of: request.source, vocabulary) {
        session.text = text
      } else {
        session.tokens = Self.row(request.source)
      }
      session.teacher = request.teacher.flatMap { opened.vocabularies.target?.text(of: $0) }
      session.isFreeRunning = session.teacher != nil && !request.isForced
      if request.experiment != .asIs {
        session.bridge = request.experiment.text { Self.text(of: $0, vocabulary) ?? Self.row($0) }
      }
      session.beams = request.beamWidth > 1 ? request.beamWidth : nil
      session.beam = request.beam > 0 ? request.beam + 1 : nil
    } else if !setup.inputs.tokens.isEmpty {
      session.tokens = setup.inputs.tokens
    } else if let text = setup.inputs.text {
      session.text = text
    } else if session.inputs.isEmpty {
      session.seed = setup.inputs.seed
      session.timesteps = setup.inputs.timesteps
    }
  }

  /// Ids as a text; nil where it would not be read as the same ids.
  private static func text(of ids: [Int], _ vocabulary: Vocabulary?) -> String? {
    guard let vocabulary else { return nil }
    let text = vocabulary.text(of: ids)
    let tokens = vocabulary.tokens(of: text)
    return tokens.ids == ids && tokens.unknown.isEmpty ? text : nil
  }

  private static func row(_ ids: [Int]) -> String { ids.map(String.init).joined(separator: ",") }

  // MARK: - A bundled model

  /// Names the bundled model, wherever it is installed, and leaves out what it brings itself.
  private func leaveOut(_ demo: Demo, of session: inout Session) throws {
    let base = try demo.setup(try InputOptions.parse([]))
    let (own, inputs) = (setup.inputs, base.inputs)
    session.model = ""
    session.demo = demo.name
    if own.decoder == inputs.decoder { session.decoder = nil }
    if own.config == inputs.config { session.config = nil }
    if own.vocab == inputs.vocab { session.vocabulary = nil }
    if own.sourceVocab == inputs.sourceVocab { session.source.vocabulary = nil }
    if own.targetVocab == inputs.targetVocab { session.target.vocabulary = nil }
    if own.reverseSource == inputs.reverseSource { session.source.isReversed = false }
    if own.start == inputs.start { session.target.start = nil }
    if own.end == inputs.end { session.target.end = nil }
    if own.chosenMaxSteps == inputs.chosenMaxSteps { session.target.maxSteps = nil }
    if own.input == inputs.input { session.inputs = [] }
    if session.tokens == inputs.tokens { session.tokens = nil }
    if setup.session.source.input == base.session.source.input { session.source.input = nil }
    if setup.session.target.input == base.session.target.input { session.target.input = nil }
    if setup.session.sentences == base.session.sentences { session.sentences = nil }
    if setup.session.labels == base.session.labels { session.labels = [] }
    let bundled = base.session.units
    // A name that was taken away is one without letters.
    for (layer, units) in bundled {
      for unit in units.keys where session.units[layer]?[unit] == nil {
        session.units[layer, default: [:]][unit] = ""
      }
    }
    session.units = session.units.reduce(into: [:]) { all, entry in
      let units = entry.value.filter { bundled[entry.key]?[$0.key] != $0.value }
      if !units.isEmpty { all[entry.key] = units }
    }
  }
}
