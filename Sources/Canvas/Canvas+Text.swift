extension Canvas {
  /// Writes `text` from column `x` of row `y`, cut at the right edge or after `limit` columns.
  ///
  /// - Returns: The column after the last character written.
  @discardableResult
  package mutating func write(
    _ text: String, x: Int, y: Int, role: Role = .plain, limit: Int = .max, isMarked: Bool = false
  ) -> Int {
    var column = x
    let end = limit == .max ? width : x + limit
    for scalar in text.unicodeScalars {
      guard column < end else { break }
      guard let shown = scalar.narrow else { continue }
      self[column, y] = Cell(shown, role: role, isMarked: isMarked)
      column += 1
    }
    return column
  }

  /// Writes `text` so that its last character stands in column `right`.
  package mutating func write(_ text: String, endingAt right: Int, y: Int, role: Role = .plain) {
    write(text, x: right + 1 - text.columns, y: y, role: role)
  }

  /// Fills `count` columns from `x` with one character.
  package mutating func fill(_ scalar: Unicode.Scalar, x: Int, y: Int, count: Int, role: Role) {
    for column in x..<max(x, x + count) { self[column, y] = Cell(scalar, role: role) }
  }

  /// Writes lines of text broken at blanks, at most `height` rows of `width` columns.
  ///
  /// - Returns: The rows used.
  @discardableResult
  package mutating func writeWrapped(
    _ text: String, x: Int, y: Int, width: Int, height: Int, role: Role = .plain
  ) -> Int {
    let lines = text.wrapped(to: width)
    for (row, line) in lines.prefix(height).enumerated() {
      write(line, x: x, y: y + row, role: role, limit: width)
    }
    return min(lines.count, height)
  }
}

extension Unicode.Scalar {
  /// The character to draw for this one: itself where it takes one column, `�` where it takes another
  /// width or none, nil for marks that only modify the character before.
  var narrow: Unicode.Scalar? {
    if isASCII { return value >= 0x20 && value != 0x7f ? self : "�" }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return nil
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return "�"
    default: break
    }
    // East Asian wide blocks and emoji take two columns on every terminal that shows them.
    switch value {
    case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
      0xff00...0xff60, 0xffe0...0xffe6, 0x1f000...0x1faff, 0x20000...0x3fffd:
      return "�"
    default: return self
    }
  }
}

extension String {
  /// The columns that the text takes on the canvas.
  package var columns: Int {
    var count = 0
    for scalar in unicodeScalars where scalar.narrow != nil { count += 1 }
    return count
  }

  /// The text with blanks in front, `width` columns wide; unchanged where it is wider.
  package func padded(left width: Int) -> String {
    String(repeating: " ", count: max(0, width - columns)) + self
  }

  /// The text with blanks behind, `width` columns wide; unchanged where it is wider.
  package func padded(right width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - columns))
  }

  /// The text cut to `width` columns, the last one `…` where something was cut off.
  package func cut(to width: Int) -> String {
    guard columns > width else { return self }
    guard width > 0 else { return "" }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(width - 1))) + "…"
  }

  /// The text cut to `width` columns in its middle, so that beginning and end can be read.
  package func cutInMiddle(to width: Int) -> String {
    guard columns > width else { return self }
    guard width > 2 else { return cut(to: width) }
    let tail = (width - 1) / 2
    let head = width - 1 - tail
    return String(String.UnicodeScalarView(unicodeScalars.prefix(head))) + "…"
      + String(String.UnicodeScalarView(unicodeScalars.suffix(tail)))
  }

  /// The text broken at blanks into lines of at most `width` columns; a longer word is broken.
  package func wrapped(to width: Int) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    for paragraph in split(separator: "\n", omittingEmptySubsequences: false) {
      if String(paragraph).columns <= width {
        lines.append(String(paragraph))
        continue
      }
      var line = ""
      for word in paragraph.split(separator: " ") {
        var word = String(word)
        if !line.isEmpty, line.columns + 1 + word.columns > width {
          lines.append(line)
          line = ""
        }
        while word.columns > width {
          lines.append(String(String.UnicodeScalarView(word.unicodeScalars.prefix(width))))
          word = String(String.UnicodeScalarView(word.unicodeScalars.dropFirst(width)))
        }
        line += line.isEmpty ? word : " " + word
      }
      lines.append(line)
    }
    return lines
  }
}
