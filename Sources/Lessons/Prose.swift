/// Text of a page, word by word: what is code, what is strong, and which numbers stand in it.
package enum Prose {
  package struct Word: Equatable, Sendable {
    package let text: String
    package let isCode: Bool
    package let isStrong: Bool

    package init(text: String, isCode: Bool = false, isStrong: Bool = false) {
      self.text = text
      self.isCode = isCode
      self.isStrong = isStrong
    }
  }

  /// The words without Markdown's marks. A word that is code in part is code; code with blanks is several words.
  package static func words(of text: String) -> [Word] {
    var words: [Word] = []
    var word = ""
    var (isCode, isStrong, hasCode, hasStrong) = (false, false, false, false)
    func end() {
      if !word.isEmpty { words.append(Word(text: word, isCode: hasCode, isStrong: hasStrong)) }
      word = ""
      hasCode = isCode
      hasStrong = isStrong
    }
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case "`":
        isCode.toggle()
        if isCode { hasCode = true }
      case "*" where !isCode:
        if rest.first == "*" { rest.removeFirst() }
        isStrong.toggle()
        if isStrong { hasStrong = true }
      case " ": end()
      default: word.append(character)
      }
    }
    end()
    return words
  }

  /// The text as it is read, without Markdown's marks.
  package static func plain(_ text: String) -> String { words(of: text).map(\.text).joined(separator: " ") }

  /// The numbers that a text states, as they are written, without a sign and a percent sign's blank.
  ///
  /// Not among them is what counts places instead of saying something about the model: `t 1`, `unit 2`, `line 9`,
  /// `page 3`, `tensor 1`, `Keras 3`; nor a whole number in code, where it is a part of a name.
  package static func numbers(in text: String) -> [String] {
    var numbers: [String] = []
    var before = ""
    // The number of an item counts items.
    let body = marker(of: text).map { text.dropFirst($0.count) } ?? text[...]
    for word in words(of: String(body)) {
      let bare = word.text.trimmingPunctuation
      if let number = bare.statedNumber, !(word.isCode && !number.contains(".")),
        !places.contains(before.trimmingPunctuation.lowercased())
      {
        numbers.append(number)
      }
      before = word.text
    }
    return numbers
  }

  /// What an item begins with: `• `, or the number of an ordered list, `12. `; nil where the text is no item.
  package static func marker(of text: String) -> String? {
    if text.hasPrefix("• ") { return "• " }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let rest = text.dropFirst(digits.count)
    guard (1...2).contains(digits.count), rest.hasPrefix(". ") || rest.hasPrefix(") ") else { return nil }
    return String(digits) + rest.prefix(2)
  }

  private static let places: Set<String> = [
    "t", "unit", "line", "page", "tensor", "tensors", "keras", "sample", "timestep", "lesson", "tf.keras",
    "units",
    "timesteps", "lines", "column", "columns", "class", "feature", "id",
  ]
}

extension String {
  fileprivate var trimmingPunctuation: String {
    var text = self[...]
    while let first = text.first, "([{\"'«„“”’,;:…?!".contains(first) { text.removeFirst() }
    while let last = text.last, ")]}\"'»“”’,;:…?!.".contains(last) { text.removeLast() }
    return String(text)
  }

  /// The number that the word is, without its sign: `0.31` of `-0.31`, `77` of `77%`.
  fileprivate var statedNumber: String? {
    var text = self[...]
    if let first = text.first, "+-−≈±×<>=".contains(first) { text.removeFirst() }
    if text.last == "%" || text.last == "×" { text.removeLast() }
    let plain = text.filter { $0 != "," }
    guard let first = plain.first, first.isASCII, first.isNumber,
      plain.allSatisfy({ $0.isASCII && ($0.isNumber || ".eE+-".contains($0)) }), Double(plain) != nil
    else { return nil }
    return String(plain)
  }
}
