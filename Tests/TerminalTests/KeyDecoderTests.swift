import Canvas
import TestSupport
import Testing

@testable import Terminal

@Suite struct KeyDecoderTests {
  /// All events of a text that comes in one piece, when no more is to come.
  func events(_ text: String) -> [Event] { events(Array(text.utf8)) }

  func events(_ bytes: [UInt8]) -> [Event] {
    var decoder = KeyDecoder()
    decoder.append(bytes)
    return drain(&decoder, isComplete: true)
  }

  func drain(_ decoder: inout KeyDecoder, isComplete: Bool) -> [Event] {
    var events: [Event] = []
    while let event = decoder.next(isComplete: isComplete) { events.append(event) }
    return events
  }

  static let sequences: [(String, [Key])] = [
    ("a", [.character("a")]), ("é日😀", [.character("é"), .character("日"), .character("😀")]),
    ("\u{3}\u{12}\u{1A}", [.control("c"), .control("r"), .control("z")]), ("\u{0}", [.control("@")]),
    ("\r\n\t", [.enter, .enter, .tab]), ("\u{7F}\u{8}", [.backspace, .backspace]),
    ("\u{1B}", [.escape]), ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}[A\u{1B}OB", [.up, .down]),
    ("\u{1B}[C\u{1B}OD", [.right, .left]), ("\u{1B}[1;5C\u{1B}O5D", [.right, .left]),
    ("\u{1B}[H\u{1B}[F\u{1B}OH\u{1B}OF", [.home, .end, .home, .end]),
    ("\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~", [.home, .end, .home, .end]),
    ("\u{1B}[5~\u{1B}[6~\u{1B}[3~\u{1B}[Z", [.pageUp, .pageDown, .delete, .backTab]),
    (
      "\u{1B}OP\u{1B}[[B\u{1B}[13~\u{1B}[24~\u{1B}[15;2~",
      [.function(1), .function(2), .function(3), .function(12), .function(5)]
    ),
    ("\u{1B}OM", [.enter]),
    // Alt and a key, focus, an unknown sequence, late answers: nothing, and nothing of them is taken for a letter.
    ("\u{1B}xq", [.character("q")]), ("\u{1B}éq", [.character("q")]), ("\u{1B}[Iq", [.character("q")]),
    ("\u{1B}[97;5uq", [.character("q")]), ("\u{1B}[?62;4cq", [.character("q")]),
    ("\u{1B}[2~q", [.character("q")]),
    ("\u{1B}]11;rgb:1111/2222/3333\u{1B}\\q", [.character("q")]), ("\u{1B}]0;x\u{7}q", [.character("q")]),
    ("\u{1B}[\u{1B}q", []), ("\u{1B}[", []), ("\u{1B}O", []), ("\u{1B}]", []),
  ]

  @Test("A sequence is the key that sends it.", arguments: sequences)
  func sequence(text: String, keys: [Key]) {
    #expect(events(text) == keys.map(Event.key))
  }

  @Test("A sequence that comes byte by byte is the same.", arguments: sequences)
  func slowly(text: String, keys: [Key]) {
    var decoder = KeyDecoder()
    var events: [Event] = []
    for byte in text.utf8 {
      decoder.append([byte])
      events += drain(&decoder, isComplete: false)
    }
    events += drain(&decoder, isComplete: true)
    #expect(events == keys.map(Event.key))
    #expect(!decoder.isWaiting)
  }

  @Test("Bytes that are no UTF-8 are dropped.")
  func invalid() {
    #expect(
      events([0xFF, 0x80, 0x61, 0xC3, 0x62, 0xE2, 0x82]) == [.key(.character("a")), .key(.character("b"))])
    #expect(events([0xED, 0xA0, 0x80, 0x61]) == [.key(.character("a"))])
    #expect(events([0xC2, 0x9B, 0x61]) == [.key(.character("a"))])
  }

  @Test("A paste is text, its control characters gone; a key after it is a key.")
  func paste() {
    #expect(events("\u{1B}[200~q\r\nb\u{1B}[A\u{7}\u{1B}[201~q") == [.text("q\nb[A"), .key(.character("q"))])
    #expect(events("\u{1B}[200~never ended") == [.text("never ended")])
  }

  @Test("A paste waits for its end, longer than the Escape key does.")
  func unfinishedPaste() {
    var decoder = KeyDecoder()
    decoder.append(Array("\u{1B}[200~one".utf8))
    #expect(drain(&decoder, isComplete: false).isEmpty)
    #expect(decoder.patience > 100)
    decoder.append(Array(" two\u{1B}[20".utf8))
    #expect(drain(&decoder, isComplete: false).isEmpty)
    decoder.append(Array("1~".utf8))
    #expect(drain(&decoder, isComplete: false) == [.text("one two")])
    #expect(decoder.patience == 25)
  }

  @Test("Random bytes never trap, and all of them are used up.")
  func random() {
    var generator = SplitMix(state: 7)
    let favourites = Array("\u{1B}[O]~;0129AMm\u{7}\\é".utf8) + [0xFF, 0xE2]
    for _ in 0..<3000 {
      var decoder = KeyDecoder()
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        decoder.append((0..<4).map { _ in favourites.randomElement(using: &generator) ?? 0 })
        _ = drain(&decoder, isComplete: Bool.random(using: &generator))
      }
      _ = drain(&decoder, isComplete: true)
      #expect(!decoder.isWaiting)
    }
  }

  struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
