package import Canvas
import Network

/// The mode that a row of the keymap belongs to.
package enum KeyMode: String, CaseIterable, Sendable {
  case general, step, sequence, returns, bridge, decode, meaning, model, findings, compare, explain, code
  case edit, prompt, help, demos
  case lesson, answer, contents, present
}

/// One row of the keymap: dispatch, footer, help and README are made from it.
package struct Binding: Sendable {
  package let mode: KeyMode
  package let keys: [(key: Key, action: Action)]
  /// The keys as the help writes them.
  package let label: String
  /// The keys and one word as the footer writes them; nil keeps the row out of the footer.
  package let hint: (keys: String, word: String)?
  package let help: String
  /// Whether it changes nothing that another view than Step shows.
  var isForStep: Bool { keys.contains { $0.action == .moveLine(1) } }
  /// Whether it only means something while a page asks or covers.
  var isForQuestion: Bool {
    mode == .lesson
      && keys.contains {
        $0.action == .lesson(.reveal) || $0.action == .lesson(.hint) || $0.action == .lesson(.digit(1))
      }
  }
  /// Whether it only means something while a lesson is open.
  var isForLesson: Bool { keys.contains { $0.action == .lesson(.back) } }

  /// All keys of the program. A mode's row wins over the general one.
  package static let all: [Binding] = [
    Binding(
      .general, "← → , h l", ("←→", "time"), "timestep; the line stays",
      [
        (.left, .moveStep(-1)), (.character("h"), .moveStep(-1)), (.right, .moveStep(1)),
        (.character("l"), .moveStep(1)),
      ]),
    Binding(
      .general, "↑ ↓ , k j", ("↑↓", "unit"), "unit",
      [
        (.up, .moveUnit(-1)), (.character("k"), .moveUnit(-1)), (.down, .moveUnit(1)),
        (.character("j"), .moveUnit(1)),
      ]),
    Binding(
      .general, "PageUp PageDown", nil, "a screen of units; Ctrl-U Ctrl-D too",
      [
        (.pageUp, .pageUnits(-1)), (.pageDown, .pageUnits(1)), (.control("u"), .pageUnits(-1)),
        (.control("d"), .pageUnits(1)),
      ]),
    Binding(
      .general, "s S", ("s/S", "line"),
      "one line of the formula on, back; past the last line to the first of the next timestep",
      [(.character("s"), .moveLine(1)), (.character("S"), .moveLine(-1))]),
    Binding(
      .general, "Home End, g G", nil, "first, last timestep; 12G goes to timestep 12",
      [(.home, .firstStep), (.character("g"), .firstStep), (.end, .lastStep), (.character("G"), .lastStep)]),
    Binding(
      .general, "0 … 9", nil, "a count for the next key: 5 → moves five timesteps",
      (0...9).map { (.character(Unicode.Scalar(UInt8(0x30 + $0))), .digit($0)) }),
    Binding(
      .general, "{ } or < >", nil, "sample of the batch",
      [
        (.character("{"), .moveSample(-1)), (.character("<"), .moveSample(-1)),
        (.character("}"), .moveSample(1)),
        (.character(">"), .moveSample(1)),
      ]),
    Binding(
      .general, "[ ] or , .", nil, "the LSTM before, behind",
      [
        (.character("["), .moveCall(-1)), (.character(","), .moveCall(-1)), (.character("]"), .moveCall(1)),
        (.character("."), .moveCall(1)),
      ]),
    Binding(
      .general, "b B", nil, "the bridge from encoder to decoder, and back; B in Returns too",
      [(.character("b"), .bridge), (.character("B"), .bridge)]),
    Binding(
      .general, "t", nil, "type another text for the model to read", [(.character("t"), .promptText)]),
    Binding(.general, "e", ("e", "edit"), "edit x, h0 and c0", [(.character("e"), .edit)]),
    Binding(
      .general, "u Ctrl-R", nil, "undo an edit, redo it", [(.character("u"), .undo), (.control("r"), .redo)]),
    Binding(
      .general, "f r", nil, "stateful: feed the input again, going on from h and c; reset them to zeros",
      [(.character("f"), .nextBatch), (.character("r"), .resetStates)]),
    Binding(.general, "=", nil, "decimals: two, four, six, exact", [(.character("="), .cycleDecimals)]),
    Binding(
      .general, "Tab Shift-Tab", ("Tab", "view"), "next, previous view",
      [(.tab, .moveView(1)), (.backTab, .moveView(-1))]),
    Binding(
      .general, "Space", ("Space", "play"),
      "play: timesteps, or lines from the middle of the formula; again to stop", [(.character(" "), .play)]),
    Binding(
      .general, "+ −", nil, "play faster, slower",
      [(.character("+"), .playFaster), (.character("-"), .playSlower)]),
    Binding(.general, "Esc", nil, "back to Step", [(.escape, .view(.step))]),
    Binding(
      .general, ":", (":", "cmd"), "the command line, completed by Tab", [(.character(":"), .prompt)]),
    Binding(
      .general, "L", ("L", "lesson"), "back to the page of the lesson", [(.character("L"), .lesson(.back))]),
    Binding(.general, "?", ("?", "help"), "these pages", [(.character("?"), .help), (.function(1), .help)]),
    Binding(
      .general, "q", ("q", "quit"), "quit; asks once when there are unwritten edits",
      [(.character("q"), .quit)]),
    Binding(.general, "Ctrl-L", nil, "draw the screen anew", [(.control("l"), .redraw)]),
    Binding(
      .general, "Ctrl-C", nil, "stop what is running; with nothing running it is q",
      [(.control("c"), .interrupt)]),

    Binding(
      .step, "Enter", ("Enter", "explain"), "explain the selected number: what it is made of",
      [(.enter, .explain)]),

    Binding(
      .sequence, "v V", ("v", "quantity"), "the quantity of the heat map: c h i f g o, and back",
      [(.character("v"), .cycleQuantity(1)), (.character("V"), .cycleQuantity(-1))]),
    Binding(
      .sequence, "Enter", ("Enter", "step"), "look at this timestep and unit in Step", [(.enter, .goToPlace)]),

    Binding(
      .returns, "↑ ↓ , k j", ("↑↓", "tensor"), "choose a tensor",
      [
        (.up, .moveTensor(-1)), (.character("k"), .moveTensor(-1)), (.down, .moveTensor(1)),
        (.character("j"), .moveTensor(1)),
      ]),
    Binding(
      .returns, "PageUp PageDown", nil, "the units before, behind",
      [(.pageUp, .pageUnits(-1)), (.pageDown, .pageUnits(1))]),
    Binding(
      .returns, "Enter", ("Enter", "its place"), "show in Step where the tensor is cut from",
      [(.enter, .goToPlace)]),
    Binding(
      .returns, "a b c d", ("a b c d", "flags"),
      "try return_sequences, return_state, go_backwards, Bidirectional on and off",
      [
        (.character("a"), .toggleReturnSequences), (.character("b"), .toggleReturnState),
        (.character("c"), .toggleGoBackwards), (.character("d"), .toggleBidirectional),
      ]),
    Binding(
      .returns, "m", ("m", "merge"), "the merge_mode of a Bidirectional: concat sum mul ave None",
      [(.character("m"), .cycleMerge)]),
    Binding(
      .returns, "y", ("y", "copy"), "copy the Python line to the clipboard", [(.character("y"), .copy)]),

    Binding(
      .bridge, "1 … 7", ("1…7", "experiment"),
      "hand over h only, c only, swapped, zero, rounded, with noise, or another sentence's; again: as it is",
      BridgeExperiment.offered.enumerated().map { index, experiment in
        (.character(Unicode.Scalar(UInt8(0x31 + index))), .experiment(experiment))
      }),
    Binding(
      .bridge, "0", ("0", "as it is"), "hand over h and c as they are",
      [(.character("0"), .experiment(.asIs))]),
    Binding(
      .bridge, "Enter", ("Enter", "walk"), "walk the decoder with what arrives", [(.enter, .view(.step))]),

    Binding(
      .decode, "↑ ↓ , k j", ("↑↓", "beam"), "choose a beam",
      [
        (.up, .moveBeam(-1)), (.character("k"), .moveBeam(-1)), (.down, .moveBeam(1)),
        (.character("j"), .moveBeam(1)),
      ]),
    Binding(
      .decode, "1 … 9", ("1…9", "beams"), "beam search with so many; 1 is greedy",
      (1...9).map { (.character(Unicode.Scalar(UInt8(0x30 + $0))), .beamWidth($0)) }),
    Binding(.decode, "Enter", ("Enter", "walk"), "walk the chosen beam", [(.enter, .walkBeam)]),
    Binding(
      .decode, "f", ("f", "force"), "feed the words of :target, or its own",
      [(.character("f"), .toggleForcing)]),

    Binding(
      .meaning, "{ } or < >", ("{ }", "sentence"),
      "the sentence with the next higher, lower value of the unit",
      [
        (.character("{"), .moveSentence(-1)), (.character("<"), .moveSentence(-1)),
        (.character("}"), .moveSentence(1)), (.character(">"), .moveSentence(1)),
      ]),
    Binding(
      .meaning, "Enter", ("Enter", "walk"), "walk the chosen sentence", [(.enter, .openSentence)]),

    Binding(
      .model, "↑ ↓ , k j", ("↑↓", "layer"), "choose a layer, behind the last an output",
      [
        (.up, .moveModelRow(-1)), (.character("k"), .moveModelRow(-1)), (.down, .moveModelRow(1)),
        (.character("j"), .moveModelRow(1)),
      ]),
    Binding(
      .model, "PageUp PageDown", nil, "ten layers",
      [(.pageUp, .moveModelRow(-10)), (.pageDown, .moveModelRow(10))]),
    Binding(.model, "Enter", ("Enter", "step into"), "step into the LSTM", [(.enter, .openModelRow)]),

    Binding(
      .findings, "↑ ↓ , k j", ("↑↓", "finding"), "choose a finding",
      [
        (.up, .moveFinding(-1)), (.character("k"), .moveFinding(-1)), (.down, .moveFinding(1)),
        (.character("j"), .moveFinding(1)),
      ]),
    Binding(
      .findings, "Enter", ("Enter", "its place"), "go to the place of the finding", [(.enter, .openFinding)]),

    Binding(
      .compare, "d D", ("d/D", "next ≠"), "the next, previous timestep that differs",
      [(.character("d"), .moveDifference(1)), (.character("D"), .moveDifference(-1))]),
    Binding(
      .compare, "v V", ("v", "quantity"), "the next, previous quantity that is recorded",
      [(.character("v"), .cycleCompared(1)), (.character("V"), .cycleCompared(-1))]),
    Binding(
      .compare, "Enter", ("Enter", "step"), "look at this timestep and unit in Step", [(.enter, .goToPlace)]),

    Binding(
      .explain, "↑ ↓ , k j", ("↑↓", "operand"), "choose an operand",
      [
        (.up, .moveOperand(-1)), (.character("k"), .moveOperand(-1)), (.down, .moveOperand(1)),
        (.character("j"), .moveOperand(1)), (.pageUp, .moveOperand(-10)), (.pageDown, .moveOperand(10)),
      ]),
    Binding(.explain, "Enter", ("Enter", "go in"), "explain the operand", [(.enter, .enterOperand)]),
    Binding(
      .explain, "Esc Backspace", ("Esc", "back"), "back to the number before, at last to where one was",
      [(.escape, .leaveOperand), (.backspace, .leaveOperand)]),
    Binding(
      .explain, "← → , h l", nil, "the same number a timestep before, after",
      [
        (.left, .explainStep(-1)), (.character("h"), .explainStep(-1)), (.right, .explainStep(1)),
        (.character("l"), .explainStep(1)),
      ]),
    Binding(
      .explain, "t", ("t", "truth"), "the number in float32, in float64, and how far apart they are",
      [(.character("t"), .toggleTruth)]),
    Binding(
      .explain, "o", nil, "another order of summation beside the number's own",
      [(.character("o"), .nextSummation)]),
    Binding(.explain, "y", ("y", "copy"), "copy the number's address", [(.character("y"), .copyAddress)]),

    Binding(
      .code, "↑ ↓", ("↑↓", "scroll"), "scroll",
      [
        (.up, .scroll(-1)), (.character("k"), .scroll(-1)), (.down, .scroll(1)),
        (.character("j"), .scroll(1)),
        (.pageUp, .scroll(-10)), (.pageDown, .scroll(10)), (.character(" "), .scroll(10)),
      ]),
    Binding(.code, "y", ("y", "copy"), "copy the code to the clipboard", [(.character("y"), .copyCode)]),
    Binding(
      .code, "Esc q", ("Esc", "back"), "back",
      [(.escape, .cancel), (.character("q"), .cancel), (.control("c"), .interrupt), (.enter, .cancel)]),

    Binding(
      .edit, "← →", ("←→", "field"), "choose a field: x[0] … h0[u] c0[u]",
      [(.left, .moveField(-1)), (.right, .moveField(1)), (.tab, .moveField(1)), (.backTab, .moveField(-1))]),
    Binding(.edit, "↑ ↓", ("↑↓", "±0.1"), "a tenth more, less", [(.up, .nudge(0.1)), (.down, .nudge(-0.1))]),
    Binding(.edit, "Enter", ("Enter", "set"), "take what was typed", [(.enter, .commit)]),
    Binding(.edit, "Backspace", nil, "take a character back", [(.backspace, .erase)]),
    Binding(
      .edit, "u Ctrl-R", ("u", "undo"), "undo an edit, redo it",
      [(.character("u"), .undo), (.control("r"), .redo)]),
    Binding(
      .edit, "Esc", ("Esc", "done"), "leave the edit row", [(.escape, .cancel), (.control("c"), .interrupt)]),

    Binding(.prompt, "Enter", ("Enter", "run"), "run the line", [(.enter, .commit)]),
    Binding(
      .prompt, "Tab", ("Tab", "complete"), "complete; again for the next",
      [(.tab, .complete(1)), (.backTab, .complete(-1))]),
    Binding(
      .prompt, "↑ ↓", ("↑↓", "history"), "earlier, later lines", [(.up, .recall(-1)), (.down, .recall(1))]),
    Binding(.prompt, "Backspace", nil, "take a character back", [(.backspace, .erase)]),
    Binding(
      .prompt, "Esc", ("Esc", "cancel"), "leave the line", [(.escape, .cancel), (.control("c"), .interrupt)]),

    Binding(
      .help, "↑ ↓", ("↑↓", "scroll"), "scroll",
      [
        (.up, .scroll(-1)), (.character("k"), .scroll(-1)), (.down, .scroll(1)),
        (.character("j"), .scroll(1)),
        (.pageUp, .scroll(-10)), (.pageDown, .scroll(10)), (.character(" "), .scroll(10)),
      ]),
    Binding(
      .help, "Esc ? q", ("Esc", "back"), "back",
      [
        (.escape, .cancel), (.character("?"), .cancel), (.character("q"), .cancel),
        (.control("c"), .interrupt),
        (.enter, .cancel),
      ]),

    Binding(
      .demos, "↑ ↓", ("↑↓", "choose"), "choose a bundled model",
      [
        (.up, .scroll(-1)), (.character("k"), .scroll(-1)), (.down, .scroll(1)),
        (.character("j"), .scroll(1)),
      ]),
    Binding(.demos, "Enter", ("Enter", "open"), "open it", [(.enter, .commit)]),
    Binding(
      .demos, "Esc q", ("Esc", "back"), "back",
      [(.escape, .cancel), (.character("q"), .cancel), (.control("c"), .interrupt)]),

    Binding(
      .lesson, "n PageDown Space", ("n", "next"), "the next page",
      [
        (.character("n"), .lesson(.turn(1))), (.pageDown, .lesson(.turn(1))),
        (.character(" "), .lesson(.turn(1))),
      ]),
    Binding(
      .lesson, "p PageUp Backspace", ("p", "back"), "the page before",
      [
        (.character("p"), .lesson(.turn(-1))), (.pageUp, .lesson(.turn(-1))),
        (.backspace, .lesson(.turn(-1))),
      ]),
    Binding(
      .lesson, "r", ("r", "reveal"), "show what is covered, and the answer",
      [(.character("r"), .lesson(.reveal))]),
    Binding(
      .lesson, "1 … 9", ("1…9", "answer"), "choose an answer; begin to type a number",
      (0...9).map { (.character(Unicode.Scalar(UInt8(0x30 + $0))), .lesson(.digit($0))) }),
    Binding(
      .lesson, "Esc", ("Esc", "explore"), "explore with all keys; L comes back",
      [(.escape, .lesson(.explore))]),
    Binding(.lesson, "Enter", nil, "type an answer", [(.enter, .lesson(.answer))]),
    Binding(.lesson, "h", ("h", "hint"), "a hint; again for the next", [(.character("h"), .lesson(.hint))]),
    Binding(
      .lesson, "c", ("c", "pages"), "the pages of the lesson, to choose one",
      [(.character("c"), .lesson(.contents))]),

    Binding(.answer, "Enter", ("Enter", "answer"), "take what was typed", [(.enter, .commit)]),
    Binding(.answer, "Backspace", nil, "take a character back", [(.backspace, .erase)]),
    Binding(
      .answer, "Esc", ("Esc", "cancel"), "leave the answer",
      [(.escape, .cancel), (.control("c"), .interrupt)]),

    Binding(
      .contents, "↑ ↓", ("↑↓", "choose"), "choose a page",
      [
        (.up, .scroll(-1)), (.character("k"), .scroll(-1)), (.down, .scroll(1)),
        (.character("j"), .scroll(1)),
      ]),
    Binding(.contents, "Enter", ("Enter", "open"), "open it", [(.enter, .commit)]),
    Binding(
      .contents, "Esc c q", ("Esc", "back"), "back to the page",
      [
        (.escape, .cancel), (.character("c"), .cancel), (.character("q"), .cancel),
        (.control("c"), .interrupt),
      ]),

    Binding(
      .present, "PageDown →", ("PageDown", "next"), "the next page; without a lesson, the next line",
      [(.pageDown, .lesson(.turn(1))), (.right, .lesson(.turn(1)))]),
    Binding(
      .present, "PageUp ←", ("PageUp", "back"), "the page before; without a lesson, the line before",
      [(.pageUp, .lesson(.turn(-1))), (.left, .lesson(.turn(-1)))]),
    Binding(
      .present, "Enter", ("Enter", "reveal"), "show what is covered, and the answer",
      [(.enter, .lesson(.reveal))]),
    Binding(
      .present, "1 … 9", nil, "the class's answer",
      (1...9).map { (.character(Unicode.Scalar(UInt8(0x30 + $0))), .lesson(.digit($0))) }),
    Binding(
      .present, ":", (":q", "leave"), "the command line; :q leaves, no other key does",
      [(.character(":"), .prompt)]),
    Binding(
      .present, "b . F5 Esc q Ctrl-C", nil, "nothing: clickers send them",
      [
        (.character("b"), .lesson(.nothing)), (.character("."), .lesson(.nothing)),
        (.function(5), .lesson(.nothing)), (.escape, .lesson(.nothing)),
        (.character("q"), .lesson(.nothing)), (.control("c"), .lesson(.nothing)),
      ]),
  ]

  private init(
    _ mode: KeyMode, _ label: String, _ hint: (String, String)?, _ help: String, _ keys: [(Key, Action)]
  ) {
    self.mode = mode
    self.keys = keys
    self.label = label
    self.hint = hint
    self.help = help
  }
}

extension Binding {
  /// The hint as the terminal can show it: ASCII has no arrows, and `<>` would be other keys.
  func hint(in state: State) -> (keys: String, word: String)? {
    // Without words there is nothing that the decoder says, and no experiment on it.
    if mode == .bridge, keys.contains(where: \.action.isExperiment), state.translation?.hasWords == false {
      return nil
    }
    guard let hint, !state.isUnicode else { return hint }
    // While one types, letters are text.
    let isTyping = mode == .edit || mode == .prompt
    let keys =
      switch hint.keys {
      case "←→": isTyping ? "Left Right" : "h l"
      case "↑↓": isTyping ? "Up Down" : "k j"
      default: String(hint.keys.map { $0 == "…" ? "-" : $0 })
      }
    return (keys, hint.word)
  }

  /// The keys as the help writes them, arrows by their names where they cannot be drawn.
  func label(in state: State) -> String {
    guard !state.isUnicode else { return label }
    var text = ""
    for character in label {
      switch character {
      case "←": text += "Left"
      case "→": text += "Right"
      case "↑": text += "Up"
      case "↓": text += "Down"
      default: text.append(character)
      }
    }
    return text
  }
}

extension State {
  /// The mode whose rows come before the general ones.
  package var keyMode: KeyMode {
    switch mode {
    case .explore, .lesson(.reading):
      isPresenting
        ? .present : mode != .explore ? .lesson : explained.isEmpty ? view.keyMode : .explain
    case .lesson(.answering): .answer
    case .lesson(.contents): .contents
    case .edit: .edit
    case .prompt: .prompt
    case .help: .help
    case .code: .code
    case .demos: .demos
    }
  }

  /// What a key means now; nil where it means nothing.
  package func action(for key: Key) -> Action? {
    if let action = Self.table[TableKey(mode: keyMode, key: key)] { return action }
    switch mode {
    case .explore, .lesson(.reading):
      // Whatever a clicker sends besides, a class does not read about it.
      if isPresenting { return .lesson(.nothing) }
      return Self.table[TableKey(mode: .general, key: key)]
    case .edit, .prompt, .lesson(.answering):
      guard case .character(let scalar) = key else { return nil }
      return .type(scalar)
    case .help, .code, .demos, .lesson(.contents): return nil
    }
  }

  private struct TableKey: Hashable {
    let mode: KeyMode
    let key: Key
  }

  private static let table: [TableKey: Action] = Dictionary(
    Binding.all.flatMap { row in row.keys.map { (TableKey(mode: row.mode, key: $0.key), $0.action) } },
    uniquingKeysWith: { first, _ in first })
}

extension Action {
  fileprivate var isExperiment: Bool {
    if case .experiment = self { true } else { false }
  }
}
