import CNcurses
import Glibc

/// A file in memory that curses draws into, so that a frame reaches the terminal in one piece.
///
/// Curses writes at every move of the cursor, a hundred times a frame; a terminal that wakes up for each of them
/// shows frames in parts and takes several times as long.
///
/// A class because it owns the stream.
final class FrameFile {
  let stream: UnsafeMutablePointer<FILE>

  /// nil where there is no memory for it; `errno` says why.
  init?() {
    let descriptor = nc_memory_file("frame")
    guard descriptor >= 0 else { return nil }
    guard let stream = fdopen(descriptor, "w") else {
      close(descriptor)
      return nil
    }
    self.stream = stream
  }

  deinit { fclose(stream) }

  /// What was drawn since the last time.
  func take() -> [UInt8] {
    let descriptor = fileno(stream)
    let size = Int(lseek(descriptor, 0, SEEK_CUR))
    guard size > 0 else { return [] }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, size, 0))
    }
    ftruncate(descriptor, 0)
    lseek(descriptor, 0, SEEK_SET)
    return bytes
  }
}
