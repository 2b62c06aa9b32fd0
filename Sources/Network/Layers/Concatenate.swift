extension LayerKind {
  static let concatenate = LayerKind(name: "Concatenate", classNames: ["Concatenate"]) {
    layer throws(LayerProblem) in
    let axis = try layer.integer("axis", default: -1)
    return Operation { call throws(LayerProblem) in
      let inputs = try call.all(1...Int.max)
      var out = try Value.concatenated(inputs, axis: axis)
      if inputs.contains(where: { $0.mask != nil }) { out.mask = try mask(of: inputs, axis: axis) }
      return [out]
    }
  }
}

/// An input without a mask counts everywhere; masks are stretched over the features, put side by side, and a
/// place counts where any feature does.
///
/// - Source: Keras 3, `Concatenate.compute_mask`.
private func mask(of inputs: [Value], axis: Int) throws(LayerProblem) -> Mask? {
  var stretched: [Value] = []
  for input in inputs {
    guard let mask = input.mask else {
      stretched.append(input.mapped { _ in 1 })
      continue
    }
    let numbers = mask.flags.map { Float($0 ? 1 : 0) }
    if mask.shape.count < input.shape.count {
      stretched.append(
        try Value.combine(Value(shape: mask.shape + [1], numbers), input.mapped { _ in 0 }) { a, _ in a })
    } else {
      stretched.append(Value(shape: mask.shape, numbers))
    }
  }
  let all = try Value.concatenated(stretched, axis: axis)
  guard all.shape.count > 1 else { return nil }
  let any = all.reduced(over: [all.shape.count - 1], keepingAxes: false) { $0.contains(1) ? 1 : 0 }
  return Mask(shape: any.shape, any.numbers.map { $0 != 0 })
}
