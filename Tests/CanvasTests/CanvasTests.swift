import Testing

@testable import Canvas

@Suite struct CanvasTests {
  @Test("Drawing outside does nothing") func outside() {
    var canvas = Canvas(width: 4, height: 2)
    canvas.write("abcdefgh", x: -2, y: 0)
    canvas.write("x", x: 0, y: 9)
    canvas.fill("#", x: 2, y: 1, count: 99, role: .rule)
    canvas.fill("#", x: 2, y: 1, count: -5, role: .rule)
    canvas.signedBar(1, x: -3, y: 1, width: 5)
    #expect(canvas.text(row: 0) == "cdef")
    #expect(canvas.height == 2)
  }

  @Test("A canvas of no size can be drawn on", arguments: [(0, 0), (-1, 5), (1, 1)])
  func empty(size: (Int, Int)) {
    var canvas = Canvas(width: size.0, height: size.1)
    canvas.write("text", x: 0, y: 0)
    canvas.writeWrapped("some words", x: 0, y: 0, width: size.0, height: size.1)
    #expect(canvas.cells.count == max(0, size.0) * max(0, size.1))
  }

  @Test("A wide character takes two squares, a mark none; control characters are replaced") func widths() {
    var canvas = Canvas(width: 10, height: 1)
    #expect(canvas.write("a日e\u{301}\u{7}b", x: 0, y: 0) == 6)
    #expect(canvas.text(row: 0) == "a日e\u{301}�b")
    #expect(canvas[2, 0].isCovered)
    #expect(canvas[3, 0].marks.scalars == ["\u{301}"])
    #expect("a日e\u{301}b".columns == 5)
  }

  @Test(
    "What joins pictures, turns text round or chooses a form is left out",
    arguments: [
      ("👩\u{200D}👩", "👩👩", 4), ("👍\u{1F3FD}", "👍", 2), ("❤\u{FE0F}", "❤", 1), ("a\u{202E}b", "ab", 2),
      ("단어", "단어", 4), ("เก้า", "เก้า", 3), ("ｱA", "ｱA", 2), ("Ａ", "Ａ", 2), ("𠀀", "𠀀", 2),
    ])
  func joined(text: String, shown: String, columns: Int) {
    var canvas = Canvas(width: 9, height: 1)
    #expect(canvas.write(text, x: 0, y: 0) == columns)
    #expect(canvas.text(row: 0) == shown)
    #expect(text.columns == columns)
  }

  @Test("What is written over half of a wide character leaves no half", arguments: 0..<8)
  func halves(x: Int) {
    var canvas = Canvas(width: 8, height: 1)
    canvas.write("日本語字", x: 0, y: 0)
    canvas[x, 0] = Cell("x")
    var wanted = Array("日本語字".unicodeScalars).flatMap { [$0, Cell.covered] }
    wanted[x ^ 1] = " "
    wanted[x] = "x"
    #expect(canvas.cells.map(\.scalar) == wanted)
    canvas[x, 0] = Cell("漢")
    let isLast = x == 7
    #expect(canvas[x, 0].scalar == (isLast ? " " : "漢"))
    for place in 0..<8 {
      #expect(canvas[place, 0].isCovered == (place > 0 && canvas[place - 1, 0].scalar.isWide))
    }
  }

  @Test("A square that no wide character covers is blank, whatever a file says") func orphans() {
    var canvas = Canvas(width: 3, height: 1)
    canvas[1, 0] = Cell(Cell.covered)
    #expect(canvas.write("\0", x: 2, y: 0) == 3)
    #expect(canvas.text == "  �")
  }

  @Test("A role set on a wide character keeps it whole") func roles() {
    var canvas = Canvas(width: 4, height: 1)
    canvas.write("日本", x: 0, y: 0)
    for x in 0..<4 { canvas[x, 0].role = .cursor }
    #expect(canvas.text(row: 0) == "日本")
    #expect(canvas.cells.allSatisfy { $0.role == .cursor })
  }

  @Test("A limit, an edge and a cut never leave half a character") func wideCutting() {
    var canvas = Canvas(width: 5, height: 2)
    #expect(canvas.write("日本語", x: 0, y: 0) == 4)
    #expect(canvas.write("日本", x: 0, y: 1, limit: 3) == 2)
    #expect(canvas.text == "日本\n日")
    #expect("日本語".cut(to: 5) == "日本…")
    #expect("日本語".cut(to: 4) == "日…")
    #expect("日本語日本語".cutInMiddle(to: 7) == "日…語")
    #expect("日本語".padded(left: 8) == "  日本語")
    #expect("日本語日本".wrapped(to: 5) == ["日本", "語日", "本"])
    #expect("日本".wrapped(to: 1) == ["日", "本"])
    canvas.write("語", endingAt: 4, y: 1)
    #expect(canvas.text(row: 1) == "日 語")
  }

  @Test("Text ends in the column that is given") func rightAligned() {
    var canvas = Canvas(width: 6, height: 1)
    canvas.write("12", endingAt: 4, y: 0)
    #expect(canvas.text(row: 0) == "   12")
  }

  @Test(
    "Lines are broken at blanks, longer words inside",
    arguments: [
      ("the old bird", 7, ["the old", "bird"]), ("abcdefghij", 4, ["abcd", "efgh", "ij"]), ("", 5, [""]),
      ("a  b", 9, ["a  b"]), ("one\ntwo", 9, ["one", "two"]), ("x", 0, []),
    ] as [(String, Int, [String])])
  func wrapping(text: String, width: Int, lines: [String]) {
    #expect(text.wrapped(to: width) == lines)
  }

  @Test("Cut text says that it was cut") func cutting() {
    #expect("question.keras".cut(to: 6) == "quest…")
    #expect("question.keras".cutInMiddle(to: 9) == "ques…eras")
    #expect("short".cut(to: 9) == "short")
    #expect("word".cut(to: 0) == "")
  }

  @Test("A bar goes left for negative and right for positive values, and says NaN") func bars() {
    var canvas = Canvas(width: 9, height: 4)
    canvas.signedBar(0.5, x: 0, y: 0, width: 9)
    canvas.signedBar(-1, x: 0, y: 1, width: 9)
    canvas.signedBar(.nan, x: 0, y: 2, width: 9)
    canvas.signedBar(0, x: 0, y: 3, width: 9)
    var far = Canvas(width: 9, height: 2)
    far.signedBar(.greatestFiniteMagnitude, x: 0, y: 0, width: 9)
    far.signedBar(-.greatestFiniteMagnitude, x: 0, y: 1, width: 9)
    #expect(far[8, 0].scalar == "▓" && far[0, 0].scalar == " ")
    #expect(far[0, 1].scalar == "▓" && far[8, 1].scalar == " ")
    #expect(canvas.text(row: 0) == "    │▓▓")
    #expect(canvas.text(row: 1) == "▓▓▓▓│")
    #expect(canvas.text(row: 2) == "    │!")
    #expect(canvas.text(row: 3) == "    │")
  }

  @Test("Heights run from one to eight eighths") func heights() {
    #expect(Bars.height(0) == "▁")
    #expect(Bars.height(0.5) == "▄")
    #expect(Bars.height(1) == "█")
    #expect(Bars.height(7) == "█")
    #expect(Bars.height(1e38) == "█" && Bars.height(.infinity) == "█" && Bars.height(.nan) == "▁")
  }

  @Test("A bar that tells its sign without colour is a block upwards and dots downwards") func signedHeight()
  {
    #expect([0, 0.1, 0.5, 1, 7].map { Bars.signedHeight($0) } == ["▁", "▁", "▄", "█", "█"])
    #expect(
      [-0.001, -0.25, -0.26, -0.75, -1, -9].map { Bars.signedHeight($0) } == ["⣀", "⣀", "⣤", "⣶", "⣿", "⣿"])
    #expect(Bars.signedHeight(.nan) == "▁")
  }
}
