/// The facts in front of an `.npy` array: a Python dictionary with three keys.
struct NpyHeader {
  private(set) var element = Tensor.Element.float32
  private(set) var isBigEndian = false
  private(set) var isFortranOrder = false
  private(set) var shape: [Int] = []
  /// How the texts of an array of those are written; nil where it holds numbers.
  private(set) var text: Text?

  struct Text: Equatable {
    /// Of one text, in characters.
    let length: Int
    /// Four bytes a character, or one of UTF-8 each.
    let isWide: Bool
    /// As the header has it.
    let descriptor: String
  }

  private static let kinds: [(code: String, element: Tensor.Element)] = [
    ("f2", .float16), ("V2", .bfloat16), ("f4", .float32), ("f8", .float64),
    ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64),
    ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64), ("b1", .bool),
  ]

  /// The element type as NumPy writes it: `<f4`, `|b1`.
  static func descriptor(of element: Tensor.Element) -> String {
    let code = kinds.first { $0.element == element }?.code ?? element.rawValue
    return (element.size == 1 || element == .bfloat16 ? "|" : "<") + code
  }

  /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
  init(_ text: String) throws(NpyError) {
    var scanner = PythonScanner(text)
    var seen: Set<String> = []
    guard scanner.take("{") else { throw .badHeader(text: text, expected: "a dictionary") }
    while !scanner.take("}") {
      guard let key = scanner.string(), scanner.take(":") else {
        throw .badHeader(text: text, expected: "a key in quotes and a colon")
      }
      guard seen.insert(key).inserted else { throw .badHeader(text: text, expected: "'\(key)' only once") }
      switch key {
      case "descr":
        guard let name = scanner.string() else {
          throw .badHeader(text: text, expected: "one type in quotes for 'descr', not a record of several")
        }
        try setElement(name)
      case "fortran_order":
        guard let flag = scanner.bool() else {
          throw .badHeader(text: text, expected: "True or False for 'fortran_order'")
        }
        isFortranOrder = flag
      case "shape":
        guard let lengths = scanner.tuple() else {
          throw .badHeader(text: text, expected: "a tuple of lengths for 'shape'")
        }
        shape = lengths
      default:
        throw .badHeader(text: text, expected: "only 'descr', 'fortran_order' and 'shape', not '\(key)'")
      }
      guard scanner.take(",") || scanner.isNext("}") else {
        throw .badHeader(text: text, expected: "a comma or the closing brace behind '\(key)'")
      }
    }
    for key in ["descr", "fortran_order", "shape"] where !seen.contains(key) {
      throw .badHeader(text: text, expected: "'\(key)'")
    }
  }

  private mutating func setElement(_ descriptor: String) throws(NpyError) {
    let code = descriptor.drop { "<>|=".contains($0) }
    if code == "O" { throw .pickledObjects }
    if let letter = code.first, "US".contains(letter), let length = Int(code.dropFirst()), length >= 0 {
      text = Text(length: length, isWide: letter == "U", descriptor: descriptor)
      isBigEndian = descriptor.hasPrefix(">")
      return
    }
    guard let kind = Self.kinds.first(where: { $0.code == code }) else {
      throw .unknownElement(descriptor: descriptor)
    }
    element = kind.element
    isBigEndian = descriptor.hasPrefix(">")
  }
}

/// Reads the few Python literals that an `.npy` header is made of; nil where something else stands.
private struct PythonScanner {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  func isNext(_ character: Character) -> Bool {
    rest.first { !$0.isWhitespace } == character
  }

  mutating func take(_ character: Character) -> Bool {
    guard isNext(character) else { return false }
    rest = rest.drop { $0.isWhitespace }.dropFirst()
    return true
  }

  mutating func string() -> String? {
    for quote: Character in ["'", "\""] where take(quote) {
      guard let end = rest.firstIndex(of: quote) else { return nil }
      defer { rest = rest[rest.index(after: end)...] }
      return String(rest[..<end])
    }
    return nil
  }

  mutating func bool() -> Bool? {
    rest = rest.drop { $0.isWhitespace }
    for (word, value) in [("True", true), ("False", false)] where rest.hasPrefix(word) {
      rest = rest.dropFirst(word.count)
      return value
    }
    return nil
  }

  /// Python 2 wrote large lengths with an L behind.
  mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var numbers: [Int] = []
    while !take(")") {
      rest = rest.drop { $0.isWhitespace }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits) else { return nil }
      numbers.append(number)
      rest = rest.dropFirst(digits.count)
      _ = take("L")
      guard take(",") || isNext(")") else { return nil }
    }
    return numbers
  }
}
