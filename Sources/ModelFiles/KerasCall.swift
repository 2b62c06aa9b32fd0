import TensorFiles

/// One use of a layer in a functional graph.
struct KerasCall: Sendable {
  let inputs: [KerasReference]
  /// The initial states that other layers or inputs of the model give it.
  var states: [KerasReference] = []
  /// The mask that it is handed by name, as Keras 3 does.
  var mask: KerasReference?
  /// The arguments in order, tensors and numbers alike; operations take both.
  var arguments: [JSON] = []
  var keywords: [String: JSON] = [:]

  /// - Source: Keras 3, `Functional.get_config` with `serialize_node`; Keras 2, `Node.serialize`.
  static func all(in nodes: JSON?, isRecurrent: Bool) -> [KerasCall] {
    guard let nodes = nodes?.list else { return [] }
    return nodes.map { node in
      node["args"] == nil ? keras2(node, isRecurrent: isRecurrent) : keras3(node, isRecurrent: isRecurrent)
    }
  }

  private static func keras3(_ node: JSON, isRecurrent: Bool) -> KerasCall {
    let arguments = node["args"]?.list ?? []
    let keywords = node["kwargs"]?.object ?? [:]
    var inputs = arguments.prefix(isRecurrent ? 1 : arguments.count).flatMap(KerasReference.all)
    var states = arguments.dropFirst(isRecurrent ? 1 : arguments.count).flatMap(KerasReference.all)
    for (key, value) in inOrder(keywords) where !key.hasSuffix("mask") {
      if key == "initial_state" {
        states += KerasReference.all(in: value)
      } else {
        inputs += KerasReference.all(in: value)
      }
    }
    var call = split(inputs, states, isRecurrent)
    call.mask = keywords["mask"].flatMap { KerasReference.all(in: $0).first }
    call.arguments = arguments
    call.keywords = keywords
    return call
  }

  private static func keras2(_ node: JSON, isRecurrent: Bool) -> KerasCall {
    var inputs = KerasReference.all(in: node)
    let isSingle = node.list?.first?.text != nil
    let entries = isSingle ? [node] : node.list ?? []
    let keywords = entries.compactMap { $0.list?.dropFirst(3).first?.object }
    let states = keywords.compactMap { $0["initial_state"] }.flatMap(KerasReference.all)
    if !isRecurrent {
      // Of an attention the value may come by its name.
      for (key, value) in keywords.flatMap(inOrder) where ["value", "key"].contains(key) {
        inputs += KerasReference.all(in: value)
      }
    }
    var call = split(inputs, states, isRecurrent)
    call.mask = keywords.compactMap { $0["mask"] }.flatMap(KerasReference.all).first
    call.arguments = entries
    for members in keywords { call.keywords.merge(members) { first, _ in first } }
    return call
  }

  /// An attention's in the order of its signature, any others by name.
  private static func inOrder(_ keywords: [String: JSON]) -> [(key: String, value: JSON)] {
    func place(_ key: String) -> Int { ["query", "value", "key"].firstIndex(of: key) ?? 3 }
    return keywords.sorted { (place($0.key), $0.key) < (place($1.key), $1.key) }
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

  init(layer: String, node: Int = 0, tensor: Int = 0) {
    self.layer = layer
    self.node = node
    self.tensor = tensor
    shape = nil
  }

  /// Every reference in a value, in order, without the ones in the keyword arguments of another.
  static func all(in json: JSON) -> [KerasReference] {
    if let reference = KerasReference(json) { return [reference] }
    if let list = json.list { return list.flatMap(all) }
    guard let members = json.object else { return [] }
    return members.sorted { $0.key < $1.key }.flatMap { all(in: $0.value) }
  }

  init?(_ json: JSON) {
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
