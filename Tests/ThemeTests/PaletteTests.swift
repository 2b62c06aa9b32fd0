import Canvas
import Testing

@testable import Theme

@Suite struct PaletteTests {
  func palette(_ depth: ColourDepth, isUnicode: Bool = true, theme: Theme = .builtin) -> Palette {
    Palette(theme: theme, depth: depth, isUnicode: isUnicode)
  }

  @Test("Plain text keeps the terminal's own colours.", arguments: ColourDepth.allCases)
  func plain(depth: ColourDepth) {
    #expect(palette(depth).appearance(of: Cell("a")) == Appearance("a"))
  }

  @Test("A theme that was asked for paints its background.")
  func painted() {
    let palette = Palette(theme: .builtinLight, depth: .direct, isUnicode: true, paintsBackground: true)
    #expect(palette.appearance(of: Cell("a")).background == .rgb(0xFA, 0xFA, 0xF7))
    #expect(palette.appearance(of: Cell("a")).foreground == .rgb(0x2B, 0x2F, 0x36))
  }

  @Test("Without colour the roles that stand side by side differ by bold, underline and reverse.")
  func monochrome() {
    let roles: [Role] = [.plain, .key, .accent, .result, .operand, .cursor, .edited, .input]
    let attributes = roles.map { palette(.none).appearance(of: Cell("a", role: $0)).attributes }
    #expect(Set(attributes).count == roles.count)
    for role in Role.allCases {
      for isMarked in [false, true] {
        let appearance = palette(.none).appearance(of: Cell("a", role: role, isMarked: isMarked))
        #expect(appearance.foreground == .standard && appearance.background == .standard)
      }
    }
  }

  @Test("With colours those roles differ too.", arguments: [ColourDepth.eight, .indexed256, .direct])
  func coloured(depth: ColourDepth) {
    let roles: [Role] = [.plain, .key, .accent, .result, .operand, .cursor, .edited, .input]
    for theme in [Theme.builtin, .builtinLight] {
      let styles = roles.map { palette(depth, theme: theme).appearance(of: Cell("a", role: $0)).style }
      #expect(Set(styles).count == roles.count)
    }
  }

  @Test("Eight colours are the terminal's own eight.")
  func eight() {
    for style in palette(.eight).styles {
      #expect(style.background == .standard)
      if case .index(let index) = style.foreground { #expect(index < 8) }
    }
  }

  @Test(
    "A marked cell looks different in every role and at every level.", arguments: ColourDepth.allCases,
    [true, false])
  func marked(depth: ColourDepth, isUnicode: Bool) {
    let palette = palette(depth, isUnicode: isUnicode)
    for role in Role.allCases {
      for level in role == .heatSigned ? -31...31 : role == .heatGate ? 0...31 : 0...0 {
        let cell = Cell(" ", role: role, level: Int8(level))
        var marked = cell
        marked.isMarked = true
        #expect(palette.appearance(of: cell) != palette.appearance(of: marked), "\(role) \(level)")
      }
    }
  }

  @Test(
    "The sign of a heat cell shows without colour, in two families of characters.", arguments: [true, false])
  func families(isUnicode: Bool) {
    let palette = palette(.none, isUnicode: isUnicode)
    func glyph(_ level: Int) -> Unicode.Scalar {
      palette.scalar(of: Cell(role: .heatSigned, level: Int8(level)))
    }
    #expect(glyph(0) == ".")
    #expect([1, 9, 17, 31].map(glyph) == (isUnicode ? ["░", "▒", "▓", "█"] : ["+", "*", "#", "@"]))
    #expect([-1, -9, -17, -31].map(glyph) == (isUnicode ? ["⠂", "⠒", "⠶", "⣿"] : ["-", "~", "=", "%"]))
  }

  @Test("With enough colours a heat cell is filled; a character that says something stays.")
  func filled() {
    let palette = palette(.direct)
    let full = palette.appearance(of: Cell("█", role: .heatSigned, level: 31))
    #expect(full.scalar == " ")
    #expect(full.background == .rgb(0xFF, 0x9D, 0x42))
    #expect(palette.appearance(of: Cell("7", role: .heatSigned, level: 31)).scalar == "7")
  }

  @Test("A NaN in a heat map is an error, at every depth.", arguments: ColourDepth.allCases)
  func nan(depth: ColourDepth) {
    for role in [Role.heatSigned, .heatGate] {
      let appearance = palette(depth).appearance(of: Cell("!", role: role, level: 20))
      #expect(appearance == palette(depth).appearance(of: Cell("!", role: .error)))
    }
  }

  @Test("A level out of range is the last one.")
  func outOfRange() {
    let palette = palette(.direct)
    for role in [Role.heatSigned, .heatGate] {
      for level in [Int8.min, -32, 32, .max] {
        let clamped = Int8(max(role == .heatGate ? 0 : -31, min(31, Int(level))))
        #expect(
          palette.appearance(of: Cell(role: role, level: level))
            == palette.appearance(of: Cell(role: role, level: clamped)))
      }
    }
  }

  @Test("In ASCII mode nothing else comes out, and what the views draw has a likeness.")
  func ascii() {
    for depth in ColourDepth.allCases {
      let palette = palette(depth, isUnicode: false)
      for value in (UInt32(0)...0x2FFF) {
        guard let scalar = Unicode.Scalar(value) else { continue }
        for role in [Role.plain, .heatSigned] {
          let shown = palette.scalar(of: Cell(scalar, role: role, level: -9)).value
          #expect((0x20..<0x7F).contains(shown))
        }
      }
    }
    let drawn = "▸▶◀·…│─┬┴┌┐└┘├┤┼‹›⇒←→↑↓⏎≈≠≥≤Δ×⊙█▓▒░▁▂▃▄▅▆▇█▏▎▍▌▋▊▉█“”’—–▼▲⠂⠒⠶⣿äöüßéλσ"
    let palette = palette(.none, isUnicode: false)
    for scalar in drawn.unicodeScalars {
      #expect(palette.scalar(of: Cell(scalar)) != "?", "\(scalar)")
    }
    #expect(palette.scalar(of: Cell("日")) == "?")
  }

  @Test("A control character of a model's file never reaches the terminal.", arguments: [true, false])
  func controls(isUnicode: Bool) {
    let palette = palette(.direct, isUnicode: isUnicode)
    for value in [UInt32](1..<0x20) + [UInt32](0x7F...0x9F) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for role in [Role.plain, .heatGate] {
        #expect(palette.scalar(of: Cell(scalar, role: role)) == "?")
      }
    }
  }
}
