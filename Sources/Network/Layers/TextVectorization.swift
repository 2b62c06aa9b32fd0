extension LayerKind {
  /// Texts to ids by a vocabulary, which the reader puts into the options where the file keeps it elsewhere.
  ///
  /// - Source: Keras 3, `TextVectorization.call`; id 0 is padding, 1 a word that is not in the vocabulary.
  static let textVectorization = LayerKind(
    name: "TextVectorization", classNames: ["TextVectorization"]
  ) { layer throws(LayerProblem) in
    let standardize = try layer.text(
      "standardize", default: "", among: ["lower_and_strip_punctuation", "lower", "strip_punctuation"])
    let split = try layer.text("split", default: "", among: ["whitespace", "character"])
    guard layer.option("ngrams") == nil else {
      throw .unsupported("its option ngrams is set, which is not run")
    }
    guard try layer.text("output_mode", default: "int") == "int" else {
      throw .unsupported(
        "its output_mode is \(layer.options["output_mode"]?.spelled ?? ""), and only 'int' is run")
    }
    let ids = try layer.vocabulary(masks: true, unknown: 1)
    let length =
      layer.option("output_sequence_length") == nil ? nil : try layer.size("output_sequence_length")
    return Operation { call throws(LayerProblem) in
      let texts = try call.texts()
      let rows = texts.texts.map { text in
        split == "" ? [standardized(text, standardize)] : words(standardized(text, standardize), by: split)
      }
      if split == "" {
        return [Value(shape: texts.shape, rows.flatMap { $0 }.map { Float(ids[Array($0.utf8)] ?? 1) })]
      }
      let width = length ?? rows.map(\.count).max() ?? 0
      _ = try Bounds.count([rows.count, width])
      let numbers = rows.flatMap { row in
        row.prefix(width).map { Float(ids[Array($0.utf8)] ?? 1) }
          + Array(repeating: 0, count: max(0, width - row.count))
      }
      return [Value(shape: [rows.count, width], numbers)]
    }
  }

  /// Texts to ids, or back with `invert`.
  ///
  /// - Source: Keras 3, `StringLookup` with one index for what is not in the vocabulary.
  static let stringLookup = LayerKind(name: "StringLookup", classNames: ["StringLookup"]) {
    layer throws(LayerProblem) in
    let masks = layer.option("mask_token") != nil
    let unknowns = try layer.integer("num_oov_indices", default: 1)
    guard (0...1).contains(unknowns) else {
      throw .unsupported(
        "its option num_oov_indices is \(unknowns), and the hash that chooses among them is not run")
    }
    guard try layer.text("output_mode", default: "int") == "int" else {
      throw .unsupported(
        "its output_mode is \(layer.options["output_mode"]?.spelled ?? ""), and only 'int' is run")
    }
    let ids = try layer.vocabulary(masks: masks, unknown: unknowns)
    let unknown = masks ? 1 : 0
    if try layer.flag("invert") {
      let unknownText = try layer.text("oov_token", default: "[UNK]")
      let texts = Dictionary(uniqueKeysWithValues: ids.map { ($1, String(decoding: $0, as: UTF8.self)) })
      return Operation { call throws(LayerProblem) in
        let input = try call.only()
        let found = input.numbers.map { number in
          number == 0 && masks ? "" : Int(exactly: number).flatMap { texts[$0] } ?? unknownText
        }
        return [Value(shape: input.shape, texts: found)]
      }
    }
    return Operation { call throws(LayerProblem) in
      let texts = try call.texts()
      var numbers: [Float] = []
      for text in texts.texts {
        if masks && text == "" {
          numbers.append(0)
        } else if let id = ids[Array(text.utf8)] {
          numbers.append(Float(id))
        } else {
          guard unknowns > 0 else {
            throw .unsupported("'\(text)' is not in its vocabulary, which has no place for others")
          }
          numbers.append(Float(unknown))
        }
      }
      return [Value(shape: texts.shape, numbers)]
    }
  }
}

extension LayerDescription {
  /// The id of each word: those of the mask and of unknown words come first.
  ///
  /// - Source: Keras 3, `IndexLookup.set_vocabulary`: a list that begins with those two has them taken off.
  fileprivate func vocabulary(masks: Bool, unknown: Int) throws(LayerProblem) -> [[UInt8]: Int] {
    guard let list = option("vocabulary")?.list else {
      throw .option("vocabulary", found: options["vocabulary"], wanted: "a list of words")
    }
    var words = list.compactMap(\.text)
    guard words.count == list.count else {
      throw .option("vocabulary", found: nil, wanted: "a list of words")
    }
    let unknownText = try text("oov_token", default: "[UNK]")
    if masks, words.first == (option("mask_token")?.text ?? "") { words.removeFirst() }
    if unknown == 1, words.first == unknownText { words.removeFirst() }
    let first = (masks ? 1 : 0) + unknown
    guard words.count + first < 1 << 24 else { throw .tooLarge([words.count]) }
    // Bytes, because Swift takes differently composed letters for the same and TensorFlow does not.
    return Dictionary(words.enumerated().map { (Array($1.utf8), $0 + first) }) { earlier, _ in earlier }
  }
}

extension Call {
  fileprivate func texts() throws(LayerProblem) -> (shape: [Int], texts: [String]) {
    guard inputs.count == 1 else { throw .inputCount(found: inputs.count, wanted: "1") }
    guard case .texts(let texts) = inputs[0].elements else { throw .texts(wanted: true) }
    return (inputs[0].shape, texts)
  }
}

/// - Source: Keras 3, `TextVectorization._standardize`; TensorFlow lowers ASCII only.
private func standardized(_ text: String, _ how: String) -> String {
  var scalars = text.unicodeScalars.map { $0 }
  if how.hasPrefix("lower") {
    scalars = scalars.map { ("A"..."Z").contains($0) ? Unicode.Scalar(UInt8($0.value) + 32) : $0 }
  }
  if how.hasSuffix("strip_punctuation") {
    let punctuation = Set("!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'".unicodeScalars)
    scalars.removeAll { punctuation.contains($0) }
  }
  return String(String.UnicodeScalarView(scalars))
}

private func words(_ text: String, by split: String) -> [String] {
  if split == "character" { return text.unicodeScalars.map { String($0) } }
  return text.unicodeScalars.split { " \t\n\r\u{0B}\u{0C}".unicodeScalars.contains($0) }.map { String($0) }
}
