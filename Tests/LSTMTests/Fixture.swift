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
    try storedArrays(in: Array(Data(contentsOf: folder.appending(path: "expected.npz"))))
  }
}

/// The arrays of an npz whose entries are stored, not compressed, as ours are.
private func storedArrays(in bytes: [UInt8]) throws -> [String: Tensor] {
  func number(_ offset: Int, _ width: Int) -> Int {
    bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
  var arrays: [String: Tensor] = [:]
  let end = bytes.count - 22
  var entry = number(end + 16, 4)
  for _ in 0..<number(end + 10, 2) {
    let size = number(entry + 24, 4)
    let nameLength = number(entry + 28, 2)
    let name = String(decoding: bytes[entry + 46..<entry + 46 + nameLength], as: UTF8.self)
    let local = number(entry + 42, 4)
    let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
    arrays[String(name.dropLast(4))] = try Npy.tensor(from: Array(bytes[start..<start + size]))
    entry += 46 + nameLength + number(entry + 30, 2) + number(entry + 32, 2)
  }
  return arrays
}
