extension LayerKind {
  /// Several attentions side by side, each between projections of query, key and value of its own.
  ///
  ///     q, k, v = query · Wq + bq, key · Wk + bk, value · Wv + bv       (batch, heads, timesteps, size)
  ///     out     = softmax(q · kᵀ / √key_dim) · v · Wo + bo
  ///
  /// Timesteps that a mask leaves out, of values, keys or queries, and with `use_causal_mask` later ones get no weight.
  ///
  /// - Source: Keras 3, `MultiHeadAttention.call`; kernels (features, heads, size), the output's (heads, size, features).
  static let multiHeadAttention = LayerKind(
    name: "MultiHeadAttention", classNames: ["MultiHeadAttention"]
  ) { layer throws(LayerProblem) in
    let axes = try layer.integers("attention_axes") ?? [1]
    guard axes == [1] else { throw .unsupported("its attention_axes are other than 1, which is not run") }
    guard try !layer.flag("use_gate") else { throw .unsupported("its option use_gate is not run") }
    guard layer.option("sliding_window") == nil else {
      throw .unsupported("its option sliding_window is not run")
    }
    let size = try layer.size("key_dim")
    let hasBias = try layer.flag("use_bias", default: true)
    let (query, key, value) = (
      try layer.projection("query", hasBias), try layer.projection("key", hasBias),
      try layer.projection("value", hasBias)
    )
    let output = try layer.weight("output/kernel", axes: ["heads", "value_dim", "features"])
    guard query.heads == key.heads, value.heads == query.heads, query.size == key.size, query.size == size,
      output.shape[0] == value.heads, output.shape[1] == value.size
    else { throw .unsupported("the arrays of its projections do not fit each other") }
    let features = output.shape[2]
    let bias = hasBias ? try layer.weight("output/bias", [features]) : nil
    return Operation { call throws(LayerProblem) in
      for name in ["attention_mask", "query_mask", "value_mask", "key_mask"] {
        guard call.keywords[name].map({ $0 == .null }) ?? true else {
          throw .unsupported("it is given a \(name) of its own, which is not run")
        }
      }
      let inputs = try call.all(2...3)
      let keys = inputs.count == 3 ? inputs[2] : inputs[1]
      let (q, k, v) = (try query(inputs[0]), try key(keys), try value(inputs[1]))
      let scale = 1 / Float(size).squareRoot()
      var scores = try Value.product(q.mapped { $0 * scale }, k.transposed([0, 1, 3, 2]))
      if let allowed = try attentionMask(inputs[0], inputs[1], keys, call) {
        scores = try Value.combine(scores, allowed) { $1 != 0 ? $0 : -3.0e38 }
      }
      let weights = scores.softmax(along: 3)
      let heads = try Value.product(weights, v).transposed([0, 2, 1, 3])
      let (batch, timesteps, width) = (heads.shape[0], heads.shape[1], output.shape[0] * output.shape[1])
      _ = try Bounds.count([batch, timesteps, features])
      let rows = multiply(
        heads.numbers[...], rows: batch * timesteps, inner: width, output.values[...], columns: features)
      let sum = Value(shape: [batch, timesteps, features], rows)
      let out = Value(shape: sum.shape, sum.adding(bias), mask: inputs[0].mask)
      return call.keywords["return_attention_scores"]?.bool == true ? [out, weights] : [out]
    }
  }
}

/// One of the projections: from (batch, timesteps, features) to (batch, heads, timesteps, size).
private struct Projection: Sendable {
  let kernel: NamedArray
  let bias: [Float]?

  var heads: Int { kernel.shape[1] }
  var size: Int { kernel.shape[2] }

  func callAsFunction(_ input: Value) throws(LayerProblem) -> Value {
    guard input.shape.count == 3, input.shape[2] == kernel.shape[0] else {
      throw .input(found: input.shape, wanted: "(batch, timesteps, \(kernel.shape[0]))")
    }
    let (batch, timesteps) = (input.shape[0], input.shape[1])
    _ = try Bounds.count([batch, timesteps, heads, size])
    let rows = multiply(
      input.numbers[...], rows: batch * timesteps, inner: kernel.shape[0], kernel.values[...],
      columns: heads * size)
    let value = Value(shape: [batch, timesteps, heads * size], rows)
    return Value(shape: [batch, timesteps, heads, size], value.adding(bias)).transposed([0, 2, 1, 3])
  }
}

extension LayerDescription {
  fileprivate func projection(_ name: String, _ hasBias: Bool) throws(LayerProblem) -> Projection {
    let kernel = try weight("\(name)/kernel", axes: ["features", "heads", "size"])
    let shape = Array(kernel.shape.dropFirst())
    return Projection(kernel: kernel, bias: hasBias ? try weight("\(name)/bias", shape) : nil)
  }
}

/// Which values each query may look at, (batch or 1, 1, queries, values); nil where it may look at all.
private func attentionMask(
  _ query: Value, _ value: Value, _ key: Value, _ call: Call
) throws(LayerProblem) -> Value? {
  let (rows, columns) = (query.shape[1], value.shape[1])
  var mask: Value?
  func add(_ more: Value) throws(LayerProblem) {
    mask = try mask.map { (held) throws(LayerProblem) in try Value.combine(held, more) { $0 * $1 } } ?? more
  }
  for (input, shape) in [(query, [rows, 1]), (value, [1, columns]), (key, [1, columns])] {
    guard let own = input.mask else { continue }
    let wanted = Array(input.shape.prefix(2))
    guard own.shape == wanted else { throw .mask(found: own.shape, wanted: wanted) }
    try add(Value(shape: [wanted[0], 1] + shape, own.flags.map { $0 ? 1 : 0 }))
  }
  if call.keywords["use_causal_mask"]?.bool == true {
    try add(
      Value(
        shape: [1, 1, rows, columns], (0..<rows * columns).map { $0 % columns <= $0 / columns ? 1 : 0 }))
  }
  return mask
}
