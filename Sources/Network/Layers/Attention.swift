import Glibc

extension LayerKind {
  /// Each query takes a mean of the values, weighted by how well their keys fit it.
  ///
  ///     Attention           scores = query · keyᵀ · scale
  ///     AdditiveAttention   scores = Σ scale · tanh(query + key)
  ///     out = softmax(scores) · value
  ///
  /// Masked values have 1e9 taken from their scores; masked queries put out zeros.
  ///
  /// - Source: Keras 3, `Attention._calculate_scores` and `_apply_scores`.
  static let attention = LayerKind(
    name: "Attention", classNames: ["Attention", "AdditiveAttention"]
  ) { layer throws(LayerProblem) in
    let isAdditive = layer.className == "AdditiveAttention"
    let scales = try layer.flag("use_scale", default: isAdditive)
    let mode = try layer.text("score_mode", default: "dot", among: ["dot", "concat"])
    // A scale of the one is a number, of the other one for each feature.
    let scale = scales ? layer.weight(named: "scale").map { Value(shape: $0.shape, $0.values) } : nil
    guard !scales || scale != nil else {
      throw .missingWeight("scale", shape: isAdditive ? "(features,)" : "()")
    }
    let weight = mode == "concat" && !isAdditive ? try layer.weight("concat_score_weight", []) : [1]
    let isCausal = try layer.flag("causal")
    return Operation { call throws(LayerProblem) in
      let inputs = try call.all(2...3)
      for input in inputs {
        guard input.shape.count == 3 else {
          throw .input(found: input.shape, wanted: "(batch, timesteps, features)")
        }
        let wanted = Array(input.shape.prefix(2))
        guard input.mask?.shape ?? wanted == wanted else {
          throw .mask(found: input.mask?.shape ?? [], wanted: wanted)
        }
      }
      let (query, value, key) = (inputs[0], inputs[1], inputs[inputs.count - 1 == 2 ? 2 : 1])
      var scores: Value
      if isAdditive || mode == "concat" {
        let multiplier = isAdditive ? nil : scale
        scores = try additiveScores(query, key, inside: multiplier, outside: isAdditive ? scale : nil)
          .mapped { $0 * (weight.first ?? 1) }
      } else {
        scores = try Value.product(query, key.transposed([0, 2, 1]))
        if let scale { scores = try Value.combine(scores, scale) { $0 * $1 } }
      }
      if let mask = value.mask {
        let counts = Value(shape: [mask.shape[0], 1] + mask.shape.dropFirst(), mask.flags.map { $0 ? 1 : 0 })
        scores = try Value.combine(scores, counts) { $1 != 0 ? $0 : $0 - 1e9 }
      }
      if isCausal || call.keywords["use_causal_mask"]?.bool == true {
        let (rows, columns) = (scores.shape[1], scores.shape[2])
        let allowed = Value(
          shape: [rows, columns], (0..<rows * columns).map { $0 % columns <= $0 / columns ? 1 : 0 })
        scores = try Value.combine(scores, allowed) { $1 != 0 ? $0 : $0 - 1e9 }
      }
      let weights = scores.softmax(along: 2)
      var out = try Value.product(weights, value)
      if let mask = query.mask {
        out = try Value.combine(out, Value(shape: mask.shape + [1], mask.flags.map { $0 ? 1 : 0 })) {
          $1 != 0 ? $0 : 0
        }
        out.mask = mask
      }
      return call.keywords["return_attention_scores"]?.bool == true ? [out, weights] : [out]
    }
  }
}

/// Σ over features of outside · tanh(inside · (query + key)), for each pair of timesteps.
private func additiveScores(
  _ query: Value, _ key: Value, inside: Value?, outside: Value?
) throws(LayerProblem) -> Value {
  let (q, k) = (query.shape, key.shape)
  var sums = try Value.combine(
    query.reshaped([q[0], q[1], 1, q[2]]), key.reshaped([k[0], 1, k[1], k[2]])
  ) { $0 + $1 }
  if let inside { sums = try Value.combine(sums, inside) { $0 * $1 } }
  sums = sums.mapped { tanh($0) }
  if let outside { sums = try Value.combine(sums, outside) { $0 * $1 } }
  return sums.reduced(over: [3], keepingAxes: false) { $0.reduce(0, +) }
}
