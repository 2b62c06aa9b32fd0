import ArgumentParser
import Network
import Sessions

/// Measures how much of a sentence goes over the bridge, and in which of the two states.
struct BridgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bridge",
    abstract: "Translate many sentences with the handed-over states as they are, and changed in turn.",
    discussion: """
      PAIRS is a table with a tab between source and target, a pair a line; a first line of column names is left out. \
      An exact match is a sentence that comes out word for word as the table has it.

      Examples:
        lstmscope bridge --pairs pairs.tsv
        lstmscope bridge translator.yaml --pairs pairs.tsv
        lstmscope bridge mine.keras --source-vocab de.json --target-vocab en.json --pairs pairs.tsv --json
      """)

  @Argument(
    help: "The model file, or a session (.yaml); without it the bundled translator.", completion: .file())
  var model: String?

  @Option(name: .long, help: "Sentences with their translations.", completion: .file())
  var pairs: String

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  private typealias Experiment = (name: String, title: String, experiment: BridgeExperiment)

  /// In the order of the table.
  private static let experiments: [Experiment] = [
    ("as-is", "h and c as they are", .asIs),
    ("h-only", "h only, c is zero", .memoryOnly),
    ("c-only", "c only, h is zero", .carryOnly),
    ("swapped", "h and c swapped", .swapped),
    ("zero", "both zero", .zero),
    ("rounded 1", "rounded to one decimal", .rounded(decimals: 1)),
    ("rounded 0", "rounded to whole numbers", .rounded(decimals: 0)),
    ("noise 0.1", "noise on c, σ 0.1", .noise(deviation: 0.1, seed: 1)),
    ("noise 0.3", "noise on c, σ 0.3", .noise(deviation: 0.3, seed: 1)),
    ("noise 0.5", "noise on c, σ 0.5", .noise(deviation: 0.5, seed: 1)),
    ("noise 1", "noise on c, σ 1", .noise(deviation: 1, seed: 1)),
    ("other", "the states of the sentence before", .other(source: [])),
  ]

  func run() throws {
    let setup =
      try model.map { try Setup(file: $0, inputs: inputs) } ?? Demo.named("translator").setup(inputs)
    guard inputs.experiment == nil, inputs.beams == nil else {
      throw Failure(
        .usage, "the table has every experiment, decoded greedily; leave --bridge and --beams out")
    }
    try setup.checkFiles()
    let model = try Opening.model(
      setup.model, config: setup.inputs.config, decoder: setup.inputs.decoder, arrays: setup.inputs.arrays)
    guard let graph = model.graph, let pair = graph.encoderDecoder else {
      throw Failure(
        .badData, "\(setup.model): no LSTM in it begins with the states of another; there is no bridge")
    }
    let vocabularies = try Vocabularies(setup.inputs)
    guard let source = vocabularies.source, let target = vocabularies.target else {
      throw Failure(.usage, "bridge needs the words: --source-vocab FILE and --target-vocab FILE")
    }
    guard let translator = try Translator(graph, pair, setup.inputs, vocabularies) else {
      throw Failure(.usage, vocabularies.noStart)
    }
    let table = try SentenceFile(pairs, hasHead: nil)
    var sentences: [(source: [Int], target: [Int])] = []
    var left = (unknown: 0, long: 0)
    let (longest, mostWords) = translator.limits
    for row in table.rows {
      guard let wanted = row.target else {
        throw Failure(.badData, "\(pairs): '\(row.source)' has no translation behind a tab")
      }
      let from = source.tokens(of: row.source)
      var to = target.tokens(of: wanted)
      guard from.unknown.isEmpty, to.unknown.isEmpty, !from.ids.isEmpty else {
        left.unknown += 1
        continue
      }
      // A table may have start and end in its translations, as the decoder was trained on.
      if to.ids.first == translator.decoding.start { to.ids.removeFirst() }
      if let end = translator.decoding.end, to.ids.last == end { to.ids.removeLast() }
      guard from.ids.count <= longest, to.ids.count <= mostWords else {
        left.long += 1
        continue
      }
      sentences.append((from.ids, to.ids))
    }
    let reasons = [
      left.unknown > 0 ? "\(left.unknown) pairs with unknown words are left out" : nil,
      left.long > 0 ? "\(left.long) pairs longer than the model takes or says are left out" : nil,
    ].compactMap(\.self)
    guard !sentences.isEmpty else {
      let why = reasons.isEmpty ? "" : ": \(reasons.joined(separator: ", "))"
      throw Failure(.badData, "\(pairs): no sentence in it can be read with the vocabularies\(why)")
    }
    reasons.forEach(Messages.print)
    vocabularies.misfits(graph, pair).forEach(Messages.print)
    // With one sentence alone there is nobody to borrow from.
    let experiments = sentences.count > 1 ? Self.experiments : Self.experiments.filter { $0.name != "other" }
    let results = try BridgeTable(translator: translator, sentences: sentences).matches(
      experiments.map(\.experiment))
    try TraceWriter.write(Array(report(experiments, results, of: sentences.count).utf8), to: nil)
  }

  private func report(_ experiments: [Experiment], _ matches: [Int], of count: Int) -> String {
    if json {
      let rows = zip(experiments, matches).map { row, exact in
        "{\"experiment\": \(TraceWriter.quoted(row.name)), \"exact\": \(exact), \"share\": \(Double(exact) / Double(count))}"
      }
      return "{\"version\": 1, \"sentences\": \(count), \"experiments\": [\(rows.joined(separator: ", "))]}\n"
    }
    let width = experiments.map(\.title.count).max() ?? 0
    let rows = zip(experiments, matches).map { row, exact in
      let share = Int((1000 * Double(exact) / Double(count)).rounded())
      let digits = "\(share % 1000)"
      let decimals = String(repeating: "0", count: 3 - digits.count) + digits
      let blanks = String(repeating: " ", count: width - row.title.count)
      return "  \(row.title)\(blanks)  \(share / 1000).\(decimals)  \(exact)\n"
    }
    return "exact match of \(count) sentences, by what the decoder begins with\n" + rows.joined()
  }
}

/// Many sentences, those of one length together, under one experiment after the other.
private struct BridgeTable {
  let translator: Translator
  let sentences: [(source: [Int], target: [Int])]
  /// Sentences that run together; more would not be quicker.
  private static let batch = 256

  /// How many sentences come out exactly, for each experiment.
  func matches(_ experiments: [BridgeExperiment]) throws -> [Int] {
    var exact = experiments.map { _ in 0 }
    let progress = Running()
    defer { progress.finish() }
    let groups = sentences.map(\.source.count).grouped(by: Self.batch)
    let encoded = try groups.map { group in try translator.encode(group.map { sentences[$0].source }) }
    // States have no length: any sentence can lend its own to any other.
    var lent = sentences.map { _ in [String: HandedState]() }
    for (group, states) in zip(groups, encoded) {
      for (row, place) in group.enumerated() { lent[place] = states.handed(row: row) }
    }
    var done = 0
    for (group, encoded) in zip(groups, encoded) {
      for (place, experiment) in experiments.enumerated() {
        var other: [String: HandedState]?
        if case .other = experiment {
          other = HandedState.stacked(group.map { lent[($0 + sentences.count - 1) % sentences.count] })
        }
        let arriving = translator.decoding.applying(experiment, to: encoded, other: other)
        for (said, index) in zip(try translator.decoding.greedy(arriving), group) {
          var words = said
          if words.last == translator.decoding.end { words.removeLast() }
          if words == sentences[index].target { exact[place] += 1 }
        }
        done += 1
        progress.says(done: done, of: groups.count * experiments.count)
      }
    }
    return exact
  }
}
