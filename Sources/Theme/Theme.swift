/// The colours of a base16 scheme, and of the two heat ramps that lstmscope adds to it.
package struct Theme: Equatable, Sendable {
  /// The sixteen places of a base16 scheme.
  ///
  /// - Source: tinted-theming, `styling.md` 0.4.2.
  package enum Slot: Int, CaseIterable, Sendable {
    case base00, base01, base02, base03, base04, base05, base06, base07
    case base08, base09, base0A, base0B, base0C, base0D, base0E, base0F
  }

  package enum Variant: String, Sendable {
    case dark, light
  }

  /// The ends and the middle of the ramp for signed values.
  package struct Heat: Equatable, Sendable {
    package var negative: Colour
    package var zero: Colour
    package var positive: Colour
  }

  /// The ramp for gates: shut, half open, open.
  package struct Gate: Equatable, Sendable {
    package var low: Colour
    package var middle: Colour
    package var high: Colour
  }

  package let name: String
  package let author: String
  package let heat: Heat
  package let gate: Gate
  private let slots: [Colour]

  /// - Parameters:
  ///   - slots: Sixteen colours, base00 first.
  ///   - heat: The ramp for signed values; made of base0D, base01 and base09 if nil.
  ///   - gate: The ramp for gates; made of base01 and base0B if nil.
  package init(name: String, author: String, slots: [Colour], heat: Heat? = nil, gate: Gate? = nil) {
    precondition(slots.count == Slot.allCases.count, "A base16 scheme has sixteen colours.")
    self.name = name
    self.author = author
    self.slots = slots
    self.heat = heat ?? Heat(slots: slots)
    self.gate = gate ?? Gate(slots: slots)
  }

  package subscript(slot: Slot) -> Colour { slots[slot.rawValue] }

  package var background: Colour { self[.base00] }
  package var foreground: Colour { self[.base05] }

  /// What the colours are, whatever the file says: light if the background is lighter than the text.
  package var variant: Variant { background.luminance > foreground.luminance ? .light : .dark }
}

extension Theme.Heat {
  /// Blue to orange, which those who can't tell red from green can tell apart: far enough from zero for many steps, and
  /// of so much colour that the signs differ from a quarter of the strength on, however pale the scheme is.
  init(slots: [Colour]) {
    let zero = slots[Theme.Slot.base01.rawValue]
    negative = slots[Theme.Slot.base0D.rawValue].vivid(chroma: 0.15).readable(on: zero, contrast: 5)
    self.zero = zero
    positive = slots[Theme.Slot.base09.rawValue].vivid(chroma: 0.15).readable(on: zero, contrast: 5)
  }
}

extension Theme.Gate {
  init(slots: [Colour]) {
    low = slots[Theme.Slot.base01.rawValue]
    high = slots[Theme.Slot.base0B.rawValue].readable(on: low, contrast: 5)
    middle = low.mixed(with: high, 0.5)
  }
}
