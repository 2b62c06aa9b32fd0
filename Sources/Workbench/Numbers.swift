import LSTM

/// How many decimals numbers are shown with.
package enum Decimals: String, CaseIterable, Sendable {
  case two = "2"
  case four = "4"
  case six = "6"
  /// As many digits as tell one float32 from its neighbours.
  case exact

  package var next: Decimals {
    switch self {
    case .two: .four
    case .four: .six
    case .six: .exact
    case .exact: .two
    }
  }

  /// Digits behind the point.
  var digits: Int {
    switch self {
    case .two: 2
    case .four: 4
    case .six: 6
    case .exact: 9
    }
  }

  /// Columns that a signed number of this precision takes: `-0.3214` is seven.
  var signedWidth: Int {
    switch self {
    case .two: 5
    case .four: 7
    case .six: 9
    case .exact: 15
    }
  }

  /// Columns that a gate of this precision takes: `0.7660` is six.
  var gateWidth: Int { self == .exact ? 13 : signedWidth - 1 }
}

/// Numbers as text of a width that never changes, so that columns stay where they are.
enum Number {
  /// A number with its sign, at most `width` columns: fewer decimals where it is long, then an exponent.
  static func signed(_ value: Float, _ decimals: Decimals, width: Int? = nil) -> String {
    let width = width ?? decimals.signedWidth
    let sign = value.sign == .minus ? "-" : "+"
    guard !value.isCovered else { return String(repeating: "░", count: width) }
    guard !value.isNaN else { return "NaN" }
    guard value.isFinite else { return sign + "inf" }
    if decimals == .exact {
      let text = (value.sign == .minus ? "" : "+") + value.description
      if text.count <= width { return text }
    }
    let magnitude = Double(abs(value))
    for digits in stride(from: min(decimals.digits, 6), through: 0, by: -1) {
      guard let text = fixed(magnitude, digits: digits) else { break }
      if text.count < width { return sign + text }
      // Where two decimals don't fit otherwise, the zero before the point goes.
      if digits == 1 || digits == 2, text.hasPrefix("0"), text.count == width {
        return sign + text.dropFirst()
      }
    }
    return sign + scientific(magnitude, width: width - 1)
  }

  /// A gate: no sign between 0 and 1, and `0.00` or `1.00` only where it is exactly that.
  static func gate(_ value: Float, _ decimals: Decimals, width: Int? = nil) -> String {
    let width = width ?? decimals.gateWidth
    guard value >= 0, value <= 1 else { return signed(value, decimals, width: width) }
    if decimals == .exact, value.description.count <= width { return value.description }
    let digits = max(1, min(decimals.digits, 6, width - 2))
    let text = fixed(Double(value), digits: digits) ?? "?"
    let whole = fixed(1, digits: digits) ?? "?"
    let nothing = fixed(0, digits: digits) ?? "?"
    if text == nothing, value != 0 {
      return "<." + String(repeating: "0", count: digits - 1) + "1"
    }
    if text == whole, value != 1 { return ">." + String(repeating: "9", count: digits) }
    return text
  }

  /// A share of one in whole percent; `<1 %` and `>99 %` where rounding would hide what is left.
  static func percent(_ value: Float) -> String {
    guard value.isFinite else { return signed(value, .four) }
    let rounded = (value * 100).rounded()
    if rounded == 0, value > 0 { return "<1 %" }
    if rounded == 100, value < 1 { return ">99 %" }
    return abs(rounded) < 1e6 ? "\(Int(rounded)) %" : signed(value, .four)
  }

  /// A count with commas between its thousands.
  static func count(_ number: Int) -> String {
    var digits = Substring(String(abs(number)))
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits = digits.dropLast(3)
    }
    groups.insert(digits, at: 0)
    return (number < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// `magnitude` with `digits` decimals, ties to even as C's printf; nil where it has too many digits.
  private static func fixed(_ magnitude: Double, digits: Int) -> String? {
    let scale = powers[digits]
    let scaled = (magnitude * scale).rounded(.toNearestOrEven)
    guard scaled < 1e15 else { return nil }
    let all = String(Int(scaled))
    guard digits > 0 else { return all }
    let padded = String(repeating: "0", count: max(0, digits + 1 - all.count)) + all
    return padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  private static func scientific(_ magnitude: Double, width: Int) -> String {
    guard magnitude > 0 else { return "0" }
    var exponent = 0
    var mantissa = magnitude
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    let tail = "e\(exponent)"
    for digits in stride(from: 3, through: 0, by: -1) {
      if let text = fixed(mantissa, digits: digits), text.count + tail.count <= width {
        return text + tail
      }
    }
    return "\(Int(mantissa.rounded()))" + tail
  }

  private static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]
}

extension Number {
  /// A probability in percent with two decimals; `>99.99 %` and `<0.01 %` where rounding would say all or nothing.
  static func probability(_ value: Float) -> String {
    guard value >= 0, value <= 1.0001 else { return signed(value, .four) }
    if value < 1, value > 0.99994 { return ">99.99 %" }
    if value > 0, value < 0.00006 { return "<0.01 %" }
    let hundredths = Int((Double(value) * 10_000).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
  }
}
