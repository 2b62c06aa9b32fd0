extension Unicode.Scalar {
  /// How a character of a text is drawn.
  enum Drawn: Equatable {
    /// In squares of its own: itself, or `�` where a terminal has nothing for it.
    case character(Unicode.Scalar, columns: Int)
    /// On the character before.
    case mark
    /// Not at all: it would join pictures into one, turn the direction of the text or choose among forms.
    case nothing
  }

  var drawn: Drawn {
    if isASCII { return .character(value >= 0x20 && value != 0x7f ? self : "�", columns: 1) }
    switch properties.generalCategory {
    case .nonspacingMark: return isSelector ? .nothing : .mark
    case .enclosingMark, .format: return .nothing
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      return .character("�", columns: 1)
    default: return isTone ? .nothing : .character(self, columns: isWide ? 2 : 1)
    }
  }

  /// Whether it takes two columns on a terminal that shows it.
  package var isWide: Bool {
    // Letters of Europe, and what boxes, bars and maps are drawn of, are asked about in every frame.
    guard value >= 0x1100, !(0x2500...0x25FC).contains(value), !(0x2800...0x28FF).contains(value) else {
      return false
    }
    var range = 0..<WideRanges.all.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      let candidate = WideRanges.all[middle]
      if candidate.contains(value) { return true }
      range = candidate.upperBound < value ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return false
  }

  /// Chooses between a character's forms, as text and as picture.
  private var isSelector: Bool { (0xFE00...0xFE0F).contains(value) || (0xE0100...0xE01EF).contains(value) }

  /// A tone of skin for the picture before.
  private var isTone: Bool { (0x1F3FB...0x1F3FF).contains(value) }
}

extension String {
  /// The columns that the text takes on the canvas.
  package var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }

  /// As much of its beginning as fits `width` columns.
  package func prefix(columns width: Int) -> String {
    var (room, text) = (width, String.UnicodeScalarView())
    for scalar in unicodeScalars {
      room -= scalar.columns
      if room < 0 { break }
      text.append(scalar)
    }
    return String(text)
  }

  /// As much of its end as fits `width` columns.
  package func suffix(columns width: Int) -> String {
    var (room, start) = (width, unicodeScalars.endIndex)
    while start > unicodeScalars.startIndex {
      let before = unicodeScalars.index(before: start)
      room -= unicodeScalars[before].columns
      if room < 0 { break }
      start = before
    }
    return String(unicodeScalars[start...])
  }
}

extension Unicode.Scalar {
  fileprivate var columns: Int {
    if case .character(_, let columns) = drawn { columns } else { 0 }
  }
}
