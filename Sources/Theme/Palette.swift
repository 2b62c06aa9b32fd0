package import Canvas

/// What a theme looks like on one terminal: a finished style for every role and level.
///
/// The background of the terminal is left as it is unless `paintsBackground` is set. A person's terminal has the
/// background that the person likes, a translucent one perhaps, and a theme chosen to go with it; the program paints
/// over it only where the theme was asked for by name or does not go with it.
package struct Palette: Equatable, Sendable {
  package let depth: ColourDepth
  package let isUnicode: Bool
  package let paintsBackground: Bool
  /// Every style there is; `styleIndex(of:)` finds a cell's. The terminal turns them into its own, once.
  package let styles: [Style]

  /// - Parameter isUnicode: Whether characters outside ASCII can be shown.
  package init(theme: Theme, depth: ColourDepth, isUnicode: Bool, paintsBackground: Bool = false) {
    self.depth = depth
    self.isUnicode = isUnicode
    self.paintsBackground = paintsBackground
    let painter = Painter(theme: theme, depth: depth, paintsBackground: paintsBackground)
    styles = painter.roleStyles() + painter.signedStyles() + painter.gateStyles()
  }

  /// How a cell is to be shown.
  package func appearance(of cell: Cell) -> Appearance {
    var appearance = Appearance(scalar(of: cell), style: styles[styleIndex(of: cell)])
    appearance.marks = marks(of: cell)
    return appearance
  }

  /// The place of a cell's style in `styles`.
  package func styleIndex(of cell: Cell) -> Int {
    let level = max(-31, min(31, Int(cell.level)))
    if cell.scalar != "!" {
      let kind = cell.isMarked ? 2 : Glyphs.isFilling(cell.scalar) ? 0 : 1
      if cell.role == .heatSigned { return Self.signedStart + (level + 31) * 3 + kind }
      if cell.role == .heatGate { return Self.gateStart + max(0, level) * 3 + kind }
    }
    let role = Self.isHeat(cell.role) ? Role.error : cell.role
    return Int(role.rawValue) * 2 + (cell.isMarked ? 1 : 0)
  }

  /// The character that is shown for a cell: always of the character set at hand, never a control character.
  ///
  /// - Returns: `Cell.covered` where the character before is shown in two columns; where it is not, a blank.
  package func scalar(of cell: Cell) -> Unicode.Scalar {
    if cell.isCovered { return isUnicode ? Cell.covered : " " }
    let scalar = Self.isHeat(cell.role) ? heatScalar(of: cell) : cell.scalar
    if Glyphs.isControl(scalar) { return "?" }
    return isUnicode ? scalar : Glyphs.ascii(scalar)
  }

  /// What joins that character.
  package func marks(of cell: Cell) -> [Unicode.Scalar] { isUnicode ? cell.marks.scalars : [] }

  private func heatScalar(of cell: Cell) -> Unicode.Scalar {
    guard Glyphs.isFilling(cell.scalar) else { return cell.scalar }
    switch depth {
    case .direct, .indexed256: return " "
    case .eight, .none: break
    }
    let level = cell.role == .heatGate ? max(0, Int(cell.level)) : Int(cell.level)
    let glyph = Glyphs.heat(level: level, isUnicode: isUnicode)
    // A full block in reverse would look empty.
    return cell.isMarked && glyph == "█" ? "▓" : glyph
  }

  private static func isHeat(_ role: Role) -> Bool { role == .heatSigned || role == .heatGate }

  /// Two styles a role, plain and marked; three a level, blank, with a character, and marked.
  private static let signedStart = Role.allCases.count * 2
  private static let gateStart = signedStart + 63 * 3
}
