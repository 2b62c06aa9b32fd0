import ArgumentParser
import Canvas
import Glibc
import Pictures
import Terminal
import Theme

/// Lists the themes, each in its own colours where colours can be seen.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes",
    abstract: "List the themes, each in its own colours.",
    discussion: """
      In a terminal, or with --color, every theme shows its texts, the ramp of signed values and the ramp of gates. Into a \
      file or a pipe go names and descriptions alone, a theme a line.

      Examples:
        lstmscope themes
        lstmscope themes --color true | less -R
        lstmscope mine.keras --theme nord
      """)

  @Option(name: .long, help: "How many colours: auto, true, 256, 8, none.")
  var color: ColourChoice = .auto

  @Flag(name: .long, help: "Draw with ASCII characters only.")
  var ascii = false

  func run() throws {
    let isShown = color.depth != nil || isatty(STDOUT_FILENO) == 1
    let depth = color.depth ?? Terminal.depthForPrinting()
    var text = ""
    for name in Resources.themeNames {
      let theme: Theme
      do {
        theme = try Resources.theme(name)
      } catch let failure as Failure {
        // One that is broken does not hide the others.
        Messages.print(failure.sentence)
        continue
      }
      if isShown {
        let look = PictureLook(theme: theme, depth: depth, isUnicode: !ascii)
        text += PictureFormat.ansi.picture(of: ThemeCard(name, theme).canvas, title: name, look: look) + "\n"
      } else {
        text += ThemeCard.line(name, theme).withoutControls() + "\n"
      }
    }
    try TraceWriter.write(Array(text.utf8), to: nil)
  }
}

/// What a theme looks like, on a few rows.
struct ThemeCard {
  let canvas: Canvas

  private static let width = 80

  init(_ name: String, _ theme: Theme) {
    var canvas = Canvas(width: Self.width, height: 5)
    let end = canvas.write(name, x: 1, y: 0, role: .title)
    let words = " · \(theme.variant.rawValue) · \(Self.description(theme))"
    canvas.write(words.cut(to: Self.width - end - 1), x: end, y: 0, role: .dim)
    canvas.fill("─", x: 0, y: 1, count: Self.width, role: .rule)
    var x = 1
    for (word, role) in Self.words { x = canvas.write(word, x: x, y: 2, role: role) + 1 }
    x = canvas.write("-1 ", x: 1, y: 3, role: .dim)
    x = Self.ramp(-31...31, .heatSigned, from: x, in: &canvas)
    canvas.write(" +1  c, g, h", x: x, y: 3, role: .dim)
    x = canvas.write(" 0 ", x: 1, y: 4, role: .dim)
    x = Self.ramp(0...31, .heatGate, from: x, in: &canvas, y: 4)
    x = canvas.write(" 1  gates  ", x: x, y: 4, role: .dim)
    canvas.signedBar(-0.8, x: x, y: 4, width: 13)
    canvas.signedBar(0.8, x: x + 14, y: 4, width: 13)
    self.canvas = canvas
  }

  private static let words: [(String, Role)] = [
    ("text", .plain), ("dim", .dim), ("bright", .bright), ("▶ line", .accent), ("▸result", .result),
    ("·operand", .operand), ("cursor", .cursor), ("*edited", .edited), ("…", .missing), ("warning", .warning),
    ("NaN", .error), ("input", .input), ("key", .key),
  ]

  private static func ramp(
    _ levels: ClosedRange<Int>, _ role: Role, from start: Int, in canvas: inout Canvas, y: Int = 3
  ) -> Int {
    for (place, level) in levels.enumerated() {
      canvas[start + place, y] = Cell(role: role, level: Int8(level))
    }
    return start + levels.count
  }

  private static func description(_ theme: Theme) -> String {
    theme.author.isEmpty ? theme.name : "\(theme.name), by \(theme.author)"
  }

  /// `nord                  dark   Nord, by …`
  static func line(_ name: String, _ theme: Theme) -> String {
    "\(name.padded(right: 22))\(theme.variant.rawValue.padded(right: 7))\(description(theme))"
  }
}
