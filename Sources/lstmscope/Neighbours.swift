import Glibc
import Synchronization
import TensorFiles

/// Files beside a model that hold some of its arrays.
///
/// A class because it keeps them open as long as the model is read.
final class Neighbours: Sendable {
  private let folder: String
  private let open = Mutex<[String: OpenNeighbour]>([:])

  /// - Parameter path: The model's.
  init(of path: String) {
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// A file of the model's own folder.
  ///
  /// - Parameter name: As the model spells it, which is not trusted.
  /// - Returns: nil for a path, a link, and what is no regular file.
  func source(_ name: String) -> FileSource? {
    guard !name.isEmpty, !name.contains("/"), !name.utf8.contains(0), name != ".", name != ".." else {
      return nil
    }
    let path = folder + name
    return open.withLock { open in
      if let file = open[name] { return FileSource(name: name, descriptor: file.descriptor) }
      guard let file = OpenNeighbour(path) else { return nil }
      open[name] = file
      return FileSource(name: name, descriptor: file.descriptor)
    }
  }
}

/// A descriptor that is closed when nobody needs it any more; a class because it owns it.
private final class OpenNeighbour: Sendable {
  let descriptor: Int32

  init?(_ path: String) {
    // Without waiting, should it be a pipe that nobody writes to.
    descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
