extension LayerKind {
  /// A row of a table for each id; with `mask_zero`, id 0 does not count.
  ///
  /// - Source: Keras 3, `Embedding.call` and `_int8_call`, whose table is divided by a scale for each row.
  static let embedding = LayerKind(name: "Embedding", classNames: ["Embedding"]) {
    layer throws(LayerProblem) in
    let masksZero = try layer.flag("mask_zero")
    let table = try layer.weight("embeddings", axes: ["input_dim", "output_dim"])
    let (rows, width) = (table.shape[0], table.shape[1])
    var values = table.values
    if layer.weight(named: "embeddings_scale") != nil {
      let scale = try layer.weight("embeddings_scale", [rows])
      for place in values.indices { values[place] /= scale[place / width] }
    }
    let looked = values
    return Operation { call throws(LayerProblem) in
      let ids = try call.only()
      let count = try Bounds.count(ids.shape + [width])
      var out: [Float] = []
      out.reserveCapacity(count)
      for id in ids.numbers {
        // TensorFlow truncates what is no whole number.
        let row = id.rounded(.towardZero)
        guard row >= 0, row < Float(min(rows, 1 << 24)) else { throw .id(id, rows: rows) }
        out += looked[Int(row) * width..<(Int(row) + 1) * width]
      }
      let mask = masksZero ? Mask(shape: ids.shape, ids.numbers.map { $0 != 0 }) : nil
      return [Value(shape: ids.shape + [width], out, mask: mask)]
    }
  }
}
