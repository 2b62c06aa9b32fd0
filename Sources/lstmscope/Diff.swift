import ArgumentParser
import Commands
import Debugger
import LSTM
import Network
import TensorFiles

/// Compares two models, and with an input their runs.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two models: their weights, and with an input their runs; where they part first.",
    discussion: """
      Without an input the arrays are matched and what B's are to A's is told: the same, transposed, with the gates in \
      another order, halved, or another altogether. With an input both are run on it and compared step by step. B may \
      also be a recorded trace of A's: an .npz or .json with the keys that trace writes.

      Examples:
        lstmscope diff mine.keras converted.npz
        lstmscope diff before.keras after.keras --input x.npy
        lstmscope diff mine.keras mine.keras --input x.npy --input-b other.npy

      Exit status: 0 they are the same, 1 they are not.
      """)

  @Argument(help: "One model file, or a session (.yaml).", completion: .file())
  var a: String

  @Argument(help: "The other model file, a session, or a recorded trace.", completion: .file())
  var b: String

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Option(name: .long, help: "What B is fed, where that is not A's input.", completion: .file())
  var inputB: [String] = []

  @Option(name: .long, parsing: .unconditional, help: "T of |a - b| <= T + T * |b|, for the runs.")
  var tolerance: Float?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func validate() throws {
    if let tolerance, !(tolerance >= 0) || !tolerance.isFinite {
      throw ValidationError("--tolerance must be 0 or more, not \(tolerance)")
    }
  }

  func run() throws {
    let setup = try Setup(file: a, inputs: inputs)
    try setup.checkFiles()
    let one = try setup.openModel()
    Opening.remarks(on: one).forEach(Messages.print)
    guard let graph = one.graph else {
      throw Failure(
        .badData, "\(a): nothing tells how its layers are joined; give the architecture with --config")
    }
    let isTrace = try Self.isRecording(b)
    var weights: ModelDifference?
    var other: Model?
    if !isTrace {
      let model = try otherSetup().openModel()
      Opening.remarks(on: model).forEach(Messages.print)
      guard let otherGraph = model.graph else {
        throw Failure(
          .badData, "\(b): nothing tells how its layers are joined; give the architecture with --config")
      }
      weights = ModelDifference(
        try WeightsFile(one, graph, source: setup.model).tensors,
        try WeightsFile(model, otherGraph, source: otherSetup().model).tensors,
        lstms: graph.nodes.flatMap(\.operation.lstms), otherGraph.nodes.flatMap(\.operation.lstms),
        splits: (one.provenance.biases, model.provenance.biases))
      other = model
    }
    let runs = try runs(one, setup, other, isTrace: isTrace)
    let report = DiffReport(
      a: a, b: b, inputs: setup.given, hasOtherInput: !inputB.isEmpty, weights: weights, runs: runs)
    try TraceWriter.write(Array((json ? report.json : report.text).withoutControls(but: "\n").utf8), to: nil)
    if !report.isSame { throw AnswerIsNo() }
  }

  /// B as a model of its own: of what was given the names of its arrays and its architecture alone.
  private func otherSetup() throws -> Setup {
    var own = try InputOptions.parse([])
    own.config = inputs.config
    own.arrays = inputs.arrays
    return try Setup(file: b, inputs: own)
  }

  /// The runs of both on the input; nil where none was given.
  private func runs(_ one: Model, _ setup: Setup, _ other: Model?, isTrace: Bool) throws -> DiffReport.Runs? {
    guard setup.inputs.isGiven else {
      if isTrace {
        throw Failure(
          .usage, "\(b) is a recorded trace: diff needs the input that it was recorded with, --input x.npy")
      }
      if !inputB.isEmpty { throw Failure(.usage, "--input-b is B's input; give --input for A's too") }
      return nil
    }
    var notes: [String] = []
    let opened = try Opening.open(one, path: a, options: setup.inputs, notes: &notes)
    let tolerance = tolerance ?? max(one.provenance.tolerance, other?.provenance.tolerance ?? 0)
    guard let other else {
      notes.filter { !$0.hasPrefix("Looking at") }.forEach(Messages.print)
      let recorded = try ExpectedFile.recorded(b, quantity: nil, in: opened.network)
      let comparison = Comparison(
        recorded, run: opened.network, graph: opened.graph, tolerance: tolerance)
      return DiffReport.Runs(comparison: comparison, origin: nil, unmatched: [])
    }
    // A session has an input of its own, and what is given for B goes before it.
    let own = try otherSetup().inputs
    var options = own.isGiven ? own : setup.inputs
    if !inputB.isEmpty {
      (options.input, options.text, options.tokens, options.random) = (inputB, nil, "", false)
    }
    let second = try Opening.open(other, path: b, options: options, notes: &notes)
    Array(Set(notes.filter { !$0.hasPrefix("Looking at") })).sorted().forEach(Messages.print)
    let difference = RunDifference(opened.network, opened.graph, second.network, tolerance: tolerance)
    return DiffReport.Runs(
      comparison: difference.comparison, origin: difference.origin, unmatched: difference.unmatched)
  }

  /// Whether a file holds recorded arrays under `trace`'s keys, and not weights.
  static func isRecording(_ path: String) throws -> Bool {
    guard path.hasSuffix(".npz") || path.hasSuffix(".json") else { return false }
    guard case .named(let arrays) = try? ExpectedFile.read(path) else { return false }
    let ends = Set(TracedArray.allCases.map(\.rawValue))
    return arrays.contains { array in
      array.name.hasPrefix("output")
        || array.name.split(separator: "/").last.map { ends.contains(String($0)) && array.name.contains("/") }
          ?? false
    }
  }
}

/// What a diff found, as text and as JSON.
struct DiffReport {
  struct Runs {
    let comparison: Comparison
    let origin: String?
    let unmatched: [String]
  }

  let a: String
  let b: String
  let inputs: InputOptions
  /// Whether B was given an input of its own.
  let hasOtherInput: Bool
  let weights: ModelDifference?
  let runs: Runs?

  var isSame: Bool { (weights?.isSame ?? true) && (runs?.comparison.passes ?? true) }

  var text: String {
    var text = "A  \(a)\nB  \(b)\n"
    if let weights { text += "\n" + self.text(of: weights) }
    if let runs { text += "\n" + self.text(of: runs) }
    return text
  }

  private func text(of weights: ModelDifference) -> String {
    if weights.isSame, weights.pairs.allSatisfy({ $0.relation.kind == .same }) {
      return "weights: all \(weights.pairs.count) arrays are the same\n"
    }
    var text = "weights\n"
    for option in weights.options { text += "  \(option)\n" }
    let same = weights.pairs.filter { $0.relation.kind == .same }.map { Self.name($0.a) }
    for pair in weights.pairs where pair.relation.kind != .same {
      let partner = Self.name(pair.b) == Self.name(pair.a) ? "" : " (\(Self.name(pair.b)))"
      text += "  \(Self.name(pair.a))\(partner) of B is \(pair.relation.words)\n"
    }
    if !same.isEmpty { text += "  the same: \(same.joined(separator: ", "))\n" }
    for (side, tensors) in [("A", weights.onlyInA), ("B", weights.onlyInB)] where !tensors.isEmpty {
      let names = tensors.map { "\(Self.name($0)) \(describe($0.numbers.shape))" }.joined(separator: ", ")
      text += "  only in \(side): \(names)\n"
    }
    return text
  }

  private static func name(_ tensor: WeightTensor) -> String { "\(tensor.layer)/\(tensor.name)" }

  private func text(of runs: Runs) -> String {
    let comparison = runs.comparison
    var text = "runs\n"
    if !runs.unmatched.isEmpty {
      text += "  of another size in B, not compared: \(runs.unmatched.joined(separator: ", "))\n"
    }
    guard let first = comparison.first, let worst = comparison.worst else {
      return text
        + "  equal: all \(CheckReport.grouped(comparison.count)) numbers are within \(comparison.tolerance)\n"
    }
    text +=
      "  they part first at \(first.name): A has \(first.found), B has \(first.expected)\n"
    if let origin = runs.origin { text += "  it grew from \(origin)\n" }
    let place = worst.largest.map { " at \($0.name)" } ?? ""
    text +=
      "  largest difference \(worst.largestDifference)\(place); "
      + "\(CheckReport.grouped(comparison.outside)) of \(CheckReport.grouped(comparison.count)) numbers are outside \(comparison.tolerance)\n"
    if let look { text += "  look at it:\n     \(look)\n" }
    return text
  }

  /// Opens A's run at the first difference, with B's beside it where B has the same input: the screen has no other.
  private var look: String? {
    runs?.comparison.first?.address.map {
      CommandLineText.joined(
        ["lstmscope", a] + inputs.words + ["--at", $0.text] + (hasOtherInput ? [] : ["--expect", b]))
    }
  }

  var json: String {
    var fields: [(String, String)] = [
      ("version", "1"), ("a", JSONText.text(a)), ("b", JSONText.text(b)), ("same", "\(isSame)"),
    ]
    if let weights {
      fields.append(
        (
          "weights",
          JSONText.object([
            ("options", JSONText.list(weights.options.map(TraceWriter.quoted))),
            ("pairs", JSONText.list(weights.pairs.map(pair))),
            ("only_in_a", JSONText.list(weights.onlyInA.map { TraceWriter.quoted(Self.name($0)) })),
            ("only_in_b", JSONText.list(weights.onlyInB.map { TraceWriter.quoted(Self.name($0)) })),
          ])
        ))
    }
    if let runs {
      let comparison = runs.comparison
      fields.append(
        (
          "runs",
          JSONText.object([
            ("equal", "\(comparison.passes)"), ("tolerance", JSONText.number(comparison.tolerance)),
            ("numbers", "\(comparison.count)"), ("outside", "\(comparison.outside)"),
            ("largest", JSONText.number(comparison.worst?.largestDifference)),
            ("first", JSONText.text(comparison.first?.name)), ("origin", JSONText.text(runs.origin)),
            ("look", JSONText.text(look)),
          ])
        ))
    }
    return JSONText.object(fields) + "\n"
  }

  private func pair(_ pair: ModelDifference.Pair) -> String {
    JSONText.object([
      ("a", JSONText.text(Self.name(pair.a))), ("b", JSONText.text(Self.name(pair.b))),
      ("same", "\(pair.relation.kind == .same)"), ("b_is", JSONText.text(pair.relation.words)),
      ("largest", JSONText.number(pair.relation.largest)),
    ])
  }
}
