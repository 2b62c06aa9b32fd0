import ArgumentParser
import Debugger
import LSTM
import Network

/// Compares a run with recorded numbers.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Compare a model's run with numbers recorded elsewhere: where they differ, since when, and why.",
    discussion: """
      The recorded numbers are an .npz or .json with the keys that trace writes (lstm/h, lstm/c_final, output …), or one \
      array: it is compared with the model's output, or the only LSTM's h, or its final h. Equal means \
      |a - b| <= T + T * |expected|, T = 1e-5 (float16 4e-3, bfloat16 2e-2); NaN equals NaN only.

      Where they differ it looks for the one change of weights, options, input or recording that makes them equal, and \
      prints the line of Python that mends it.

      Three lines of PyTorch that save x and y (eval: no dropout; batch_first: x is (batch, timesteps, features)):
        model.eval()                      # model = torch.nn.LSTM(8, 12, batch_first=True)
        with torch.no_grad(): y, (h_n, c_n) = model(x)
        numpy.save("x.npy", x.numpy()); numpy.save("y.npy", y.numpy())

      Three lines of Keras:
        x = numpy.random.normal(size=(3, 20, 8)).astype("float32")
        y = model(x, training=False)
        numpy.save("x.npy", x); numpy.save("y.npy", y)

      Examples:
        lstmscope check mine.keras --input x.npy --expect y.npy
        lstmscope check mine.keras --input x.npy --expect trace.npz
        lstmscope check mine.keras --input x.npy --expect c.npy --quantity lstm/c
        lstmscope check mine.keras --input x.npy --expect y.npy --fix right.weights.h5

      Exit status: 0 they are equal, 1 they are not.
      """)

  @Argument(help: "The model file, or a session (.yaml).", completion: .file())
  var model: String

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Option(
    name: .long,
    help:
      "The recorded numbers: .npy, .npz (one array of it: FILE.npz:KEY), .csv, .json, or -; a session may name them.",
    completion: .file())
  var expect: String?

  @Option(name: .long, help: "What is compared, alone: lstm/c, or c where there is one LSTM.")
  var quantity: String?

  @Option(name: .long, parsing: .unconditional, help: "T, in place of the one for the model's precision.")
  var tolerance: Float?

  @Option(
    name: .long, help: "Write the weights put right: .npz, .safetensors or .weights.h5.", completion: .file())
  var fix: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func validate() throws {
    if let tolerance, !(tolerance >= 0) || !tolerance.isFinite {
      throw ValidationError("--tolerance must be 0 or more, not \(tolerance)")
    }
  }

  func run() throws {
    var setup = try Setup(file: model, inputs: inputs)
    try setup.expect(expect, quantity: quantity)
    guard setup.inputs.isGiven else {
      throw Failure(.usage, "check needs the input that the numbers were recorded with: --input x.npy")
    }
    guard let expect = setup.expect else {
      throw Failure(.usage, "check needs the recorded numbers: --expect y.npy")
    }
    if let fix {
      try WeightsFile.checkName(fix)
      guard !Files.isSame(fix, setup.model) else {
        throw Failure(
          .cannotCreate, "--fix \(fix): that is the model itself; give another name, so that nothing is lost")
      }
      let others = setup.inputs.files + [setup.expect, setup.file].compactMap { $0.map(ArrayFile.path) }
      guard !others.contains(where: { Files.isSame(fix, $0) }) else {
        throw Failure(
          .cannotCreate, "--fix \(fix): the check reads that file; give another name, so that nothing is lost"
        )
      }
    }
    var notes: [String] = []
    let opened = try setup.open(notes: &notes)
    (notes.filter { !$0.hasPrefix("Looking at") } + Opening.remarks(on: opened.model)).forEach(Messages.print)
    let recorded = try ExpectedFile.recorded(expect, quantity: setup.quantity, in: opened.network)
    let comparison = Comparison(
      recorded, run: opened.network, graph: opened.graph,
      tolerance: tolerance ?? opened.model.provenance.tolerance)
    let verdict = comparison.passes ? nil : Self.investigate(opened, recorded, comparison)
    let report = CheckReport(
      opened: opened, comparison: comparison, verdict: verdict,
      command: CheckReport.Command(
        model: model, inputs: setup.given, expect: self.expect, quantity: self.quantity))
    try TraceWriter.write(
      Array((json ? report.json : report.text).withoutControls(but: "\n").utf8), to: nil)
    if let fix { try write(fix, opened, setup.model, verdict) }
    if !comparison.passes { throw AnswerIsNo() }
  }

  private static func investigate(
    _ opened: Opened, _ recorded: [Recorded], _ comparison: Comparison
  ) -> Detective.Verdict? {
    let running = Running()
    defer { running.finish() }
    return opened.verdict(recorded, comparison) { running.says(tried: $0) }
  }

  private func write(
    _ path: String, _ opened: Opened, _ model: String, _ verdict: Detective.Verdict?
  ) throws {
    guard let verdict else {
      Messages.print("--fix: there is nothing to put right, and \(path) was not written")
      return
    }
    guard let suspect = verdict.holding.first else {
      Messages.print("--fix: no change makes it hold, and \(path) was not written")
      return
    }
    guard suspect.isOfWeights else {
      Messages.print(
        "--fix: what is to be changed is not in the weights (\(suspect.names.joined(separator: ", "))), and "
          + "\(path) was not written")
      return
    }
    if let doubt = suspect.doubt {
      Messages.print("--fix: \(path) was not written: \(doubt)")
      return
    }
    guard verdict.agreesOnWeights else {
      Messages.print(
        "--fix: \(verdict.holding.count) changes make it hold and they write different weights, so that "
          + "\(path) was not written; more samples and timesteps tell them apart")
      return
    }
    try WeightsFile(opened.model, opened.graph, source: model, corrected: suspect.corrected).write(to: path)
    Messages.print(
      "\(path): written, with the weights put right"
        + (suspect.beside.isEmpty ? "" : "; what is not in the weights is still to be done:"))
    for line in suspect.beside { Messages.print("  \(line)") }
  }
}

/// The answer to the question that a command asks is no: everything worked, and the status is 1.
struct AnswerIsNo: Error {}
