extension LayerKind {
  /// Rows of zeros and ones, or of counts, for ids.
  static let categoryEncoding = LayerKind(name: "CategoryEncoding", classNames: ["CategoryEncoding"]) {
    layer throws(LayerProblem) in
    let encoding = try CategoryEncoding(layer, default: "multi_hot", count: layer.size("num_tokens"))
    return Operation { call throws(LayerProblem) in
      let ids = try call.only()
      for id in ids.numbers where !(id >= 0 && id < Float(encoding.count)) {
        throw .id(id, rows: encoding.count)
      }
      return [try encoding(ids)]
    }
  }
}

/// How ids become what the next layer reads.
///
/// - Source: Keras 3, `numerical_utils.encode_categorical_inputs`.
struct CategoryEncoding: Sendable {
  private enum Mode: String, CaseIterable {
    /// The ids as they are.
    case ids = "int"
    /// A row for each id.
    case one = "one_hot"
    /// One row for all ids along the last axis, 1 where it is among them.
    case many = "multi_hot"
    /// … or how often.
    case count
  }

  private let mode: Mode
  let count: Int

  /// - Parameter count: How many ids there are.
  init(_ layer: LayerDescription, default fallback: String, count: Int) throws(LayerProblem) {
    let text = try layer.text("output_mode", default: fallback, among: Mode.allCases.map(\.rawValue))
    mode = Mode(rawValue: text) ?? .ids
    self.count = count
  }

  func callAsFunction(_ ids: Value) throws(LayerProblem) -> Value {
    guard mode != .ids else { return ids.reshaped(ids.shape) }
    var ids = ids
    if ids.shape.isEmpty { ids = ids.reshaped([1]) }
    if mode == .one, ids.shape.count > 1, ids.shape.last == 1 { ids = ids.reshaped(ids.shape.dropLast()) }
    let rows = try ids.oneHot(count)
    if mode == .one { return rows }
    return rows.reduced(over: [rows.shape.count - 2], keepingAxes: false) { numbers in
      let sum = numbers.reduce(0, +)
      return mode == .count ? sum : min(1, sum)
    }
  }
}

extension Value {
  /// A new last axis with a one at the place of each id, none for an id beyond it.
  func oneHot(_ count: Int) throws(LayerProblem) -> Value {
    let shape = shape + [count]
    var rows = [Float](repeating: 0, count: try Bounds.count(shape))
    for (row, id) in numbers.enumerated() {
      let id = id.rounded(.towardZero)
      if id >= 0, id < Float(count) { rows[row * count + Int(id)] = 1 }
    }
    return Value(shape: shape, rows)
  }
}
