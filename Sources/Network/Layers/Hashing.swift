extension LayerKind {
  /// Texts or whole numbers to bins.
  ///
  /// - Source: Keras 3, `Hashing._hash_values_to_bins`: numbers are hashed as they are written.
  static let hashing = LayerKind(name: "Hashing", classNames: ["Hashing"]) { layer throws(LayerProblem) in
    let bins = try layer.size("num_bins")
    if layer.option("salt") != nil { throw .unsupported("its option salt is set, and that hash is not run") }
    let mask = bins > 1 ? layer.option("mask_value") : nil
    let encoding = try CategoryEncoding(layer, default: "int", count: bins)
    let (first, count) = mask == nil ? (0, bins) : (1, bins - 1)
    @Sendable func bin(_ text: String) -> Float { Float(first + FarmHash.bin(of: text, count: count)) }
    return Operation { call throws(LayerProblem) in
      guard call.inputs.count == 1, let input = call.inputs.first else {
        throw .inputCount(found: call.inputs.count, wanted: "1")
      }
      let found: [Float]
      switch input.elements {
      case .texts(let texts): found = texts.map { $0 == mask?.text ? 0 : bin($0) }
      case .numbers(let numbers):
        let masked = mask?.number.map { Float($0) }
        found = zip(numbers, try input.wholeNumbers()).map { $0 == masked ? 0 : bin("\($1)") }
      }
      return [try encoding(Value(shape: input.shape, found))]
    }
  }
}
