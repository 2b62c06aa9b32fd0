import Glibc

/// Reads the records that `lstmscope-hdf5` writes (`Answer.swift` there describes them) and believes none of them.
struct HDF5Reply {
  private let process: HelperProcess
  /// The file itself, where most arrays lie as they are wanted.
  private let source: FileSource
  private let limit: Int
  private var spent = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var start = 0
  private var end = 0
  private var file = HDF5File()

  init(process: HelperProcess, source: FileSource, limit: Int) {
    self.process = process
    self.source = source
    self.limit = limit
  }

  /// The bytes that a file of this size may unpack to; the helper holds itself to the same.
  static func limit(fileSize: Int) -> Int {
    let (unpacked, overflow) = fileSize.multipliedReportingOverflow(by: 16)
    return min(max(256 << 20, overflow ? .max : unpacked), 16 << 30) + (64 << 20)
  }

  mutating func read() throws(HDF5Error) -> HDF5File {
    guard try bytes(8) == Array("LSTMH5\u{1}\n".utf8) else { throw .badAnswer("it begins wrongly") }
    while true {
      let tag = try byte()
      switch tag {
      case UInt8(ascii: "G"): try append(.group, path: try string())
      case UInt8(ascii: "D"): try dataset(isInFile: false)
      case UInt8(ascii: "F"): try dataset(isInFile: true)
      case UInt8(ascii: "A"): try attribute()
      case UInt8(ascii: "U"): try unreadable()
      case UInt8(ascii: "R"): throw .refused(try string())
      case UInt8(ascii: "E"): return file
      default: throw .badAnswer("record \(tag)")
      }
    }
  }

  private mutating func append(_ content: HDF5File.Content, path: String) throws(HDF5Error) {
    guard file.append(HDF5File.Node(path: path, content: content)) else {
      throw .refused("a group lists the name \(path) twice")
    }
  }

  private mutating func dataset(isInFile: Bool) throws(HDF5Error) {
    let path = try string()
    let name = try string()
    guard let element = Tensor.Element(rawValue: name) else { throw .badAnswer("element type \(name)") }
    let rank = Int(try byte())
    guard rank <= 32 else { throw .badAnswer("\(rank) dimensions") }
    var shape: [Int] = []
    var product = element.size
    for _ in 0..<rank {
      guard let dimension = Int(exactly: try integer(8)) else { throw .badAnswer("a dimension of \(path)") }
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow { throw .badAnswer("the shape of \(path)") }
      product = next
      shape.append(dimension)
    }
    guard try integer(8) == UInt64(product) else { throw .badAnswer("the size of \(path)") }
    let bytes = isInFile ? try stored(product, of: path) : try bytes(product)
    try append(.dataset(Tensor(shape: shape, element: element, bytes: bytes)), path: path)
  }

  /// Bytes that lie in the file: the helper told where.
  private mutating func stored(_ count: Int, of path: String) throws(HDF5Error) -> [UInt8] {
    guard let offset = Int(exactly: try integer(8)), offset <= source.size, count <= source.size - offset
    else {
      throw .badAnswer("the place of \(path)")
    }
    guard count <= limit - spent else { throw .tooLarge(bytes: spent + count, limit: limit) }
    spent += count
    let bytes = source.bytes(at: offset, count: count)
    guard bytes.count == count else { throw .refused("the file became shorter while it was read") }
    return bytes
  }

  private mutating func attribute() throws(HDF5Error) {
    let name = try string()
    let kind = try byte()
    let isScalar = try byte() != 0
    let count = Int(try integer(4))
    let values: HDF5File.Attribute.Values
    switch kind {
    case UInt8(ascii: "s"):
      var strings: [String] = []
      for _ in 0..<count { strings.append(try string()) }
      values = .strings(strings)
    case UInt8(ascii: "i"):
      var integers: [Int64] = []
      for _ in 0..<count { integers.append(Int64(bitPattern: try integer(8))) }
      values = .integers(integers)
    case UInt8(ascii: "f"):
      var floats: [Double] = []
      for _ in 0..<count { floats.append(Double(bitPattern: try integer(8))) }
      values = .floats(floats)
    default: throw .badAnswer("attribute kind \(kind)")
    }
    guard file.append(HDF5File.Attribute(values: values, isScalar: isScalar), named: name) else {
      throw .badAnswer("the attribute \(name) belongs to nothing")
    }
  }

  /// A dataset or link that cannot be read stands in for itself; of a group that is there, it is a damage.
  private mutating func unreadable() throws(HDF5Error) {
    let path = try string()
    let reason = try string()
    file.append(HDF5File.Damage(path: path, reason: reason))
    if file[path] == nil { try append(.unreadable(reason), path: path) }
  }

  // MARK: Bytes

  private mutating func byte() throws(HDF5Error) -> UInt8 {
    if start == end { try fill() }
    start += 1
    return buffer[start - 1]
  }

  private mutating func integer(_ size: Int) throws(HDF5Error) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(try byte()) << UInt64(8 * index) }
    return value
  }

  private mutating func string() throws(HDF5Error) -> String {
    let count = Int(try integer(4))
    return String(decoding: try bytes(count), as: UTF8.self)
  }

  private mutating func fill() throws(HDF5Error) {
    start = 0
    end = 0
    let process = process
    end = try buffer.withUnsafeMutableBytes { block in
      Result { () throws(HDF5Error) in try process.read(into: block) }
    }.get()
    if end == 0 { throw .badAnswer("it stops") }
    spent += end
    guard spent <= limit else { throw .tooLarge(bytes: spent, limit: limit) }
  }

  /// Takes what is buffered, then lets the rest come from the pipe into its place.
  private mutating func bytes(_ count: Int) throws(HDF5Error) -> [UInt8] {
    if count <= end - start {
      defer { start += count }
      return Array(buffer[start..<start + count])
    }
    let buffered = start..<end
    let missing = count - buffered.count
    guard missing <= limit - spent else { throw .tooLarge(bytes: spent + missing, limit: limit) }
    spent += missing
    start = end
    var failure: HDF5Error?
    let result = [UInt8](unsafeUninitializedCapacity: count) { memory, filled in
      let block = UnsafeMutableRawBufferPointer(memory)
      buffer.withUnsafeBytes { block.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[buffered])) }
      filled = buffered.count
      do throws(HDF5Error) {
        while filled < count {
          let got = try process.read(into: UnsafeMutableRawBufferPointer(rebasing: block[filled..<count]))
          if got == 0 { throw .badAnswer("it stops in \(count) bytes") }
          filled += got
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }
}
