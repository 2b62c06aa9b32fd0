extension LayerKind {
  /// The sum of products along one axis of each of two inputs, sample by sample.
  ///
  /// - Source: Keras 3, `merging.dot.batch_dot`.
  static let dot = LayerKind(name: "Dot", classNames: ["Dot"]) { layer throws(LayerProblem) in
    guard let axes = try layer.integers("axes"), (1...2).contains(axes.count) else {
      throw .option("axes", found: layer.options["axes"], wanted: "one axis or two")
    }
    let normalizes = try layer.flag("normalize")
    return Operation { call throws(LayerProblem) in
      let inputs = try call.all(2...2)
      let first = try inputs[0].axis(axes[0], option: "axes")
      let second = try inputs[1].axis(axes[axes.count - 1], option: "axes")
      guard first > 0, second > 0 else {
        throw .option("axes", found: layer.options["axes"], wanted: "no batch axis")
      }
      guard inputs[0].shape[first] == inputs[1].shape[second] else {
        throw .input(found: inputs[1].shape, wanted: "\(inputs[0].shape[first]) along axis \(second)")
      }
      guard inputs[0].shape[0] == inputs[1].shape[0] else {
        throw .input(found: inputs[1].shape, wanted: "a batch of \(inputs[0].shape[0])")
      }
      let left = normalizes ? inputs[0].normalized(along: first) : inputs[0]
      let right = normalizes ? inputs[1].normalized(along: second) : inputs[1]
      return [try contracted(left, first, right, second)]
    }
  }
}

/// As matrices: the axes that stay of the first, those of the second.
private func contracted(_ a: Value, _ first: Int, _ b: Value, _ second: Int) throws(LayerProblem) -> Value {
  let rows = a.shape.indices.dropFirst().filter { $0 != first }
  let columns = b.shape.indices.dropFirst().filter { $0 != second }
  let (batch, inner) = (a.shape[0], a.shape[first])
  let left = a.transposed([0] + rows + [first])
    .reshaped([batch, rows.reduce(1) { $0 * a.shape[$1] }, inner])
  let right = b.transposed([0, second] + columns)
    .reshaped([batch, inner, columns.reduce(1) { $0 * b.shape[$1] }])
  let kept = rows.map { a.shape[$0] } + columns.map { b.shape[$0] }
  // Two vectors give a number, which Keras leaves as one column.
  return try Value.product(left, right).reshaped([batch] + (kept.isEmpty ? [1] : kept))
}

extension Value {
  /// Divided by its length along an axis.
  fileprivate func normalized(along axis: Int) -> Value {
    let squares = reduced(over: [axis], keepingAxes: true) { $0.reduce(0) { $0 + $1 * $1 } }
    let lengths = squares.mapped { 1 / max($0, 1e-12).squareRoot() }
    return (try? Value.combine(self, lengths) { $0 * $1 }) ?? self
  }
}
