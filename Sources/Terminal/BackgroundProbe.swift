import Glibc
import Theme

/// Asks the terminal for the colour of its background, before curses has it.
///
/// The question is followed by one that every terminal answers (DA1), so that a terminal that doesn't know the first
/// costs a round trip and not the whole time.
///
/// - Source: xterm, `ctlseqs`: OSC 11 and "Primary Device Attributes".
struct BackgroundProbe: Equatable, Sendable {
  /// Nil if the terminal didn't say.
  var colour: Colour?
  /// What came that was no answer: keys that a person was typing.
  var typed: [UInt8] = []

  static let question = "\u{1B}]11;?\u{1B}\\\u{1B}[c"

  /// - Parameter milliseconds: The longest wait.
  static func ask(input: Int32, output: Int32, within milliseconds: Int = 150) -> BackgroundProbe {
    var before = termios()
    guard tcgetattr(input, &before) == 0 else { return BackgroundProbe() }
    var raw = before
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    raw.c_iflag &= ~tcflag_t(ICRNL)
    guard tcsetattr(input, TCSANOW, &raw) == 0 else { return BackgroundProbe() }
    defer { tcsetattr(input, TCSANOW, &before) }
    Bytes.write(question, to: output)

    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 256)
    let deadline = Clock.milliseconds() + milliseconds
    while deviceAttributes(in: bytes) == nil {
      var poller = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      let left = deadline - Clock.milliseconds()
      guard left > 0 else { break }
      let ready = poll(&poller, 1, Int32(left))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { break }
      let count = read(input, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return BackgroundProbe(answer: bytes)
  }

  init(colour: Colour? = nil, typed: [UInt8] = []) {
    self.colour = colour
    self.typed = typed
  }

  /// Takes the answers out of the bytes that came.
  init(answer: [UInt8]) {
    typed = answer
    if let range = Self.deviceAttributes(in: typed) { typed.removeSubrange(range) }
    guard let range = Self.backgroundColour(in: typed) else { return }
    colour = Self.colour(String(decoding: typed[range], as: UTF8.self))
    typed.removeSubrange(range)
  }

  /// `ESC [ ? numbers c`.
  private static func deviceAttributes(in bytes: [UInt8]) -> Range<Int>? {
    guard let start = index(of: "\u{1B}[?", in: bytes) else { return nil }
    let end = bytes[(start + 3)...].firstIndex { !(0x30...0x3B).contains($0) }
    guard let end, bytes[end] == UInt8(ascii: "c") else { return nil }
    return start..<end + 1
  }

  /// `ESC ] 11 ; colour` up to `BEL` or `ESC \`.
  private static func backgroundColour(in bytes: [UInt8]) -> Range<Int>? {
    guard let start = index(of: "\u{1B}]11;", in: bytes) else { return nil }
    for place in (start + 5)..<bytes.count {
      if bytes[place] == 0x07 { return start..<place + 1 }
      if bytes[place] == 0x1B, place + 1 < bytes.count { return start..<place + 2 }
    }
    return nil
  }

  private static func index(of text: String, in bytes: [UInt8]) -> Int? {
    let pattern = Array(text.utf8)
    return bytes.indices.first { bytes[$0...].starts(with: pattern) }
  }

  /// `rgb:RRRR/GGGG/BBBB`, each with one to four digits, of which the first two count.
  private static func colour(_ answer: String) -> Colour? {
    let parts = answer.split { ";\u{1B}\u{07}\\".contains($0) }
    guard let value = parts.first(where: { $0.hasPrefix("rgb:") || $0.hasPrefix("rgba:") }) else {
      return nil
    }
    let channels = value.drop { $0 != ":" }.dropFirst().split(separator: "/").prefix(3).compactMap { digits in
      UInt32(digits, radix: 16).flatMap { value in
        digits.count > 4 ? nil : UInt8(value * 255 / ((1 << (4 * UInt32(digits.count))) - 1))
      }
    }
    return channels.count == 3 ? Colour(channels[0], channels[1], channels[2]) : nil
  }
}

/// Time that only goes forward.
enum Clock {
  static func milliseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
