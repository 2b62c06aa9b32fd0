import CNcurses
import Canvas
import Glibc
import TestSupport
import Testing
import Theme

@testable import Terminal

/// Everything that uses curses in this process, which has but one screen, is serialized.
@Suite(.serialized) struct ScreenTests {
  /// A screen that writes into a file.
  struct Recorder {
    let screen: Screen
    let file: UnsafeMutablePointer<FILE>

    init(_ terminfo: TestTerminfo?, width: Int, height: Int) throws {
      setlocale(LC_CTYPE, "C.UTF-8")
      file = try #require(tmpfile())
      screen = try Screen(
        term: terminfo?.name ?? EmbeddedTerminfo.directName,
        description: terminfo?.value ?? EmbeddedTerminfo.direct,
        output: fileno(file), input: nc_stdin(), width: width, height: height)
    }

    /// What has been sent since the last time.
    func bytes() -> [UInt8] {
      fflush(file)
      let count = lseek(fileno(file), 0, SEEK_END)
      var bytes = [UInt8](repeating: 0, count: Int(count))
      _ = pread(fileno(file), &bytes, bytes.count, 0)
      ftruncate(fileno(file), 0)
      lseek(fileno(file), 0, SEEK_SET)
      return bytes
    }
  }

  /// A canvas with every role, marked and not, and every level.
  static func everything(width: Int, height: Int, shift: Int = 0) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    let scalars = Array("aé▸│░▓█⠶!◀ …".unicodeScalars)
    for y in 0..<height {
      for x in 0..<width {
        let place = y * width + x + shift
        canvas[x, y] = Cell(
          scalars[place % scalars.count], role: Role.allCases[place % Role.allCases.count],
          level: Int8(place % 63 - 31), isMarked: place % 7 == 0)
      }
    }
    return canvas
  }

  static let depths: [(ColourDepth, TestTerminfo?)] = [
    (.direct, nil), (.indexed256, .indexed256), (.eight, .eight), (.none, .monochrome),
  ]

  @Test(
    "What the terminal shows is the canvas, after the first frame and after a change.", arguments: 0..<4,
    [true, false])
  func presents(depth: Int, isUnicode: Bool) throws {
    let (depth, terminfo) = Self.depths[depth]
    let recorder = try Recorder(terminfo, width: 50, height: 12)
    defer { recorder.screen.end() }
    for theme in [Theme.builtin, .builtinLight] {
      let palette = Palette(theme: theme, depth: depth, isUnicode: isUnicode)
      var virtual = VirtualScreen(width: 50, height: 12)
      recorder.screen.resize(width: 49, height: 12)
      recorder.screen.resize(width: 50, height: 12)
      for shift in [0, 1, 1, 40] {
        let canvas = Self.everything(width: 50, height: 12, shift: shift)
        recorder.screen.present(canvas, palette: palette)
        virtual.feed(recorder.bytes())
        #expect(virtual.difference(from: canvas, palette: palette) == nil)
        #expect(virtual.unknown.isEmpty)
      }
    }
  }

  @Test("An equal canvas sends nothing, and a changed cell little.")
  func difference() throws {
    let recorder = try Recorder(.indexed256, width: 80, height: 24)
    defer { recorder.screen.end() }
    let palette = Palette(theme: .builtin, depth: .indexed256, isUnicode: true)
    var canvas = Self.everything(width: 80, height: 24)
    recorder.screen.present(canvas, palette: palette)
    #expect(recorder.bytes().count > 1000)
    recorder.screen.present(canvas, palette: palette)
    #expect(recorder.bytes().isEmpty)
    canvas[40, 12] = Cell("Z", role: .result)
    recorder.screen.present(canvas, palette: palette)
    #expect((1..<80).contains(recorder.bytes().count))
  }

  @Test("A canvas of another size than the screen does no harm, and leaves nothing of the one before.")
  func otherSizes() throws {
    let recorder = try Recorder(.indexed256, width: 20, height: 5)
    defer { recorder.screen.end() }
    let palette = Palette(theme: .builtin, depth: .indexed256, isUnicode: true)
    var virtual = VirtualScreen(width: 20, height: 5)
    for (width, height) in [(20, 5), (30, 9), (3, 2), (0, 0), (20, 5)] {
      let canvas = Self.everything(width: width, height: height)
      recorder.screen.present(canvas, palette: palette)
      virtual.feed(recorder.bytes())
      #expect(virtual.difference(from: canvas, palette: palette) == nil, "\(width)x\(height)")
    }
  }

  @Test("Wide characters and marks are sent whole, and stepping over them leaves nothing behind.")
  func wide() throws {
    let recorder = try Recorder(.indexed256, width: 12, height: 1)
    defer { recorder.screen.end() }
    let palette = Palette(theme: .builtin, depth: .indexed256, isUnicode: true)
    var virtual = VirtualScreen(width: 12, height: 1)
    for text in ["a日e\u{301}b", "日本語日本", " 日本語b", "ab日", "日", "abcdefghijkl", "한국어 x"] {
      var canvas = Canvas(width: 12, height: 1)
      canvas.write(text, x: 0, y: 0)
      recorder.screen.present(canvas, palette: palette)
      virtual.feed(recorder.bytes())
      #expect(virtual.text == text)
      #expect(virtual.difference(from: canvas, palette: palette) == nil)
      #expect(virtual.unknown == [])
    }
  }

  @Test("Without Unicode a wide character is a question mark as wide as it.")
  func wideAsASCII() throws {
    let recorder = try Recorder(.indexed256, width: 12, height: 1)
    defer { recorder.screen.end() }
    var canvas = Canvas(width: 12, height: 1)
    canvas.write("a日本e\u{301}b", x: 0, y: 0)
    recorder.screen.present(canvas, palette: Palette(theme: .builtin, depth: .indexed256, isUnicode: false))
    var virtual = VirtualScreen(width: 12, height: 1)
    virtual.feed(recorder.bytes())
    #expect(virtual.text == "a? ? eb")
  }

  @Test("A character that the system counts otherwise becomes a question mark.")
  func odd() throws {
    let recorder = try Recorder(.indexed256, width: 10, height: 1)
    defer { recorder.screen.end() }
    var canvas = Canvas(width: 10, height: 1)
    for (x, scalar) in "a\u{301}\u{202E}\u{200B}b".unicodeScalars.enumerated() {
      canvas[x, 0] = Cell(scalar)
    }
    recorder.screen.present(canvas, palette: Palette(theme: .builtin, depth: .indexed256, isUnicode: true))
    var virtual = VirtualScreen(width: 10, height: 1)
    virtual.feed(recorder.bytes())
    #expect(virtual.text == "a???b")
  }

  @Test("A terminal that the system doesn't know is an error.")
  func unknownTerm() {
    #expect(throws: TerminalError.unknownTerm("no-such-terminal")) {
      try Terminfo.colours(of: "no-such-terminal")
    }
    #expect(throws: TerminalError.cursorCannotMove("dumb")) { try Terminfo.colours(of: "dumb") }
  }
}
