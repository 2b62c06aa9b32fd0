package import Canvas
package import Theme

/// A form in which a frame can be kept.
package enum PictureFormat: String, CaseIterable, Sendable {
  /// The characters alone; a heat map's shades are characters too.
  case txt
  /// Characters with the escape codes of a terminal.
  case ansi
  case svg
  /// One page that needs no other file.
  case html

  /// The format that a file's name asks for by its ending; nil where it asks for none.
  package init?(endingOf path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "txt", "text": self = .txt
    case "ansi", "ans": self = .ansi
    case "svg": self = .svg
    case "html", "htm": self = .html
    default: return nil
    }
  }

  /// Whether the picture is looked at in something else than a terminal, which has colours enough and no background
  /// of the person's own.
  package var isDrawn: Bool {
    switch self {
    case .svg, .html: true
    case .txt, .ansi: false
    }
  }

  /// Draws a canvas as a picture of this format.
  ///
  /// - Parameters:
  ///   - title: What the picture is of, as plain text.
  ///   - look: In which colours and characters.
  /// - Returns: The whole file, with a newline at its end.
  package func picture(of canvas: Canvas, title: String, look: PictureLook) -> String {
    switch self {
    case .txt: plainText(of: canvas, isUnicode: look.isUnicode)
    case .ansi: terminalLines(of: canvas, look)
    case .svg: svgFile(of: Drawing(canvas, look), title: title)
    case .html: htmlPage(of: Drawing(canvas, look), title: title)
    }
  }
}

/// In which colours and characters a picture is drawn.
package struct PictureLook: Equatable, Sendable {
  package var theme: Theme
  package var depth: ColourDepth
  /// Whether characters outside ASCII may stand in it.
  package var isUnicode: Bool
  /// Whether a picture for a terminal paints the theme's background over the terminal's own.
  package var paintsBackground: Bool

  package init(
    theme: Theme, depth: ColourDepth = .direct, isUnicode: Bool = true, paintsBackground: Bool = true
  ) {
    self.theme = theme
    self.depth = depth
    self.isUnicode = isUnicode
    self.paintsBackground = paintsBackground
  }
}
