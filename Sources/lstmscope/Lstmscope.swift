import ArgumentParser
import Glibc

/// The program: from the arguments to a command, and the one place where errors become sentences and statuses.
@main
enum Lstmscope {
  static let version = "0.1.0"
  static let commands: [any ParsableCommand.Type] = [Inspect.self, TraceCommand.self, Man.self]

  /// The parser that the arguments are for.
  ///
  /// A first word that is a command goes to the commands; everything else opens the screen. One parser for both
  /// would take the command's name for the model's.
  private static func parse() throws -> any ParsableCommand {
    let first = CommandLine.arguments.dropFirst().first ?? ""
    if first.hasPrefix("--generate-completion-script") { return try Completions.parseAsRoot() }
    let isCommand = first == "help" || commands.contains { $0.configuration.commandName == first }
    if isCommand { return try Subcommands.parseAsRoot() }
    if !first.hasPrefix("-"), !first.isEmpty { try Explore.checkWord(first) }
    return try Explore.parseAsRoot()
  }

  /// Whether an argument is a file of numbers that stands without its `--input`.
  private static func isArray(_ argument: String) -> Bool {
    [".npy", ".npz", ".csv", ".json"].contains { argument.hasSuffix($0) }
  }

  static func main() {
    signal(SIGPIPE, SIG_DFL)
    do {
      var command = try parse()
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
    let code = Explore.exitCode(for: error)
    let text = Explore.fullMessage(for: error)
    if code == .success {
      print(text)
      return 0
    }
    Messages.write(text + (text.hasSuffix("\n") ? "" : "\n"))
    if let array = CommandLine.arguments.dropFirst(2).first(where: isArray), text.contains("'\(array)'") {
      Messages.print("\(array) looks like an input: --input \(array)")
    }
    return code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.ourFault.rawValue
  }
}

/// The commands that print.
private struct Subcommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lstmscope", abstract: Explore.configuration.abstract, version: Lstmscope.version,
    subcommands: Lstmscope.commands)
}

/// All of it at once, which the shell's completion is made from.
private struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "lstmscope", subcommands: Lstmscope.commands)

  @OptionGroup var explore: ExploreOptions
}
