import Foundation
import LSTM
import Testing
import TensorFiles

/// A case of `Tests/Fixtures` as its `case.json` and `expected.npz` tell it.
struct Fixture: CustomTestStringConvertible {
  let name: String
  let calls: [JSON]
  let tolerance: Float
  private let folder: URL

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// Every case that has recorded LSTM calls, by name.
  static func all() throws -> [Fixture] {
    try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().compactMap { name in
      let folder = root.appending(path: name)
      guard let data = try? Data(contentsOf: folder.appending(path: "case.json")) else { return nil }
      let json = try JSON(parsing: Array(data))
      guard let calls = json["lstm_calls"]?.list, !calls.isEmpty else { return nil }
      let tolerance = json["tolerance"]?["abs"]?.number ?? 1e-5
      // Ours is float32 whatever the file's type.
      return Fixture(name: name, calls: calls, tolerance: max(Float(tolerance), 1e-6), folder: folder)
    }
  }

  var testDescription: String { name }

  func expected() throws -> [String: Tensor] {
    let bytes = try Array(Data(contentsOf: folder.appending(path: "expected.npz")))
    let members = try Npz.members(of: FileSource(name: "expected.npz", bytes: bytes))
    return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor) })
  }
}
