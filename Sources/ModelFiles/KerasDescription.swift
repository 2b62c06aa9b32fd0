import LSTM
import Network
import TensorFiles

/// Makes of a layer of a configuration what the network is built from: options as Keras 3 names them, and arrays.
struct KerasDescription {
  let major: Int
  /// What of the version decides besides `major`.
  let semantics: KerasSemantics

  /// What is learnt of layers while they are described.
  struct Notes {
    /// What should be known before trusting the numbers, each a sentence.
    var warnings: [String] = []
    /// The mathematics of each LSTM, by its path.
    var parameters: [String: Parameters] = [:]
    /// LSTMs that cannot be run, each for a function that is Python code.
    var refusals: [ModelFileError] = []
  }

  /// - Parameters:
  ///   - path: With its parents', each part escaped.
  ///   - inputShape: With the batch first, as far as the configuration tells.
  ///   - notes: Takes what is learnt on the way.
  /// - Throws: `ModelFileError` where an LSTM in it has not the arrays that it needs.
  func description(
    of layer: KerasLayer, _ weights: KerasWeights.LayerWeights, path: String, inputShape: [Int?]? = nil,
    _ notes: inout Notes
  ) throws(ModelFileError) -> LayerDescription {
    var className = layer.isOperation ? "ops.\(layer.className)" : layer.className
    var options = KerasDescription.options(of: layer, major: major)
    var arrays: [NamedArray] = []
    if ["LSTM", "LSTMCell", "CuDNNLSTM"].contains(className) {
      let reading = try KerasLSTM(
        path: path, layer: layer, weights: weights, major: major, inputShape: inputShape
      ).read()
      arrays = reading.arrays
      notes.warnings += reading.warnings
      notes.parameters[path] = reading.parameters
      if precision(of: layer, weights).isHalf {
        // Not an option of Keras: the network tells by it where a float16 run would be infinite.
        options["computesInHalf"] = .bool(true)
        for array in arrays {
          guard let value = array.values.first(where: Trace.isBeyondHalf) else { continue }
          notes.warnings.append(
            "layer \(path): its \(array.name) holds \(value), which is infinite in the float16 that Keras computes it in"
          )
        }
      }
      options["recurrent_activation"] =
        options["recurrent_activation"] ?? .text(major < 2 ? "hard_sigmoid" : "sigmoid")
      if className == "CuDNNLSTM" { className = "LSTM" }
    } else if !layer.isOperation {
      arrays = self.arrays(of: layer, weights)
      if className == "CuDNNGRU" {
        className = "GRU"
        options["reset_after"] = .bool(true)
      }
    }
    if let words = weights.vocabulary, options["vocabulary"]?.list == nil {
      options["vocabulary"] = .list(words.map { .text($0) })
    }
    if className == "Merge" { className = KerasDescription.mergedClass(&options) }
    semantics.apply(to: &options, of: layer)
    var children: [LayerDescription] = []
    for ((key, child), held) in zip(layer.children, weights.children) where layer.model == nil {
      children += try applied(child, held, path: "\(path)/\(key)", &notes)
    }
    return LayerDescription(
      name: path, className: KerasDescription.newNames[className] ?? className, options: options,
      weights: arrays,
      children: children, kerasMajor: major)
  }

  /// What a wrapper applies: a layer, or the layers of a Sequential model one after the other.
  private func applied(
    _ layer: KerasLayer, _ weights: KerasWeights.LayerWeights, path: String, _ notes: inout Notes
  ) throws(ModelFileError) -> [LayerDescription] {
    guard let model = layer.model, model.isSequential else {
      return [try description(of: layer, weights, path: path, &notes)]
    }
    var result: [LayerDescription] = []
    for (inner, held) in zip(model.layers, weights.children) where !inner.isInput {
      let name = "\(path)/\(LayerDescription.pathComponent(inner.name))"
      result += try applied(inner, held, path: name, &notes)
    }
    return result
  }

  // MARK: Arrays

  private func arrays(of layer: KerasLayer, _ weights: KerasWeights.LayerWeights) -> [NamedArray] {
    if major < 2, weights("W_z") != nil { return keras1GRU(weights) }
    var arrays = weights.arrays.compactMap { array in
      array.tensor.map { NamedArray(name: array.role, shape: $0.shape, values: $0.floats) }
    }
    // Keras 1 keeps the kernel of a Conv1D as that of an image one pixel wide.
    if major < 2, ["Convolution1D", "Conv1D"].contains(layer.className),
      let index = arrays.firstIndex(where: { $0.name == "kernel" && $0.shape.count == 4 && $0.shape[1] == 1 })
    {
      let shape = arrays[index].shape
      arrays[index] = NamedArray(
        name: "kernel", shape: [shape[0], shape[2], shape[3]], values: arrays[index].values)
    }
    if layer.className == "CuDNNGRU" || layer.className == "GRU" { cudnnGRU(&arrays) }
    if layer.className == "MultiHeadAttention" { return attentionArrays(weights) }
    return arrays
  }

  /// The arrays of the four layers inside, called by what each projects: `query/kernel`.
  ///
  /// Their folders are `query_dense` in Keras 3, `_query_dense` in `.keras` files of Keras 2, and `query`, `attention_output`
  /// in its `.h5`.
  private func attentionArrays(_ weights: KerasWeights.LayerWeights) -> [NamedArray] {
    weights.arrays.compactMap { array in
      guard let tensor = array.tensor else { return nil }
      let parts = array.path.split(separator: "/").map {
        $0.split(separator: ":").first.map(String.init) ?? ""
      }
      let projection = parts.lazy.reversed().compactMap { part in
        ["query", "key", "value", "output"].first { name in
          ["\(name)_dense", "_\(name)_dense", name, "attention_\(name)"].contains(part)
        }
      }.first
      guard let projection, let last = parts.last else { return nil }
      let role = ["0", "kernel"].contains(last) ? "kernel" : "bias"
      return NamedArray(name: "\(projection)/\(role)", shape: tensor.shape, values: tensor.floats)
    }
  }

  /// A GRU as cuDNN keeps it has both of its biases in one row.
  private func cudnnGRU(_ arrays: inout [NamedArray]) {
    func index(_ name: String) -> Int? { arrays.firstIndex { $0.name == name } }
    guard let kernel = index("kernel"), let recurrent = index("recurrent_kernel"), let bias = index("bias"),
      arrays[recurrent].shape.count == 2, arrays[kernel].shape.count == 2
    else { return }
    let units = arrays[recurrent].shape[0]
    guard units > 0, units < 1 << 24, arrays[bias].shape == [6 * units],
      arrays[recurrent].shape[1] == 3 * units,
      arrays[kernel].shape[1] == 3 * units
    else { return }
    let features = arrays[kernel].shape[0]
    arrays[kernel] = NamedArray(
      name: "kernel", shape: [features, 3 * units],
      values: CuDNN.kernel(arrays[kernel].values, rows: features, gates: 3, units: units))
    arrays[recurrent] = NamedArray(
      name: "recurrent_kernel", shape: [units, 3 * units],
      values: CuDNN.recurrentKernel(arrays[recurrent].values, gates: 3, units: units))
    arrays[bias] = NamedArray(name: "bias", shape: [2, 3 * units], values: arrays[bias].values)
  }

  /// The nine arrays of Keras 1, put side by side in the order z r h.
  private func keras1GRU(_ weights: KerasWeights.LayerWeights) -> [NamedArray] {
    [("W", "kernel"), ("U", "recurrent_kernel"), ("b", "bias")].compactMap { letter, name in
      let parts = ["z", "r", "h"].compactMap { weights("\(letter)_\($0)")?.tensor }
      guard parts.count == 3, let width = parts[0].shape.last, width > 0,
        parts.allSatisfy({ $0.shape == parts[0].shape })
      else { return nil }
      let floats = parts.map(\.floats)
      var values: [Float] = []
      for row in 0..<floats[0].count / width {
        for part in floats { values += part[row * width..<(row + 1) * width] }
      }
      return NamedArray(name: name, shape: parts[0].shape.dropLast() + [3 * width], values: values)
    }
  }

  // MARK: Options

  /// What Keras 1 called its layers, and operations that change nothing here.
  private static let newNames = [
    "Convolution1D": "Conv1D", "TimeDistributedDense": "Dense", "ops.StopGradient": "ops.ConvertToTensor",
  ]

  /// The layer that a Merge of Keras 1 is by its mode; one that the network does not know where it is none.
  ///
  /// - Source: Keras 1.2.2, `Merge.call`.
  private static func mergedClass(_ options: inout [String: ConfigValue]) -> String {
    switch options["mode"]?.text {
    case "sum": return "Add"
    case "mul": return "Multiply"
    case "ave": return "Average"
    case "max": return "Maximum"
    case "concat":
      options["axis"] = options["concat_axis"]
      return "Concatenate"
    case "dot":
      options["axes"] = options["dot_axes"]
      return "Dot"
    default: return "Merge"
    }
  }

  private static func options(of layer: KerasLayer, major: Int) -> [String: ConfigValue] {
    // A model's layers and a wrapper's are told by themselves.
    let skipped: Set<String> = ["layer", "backward_layer", "cell", "layers"]
    var options: [String: ConfigValue] = [:]
    for (name, value) in layer.config.object ?? [:]
    where !(skipped.contains(name) && !layer.wrapped.isEmpty) && !name.hasSuffix("_initializer")
      && !name.hasSuffix("_regularizer") && !name.hasSuffix("_constraint")
    {
      options[name] = configValue(value)
    }
    for name in ["activation", "recurrent_activation", "inner_activation"] {
      if let value = layer.config[name] { options[name] = activation(value) }
    }
    guard major < 2 else { return options }
    for (old, new) in renamed[layer.className] ?? [] where options[new] == nil {
      options[new] = options.removeValue(forKey: old)
    }
    return options
  }

  /// A function of Keras by its name, in whatever way the file has it; what has settings of its own stays an object.
  private static func activation(_ value: JSON) -> ConfigValue {
    if case .object(let members) = value, let settings = members["config"]?.object, !settings.isEmpty {
      return configValue(value)
    }
    return .text(KerasLSTM.activationName(value))
  }

  /// - Source: Keras 1.2.2 and the conversions in Keras 2.0, `keras.legacy.interfaces`.
  private static let renamed: [String: [(String, String)]] = {
    let recurrent = [("output_dim", "units"), ("inner_activation", "recurrent_activation")]
    let pooling = [("pool_length", "pool_size"), ("stride", "strides"), ("border_mode", "padding")]
    return [
      "LSTM": recurrent, "GRU": recurrent, "SimpleRNN": recurrent,
      "Dense": [("output_dim", "units"), ("bias", "use_bias")],
      "TimeDistributedDense": [("output_dim", "units"), ("bias", "use_bias")],
      "Convolution1D": [
        ("nb_filter", "filters"), ("filter_length", "kernel_size"), ("subsample_length", "strides"),
        ("border_mode", "padding"), ("bias", "use_bias"),
      ],
      "MaxPooling1D": pooling, "AveragePooling1D": pooling, "UpSampling1D": [("length", "size")],
      "Dropout": [("p", "rate")], "Cropping1D": [], "ZeroPadding1D": [],
    ]
  }()
}

/// The same value, as the network takes it; of a tensor that Keras wrote as a constant the numbers.
///
/// - Source: Keras 3, `serialization_lib.serialize_keras_object`.
func configValue(_ json: JSON) -> ConfigValue {
  if let name = json["class_name"]?.text, ["__tensor__", "__numpy__"].contains(name),
    let value = json["config"]?["value"]
  {
    return configValue(value)
  }
  return switch json {
  case .null: .null
  case .bool(let flag): .bool(flag)
  case .number(let number): .number(number)
  case .text(let text): .text(text)
  case .list(let values): .list(values.map(configValue))
  case .object(let members): .object(members.mapValues(configValue))
  }
}
