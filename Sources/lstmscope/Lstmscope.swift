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
  private static var parser: any ParsableCommand.Type {
    let first = CommandLine.arguments.dropFirst().first ?? ""
    if first.hasPrefix("--generate-completion-script") { return Completions.self }
    let isCommand = first == "help" || commands.contains { $0.configuration.commandName == first }
    return isCommand ? Subcommands.self : Explore.self
  }

  static func main() {
    signal(SIGPIPE, SIG_DFL)
    let parser = parser
    do {
      if parser == Explore.self, let first = CommandLine.arguments.dropFirst().first {
        try Explore.checkWord(first)
      }
      var command = try parser.parseAsRoot()
      try command.run()
    } catch {
      Glibc.exit(report(error, of: parser))
    }
  }

  /// Says what went wrong, and with which status to end.
  private static func report(_ error: any Error, of parser: any ParsableCommand.Type) -> Int32 {
    if let failure = error as? Failure {
      Messages.print(failure.sentence)
      return failure.status.rawValue
    }
    let code = parser.exitCode(for: error)
    if code == .success {
      print(parser.fullMessage(for: error))
      return 0
    }
    let found = parser.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    let end = found.hasSuffix(".") ? "" : ";"
    Messages.print("\(found)\(end) lstmscope \(helped)--help tells what there is")
    return code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.ourFault.rawValue
  }

  /// The command whose help tells more about the arguments, and a blank.
  private static var helped: String {
    let first = CommandLine.arguments.dropFirst().first
    return commands.compactMap { $0.configuration.commandName }.first { $0 == first }.map { $0 + " " } ?? ""
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
