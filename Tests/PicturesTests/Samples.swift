import Canvas
import Theme

@testable import Pictures

/// A canvas with everything that a picture must get right.
enum Samples {
  static let canvas: Canvas = {
    var canvas = Canvas(width: 24, height: 7)
    canvas.write("a<b> & \"c\" 'd'", x: 0, y: 0, role: .title)
    canvas.fill("─", x: 0, y: 1, count: 24, role: .rule)
    canvas[11, 1] = Cell("┬", role: .rule)
    canvas.write("▸+0.25", x: 1, y: 2, role: .result)
    canvas[11, 2] = Cell("│", role: .rule)
    canvas.write("*-0.50 é⏎", x: 13, y: 2, role: .edited)
    for level in -5...5 { canvas[level + 6, 3] = Cell(role: .heatSigned, level: Int8(level * 6)) }
    for level in 0...5 { canvas[level + 14, 3] = Cell(role: .heatGate, level: Int8(level * 6)) }
    canvas[22, 3] = Cell("!", role: .heatSigned)
    for (place, text) in ["+.9", "-.4"].enumerated() {
      for (column, scalar) in text.unicodeScalars.enumerated() {
        canvas[place * 4 + column, 4] = Cell(
          scalar, role: .heatSigned, level: place == 0 ? 30 : -12, isMarked: place == 1)
      }
    }
    canvas.signedBar(-0.5, x: 9, y: 4, width: 9)
    canvas.write("▁▃█ cursor", x: 0, y: 5, role: .cursor)
    canvas[20, 5] = Cell("\u{1B}", role: .plain)
    canvas.write("日e\u{301}", x: 21, y: 5)
    return canvas
  }()

  static let looks: [PictureLook] = [Theme.builtin, .builtinLight].flatMap { theme in
    ColourDepth.allCases.map { PictureLook(theme: theme, depth: $0) }
  }

  /// The characters of each row as a picture shows them.
  static func rows(_ canvas: Canvas, _ look: PictureLook) -> [String] {
    let palette = Palette(theme: look.theme, depth: look.depth, isUnicode: look.isUnicode)
    return (0..<canvas.height).map { y in
      var scalars = String.UnicodeScalarView()
      for x in 0..<canvas.width where palette.scalar(of: canvas[x, y]) != Cell.covered {
        scalars.append(palette.scalar(of: canvas[x, y]))
        scalars.append(contentsOf: palette.marks(of: canvas[x, y]))
      }
      return String(scalars)
    }
  }

  /// The columns in which something is written, row by row.
  static func columns(_ canvas: Canvas, _ look: PictureLook) -> [Int] {
    let palette = Palette(theme: look.theme, depth: look.depth, isUnicode: look.isUnicode)
    return (0..<canvas.height).flatMap { y in
      (0..<canvas.width).filter { ![" ", Cell.covered].contains(palette.scalar(of: canvas[$0, y])) }
    }
  }
}
