import Commands
package import Sessions

/// A text as ids, and what there is to say about words that are not in the vocabulary.
package struct Reading: Equatable, Sendable {
  /// nil where the text can't be read.
  package let ids: [Int]?
  /// Names unknown words, with the nearest known ones; nil where there are none.
  package let remark: String?

  package init(of text: String, in vocabulary: Vocabulary) {
    let tokens = vocabulary.tokens(of: text)
    guard !tokens.unknown.isEmpty else {
      ids = tokens.ids.isEmpty ? nil : tokens.ids
      remark = tokens.ids.isEmpty ? "there is no word in '\(text)'" : nil
      return
    }
    let named = tokens.unknown.prefix(3).map { word in
      // Of characters none is nearer than another.
      let near =
        vocabulary.isOfCharacters ? [] : nearest(to: word, of: vocabulary.ordinaryWords, count: 3)
      return "'\(word)' is not in the vocabulary"
        + (near.isEmpty ? "" : " (near: \(near.joined(separator: ", ")))")
    }
    let rest = tokens.unknown.count > 3 ? ", nor are \(tokens.unknown.count - 3) others" : ""
    let sentence = named.joined(separator: "; ") + rest
    if let unknown = vocabulary.unknown {
      ids = tokens.ids
      remark = "\(sentence); it is read as \(vocabulary.word(unknown))"
    } else {
      ids = nil
      remark = sentence
    }
  }
}
