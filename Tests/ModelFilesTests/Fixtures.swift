import Foundation
import ModelFiles
import Network
import TensorFiles
import Testing

/// The recorded cases, and the helper that opens them.
enum Fixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// The helper stands where the tests were built.
  static let helper: String = {
    var starts = [
      URL(filePath: "/proc/self/exe").resolvingSymlinksInPath(), URL(filePath: CommandLine.arguments[0]),
    ]
    starts += CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(filePath: $0) }
    for start in starts {
      var folder = start
      for _ in 0..<5 {
        folder = folder.deletingLastPathComponent()
        let path = folder.appending(path: "lstmscope-hdf5").path
        if FileManager.default.isExecutableFile(atPath: path) { return path }
      }
    }
    return "lstmscope-hdf5"
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: path)))
  }

  static func source(_ path: String) throws -> FileSource {
    FileSource(name: path, bytes: try bytes(path))
  }

  static func open(_ path: String) throws -> Model {
    try ModelFile.open(try source(path), helper: helper)
  }

  static func open(_ bytes: [UInt8]) throws -> Model {
    try ModelFile.open(FileSource(name: "mutant", bytes: bytes), helper: helper)
  }

  static func json(_ path: String) throws -> JSON { try JSON(parsing: try bytes(path)) }
}

/// One file of one case, with what its framework recorded of it.
struct Recorded: Sendable, CustomTestStringConvertible {
  let folder: String
  let file: String
  let description: JSON

  var path: String { "\(folder)/\(file)" }
  var testDescription: String { path }

  private static let formats: Set<String> = [
    "keras_v3_zip", "keras_legacy_whole_h5", "keras_legacy_h5_in_.keras_name",
  ]

  static let all: [Recorded] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.folder.path)) ?? []
    return folders.sorted().flatMap { folder -> [Recorded] in
      guard let description = try? Fixtures.json("\(folder)/case.json") else { return [] }
      return (description["files"]?.list ?? []).compactMap { file in
        guard let name = file["file"]?.text, formats.contains(file["format"]?.text ?? "") else { return nil }
        return Recorded(folder: folder, file: name, description: description)
      }
    }
  }()

  /// The recorded calls of the LSTMs that are layers of their own, the first call of each.
  var plainCalls: [JSON] {
    (description["lstm_calls"]?.list ?? []).filter { call in
      call["class_name"]?.text == "LSTM" && call["call_of_layer"]?.number == 0
        && !(call["layer"]?.text ?? "/").contains("/") && isInThisFile(call)
    }
  }

  /// The encoder of a translator is stored apart from its decoder; each run says whose it is.
  private func isInThisFile(_ call: JSON) -> Bool {
    switch call["run"]?.text {
    case nil: true
    case "train.": file.hasPrefix("model")
    case "encoder.": file.hasPrefix("encoder")
    case "batch0.": true
    case "step0.": file.hasPrefix("decoder")
    default: false
    }
  }
}
