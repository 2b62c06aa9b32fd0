/// A character that must meet its neighbours, a line of a box or a block, or that few fonts have in the width of their
/// letters, as Braille's dots. It is drawn, because what a font has for it leaves gaps between the rows of a page; the
/// character itself stands under it, to be selected and read.
struct DrawnCharacter {
  /// A part of the square, in fractions of its width and height from the upper left corner.
  struct Part: Equatable {
    enum Kind: Equatable { case horizontal, vertical, block }

    let kind: Kind
    let left: Double
    let top: Double
    let right: Double
    let bottom: Double
  }

  let parts: [Part]
  /// How much of the colour covers the square: less than 1 for the shades.
  var opacity = 1.0

  /// Whether equal ones side by side are one wide one.
  var isTiling: Bool { parts.allSatisfy { $0.left == 0 && $0.right == 1 } }

  /// nil for a character that the font draws.
  init?(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x2581...0x2588:
      parts = [.block(top: Double(0x2588 - scalar.value) / 8)]
    case 0x2589...0x258F:
      parts = [.block(right: Double(0x2590 - scalar.value) / 8)]
    case 0x2580: parts = [.block(bottom: 0.5)]
    case 0x2590: parts = [.block(left: 0.5)]
    case 0x2591...0x2593:
      parts = [.block()]
      opacity = Double(scalar.value - 0x2590) / 4
    case 0x2801...0x28FF: parts = Self.dots(scalar.value - 0x2800)
    default:
      guard let arms = Self.arms[scalar] else { return nil }
      parts = arms
    }
  }

  /// Dots of Braille, by the bits of the character's number.
  ///
  /// - Source: Unicode 15, chart of U+2800 to U+28FF: dots 1 2 3 and 7 on the left, 4 5 6 and 8 on the right.
  private static func dots(_ bits: UInt32) -> [Part] {
    let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    return places.enumerated().filter { bits >> $0.offset & 1 == 1 }.map { _, place in
      let (left, top) = (0.125 + 0.5 * Double(place.0), 0.0625 + 0.25 * Double(place.1))
      return .block(left: left, top: top, right: left + 0.25, bottom: top + 0.125)
    }
  }

  /// The lines of boxes, by the arms that leave their middle.
  private static let arms: [Unicode.Scalar: [Part]] = {
    let left = Part(kind: .horizontal, left: 0, top: 0.5, right: 0.5, bottom: 0.5)
    let right = Part(kind: .horizontal, left: 0.5, top: 0.5, right: 1, bottom: 0.5)
    let across = Part(kind: .horizontal, left: 0, top: 0.5, right: 1, bottom: 0.5)
    let up = Part(kind: .vertical, left: 0.5, top: 0, right: 0.5, bottom: 0.5)
    let down = Part(kind: .vertical, left: 0.5, top: 0.5, right: 0.5, bottom: 1)
    let along = Part(kind: .vertical, left: 0.5, top: 0, right: 0.5, bottom: 1)
    return [
      "─": [across], "│": [along], "┌": [right, down], "┐": [left, down], "└": [right, up], "┘": [left, up],
      "├": [along, right], "┤": [along, left], "┬": [across, down], "┴": [across, up], "┼": [across, along],
    ]
  }()
}

extension DrawnCharacter.Part {
  fileprivate static func block(
    left: Double = 0, top: Double = 0, right: Double = 1, bottom: Double = 1
  ) -> Self {
    Self(kind: .block, left: left, top: top, right: right, bottom: bottom)
  }
}
