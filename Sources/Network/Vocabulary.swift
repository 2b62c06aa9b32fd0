extension LayerDescription {
  /// The id of each word: those of the mask and of unknown words come first.
  ///
  /// - Source: Keras 3, `IndexLookup.set_vocabulary`: a list that begins with those two has them taken off.
  func vocabulary(masks: Bool, unknown: Int) throws(LayerProblem) -> [[UInt8]: Int] {
    guard let list = option("vocabulary")?.list else {
      throw .option("vocabulary", found: options["vocabulary"], wanted: "a list of words")
    }
    var words = list.compactMap(\.text)
    guard words.count == list.count else {
      throw .option("vocabulary", found: nil, wanted: "a list of words")
    }
    let unknownText = try text("oov_token", default: "[UNK]")
    if masks, words.first == (option("mask_token")?.text ?? "") { words.removeFirst() }
    if unknown > 0, words.count >= unknown, words.prefix(unknown).allSatisfy({ $0 == unknownText }) {
      words.removeFirst(unknown)
    }
    let first = (masks ? 1 : 0) + unknown
    guard words.count + first < 1 << 24 else { throw .tooLarge([words.count]) }
    // Bytes, because Swift takes differently composed letters for the same and TensorFlow does not.
    return Dictionary(words.enumerated().map { (Array($1.utf8), $0 + first) }) { earlier, _ in earlier }
  }
}

extension Operation {
  /// The word of each id.
  ///
  /// - Parameters:
  ///   - ids: The id of each word.
  ///   - special: The words before the first of them: nothing for padding, `[UNK]`.
  static func words(by ids: [[UInt8]: Int], special: [String]) -> [String] {
    var words = Array(repeating: "", count: (ids.values.max() ?? -1) + 1)
    for (place, word) in special.enumerated() where place < words.count { words[place] = word }
    for (bytes, id) in ids { words[id] = String(decoding: bytes, as: UTF8.self) }
    return words
  }
}

extension Call {
  func texts() throws(LayerProblem) -> (shape: [Int], texts: [String]) {
    guard inputs.count == 1 else { throw .inputCount(found: inputs.count, wanted: "1") }
    guard case .texts(let texts) = inputs[0].elements else { throw .texts(wanted: true) }
    return (inputs[0].shape, texts)
  }
}
