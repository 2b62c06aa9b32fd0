import Foundation
import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// The bundled models beside what Keras gave for them.
@Suite("Bundled models")
struct ClassroomTests {
  static let resources = Fixtures.folder.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/lstmscope/Resources")

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: resources.appending(path: path)))
  }

  static func source(_ path: String) throws -> FileSource {
    FileSource(name: path, bytes: try bytes(path))
  }

  static let names: [String] =
    (try? Fixtures.json("classroom/cases.json").list?.compactMap { $0["name"]?.text }) ?? []

  @Test("are listed, each with its file, its example and a line that says what it shows")
  func list() throws {
    let list = try #require(try JSON(parsing: try Self.bytes("models/models.json")).list)
    #expect(list.compactMap { $0["name"]?.text } == Self.names)
    #expect(Self.names.count == 10)
    for entry in list {
      for key in ["file", "input"] {
        let file = try #require(entry[key]?.text)
        #expect(try !Self.bytes("models/\(file)").isEmpty)
      }
      #expect((entry["description"]?.text ?? "").count > 20)
    }
  }

  @Test("give what Keras gave, at every timestep", arguments: names)
  func recorded(_ name: String) throws {
    let cases = try #require(try Fixtures.json("classroom/cases.json").list)
    let description = try #require(cases.first { $0["name"]?.text == name })
    let model = try ModelFile.open(try Self.source("models/\(name).keras"), helper: Fixtures.helper)
    let example = try Npy.tensor(from: try Self.bytes("models/\(name).npy"))
    let graph = try #require(model.graph)
    let result = try #require(try graph.run([Value(shape: example.shape, example.floats)]))
    let members = try Npz.members(of: try Fixtures.source("classroom/\(name).npz"))
    let expected = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor) })
    var difference = TruthTests.Difference()
    func compare(_ values: [Float], _ recorded: String) throws {
      let tensor = try #require(expected[recorded], "\(recorded) is not recorded")
      let fits = difference.add(values, tensor.floats, at: recorded, tolerance: 1e-5)
      #expect(fits, "\(recorded)")
    }
    for (index, output) in result.outputs.enumerated() {
      try compare(try #require(output).numbers, "output_\(index)")
    }
    for call in try #require(description["lstm_calls"]?.list) {
      let prefix = try #require(call["prefix"]?.text)
      let made = try #require(result.calls.first { $0.key == call["layer"]?.text })
      let trace = made.trace
      for (quantity, values) in [
        ("x", trace.input.x), ("z", trace.z), ("i", trace.i), ("f", trace.f), ("g", trace.g), ("o", trace.o),
        ("c", trace.c), ("h", trace.h), ("y", trace.y), ("h_final", trace.hFinal), ("c_final", trace.cFinal),
        ("t_index", trace.timestepIndex.map(Float.init)),
      ] {
        try compare(values, "\(prefix).\(quantity)")
      }
      #expect(trace.input.mask.map { $0.map { $0 ? 1 : 0 } } == expected["\(prefix).mask"]?.floats)
    }
    #expect(difference.worst <= 1, "\(name) differs by \(difference.largest) at \(difference.place)")
  }
}
