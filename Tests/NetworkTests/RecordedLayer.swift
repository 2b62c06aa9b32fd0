import Foundation
import Network
import TensorFiles
import Testing

/// A call of a layer that Tests/Generators/network_layers.py, spatial_layers.py or lookup_layers.py recorded from Keras, or
/// onnx_operators.py from onnxruntime.
struct RecordedLayer: Sendable, CustomTestStringConvertible {
  struct Expected: Sendable {
    let shape: [Int]
    let elements: Value.Elements
    let mask: Mask?
  }

  let name: String
  let layer: LayerDescription
  let runs: Int
  let keywords: [String: ConfigValue]
  let arguments: [Node.Argument]
  let inputs: [Value]
  let states: [Value]
  /// Passed by keyword.
  let mask: Value?
  let outputs: [Expected]

  var testDescription: String { name }

  static let all: [RecordedLayer] = {
    ["network_layers", "spatial_layers", "lookup_layers", "onnx_operators"].flatMap { folder in
      do { return try read(folder) } catch {
        Issue.record(error, "Tests/Fixtures/\(folder)")
        return []
      }
    }
  }()

  private static func read(_ name: String) throws -> [RecordedLayer] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/\(name)")
    let file = folder.appending(path: "cases.npz")
    let members = try Npz.members(of: FileSource(name: "cases.npz", bytes: Array(Data(contentsOf: file))))
    let arrays = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor) })
    let json = try JSON(parsing: Array(Data(contentsOf: folder.appending(path: "cases.json"))))
    return try #require(json.list).map { try RecordedLayer($0, arrays) }
  }

  private init(_ json: JSON, _ arrays: [String: Tensor]) throws {
    name = try #require(json["name"]?.text)
    layer = try described(try #require(json["layer"]), name: name, arrays)
    runs = Int(try #require(json["runs"]?.number))
    keywords = try #require(json["keywords"]?.object).mapValues(configured)
    var inputs: [Value] = []
    var arguments: [Node.Argument] = []
    for entry in try #require(json["inputs"]?.list) {
      if let constant = entry["constant"] {
        arguments.append(.constant(configured(constant)))
      } else {
        arguments.append(.value(.input(inputs.count)))
        inputs.append(try value(entry, arrays))
      }
    }
    states = try #require(json["states"]?.list).map { try value($0, arrays) }
    outputs = try #require(json["outputs"]?.list).map { entry in
      let value = try value(entry, arrays)
      return Expected(shape: value.shape, elements: value.elements, mask: value.mask)
    }
    mask = try json["mask"].flatMap { $0 == .null ? nil : try value($0, arrays) }
    self.inputs = inputs
    self.arguments = arguments
  }

  /// All that is given to the graph: inputs, states, mask.
  var values: [Value] { inputs + states + (mask.map { [$0] } ?? []) }

  /// A graph of this one call.
  func graph() throws -> Graph {
    let node = Node(
      layer: name, className: layer.className, operation: try LayerKind.operation(for: layer),
      arguments: arguments, keywords: keywords,
      initialState: states.indices.map { .input(inputs.count + $0) },
      mask: mask.map { _ in .input(inputs.count + states.count) })
    return try Graph(
      inputs: values.enumerated().map { index, value in
        let isText = if case .texts = value.elements { true } else { false }
        return GraphInput(
          name: "\(index)", shape: value.shape.map { $0 }, kind: isText ? .texts : .numbers)
      }, nodes: [node],
      outputs: outputs.indices.map { GraphOutput(name: "\($0)", reference: .node(0, output: $0)) })
  }
}

private func described(_ json: JSON, name: String, _ arrays: [String: Tensor]) throws -> LayerDescription {
  LayerDescription(
    name: name, className: try #require(json["className"]?.text),
    options: try #require(json["options"]?.object).mapValues(configured),
    weights: try #require(json["weights"]?.list).map { weight in
      let key = try #require(weight["key"]?.text)
      let tensor = try #require(arrays[key])
      return NamedArray(name: try #require(weight["name"]?.text), shape: tensor.shape, values: tensor.floats)
    },
    children: try #require(json["children"]?.list).map { try described($0, name: name, arrays) })
}

private func value(_ entry: JSON, _ arrays: [String: Tensor]) throws -> Value {
  let shape = try #require(entry["shape"]?.list).compactMap { $0.number.map { Int($0) } }
  if let texts = entry["texts"]?.list { return Value(shape: shape, texts: texts.compactMap(\.text)) }
  let key = try #require(entry["key"]?.text)
  let tensor = try #require(arrays[key])
  let mask = entry["mask"]?.text.flatMap { arrays[$0] }
  return Value(
    shape: shape, tensor.floats, mask: mask.map { Mask(shape: $0.shape, $0.floats.map { $0 != 0 }) })
}

private func configured(_ json: JSON) -> ConfigValue {
  switch json {
  case .null: .null
  case .bool(let value): .bool(value)
  case .number(let value): .number(value)
  case .text(let value): .text(value)
  case .list(let values): .list(values.map(configured))
  case .object(let values): .object(values.mapValues(configured))
  }
}
