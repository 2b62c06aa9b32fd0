extension LayerKind {
  /// Element by element over two inputs or more; where axes are missing they are added after the batch.
  ///
  /// - Source: Keras 3, `base_merge.Merge`: a timestep counts where it counts in any input, if all have masks.
  static let merge = LayerKind(
    name: "Merge", classNames: ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]
  ) { layer throws(LayerProblem) in
    let name = layer.className
    return Operation { call throws(LayerProblem) in
      let inputs = try call.all(name == "Subtract" ? 2...2 : 1...Int.max)
      let rank = inputs.map(\.shape.count).max() ?? 0
      let aligned = inputs.map { input in
        input.reshaped(
          input.shape.prefix(1) + Array(repeating: 1, count: rank - input.shape.count)
            + input.shape.dropFirst())
      }
      var out = aligned[0]
      for other in aligned.dropFirst() {
        out = try Value.combine(out, other) { a, b in
          switch name {
          case "Subtract": a - b
          case "Multiply": a * b
          case "Maximum": a.isNaN || b.isNaN ? .nan : max(a, b)
          case "Minimum": a.isNaN || b.isNaN ? .nan : min(a, b)
          default: a + b
          }
        }
      }
      if name == "Average" { out = out.mapped { $0 / Float(inputs.count) } }
      out.mask = unitedMask(inputs.map(\.mask))
      return [out]
    }
  }
}

private func unitedMask(_ masks: [Mask?]) -> Mask? {
  let present = masks.compactMap { $0 }
  guard present.count == masks.count, let first = present.first else { return nil }
  guard present.allSatisfy({ $0.shape == first.shape }) else { return nil }
  return present.dropFirst().reduce(first) { all, mask in
    Mask(shape: all.shape, zip(all.flags, mask.flags).map { $0 || $1 })
  }
}
