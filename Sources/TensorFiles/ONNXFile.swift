internal import Foundation
internal import SwiftProtobuf

/// A model in ONNX' format, its messages as plain values.
///
/// - Source: ONNX, `onnx.proto`, IR version 10; what of it is read stands in `Tests/Generators/onnx.proto`.
package struct ONNXFile: Sendable {
  package let graph: Graph
  /// `pytorch 2.4`, as the file has it.
  package let producer: String
  /// Of the operators of ONNX itself; 0 where the file does not tell.
  package let opset: Int

  package struct Graph: Sendable {
    package let name: String
    package let nodes: [Node]
    package let initializers: [StoredTensor]
    package let inputs: [ValueInfo]
    package let outputs: [ValueInfo]
  }

  package struct Node: Sendable {
    package let name: String
    package let type: String
    /// Empty for ONNX' own operators.
    package let domain: String
    /// A missing one is empty.
    package let inputs: [String]
    package let outputs: [String]
    package let attributes: [String: Attribute]
  }

  package enum Attribute: Sendable {
    case float(Float)
    case integer(Int)
    case text(String)
    case floats([Float])
    case integers([Int])
    case texts([String])
    case tensor(StoredTensor)
    case graph(Graph)
    /// A kind that no operator needs here.
    case other
  }

  package struct ValueInfo: Sendable {
    package let name: String
    /// As this program calls the element; nil for what is no tensor.
    package let dtype: String?
    /// nil for a tensor of any rank.
    package let shape: [Dimension]?
  }

  package enum Dimension: Sendable, Equatable {
    case size(Int)
    case named(String)
    case open
  }

  /// - Parameter beside: Reads a file that keeps arrays of this model, by its plain name; nil where there is none.
  package init(
    _ source: FileSource, beside: @escaping @Sendable (String) -> FileSource?
  ) throws(ONNXError) {
    guard source.size < 1 << 31 else { throw .tooLarge(source.size) }
    let model: Onnx_ModelProto
    do {
      model = try Onnx_ModelProto(serializedBytes: source.bytes(at: 0, count: source.size), partial: true)
    } catch {
      throw .notProtobuf(reason: ONNXFile.reason(error))
    }
    guard model.hasGraph, !model.graph.node.isEmpty else { throw .noGraph }
    producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
    opset =
      model.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }.flatMap {
        Int(exactly: $0.version)
      } ?? 0
    graph = Graph(model.graph, beside)
  }

  private static func reason(_ error: any Error) -> String {
    switch error as? BinaryDecodingError {
    case .truncated?: "it is cut off"
    case .invalidUTF8?: "a name in it is not UTF-8"
    case .malformedProtobuf?, nil: "its bytes are no protobuf"
    case .messageDepthLimit?: "its graphs are nested too deeply"
    case .missingRequiredFields?, .internalExtensionError?, .trailingGarbage?: "its bytes are no protobuf"
    }
  }
}

extension ONNXFile.Graph {
  fileprivate init(_ graph: Onnx_GraphProto, _ beside: @escaping @Sendable (String) -> FileSource?) {
    name = graph.name
    nodes = graph.node.map { ONNXFile.Node($0, beside) }
    initializers = graph.initializer.map { storedTensor($0, beside) }
    inputs = graph.input.map(ONNXFile.ValueInfo.init)
    outputs = graph.output.map(ONNXFile.ValueInfo.init)
  }
}

extension ONNXFile.Node {
  fileprivate init(_ node: Onnx_NodeProto, _ beside: @escaping @Sendable (String) -> FileSource?) {
    name = node.name
    type = node.opType
    domain = node.domain == "ai.onnx" ? "" : node.domain
    inputs = node.input
    outputs = node.output
    attributes = Dictionary(
      node.attribute.map { ($0.name, ONNXFile.Attribute($0, beside)) }, uniquingKeysWith: { $1 })
  }
}

extension ONNXFile.Attribute {
  /// The kinds as ONNX numbers them; files of before IR version 3 have no number and fill one field.
  fileprivate init(_ attribute: Onnx_AttributeProto, _ beside: @escaping @Sendable (String) -> FileSource?) {
    func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }
    switch attribute.type {
    case 1: self = .float(attribute.f)
    case 2: self = .integer(Int(attribute.i))
    case 3: self = .text(text(attribute.s))
    case 4: self = .tensor(storedTensor(attribute.t, beside))
    case 5: self = .graph(ONNXFile.Graph(attribute.g, beside))
    case 6: self = .floats(attribute.floats)
    case 7: self = .integers(attribute.ints.map { Int($0) })
    case 8: self = .texts(attribute.strings.map(text))
    case 0 where attribute.hasF: self = .float(attribute.f)
    case 0 where attribute.hasI: self = .integer(Int(attribute.i))
    case 0 where attribute.hasS: self = .text(text(attribute.s))
    case 0 where attribute.hasT: self = .tensor(storedTensor(attribute.t, beside))
    case 0 where attribute.hasG: self = .graph(ONNXFile.Graph(attribute.g, beside))
    case 0 where !attribute.floats.isEmpty: self = .floats(attribute.floats)
    case 0 where !attribute.ints.isEmpty: self = .integers(attribute.ints.map { Int($0) })
    case 0 where !attribute.strings.isEmpty: self = .texts(attribute.strings.map(text))
    default: self = .other
    }
  }
}

extension ONNXFile.ValueInfo {
  fileprivate init(_ info: Onnx_ValueInfoProto) {
    name = info.name
    let tensor = info.type.tensorType
    dtype = info.hasType ? dtypes[tensor.elemType]?.name : nil
    shape =
      tensor.hasShape
      ? tensor.shape.dim.map { dimension in
        switch dimension.value {
        case .dimValue(let size)? where size >= 0: .size(Int(size))
        case .dimParam(let name)? where !name.isEmpty: .named(name)
        case .dimValue?, .dimParam?, nil: .open
        }
      } : nil
  }
}

/// What the numbers of `TensorProto.DataType` mean.
private let dtypes: [Int32: (name: String, element: Tensor.Element?)] = [
  1: ("float32", .float32), 2: ("uint8", .uint8), 3: ("int8", .int8), 4: ("uint16", .uint16),
  5: ("int16", .int16), 6: ("int32", .int32), 7: ("int64", .int64), 8: ("string", nil), 9: ("bool", .bool),
  10: ("float16", .float16), 11: ("float64", .float64), 12: ("uint32", .uint32), 13: ("uint64", .uint64),
  14: ("complex64", nil), 15: ("complex128", nil), 16: ("bfloat16", .bfloat16),
]

/// A tensor with its bytes wherever they are: raw, in a field of their own type, or in a file beside.
private func storedTensor(
  _ proto: Onnx_TensorProto, _ beside: @escaping @Sendable (String) -> FileSource?
) -> StoredTensor {
  let shape = proto.dims.map { Int($0) }
  let dtype = dtypes[proto.dataType]
  return StoredTensor(name: proto.name, shape: shape, dtype: dtype?.name ?? "type \(proto.dataType)") {
    () throws(TensorReadError) in
    guard let element = dtype?.element else {
      throw TensorReadError(reason: "it is of type \(dtype?.name ?? "\(proto.dataType)"), which is not read")
    }
    guard let count = valueCount(of: shape) else {
      throw TensorReadError(reason: "its shape \(shape) is none that memory holds")
    }
    let size = count * element.size
    let bytes =
      proto.dataLocation == 1
      ? try externalBytes(of: proto, size: size, beside) : try bytes(of: proto, element: element)
    guard bytes.count == size else {
      throw TensorReadError(reason: "its shape \(shape) needs \(size) bytes and it has \(bytes.count)")
    }
    return Tensor(shape: shape, element: element, bytes: bytes)
  }
}

private func bytes(of proto: Onnx_TensorProto, element: Tensor.Element) throws(TensorReadError) -> [UInt8] {
  if proto.hasRawData { return Array(proto.rawData) }
  func little<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * MemoryLayout<Number>.size)
    for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }
  switch element {
  case .float32: return little(proto.floatData.map(\.bitPattern))
  case .float64: return little(proto.doubleData.map(\.bitPattern))
  case .int64: return little(proto.int64Data)
  case .int32: return little(proto.int32Data)
  case .float16, .bfloat16, .uint16, .int16:
    return little(proto.int32Data.map { UInt16(truncatingIfNeeded: $0) })
  case .int8, .uint8, .bool: return little(proto.int32Data.map { UInt8(truncatingIfNeeded: $0) })
  case .uint32: return little(proto.uint64Data.map { UInt32(truncatingIfNeeded: $0) })
  case .uint64: return little(proto.uint64Data)
  }
}

/// - Source: ONNX, "External Data Files": a location relative to the model, an offset and a length.
private func externalBytes(
  of proto: Onnx_TensorProto, size: Int, _ beside: @Sendable (String) -> FileSource?
) throws(TensorReadError) -> [UInt8] {
  func entry(_ key: String) -> String? { proto.externalData.last { $0.key == key }?.value }
  guard let location = entry("location"), !location.isEmpty else {
    throw TensorReadError(reason: "it is kept outside of the file, which does not say where")
  }
  // The file is not trusted: nothing outside of its own folder is read for it.
  guard !location.contains("/"), !location.contains("\\"), location != "..", location != "." else {
    throw TensorReadError(
      reason: "it is kept in \(location.prefix(200)), and only files beside the model are read; put it there")
  }
  guard let file = beside(location) else {
    throw TensorReadError(
      reason: "it is kept in \(location.prefix(200)), which is not there; put it beside the model")
  }
  guard let offset = Int(entry("offset") ?? "0"), let length = Int(entry("length") ?? "\(size)"), offset >= 0,
    length == size, offset <= file.size, length <= file.size - offset
  else {
    throw TensorReadError(
      reason: "it needs \(size) bytes of \(location.prefix(200)), which has \(file.size), from "
        + "\((entry("offset") ?? "0").prefix(24)) on")
  }
  return file.bytes(at: offset, count: length)
}

/// Why a file of ONNX is not read.
package enum ONNXError: Error, Equatable {
  case tooLarge(Int)
  case notProtobuf(reason: String)
  case noGraph

  package var message: String {
    switch self {
    case .tooLarge(let size):
      "an ONNX model of \(size) bytes, and no protobuf is longer than 2 GiB; save it with external data"
    case .notProtobuf(let reason): "a damaged ONNX model: \(reason); export or copy it again"
    case .noGraph: "an ONNX model without a graph, or with an empty one; export it again"
    }
  }
}
