import TensorFiles

/// A model as Keras' configuration tells it, of whatever version.
struct KerasArchitecture: Sendable {
  let name: String
  /// `Sequential`, `Functional`, or `Model` as it was until TensorFlow 2.2.
  let className: String
  let layers: [KerasLayer]
  /// The tensors that are the model's inputs, where the configuration lists them.
  let inputs: [KerasReference]
  /// The tensors that are the model's outputs, where the configuration lists them.
  let outputs: [KerasReference]
  /// What a model with a dictionary of outputs calls each; nil where they are only listed.
  let outputNames: [String?]
  /// With the batch first, where a Sequential model was told or has kept it.
  let inputShape: [Int?]?

  var isSequential: Bool { className == "Sequential" }

  /// - Parameters:
  ///   - place: Where the configuration stood, for messages.
  ///   - depth: How many models this one is inside of.
  init(_ json: JSON, place: String, depth: Int = 0) throws(ModelFileError) {
    guard let className = json["class_name"]?.text else {
      throw .badConfig(place: place, needed: "the class_name of a model", found: json.summary)
    }
    self.className = className
    guard depth <= KerasArchitecture.deepest else {
      throw .badConfig(
        place: place, needed: "no more than \(KerasArchitecture.deepest) models inside each other",
        found: "one more")
    }
    guard let config = json["config"] else {
      throw .badConfig(place: place, needed: "the config of the \(className)", found: json.summary)
    }
    // Keras 1 and early 2 write a Sequential model as a bare list.
    guard let entries = config.list ?? config["layers"]?.list else {
      if KerasLayer.models.contains(className) {
        throw .badConfig(
          place: place, needed: "the list of layers of the \(className)", found: config.summary)
      }
      throw .subclassed(className: className)
    }
    name = config["name"]?.text ?? json["name"]?.text ?? className.lowercased()
    var layers: [KerasLayer] = []
    for (position, entry) in entries.enumerated() {
      let place = "\(place): layer \(position + 1) of \(entries.count)"
      layers.append(try KerasLayer(entry, place: place, depth: depth))
    }
    self.layers = layers
    inputs = config["input_layers"].map(KerasReference.all) ?? []
    outputs = config["output_layers"].map(KerasReference.all) ?? []
    let named = (config["output_layers"]?.object ?? [:]).sorted { $0.key < $1.key }
    let names = named.flatMap { key, value in KerasReference.all(in: value).map { _ in key } }
    outputNames = names.count == outputs.count ? names : outputs.map { _ in nil }
    inputShape =
      KerasLayer.shape(config["build_input_shape"]) ?? KerasLayer.shape(json["build_config"]?["input_shape"])
  }

  /// A model that no file describes, put together from what its weights show.
  init(name: String, layers: [KerasLayer], inputs: [KerasReference], outputs: [KerasReference]) {
    self.name = name
    className = "Functional"
    self.layers = layers
    self.inputs = inputs
    self.outputs = outputs
    outputNames = outputs.map { _ in nil }
    inputShape = nil
  }

  /// Real models are three or four deep; a file may not make the reader's stack overflow.
  private static let deepest = 32
}

/// One layer of a configuration.
struct KerasLayer: Sendable {
  let name: String
  let className: String
  let config: JSON
  /// Operations of Keras 3 are nodes of the graph and no layers, even where they are called like one.
  let isOperation: Bool
  let calls: [KerasCall]
  /// The shape of its first input, where building it was recorded.
  let builtShape: [Int?]?
  /// `batch_shape` of Keras 3, `batch_input_shape` of Keras 1 and 2.
  let batchShape: [Int?]?
  /// The model that it is, where it is one.
  let model: KerasArchitecture?
  /// What it wraps: the two directions of a Bidirectional, the cells of an RNN, the layer of a TimeDistributed.
  let wrapped: [KerasLayer]

  init(_ json: JSON, place: String, depth: Int, fallbackName: String? = nil) throws(ModelFileError) {
    guard let className = json["class_name"]?.text else {
      throw .badConfig(place: place, needed: "a class_name", found: json.summary)
    }
    guard let config = json["config"] else {
      throw .badConfig(place: place, needed: "a config", found: json.summary)
    }
    let isModel = KerasLayer.models.contains(className)
    // A Sequential model inside one of Keras 1 has no name in the file.
    let fallback = fallbackName ?? (isModel ? className.lowercased() + "_1" : nil)
    guard let name = json["name"]?.text ?? config["name"]?.text ?? fallback else {
      throw .badConfig(place: place, needed: "a name", found: config.summary)
    }
    self.name = name
    let ofTensorFlow = KerasTFOperation(className: className, config: config, nodes: json["inbound_nodes"])
    self.className = ofTensorFlow?.className ?? className
    self.config = ofTensorFlow?.config ?? config
    isOperation = ofTensorFlow != nil || KerasLayer.isOperation(json, className, config)
    calls =
      ofTensorFlow?.calls
      ?? KerasCall.all(in: json["inbound_nodes"], isRecurrent: KerasLayer.recurrent.contains(className))
    let built = json["build_config"]
    builtShape =
      KerasLayer.shape(built?["input_shape"]) ?? KerasLayer.shape(built?["shapes_dict"]?["sequences_shape"])
      ?? KerasLayer.shape(built?["shapes_dict"]?["input_shape"])
    batchShape = KerasLayer.shape(config["batch_shape"]) ?? KerasLayer.shape(config["batch_input_shape"])
    let isPlain = isOperation || !isModel
    model = isPlain ? nil : try KerasArchitecture(json, place: "\(place), \(name)", depth: depth + 1)
    wrapped =
      isOperation
      ? [] : try KerasLayer.wrapped(className, config, place: "\(place), \(name)", depth: depth + 1)
  }

  init(
    name: String, className: String, config: JSON, calls: [KerasCall] = [], batchShape: [Int?]? = nil,
    wrapped: [KerasLayer] = []
  ) {
    self.name = name
    self.className = className
    self.config = config
    self.calls = calls
    self.batchShape = batchShape
    self.wrapped = wrapped
    isOperation = false
    builtShape = nil
    model = nil
  }

  static let models: Set<String> = ["Sequential", "Functional", "Model"]

  /// Layers whose second and later arguments are initial states.
  static let recurrent: Set<String> = [
    "LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "CuDNNLSTM", "CuDNNGRU", "ConvLSTM1D", "ConvLSTM2D",
    "ConvLSTM3D",
  ]

  /// Layers that put out what they were given once training is over.
  static let identities: Set<String> = [
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout",
    "AlphaDropout", "ActivityRegularization",
  ]

  var isIdentity: Bool { !isOperation && KerasLayer.identities.contains(className) }
  var isInput: Bool { className == "InputLayer" && !isOperation }

  /// The layers in it, as a part of their path and themselves.
  var children: [(key: String, layer: KerasLayer)] {
    if let model { return model.layers.map { ($0.name, $0) } }
    switch className {
    case "Bidirectional": return Array(zip(["forward_layer", "backward_layer"], wrapped))
    case "RNN" where isStacked:
      return wrapped.enumerated().map { ("cell_\($0.offset)", $0.element) }
    case "RNN": return wrapped.map { ("cell", $0) }
    default: return wrapped.map { ("layer", $0) }
    }
  }

  /// Whether its cells are in a StackedRNNCells.
  var isStacked: Bool { config["cell"]?["class_name"]?.text == "StackedRNNCells" }

  /// Whether it is a layer of LSTM, or one is anywhere in it.
  var holdsLSTM: Bool {
    if isOperation { return false }
    if ["LSTM", "LSTMCell", "CuDNNLSTM"].contains(className) { return true }
    return wrapped.contains(where: \.holdsLSTM) || (model?.layers.contains(where: \.holdsLSTM) ?? false)
  }

  private static func wrapped(
    _ className: String, _ config: JSON, place: String, depth: Int
  ) throws(ModelFileError) -> [KerasLayer] {
    guard depth <= 64 else {
      throw .badConfig(place: place, needed: "no more than 64 layers inside each other", found: "one more")
    }
    func inner(_ json: JSON, _ name: String) throws(ModelFileError) -> KerasLayer {
      try KerasLayer(json, place: "\(place), its \(name)", depth: depth, fallbackName: name)
    }
    switch className {
    case "Bidirectional":
      guard let layer = config["layer"], layer != .null else { return [] }
      let forward = try inner(layer, "layer")
      if let backward = config["backward_layer"], backward != .null {
        return [forward, try inner(backward, "backward_layer")]
      }
      return [forward, forward.reversed]
    case "RNN":
      guard let cell = config["cell"], cell != .null else { return [] }
      guard let cells = cell["config"]?["cells"]?.list, cell["class_name"]?.text == "StackedRNNCells" else {
        return [try inner(cell, "cell")]
      }
      var layers: [KerasLayer] = []
      for (index, cell) in cells.enumerated() { layers.append(try inner(cell, "cell_\(index)")) }
      return layers
    case "TimeDistributed":
      guard let layer = config["layer"], layer != .null else { return [] }
      return [try inner(layer, "layer")]
    default: return []
    }
  }

  /// The backward direction that Keras 2 makes from the forward one.
  ///
  /// - Source: Keras 2, `Bidirectional.__init__`.
  private var reversed: KerasLayer {
    var members = config.object ?? [:]
    members["go_backwards"] = .bool(!(members["go_backwards"]?.bool ?? false))
    return KerasLayer(
      name: "backward_" + name, className: className, config: .object(members), wrapped: wrapped)
  }

  /// By its module, or, where an `.h5` of Keras 3 leaves that out, because every layer says whether it is trained.
  ///
  /// A dtype tells nothing: `zeros_like` has one as its argument.
  private static func isOperation(_ json: JSON, _ className: String, _ config: JSON) -> Bool {
    if let module = json["module"]?.text { return module.hasPrefix("keras.src.ops") }
    let isKeras3 = json["inbound_nodes"]?.list?.first?["args"] != nil
    return isKeras3 && json["module"] == nil && config["trainable"] == nil && !models.contains(className)
  }

  /// nil where it is no list of dimensions.
  static func shape(_ json: JSON?) -> [Int?]? {
    guard let list = json?.list, !list.isEmpty else { return nil }
    var shape: [Int?] = []
    for dimension in list {
      switch dimension {
      case .null: shape.append(nil)
      case .number(let number):
        guard let dimension = Int(exactly: number), dimension >= 0 else { return nil }
        shape.append(dimension)
      case .bool, .text, .list, .object: return nil
      }
    }
    return shape
  }
}
