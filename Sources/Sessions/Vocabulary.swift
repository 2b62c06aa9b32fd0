/// The words that a model's ids stand for.
///
/// Whether a text is taken in words or in characters, in lower case, and with its punctuation apart, follows
/// from the words themselves where nobody says it.
package struct Vocabulary: Sendable, Equatable {
  /// The word of each id; empty where an id has none.
  package let words: [String]
  private let ids: [String: Int]
  /// Whether its words are single characters, so that a text is taken letter by letter.
  package let isOfCharacters: Bool
  private let isLowercase: Bool
  /// The word that was named as the one for those that are not there.
  private let namedUnknown: String?

  /// - Parameters:
  ///   - words: The word of each id.
  ///   - unknown: What stands for a word that is not there; nil for a usual name.
  ///   - isOfCharacters: Whether a text is taken letter by letter; nil where the words tell.
  ///   - isLowercase: Whether a text is taken in lower case; nil where the words tell.
  package init(
    _ words: [String], unknown: String? = nil, isOfCharacters: Bool? = nil, isLowercase: Bool? = nil
  ) {
    self.words = words
    namedUnknown = unknown
    ids = Dictionary(
      words.enumerated().filter { !$1.isEmpty }.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let plain = words.filter { !$0.isEmpty && !Self.isSpecial($0) && $0 != unknown }
    self.isOfCharacters = isOfCharacters ?? (plain.count > 1 && plain.allSatisfy { $0.count == 1 })
    self.isLowercase = isLowercase ?? !plain.contains { $0 != $0.lowercased() }
  }

  package static func == (a: Vocabulary, b: Vocabulary) -> Bool {
    a.words == b.words && a.namedUnknown == b.namedUnknown && a.isOfCharacters == b.isOfCharacters
      && a.isLowercase == b.isLowercase
  }

  /// The id of a word as it stands in the vocabulary.
  package func id(of word: String) -> Int? { ids[word] }

  /// The word of an id; `id 17` where it has none, `pad` for the one that fills up.
  package func word(_ id: Int) -> String {
    guard words.indices.contains(id), !words[id].isEmpty else { return id == 0 ? "pad" : "id \(id)" }
    return switch words[id] {
    case "\t": "\\t"
    case "\n": "\\n"
    case " ": "␣"
    default: words[id]
    }
  }

  /// Those that a person would type: no padding, no start, no end.
  package var ordinaryWords: [String] { words.filter { !$0.isEmpty && !Self.isSpecial($0) } }

  /// `<start>`, `[UNK]`, `startseq`: a word about words.
  package static func isSpecial(_ word: String) -> Bool {
    guard word.count > 2 else { return false }
    return (word.hasPrefix("<") && word.hasSuffix(">")) || (word.hasPrefix("[") && word.hasSuffix("]"))
      || usual.contains(word)
  }

  // MARK: - Words with a job

  private static let usualPaddings = ["<pad>", "[PAD]", "<blank>", "<PAD>", "[pad]"]
  package static let usualStarts = [
    "<start>", "<s>", "[START]", "<sos>", "<bos>", "<go>", "<START>", "<SOS>", "<BOS>", "<GO>",
    "[start]", "[SOS]", "[BOS]", "startseq", "start_", "sos", "\t",
  ]
  private static let usualEnds = [
    "<end>", "</s>", "[END]", "<eos>", "<END>", "<EOS>", "[end]", "[EOS]", "endseq", "_end", "eos",
    "\n",
  ]
  private static let usualUnknowns = ["<unk>", "[UNK]", "<UNK>", "<oov>", "<OOV>", "UNK", "[unk]"]
  private static let usual = Set(usualPaddings + usualStarts + usualEnds + usualUnknowns)

  /// What fills a sentence up: id 0 where no word says that it does.
  package var padding: Int { first(of: Self.usualPaddings) ?? 0 }

  /// What a decoder is fed first; nil where no usual name is in the vocabulary.
  package var start: Int? { first(of: Self.usualStarts) }

  /// What ends a sentence; nil where no usual name is in the vocabulary.
  package var end: Int? { first(of: Self.usualEnds) }

  /// What stands for a word that is not there; nil where nothing does.
  package var unknown: Int? { first(of: (namedUnknown.map { [$0] } ?? []) + Self.usualUnknowns) }

  private func first(of names: [String]) -> Int? { names.lazy.compactMap { ids[$0] }.first }

  // MARK: - From a text to ids

  /// A text as ids.
  package struct Tokens: Equatable {
    package var ids: [Int] = []
    /// Words that are not in the vocabulary; they are in `ids` as the unknown word where there is one.
    package var unknown: [String] = []
  }

  /// Cuts a text into words or characters and looks them up.
  package func tokens(of text: String) -> Tokens {
    var tokens = Tokens()
    func take(_ word: String) {
      if let id = ids[word] {
        tokens.ids.append(id)
      } else {
        tokens.unknown.append(word)
        if let unknown { tokens.ids.append(unknown) }
      }
    }
    if isOfCharacters {
      (isLowercase ? text.lowercased() : text).forEach { take(String($0)) }
      return tokens
    }
    for piece in text.split(whereSeparator: \.isWhitespace) {
      // A word about words may have capitals among words that have none.
      let word = isLowercase && ids[String(piece)] == nil ? piece.lowercased() : String(piece)
      pieces(of: word).forEach(take)
    }
    return tokens
  }

  /// A word with the punctuation round it: as it is where it is a word, else apart, or left out where the
  /// vocabulary has none of it.
  private func pieces(of piece: String) -> [String] {
    guard ids[piece] == nil else { return [piece] }
    var word = piece[...]
    var before: [String] = []
    var behind: [String] = []
    while let first = word.first, first.isPunctuation || first.isSymbol, ids[String(word)] == nil {
      before.append(String(first))
      word.removeFirst()
    }
    while let last = word.last, last.isPunctuation || last.isSymbol, ids[String(word)] == nil {
      behind.insert(String(last), at: 0)
      word.removeLast()
    }
    let known = { (mark: String) in ids[mark] != nil }
    return before.filter(known) + parts(of: word) + behind.filter(known)
  }

  /// A word with marks inside, as in `kind,schläft`, at its marks. One that has an apostrophe or a hyphen stays
  /// whole where not all its parts are words.
  private func parts(of word: Substring) -> [String] {
    guard !word.isEmpty, ids[String(word)] == nil else { return word.isEmpty ? [] : [String(word)] }
    func parts(at isMark: (Character) -> Bool) -> [String] {
      var parts: [String] = [""]
      for letter in word {
        if isMark(letter) {
          parts += [String(letter), ""]
        } else {
          parts[parts.count - 1].append(letter)
        }
      }
      return parts.filter { !$0.isEmpty && (!isMark($0[$0.startIndex]) || ids[$0] != nil) }
    }
    let everywhere = parts { $0.isPunctuation || $0.isSymbol }
    if everywhere.count > 1, everywhere.allSatisfy({ ids[$0] != nil }) { return everywhere }
    return parts { ($0.isPunctuation || $0.isSymbol) && !"'’-‐_".contains($0) }
  }

  /// Ids as a text: words between blanks, characters side by side.
  package func text(of ids: [Int]) -> String {
    isOfCharacters
      ? ids.map { words.indices.contains($0) ? words[$0] : "" }.joined()
      : ids.map(word).joined(separator: " ")
  }
}
