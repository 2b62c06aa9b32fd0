import LSTM
import Network
import TensorFiles

/// Puts a model together from its configuration and its weights.
struct KerasModel {
  let architecture: KerasArchitecture
  let weights: KerasWeights
  /// What of the file could not be read.
  let damages: [HDF5File.Damage]
  let format: String
  /// `3.15.1`, `2.2.4-tf`, as the file has it.
  let version: String?

  private var major: Int {
    if let number = version?.split(separator: ".").first.flatMap({ Int($0) }) { return number }
    return architecture.layers.contains { $0.config["batch_shape"] != nil } ? 3 : 2
  }

  func model() throws(ModelFileError) -> Model {
    try checkForLSTM()
    let shapes = KerasShapes(architecture)
    var provenance = Provenance(
      format: format, writer: version.map { "Keras \($0)" }, dtype: dtype, guesses: weights.guesses,
      leftOver: weights.leftOver.compactMap(\.summary), warnings: weights.warnings)
    for damage in damages.prefix(8) {
      provenance.warnings.append("\(damage.path.isEmpty ? "/" : damage.path) of the file: \(damage.reason)")
    }
    for layer in layersAroundLSTMs {
      provenance.warnings.append("layer \(layer): the LSTM in it is listed and not opened by this version")
    }
    if version == nil {
      provenance.guesses.append("the file does not say which Keras wrote it; Keras \(major) is assumed")
    }
    var layers: [Layer] = []
    for (index, layer) in architecture.layers.enumerated() where !layer.isOperation || !layer.calls.isEmpty {
      let lstm = layer.className == "LSTM" ? try lstm(index, shapes, &provenance) : nil
      layers.append(
        Layer(
          name: layer.name, className: layer.className, options: kerasOptions(of: layer),
          outputShape: shapes.outputs[index], arrays: weights.layers[index].arrays.compactMap(\.summary),
          inputs: inputs(of: index), lstm: lstm))
    }
    return Model(
      name: architecture.name, layers: layers, inputs: modelInputs(shapes, layers), provenance: provenance)
  }

  private func checkForLSTM() throws(ModelFileError) {
    let layers = architecture.layers.filter { !$0.isOperation }
    guard !layers.contains(where: { $0.className == "LSTM" }) else { return }
    var classes: [String] = []
    for layer in layers where !layer.isInput && !classes.contains(layer.className) {
      classes.append(layer.className)
    }
    throw .noLSTM(layers: classes, inside: layersAroundLSTMs)
  }

  /// The wrappers and nested models that have an LSTM in them, named with their class.
  private var layersAroundLSTMs: [String] {
    let layers = architecture.layers.filter { !$0.isOperation && $0.className != "LSTM" }
    return layers.filter { holdsLSTM($0.config) || $0.className == "CuDNNLSTM" }.map {
      "\($0.name) (\($0.className))"
    }
  }

  /// Whether a wrapper or nested model has an LSTM anywhere in it.
  private func holdsLSTM(_ json: JSON) -> Bool {
    if let name = json["class_name"]?.text, ["LSTM", "LSTMCell", "CuDNNLSTM"].contains(name) { return true }
    if let list = json.list { return list.contains(where: holdsLSTM) }
    return json.object?.values.contains(where: holdsLSTM) ?? false
  }

  // MARK: The LSTMs

  private func lstm(
    _ index: Int, _ shapes: KerasShapes, _ provenance: inout Provenance
  ) throws(ModelFileError) -> LSTMLayer {
    let layer = architecture.layers[index]
    let input = shapes.inputs[index]
    let reader = KerasLSTM(layer: layer, weights: weights.layers[index], major: major, inputShape: input)
    let (parameters, warnings) = try reader.parameters()
    provenance.warnings += warnings
    let states = layer.calls.first?.states.map(\.layer) ?? []
    if !states.isEmpty {
      var givers: [String] = []
      for state in states where !givers.contains(state) { givers.append(state) }
      provenance.warnings.append(
        "layer \(layer.name): the model starts it from states that come from \(givers.joined(separator: " and "));"
          + " looked at by itself it starts from zeros unless h0 and c0 are given")
    }
    if layer.calls.count > 1 {
      provenance.warnings.append(
        "layer \(layer.name): the model calls it \(layer.calls.count) times; its first call is the one shown")
    }
    return LSTMLayer(
      parameters: parameters, returnSequences: reader.flag("return_sequences"),
      returnState: reader.flag("return_state"), isStateful: reader.flag("stateful"),
      timesteps: input.flatMap { $0.count == 3 ? $0[reader.flag("time_major") ? 0 : 1] : nil },
      isFirst: isFirst(index))
  }

  /// Whether only layers that do nothing at inference stand between an input of the model and this one.
  private func isFirst(_ index: Int) -> Bool {
    if architecture.isSequential {
      return architecture.layers[..<index].allSatisfy { $0.isInput || $0.isIdentity }
    }
    var name = architecture.layers[index].calls.first?.inputs.first?.layer
    for _ in architecture.layers {
      guard let layer = architecture.layers.first(where: { $0.name == name }) else { return false }
      if layer.isInput { return true }
      guard layer.isIdentity else { return false }
      name = layer.calls.first?.inputs.first?.layer
    }
    return false
  }

  // MARK: The graph

  private func inputs(of index: Int) -> [String] {
    if architecture.isSequential { return index == 0 ? [] : [architecture.layers[index - 1].name] }
    var names: [String] = []
    for reference in architecture.layers[index].calls.flatMap({ $0.inputs + $0.states })
    where !names.contains(reference.layer) {
      names.append(reference.layer)
    }
    return names
  }

  private func modelInputs(_ shapes: KerasShapes, _ layers: [Layer]) -> [ModelInput] {
    let inputs = architecture.layers.indices.filter { architecture.layers[$0].isInput }
    if architecture.isSequential && inputs.isEmpty, let first = architecture.layers.first {
      let guess = layers.first?.lstm.map { [nil, $0.timesteps, $0.parameters.features] }
      return [
        ModelInput(name: first.name + "_input", shape: shapes.inputs.first.flatMap { $0 } ?? guess ?? [])
      ]
    }
    let named = architecture.inputLayers.compactMap { name in
      inputs.first { architecture.layers[$0].name == name }
    }
    return (named.isEmpty ? inputs : named).map { index in
      ModelInput(name: architecture.layers[index].name, shape: shapes.inputs[index] ?? [])
    }
  }

  /// The policies of the LSTMs, as a rule one.
  private var dtype: String {
    var names: [String] = []
    for layer in architecture.layers where layer.className == "LSTM" {
      let name = dtypePolicy(layer.config["dtype"]) ?? layer.config["input_dtype"]?.text ?? "float32"
      if !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: ", ")
  }
}
