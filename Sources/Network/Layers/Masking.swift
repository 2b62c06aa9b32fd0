extension LayerKind {
  /// A timestep counts where any feature differs from `mask_value`; where none does its features become 0.
  static let masking = LayerKind(name: "Masking", classNames: ["Masking"]) { layer throws(LayerProblem) in
    let value = Float(try layer.number("mask_value", default: 0))
    return Operation { call throws(LayerProblem) in
      let input = try call.only()
      guard let width = input.shape.last else {
        throw .input(found: input.shape, wanted: "(batch, …, features)")
      }
      var numbers = input.numbers
      var flags: [Bool] = []
      let rows = input.shape.dropLast().reduce(1, *)
      flags.reserveCapacity(rows)
      for row in 0..<rows {
        let range = row * width..<(row + 1) * width
        let counts = numbers[range].contains { $0 != value }
        flags.append(counts)
        if !counts { for place in range { numbers[place] = 0 } }
      }
      return [Value(shape: input.shape, numbers, mask: Mask(shape: Array(input.shape.dropLast()), flags))]
    }
  }
}
