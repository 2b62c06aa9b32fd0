import Glibc

/// Makes an HDF5 file through the helper, `lstmscope-hdf5`, which makes it in memory and hands back its bytes.
package enum HDF5Writer {
  /// Something to be in the file. Groups on the way to a dataset need not be named.
  package enum Item: Sendable, Equatable {
    case group(String)
    /// Stored as float32.
    case dataset(String, Tensor)
    /// A text on the group or dataset of that path.
    case text(path: String, name: String, value: String)
  }

  /// - Returns: The bytes of the file.
  package static func bytes(of items: [Item], helper: String) throws(HDF5Error) -> [UInt8] {
    let request = FileSource(name: "items", bytes: encoded(items))
    guard let shared = request.descriptorToShare() else {
      throw .helperMissing(path: helper, reason: "there is not enough memory")
    }
    defer { if shared.isOurs { close(shared.descriptor) } }
    let process = try HelperProcess(
      path: helper, input: shared.descriptor, arguments: ["write"], seconds: 10 + Double(request.size) / 5e6)
    defer { process.close() }
    var bytes: [UInt8] = []
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { block.deallocate() }
    while true {
      let count = try process.read(into: block)
      if count == 0 { break }
      bytes.append(contentsOf: block[..<count])
    }
    switch process.waitForEnd() {
    case .exit(0) where HDF5Superblock.offset(in: FileSource(name: "", bytes: bytes)) != nil: return bytes
    case .exit(126), .exit(127):
      throw .helperMissing(path: helper, reason: "a library that it needs is missing; ldd tells which")
    case .exit(let status): throw .badAnswer("writing ended with status \(status)")
    case .signal(let signal): throw .died(signal: signal)
    case .unknown: throw .badAnswer("writing did not come to an end")
    }
  }

  /// As `Writing.swift` of the helper reads them.
  private static func encoded(_ items: [Item]) -> [UInt8] {
    var bytes: [UInt8] = []
    func integer<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    func string(_ text: String) {
      integer(UInt32(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    }
    for item in items {
      switch item {
      case .group(let path):
        bytes.append(UInt8(ascii: "G"))
        string(path)
      case .dataset(let path, let tensor):
        bytes.append(UInt8(ascii: "D"))
        string(path)
        bytes.append(UInt8(tensor.shape.count))
        for size in tensor.shape { integer(UInt64(size)) }
        bytes.append(contentsOf: Tensor(shape: tensor.shape, floats: tensor.floats).bytes)
      case .text(let path, let name, let value):
        bytes.append(UInt8(ascii: "A"))
        string(path)
        string(name)
        string(value)
      }
    }
    bytes.append(UInt8(ascii: "E"))
    return bytes
  }
}
