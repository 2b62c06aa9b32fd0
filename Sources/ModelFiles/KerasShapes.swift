import TensorFiles

/// The shapes of a model's layers, with the batch first, as far as its configuration tells them.
struct KerasShapes {
  private(set) var inputs: [[Int?]?] = []
  private(set) var outputs: [[Int?]?] = []

  /// Goes through the layers in order; what Keras wrote down comes before what is worked out.
  init(_ architecture: KerasArchitecture) {
    let layers = architecture.layers
    var known: [String: [Int?]] = [:]
    let references = layers.flatMap(\.calls).flatMap { $0.inputs + $0.states }
    for reference in references where reference.tensor == 0 {
      if let shape = reference.shape, known[reference.layer] == nil { known[reference.layer] = shape }
    }
    for (index, layer) in layers.enumerated() {
      let before: [Int?]?
      if architecture.isSequential {
        before = index == 0 ? architecture.inputShape : outputs[index - 1]
      } else {
        let reference = layer.calls.first?.inputs.first
        before = reference.flatMap { $0.tensor == 0 ? known[$0.layer] : $0.shape }
      }
      let input = layer.isInput ? layer.batchShape : merge(merge(layer.builtShape, layer.batchShape), before)
      inputs.append(input)
      var output =
        known[layer.name] ?? KerasShapes.output(of: layer.className, config: layer.config, input: input)
      if architecture.isSequential, index + 1 < layers.count {
        output = merge(output, layers[index + 1].builtShape)
      }
      outputs.append(output)
      known[layer.name] = output
    }
  }

  private static func output(of className: String, config: JSON, input: [Int?]?) -> [Int?]? {
    func number(_ key: String) -> Int? { config[key]?.number.flatMap { Int(exactly: $0) } }
    if className == "InputLayer" || KerasLayer.identities.contains(className) { return input }
    guard let input, let batch = input.first else { return nil }
    switch className {
    case "Masking", "BatchNormalization", "LayerNormalization", "Activation", "ReLU", "LeakyReLU", "PReLU",
      "ELU", "Softmax":
      return input
    case "LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU":
      guard input.count == 3, let units = number("units") ?? number("output_dim") else { return nil }
      return config["return_sequences"]?.bool == true ? [batch, input[1], units] : [batch, units]
    case "Bidirectional":
      guard let inner = config["layer"], let name = inner["class_name"]?.text, let settings = inner["config"],
        var shape = output(of: name, config: settings, input: input), let mode = config["merge_mode"]?.text,
        let last = shape[shape.count - 1], (0..<1 << 30).contains(last)
      else { return nil }
      shape[shape.count - 1] = mode == "concat" ? 2 * last : last
      return shape
    case "TimeDistributed":
      guard config["layer"]?["class_name"]?.text == "Dense", let inner = config["layer"]?["config"] else {
        return nil
      }
      return output(of: "Dense", config: inner, input: input)
    case "Dense":
      guard let units = number("units") ?? number("output_dim"), input.count > 1 else { return nil }
      return input.dropLast() + [units]
    case "Embedding": return number("output_dim").map { input + [$0] }
    case "RepeatVector": return input.count == 2 ? number("n").map { [batch, $0, input[1]] } : nil
    default: return nil
    }
  }
}

/// What either shape tells, dimension by dimension; the first one where their ranks differ.
private func merge(_ a: [Int?]?, _ b: [Int?]?) -> [Int?]? {
  guard let a, let b, a.count == b.count else { return a ?? b }
  return zip(a, b).map { $0 ?? $1 }
}
