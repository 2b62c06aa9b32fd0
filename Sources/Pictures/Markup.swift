/// What SVG and HTML have in common.
enum Markup {
  /// Fonts whose characters are all of one width, the last one whatever the machine has.
  static let fonts =
    "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"

  /// Text that a browser shows as it is: names come from files.
  ///
  /// - Source: XML 1.0, 2.2 and 2.4: what may stand in a document, and what has a meaning there.
  static func escaped<Text: Sequence<Unicode.Scalar>>(_ text: Text) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): result.append("?")
      case "\u{FFFE}", "\u{FFFF}": result.append("?")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// A number without zeros that say nothing: `4.5`, `12`.
  static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    guard hundredths % 100 != 0 else { return "\(hundredths / 100)" }
    let digits = abs(hundredths % 100)
    let decimals = digits % 10 == 0 ? "\(digits / 10)" : digits < 10 ? "0\(digits)" : "\(digits)"
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(decimals)"
  }
}
