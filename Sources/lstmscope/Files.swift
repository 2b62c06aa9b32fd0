import Glibc
import TensorFiles

/// A file that was opened for reading, closed when the last one lets go of it.
///
/// A class because it owns a descriptor.
final class OpenFile {
  let path: String
  private let descriptor: Int32

  /// - Throws: `Failure` 66 where it is not there, a directory, or not readable.
  init(_ path: String) throws {
    self.path = path
    descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason =
        errno == ENOENT || errno == ENOTDIR
        ? "there is no such file; is the path right?"
        : "it cannot be read (\(String(cString: strerror(errno))))"
      throw Failure(.noInput, "\(path): \(reason)")
    }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw Failure(
        .noInput,
        "\(path): a directory, not a file; a SavedModel folder is not opened, save the model as .keras")
    }
  }

  deinit { close(descriptor) }

  /// The file's bytes, where they are or, for a pipe, read into memory.
  ///
  /// - Parameter limit: What is read into memory at most.
  func source(limit: Int = Files.limit) throws -> FileSource {
    if let source = FileSource(name: Files.name(of: path), descriptor: descriptor) { return source }
    return FileSource(
      name: Files.name(of: path), bytes: try Files.readAll(descriptor, path: path, limit: limit))
  }
}

enum Files {
  /// What is read into memory at most. A model's file is read where it lies and has no such bound.
  static let limit = 4 << 30

  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The path from the root, as it is now.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    let plain = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return "\(String(cString: here))/\(plain)"
  }

  /// Whether two paths lead to one file that is there.
  static func isSame(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
      && first.st_ino == second.st_ino
  }

  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// - Throws: `Failure` 65 where there are more bytes than may be.
  static func readAll(_ descriptor: Int32, path: String, limit: Int = limit) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count > 0 {
        bytes.append(contentsOf: chunk[..<count])
        guard bytes.count <= limit else { throw tooLarge(path, limit) }
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        throw Failure(.noInput, "\(path): reading failed (\(String(cString: strerror(errno))))")
      }
    }
  }

  static func readAll(_ path: String, limit: Int = limit) throws -> [UInt8] {
    let file = try OpenFile(path)
    let source = try file.source(limit: limit)
    guard source.size <= limit else { throw tooLarge(path, limit) }
    return source.bytes(at: 0, count: source.size)
  }

  private static func tooLarge(_ path: String, _ limit: Int) -> Failure {
    let most = limit < 1 << 30 ? "\(limit >> 20) MiB" : "\(limit >> 30) GiB"
    return Failure(.badData, "\(path): more than \(most), which is too large for what it is to be")
  }

  /// Writes a file whole or not at all: beside its place first, then into it. What is no regular file, such as
  /// a pipe, is written to as it is.
  ///
  /// - Parameter command: What the person typed, which with a ! overwrites; nil where nothing does.
  /// - Throws: `Failure` 73 where it cannot be made, 74 where writing fails.
  static func write(
    _ bytes: [UInt8], to path: String, overwrite: Bool, by command: String? = ":write"
  ) throws {
    guard !path.isEmpty else { throw Failure(.cannotCreate, "the file to write has no name") }
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(.cannotCreate, "\(path): a directory, not a file")
    }
    if isThere, status.st_mode & S_IFMT != S_IFREG { return try writeInPlace(bytes, to: path) }
    if isThere, !overwrite {
      throw Failure(
        .cannotCreate, "\(path) exists; " + (command.map { "\($0)! overwrites it" } ?? "give another name"))
    }
    // A link stays a link: what it leads to is replaced.
    let target = isThere ? resolved(path) : path
    let temporary = "\(target).\(getpid()).part"
    let descriptor = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw Failure(.cannotCreate, "\(path): it cannot be created (\(String(cString: strerror(errno))))")
    }
    if isThere { fchmod(descriptor, status.st_mode & 0o7777) }
    var reason = writeAll(bytes, to: descriptor) ? 0 : errno
    if close(descriptor) != 0, reason == 0 { reason = errno }
    if reason == 0, rename(temporary, target) != 0 { reason = errno }
    guard reason == 0 else {
      unlink(temporary)
      throw Failure(.writingFailed, "\(path): writing failed (\(String(cString: strerror(reason))))")
    }
  }

  private static func writeInPlace(_ bytes: [UInt8], to path: String) throws {
    let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(.cannotCreate, "\(path): it cannot be written to (\(String(cString: strerror(errno))))")
    }
    defer { close(descriptor) }
    guard writeAll(bytes, to: descriptor) else {
      throw Failure(.writingFailed, "\(path): writing failed (\(String(cString: strerror(errno))))")
    }
  }

  /// The path without links in it; the path itself where it can't be followed.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// - Returns: Whether all of it was written; `errno` says why not.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
        if count < 0 {
          guard errno == EINTR else { return false }
        } else {
          offset += count
        }
      }
      return true
    }
  }

  /// Where something is kept when the program is ended from outside; its folder is there then.
  static func kept(_ what: String, ending: String) -> String {
    let home = variable("XDG_STATE_HOME") ?? (variable("HOME") ?? "") + "/.local/state"
    let folder = "\(home)/lstmscope"
    makeDirectory(folder)
    return "\(folder)/\(what)-\(time(nil))-\(getpid()).\(ending)"
  }

  /// Makes a directory and those above it.
  static func makeDirectory(_ path: String) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? part : "/" + part
      mkdir(made, 0o700)
    }
  }

  static func list(_ directory: String) -> [String] {
    guard let handle = opendir(directory) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  static func variable(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }
}
