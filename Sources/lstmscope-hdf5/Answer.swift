import Glibc

/// The records on standard output. Numbers are little-endian; a string is its length in 4 bytes, then UTF-8.
///
///     "LSTMH5\u{1}\n"                                      once, at the beginning
///     G path                                               a group
///     D path element rank:1 dimension:8… size:8 bytes      a dataset
///     F path element rank:1 dimension:8… size:8 offset:8   a dataset whose bytes lie in the file, at the offset
///     A name kind:1 isScalar:1 count:4 value…              an attribute of the G, D or F before it
///     U path reason                                        something that is there and cannot be read
///     R reason                                             refused; nothing follows
///     E                                                    complete; nothing follows
///
/// A value is a string for kind `s`, 8 bytes for `i` (integer) and `f` (double).
///
/// A class, because everything that walks the file writes into the same buffer.
final class Answer {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private static let capacity = 1 << 16

  init(descriptor: Int32) {
    self.descriptor = descriptor
    buffer.reserveCapacity(Answer.capacity * 2)
    buffer.append(contentsOf: "LSTMH5\u{1}\n".utf8)
  }

  func tag(_ character: Unicode.Scalar) { byte(UInt8(ascii: character)) }

  func byte(_ value: UInt8) {
    buffer.append(value)
    if buffer.count >= Answer.capacity { flush() }
  }

  func integer<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes($0) }
  }

  func string(_ value: String) {
    var value = value
    value.withUTF8 {
      integer(UInt32(truncatingIfNeeded: $0.count))
      bytes(UnsafeRawBufferPointer($0))
    }
  }

  /// Larger blocks go out without being copied first.
  func bytes(_ block: UnsafeRawBufferPointer) {
    if block.count < Answer.capacity {
      buffer.append(contentsOf: block)
      if buffer.count >= Answer.capacity { flush() }
    } else {
      flush()
      write(block)
    }
  }

  func end() {
    tag("E")
    flush()
  }

  func unreadable(_ path: String, _ reason: String) {
    tag("U")
    string(path)
    string(reason)
  }

  func refuse(_ reason: String) -> Never {
    tag("R")
    string(reason)
    flush()
    _exit(1)
  }

  private func flush() {
    buffer.withUnsafeBytes { write($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func write(_ block: UnsafeRawBufferPointer) {
    var rest = block
    while let start = rest.baseAddress, !rest.isEmpty {
      let written = Glibc.write(descriptor, start, rest.count)
      if written < 0 && errno == EINTR { continue }
      // Nobody listens any more, so there is nobody to tell.
      if written <= 0 { _exit(2) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }
}
