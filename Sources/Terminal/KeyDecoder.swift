import Canvas

/// Turns the bytes that a terminal sends into keys.
///
/// It reads bytes itself, where curses could, because curses hands the letters of sequences that it doesn't know
/// to the program as if they had been typed. Here a sequence is first delimited by its grammar, then looked up; what
/// is unknown, an answer to a query that comes late, or Alt and a key, is swallowed whole.
///
/// - Source: ECMA-48, 5.4 (control sequences) and 5.6 (control strings); xterm, `ctlseqs`.
struct KeyDecoder {
  /// Sequences from the terminal's description, tried before those that all terminals share.
  var described: [[UInt8]: Key] = [:]
  private var bytes: [UInt8] = []
  private var isPasting = false

  mutating func append(_ more: some Sequence<UInt8>) {
    bytes.append(contentsOf: more)
  }

  /// Whether bytes are left that may be the beginning of something longer.
  var isWaiting: Bool { !bytes.isEmpty || isPasting }

  /// For how many milliseconds without a byte one waits before `next(isComplete: true)`: shortly to tell the Escape
  /// key from a sequence, longer within a paste.
  var patience: Int { isPasting ? 500 : 25 }

  /// The next event of the bytes at hand.
  ///
  /// - Parameter isComplete: Whether no more bytes are to be waited for, so that what is there stands for itself.
  /// - Returns: Nil if there is none, or none yet.
  mutating func next(isComplete: Bool) -> Event? {
    while isWaiting {
      if isPasting { return paste(isComplete: isComplete) }
      switch step(isComplete: isComplete) {
      case .event(let event, let length):
        bytes.removeFirst(length)
        return event
      case .nothing(let length):
        bytes.removeFirst(length)
      case .paste(let length):
        bytes.removeFirst(length)
        isPasting = true
      case .unfinished:
        guard isComplete else { return nil }
        bytes.removeAll()
      }
    }
    return nil
  }

  private enum Step {
    case event(Event, Int)
    case nothing(Int)
    case paste(Int)
    case unfinished

    static func key(_ key: Key, _ length: Int) -> Step { .event(.key(key), length) }
  }

  private func step(isComplete: Bool) -> Step {
    guard let first = bytes.first else { return .unfinished }
    switch first {
    case 0x1B: return escape(isComplete: isComplete)
    case 0x0A, 0x0D: return .key(.enter, 1)
    case 0x09: return .key(.tab, 1)
    case 0x08, 0x7F: return .key(.backspace, 1)
    case 0..<0x20: return .key(.control(lowercase(first | 0x40)), 1)
    default: return character(at: 0)
    }
  }

  /// Ctrl-A is 1 and A is 0x41; the letter of `Key.control` is lower case.
  private func lowercase(_ byte: UInt8) -> Unicode.Scalar {
    Unicode.Scalar((0x41...0x5A).contains(byte) ? byte + 0x20 : byte)
  }

  /// A character of UTF-8; a byte that can't begin or continue one is dropped.
  private func character(at start: Int) -> Step {
    let lead = bytes[start]
    let length =
      switch lead {
      case 0..<0x80: 1
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    guard length > 0 else { return .nothing(1) }
    for place in 1..<max(1, length) {
      guard start + place < bytes.count else { return .unfinished }
      guard bytes[start + place] & 0xC0 == 0x80 else { return .nothing(place) }
    }
    let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let scalar = text.unicodeScalars.first, scalar != "\u{FFFD}", !(0x80..<0xA0).contains(scalar.value)
    else {
      return .nothing(length)
    }
    return .key(.character(scalar), length)
  }

  private func escape(isComplete: Bool) -> Step {
    guard bytes.count > 1 else { return isComplete ? .key(.escape, 1) : .unfinished }
    for (sequence, key) in described where bytes.starts(with: sequence) {
      return .key(key, sequence.count)
    }
    switch bytes[1] {
    case 0x1B: return .key(.escape, 1)
    case UInt8(ascii: "["): return controlSequence()
    case UInt8(ascii: "O"): return singleShift()
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
      return controlString()
    default: return alternate()
    }
  }

  /// Alt and a key.
  private func alternate() -> Step {
    switch character(at: 1) {
    case .event(_, let length), .nothing(let length): .nothing(1 + length)
    case .paste, .unfinished: .unfinished
    }
  }

  /// `ESC [ parameters intermediates final`.
  private func controlSequence() -> Step {
    // The Linux console sends ESC [ [ A for F1.
    if bytes.count > 2, bytes[2] == UInt8(ascii: "[") {
      guard bytes.count > 3 else { return .unfinished }
      let number = Int(bytes[3]) - 0x40
      return (1...5).contains(number) ? .key(.function(number), 4) : .nothing(4)
    }
    guard let end = bytes[2...].firstIndex(where: { !(0x20...0x3F).contains($0) }) else { return .unfinished }
    guard (0x40...0x7E).contains(bytes[end]) else { return .nothing(end) }
    let length = end + 1
    let parameters = String(decoding: bytes[2..<end], as: UTF8.self)
    let first =
      parameters.split(separator: ";", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    guard bytes[end] == UInt8(ascii: "~") else {
      return Self.letters[bytes[end]].map { .key($0, length) } ?? .nothing(length)
    }
    if first == "200" { return .paste(length) }
    return Int(first).flatMap { Self.numbers[$0] }.map { .key($0, length) } ?? .nothing(length)
  }

  /// `ESC O letter`, with digits between them for Shift and Ctrl in some terminals.
  private func singleShift() -> Step {
    guard let end = bytes[2...].firstIndex(where: { !(0x30...0x3B).contains($0) }) else { return .unfinished }
    // The Enter of the number pad.
    if bytes[end] == UInt8(ascii: "M") { return .key(.enter, end + 1) }
    return Self.letters[bytes[end]].map { .key($0, end + 1) } ?? .nothing(end + 1)
  }

  /// An answer to a query: up to `BEL` or `ESC \`.
  private func controlString() -> Step {
    for place in bytes.indices.dropFirst(2) {
      if bytes[place] == 0x07 { return .nothing(place + 1) }
      if bytes[place] == 0x1B, place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\\") {
        return .nothing(place + 2)
      }
    }
    return .unfinished
  }

  /// The text up to `ESC [ 201 ~`, its line ends as they are in a file and without other control characters.
  private mutating func paste(isComplete: Bool) -> Event? {
    let mark = Array("\u{1B}[201~".utf8)
    let end = bytes.indices.first { bytes[$0...].starts(with: mark) }
    guard end != nil || isComplete else { return nil }
    let text = String(decoding: bytes[..<(end ?? bytes.count)], as: UTF8.self)
    bytes.removeFirst(end.map { $0 + mark.count } ?? bytes.count)
    isPasting = false
    var scalars = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if scalar == "\r" || (scalar == "\n" && previous != "\r") {
        scalars.append("\n")
      } else if scalar == "\t" || (scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)) {
        scalars.append(scalar)
      }
      previous = scalar
    }
    return .text(String(scalars))
  }

  private static let letters: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
    UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "Z"): .backTab,
    UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2), UInt8(ascii: "R"): .function(3),
    UInt8(ascii: "S"): .function(4),
  ]

  private static let numbers: [Int: Key] = [
    1: .home, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12),
  ]
}
