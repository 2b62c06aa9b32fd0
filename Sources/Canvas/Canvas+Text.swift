extension Canvas {
  /// Writes `text` from column `x` of row `y`, cut at the right edge or after `limit` columns; of a
  /// character of two columns never half is left.
  ///
  /// - Returns: The column after the last character written.
  @discardableResult
  package mutating func write(
    _ text: String, x: Int, y: Int, role: Role = .plain, limit: Int = .max, isMarked: Bool = false
  ) -> Int {
    var column = x
    let end = limit == .max ? width : x + limit
    // The place of the last character, which takes the marks behind it.
    var last: Int?
    for scalar in text.unicodeScalars {
      switch scalar.drawn {
      case .character(let shown, let columns):
        guard column + columns <= end else { return column }
        self[column, y] = Cell(shown, role: role, isMarked: isMarked)
        last = column
        column += columns
      case .mark:
        if let last { self[last, y].marks.append(scalar) }
      case .nothing: break
      }
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

extension String {
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
    return prefix(columns: width - 1) + "…"
  }

  /// The text cut to `width` columns in its middle, so that beginning and end can be read.
  package func cutInMiddle(to width: Int) -> String {
    guard columns > width else { return self }
    guard width > 2 else { return cut(to: width) }
    let tail = (width - 1) / 2
    let head = width - 1 - tail
    return prefix(columns: head) + "…" + suffix(columns: tail)
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
        while word.columns > width, word.count > 1 {
          // One column is too narrow for some characters; they go over it, so that there is an end.
          var part = word.prefix(columns: width)
          if part.isEmpty { part = String(word.prefix(1)) }
          lines.append(part)
          word = String(String.UnicodeScalarView(word.unicodeScalars.dropFirst(part.unicodeScalars.count)))
        }
        line += line.isEmpty ? word : " " + word
      }
      lines.append(line)
    }
    return lines
  }
}
