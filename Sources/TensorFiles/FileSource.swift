import CLinux
import Glibc

/// The bytes of a file that somebody opened: in memory, or behind a descriptor that allows reading anywhere.
///
/// A descriptor stays the caller's: it must stay open while this is used, and is never closed here.
package struct FileSource: Sendable {
  /// What to call the file in a message.
  package let name: String
  package let size: Int
  private let storage: Storage

  private enum Storage: Sendable {
    case memory([UInt8])
    /// Reading begins at the offset.
    case descriptor(Int32, from: Int)
  }

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    size = bytes.count
    storage = .memory(bytes)
  }

  /// nil where the descriptor is no regular file: a pipe is read into memory by the caller.
  package init?(name: String, descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.name = name
    size = Int(status.st_size)
    storage = .descriptor(descriptor, from: 0)
  }

  private init(name: String, size: Int, storage: Storage) {
    self.name = name
    self.size = size
    self.storage = storage
  }

  /// A part of the file where it lies; nil for what is in memory, or where the file has no such part.
  func part(name: String, at offset: Int, count: Int) -> FileSource? {
    guard case .descriptor(let descriptor, let start) = storage, offset >= 0, count >= 0, offset <= size,
      count <= size - offset
    else { return nil }
    return FileSource(name: name, size: count, storage: .descriptor(descriptor, from: start + offset))
  }

  /// Copies what there is at `offset`, at most the size of `memory`.
  ///
  /// - Returns: The number of bytes copied, less than asked for at the end of the file or where reading fails.
  package func copy(at offset: Int, into memory: UnsafeMutableRawBufferPointer) -> Int {
    guard offset >= 0, offset < size else { return 0 }
    switch storage {
    case .memory(let bytes):
      let count = min(memory.count, size - offset)
      bytes.withUnsafeBytes {
        memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
      }
      return count
    case .descriptor(let descriptor, let base):
      let wanted = min(memory.count, size - offset)
      var done = 0
      while done < wanted, let start = memory.baseAddress {
        let count = pread(descriptor, start + done, wanted - done, off_t(base + offset + done))
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { break }
        done += count
      }
      return done
    }
  }

  /// The bytes at `offset`, fewer than `count` at the end of the file.
  package func bytes(at offset: Int, count: Int) -> [UInt8] {
    let wanted = max(0, min(count, size - max(offset, 0)))
    return [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      filled = copy(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// A descriptor to hand to another process.
  ///
  /// - Returns: nil where the kernel gives none; `offset` is where the bytes begin in it, `isOurs` says whether it is
  ///   to be closed afterwards.
  func descriptorToShare() -> (descriptor: Int32, offset: Int, isOurs: Bool)? {
    switch storage {
    case .descriptor(let descriptor, let offset): return (descriptor, offset, false)
    case .memory(let bytes):
      let descriptor = memfd_create("lstmscope", UInt32(linux_mfd_cloexec))
      guard descriptor >= 0 else { return nil }
      let complete = bytes.withUnsafeBytes { block in
        var done = 0
        while done < block.count, let start = block.baseAddress {
          let count = write(descriptor, start + done, block.count - done)
          if count < 0 && errno == EINTR { continue }
          if count <= 0 { return false }
          done += count
        }
        return true
      }
      guard complete else {
        close(descriptor)
        return nil
      }
      return (descriptor, 0, true)
    }
  }
}
