extension LayerKind {
  /// (batch, features) n times over: (batch, n, features).
  static let repeatVector = LayerKind(name: "RepeatVector", classNames: ["RepeatVector"]) {
    layer throws(LayerProblem) in
    let times = try layer.integer("n")
    return Operation { call throws(LayerProblem) in
      let input = try call.only(axes: 2, "(batch, features)")
      let (batch, width) = (input.shape[0], input.shape[1])
      let count = try Bounds.count([batch, times, width])
      var numbers: [Float] = []
      numbers.reserveCapacity(count)
      for row in 0..<batch {
        for _ in 0..<times { numbers += input.numbers[row * width..<(row + 1) * width] }
      }
      return [Value(shape: [batch, times, width], numbers)]
    }
  }
}
