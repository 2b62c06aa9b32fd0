/// Arrays in the safetensors format: a header in JSON that tells where each array stands, then their bytes.
///
/// - Source: Hugging Face, safetensors, "Format".
package struct Safetensors: Sendable {
  /// In the order of their bytes.
  package let tensors: [StoredTensor]
  /// What a person or a library wrote beside them.
  package let metadata: [String: String]

  /// The format's own limit for the header.
  private static let longestHeader = 100_000_000

  private static let elements: [String: Tensor.Element] = [
    "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64, "I8": .int8, "I16": .int16,
    "I32": .int32, "I64": .int64, "U8": .uint8, "U16": .uint16, "U32": .uint32, "U64": .uint64, "BOOL": .bool,
  ]

  package init(_ source: FileSource) throws(SafetensorsError) {
    let head = source.bytes(at: 0, count: 8)
    guard head.count == 8 else { throw .cutOff(needed: 8, found: source.size) }
    let declared = head.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let length = Int(exactly: declared), length <= Safetensors.longestHeader else {
      throw .longHeader(declared)
    }
    guard length + 8 <= source.size else { throw .cutOff(needed: length + 8, found: source.size) }
    let header: JSON
    do {
      header = try JSON(parsing: source.bytes(at: 8, count: length))
    } catch {
      throw .header(reason: error.message)
    }
    guard let members = header.object else { throw .header(reason: "it is \(header.summary), not an object") }
    var found: [(start: Int, tensor: StoredTensor)] = []
    for (name, entry) in members where name != "__metadata__" {
      let place = try Place(name, entry, dataSize: source.size - 8 - length)
      found.append((place.start, place.tensor(in: source, dataStart: 8 + length)))
    }
    tensors = found.sorted { ($0.start, $0.tensor.name) < ($1.start, $1.tensor.name) }.map(\.tensor)
    metadata = members["__metadata__"]?.object?.compactMapValues(\.text) ?? [:]
  }

  /// One entry of the header, checked.
  private struct Place {
    let name: String
    let dtype: String
    let shape: [Int]
    let start: Int
    let end: Int
    let element: Tensor.Element?

    init(_ name: String, _ entry: JSON, dataSize: Int) throws(SafetensorsError) {
      self.name = name
      func whole(_ values: [JSON]?) -> [Int]? {
        guard let values else { return nil }
        let numbers = values.compactMap { $0.number.flatMap { Int(exactly: $0) } }
        return numbers.count == values.count ? numbers : nil
      }
      guard let dtype = entry["dtype"]?.text, let shape = whole(entry["shape"]?.list),
        let offsets = whole(entry["data_offsets"]?.list), offsets.count == 2
      else {
        throw .entry(name, reason: "it needs dtype, shape and two data_offsets, and is \(entry.summary)")
      }
      guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= dataSize else {
        throw .entry(
          name,
          reason: "its bytes \(offsets[0]) to \(offsets[1]) are not within the \(dataSize) that there are")
      }
      guard let count = valueCount(of: shape) else {
        throw .entry(name, reason: "its shape \(shape) is more than any memory holds")
      }
      element = Safetensors.elements[dtype]
      if let element, count * element.size != offsets[1] - offsets[0] {
        throw .entry(
          name,
          reason: "its shape \(shape) needs \(count * element.size) bytes of \(dtype) and it has "
            + "\(offsets[1] - offsets[0])")
      }
      self.dtype = dtype
      self.shape = shape
      start = offsets[0]
      end = offsets[1]
    }

    func tensor(in source: FileSource, dataStart: Int) -> StoredTensor {
      let (start, end, shape, dtype) = (start, end, shape, dtype)
      guard let element else {
        return StoredTensor(name: name, shape: shape, dtype: dtype) { () throws(TensorReadError) in
          throw TensorReadError(reason: "it is of type \(dtype), which is not read; save it as F32")
        }
      }
      return StoredTensor(name: name, shape: shape, dtype: element.rawValue) { () throws(TensorReadError) in
        let bytes = source.bytes(at: dataStart + start, count: end - start)
        guard bytes.count == end - start else { throw TensorReadError(reason: "the file ends inside it") }
        return Tensor(shape: shape, element: element, bytes: bytes)
      }
    }
  }
}

/// How a safetensors file is not one.
package enum SafetensorsError: Error, Equatable {
  case cutOff(needed: Int, found: Int)
  case longHeader(UInt64)
  case header(reason: String)
  case entry(String, reason: String)

  package var message: String {
    switch self {
    case .cutOff(let needed, let found):
      "the safetensors file is cut off: its header needs \(needed) bytes and there are \(found); copy it again"
    case .longHeader(let length):
      "not a safetensors file: its header would be \(length) bytes long, which none is"
    case .header(let reason): "the safetensors header is wrong: \(reason); save the file again"
    case .entry(let name, let reason):
      "the safetensors entry \(name) is wrong: \(reason); save the file again"
    }
  }
}
