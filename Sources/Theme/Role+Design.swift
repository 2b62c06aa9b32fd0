import Canvas

/// How a role is told from the others, with many colours, eight, or none.
struct Design {
  /// Where in a theme the text's colour comes from.
  enum Source {
    /// The colour of running text.
    case standard
    case slot(Theme.Slot)
    case heatNegative, heatPositive, gateHigh
  }

  var source: Source = .standard
  /// The least contrast with the background.
  var contrast = 4.5
  /// Whether the cell stands on the background of selections.
  var isBanded = false
  /// The entry of the terminal's own eight colours, on a dark and on a light background.
  var eight: (dark: UInt8, light: UInt8)?
  /// Beside the colour.
  var attributes: Attributes = []
  /// In place of the colour.
  var monochrome: Attributes = []

  func colour(in theme: Theme) -> Colour {
    switch source {
    case .standard: theme.foreground
    case .slot(let slot): theme[slot]
    case .heatNegative: theme.heat.negative
    case .heatPositive: theme.heat.positive
    case .gateHigh: theme.gate.high
    }
  }
}

extension Role {
  /// The seven that can stand side by side in one row (key, accent, result, operand, cursor, edited, input) each have
  /// their own mixture of bold, underline and reverse, so that nothing is told by colour alone. Among the eight
  /// colours yellow and cyan can't be read on white, nor blue on black.
  var design: Design {
    switch self {
    case .plain, .heatSigned, .heatGate:
      Design()
    case .dim:
      Design(source: .slot(.base03))
    case .bright:
      Design(source: .slot(.base07), attributes: .bold, monochrome: .bold)
    case .accent:
      Design(source: .slot(.base0A), eight: (3, 5), attributes: .bold, monochrome: [.bold, .reverse])
    case .title:
      Design(source: .slot(.base06), attributes: .bold, monochrome: .bold)
    case .rule:
      Design(source: .slot(.base03), contrast: 3)
    case .key:
      Design(source: .slot(.base0D), eight: (6, 4), attributes: .bold, monochrome: .bold)
    case .result:
      Design(
        source: .slot(.base0B), eight: (2, 2), attributes: .bold, monochrome: [.bold, .underline])
    case .operand:
      Design(source: .slot(.base0C), eight: (6, 4), monochrome: .underline)
    case .cursor:
      Design(source: .slot(.base07), isBanded: true, attributes: .bold, monochrome: .reverse)
    case .edited:
      Design(
        source: .slot(.base0E), eight: (5, 5), attributes: .underline,
        monochrome: [.bold, .underline, .reverse])
    case .missing:
      Design(source: .slot(.base03))
    case .positive:
      Design(source: .heatPositive, contrast: 3, eight: (3, 1))
    case .negative:
      Design(source: .heatNegative, contrast: 3, eight: (6, 4))
    case .gate:
      Design(source: .gateHigh, contrast: 3, eight: (2, 2))
    case .warning:
      Design(source: .slot(.base09), eight: (3, 1), monochrome: .bold)
    case .error:
      Design(source: .slot(.base08), eight: (1, 1), attributes: .bold, monochrome: [.bold, .reverse])
    case .input:
      Design(
        source: .slot(.base06), isBanded: true, attributes: .underline, monochrome: [.underline, .reverse])
    }
  }
}
