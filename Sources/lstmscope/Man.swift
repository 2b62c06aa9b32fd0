import ArgumentParser
import Commands
import Workbench

/// Prints the manual page, made from the tables that the program itself goes by.
struct Man: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man", abstract: "Print the manual page: lstmscope man > lstmscope.1",
    discussion: """
      Examples:
        lstmscope man > ~/.local/share/man/man1/lstmscope.1
        lstmscope man | man -l -
      """)

  func run() throws {
    var page = """
      .TH LSTMSCOPE 1 "" "lstmscope \(Lstmscope.version)" "User Commands"
      .SH NAME
      lstmscope \\- step through the LSTM of a Keras model in the terminal
      .SH SYNOPSIS
      .B lstmscope
      [\\fIMODEL\\fR] [\\fIinputs\\fR] [\\fB\\-\\-at\\fR \\fIADDRESS\\fR]
      .br
      .B lstmscope inspect
      \\fIMODEL\\fR [\\fB\\-\\-json\\fR]
      .br
      .B lstmscope trace
      \\fIMODEL\\fR \\fIinputs\\fR [\\fB\\-\\-format\\fR json|csv|npz|plain] [\\fB\\-\\-output\\fR \\fIFILE\\fR]
      .br
      .B lstmscope check
      \\fIMODEL\\fR \\fIinputs\\fR \\fB\\-\\-expect\\fR \\fIFILE\\fR [\\fB\\-\\-fix\\fR \\fIOUT\\fR] [\\fB\\-\\-json\\fR]
      .br
      .B lstmscope doctor
      \\fIMODEL\\fR [\\fIinputs\\fR] [\\fB\\-\\-json\\fR]
      .br
      .B lstmscope diff
      \\fIA B\\fR [\\fIinputs\\fR] [\\fB\\-\\-json\\fR]
      .br
      .B lstmscope render
      \\fIMODEL\\fR \\fIinputs\\fR [\\fB\\-\\-view\\fR \\fIVIEW\\fR] [\\fB\\-\\-at\\fR \\fIADDRESS\\fR] \
      [\\fB\\-\\-size\\fR \\fIW\\fRx\\fIH\\fR] [\\fB\\-\\-format\\fR txt|ansi|svg|html] [\\fB\\-\\-output\\fR \\fIFILE\\fR]
      .br
      .B lstmscope themes
      .SH DESCRIPTION
      lstmscope opens a model file, runs its LSTM with the arithmetic of Keras, and lets you step through the sequence \
      one timestep and one line of the formula at a time, forwards and backwards. Without a MODEL it opens an example.
      .PP
      \\fBlstmscope \\-\\-help\\fR and, for a command, \\fBlstmscope trace \\-\\-help\\fR list the options.
      .SH KEYS

      """
    for mode in KeyMode.allCases {
      page +=
        ".SS \(mode == .general ? "Everywhere" : mode.rawValue.prefix(1).uppercased() + mode.rawValue.dropFirst())\n"
      for row in Binding.all where row.mode == mode { page += entry(row.label, row.help) }
    }
    page += ".SH COMMANDS\n"
    for row in CommandRow.all { page += entry(":\(row.name) \(row.argument)", row.help) }
    page += """
      .SH EXIT STATUS
      0 done; 1 the answer is no (check, doctor, diff); 64 wrong usage; 65 a file or input that can't be understood or used; 66 not there, a directory, not \
      readable; 69 no usable terminal; 70 a fault of the program; 73 can't create the output; 74 writing failed; \
      128 + n on signal n.
      .SH ENVIRONMENT
      .TP
      .B NO_COLOR
      no colours, unless \\-\\-color says otherwise
      .TP
      .B COLORTERM
      truecolor or 24bit for 24-bit colours
      .TP
      .B XDG_CONFIG_HOME
      themes are looked for in its lstmscope/themes
      .TP
      .B XDG_STATE_HOME
      edits are kept in its lstmscope when the program is ended by a signal
      .SH NOTES
      After kill \\-9 the terminal can be put right with \\fBreset\\fR.

      """
    try TraceWriter.write(Array(page.utf8), to: nil)
  }

  private func entry(_ term: String, _ text: String) -> String {
    ".TP\n.B \(escaped(term))\n\(escaped(text))\n"
  }

  /// roff gives meaning to a backslash, and to a dot or a quote that begins a line.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      default: result.append(character)
      }
    }
    return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
  }
}
