import Network
import TensorFiles

/// What of a layer's configuration is worth showing, in the order to show it, spelled as in Python.
func kerasOptions(of layer: KerasLayer) -> [Layer.Option] {
  var options: [Layer.Option] = []
  for name in shownOptions[layer.className] ?? commonOptions {
    guard let value = layer.config[name], let text = spelled(value, option: name) else { continue }
    options.append(Layer.Option(name, text))
  }
  if let inner = layer.config["layer"] ?? layer.config["cell"], let className = inner["class_name"]?.text {
    options.insert(Layer.Option(layer.config["cell"] == nil ? "layer" : "cell", className), at: 0)
  }
  return options
}

private let recurrentOptions = [
  "units", "output_dim", "activation", "recurrent_activation", "inner_activation", "use_bias",
  "return_sequences",
  "return_state", "go_backwards", "stateful", "unroll", "zero_output_for_mask", "time_major", "dropout",
  "recurrent_dropout",
]

private let shownOptions: [String: [String]] = [
  "LSTM": recurrentOptions,
  "GRU": recurrentOptions + ["reset_after"],
  "SimpleRNN": recurrentOptions,
  "CuDNNLSTM": recurrentOptions,
  "Bidirectional": ["merge_mode", "return_sequences"],
  "InputLayer": ["batch_shape", "batch_input_shape", "dtype"],
]

private let commonOptions = [
  "units", "filters", "kernel_size", "strides", "padding", "input_dim", "output_dim", "mask_zero",
  "mask_value", "n",
  "rate", "stddev", "axis", "epsilon", "momentum", "merge_mode", "return_sequences", "activation", "use_bias",
  "target_shape", "pool_size",
]

/// nil where it says nothing: no dropout, an option that is off by default and off.
private func spelled(_ value: JSON, option: String) -> String? {
  if option.hasSuffix("activation") { return KerasLSTM.activationName(value) }
  switch value {
  case .null: return nil
  case .bool(let flag): return option == "time_major" && !flag ? nil : flag ? "True" : "False"
  case .number(let number) where number == 0 && option.hasSuffix("dropout"): return nil
  case .number(let number): return Int(exactly: number).map(String.init) ?? "\(number)"
  case .text(let text): return text
  case .list(let values):
    return "(" + values.map { $0 == .null ? "None" : spelled($0, option: "") ?? "?" }.joined(separator: ", ")
      + ")"
  case .object: return dtypePolicy(value) ?? value["class_name"]?.text
  }
}
