extension LayerKind {
  /// Which timesteps are within the length of each sample: 1 where they are, shaped as the first axes of x.
  ///
  /// - Source: ONNX, operator LSTM, `sequence_lens`.
  static let sequenceMask = LayerKind(name: "SequenceMask", classNames: ["onnx.SequenceMask"]) {
    layer throws(LayerProblem) in
    let isBatchFirst = try layer.integer("layout", default: 0) == 1
    return Operation { call throws(LayerProblem) in
      let inputs = try call.all(2...2)
      let (lengths, x) = (inputs[0].numbers, inputs[1])
      guard x.shape.count == 3, lengths.count == x.shape[isBatchFirst ? 0 : 1] else {
        throw .input(found: inputs[0].shape, wanted: "a length for each sample of \(describe(x.shape))")
      }
      let timesteps = Float(x.shape[isBatchFirst ? 1 : 0])
      guard lengths.allSatisfy({ $0 >= 0 && $0 <= timesteps }) else {
        throw .unsupported("sequence_lens has a length beyond the \(Int(timesteps)) timesteps")
      }
      let shape = Array(x.shape.prefix(2))
      let numbers = (0..<shape[0] * shape[1]).map { place in
        let (row, column) = (place / shape[1], place % shape[1])
        let (sample, timestep) = isBatchFirst ? (row, column) : (column, row)
        return Float(timestep) < lengths[sample] ? Float(1) : 0
      }
      return [Value(shape: shape, numbers)]
    }
  }
}
