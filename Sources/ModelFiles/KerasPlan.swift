import Network
import TensorFiles

/// The calls of a functional model's layers, in an order in which each comes after what it needs.
struct KerasPlan {
  struct Call {
    /// Places in the configuration.
    let layer: Int
    let call: Int
  }

  let calls: [Call]
  /// Places in `calls`, of those that an output needs.
  private(set) var order: [Int] = []
  private let first: [String: (call: Int, count: Int, layer: Int)]
  private let model: KerasArchitecture
  private let major: Int
  private let place: String

  init(_ model: KerasArchitecture, major: Int, place: String) throws(ModelFileError) {
    self.model = model
    self.major = major
    self.place = place
    var calls: [Call] = []
    var first: [String: (call: Int, count: Int, layer: Int)] = [:]
    for (index, layer) in model.layers.enumerated() {
      let count = layer.isInput ? 1 : layer.calls.count
      if first[layer.name] == nil { first[layer.name] = (calls.count, count, index) }
      calls += (0..<count).map { Call(layer: index, call: $0) }
    }
    self.calls = calls
    self.first = first
    order = try sorted()
  }

  /// The place in `calls` of the one that a reference means.
  ///
  /// Nested models begin with a call that made them, which Keras 1 and 2 count everywhere, Keras 3 in the
  /// outputs of the outer model.
  ///
  /// - Source: Keras 2, `Network.get_config`; Keras 3, `Functional.get_config`.
  func index(of reference: KerasReference, from: String, isBoundary: Bool = false) throws(ModelFileError)
    -> Int
  {
    guard let found = first[reference.layer] else {
      throw .badGraph(place: place, .unknownLayer(reference.layer, from: from))
    }
    let layer = model.layers[found.layer]
    var node = reference.node
    if let nested = layer.model, major < 3 || isBoundary && !nested.isSequential, node > 0 { node -= 1 }
    guard (0..<found.count).contains(node) else {
      throw .badGraph(
        place: place,
        .unknownCall(layer: reference.layer, node: reference.node, calls: found.count, from: from))
    }
    return found.call + node
  }

  /// Depth first from the outputs, then by the order of the configuration: a search without recursion.
  private func sorted() throws(ModelFileError) -> [Int] {
    let needed = try self.needed()
    var state = [UInt8](repeating: 0, count: calls.count)
    var order: [Int] = []
    for start in calls.indices where needed[start] && state[start] == 0 {
      var stack = [start]
      while let call = stack.last {
        if state[call] == 0 {
          state[call] = 1
          for next in try needs(call).reversed() where state[next] != 2 {
            guard state[next] == 0 else {
              throw .badGraph(place: place, .cycle(through: model.layers[calls[next].layer].name))
            }
            stack.append(next)
          }
        } else {
          stack.removeLast()
          if state[call] == 1 {
            state[call] = 2
            order.append(call)
          }
        }
      }
    }
    return order
  }

  private func needed() throws(ModelFileError) -> [Bool] {
    var needed = [Bool](repeating: false, count: calls.count)
    var stack: [Int] = []
    for output in model.outputs {
      stack.append(try index(of: output, from: "the model's output", isBoundary: true))
    }
    while let call = stack.popLast() {
      if needed[call] { continue }
      needed[call] = true
      stack += try needs(call)
    }
    return needed
  }

  private func needs(_ index: Int) throws(ModelFileError) -> [Int] {
    let layer = model.layers[calls[index].layer]
    guard !layer.isInput else { return [] }
    let call = layer.calls[calls[index].call]
    var needs: [Int] = []
    for reference in call.inputs + call.states + (call.mask.map { [$0] } ?? []) {
      needs.append(try self.index(of: reference, from: layer.name))
    }
    return needs
  }
}

extension KerasArchitecture {
  /// The layers that are its inputs, in its order.
  var inputNames: [String] {
    let inputs = layers.filter(\.isInput).map(\.name)
    let listed = self.inputs.map(\.layer).filter { inputs.contains($0) }
    return listed.isEmpty ? inputs : listed
  }
}

extension KerasCall {
  /// Keywords that are no argument of the layer's arithmetic.
  private static let notArguments: Set<String> = ["training", "mask", "initial_state"]

  /// The arguments in order: tensors one by one, plain values as they are.
  ///
  /// - Parameter value: What a tensor is in the graph.
  func given(
    to layer: KerasLayer, _ value: (KerasReference) throws(ModelFileError) -> Reference
  ) throws(ModelFileError) -> [Node.Argument] {
    guard layer.isOperation else {
      var arguments: [Node.Argument] = []
      for input in inputs { arguments.append(.value(try value(input))) }
      return arguments
    }
    var given: [Node.Argument] = []
    for argument in arguments {
      let references = KerasReference.all(in: argument)
      if references.isEmpty { given.append(.constant(configValue(argument))) }
      for reference in references { given.append(.value(try value(reference))) }
    }
    for (_, argument) in keywords.sorted(by: { $0.key < $1.key }) {
      for reference in KerasReference.all(in: argument) { given.append(.value(try value(reference))) }
    }
    return given
  }

  /// The keywords that are plain values; of a mask that is a tensor, that there is one.
  var plainKeywords: [String: ConfigValue] {
    var plain: [String: ConfigValue] = [:]
    for (key, value) in keywords where !KerasCall.notArguments.contains(key) {
      if KerasReference.all(in: value).isEmpty {
        plain[key] = configValue(value)
      } else if key.hasSuffix("_mask") {
        plain[key] = .text("a tensor")
      }
    }
    return plain
  }
}
