import CHDF5
import Glibc

/// Makes an HDF5 file of what came in and writes its bytes to standard output. Numbers are little-endian; a string is
/// its length in 4 bytes, then UTF-8.
///
///     G path                                     a group
///     D path rank:1 dimension:8… value:4…        a dataset of float32
///     A path name value                          a text on the group or dataset of that path
///     E                                          the end
struct Writing {
  private let items: UnsafeRawBufferPointer
  private var offset = 0

  init(items: UnsafeRawBufferPointer) {
    self.items = items
  }

  /// Ends the process: 0 where all of it was made, 3 where an item is wrong, 4 where the library refuses.
  func run() -> Never {
    var writing = self
    let file = h5x_create()
    let parents = h5x_with_parents()
    guard file >= 0, parents >= 0 else { _exit(4) }
    while let tag = writing.byte(), tag != UInt8(ascii: "E") {
      guard writing.item(tag, file, parents) else { _exit(3) }
    }
    let size = h5x_image(file, nil, 0)
    guard size > 0 else { _exit(4) }
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    guard h5x_image(file, block.baseAddress, size) == size else { _exit(4) }
    var done = 0
    while done < size {
      let count = Glibc.write(STDOUT_FILENO, block.baseAddress?.advanced(by: done), size - done)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { _exit(2) }
      done += count
    }
    _exit(0)
  }

  private mutating func item(_ tag: UInt8, _ file: hid_t, _ parents: hid_t) -> Bool {
    guard let path = string(), !path.isEmpty else { return false }
    switch tag {
    case UInt8(ascii: "G"): return h5x_make_group(file, path, parents)
    case UInt8(ascii: "A"):
      guard let name = string(), let value = string() else { return false }
      return h5x_make_text(file, path, name, value)
    case UInt8(ascii: "D"):
      guard let rank = byte(), rank <= 32 else { return false }
      var sizes: [hsize_t] = []
      var count = 1
      for _ in 0..<rank {
        guard let size = integer(8), let dimension = Int(exactly: size) else { return false }
        let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
        guard !overflow else { return false }
        count = product
        sizes.append(size)
      }
      guard count <= (items.count - offset) / 4 else { return false }
      var values = [Float](repeating: 0, count: count)
      values.withUnsafeMutableBytes {
        $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: items[offset..<offset + 4 * count]))
      }
      offset += 4 * count
      return h5x_make_dataset(file, path, Int32(rank), sizes, values, parents)
    default: return false
    }
  }

  private mutating func byte() -> UInt8? {
    guard offset < items.count else { return nil }
    defer { offset += 1 }
    return items[offset]
  }

  private mutating func integer(_ size: Int) -> UInt64? {
    guard size <= items.count - offset else { return nil }
    defer { offset += size }
    return (0..<size).reduce(0) { $0 | UInt64(items[offset + $1]) << UInt64(8 * $1) }
  }

  private mutating func string() -> String? {
    guard let length = integer(4), length <= UInt64(items.count - offset) else { return nil }
    defer { offset += Int(length) }
    return String(validating: items[offset..<offset + Int(length)], as: UTF8.self)
  }
}
