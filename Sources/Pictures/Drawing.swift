import Canvas
import Theme

/// A canvas with every colour known, as SVG and HTML need it.
struct Drawing {
  /// Neighbours in a row that look alike.
  struct Stretch: Equatable {
    let start: Int
    var letters: [Letter]
    let paint: Paint
    var columns: Int { letters.reduce(0) { $0 + $1.columns } }
  }

  /// A character with what joins it.
  struct Letter: Equatable {
    let scalar: Unicode.Scalar
    let marks: [Unicode.Scalar]
    /// One or two.
    let columns: Int

    var scalars: [Unicode.Scalar] { [scalar] + marks }
  }

  /// How a cell looks, whatever its character.
  struct Paint: Hashable {
    let text: Colour
    /// nil where it is the page's own.
    let ground: Colour?
    let isBold: Bool
    let isUnderlined: Bool
  }

  let width: Int
  let rows: [[Stretch]]
  let background: Colour
  let foreground: Colour
  let isLight: Bool

  var height: Int { rows.count }

  init(_ canvas: Canvas, _ look: PictureLook) {
    let palette = Palette(
      theme: look.theme, depth: look.depth, isUnicode: look.isUnicode, paintsBackground: true)
    width = canvas.width
    background = look.theme.background
    foreground = look.theme.foreground
    isLight = look.theme.variant == .light
    let paints = palette.styles.map { Paint($0, in: look.theme) }
    rows = (0..<canvas.height).map { y in
      var row: [Stretch] = []
      for x in 0..<canvas.width {
        let cell = canvas[x, y]
        let (scalar, paint) = (palette.scalar(of: cell), paints[palette.styleIndex(of: cell)])
        guard scalar != Cell.covered else { continue }
        let isLead = palette.scalar(of: canvas[x + 1, y]) == Cell.covered
        let letter = Letter(scalar: scalar, marks: palette.marks(of: cell), columns: isLead ? 2 : 1)
        if row.last?.paint == paint {
          row[row.count - 1].letters.append(letter)
        } else {
          row.append(Stretch(start: x, letters: [letter], paint: paint))
        }
      }
      return row
    }
  }
}

extension Drawing.Paint {
  init(_ style: Style, in theme: Theme) {
    var text = theme.colour(of: style.foreground) ?? theme.foreground
    var ground = theme.colour(of: style.background) ?? theme.background
    if style.attributes.contains(.reverse) { swap(&text, &ground) }
    self.text = text
    self.ground = ground == theme.background ? nil : ground
    isBold = style.attributes.contains(.bold)
    isUnderlined = style.attributes.contains(.underline)
  }
}

extension Theme {
  /// The colour that an ink has where this theme is the terminal's own; nil for the standard one.
  ///
  /// - Source: tinted-theming, `styling.md` 0.4.2, the first eight colours of a terminal.
  fileprivate func colour(of ink: Ink) -> Colour? {
    switch ink {
    case .standard: nil
    case .index(let index) where index < 8:
      self[[.base00, .base08, .base0B, .base0A, .base0D, .base0E, .base0C, .base05][Int(index)]]
    case .index(let index): Colour(xterm: index)
    case .rgb(let red, let green, let blue): Colour(red, green, blue)
    }
  }
}
