import ArgumentParser
import Commands
import Debugger
import LSTM
import Network
import Workbench

/// Looks for what is wrong with a model or with its run.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Look for what is wrong with a model and its run: NaN, dead gates, weights that were not loaded.",
    discussion: """
      Each finding has its evidence in numbers, what it usually means, what to try, and the command that looks at it. \
      Without an input the model runs on random numbers, and findings that rest on those say so.

      Examples:
        lstmscope doctor mine.keras
        lstmscope doctor mine.keras --input x.npy
        lstmscope doctor mine.keras --input x.npy --json

      Exit status: 0 no error and no warning, 1 at least one.
      """)

  @Argument(help: "The model file, or a session (.yaml).", completion: .file())
  var model: String

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    var notes: [String] = []
    let setup = try Setup(file: model, inputs: inputs)
    let opened = try setup.open(notes: &notes)
    (notes.filter { !$0.hasPrefix("Looking at") } + Opening.remarks(on: opened.model)).forEach(Messages.print)
    let report = DoctorReport(opened: opened, model: model, inputs: setup.given)
    try TraceWriter.write(
      Array((json ? report.json : report.text).withoutControls(but: "\n").utf8), to: nil)
    if report.isAlarmed { throw AnswerIsNo() }
  }
}

extension Opened {
  /// The inputs that an Embedding without a mask looks up.
  private var lookedUp: [Value] {
    graph.nodes.filter { $0.className == "Embedding" }.compactMap { node in
      guard case .value(.input(let index))? = node.arguments.first, inputs.indices.contains(index),
        let value = inputs[index], case .numbers = value.elements
      else { return nil }
      return value
    }
  }

  /// How it stands to what is recorded; nil where nothing is, or only another model.
  func comparison(with expected: ExpectedNumbers) -> Comparison? {
    guard !expected.recorded.isEmpty else { return nil }
    return Comparison(
      expected.recorded, run: network, graph: graph, tolerance: model.provenance.tolerance)
  }

  /// What Findings shows: what check says, and what the doctor does.
  func findings(beside expected: ExpectedNumbers) -> [Finding] {
    guard let comparison = comparison(with: expected), !comparison.passes else {
      return examination.findings()
    }
    let verdict = verdict(expected.recorded, comparison) { _ in true }
    return [Finding(comparison, name: expected.name, verdict: verdict)] + examination.findings()
  }

  /// The cause of a difference; nil where it was stopped.
  func verdict(
    _ recorded: [Recorded], _ comparison: Comparison, progress: @escaping (Int) -> Bool
  ) -> Detective.Verdict? {
    Detective(
      Trial(graph: graph, inputs: inputs, feeding: feeding, recorded: recorded, baseline: network),
      comparison: comparison
    ).verdict(progress: progress)
  }

  var examination: Examination {
    Examination(run: network, provenance: model.provenance, isRandom: isRandom, ids: lookedUp)
  }
}

/// What was found, as text and as JSON.
struct DoctorReport {
  private let opened: Opened
  private let findings: [Finding]
  private let model: String
  private let inputs: InputOptions

  init(opened: Opened, model: String, inputs: InputOptions) {
    self.opened = opened
    self.model = model
    self.inputs = inputs
    findings = opened.examination.findings()
  }

  /// Whether there is an error or a warning among them.
  var isAlarmed: Bool { findings.contains { $0.severity != .note } }

  var text: String {
    var text = "\(opened.fileName) › \(what)\n"
    if findings.isEmpty {
      return text + "\nnothing found, of \(FindingKind.all.count) things that are looked for\n"
    }
    for finding in findings {
      let severity = finding.severity.rawValue.padding(to: 7)
      text += "\n\(severity)  \(finding.title)\(rests(finding) ? " (on random input)" : "")\n"
      for evidence in finding.evidence { text += row(evidence.label, evidence.text) }
      text += row("means", finding.meaning) + row("try", finding.advice)
      if let look = look(finding) { text += row("look", look) }
    }
    return text
  }

  private func row(_ label: String, _ text: String) -> String {
    "         \(label.padding(to: 14)) \(text)\n"
  }

  private var what: String {
    guard let call = opened.network.calls.first else { return opened.model.name }
    let others = opened.network.calls.count > 1 ? ", the first of \(opened.network.calls.count) LSTMs" : ""
    let activation =
      call.parameters.activation == .tanh ? "" : ", \(call.parameters.activation.name)"
    return
      "\(call.key), \(call.trace.units) units\(activation), \(CheckReport.grouped(call.trace.timesteps)) timesteps, "
      + "batch of \(call.trace.batch)\(others)"
  }

  private func rests(_ finding: Finding) -> Bool { opened.isRandom && finding.isOfRun }

  /// The command that opens the screen at the place.
  private func look(_ finding: Finding) -> String? {
    finding.address.map {
      CommandLineText.joined(["lstmscope", model] + inputs.words + ["--at", $0.text])
    }
  }

  var json: String {
    JSONText.object([
      ("version", "1"), ("file", JSONText.text(opened.fileName)), ("random_input", "\(opened.isRandom)"),
      ("findings", JSONText.list(findings.map(object))),
    ]) + "\n"
  }

  private func object(_ finding: Finding) -> String {
    JSONText.object([
      ("kind", JSONText.text(finding.kind)), ("severity", JSONText.text(finding.severity.rawValue)),
      ("title", JSONText.text(finding.title)),
      (
        "evidence",
        JSONText.list(
          finding.evidence.map {
            JSONText.object([("label", JSONText.text($0.label)), ("text", JSONText.text($0.text))])
          })
      ),
      ("means", JSONText.text(finding.meaning)), ("try", JSONText.text(finding.advice)),
      ("address", JSONText.text(finding.address?.text)), ("on_random_input", "\(rests(finding))"),
      ("look", JSONText.text(look(finding))),
    ])
  }
}

extension String {
  /// With blanks behind it up to a width.
  fileprivate func padding(to width: Int) -> String {
    count < width ? self + String(repeating: " ", count: width - count) : self
  }
}
