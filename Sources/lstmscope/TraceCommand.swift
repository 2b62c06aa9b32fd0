import ArgumentParser
import Glibc

/// Prints every quantity at every timestep.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Print every quantity of the equations at every timestep.",
    discussion: """
      For each layer L: L/x L/zx L/zh L/z L/i L/f L/g L/o L/c L/h L/y, the states L/h0 L/c0 L/h_final L/c_final, and \
      L/t_index, the original timestep of each step. Batch first, gate order i f g o. csv has the columns \
      layer,sample,timestep,quantity,unit,value. plain is text a line a quantity, and reads well aloud.

      Examples:
        lstmscope trace mine.keras --input x.npy --format plain
        lstmscope trace mine.keras --input x.npy --format npz --output trace.npz
        lstmscope trace mine.keras --random --seed 1 --timesteps 5 --format json
      """)

  @Argument(help: "The model file, or a session (.yaml).", completion: .file())
  var model: String

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Option(
    name: .long, help: "json, csv, npz or plain; without it what the output's name ends in, else plain.")
  var format: TraceFormat?

  @Option(name: .long, help: "Where to write; without it standard output.", completion: .file())
  var output: String?

  /// What was asked for, or what the output's name says; both must agree.
  private func chosenFormat() throws -> TraceFormat {
    let ending = output.flatMap { $0.split(separator: ".").last }.flatMap {
      TraceFormat(rawValue: $0.lowercased())
    }
    if let output, let format, let ending, ending != format {
      throw Failure(
        .usage, "\(output) ends in .\(ending.rawValue) and --format says \(format.rawValue): which is meant?")
    }
    return format ?? ending ?? .plain
  }

  func run() throws {
    let setup = try Setup(file: model, inputs: inputs)
    let (model, inputs) = (setup.model, setup.inputs)
    guard inputs.isGiven else {
      throw Failure(.usage, "trace needs an input: --input x.npy, or --random --seed 0")
    }
    let format = try chosenFormat()
    if format == .npz, output == nil, isatty(STDOUT_FILENO) == 1 {
      throw Failure(.usage, "npz is no text for a terminal; give --output FILE or send it through a pipe")
    }
    var notes: [String] = []
    let opened = try Opening.open(
      try Opening.model(model, config: inputs.config, decoder: inputs.decoder, arrays: inputs.arrays),
      path: model, options: inputs,
      notes: &notes)
    // Which LSTM is looked at first is of no interest where all are printed.
    let said = notes.filter { !$0.hasPrefix("Looking at") }
    (said + Opening.remarks(on: opened.model) + Opening.overflows(in: opened)).forEach(Messages.print)
    try TraceWriter(opened, only: inputs.layer).write(format, to: output)
  }
}

enum TraceFormat: String, ExpressibleByArgument, CaseIterable {
  case json, csv, npz, plain
}
