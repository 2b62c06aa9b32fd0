import Canvas

/// Makes the styles of a palette.
struct Painter {
  let theme: Theme
  let depth: ColourDepth
  let paintsBackground: Bool

  /// For each role its style and its style when marked.
  func roleStyles() -> [Style] {
    Role.allCases.flatMap { role in
      [style(role.design, isMarked: false), style(role.design, isMarked: true)]
    }
  }

  private func style(_ design: Design, isMarked: Bool) -> Style {
    switch depth {
    case .none:
      let attributes = design.monochrome
      return Style(attributes: isMarked ? attributes.symmetricDifference(.reverse) : attributes)
    case .eight:
      let entry = design.eight.map { theme.variant == .dark ? $0.dark : $0.light }
      let isReversed = design.isBanded != isMarked
      return Style(
        foreground: entry.map(Ink.index) ?? .standard,
        attributes: isReversed ? design.attributes.union(.reverse) : design.attributes)
    case .indexed256, .direct:
      let isBanded = design.isBanded || isMarked
      let ground = shown(theme[isBanded ? .base02 : .base00])
      let text = design.colour(in: theme).readable(on: ground, contrast: design.contrast)
      let isPlain = if case .standard = design.source { !isBanded && !paintsBackground } else { false }
      return Style(
        foreground: isPlain ? .standard : ink(text, on: ground, contrast: design.contrast),
        background: isBanded ? ink(theme[.base02]) : standardBackground,
        attributes: design.isBanded && isMarked ? design.attributes.union(.reverse) : design.attributes)
    }
  }

  /// For levels -31…31 the styles of a cell of signed values: blank, with a character, and marked.
  func signedStyles() -> [Style] {
    let negative = heatStyles([theme.heat.zero, theme.heat.negative], of: Role.negative.design)
    let positive = heatStyles([theme.heat.zero, theme.heat.positive], of: Role.positive.design)
    return negative.dropFirst().reversed().flatMap { $0 } + positive.flatMap { $0 }
  }

  /// For levels 0…31 the styles of a cell of gates: blank, with a character, and marked.
  func gateStyles() -> [Style] {
    heatStyles([theme.gate.low, theme.gate.middle, theme.gate.high], of: Role.gate.design).flatMap { $0 }
  }

  private func heatStyles(_ stops: [Colour], of design: Design) -> [[Style]] {
    switch depth {
    case .none:
      return Array(repeating: [Style(), Style(), Style(attributes: .reverse)], count: Ramp.levels)
    case .eight:
      let coloured = style(design, isMarked: false)
      return [[Style(), Style(), Style(attributes: .reverse)]]
        + Array(repeating: [coloured, coloured, style(design, isMarked: true)], count: Ramp.levels - 1)
    case .indexed256:
      return Ramp.indices(Ramp.colours(stops)).map { filled(.index($0), Colour(xterm: $0)) }
    case .direct:
      return Ramp.colours(stops).map { filled(ink($0), $0) }
    }
  }

  /// A cell filled with a colour; black or white on it, whichever reads better, for a character or for the mark.
  /// A blank needs no colour for text, and without one a heat map is half as many bytes.
  private func filled(_ background: Ink, _ colour: Colour) -> [Style] {
    let (black, white) = (Colour(0, 0, 0), Colour(255, 255, 255))
    let text = ink(colour.contrast(with: black) > colour.contrast(with: white) ? black : white)
    return [
      Style(background: background),
      Style(foreground: text, background: background),
      Style(foreground: text, background: background, attributes: [.bold, .underline]),
    ]
  }

  private var standardBackground: Ink { paintsBackground ? ink(theme.background) : .standard }

  private func ink(_ colour: Colour) -> Ink {
    depth == .direct
      ? .rgb(colour.red, colour.green, colour.blue) : .index(XtermEntry.nearest(colour))
  }

  private func ink(_ text: Colour, on ground: Colour, contrast: Double) -> Ink {
    depth == .direct
      ? .rgb(text.red, text.green, text.blue)
      : .index(XtermEntry.nearest(text, on: ground, contrast: contrast))
  }

  /// The colour that is in fact seen where a colour of the theme is asked for.
  private func shown(_ colour: Colour) -> Colour {
    depth == .direct ? colour : Colour(xterm: XtermEntry.nearest(colour))
  }
}
