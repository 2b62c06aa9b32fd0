import ArgumentParser
import Commands
import Glibc

/// The program: from the arguments to a command, and the one place where errors become sentences and statuses.
@main
enum Lstmscope {
  static let version = "0.1.0"
  static let commands: [any ParsableCommand.Type] = [
    Inspect.self, TraceCommand.self, ExplainCommand.self, Render.self, Check.self, Doctor.self, Diff.self,
    BridgeCommand.self,
    LessonCommand.self,
    ThemesCommand.self, Man.self,
  ]

  /// The parser that the arguments are for.
  ///
  /// A first word that is a command goes to the commands; everything else opens the screen. One parser for both
  /// would take the command's name for the model's.
  private static var parser: any ParsableCommand.Type {
    let first = CommandLine.arguments.dropFirst().first ?? ""
    if first.hasPrefix("--generate-completion-script") { return Completions.self }
    return first == "help" || names.contains(first) ? Subcommands.self : Explore.self
  }

  /// Whether an argument is a file of numbers that stands without its `--input`.
  private static func isArray(_ argument: String) -> Bool {
    [".npy", ".npz", ".csv", ".json"].contains { argument.hasSuffix($0) }
  }

  static func main() {
    signal(SIGPIPE, SIG_DFL)
    let parser = parser
    do {
      let words = Array(CommandLine.arguments.dropFirst().prefix(2))
      if parser == Explore.self, let first = words.first { try Explore.checkWord(first) }
      if words.count == 2, words[0] == "help", !words[1].hasPrefix("-"), !names.contains(words[1]) {
        throw unknown(words[1], "not a command")
      }
      var command = try parser.parseAsRoot()
      try command.run()
    } catch {
      Glibc.exit(report(error, of: parser))
    }
  }

  /// Says what went wrong, and with which status to end.
  private static func report(_ error: any Error, of parser: any ParsableCommand.Type) -> Int32 {
    if error is AnswerIsNo { return 1 }
    if let failure = Failure(of: error) {
      Messages.print(failure.sentence)
      failure.further.forEach(Messages.print)
      return failure.status.rawValue
    }
    // The answer is no, and was printed.
    if let code = error as? ExitCode { return code.rawValue }
    let code = parser.exitCode(for: error)
    if code == .success {
      print(parser.fullMessage(for: error))
      return 0
    }
    let found = parser.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    let end = found.hasSuffix(".") ? "" : ";"
    if let array = CommandLine.arguments.dropFirst(2).first(where: isArray), found.contains("'\(array)'") {
      Messages.print("\(found)\(end) it looks like an input: --input \(array)")
    } else {
      Messages.print("\(found)\(end) lstmscope \(helped)--help tells what there is")
    }
    return code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.ourFault.rawValue
  }

  /// The command whose help tells more about the arguments, and a blank.
  private static var helped: String {
    CommandLine.arguments.dropFirst().first.flatMap { names.contains($0) ? "\($0) " : nil } ?? ""
  }

  private static let names = commands.compactMap { $0.configuration.commandName }

  /// - Parameter what: What the word is not.
  static func unknown(_ word: String, _ what: String) -> Failure {
    let near = nearest(to: word, of: names).map { "; did you mean '\($0)'?" } ?? ";"
    return Failure(.usage, "'\(word)' is \(what)\(near) lstmscope --help lists the commands.")
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
