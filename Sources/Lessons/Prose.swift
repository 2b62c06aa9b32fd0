/// Text of a page, word by word: what is code, what is strong, and which numbers stand in it.
package enum Prose {
  package struct Word: Equatable, Sendable {
    package let text: String
    package let isCode: Bool
    package let isStrong: Bool
    /// Where a link leads that it is in.
    package let link: String?

    package init(text: String, isCode: Bool = false, isStrong: Bool = false, link: String? = nil) {
      self.text = text
      self.isCode = isCode
      self.isStrong = isStrong
      self.link = link
    }
  }

  /// The words without Markdown's marks. A word that is code in part is code; code with blanks is several words.
  package static func words(of text: String) -> [Word] {
    var words: [Word] = []
    var word = ""
    var (isCode, isStrong, hasCode, hasStrong) = (false, false, false, false)
    // The characters left of a link's text, and where it leads.
    var (link, left): (String?, Int) = (nil, 0)
    func end() {
      if !word.isEmpty { words.append(Word(text: word, isCode: hasCode, isStrong: hasStrong, link: link)) }
      word = ""
      hasCode = isCode
      hasStrong = isStrong
    }
    var rest = text[...]
    while let character = rest.popFirst() {
      if link != nil {
        left -= 1
        // The `](…)` behind the text; what comes after it is a word of its own, without a blank only in Markdown.
        if left < 0 {
          end()
          rest = rest.drop { $0 != ")" }.dropFirst()
          (link, left) = (nil, 0)
          // A mark behind it stays at it.
          if let last = words.last, let mark = rest.first, ".,;:!?)".contains(mark) {
            rest.removeFirst()
            words[words.count - 1] = Word(
              text: last.text + String(mark), isCode: last.isCode, isStrong: last.isStrong, link: last.link)
          }
          continue
        }
      } else if character == "[", !isCode, let found = Self.link(in: rest) {
        (link, left) = (found.target, found.length)
        continue
      }
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

  /// The link whose text begins here, `text](target)`; nil where there is none.
  package static func link(in text: Substring) -> (length: Int, target: String)? {
    guard let close = text.firstIndex(of: "]"), !text[..<close].contains("["),
      let open = text.index(close, offsetBy: 1, limitedBy: text.endIndex), open < text.endIndex,
      text[open] == "(", let end = text[open...].firstIndex(of: ")")
    else { return nil }
    let target = text[text.index(after: open)..<end]
    guard !target.isEmpty, !target.contains(" ") else { return nil }
    return (text[..<close].count, String(target))
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
