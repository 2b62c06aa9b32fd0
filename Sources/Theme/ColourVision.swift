/// How a colour looks to somebody who lacks one kind of cone, or on paper without colours.
///
/// - Source: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color
///   Vision Deficiency", IEEE TVCG 15(6), 2009: the matrices of severity 1.0, for linear sRGB.
enum ColourVision: String, CaseIterable, Sendable {
  /// All three kinds of cones.
  case full
  /// Luminance alone.
  case grey
  case protanopia, deuteranopia, tritanopia

  private var matrix: [[Double]] {
    switch self {
    case .full: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .grey: Array(repeating: [0.2126, 0.7152, 0.0722], count: 3)
    case .protanopia:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
      ]
    case .deuteranopia:
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    case .tritanopia:
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    }
  }

  func seen(_ colour: Colour) -> Colour {
    let linear = [colour.red, colour.green, colour.blue].map(Colour.linear)
    let channels = matrix.map { row in
      Colour.encoded(zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 })
    }
    return Colour(channels[0], channels[1], channels[2])
  }
}
