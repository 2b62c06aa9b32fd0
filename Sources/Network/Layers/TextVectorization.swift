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
    return Operation(vocabulary: Operation.words(by: ids, special: ["", "[UNK]"])) {
      call throws(LayerProblem) in
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
