#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Vocabulary {
  /// The largest id that a map may name, so that a wrong file does not fill the memory.
  static let largestID = 10_000_000

  /// Reads a vocabulary in any of its usual forms.
  ///
  /// A JSON list has the word of each id. A JSON map goes from words to ids or from ids to words. Keras'
  /// `tokenizer.to_json()` has a map in its configuration. Anything else is text, a word a line.
  ///
  /// - Throws: A `VocabularyError` with what is wrong.
  package init(parsing bytes: [UInt8]) throws(VocabularyError) {
    let start = bytes.first { !" \t\r\n".utf8.contains($0) }
    guard let start else { throw .empty }
    if start == UInt8(ascii: "[") || start == UInt8(ascii: "{") {
      try self.init(json: Data(bytes))
    } else {
      guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
      var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
      if lines.last == "" { lines.removeLast() }
      self.init(lines)
    }
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
    } else if let tokenizer = try? decoder.decode(KerasTokenizer.self, from: data),
      let map = try? decoder.decode([String: Int].self, from: Data(tokenizer.config.word_index.utf8))
    {
      try self.init(map)
    } else {
      throw .notAVocabulary
    }
  }

  private init(_ map: [String: Int]) throws(VocabularyError) {
    guard !map.isEmpty else { throw .empty }
    for (word, id) in map {
      guard (0...Self.largestID).contains(id) else { throw .id("\(id)", word: word) }
    }
    var words = Array(repeating: "", count: (map.values.max() ?? 0) + 1)
    for (word, id) in map.sorted(by: { $0.key < $1.key }) {
      guard words[id].isEmpty else { throw .twice(id, words[id], word) }
      words[id] = word
    }
    self.init(words)
  }

  private init(byID map: [String: String]) throws(VocabularyError) {
    var ids: [String: Int] = [:]
    for (text, word) in map {
      guard let id = Int(text) else { throw .id(text, word: word) }
      guard ids[word] == nil else { continue }
      ids[word] = id
    }
    try self.init(ids)
  }

  /// What Keras' `Tokenizer.to_json` writes: the map is a text inside the text.
  private struct KerasTokenizer: Decodable {
    struct Config: Decodable { let word_index: String }
    let config: Config
  }
}

/// Why a file is no vocabulary.
package enum VocabularyError: Error, Equatable {
  case empty
  case notText
  case notAVocabulary
  case id(String, word: String)
  case twice(Int, String, String)

  package var message: String {
    switch self {
    case .empty: "there is no word in it"
    case .notText: "it is neither JSON nor UTF-8 text, a word a line"
    case .notAVocabulary:
      "this JSON is no vocabulary; a list of words, a map from words to ids or from ids to words, "
        + "or Keras' tokenizer.to_json() is"
    case .id(let found, let word):
      "'\(word)' has the id \(found); ids are whole numbers from 0 to \(Vocabulary.largestID)"
    case .twice(let id, let first, let second): "id \(id) is given to '\(first)' and to '\(second)'"
    }
  }
}
