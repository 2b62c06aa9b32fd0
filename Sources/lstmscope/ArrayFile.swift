import Glibc
import TensorFiles

/// An array that a person gave by the name of a file, by `FILE.npz:KEY`, or on standard input.
enum ArrayFile {
  /// - Parameters:
  ///   - key: The name under which an npz or a JSON object of several arrays holds it.
  /// - Throws: `Failure` 66 where the file is not there, 65 where it is no array, 64 for a KEY that is not in it.
  static func read(_ text: String, key: String) throws -> Tensor {
    if text == "-" {
      return try decode(
        try Files.readAll(STDIN_FILENO, path: "standard input"), name: "standard input", key: key, chosen: nil
      )
    }
    let path = path(of: text)
    let chosen = path == text ? nil : String(text.dropFirst(path.count + 1))
    return try decode(try Files.readAll(path), name: path, key: key, chosen: chosen)
  }

  /// The file of `FILE.npz:KEY`.
  static func path(of text: String) -> String {
    guard !Files.exists(text), let end = text.firstRange(of: ".npz:") else { return text }
    return String(text[..<text.index(before: end.upperBound)])
  }

  static func decode(_ bytes: [UInt8], name: String, key: String, chosen: String?) throws -> Tensor {
    guard !bytes.isEmpty else { throw Failure(.badData, "\(name): an empty file (0 bytes), not an array") }
    do {
      if bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) { return try Npy.tensor(from: bytes) }
      if bytes.starts(with: [0x50, 0x4b]) {
        let members = try Npz.members(of: FileSource(name: name, bytes: bytes))
        return try pick(members.map { ($0.name, $0.tensor) }, name: name, key: key, chosen: chosen)
      }
      switch bytes.first(where: { !" \n\r\t".utf8.contains($0) }) {
      case UInt8(ascii: "["):
        return try JSON(parsing: bytes).tensor()
      case UInt8(ascii: "{"):
        let members = try JSON(parsing: bytes).object ?? [:]
        let value = try pick(
          members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, name: name, key: key, chosen: chosen)
        return try value.tensor()
      default:
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
          throw Failure(.badData, "\(name): neither .npy, .npz, .csv nor .json")
        }
        return try CSV(parsing: text).tensor
      }
    } catch let error as NpyError {
      throw Failure(.badData, "\(name): \(error.message)")
    } catch let error as NpzError {
      throw Failure(.badData, "\(name): \(error.message)")
    } catch let error as JSONError {
      throw Failure(.badData, "\(name): \(error.message)")
    } catch let error as CSVError {
      throw Failure(.badData, "\(name): \(error.message)")
    }
  }

  private static func pick<Value>(
    _ members: [(name: String, value: Value)], name: String, key: String, chosen: String?
  ) throws -> Value {
    let keys = members.map(\.name).joined(separator: ", ")
    if let chosen {
      guard let member = members.first(where: { $0.name == chosen }) else {
        throw Failure(.usage, "\(name) has no array '\(chosen)'; it has \(keys)")
      }
      return member.value
    }
    if let member = members.first(where: { $0.name == key }) ?? (members.count == 1 ? members.first : nil) {
      return member.value
    }
    throw Failure(
      .usage, "\(name) holds several arrays: \(keys); none is called '\(key)', so choose one: \(name):KEY")
  }
}

extension String {
  /// Where `part` stands in the text.
  fileprivate func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
