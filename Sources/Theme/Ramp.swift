/// One arm of a heat ramp: a colour for each strength from none to full.
enum Ramp {
  /// The strengths of a heat cell: `Cell.level` without its sign is 0…31.
  static let levels = 32

  /// The colours between stops that stand at even distances.
  static func colours(_ stops: [Colour]) -> [Colour] {
    precondition(stops.count > 1, "A ramp goes from one colour to another.")
    return (0..<levels).map { level in
      let place = Double(level) / Double(levels - 1) * Double(stops.count - 1)
      let start = min(stops.count - 2, Int(place))
      return stops[start].mixed(with: stops[start + 1], place - Double(start))
    }
  }

  /// The entries of the xterm palette that come nearest to an arm and, unlike the nearest entry for each colour by
  /// itself, never go back in luminance: neither in colours, nor in grey, nor for any kind of colour blindness. None is
  /// grey or of the other arm's hue, so that the sign can be seen.
  ///
  /// The best such sequence is found by dynamic programming; an entry follows another, or itself, if no eye sees it
  /// fainter.
  ///
  /// - Parameter colours: The arm, from the zero of the ramp to its end.
  /// - Complexity: O(levels · n²) for the n entries of the arm's hue, about 50.
  static func indices(_ colours: [Colour]) -> [UInt8] {
    guard let first = colours.first, let last = colours.last else { return [] }
    let (start, end) = (Oklab(first), Oklab(last))
    let isRising = end.lightness >= start.lightness
    let zero = XtermEntry(index: XtermEntry.nearest(first))
    let candidates = XtermEntry.all.filter {
      hasHue($0.lab, of: end, from: start) && $0.follows(zero, rising: isRising)
    }
    guard !candidates.isEmpty else { return colours.map(XtermEntry.nearest) }
    let before = candidates.map { entry in
      candidates.indices.filter { entry.follows(candidates[$0], rising: isRising) }
    }

    var costs = [Double](repeating: 0, count: candidates.count)
    var origins: [[Int]] = []
    for colour in colours.dropFirst().map(Oklab.init) {
      let origin = before.map { places in places.min { costs[$0] < costs[$1] } ?? 0 }
      costs = zip(candidates, origin).map { costs[$1] + $0.lab.squaredDistance(to: colour) }
      origins.append(origin)
    }
    var place = costs.indices.min { costs[$0] < costs[$1] } ?? 0
    var reversed: [UInt8] = []
    for origin in origins.reversed() {
      reversed.append(candidates[place].index)
      place = origin[place]
    }
    return [zero.index] + reversed.reversed()
  }

  /// Whether a colour lies within 60° of the direction in which an arm leaves the grey of its zero.
  ///
  /// An arm that stays grey has no hue, and takes any.
  private static func hasHue(_ colour: Oklab, of end: Oklab, from start: Oklab) -> Bool {
    let (endA, endB) = (end.a - start.a, end.b - start.b)
    let (a, b) = (colour.a - start.a, colour.b - start.b)
    let (endLength, length) = ((endA * endA + endB * endB).squareRoot(), (a * a + b * b).squareRoot())
    guard endLength > 0.03 else { return true }
    return length > 0.02 && colour.chroma > 0.02 && a * endA + b * endB > 0.5 * length * endLength
  }
}

/// An entry of the xterm palette whose colour is fixed.
struct XtermEntry: Sendable {
  let index: UInt8
  let colour: Colour
  let lab: Oklab
  /// The luminance that each kind of eye sees.
  private let luminances: [Double]

  init(index: UInt8) {
    self.index = index
    let colour = Colour(xterm: index)
    self.colour = colour
    lab = Oklab(colour)
    luminances = ColourVision.allCases.map { $0.seen(colour).luminance }
  }

  static let all: [XtermEntry] = (UInt8(16)...255).map(XtermEntry.init)

  /// Whether every kind of eye sees it at least as light as another or, falling, at least as dark.
  func follows(_ other: XtermEntry, rising isRising: Bool) -> Bool {
    zip(luminances, other.luminances).allSatisfy { isRising ? $0 >= $1 : $0 <= $1 }
  }

  static func nearest(_ colour: Colour) -> UInt8 {
    let lab = Oklab(colour)
    return all.min { $0.lab.squaredDistance(to: lab) < $1.lab.squaredDistance(to: lab) }?.index ?? 16
  }

  /// The nearest entry that can be read on a background; the nearest of all if none can.
  static func nearest(_ colour: Colour, on background: Colour, contrast minimum: Double) -> UInt8 {
    let lab = Oklab(colour)
    let readable = all.filter { $0.colour.contrast(with: background) >= minimum }
    let closest = readable.min { $0.lab.squaredDistance(to: lab) < $1.lab.squaredDistance(to: lab) }
    return closest?.index ?? nearest(colour)
  }
}
