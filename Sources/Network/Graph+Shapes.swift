extension Graph {
  /// The shape of what each node puts out, nil for an axis that the inputs leave open: of the batch, of the timesteps.
  ///
  /// Nothing is known of a layer but how to run it, so it is run: twice, on zeros of two sizes. An axis that is as long
  /// both times is so long.
  ///
  /// - Returns: For each node that of its first output; nil where it was not run, or its number of axes differs.
  package func shapes() -> [[Int?]?] {
    let unknown: [[Int?]?] = nodes.map { _ in nil }
    let patience = Patience(left: nodes.count * 2 + 1000)
    guard let small = zeros(batch: 2, open: 16), let large = zeros(batch: 3, open: 17),
      let first = try? run(small, progress: { _ in patience.lasts }),
      let second = try? run(large, progress: { _ in patience.lasts })
    else { return unknown }
    return zip(first.shapes, second.shapes).map { small, large in
      guard let small = small?.first, let large = large?.first, small.count == large.count else { return nil }
      return zip(small, large).map { $0 == $1 ? $0 : nil }
    }
  }

  /// nil where it would be more than somebody waits for who asks for the shapes alone.
  private func zeros(batch: Int, open: Int) -> [Value?]? {
    var values: [Value?] = []
    // As many words.
    let text = Array(repeating: "a", count: open).joined(separator: " ")
    for input in inputs {
      var shape = input.shape.map { $0 ?? open }
      if input.hasBatch, let first = input.shape.first, first == nil { shape[0] = batch }
      guard let count = try? Bounds.count(shape), count <= Self.mostZeros else { return nil }
      values.append(
        input.kind == .texts
          ? Value(shape: shape, texts: Array(repeating: text, count: count))
          : Value(shape: shape, Array(repeating: 0, count: count)))
    }
    return values
  }

  private static let mostZeros = 1 << 18
}

/// How often a run may still tell how far it is: before each layer, and every few milliseconds inside an LSTM.
///
/// A class because both runs count on the same one.
private final class Patience {
  private var left: Int

  init(left: Int) { self.left = left }

  var lasts: Bool {
    left -= 1
    return left > 0
  }
}
