/// A character that must meet its neighbours: a line of a box or a block. It is drawn, because what a font has for
/// it leaves gaps between the rows of a page; the character itself stands under it, to be selected and read.
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
    default:
      guard let arms = Self.arms[scalar] else { return nil }
      parts = arms
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
