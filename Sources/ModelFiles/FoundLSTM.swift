import LSTM
import Network
import TensorFiles

/// One direction of one LSTM among the arrays of a file, with its layout settled.
struct FoundLSTM {
  let arrays: [ArrayName.Role: StoredTensor]
  let isBackward: Bool
  let features: Int
  let units: Int
  /// Of h: the projection's width, or the units.
  let outputs: Int
  /// Whether matrices are (inputs, 4·units) as Keras has them, and not (4·units, inputs) as PyTorch does.
  let isKeras: Bool

  /// The recurrent matrix, four times as long one way as the other, settles the layout and the units.
  ///
  /// - Returns: nil where the arrays are none of an LSTM: a GRU has three gates, a simple RNN one.
  init?(_ arrays: [ArrayName.Role: StoredTensor], isBackward: Bool) {
    guard let kernel = arrays[.kernel], let recurrent = arrays[.recurrentKernel], kernel.shape.count == 2,
      recurrent.shape.count == 2, arrays.values.allSatisfy(\.isFloat)
    else { return nil }
    let (rows, columns) = (recurrent.shape[0], recurrent.shape[1])
    guard (1..<1 << 26).contains(rows), (1..<1 << 26).contains(columns) else { return nil }
    if let projection = arrays[.projection], projection.shape.count == 2 {
      let (first, second) = (projection.shape[0], projection.shape[1])
      if rows % 4 == 0, [first, second] == [columns, rows / 4] {
        (units, outputs, isKeras) = (rows / 4, columns, false)
      } else if columns % 4 == 0, [first, second] == [columns / 4, rows] {
        (units, outputs, isKeras) = (columns / 4, rows, true)
      } else {
        return nil
      }
    } else if columns == 4 * rows {
      (units, outputs, isKeras) = (rows, rows, true)
    } else if rows == 4 * columns {
      (units, outputs, isKeras) = (columns, columns, false)
    } else {
      return nil
    }
    features = kernel.shape[isKeras ? 0 : 1]
    guard features > 0 else { return nil }
    self.arrays = arrays
    self.isBackward = isBackward
  }

  /// As `LayerDescription` wants them, and both biases where there are two.
  struct Weights {
    var arrays: [NamedArray] = []
    var biases: (input: [Float], recurrent: [Float])?
    var warnings: [String] = []
    var dtypes: Set<String> = []
  }

  /// - Parameter layer: Its name, for messages.
  func weights(of layer: String) throws(ModelFileError) -> Weights {
    do {
      return try read(layer)
    } catch {
      throw .layer(name: layer, className: "LSTM", error)
    }
  }

  private func read(_ layer: String) throws(LayerFault) -> Weights {
    var weights = Weights()
    let width = 4 * units
    func add(_ name: String, _ role: ArrayName.Role, _ shape: [Int], meaning: String) throws(LayerFault) {
      guard let values = try values(role, shape, meaning: meaning, &weights) else { return }
      weights.arrays.append(NamedArray(name: name, shape: shape, values: values))
      warn(of: name, shape, values, layer: layer, &weights)
    }
    try add("kernel", .kernel, [features, width], meaning: "(features, 4·units)")
    try add("recurrent_kernel", .recurrentKernel, [outputs, width], meaning: "(units, 4·units)")
    try add("projection", .projection, [units, outputs], meaning: "(units, outputs)")
    try add("peephole", .peephole, [3, units], meaning: "(3, units), in the order i f o")
    let first = try values(.bias, [width], meaning: "(4·units)", &weights)
    let second = try values(.recurrentBias, [width], meaning: "(4·units)", &weights)
    if let first, let second { weights.biases = (first, second) }
    if first != nil || second != nil {
      let zeros = [Float](repeating: 0, count: width)
      let sum = second == nil ? first ?? zeros : zip(first ?? zeros, second ?? zeros).map { $0 + $1 }
      weights.arrays.append(NamedArray(name: "bias", shape: [width], values: sum))
      warn(of: "bias", [width], sum, layer: layer, &weights)
    }
    return weights
  }

  /// Keras' layout; nil where there is no such array.
  private func values(
    _ role: ArrayName.Role, _ shape: [Int], meaning: String, _ weights: inout Weights
  ) throws(LayerFault) -> [Float]? {
    guard let stored = arrays[role] else { return nil }
    let isTurned = !isKeras && shape.count == 2 && role != .peephole
    let wanted = isTurned ? shape.reversed() : shape
    guard stored.shape == wanted else {
      throw .wrongShape(
        role.rawValue, path: stored.name,
        needed: "\(meaning)\(isTurned ? ", transposed as PyTorch keeps it," : "") = \(describe(wanted))",
        found: stored.shape)
    }
    let tensor: Tensor
    do { tensor = try stored.tensor() } catch {
      throw .unreadableArray(role.rawValue, path: stored.name, reason: error.reason)
    }
    weights.dtypes.insert(stored.dtype)
    return isTurned ? transposed(tensor.floats, rows: wanted[0], columns: wanted[1]) : tensor.floats
  }

  private func warn(
    of name: String, _ shape: [Int], _ values: [Float], layer: String, _ weights: inout Weights
  ) {
    guard let first = values.firstIndex(where: { !$0.isFinite }) else { return }
    let count = values.count { !$0.isFinite }
    let place = shape.count == 2 ? "\(first / shape[1]),\(first % shape[1])" : "\(first)"
    weights.warnings.append(
      "layer \(layer): \(count) of the \(values.count) values of \(name) \(count == 1 ? "is" : "are") NaN or"
        + " infinite, the first at \(name)[\(place)]")
  }

  /// The arrays in the order of their roles, as they were found.
  var summaries: [ArraySummary] {
    ArrayName.Role.allCases.compactMap { role in
      arrays[role].map {
        ArraySummary(
          name: summaryName(role), path: $0.name, shape: $0.shape, dtype: $0.dtype)
      }
    }
  }

  private func summaryName(_ role: ArrayName.Role) -> String {
    guard !isKeras || arrays[.recurrentBias] != nil else { return role.rawValue }
    switch role {
    case .kernel: return "weight_ih"
    case .recurrentKernel: return "weight_hh"
    case .bias: return "bias_ih"
    case .recurrentBias: return "bias_hh"
    case .projection: return "weight_hr"
    case .peephole: return "peephole"
    }
  }
}

/// A matrix with its rows as columns.
func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  [Float](unsafeUninitializedCapacity: values.count) { result, count in
    values.withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
      }
    }
    count = values.count
  }
}
