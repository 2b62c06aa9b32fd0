import Canvas
import Theme

/// The characters of a canvas, one line a row, without blanks at the ends of lines.
///
/// Heat cells are the characters that a terminal without colours shows, in which sign and strength can be read.
func plainText(of canvas: Canvas, isUnicode: Bool) -> String {
  // No theme's colours are asked for.
  let palette = Palette(theme: .builtin, depth: .none, isUnicode: isUnicode)
  return (0..<canvas.height).map { y in
    var line = String.UnicodeScalarView()
    for x in 0..<canvas.width {
      let scalar = palette.scalar(of: canvas[x, y])
      guard scalar != Cell.covered else { continue }
      line.append(scalar)
      line.append(contentsOf: palette.marks(of: canvas[x, y]))
    }
    while line.last == " " { line.removeLast() }
    return String(line) + "\n"
  }.joined()
}
