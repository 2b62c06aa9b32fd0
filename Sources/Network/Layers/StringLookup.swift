extension LayerKind {
  /// Texts to ids, or back with `invert`.
  ///
  /// - Source: Keras 3, `IndexLookup.call`; of several ids for what is not in the vocabulary the hash chooses.
  static let stringLookup = LayerKind(name: "StringLookup", classNames: ["StringLookup"]) {
    layer throws(LayerProblem) in
    let masks = layer.option("mask_token") != nil
    let unknowns = try layer.integer("num_oov_indices", default: 1)
    guard (0...1 << 20).contains(unknowns) else {
      throw .option("num_oov_indices", found: layer.option("num_oov_indices"), wanted: "0 or more")
    }
    if unknowns > 1, layer.option("salt") != nil {
      throw .unsupported("its option salt is set, and that hash is not run")
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
    let special = (masks ? [""] : []) + Array(repeating: "[UNK]", count: unknowns)
    return Operation(vocabulary: Operation.words(by: ids, special: special)) { call throws(LayerProblem) in
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
          numbers.append(Float(unknown + FarmHash.bin(of: text, count: unknowns)))
        }
      }
      return [Value(shape: texts.shape, numbers)]
    }
  }
}
