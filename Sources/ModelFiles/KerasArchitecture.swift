import TensorFiles

/// A model as Keras' configuration tells it, of whatever version.
struct KerasArchitecture: Sendable {
  let name: String
  /// `Sequential`, `Functional`, or `Model` as it was until TensorFlow 2.2.
  let className: String
  let layers: [KerasLayer]
  /// Names of the layers that are the model's inputs, where the configuration lists them.
  let inputLayers: [String]
  /// With the batch first, where a Sequential model was told or has kept it.
  let inputShape: [Int?]?

  var isSequential: Bool { className == "Sequential" }

  /// - Parameter place: Where the configuration stood, for messages.
  init(_ json: JSON, place: String) throws(ModelFileError) {
    guard let className = json["class_name"]?.text else {
      throw .badConfig(place: place, needed: "the class_name of a model", found: json.summary)
    }
    self.className = className
    guard let config = json["config"] else {
      throw .badConfig(place: place, needed: "the config of the \(className)", found: json.summary)
    }
    // Keras 1 and early 2 write a Sequential model as a bare list.
    guard let entries = config.list ?? config["layers"]?.list else {
      if className == "Sequential" || className == "Functional" || className == "Model" {
        throw .badConfig(
          place: place, needed: "the list of layers of the \(className)", found: config.summary)
      }
      throw .subclassed(className: className)
    }
    name = config["name"]?.text ?? json["name"]?.text ?? className.lowercased()
    var layers: [KerasLayer] = []
    for (position, entry) in entries.enumerated() {
      layers.append(try KerasLayer(entry, place: "\(place): layer \(position + 1) of \(entries.count)"))
    }
    self.layers = layers
    inputLayers = config["input_layers"].map { KerasReference.all(in: $0).map(\.layer) } ?? []
    inputShape =
      KerasLayer.shape(config["build_input_shape"]) ?? KerasLayer.shape(json["build_config"]?["input_shape"])
  }
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

  init(_ json: JSON, place: String) throws(ModelFileError) {
    guard let className = json["class_name"]?.text else {
      throw .badConfig(place: place, needed: "a class_name", found: json.summary)
    }
    guard let config = json["config"] else {
      throw .badConfig(place: place, needed: "a config", found: json.summary)
    }
    guard let name = json["name"]?.text ?? config["name"]?.text else {
      throw .badConfig(place: place, needed: "a name", found: config.summary)
    }
    self.name = name
    self.className = className
    self.config = config
    isOperation = json["module"]?.text?.hasPrefix("keras.src.ops") ?? false
    calls = KerasCall.all(in: json["inbound_nodes"], isRecurrent: KerasLayer.recurrent.contains(className))
    let built = json["build_config"]
    builtShape =
      KerasLayer.shape(built?["input_shape"]) ?? KerasLayer.shape(built?["shapes_dict"]?["sequences_shape"])
      ?? KerasLayer.shape(built?["shapes_dict"]?["input_shape"])
    batchShape = KerasLayer.shape(config["batch_shape"]) ?? KerasLayer.shape(config["batch_input_shape"])
  }

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
  var isInput: Bool { className == "InputLayer" }
  var isModel: Bool { ["Sequential", "Functional", "Model"].contains(className) }

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

/// One use of a layer in a functional graph.
struct KerasCall: Sendable {
  let inputs: [KerasReference]
  /// The initial states that other layers or inputs of the model give it.
  let states: [KerasReference]

  /// - Source: Keras 3, `Functional.get_config` with `serialize_node`; Keras 2, `Node.serialize`.
  static func all(in nodes: JSON?, isRecurrent: Bool) -> [KerasCall] {
    guard let nodes = nodes?.list else { return [] }
    return nodes.map { node in
      node["args"] == nil ? keras2(node, isRecurrent: isRecurrent) : keras3(node, isRecurrent: isRecurrent)
    }
  }

  private static func keras3(_ node: JSON, isRecurrent: Bool) -> KerasCall {
    let arguments = node["args"]?.list ?? []
    var inputs = arguments.prefix(isRecurrent ? 1 : arguments.count).flatMap(KerasReference.all)
    var states = arguments.dropFirst(isRecurrent ? 1 : arguments.count).flatMap(KerasReference.all)
    for (key, value) in (node["kwargs"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) where key != "mask" {
      if key == "initial_state" {
        states += KerasReference.all(in: value)
      } else {
        inputs += KerasReference.all(in: value)
      }
    }
    return split(inputs, states, isRecurrent)
  }

  private static func keras2(_ node: JSON, isRecurrent: Bool) -> KerasCall {
    let inputs = KerasReference.all(in: node)
    let isSingle = node.list?.first?.text != nil
    let entries = isSingle ? [node] : node.list ?? []
    let states = entries.compactMap { $0.list?.dropFirst(3).first?["initial_state"] }.flatMap(
      KerasReference.all)
    return split(inputs, states, isRecurrent)
  }

  private static func split(_ inputs: [KerasReference], _ states: [KerasReference], _ isRecurrent: Bool)
    -> KerasCall
  {
    KerasCall(
      inputs: isRecurrent ? Array(inputs.prefix(1)) : inputs,
      states: isRecurrent ? Array(inputs.dropFirst()) + states : states)
  }
}

/// A tensor of a functional graph: which layer put it out.
struct KerasReference: Sendable, Equatable {
  let layer: String
  /// Which of the layer's calls, as the file counts them.
  let node: Int
  /// Which of its outputs: of an LSTM with `return_state` 0 is the output, 1 h, 2 c.
  let tensor: Int
  /// With the batch first; only Keras 3 writes it.
  let shape: [Int?]?

  /// Every reference in a value, in order, without the ones in the keyword arguments of another.
  static func all(in json: JSON) -> [KerasReference] {
    if let reference = KerasReference(json) { return [reference] }
    if let list = json.list { return list.flatMap(all) }
    guard let members = json.object else { return [] }
    return members.sorted { $0.key < $1.key }.flatMap { all(in: $0.value) }
  }

  private init?(_ json: JSON) {
    if json["class_name"]?.text == "__keras_tensor__" {
      guard let config = json["config"], let history = config["keras_history"]?.list else { return nil }
      self.init(history, shape: KerasLayer.shape(config["shape"]))
    } else {
      guard let list = json.list else { return nil }
      self.init(list, shape: nil)
    }
  }

  private init?(_ history: [JSON], shape: [Int?]?) {
    guard history.count >= 3, let layer = history[0].text,
      let node = history[1].number.flatMap({ Int(exactly: $0) }),
      let tensor = history[2].number.flatMap({ Int(exactly: $0) })
    else { return nil }
    self.layer = layer
    self.node = node
    self.tensor = tensor
    self.shape = shape
  }
}
