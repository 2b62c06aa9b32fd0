/// What a line of the `:` language means.
package enum Command: Equatable, Sendable {
  case goto(Int)
  /// To the first NaN or infinity over all samples, units and timesteps.
  case gotoNonFinite
  case gotoAddress(Address)
  case unit(Int)
  case sample(Int)
  case line(Int)
  case view(String)
  case decimals(String)
  case names(String)
  case theme(String)
  case edit(Address, Float)
  /// What a number is made of; nil for the selected one.
  case explain(Address?)
  /// The step as a program, on the screen or in a file.
  case code(String, path: String?)
  case undo
  case redo
  case reset
  case write(String, force: Bool)
  case export(String, force: Bool)
  /// Read a text through the model's vocabulary.
  case text(String)
  /// Feed the decoder a text; its own words where it is empty.
  case target(String)
  /// Do something to the states on their way from encoder to decoder.
  case bridge(String, Float?)
  case beams(Int)
  /// Call the selected unit something; no name where it is empty.
  case name(String)
  /// Open a bundled model; the list of them where it is empty.
  case demo(String)
  case save(String, force: Bool)
  /// Look at another LSTM of the model.
  case layer(String)
  /// Show in Returns what the layer would give with these flags; with its own where there are none.
  case flags([String])
  /// Light what is spoken of; everything where it is empty.
  case focus([String])
  case hide([Cover])
  /// Show what is covered.
  case reveal
  case ask(Question)
  /// A help towards the answer of the question before it.
  case hint(String)
  /// Say whether a claim is true of the model.
  case expect(Claim)
  case answer(String)
  /// Back to the lesson; to another one by its name.
  case lesson(String)
  case page(Page)
  case score(String, force: Bool)
  case play
  case help
  case quit(force: Bool)

  package enum Page: Equatable, Sendable {
    case number(Int)
    case next, back
  }
}

/// One command as it is typed: what parses it, completes it and explains it.
package struct CommandRow: Sendable {
  package let name: String
  package let aliases: [String]
  /// What is typed behind the name, as the help shows it.
  package let argument: String
  package let help: String
  /// Which list of words completes the argument; nil where there is none.
  package let completion: Completion?
  let parse: @Sendable (_ name: String, _ argument: String) throws(CommandError) -> Command

  /// A list of words that only the program knows.
  package enum Completion: Sendable, Equatable {
    case views, decimals, names, themes, addresses, languages, words, targetWords, experiments, demos,
      lessons,
      flags
  }

  /// All commands, in the order in which the help lists them.
  package static let all: [CommandRow] = [
    CommandRow(
      "goto", "T|ADDRESS|nan", "a timestep, a number's address, or the first NaN or infinity", .addresses
    ) {
      name, text throws(CommandError) in
      if text == "nan" || text == "inf" { return .gotoNonFinite }
      if let timestep = Int(text), timestep >= 0 { return .goto(timestep) }
      guard !text.isEmpty else { throw .missingArgument(command: name, needs: "a timestep or an address") }
      return .gotoAddress(try Address(parsing: text))
    },
    CommandRow("unit", "N", "select a unit") { name, text throws(CommandError) in
      .unit(try index(text, name, "a unit, counted from 0"))
    },
    CommandRow("sample", "N", "select a sample of the batch") { name, text throws(CommandError) in
      .sample(try index(text, name, "a sample, counted from 0"))
    },
    CommandRow("line", "N", "execute up to line N of the formula") { name, text throws(CommandError) in
      .line(try index(text, name, "a line, counted from 1"))
    },
    CommandRow("view", "NAME", "change the view", .views) { name, text throws(CommandError) in
      .view(try word(text, name, "a view's name"))
    },
    CommandRow("decimals", "2|4|6|exact", "how many decimals to show", .decimals) {
      name, text throws(CommandError) in
      .decimals(try word(text, name, "2, 4, 6 or exact"))
    },
    CommandRow("names", "SET", "whose names the formula uses: keras, keras3, pytorch, textbook", .names) {
      name, text throws(CommandError) in .names(try word(text, name, "keras, keras3, pytorch or textbook"))
    },
    CommandRow("theme", "NAME", "change the colours; Tab previews", .themes) {
      name, text throws(CommandError) in
      .theme(try word(text, name, "a theme's name"))
    },
    CommandRow("edit", "ADDRESS VALUE", "change x, h0 or c0: edit x[0]@1 0.5", .addresses, aliases: ["e"]) {
      name, text throws(CommandError) in
      let parts = text.split(whereSeparator: { $0 == " " || $0 == "=" })
      guard parts.count == 2 else {
        throw .missingArgument(command: name, needs: "an address and a value: edit x[0]@1 0.5")
      }
      guard let value = Float(parts[1]) else {
        throw .badArgument(command: name, found: String(parts[1]), needs: "a number")
      }
      return .edit(try Address(parsing: String(parts[0])), value)
    },
    CommandRow(
      "explain", "ADDRESS", "what a number is made of; without an address the selected one", .addresses
    ) {
      _, text throws(CommandError) in .explain(text.isEmpty ? nil : try Address(parsing: text))
    },
    CommandRow(
      "code", "LANGUAGE [FILE]", "this step as a program: numpy, keras or pytorch; FILE writes it", .languages
    ) {
      name, text throws(CommandError) in
      let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
      return .code(
        try word(parts.first ?? "", name, "numpy, keras or pytorch"),
        path: parts.count > 1 ? parts[1].trimmed : nil)
    },
    CommandRow("undo", "", "take the last edit back") { _, _ throws(CommandError) in .undo },
    CommandRow("redo", "", "make it again") { _, _ throws(CommandError) in .redo },
    CommandRow("reset", "", "take all edits back") { _, _ throws(CommandError) in .reset },
    CommandRow(
      "write", "FILE", "write the edited input: .npy, .npz, .csv or .json; write! overwrites",
      aliases: ["w", "write!", "w!"]
    ) {
      name, text throws(CommandError) in
      .write(
        try word(text, name, "a file name ending in .npy, .npz, .csv or .json"), force: name.hasSuffix("!"))
    },
    CommandRow(
      "export", "FILE", "write this view as it is seen: .txt, .ansi, .svg or .html; export! overwrites",
      aliases: ["export!"]
    ) {
      name, text throws(CommandError) in
      .export(
        try word(text, name, "a file name ending in .txt, .ansi, .svg or .html"), force: name.hasSuffix("!"))
    },
    CommandRow("text", "SENTENCE", "read another text", .words) { _, text throws(CommandError) in
      .text(text)
    },
    CommandRow(
      "target", "SENTENCE", "feed the decoder these words; without any, its own again", .targetWords
    ) { _, text throws(CommandError) in
      .target(text)
    },
    CommandRow(
      "bridge", "NAME [NUMBER]",
      "hand over as-is, h-only, c-only, swapped, zero, rounded 1, noise 0.5, or other", .experiments
    ) { name, text throws(CommandError) in
      let parts = text.split(separator: " ").map(String.init)
      guard let first = parts.first else {
        throw .missingArgument(command: name, needs: "what to hand over, as in bridge h-only")
      }
      guard parts.count > 1, first != "other" else { return .bridge(text, nil) }
      guard let number = Float(parts[1]), number.isFinite, number >= 0 else {
        throw .badArgument(command: name, found: parts[1], needs: "a number, 0 or more")
      }
      return .bridge(first, number)
    },
    CommandRow("beams", "N", "decode by beam search with N beams; 1 is greedy") {
      name, text throws(CommandError) in
      .beams(try index(text, name, "a number of beams"))
    },
    CommandRow("name", "TEXT", "call the selected unit something; without TEXT, nothing") {
      _, text throws(CommandError) in
      .name(text)
    },
    CommandRow("demo", "NAME", "open a bundled model; without NAME, the list of them", .demos) {
      _, text throws(CommandError) in
      .demo(text)
    },
    CommandRow(
      "save", "FILE.yaml", "write a session that opens all of this again; save! overwrites",
      aliases: ["save!"]
    ) {
      name, text throws(CommandError) in
      .save(try word(text, name, "a file name ending in .yaml"), force: name.hasSuffix("!"))
    },
    CommandRow("layer", "NAME", "look at another LSTM of the model: its layer's name or its number") {
      name, text throws(CommandError) in
      .layer(try word(text, name, "an LSTM's name"))
    },
    CommandRow(
      "flags", "WORDS",
      "Returns with sequences, state, backwards, bidirectional, concat …, or default for none; without WORDS its own",
      .flags
    ) { _, text throws(CommandError) in
      .flags(text.split(separator: " ").map(String.init))
    },
    CommandRow(
      "focus", "WORDS", "light these and dim the rest: focus f c, focus table; without WORDS, all is lit"
    ) { _, text throws(CommandError) in
      .focus(text.split(separator: " ").map(String.init))
    },
    CommandRow("hide", "ADDRESS …", "cover numbers everywhere: c[1]@1, c@1, c, output", .addresses) {
      name, text throws(CommandError) in
      let words = text.split(separator: " ").map(String.init)
      guard !words.isEmpty else {
        throw .missingArgument(command: name, needs: "an address, as in hide c[1]@1")
      }
      var covers: [Cover] = []
      for word in words { covers.append(try Cover(parsing: word)) }
      return .hide(covers)
    },
    CommandRow("reveal", "", "show what is covered, and the answer") { _, _ throws(CommandError) in .reveal },
    CommandRow(
      "ask", "KIND ANSWER", "ask: number c[1]@1 ± 0.05, choice a | *b, place 3, text carry"
    ) { _, text throws(CommandError) in
      .ask(try Question(parsing: text))
    },
    CommandRow("hint", "TEXT", "a help towards the answer") { name, text throws(CommandError) in
      .hint(try word(text, name, "a sentence"))
    },
    CommandRow("expect", "CLAIM", "say whether it is true: expect c[0]@1 ≈ 0.31", .addresses) {
      name, text throws(CommandError) in
      .expect(try Claim(parsing: try word(text, name, "a claim, as in expect c[0]@1 ≈ 0.31")))
    },
    CommandRow("answer", "TEXT", "answer what was asked") { name, text throws(CommandError) in
      .answer(try word(text, name, "an answer"))
    },
    CommandRow("lesson", "NAME", "back to the lesson; with NAME, walk that one", .lessons) {
      _, text throws(CommandError) in
      .lesson(text)
    },
    CommandRow("page", "N|next|back", "a page of the lesson, counted from 1") {
      name, text throws(CommandError) in
      switch text {
      case "next": return .page(.next)
      case "back": return .page(.back)
      default: return .page(.number(try index(text, name, "a page's number, next or back")))
      }
    },
    CommandRow("score", "FILE", "write what was answered to a file; score! overwrites", aliases: ["score!"]) {
      name, text throws(CommandError) in
      .score(try word(text, name, "a file's name"), force: name.hasSuffix("!"))
    },
    CommandRow("play", "", "step by itself; again to stop") { _, _ throws(CommandError) in .play },
    CommandRow("help", "", "the keys and these commands") { _, _ throws(CommandError) in .help },
    CommandRow("quit", "", "quit; quit! or q! does not ask", aliases: ["q", "quit!", "q!"]) {
      name, _ throws(CommandError) in
      .quit(force: name.hasSuffix("!"))
    },
  ]

  private init(
    _ name: String, _ argument: String, _ help: String, _ completion: Completion? = nil,
    aliases: [String] = [],
    parse: @escaping @Sendable (String, String) throws(CommandError) -> Command
  ) {
    self.name = name
    self.argument = argument
    self.help = help
    self.completion = completion
    self.aliases = aliases
    self.parse = parse
  }

  private static func word(_ text: String, _ command: String, _ needs: String) throws(CommandError) -> String
  {
    guard !text.isEmpty else { throw .missingArgument(command: command, needs: needs) }
    return text
  }

  private static func index(_ text: String, _ command: String, _ needs: String) throws(CommandError) -> Int {
    guard !text.isEmpty else { throw .missingArgument(command: command, needs: needs) }
    guard let number = Int(text), number >= 0 else {
      throw .badArgument(command: command, found: text, needs: needs)
    }
    return number
  }
}

extension Command {
  /// Reads one line, without its `:`. A number alone goes to that timestep.
  package init(parsing line: String) throws(CommandError) {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard let first = parts.first.map(String.init) else {
      throw .missingArgument(command: ":", needs: "a command")
    }
    if let timestep = Int(first), timestep >= 0 {
      self = .goto(timestep)
      return
    }
    guard let row = CommandRow.named(first) else {
      throw .unknown(first, nearest: nearest(to: first, of: CommandRow.all.map(\.name)))
    }
    let argument = parts.count > 1 ? String(parts[1]) : ""
    self = try row.parse(first, argument.trimmed)
  }
}

extension CommandRow {
  /// The row of that name or alias, or the only one that begins so.
  package static func named(_ name: String) -> CommandRow? {
    if let row = all.first(where: { $0.name == name || $0.aliases.contains(name) }) { return row }
    let begun = all.filter { $0.name.hasPrefix(name) }
    return begun.count == 1 ? begun[0] : nil
  }
}
