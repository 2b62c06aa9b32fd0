/// Reads JSON in time that grows with its length alone.
///
/// Foundation's decoder, asked what kind of value comes next, takes time that grows with the cube of the nesting:
/// 2 s for 15 kB that are 320 levels deep, and milliseconds for an ordinary model's configuration.
///
/// - Source: RFC 8259; and NaN, Infinity and -Infinity bare, as Python's `json.dump` writes them.
struct JSONReader {
  private let bytes: [UInt8]
  private var index = 0

  /// As deep as Foundation's reader goes.
  private static let deepest = 512

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
  }

  /// The one value of a text.
  static func value(of bytes: [UInt8]) throws(JSONError) -> JSON {
    var reader = JSONReader(bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.index == bytes.count else { throw reader.unexpected("the end of the text") }
    return value
  }

  private func unexpected(_ wanted: String) -> JSONError {
    guard index < bytes.count else {
      return .notJSON(reason: "it ends after \(bytes.count) bytes where \(wanted) is needed")
    }
    let byte = bytes[index]
    let found =
      (0x20..<0x7f).contains(byte)
      ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    return .notJSON(reason: "\(found) at byte \(index) where \(wanted) is needed")
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[index]) { index += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skip(word: StaticString) -> Bool {
    let end = index + word.utf8CodeUnitCount
    guard end <= bytes.count,
      word.withUTF8Buffer({ bytes[index..<end].elementsEqual($0) })
    else { return false }
    index = end
    return true
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    skipSpace()
    guard depth <= JSONReader.deepest else {
      throw .notJSON(reason: "it is nested deeper than \(JSONReader.deepest) levels")
    }
    guard index < bytes.count else { throw unexpected("a value") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try list(depth: depth + 1)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t") where skip(word: "true"): return .bool(true)
    case UInt8(ascii: "f") where skip(word: "false"): return .bool(false)
    case UInt8(ascii: "n") where skip(word: "null"): return .null
    case UInt8(ascii: "N") where skip(word: "NaN"): return .number(.nan)
    case UInt8(ascii: "I") where skip(word: "Infinity"): return .number(.infinity)
    case UInt8(ascii: "-") where skip(word: "-Infinity"): return .number(-.infinity)
    default: return .number(try number())
    }
  }

  private mutating func list(depth: Int) throws(JSONError) -> JSON {
    index += 1
    var values: [JSON] = []
    skipSpace()
    if skip("]") { return .list(values) }
    while true {
      values.append(try value(depth: depth))
      skipSpace()
      if skip("]") { return .list(values) }
      guard skip(",") else { throw unexpected("',' or ']'") }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSON {
    index += 1
    var members: [String: JSON] = [:]
    skipSpace()
    if skip("}") { return .object(members) }
    while true {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
        throw unexpected("a key in quotes")
      }
      let key = try text()
      skipSpace()
      guard skip(":") else { throw unexpected("':'") }
      members[key] = try value(depth: depth)
      skipSpace()
      if skip("}") { return .object(members) }
      guard skip(",") else { throw unexpected("',' or '}'") }
    }
  }

  private mutating func number() throws(JSONError) -> Double {
    let start = index
    func isDigit(_ index: Int) -> Bool { index < bytes.count && (0x30...0x39).contains(bytes[index]) }
    _ = skip("-")
    guard isDigit(index) else { throw unexpected("a value") }
    if !skip("0") { while isDigit(index) { index += 1 } }
    if skip(".") {
      guard isDigit(index) else { throw unexpected("a digit") }
      while isDigit(index) { index += 1 }
    }
    if skip("e") || skip("E") {
      if !skip("+") { _ = skip("-") }
      guard isDigit(index) else { throw unexpected("a digit") }
      while isDigit(index) { index += 1 }
    }
    guard let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)) else {
      throw .notJSON(reason: "the number at byte \(start) cannot be read")
    }
    return number
  }

  private mutating func text() throws(JSONError) -> String {
    index += 1
    var start = index
    var result = ""
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        result += String(decoding: bytes[start..<index], as: UTF8.self)
        index += 1
        return result
      case UInt8(ascii: "\\"):
        result += String(decoding: bytes[start..<index], as: UTF8.self)
        index += 1
        result.unicodeScalars.append(try escape())
        start = index
      case 0..<0x20: throw unexpected("a text without control characters")
      default: index += 1
      }
    }
    throw unexpected("a '\"'")
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let plain: [(Unicode.Scalar, Unicode.Scalar)] = [
      ("n", "\n"), ("\"", "\""), ("\\", "\\"), ("/", "/"), ("t", "\t"), ("r", "\r"), ("b", "\u{8}"),
      ("f", "\u{c}"),
    ]
    for (letter, meaning) in plain where skip(letter) { return meaning }
    guard skip("u") else { throw unexpected("an escape") }
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // The first half of a pair; a half alone stands for nothing.
    if (0xd800..<0xdc00).contains(first), skip(word: "\\u") {
      let second = try hexadecimal()
      if (0xdc00..<0xe000).contains(second) {
        return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}"
      }
      return Unicode.Scalar(second) ?? "\u{fffd}"
    }
    return "\u{fffd}"
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    let digits = bytes[index..<min(index + 4, bytes.count)]
    let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard digits.count == 4, isHexadecimal,
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw unexpected("four hexadecimal digits") }
    index += 4
    return value
  }
}
