import LSTM

extension LayerKind {
  /// A Dense whose sums are told by an equation: `abc,cd->abd`.
  ///
  /// - Source: Keras 3, `EinsumDense.call`.
  static let einsumDense = LayerKind(name: "EinsumDense", classNames: ["EinsumDense"]) {
    layer throws(LayerProblem) in
    guard let kernel = layer.weight(named: "kernel") else {
      throw .missingWeight("kernel", shape: "of its equation")
    }
    guard layer.weight(named: "kernel_scale") == nil else {
      throw .unsupported("its weights are quantized, which is not run of this layer")
    }
    let equation = try layer.text("equation", default: "")
    let bias = layer.option("bias_axes") == nil ? nil : layer.weight(named: "bias")
    guard layer.option("bias_axes") == nil || bias != nil else {
      throw .missingWeight("bias", shape: "of its bias_axes")
    }
    let activation = try layer.activation("activation")
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      var sum = try Value.einsum(
        spelledOut(equation, axes: input.shape.count), [input, Value(shape: kernel.shape, kernel.values)])
      if let bias { sum = try Value.combine(sum, Value(shape: bias.shape, bias.values)) { $0 + $1 } }
      return [activation(Value(shape: sum.shape, sum.numbers, mask: call.mask))]
    }
  }
}

/// The equation with letters for `...`, as many as the input has axes beside the ones named.
private func spelledOut(_ equation: String, axes: Int) -> String {
  let named = equation.prefix { $0 != "," }.filter(\.isLetter).count
  let rest = String("ABCDEFGHIJKLMNOPQRSTUVWXYZ".prefix(max(0, axes - named)))
  return equation.replacing("...", with: rest)
}
