import Canvas
import Foundation
import Testing
import Theme

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Pictures

@Suite struct PictureTests {
  @Test(
    "A file's ending names the format.",
    arguments: [
      ("a.txt", PictureFormat.txt), ("a.TEXT", .txt), ("b/c.ansi", .ansi), ("x.ans", .ansi),
      ("x.y.svg", .svg),
      ("p.html", .html), ("p.htm", .html), ("svg", nil), ("a.png", nil), ("dir.svg/a", nil), ("", nil),
    ])
  func endings(path: String, format: PictureFormat?) {
    #expect(PictureFormat(endingOf: path) == format)
  }

  @Test("Text is the characters alone; a heat map's signs and strengths are characters in it.")
  func text() {
    let look = PictureLook(theme: .builtin)
    let text = PictureFormat.txt.picture(of: Samples.canvas, title: "t", look: look)
    #expect(
      text == """
        a<b> & "c" 'd'
        ───────────┬────────────
         ▸+0.25    │ *-0.50 é⏎
         ⣿⠶⠶⠒⠂.░▒▓▓█  .░▒▓▓█  !
        +.9 -.4    ▓▓│
        ▁▃█ cursor          ?日é


        """)
  }

  @Test("Text without Unicode is ASCII, and its map can still be read.")
  func ascii() {
    let look = PictureLook(theme: .builtin, isUnicode: false)
    let text = PictureFormat.txt.picture(of: Samples.canvas, title: "t", look: look)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20..<0x7F).contains($0.value) })
    #expect(text.contains(" %==~-.+*##@  .+*##@  !"), "\(text)")
  }

  // MARK: - ANSI

  @Test("Printed lines have every character, and every colour is of the depth.", arguments: Samples.looks)
  func ansi(look: PictureLook) throws {
    let text = PictureFormat.ansi.picture(of: Samples.canvas, title: "t", look: look)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == Samples.canvas.height + 1)
    for (line, row) in zip(lines, Samples.rows(Samples.canvas, look)) {
      let (characters, codes) = try Self.read(line)
      #expect(characters == row.prefix(characters.count))
      #expect(row.dropFirst(characters.count).allSatisfy { $0 == " " })
      // A line leaves the terminal as it found it.
      #expect(codes.isEmpty || codes.last == "0")
      for code in codes { #expect(Self.isOf(look.depth, code), "\(code)") }
    }
  }

  @Test("Where the background is the terminal's own, blanks at a line's end are left out.")
  func ownBackground() {
    let look = PictureLook(theme: .builtin, depth: .direct, paintsBackground: false)
    var canvas = Canvas(width: 8, height: 2)
    canvas.write("ab", x: 0, y: 0)
    #expect(PictureFormat.ansi.picture(of: canvas, title: "", look: look) == "ab\n\n")
    canvas[3, 1] = Cell("x", role: .error)
    #expect(
      PictureFormat.ansi.picture(of: canvas, title: "", look: look)
        == "ab\n   \u{1B}[0;1;38;2;240;113;123mx\u{1B}[0m\n")
  }

  /// The characters of a line, and the parameters of its codes.
  static func read(_ line: Substring) throws -> (characters: String, codes: [String]) {
    var (characters, codes) = ("", [String]())
    for (index, part) in line.split(separator: "\u{1B}[", omittingEmptySubsequences: false).enumerated() {
      guard index > 0 else {
        characters += part
        continue
      }
      let end = try #require(part.firstIndex(of: "m"))
      codes.append(String(part[..<end]))
      characters += part[part.index(after: end)...]
    }
    return (characters, codes)
  }

  static func isOf(_ depth: ColourDepth, _ code: String) -> Bool {
    let numbers = code.split(separator: ";").compactMap { Int($0) }
    let hasDirect = code.contains("8;2;")
    let hasIndex = code.contains("8;5;")
    let hasEight = !hasDirect && !hasIndex && numbers.contains { (30...47).contains($0) }
    return switch depth {
    case .none: !hasDirect && !hasIndex && !hasEight
    case .eight: !hasDirect && !hasIndex
    case .indexed256: !hasDirect && !hasEight
    case .direct: !hasIndex && !hasEight
    }
  }

  // MARK: - SVG and HTML

  /// The text of an XML document in its order, with what its elements say.
  final class Reader: NSObject, XMLParserDelegate {
    struct Element { let name: String, attributes: [String: String] }
    var elements: [Element] = []
    /// The text in each element of the name looked for.
    var texts: [String] = []
    private let wanted: String
    private var depth = 0

    init(_ wanted: String) { self.wanted = wanted }

    func read(_ text: String) -> Bool {
      let parser = XMLParser(data: Data(text.utf8))
      parser.delegate = self
      return parser.parse()
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements.append(Element(name: name, attributes: attributes))
      if name == wanted {
        depth += 1
        texts.append("")
      }
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
      if name == wanted { depth -= 1 }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      if depth > 0 { texts[texts.count - 1] += string }
    }
  }

  @Test(
    "SVG is well formed, a text a row with every character of it, each at its column.",
    arguments: Samples.looks)
  func svg(look: PictureLook) throws {
    let text = PictureFormat.svg.picture(of: Samples.canvas, title: "a <b> & c", look: look)
    let reader = Reader("text")
    #expect(reader.read(text))
    #expect(reader.texts == Samples.rows(Samples.canvas, look))
    let spans = reader.elements.filter { $0.name == "tspan" }
    let columns = spans.flatMap { ($0.attributes["x"] ?? "").split(separator: " ").compactMap { Int($0) } }
    #expect(columns == Samples.columns(Samples.canvas, look).map { 9 + 9 * $0 })
    let titles = Reader("title")
    #expect(titles.read(text) && titles.texts == ["a <b> & c"])
  }

  @Test("A line of a box is one rectangle from end to end, and its arms meet in the middle.")
  func lines() throws {
    let text = PictureFormat.svg.picture(of: Samples.canvas, title: "", look: Samples.looks[0])
    let reader = Reader("rect")
    #expect(reader.read(text))
    func rectangles(_ x: String, _ y: String) -> [[String: String]] {
      reader.elements.filter { $0.name == "rect" && $0.attributes["x"] == x && $0.attributes["y"] == y }
        .map(\.attributes)
    }
    // Row 1 begins at 9 + 18, and its middle is 9 below.
    #expect(rectangles("9", "36").first?["width"] == "99" && rectangles("9", "36").first?["height"] == "1")
    // ┬ in column 11 goes from the middle down, and │ below it from top to bottom.
    #expect(rectangles("112", "36").contains { $0["height"] == "9" && $0["width"] == "1" })
    #expect(rectangles("112", "45").contains { $0["height"] == "18" && $0["width"] == "1" })
  }

  @Test(
    "HTML is well formed, its rows hold every character, and it needs no other file.",
    arguments: Samples.looks)
  func html(look: PictureLook) throws {
    let text = PictureFormat.html.picture(of: Samples.canvas, title: "a <b> & c", look: look)
    // As XML, elements that HTML leaves open are closed.
    let closed = text.replacing("<!DOCTYPE html>\n", with: "")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("<meta ") ? $0.dropLast() + "/>" : String($0) }.joined(separator: "\n")
    let reader = Reader("pre")
    #expect(reader.read(closed))
    let rows = try #require(reader.texts.first).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.dropFirst().dropLast().map(String.init) == Samples.rows(Samples.canvas, look))
    let titles = Reader("title")
    #expect(titles.read(closed) && titles.texts == ["a <b> & c"])
    for word in ["http", "url(", "src=", "href=", "<script", "@import"] {
      #expect(!text.contains(word), "\(word)")
    }
    #expect(text.contains("content=\"\(look.theme.variant.rawValue)\""))
    #expect(text.contains("background: \(look.theme.background.hex)"))
    #expect(text.contains("monospace"))
  }

  @Test("Every stretch of a row has the width of its columns, and they fill the row.")
  func widths() throws {
    let text = PictureFormat.html.picture(of: Samples.canvas, title: "", look: Samples.looks[0])
    for line in text.split(separator: "\n") where line.hasPrefix("<span") {
      let widths = line.split(separator: "<span").compactMap { span in
        span.firstRange(of: "width: ").flatMap { Int(span[$0.upperBound...].prefix { $0.isNumber }) }
      }
      #expect(widths.reduce(0, +) == Samples.canvas.width, "\(line)")
    }
  }

  @Test("Colours are the theme's, in light and in dark, and a heat cell's are its ramp's.")
  func colours() {
    for theme in [Theme.builtin, .builtinLight] {
      let look = PictureLook(theme: theme)
      var canvas = Canvas(width: 3, height: 1)
      canvas[0, 0] = Cell("x", role: .error)
      canvas[1, 0] = Cell(role: .heatSigned, level: 31)
      canvas[2, 0] = Cell(role: .heatSigned, level: -31)
      for format in [PictureFormat.svg, .html] {
        let text = format.picture(of: canvas, title: "", look: look)
        for colour in [theme.background, theme[.base08], theme.heat.positive, theme.heat.negative] {
          #expect(text.contains(colour.hex), "\(format) \(colour.hex)")
        }
      }
    }
  }

  @Test("A canvas of nothing is a picture of nothing.", arguments: PictureFormat.allCases)
  func empty(format: PictureFormat) {
    let text = format.picture(of: Canvas(width: 0, height: 0), title: "", look: Samples.looks[0])
    #expect(text.isEmpty || text.hasSuffix("\n"))
  }

  @Test("Every character of blocks and boxes that views draw is drawn, within its square.")
  func drawn() throws {
    for scalar in "─│┌┐└┘├┤┬┴┼▁▂▃▄▅▆▇█▏▎▍▌▋▊▉▀▐░▒▓⠂⠒⠶⣿⣀⣤⣶".unicodeScalars {
      let character = try #require(DrawnCharacter(scalar), "\(scalar)")
      for part in character.parts {
        #expect(0 <= part.left && part.left <= part.right && part.right <= 1)
        #expect(0 <= part.top && part.top <= part.bottom && part.bottom <= 1)
        let isLine = part.left == part.right || part.top == part.bottom
        #expect(isLine == (part.kind != .block), "\(scalar)")
      }
    }
    #expect(DrawnCharacter("█")?.parts == [.init(kind: .block, left: 0, top: 0, right: 1, bottom: 1)])
    #expect(DrawnCharacter("▄")?.parts.first?.top == 0.5)
    #expect(DrawnCharacter("▌")?.parts.first?.right == 0.5)
    #expect(["░", "▒", "▓"].map { DrawnCharacter($0)?.opacity } == [0.25, 0.5, 0.75])
    // Dots 7 and 8 are the lowest row, dot 1 the upper left one.
    #expect(DrawnCharacter("⣀")?.parts.map(\.top) == [0.8125, 0.8125])
    #expect(DrawnCharacter("⠁")?.parts.map { [$0.left, $0.top] } == [[0.125, 0.0625]])
    #expect(DrawnCharacter("⣿")?.parts.count == 8)
    #expect(DrawnCharacter("a") == nil && DrawnCharacter("▸") == nil)
  }
}
