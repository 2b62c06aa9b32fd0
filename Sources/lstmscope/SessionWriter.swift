import Commands
import Sessions
import Workbench

/// What is on the screen as a session that opens it again.
struct SessionWriter {
  let setup: Setup
  let state: State

  /// - Parameter path: Where it is to be written; files are named from its folder where they are below it.
  func session(at path: String) -> Session {
    let folder = Self.folder(of: Files.absolute(path))
    func relative(_ file: String) -> String {
      let absolute = Files.absolute(file)
      return absolute.hasPrefix(folder + "/") ? String(absolute.dropFirst(folder.count + 1)) : absolute
    }
    var session = setup.session
    let inputs = setup.inputs
    session.model = relative(setup.model)
    session.decoder = inputs.decoder.map(relative)
    session.config = inputs.config.map(relative)
    session.vocabulary = inputs.vocab.map(relative)
    session.source.vocabulary = inputs.sourceVocab.map(relative)
    session.target.vocabulary = inputs.targetVocab.map(relative)
    session.source.isReversed = inputs.reverseSource
    session.target.start = inputs.start
    session.target.end = inputs.end
    session.target.maxSteps = inputs.maxSteps == InputOptions.usualMaxSteps ? nil : inputs.maxSteps
    session.sentences = setup.session.sentences.map(relative)
    session.h0 = inputs.h0.map(relative)
    session.c0 = inputs.c0.map(relative)
    session.isLayerInput = inputs.layerInput
    (session.text, session.teacher, session.tokens, session.inputs) = (nil, nil, nil, [])
    if let language = state.language, let text = state.text(of: language) {
      session.text = text.source
      session.teacher = text.teacher
    } else if !inputs.tokens.isEmpty {
      session.tokens = inputs.tokens
    } else if let text = inputs.text {
      session.text = text
    } else {
      session.inputs = inputs.input.map { input in
        guard let sign = input.firstIndex(of: "="), !input[..<sign].contains("/") else {
          return relative(input)
        }
        return "\(input[...sign])\(relative(String(input[input.index(after: sign)...])))"
      }
      session.seed = inputs.seed == 0 ? nil : Int(clamping: inputs.seed)
      session.timesteps = inputs.timesteps
    }
    session.layer = state.subject.layerName
    session.at = state.address.text
    session.view = state.view == .step ? nil : state.view.rawValue
    session.theme = state.theme
    session.names = state.names == .keras ? nil : state.names.rawValue
    session.decimals = state.decimals == .four ? nil : state.decimals.rawValue
    session.units = state.unitNames.filter { !$0.value.isEmpty }
    return session
  }

  private static func folder(of path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }
}
