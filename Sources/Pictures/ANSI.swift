import Canvas
import Theme

/// A canvas as a terminal would be sent it line by line, without moving the cursor: it can be shown by `cat`.
///
/// Every line ends in the terminal's own style, so that what is printed behind it is not coloured.
///
/// - Source: ECMA-48, 8.3.117, SGR; ITU-T T.416, 13.1.8, with the semicolons that every terminal takes.
func terminalLines(of canvas: Canvas, _ look: PictureLook) -> String {
  let palette = Palette(
    theme: look.theme, depth: look.depth, isUnicode: look.isUnicode, paintsBackground: look.paintsBackground)
  var text = ""
  for y in 0..<canvas.height {
    var cells = (0..<canvas.width).map { palette.appearance(of: canvas[$0, y]) }
    while let last = cells.last, last.isInvisible { cells.removeLast() }
    var style = Style()
    for cell in cells where cell.scalar != Cell.covered {
      if cell.style != style {
        text += cell.style.sequence
        style = cell.style
      }
      text.unicodeScalars.append(cell.scalar)
      text.unicodeScalars.append(contentsOf: cell.marks)
    }
    if style != Style() { text += Style().sequence }
    text += "\n"
  }
  return text
}

extension Appearance {
  /// Whether it looks like a place where nothing was printed.
  fileprivate var isInvisible: Bool { scalar == " " && background == .standard && attributes.isEmpty }
}

extension Style {
  /// What brings a terminal from any style to this one.
  fileprivate var sequence: String {
    var codes = ["0"]
    if attributes.contains(.bold) { codes.append("1") }
    if attributes.contains(.underline) { codes.append("4") }
    if attributes.contains(.reverse) { codes.append("7") }
    codes += Self.codes(foreground, base: 30) + Self.codes(background, base: 40)
    return "\u{1B}[\(codes.joined(separator: ";"))m"
  }

  /// - Parameter base: 30 for the text's colour, 40 for the background's.
  private static func codes(_ ink: Ink, base: Int) -> [String] {
    switch ink {
    case .standard: []
    case .index(let index) where index < 8: ["\(base + Int(index))"]
    case .index(let index): ["\(base + 8)", "5", "\(index)"]
    case .rgb(let red, let green, let blue): ["\(base + 8)", "2", "\(red)", "\(green)", "\(blue)"]
    }
  }
}
