import LSTM
import Network
import TensorFiles

/// Makes the mathematics of one LSTM or LSTMCell from its configuration and its arrays.
struct KerasLSTM {
  /// With its parents', for messages.
  let path: String
  let layer: KerasLayer
  let weights: KerasWeights.LayerWeights
  /// Of Keras, as the file tells it.
  let major: Int
  /// Its input with the batch first, as far as the configuration tells.
  var inputShape: [Int?]?

  struct Reading {
    let parameters: Parameters
    /// As `LayerDescription` wants them; they share their memory with the parameters.
    let arrays: [NamedArray]
    /// What should be known of them, each a sentence.
    let warnings: [String]
  }

  func read() throws(ModelFileError) -> Reading {
    do {
      return try checked()
    } catch {
      throw .layer(name: path, className: layer.className, error)
    }
  }

  private func checked() throws(LayerFault) -> Reading {
    let units = try self.units()
    let isSplit = weights("W_i") != nil
    let useBias = layer.config["use_bias"]?.bool ?? true
    var kernel = isSplit ? try split("W", units: units) : try block("kernel")
    var recurrentKernel = isSplit ? try split("U", units: units) : try block("recurrent_kernel")
    var bias = isSplit ? try split("b", units: units) : useBias ? try block("bias") : nil
    let width = 4 * units
    let declared = inputShape.flatMap { $0.count == 3 ? $0[2] : nil }
    let features = declared ?? kernel.shape.first ?? 0
    try check(kernel, is: [features, width], meaning: "(features, 4·units)")
    guard features > 0 else {
      throw .wrongShape(kernel.name, path: kernel.path, needed: "one feature at least", found: kernel.shape)
    }
    try check(recurrentKernel, is: [units, width], meaning: "(units, 4·units)")
    // Also where a CuDNNLSTM's weights were saved and the architecture says LSTM.
    if let found = bias, found.shape == [2 * width] {
      kernel.values = CuDNN.kernel(kernel.values, rows: features, gates: 4, units: units)
      recurrentKernel.values = CuDNN.recurrentKernel(recurrentKernel.values, gates: 4, units: units)
      bias = Block(
        name: found.name, path: found.path, shape: [width], element: found.element,
        values: CuDNN.bias(found.values))
    }
    if let bias { try check(bias, is: [width], meaning: "(4·units)") }
    let blocks = [kernel, recurrentKernel] + (bias.map { [$0] } ?? [])
    let parameters = Parameters(
      features: features, units: units, kernel: kernel.values, recurrentKernel: recurrentKernel.values,
      bias: bias?.values, activation: try activation("activation", or: "tanh"),
      recurrentActivation: try activation(
        "recurrent_activation", or: major < 2 ? "hard_sigmoid" : "sigmoid"),
      goBackwards: flag("go_backwards"), zeroOutputForMask: flag("zero_output_for_mask"))
    return Reading(
      parameters: parameters,
      arrays: zip(["kernel", "recurrent_kernel", "bias"], blocks).map {
        NamedArray(name: $0, shape: $1.shape, values: $1.values)
      },
      warnings: blocks.compactMap(nonFiniteWarning) + precisionWarnings([kernel, recurrentKernel]))
  }

  // MARK: Options

  func flag(_ option: String) -> Bool { layer.config[option]?.bool ?? false }

  /// Keras 1 calls them `output_dim`.
  private func units() throws(LayerFault) -> Int {
    let found = layer.config["units"] ?? layer.config["output_dim"]
    guard let units = found?.number.flatMap({ Int(exactly: $0) }), (1...(1 << 24)).contains(units) else {
      throw .badOption("units", needed: "a number from 1 to \(1 << 24)", found: found?.summary ?? "not there")
    }
    return units
  }

  /// Keras 1 calls the recurrent one `inner_activation`.
  private func activation(_ option: String, or fallback: String) throws(LayerFault) -> Activation {
    let older = option == "recurrent_activation" ? layer.config["inner_activation"] : nil
    guard let value = layer.config[option] ?? older else { return try known(fallback, option: option) }
    if let className = value["class_name"]?.text, let config = value["config"],
      let activation = LayerDescription.activation(
        ofLayer: className, configValue(config), kerasMajor: major)
    {
      return activation
    }
    return try known(KerasLSTM.activationName(value), option: option)
  }

  /// The name in any of the ways that Keras has written it: a string, null, a function's or a layer's object.
  static func activationName(_ value: JSON) -> String {
    if value == .null { return "linear" }
    if let name = value.text { return name }
    if let name = value["config"]?.text { return name }
    return value["class_name"]?.text.map(snakeCase) ?? value.summary
  }

  private func known(_ name: String, option: String) throws(LayerFault) -> Activation {
    guard let activation = Activation.named(name, kerasMajor: major) else {
      throw .unknownActivation(option: option, name: name)
    }
    return activation
  }

  // MARK: Arrays

  private struct Block {
    let name: String
    let path: String
    let shape: [Int]
    let element: Tensor.Element
    var values: [Float]
  }

  private func block(_ role: String) throws(LayerFault) -> Block {
    guard let array = weights(role) else {
      throw .missingArray(role, place: weights.place, found: weights.arrays.map(\.role))
    }
    switch array.content {
    case .unreadable(let reason): throw .unreadableArray(role, path: array.path, reason: reason)
    case .group: throw .missingArray(role, place: weights.place, found: weights.arrays.map(\.role))
    case .dataset(let tensor):
      switch tensor.element {
      case .float16, .bfloat16, .float32, .float64:
        return Block(
          name: role, path: array.path, shape: tensor.shape, element: tensor.element, values: tensor.floats)
      case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool:
        throw .notFloat(role, path: array.path, dtype: tensor.element.rawValue)
      }
    }
  }

  /// The twelve arrays of Keras 1, one for each gate, put side by side in the order i f g o.
  ///
  /// - Source: Keras 1.2.2, `LSTM.build`.
  private func split(_ letter: String, units: Int) throws(LayerFault) -> Block {
    var parts: [Block] = []
    for gate in ["i", "f", "c", "o"] {
      guard let array = weights("\(letter)_\(gate)") else {
        throw .missingArray("\(letter)_\(gate)", place: weights.place, found: weights.arrays.map(\.role))
      }
      parts.append(try block(array.role))
    }
    let first = parts[0]
    guard first.shape.last == units else {
      throw .wrongShape(
        first.name, path: first.path, needed: "\(units) columns, its units", found: first.shape)
    }
    for part in parts.dropFirst() where part.shape != first.shape {
      throw .wrongShape(
        part.name, path: part.path, needed: "\(describe(first.shape)), as \(first.name) has",
        found: part.shape)
    }
    let rows = first.values.count / units
    var values: [Float] = []
    values.reserveCapacity(4 * first.values.count)
    for row in 0..<rows {
      for part in parts { values += part.values[row * units..<(row + 1) * units] }
    }
    return Block(
      name: "\(letter)_i \(letter)_f \(letter)_c \(letter)_o", path: weights.place,
      shape: first.shape.dropLast() + [4 * units], element: first.element, values: values)
  }

  private func check(_ block: Block, is shape: [Int], meaning: String) throws(LayerFault) {
    guard block.shape == shape else {
      throw .wrongShape(
        block.name, path: block.path, needed: "\(meaning) = \(describe(shape))", found: block.shape)
    }
  }

  // MARK: Warnings

  private func nonFiniteWarning(_ block: Block) -> String? {
    var count = 0
    var first: Int?
    block.values.withUnsafeBufferPointer { values in
      var index = 0
      while index < values.count {
        if !values[index].isFinite {
          count += 1
          first = first ?? index
        }
        index += 1
      }
    }
    guard let first else { return nil }
    var (rest, position) = (first, [Int]())
    for dimension in block.shape.reversed() {
      position.insert(rest % dimension, at: 0)
      rest /= dimension
    }
    let kind = block.values[first].isNaN ? "NaN" : "infinite"
    let place = position.map(String.init).joined(separator: ",")
    return
      "layer \(path): \(count) of the \(block.values.count) values of \(block.name) \(count == 1 ? "is" : "are")"
      + " NaN or infinite, the first (\(kind)) at \(block.name)[\(place)]"
  }

  private func precisionWarnings(_ blocks: [Block]) -> [String] {
    let stored = Set(blocks.map(\.element.rawValue)).subtracting(["float32"]).sorted()
    var warnings: [String] = []
    if !stored.isEmpty {
      let change = stored == ["float64"] ? "rounded" : "widened"
      warnings.append(
        "layer \(path): its weights are stored as \(stored.joined(separator: ", ")); they are \(change) to"
          + " float32 and everything is computed in float32")
    }
    let policy = dtypePolicy(layer.config["dtype"]) ?? "float32"
    if policy.hasPrefix("mixed_") {
      warnings.append(
        "layer \(path): Keras computes it in \(policy.dropFirst(6)) (policy \(policy)); here it is float32,"
          + " so the numbers differ in the last digits that \(policy.dropFirst(6)) keeps")
    }
    if precision(of: layer, weights).isHalf {
      warnings.append(
        "layer \(path): a number beyond 65504 is infinite in Keras' float16 and not here; where a run has one it is said"
      )
    }
    if flag("time_major") {
      warnings.append(
        "layer \(path): it is time_major, so Keras takes and gives (timesteps, batch, features);"
          + " --batch-major reads an input that is not")
    }
    return warnings
  }
}

/// The name of a dtype policy in any of the ways that Keras has written it.
func dtypePolicy(_ json: JSON?) -> String? {
  json?.text ?? json?["config"]?["name"]?.text ?? json?["config"]?["source_name"]?.text
}
