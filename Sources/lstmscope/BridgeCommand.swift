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

  /// In the order of the table.
  private static let experiments: [(name: String, title: String, experiment: BridgeExperiment)] = [
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
      throw Failure(.usage, "nothing tells which word the decoder is fed first; --start WORD does")
    }
    let table = try SentenceFile(pairs, hasHead: nil)
    var sentences: [(source: [Int], target: [Int])] = []
    var unread = 0
    for row in table.rows {
      guard let wanted = row.target else {
        throw Failure(.badData, "\(pairs): '\(row.source)' has no translation behind a tab")
      }
      let (from, to) = (source.tokens(of: row.source), target.tokens(of: wanted))
      guard from.unknown.isEmpty, to.unknown.isEmpty, !from.ids.isEmpty else {
        unread += 1
        continue
      }
      sentences.append((from.ids, to.ids))
    }
    guard !sentences.isEmpty else {
      throw Failure(.badData, "\(pairs): no sentence in it is made of words of the vocabularies")
    }
    if unread > 0 { Messages.print("\(unread) pairs with unknown words are left out") }
    let results = try BridgeTable(translator: translator, sentences: sentences).matches(
      Self.experiments.map(\.experiment))
    try TraceWriter.write(Array(report(results, of: sentences.count).utf8), to: nil)
  }

  private func report(_ matches: [Int], of count: Int) -> String {
    if json {
      let rows = zip(Self.experiments, matches).map { row, exact in
        "{\"experiment\": \(TraceWriter.quoted(row.name)), \"exact\": \(exact), \"share\": \(Double(exact) / Double(count))}"
      }
      return "{\"version\": 1, \"sentences\": \(count), \"experiments\": [\(rows.joined(separator: ", "))]}\n"
    }
    let width = Self.experiments.map(\.title.count).max() ?? 0
    let rows = zip(Self.experiments, matches).map { row, exact in
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
    let groups = batches
    var done = 0
    for group in groups {
      let encoded = try translator.encode(group.map { sentences[$0].source })
      for (place, experiment) in experiments.enumerated() {
        var borrowed: Decoding.Encoded?
        if case .other = experiment {
          // Of the same length, so that the batch stays one.
          borrowed = try translator.encode(
            group.indices.map {
              sentences[group[($0 + group.count - 1) % group.count]].source
            })
        }
        let arriving = translator.decoding.applying(experiment, to: encoded, other: borrowed)
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

  /// Places of sentences with as many words.
  private var batches: [[Int]] {
    let byLength = Dictionary(grouping: sentences.indices) { sentences[$0].source.count }
    return byLength.sorted { $0.key < $1.key }.flatMap { _, places in
      stride(from: 0, to: places.count, by: Self.batch).map {
        Array(places[$0..<min($0 + Self.batch, places.count)])
      }
    }
  }
}
