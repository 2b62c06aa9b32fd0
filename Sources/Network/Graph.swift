/// The calls of a model's layers in the order in which they run, and what flows between them.
///
/// Nested models stand in it layer by layer. A layer that is called twice has two nodes.
package struct Graph: Sendable {
  package let inputs: [GraphInput]
  package let nodes: [Node]
  package let outputs: [GraphOutput]
  /// For each node, the keys of its LSTMs as `trace` names them: `encoder`, `bi/forward`, `shared#1`.
  package let keys: [[String]]

  /// - Throws: A `GraphError` where a node or an output refers to what is not there before it.
  package init(inputs: [GraphInput], nodes: [Node], outputs: [GraphOutput]) throws(GraphError) {
    for (index, node) in nodes.enumerated() {
      for reference in node.references {
        let isThere =
          switch reference {
          case .input(let input): inputs.indices.contains(input)
          case .node(let earlier, let output): (0..<index).contains(earlier) && output >= 0
          }
        guard isThere else { throw .reference(reference, from: node.layer) }
      }
    }
    for output in outputs {
      let isThere =
        switch output.reference {
        case .input(let input): inputs.indices.contains(input)
        case .node(let node, let index): nodes.indices.contains(node) && index >= 0
        }
      guard isThere else { throw .reference(output.reference, from: "output \(output.name)") }
    }
    self.inputs = inputs
    self.nodes = nodes
    self.outputs = outputs
    var seen: [String: Int] = [:]
    keys = nodes.map { node in
      node.operation.lstms.map { lstm in
        let key = node.layer + lstm.suffix
        let count = seen[key, default: 0]
        seen[key] = count + 1
        return count == 0 ? key : "\(key)#\(count)"
      }
    }
  }
}

/// An input of the model.
package struct GraphInput: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case numbers
    case integers
    case texts
  }

  package let name: String
  /// The batch first; nil stands for a dimension that the model leaves open.
  package let shape: [Int?]
  package let kind: Kind
  /// Whether the first axis counts samples; where it does not, every axis is as the model declares it.
  package let hasBatch: Bool
  /// Whether it stands for what another part of the model puts out, whose shape nothing declares.
  let isCut: Bool

  package init(name: String, shape: [Int?], kind: Kind = .numbers, hasBatch: Bool = true) {
    self.init(name: name, shape: shape, kind: kind, hasBatch: hasBatch, isCut: false)
  }

  private init(name: String, shape: [Int?], kind: Kind, hasBatch: Bool, isCut: Bool) {
    self.name = name
    self.shape = shape
    self.kind = kind
    self.hasBatch = hasBatch
    self.isCut = isCut
  }

  static func cut(named name: String) -> GraphInput {
    GraphInput(name: name, shape: [], kind: .numbers, hasBatch: true, isCut: true)
  }
}

/// An output of the model.
package struct GraphOutput: Sendable, Equatable {
  /// Of the layer that makes it, or the key that a model with named outputs gives it.
  package let name: String
  package let reference: Reference

  package init(name: String, reference: Reference) {
    self.name = name
    self.reference = reference
  }
}

/// Where a value comes from.
package enum Reference: Sendable, Hashable {
  /// An input of the model, by its place.
  case input(Int)
  /// An output of an earlier node, both by their place.
  case node(Int, output: Int)
}

/// One call of a layer.
package struct Node: Sendable {
  /// An argument of a call.
  package enum Argument: Sendable, Equatable {
    case value(Reference)
    /// A plain value where a tensor could be, as in `x + 1`, or a whole key as in `x[:, 0]`.
    case constant(ConfigValue)
    /// An array that the model holds itself.
    case tensor(Value)
  }

  /// The layer's path, as in `LayerDescription.name`.
  package let layer: String
  package let className: String
  /// How many calls of the same layer come before this one.
  package let call: Int
  package let operation: Operation
  /// In order; lists of tensors stand flat, each tensor by itself. States are not among them.
  package let arguments: [Argument]
  /// Plain arguments by keyword, such as the `axis` or `y` of an operation.
  package let keywords: [String: ConfigValue]
  /// [h, c], or [fh, fc, bh, bc] of a Bidirectional; empty where the call is given none.
  package let initialState: [Reference]
  /// The mask that the file passes by keyword. It overrides the one that the first argument carries.
  package let mask: Reference?

  package init(
    layer: String, className: String, call: Int = 0, operation: Operation, arguments: [Argument],
    keywords: [String: ConfigValue] = [:], initialState: [Reference] = [], mask: Reference? = nil
  ) {
    self.layer = layer
    self.className = className
    self.call = call
    self.operation = operation
    self.arguments = arguments
    self.keywords = keywords
    self.initialState = initialState
    self.mask = mask
  }

  /// Everything that it needs.
  package var references: [Reference] {
    let values = arguments.compactMap { argument in
      if case .value(let reference) = argument { reference } else { nil }
    }
    return values + initialState + (mask.map { [$0] } ?? [])
  }
}

/// A graph that does not hold together.
package enum GraphError: Error, Equatable {
  /// A node or output refers to something that is not there, or not before it.
  case reference(Reference, from: String)
  /// An encoder puts out another number of states than the decoder takes.
  case bridge(given: Int, taken: Int)
  /// A decoder reads a sequence that its encoder does not put out.
  case sequence(String)

  package var message: String {
    switch self {
    case .reference(.input(let index), let from):
      "\(from) takes input \(index) of the model, which has no such input"
    case .reference(.node(let index, let output), let from):
      "\(from) takes output \(output) of call \(index), which does not come before it"
    case .bridge(_, 0):
      "the decoder takes no states: its LSTM must begin with inputs of its own, initial_state=[h, c]"
    case .bridge(let given, let taken):
      "the encoder puts out \(given) states and the decoder takes \(taken); they must be the same, h and c of each LSTM"
    case .sequence(let input):
      "the decoder reads \(input) beside the states, and the encoder puts out no sequence for it; it must return its LSTM's, too"
    }
  }
}
