extension LayerKind {
  /// Whole numbers to ids, or back with `invert`.
  ///
  /// - Source: Keras 3, `IndexLookup.call`; of several ids for what is not in the vocabulary the remainder chooses, or
  ///   the hash where `oov_method` says so.
  static let integerLookup = LayerKind(name: "IntegerLookup", classNames: ["IntegerLookup"]) {
    layer throws(LayerProblem) in
    let mask = layer.option("mask_token") == nil ? nil : try layer.integer("mask_token")
    let unknowns = try layer.integer("num_oov_indices", default: 1)
    guard (0...1 << 20).contains(unknowns) else {
      throw .option("num_oov_indices", found: layer.option("num_oov_indices"), wanted: "0 or more")
    }
    if layer.option("salt") != nil { throw .unsupported("its option salt is set, and that hash is not run") }
    let hashes =
      try layer.text("oov_method", default: "floormod", among: ["floormod", "farmhash"]) == "farmhash"
    let unknown = try layer.integer("oov_token", default: -1)
    let first = mask == nil ? 0 : 1
    let words = try layer.numbers(
      special: (mask.map { [$0] } ?? []) + Array(repeating: unknown, count: unknowns))
    let ids = Dictionary(words.enumerated().map { ($1, $0 + first + unknowns) }) { earlier, _ in earlier }
    let encoding = try CategoryEncoding(layer, default: "int", count: words.count + first + unknowns)
    if try layer.flag("pad_to_max_tokens") { throw .unsupported("its option pad_to_max_tokens is set") }
    if try layer.flag("invert") {
      return Operation { call throws(LayerProblem) in
        let input = try call.only()
        return [
          Value(
            shape: input.shape,
            input.numbers.map { id in
              let place = Int(exactly: id) ?? -1
              if place == 0, let mask { return Float(mask) }
              let word = place - first - unknowns
              return Float(words.indices.contains(word) ? words[word] : unknown)
            })
        ]
      }
    }
    let special = (mask == nil ? [] : [""]) + Array(repeating: "[UNK]", count: unknowns)
    return Operation(vocabulary: special + words.map(String.init)) { call throws(LayerProblem) in
      let input = try call.only()
      var found: [Float] = []
      for number in try input.wholeNumbers() {
        if number == mask {
          found.append(0)
        } else if let id = ids[number] {
          found.append(Float(id))
        } else {
          guard unknowns > 0 else {
            throw .unsupported("\(number) is not in its vocabulary, which has no place for others")
          }
          let bin =
            hashes
            ? FarmHash.bin(of: "\(number)", count: unknowns) : (number % unknowns + unknowns) % unknowns
          found.append(Float(first + bin))
        }
      }
      return [try encoding(Value(shape: input.shape, found))]
    }
  }
}

extension LayerDescription {
  /// The vocabulary of whole numbers, without those that stand for a mask and for what is unknown.
  ///
  /// - Source: Keras 3, `IndexLookup.set_vocabulary`.
  fileprivate func numbers(special: [Int]) throws(LayerProblem) -> [Int] {
    guard let list = option("vocabulary")?.list else {
      throw .option("vocabulary", found: options["vocabulary"], wanted: "a list of whole numbers")
    }
    // Where the layer learnt them they are lines of a file.
    let numbers = list.compactMap { $0.integer ?? $0.text.flatMap { Int($0) } }
    guard numbers.count == list.count, numbers.count + special.count < 1 << 24 else {
      throw .option("vocabulary", found: nil, wanted: "a list of whole numbers")
    }
    let hasSpecial = !special.isEmpty && Array(numbers.prefix(special.count)) == special
    return hasSpecial ? Array(numbers.dropFirst(special.count)) : numbers
  }
}

extension Value {
  /// As `tf.cast` makes them, towards zero; a float32 has held no larger ones exactly.
  func wholeNumbers() throws(LayerProblem) -> [Int] {
    var whole: [Int] = []
    whole.reserveCapacity(numbers.count)
    for number in numbers {
      guard number.magnitude < 0x1p24 else {
        throw .unsupported("\(number) is beyond ±2²⁴, and no whole number of that size is told from the next")
      }
      whole.append(Int(number.rounded(.towardZero)))
    }
    return whole
  }
}
