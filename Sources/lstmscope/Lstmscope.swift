import ArgumentParser
import Glibc

/// The program: its shell commands, and the one place where errors become sentences and statuses.
@main
struct Lstmscope: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "lstmscope",
    abstract: "The debugger for LSTMs: step through a model file that Keras wrote.",
    usage: """
      lstmscope [MODEL] [inputs] [--at ADDRESS]
      lstmscope inspect MODEL
      lstmscope trace MODEL inputs --format plain
      """,
    discussion: """
      Without a MODEL it opens a bundled example: LSTM(3, return_sequences=True, return_state=True) on an input of \
      shape (2, 2, 2). In the program ? lists the keys and q quits.

      Examples:
        lstmscope                                    the example
        lstmscope mine.keras                         your model, on random input
        lstmscope mine.keras --input x.npy           on your own: (batch, timesteps, features)
        lstmscope mine.keras --input x.npy --at 'c[3]@5'
        lstmscope mine.h5 --layer lstm_2 --layer-input --input h1.npy
        lstmscope inspect mine.keras                 layers, shapes, weights
        lstmscope trace mine.keras --input x.npy --format csv --output trace.csv

      What is opened: .keras files and whole-model .h5 files of Keras 2 and 3, for the LSTM that the model's input is \
      fed to, or any LSTM layer with --layer-input.

      Exit status: 0 done, 64 wrong usage, 65 a file that can't be understood or used, 66 no such file, 69 no usable \
      terminal, 70 a fault of the program, 73 can't create the output, 74 writing failed, 128 + n on signal n.
      """,
    version: version,
    subcommands: [Inspect.self, TraceCommand.self, Man.self])

  @OptionGroup var explore: ExploreOptions

  func run() throws {
    try Explore(explore).run()
  }

  static func main() {
    signal(SIGPIPE, SIG_DFL)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Glibc.exit(report(error))
    }
  }

  /// Says what went wrong, and with which status to end.
  private static func report(_ error: any Error) -> Int32 {
    if let failure = error as? Failure {
      Messages.print(failure.sentence)
      return failure.status.rawValue
    }
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    if code == .success {
      print(text)
      return 0
    }
    Messages.write(text + (text.hasSuffix("\n") ? "" : "\n"))
    return code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.ourFault.rawValue
  }
}
