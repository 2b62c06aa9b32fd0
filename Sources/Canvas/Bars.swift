/// Bars and small plots in characters of width one.
package enum Bars {
  /// One of eight heights, `▁` … `█`, for a fraction of the whole; the lowest for nothing.
  package static func height(_ fraction: Float) -> Unicode.Scalar {
    guard fraction > 0 else { return "▁" }
    let eighths = max(1, Int((min(1, fraction) * 8).rounded(.up)))
    return Unicode.Scalar(UInt32(0x2580 + eighths)) ?? "█"
  }

  /// A height as above for a positive fraction; for a negative one, so that the sign needs no colour, one of four
  /// heights in dots, `⣀` … `⣿`.
  package static func signedHeight(_ fraction: Float) -> Unicode.Scalar {
    guard fraction < 0 else { return height(fraction) }
    return (["⣀", "⣤", "⣶", "⣿"] as [Unicode.Scalar])[max(0, Int((min(1, -fraction) * 4).rounded(.up)) - 1)]
  }
}

extension Canvas {
  /// Draws a signed bar from a middle line: to the right for positive, to the left for negative values.
  ///
  /// - Parameters:
  ///   - fraction: -1…1 of the half width; NaN draws `!` beside the line.
  ///   - width: Columns of the whole, with the middle line; odd.
  package mutating func signedBar(_ fraction: Float, x: Int, y: Int, width: Int) {
    let half = width / 2
    let middle = x + half
    self[middle, y] = Cell("│", role: .rule)
    guard fraction.isFinite else {
      self[middle + 1, y] = Cell("!", role: .error)
      return
    }
    let length = Int((min(1, abs(fraction)) * Float(half)).rounded())
    let start = fraction < 0 ? middle - length : middle + 1
    fill("▓", x: start, y: y, count: length, role: fraction < 0 ? .negative : .positive)
  }
}
