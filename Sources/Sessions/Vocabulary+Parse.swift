#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Vocabulary {
  /// The largest id that a map of so many words may name, so that a wrong file does not fill the memory.
  static func largestID(ofWords count: Int) -> Int { max(4 * count, 100_000) }

  /// Reads a vocabulary in any of its usual forms.
  ///
  /// A JSON list has the word of each id. A JSON map goes from words to ids or from ids to words. Keras'
  /// `tokenizer.to_json()` has a map in its configuration. Anything else is text, a word a line.
  ///
  /// - Throws: A `VocabularyError` with what is wrong.
  package init(parsing bytes: [UInt8]) throws(VocabularyError) {
    let start = bytes.first { !" \t\r\n".utf8.contains($0) }
    guard let start else { throw .empty }
    let looksLikeJSON = start == UInt8(ascii: "[") || start == UInt8(ascii: "{")
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw looksLikeJSON ? .notAVocabulary : .notText
    }
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    if lines.last == "" { lines.removeLast() }
    if looksLikeJSON, !Self.areWords(lines) {
      try self.init(json: Data(bytes))
    } else {
      self.init(lines)
    }
  }

  /// Whether lines that begin as JSON does are words all the same: `[UNK]`, or single characters.
  private static func areWords(_ lines: [String]) -> Bool {
    guard let first = lines.first(where: { !$0.isEmpty }) else { return false }
    if isSpecial(first), !first.contains(where: { "\",{}: ".contains($0) || $0.isNumber }) { return true }
    return lines.count > 2 && lines.allSatisfy { $0.count <= 1 || isSpecial($0) }
  }

  private init(json data: Data) throws(VocabularyError) {
    let decoder = JSONDecoder()
    if let list = try? decoder.decode([String].self, from: data) {
      guard !list.isEmpty else { throw .empty }
      self.init(list)
    } else if let map = try? decoder.decode([String: Int].self, from: data) {
      try self.init(map)
    } else if let map = try? decoder.decode([String: String].self, from: data) {
      try self.init(byID: map)
    } else if let tokenizer = try? decoder.decode(KerasTokenizer.self, from: data) {
      try self.init(tokenizer.config)
    } else {
      throw .notAVocabulary
    }
  }

  private init(_ map: [String: Int]) throws(VocabularyError) { self.init(try Self.words(of: map)) }

  /// The word of each id; empty where an id has none.
  private static func words(of map: [String: Int]) throws(VocabularyError) -> [String] {
    guard !map.isEmpty else { throw .empty }
    let largest = largestID(ofWords: map.count)
    for (word, id) in map {
      guard (0...largest).contains(id) else { throw .id("\(id)", word: word, largest: largest) }
    }
    var words = Array(repeating: "", count: (map.values.max() ?? 0) + 1)
    for (word, id) in map.sorted(by: { $0.key < $1.key }) {
      guard words[id].isEmpty else { throw .twice(id, words[id], word) }
      words[id] = word
    }
    return words
  }

  /// Words from `num_words` on are not used, and `oov_token` stands for them and for all that are not there.
  ///
  /// - Source: Keras 2, `Tokenizer.texts_to_sequences_generator`.
  private init(_ tokenizer: KerasTokenizer.Config) throws(VocabularyError) {
    guard let map = try? JSONDecoder().decode([String: Int].self, from: Data(tokenizer.word_index.utf8))
    else { throw .notAVocabulary }
    let used = map.filter { word, id in
      tokenizer.num_words.map { id < $0 } ?? true || word == tokenizer.oov_token
    }
    self.init(
      try Self.words(of: used), unknown: tokenizer.oov_token, isOfCharacters: tokenizer.char_level ?? false,
      isLowercase: tokenizer.lower)
  }

  private init(byID map: [String: String]) throws(VocabularyError) {
    var ids: [String: Int] = [:]
    for (text, word) in map {
      guard let id = Int(text) else {
        throw .id(text, word: word, largest: Self.largestID(ofWords: map.count))
      }
      guard ids[word] == nil else { continue }
      ids[word] = id
    }
    try self.init(ids)
  }

  /// What Keras' `Tokenizer.to_json` writes: the map is a text inside the text.
  private struct KerasTokenizer: Decodable {
    struct Config: Decodable {
      let word_index: String
      let num_words: Int?
      let oov_token: String?
      let char_level: Bool?
      let lower: Bool?
    }
    let config: Config
  }
}

/// Why a file is no vocabulary.
package enum VocabularyError: Error, Equatable {
  case empty
  case notText
  case notAVocabulary
  case id(String, word: String, largest: Int)
  case twice(Int, String, String)

  package var message: String {
    switch self {
    case .empty: "there is no word in it"
    case .notText: "it is neither JSON nor UTF-8 text, a word a line"
    case .notAVocabulary:
      "this JSON is no vocabulary; a list of words, a map from words to ids or from ids to words, "
        + "or Keras' tokenizer.to_json() is"
    case .id(let found, let word, let largest):
      "'\(word)' has the id \(found); ids are whole numbers from 0 to \(largest) in a map of so many words"
    case .twice(let id, let first, let second): "id \(id) is given to '\(first)' and to '\(second)'"
    }
  }
}
