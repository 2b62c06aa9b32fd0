package import Foundation

/// Where the package's programs, sources and recorded cases are.
package enum Places {
  /// The folder that `Package.swift` is in.
  package static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  package static let fixtures = repository.appending(path: "Tests/Fixtures")

  /// A program of the package, which stands where the tests were built, or one of the folders above them.
  ///
  /// - Returns: Its path; the bare name where it is not found, which no test can start.
  package static func program(_ name: String) -> String {
    var starts = [
      URL(filePath: "/proc/self/exe").resolvingSymlinksInPath(), URL(filePath: CommandLine.arguments[0]),
    ]
    starts += CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(filePath: $0) }
    for start in starts {
      var folder = start
      for _ in 0..<5 {
        folder = folder.deletingLastPathComponent()
        let path = folder.appending(path: name).path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
          return path
        }
      }
    }
    return name
  }
}
