import Theme

/// A picture in which every character is text at a place of its own, so that columns stay columns in any font.
///
/// - Source: SVG 1.1, 10.5: a list of positions in `x`, one for each character.
func svgFile(of drawing: Drawing, title: String) -> String {
  let width = drawing.width * Square.width + 2 * Square.margin
  let height = drawing.height * Square.height + 2 * Square.margin
  var text = """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">
    <title>\(Markup.escaped(title.unicodeScalars))</title>
    <rect width="100%" height="100%" fill="\(drawing.background.hex)"/>
    <g shape-rendering="crispEdges">

    """
  for (y, row) in drawing.rows.enumerated() {
    for stretch in row { text += grounds(of: stretch, y: y) + drawnParts(of: stretch, y: y) }
  }
  text += """
    </g>
    <g font-family="\(Markup.fonts)" font-size="\(Square.fontSize)" fill="\(drawing.foreground.hex)" \
    xml:space="preserve" style="white-space: pre">

    """
  for (y, row) in drawing.rows.enumerated() { text += line(row, y: y, standard: drawing.foreground) }
  return text + "</g>\n</svg>\n"
}

/// The square of a cell, in pixels.
private enum Square {
  static let width = 9
  static let height = 18
  static let fontSize = 15
  /// From the square's upper edge to the foot of its letters.
  static let baseline = 14
  static let margin = 9

  static func left(_ x: Int) -> Int { margin + x * width }
  static func top(_ y: Int) -> Int { margin + y * height }
}

private func grounds(of stretch: Drawing.Stretch, y: Int) -> String {
  guard let ground = stretch.paint.ground else { return "" }
  return rectangle(
    x: Double(Square.left(stretch.start)), y: Double(Square.top(y)),
    width: Double(stretch.columns * Square.width), height: Double(Square.height), fill: ground)
}

/// Lines and blocks; equal ones side by side that fill their width are one.
private func drawnParts(of stretch: Drawing.Stretch, y: Int) -> String {
  var text = ""
  for (letter, column, count) in stretch.repetitions {
    guard let drawn = DrawnCharacter(letter.scalar) else { continue }
    let times = drawn.isTiling ? [(column, count)] : (column..<column + count).map { ($0, 1) }
    for (start, wide) in times {
      for part in drawn.parts {
        let width = Double(wide * Square.width)
        let x = Double(Square.left(start))
        let top = Double(Square.top(y))
        // A line is one pixel thick, and arms that meet in the middle share that pixel.
        let isLine = part.kind != .block
        let left = isLine ? (part.left * width).rounded(.down) : part.left * width
        let right = isLine ? (part.right * width).rounded(.down) : part.right * width
        let upper = (part.top * Double(Square.height)).rounded()
        let lower = (part.bottom * Double(Square.height)).rounded()
        text += rectangle(
          x: x + left, y: top + upper, width: isLine ? max(1, right - left) : right - left,
          height: isLine ? max(1, lower - upper) : lower - upper, fill: stretch.paint.text,
          opacity: drawn.opacity)
      }
    }
  }
  return text
}

private func rectangle(
  x: Double, y: Double, width: Double, height: Double, fill: Colour, opacity: Double = 1
) -> String {
  let shade = opacity < 1 ? " fill-opacity=\"\(Markup.number(opacity))\"" : ""
  return "<rect x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" width=\"\(Markup.number(width))\" "
    + "height=\"\(Markup.number(height))\" fill=\"\(fill.hex)\"\(shade)/>\n"
}

/// A row as one text. What was drawn already stands in it unseen, so that the whole row can be selected and read.
///
/// Blanks have no positions: programs differ in how many of them they keep, and nothing must move with them.
private func line(_ row: [Drawing.Stretch], y: Int, standard: Colour) -> String {
  var spans = ""
  for stretch in row {
    for piece in stretch.pieces {
      guard piece.kind != .blank else {
        spans += Markup.escaped(piece.scalars)
        continue
      }
      let positions = piece.columns.map { "\(Square.left($0))" }.joined(separator: " ")
      var attributes = " x=\"\(positions)\""
      if piece.kind == .drawn {
        attributes += " fill-opacity=\"0\""
      } else {
        if piece.paint.text != standard { attributes += " fill=\"\(piece.paint.text.hex)\"" }
        if piece.paint.isBold { attributes += " font-weight=\"bold\"" }
        if piece.paint.isUnderlined { attributes += " text-decoration=\"underline\"" }
      }
      spans += "<tspan\(attributes)>\(Markup.escaped(piece.scalars))</tspan>"
    }
  }
  return "<text y=\"\(Square.top(y) + Square.baseline)\">\(spans)</text>\n"
}

extension Drawing.Stretch {
  /// Equal letters side by side, the column of the first, and how many there are.
  var repetitions: [(letter: Drawing.Letter, column: Int, count: Int)] {
    var result: [(letter: Drawing.Letter, column: Int, count: Int)] = []
    var column = start
    for letter in letters {
      if result.last?.letter == letter {
        result[result.count - 1].count += 1
      } else {
        result.append((letter, column, 1))
      }
      column += letter.columns
    }
    return result
  }

  /// Characters of one kind, at places of their own.
  fileprivate struct Piece {
    enum Kind { case blank, written, drawn }

    let kind: Kind
    var scalars: [Unicode.Scalar] = []
    /// Of each character.
    var columns: [Int] = []
    let paint: Drawing.Paint
  }

  /// The stretch cut where blanks, characters of the font and characters that are drawn meet.
  ///
  /// Behind a letter with marks begins another piece: with a place of its own, a mark would leave its character, and
  /// as many places as characters are what every program reads alike.
  fileprivate var pieces: [Piece] {
    var result: [Piece] = []
    var column = start
    var isClosed = false
    for letter in letters {
      let kind: Piece.Kind =
        letter.scalar == " " ? .blank : DrawnCharacter(letter.scalar) == nil ? .written : .drawn
      if result.last?.kind != kind || isClosed { result.append(Piece(kind: kind, paint: paint)) }
      result[result.count - 1].scalars += letter.scalars
      result[result.count - 1].columns.append(column)
      isClosed = !letter.marks.isEmpty
      column += letter.columns
    }
    return result
  }
}
