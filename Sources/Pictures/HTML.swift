import Theme

/// A page that needs no other file: the rows are text, and every stretch of them has the width of its columns, so
/// that they stay columns where a character comes from another font.
func htmlPage(of drawing: Drawing, title: String) -> String {
  var styles = StyleSheet()
  let rows = drawing.rows.map { row in
    row.map { markup(of: $0, in: drawing, &styles) }.joined() + "\n"
  }.joined()
  return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="\(drawing.isLight ? "light" : "dark")">
    <title>\(Markup.escaped(title.unicodeScalars))</title>
    <style>
    body { margin: 0; background: \(drawing.background.hex); color: \(drawing.foreground.hex); }
    pre { margin: 1em; font: 15px/1.2 \(Markup.fonts); text-rendering: geometricPrecision;
      -webkit-print-color-adjust: exact; print-color-adjust: exact; }
    pre span, pre i { display: inline-block; height: 1.2em; vertical-align: top; white-space: pre; }
    pre i { width: 1ch; overflow: hidden; font-style: normal; text-align: center; }
    \(styles.text)</style>
    </head>
    <body>
    <pre>
    \(rows)</pre>
    </body>
    </html>

    """
}

private func markup(of stretch: Drawing.Stretch, in drawing: Drawing, _ styles: inout StyleSheet) -> String {
  var content = ""
  for (letter, _, count) in stretch.repetitions {
    let scalar = letter.scalar
    let run = Markup.escaped(repeatElement(scalar, count: count))
    if let drawn = DrawnCharacter(scalar) {
      let name = styles.name(of: scalar, drawn)
      if drawn.isTiling {
        content += "<i class=\"\(name)\"\(count > 1 ? " style=\"width: \(count)ch\"" : "")>\(run)</i>"
      } else {
        content += String(repeating: "<i class=\"\(name)\">\(Markup.escaped([scalar]))</i>", count: count)
      }
    } else if scalar.isASCII, letter.marks.isEmpty {
      content += run
    } else {
      let wide = letter.columns > 1 ? " style=\"width: \(letter.columns)ch\"" : ""
      content += String(repeating: "<i\(wide)>\(Markup.escaped(letter.scalars))</i>", count: count)
    }
  }
  let name = styles.name(of: stretch.paint, standard: drawing.foreground).map { " class=\"\($0)\"" } ?? ""
  return "<span\(name) style=\"width: \(stretch.columns)ch\">\(content)</span>"
}

/// The classes that a page uses, and no other.
private struct StyleSheet {
  private(set) var text = ""
  private var paints: [Drawing.Paint: String] = [:]
  private var drawn: [Unicode.Scalar: String] = [:]

  /// - Returns: nil where there is nothing to say.
  mutating func name(of paint: Drawing.Paint, standard: Colour) -> String? {
    var rules: [String] = []
    if paint.text != standard { rules.append("color: \(paint.text.hex);") }
    if let ground = paint.ground { rules.append("background: \(ground.hex);") }
    if paint.isBold { rules.append("font-weight: bold;") }
    if paint.isUnderlined { rules.append("text-decoration: underline;") }
    if rules.isEmpty { return nil }
    if let name = paints[paint] { return name }
    let name = "p\(paints.count)"
    paints[paint] = name
    text += ".\(name) { \(rules.joined(separator: " ")) }\n"
    return name
  }

  mutating func name(of scalar: Unicode.Scalar, _ character: DrawnCharacter) -> String {
    if let name = drawn[scalar] { return name }
    let name = "u\(String(scalar.value, radix: 16))"
    drawn[scalar] = name
    let layers = character.parts.map(\.layer).joined(separator: ", ")
    let shade = character.opacity < 1 ? " opacity: \(Markup.number(character.opacity));" : ""
    text += "pre .\(name) { background: \(layers); -webkit-text-fill-color: transparent;\(shade) }\n"
    return name
  }
}

extension DrawnCharacter.Part {
  /// A layer of a background: the text's colour in a part of the box.
  ///
  /// - Source: CSS Backgrounds and Borders 3, 3.6: where a layer is smaller than its box, 0 % is the one end, 100 %
  ///   the other.
  fileprivate var layer: String {
    func place(_ start: Double, _ end: Double) -> String {
      let room = 1 - (end - start)
      return room > 0 ? "\(Markup.number(start / room * 100))%" : "0%"
    }
    func size(_ start: Double, _ end: Double) -> String {
      start == end ? "1px" : "\(Markup.number((end - start) * 100))%"
    }
    return "linear-gradient(currentColor 0 0) \(place(left, right)) \(place(top, bottom)) / "
      + "\(size(left, right)) \(size(top, bottom)) no-repeat"
  }
}
