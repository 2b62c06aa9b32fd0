/// A file that `torch.save` wrote: a pickle that refers to tensors, whose numbers stand beside it.
///
/// - Source: PyTorch, `torch/serialization.py`, `_save` and `_legacy_save`.
package struct TorchFile: Sendable {
  package let pickle: Pickle
  /// Whether it is the format of before PyTorch 1.6.
  package let isLegacy: Bool
  private let storages: Storages

  /// Where the numbers of a storage stand.
  fileprivate enum Storages: Sendable {
    case zip(ZipArchive, folder: String, entries: [String: ZipArchive.Entry])
    /// Places in the file and bytes, by key.
    case legacy(FileSource, [String: (start: Int, size: Int)])
  }

  /// - Throws: `TorchError`, also where the file is a program and not data.
  package init(_ archive: ZipArchive) throws(TorchError) {
    let names = archive.entries.map(\.name)
    guard
      let entry = archive.entries.first(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") })
    else { throw .noPickle(entries: names) }
    let folder = String(entry.name.dropLast("data.pkl".count))
    if names.contains(where: { $0 == folder + "constants.pkl" || $0.hasPrefix(folder + "code/") }) {
      throw .script
    }
    isLegacy = false
    if let order = archive[folder + "byteorder"], let bytes = try? archive.read(order, limit: 64),
      String(decoding: bytes, as: UTF8.self).hasPrefix("big")
    {
      throw .bigEndian
    }
    let bytes: [UInt8]
    do { bytes = try archive.read(entry, limit: 1 << 28) } catch { throw .zip(error) }
    var reader = PickleReader(FileSource(name: entry.name, bytes: bytes), at: 0)
    do { pickle = try reader.read() } catch { throw .pickle(error) }
    let data = archive.entries.filter { $0.name.hasPrefix(folder + "data/") }
    storages = .zip(
      archive, folder: folder,
      entries: Dictionary(data.map { ($0.name, $0) }) { first, _ in first })
  }

  /// The first bytes of a file of before PyTorch 1.6: a pickle of the number 0x1950a86a20f9469cfc6c.
  package static let legacyHead: [UInt8] = [
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
  ]

  /// Five pickles, then for each storage its length and its numbers.
  package init(legacy source: FileSource) throws(TorchError) {
    isLegacy = true
    var position = 0
    func next() throws(TorchError) -> Pickle {
      var reader = PickleReader(source, at: position)
      do throws(PickleError) {
        let pickle = try reader.read()
        position = reader.position
        return pickle
      } catch {
        throw .pickle(error)
      }
    }
    _ = try next()
    let version = try next()
    guard version.root == .integer(1001) else { throw .unknownVersion("\(version.root)") }
    let system = try next()
    guard system[system.root, "little_endian"] != .bool(false) else { throw .bigEndian }
    pickle = try next()
    let keys = try next()
    guard let list = keys.list(keys.root) else { throw .noStorages }
    var sizes: [String: Int] = [:]
    for case .persistent(let value) in pickle.nodes {
      if let storage = Storage(value, in: pickle) { sizes[storage.key] = storage.element?.size ?? 1 }
    }
    var places: [String: (start: Int, size: Int)] = [:]
    for case .text(let key) in list {
      let head = source.bytes(at: position, count: 8)
      guard head.count == 8 else { throw .cutOff(storage: key) }
      let bits = head.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let left = source.size - position - 8
      // No storage is refused for one that nothing refers to: its elements have at least a byte.
      guard let count = Int(exactly: bits), count <= left, count * (sizes[key] ?? 1) <= left else {
        throw .cutOff(storage: key)
      }
      places[key] = (position + 8, count * (sizes[key] ?? 1))
      position += 8 + count * (sizes[key] ?? 1)
    }
    storages = .legacy(source, places)
  }

  // MARK: Tensors

  /// The tensor that a value of the pickle is; nil where it is none.
  ///
  /// - Parameter name: What to call it.
  package func tensor(_ value: Pickle.Value, name: String) -> StoredTensor? {
    guard var object = pickle.object(value) else { return nil }
    // A Parameter holds its tensor as the first argument.
    var depth = 0
    while case .global("torch._utils", let function) = object.callable,
      function.hasPrefix("_rebuild_parameter"), depth < 4
    {
      guard let inner = pickle.object(pickle.list(object.arguments)?.first) else { return nil }
      object = inner
      depth += 1
    }
    guard case .global("torch._utils", let function) = object.callable,
      ["_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3"].contains(function),
      let arguments = pickle.list(object.arguments), arguments.count >= 4,
      case .node(let place) = arguments[0], case .persistent(let persistent) = pickle.nodes[place],
      var storage = Storage(persistent, in: pickle), case .integer(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3]), shape.count == strides.count
    else { return nil }
    if function == "_rebuild_tensor_v3", arguments.count > 6, case .global("torch", let type) = arguments[6] {
      storage = storage.of(type)
    }
    let view = View(shape: shape, offset: offset, strides: strides)
    let (storages, chosen) = (storages, storage)
    guard let element = storage.element else {
      return StoredTensor(name: name, shape: shape, dtype: storage.type) { () throws(TensorReadError) in
        throw TensorReadError(reason: "it is a \(chosen.type), which is not read; save it as float32")
      }
    }
    return StoredTensor(name: name, shape: shape, dtype: element.rawValue) { () throws(TensorReadError) in
      try view.tensor(of: storages.bytes(of: chosen.key), element: element)
    }
  }

  private func integers(_ value: Pickle.Value) -> [Int]? {
    guard case .node = value else { return nil }
    // `torch.Size` is an object whose argument is the tuple.
    let list =
      pickle.list(value) ?? pickle.object(value).flatMap { pickle.list(pickle.list($0.arguments)?.first) }
    guard let list, list.count <= 64 else { return nil }
    var numbers: [Int] = []
    for item in list {
      guard case .integer(let number) = item else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// What a persistent id says: `('storage', FloatStorage, key, device, numel)`.
  private struct Storage {
    let key: String
    /// `FloatStorage`, `float32`.
    let type: String
    let element: Tensor.Element?

    private static let elements: [String: Tensor.Element] = [
      "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
      "DoubleStorage": .float64,
      "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
      "ByteStorage": .uint8, "BoolStorage": .bool, "UntypedStorage": .uint8, "float32": .float32,
      "float16": .float16,
      "bfloat16": .bfloat16, "float64": .float64, "int64": .int64, "int32": .int32, "int16": .int16,
      "int8": .int8, "uint8": .uint8, "bool": .bool, "uint16": .uint16, "uint32": .uint32, "uint64": .uint64,
    ]

    private init(key: String, type: String) {
      self.key = key
      self.type = type
      element = Storage.elements[type]
    }

    init?(_ id: Pickle.Value, in pickle: Pickle) {
      guard let parts = pickle.list(id), parts.count >= 5, parts[0] == .text("storage"),
        case .global(_, let type) = parts[1], case .text(let key) = parts[2]
      else { return nil }
      self.init(key: key, type: type)
    }

    /// The same bytes taken for another type.
    func of(_ type: String) -> Storage { Storage(key: key, type: type) }
  }

  /// Which numbers of a storage a tensor is made of, in elements.
  private struct View {
    let shape: [Int]
    let offset: Int
    let strides: [Int]

    /// No tensor that is spread from few numbers becomes larger.
    private static let mostSpread = 1 << 24

    func tensor(of bytes: [UInt8], element: Tensor.Element) throws(TensorReadError) -> Tensor {
      let size = element.size
      guard let count = valueCount(of: shape), offset >= 0, strides.allSatisfy({ $0 >= 0 }) else {
        throw TensorReadError(reason: "its shape \(shape) with the strides \(strides) is none of a tensor")
      }
      guard count > 0 else { return Tensor(shape: shape, element: element, bytes: []) }
      var last = offset
      for (length, stride) in zip(shape, strides) {
        let (reach, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
        let (sum, tooFar) = last.addingReportingOverflow(reach)
        guard !overflow, !tooFar else { throw TensorReadError(reason: "its strides \(strides) overflow") }
        last = sum
      }
      guard last < bytes.count / size else {
        throw TensorReadError(
          reason: "it reaches to element \(last) of a storage that has \(bytes.count / size); save it again")
      }
      guard count <= max(View.mostSpread, bytes.count / size) else {
        throw TensorReadError(reason: "its shape \(shape) is far more than what is stored")
      }
      if isContiguous {
        return Tensor(
          shape: shape, element: element, bytes: Array(bytes[offset * size..<(offset + count) * size]))
      }
      var gathered: [UInt8] = []
      gathered.reserveCapacity(count * size)
      var index = [Int](repeating: 0, count: shape.count)
      var place = offset
      for _ in 0..<count {
        gathered += bytes[place * size..<(place + 1) * size]
        var axis = shape.count - 1
        while axis >= 0 {
          index[axis] += 1
          place += strides[axis]
          if index[axis] < shape[axis] { break }
          place -= shape[axis] * strides[axis]
          index[axis] = 0
          axis -= 1
        }
      }
      return Tensor(shape: shape, element: element, bytes: gathered)
    }

    private var isContiguous: Bool {
      var expected = 1
      for (length, stride) in zip(shape, strides).reversed() {
        if length != 1, stride != expected { return false }
        expected *= length
      }
      return true
    }
  }
}

extension TorchFile.Storages {
  fileprivate func bytes(of key: String) throws(TensorReadError) -> [UInt8] {
    switch self {
    case .zip(let archive, let folder, let entries):
      guard let entry = entries["\(folder)data/\(key)"] else {
        throw TensorReadError(reason: "its numbers, entry data/\(key), are missing; save the file again")
      }
      do { return try archive.read(entry) } catch { throw TensorReadError(reason: error.message) }
    case .legacy(let source, let places):
      guard let place = places[key] else {
        throw TensorReadError(reason: "its numbers, storage \(key), are missing; save the file again")
      }
      let bytes = source.bytes(at: place.start, count: place.size)
      guard bytes.count == place.size else { throw TensorReadError(reason: "the file ends inside it") }
      return bytes
    }
  }
}

/// Why a file of PyTorch is not read.
package enum TorchError: Error, Equatable {
  case zip(ZipError)
  case pickle(PickleError)
  case noPickle(entries: [String])
  /// TorchScript, whose weights belong to compiled code.
  case script
  case bigEndian
  case unknownVersion(String)
  case noStorages
  case cutOff(storage: String)

  package var message: String {
    switch self {
    case .zip(let error): error.message
    case .pickle(let error): error.message
    case .noPickle: "a PyTorch file without data.pkl; save it again with torch.save"
    case .script:
      "TorchScript, which is a program with its weights and is not run; load it in Python and save its weights:"
        + " torch.save(torch.jit.load(FILE).state_dict(), \"weights.pt\")"
    case .bigEndian: "a PyTorch file of a big-endian machine, which is not read; save it on another"
    case .unknownVersion(let found):
      "a PyTorch file of an unknown version: 1001 is needed and it says \(found.prefix(40)); save it again"
    case .noStorages: "a PyTorch file without its list of storages; save it again with torch.save"
    case .cutOff(let key):
      "the PyTorch file is cut off inside storage \(key.prefix(40)); copy or save it again"
    }
  }
}
