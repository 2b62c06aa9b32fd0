/// How many colours can be shown.
package enum ColourDepth: String, CaseIterable, Sendable {
  /// None, or none wanted.
  case none
  /// The terminal's own first eight.
  case eight
  /// The 240 fixed entries of the xterm palette.
  case indexed256
  /// 24 bits.
  case direct
}

/// A colour as it is sent.
package enum Ink: Hashable, Sendable {
  /// The terminal's own text colour, or its own background.
  case standard
  case index(UInt8)
  case rgb(UInt8, UInt8, UInt8)
}

package struct Attributes: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let bold = Attributes(rawValue: 1)
  package static let underline = Attributes(rawValue: 2)
  package static let reverse = Attributes(rawValue: 4)
}

/// How a cell looks but for its character.
package struct Style: Hashable, Sendable {
  package var foreground: Ink = .standard
  package var background: Ink = .standard
  package var attributes: Attributes = []

  package init(foreground: Ink = .standard, background: Ink = .standard, attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// How a cell looks: what the terminal, or a picture, has to show.
package struct Appearance: Hashable, Sendable {
  /// `Cell.covered` where the character before is shown in two columns.
  package var scalar: Unicode.Scalar
  /// What joins it.
  package var marks: [Unicode.Scalar] = []
  package var style: Style

  package init(_ scalar: Unicode.Scalar = " ", style: Style = Style()) {
    self.scalar = scalar
    self.style = style
  }

  package var foreground: Ink { style.foreground }
  package var background: Ink { style.background }
  package var attributes: Attributes { style.attributes }
}
