import Foundation
import TestSupport

/// The files that the package is made of, as text.
enum Sources {
  struct File {
    let module: String
    let name: String
    let text: String

    /// The lines that are no part of a text in the program, such as a script in another language.
    var lines: [Substring] {
      let parts = text.split(separator: "\"\"\"", omittingEmptySubsequences: false)
      return stride(from: 0, to: parts.count, by: 2).flatMap {
        parts[$0].split(separator: "\n", omittingEmptySubsequences: false)
      }
    }
  }

  static let folder = Places.repository.appending(path: "Sources")

  /// The names of the folders in `Sources`.
  static var modules: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  static func files(of module: String) throws -> [File] {
    let root = folder.appending(path: module)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter {
      $0.hasSuffix(".swift")
    }
    return try paths.sorted().map { path in
      File(
        module: module, name: path,
        text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }
  }

  static var all: [File] { get throws { try modules.flatMap(files) } }
}
