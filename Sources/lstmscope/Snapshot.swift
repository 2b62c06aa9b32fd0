import Pictures
import Theme
import Workbench

/// The screen as a file: what `render` prints and `:export` writes.
struct Snapshot {
  let state: State
  var look: PictureLook

  /// - Parameters:
  ///   - depth: How many colours; nil for what the format and, for text, the terminal can show.
  ///   - isAsked: Whether the theme was chosen by name, so that its background is painted in a terminal too.
  init(_ state: State, theme: Theme, depth: ColourDepth?, isUnicode: Bool, isAsked: Bool) {
    var state = state
    state.begin(isUnicode: isUnicode)
    self.state = state
    look = PictureLook(
      theme: theme, depth: depth ?? .direct, isUnicode: isUnicode, paintsBackground: isAsked)
  }

  func bytes(_ format: PictureFormat) -> [UInt8] {
    Array(format.picture(of: draw(state), title: state.title, look: look).utf8)
  }

  /// The format that a file's name asks for.
  ///
  /// - Throws: `Failure` 64 where it asks for none that there is.
  static func format(of path: String) throws -> PictureFormat {
    guard let format = PictureFormat(endingOf: path) else {
      let endings = PictureFormat.allCases.map { ".\($0.rawValue)" }
      throw Failure(
        .usage,
        "\(path): the name must end in \(endings.dropLast().joined(separator: ", ")) or \(endings.last ?? "")"
      )
    }
    return format
  }
}
