import Foundation
import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// Every recorded file of PyTorch, ONNX and plain arrays, from its bytes to its outputs.
@Suite("The truth of other frameworks")
struct ForeignTruthTests {
  @Test("is what every file of theirs computes", arguments: ForeignFile.all)
  func truth(_ file: ForeignFile) throws {
    let difference = try file.compare()
    ForeignTable.shared.add(file.path, difference)
    TruthReadme.shared.add(file.folder, difference.largest)
    #expect(difference.compared > 0)
    #expect(difference.worst <= 1, "\(file.path) differs by \(difference.largest) at \(difference.place)")
  }

  @Test("there are files of every kind")
  func roster() {
    #expect(Set(ForeignFile.all.map(\.format)) == ForeignFile.formats.subtracting(["npy"]))
    #expect(ForeignFile.all.count >= 35)
  }
}

/// As `Table`, for the files of other frameworks.
private final class ForeignTable: @unchecked Sendable {
  // A class: tests that run beside each other fill one table, under its lock.
  static let shared = ForeignTable()
  private let lock = NSLock()
  private var rows: [String: TruthTests.Difference] = [:]

  func add(_ path: String, _ difference: TruthTests.Difference) {
    lock.withLock {
      rows[path] = difference
      guard rows.count == ForeignFile.all.count else { return }
      var text = "largest difference from the recorded numbers, other frameworks:\n"
      for (path, row) in rows.sorted(by: { $0.key < $1.key }) {
        text += "  \(path): \(row.largest), \(row.compared) arrays; \(row.place)\n"
      }
      print(text)
    }
  }
}

/// One file of one case, with what its framework recorded.
struct ForeignFile: Sendable, CustomTestStringConvertible {
  let folder: String
  let file: String
  let format: String
  let isTimeMajor: Bool
  let description: JSON

  var path: String { "\(folder)/\(file)" }
  var testDescription: String { path }

  static let formats: Set<String> = [
    "torch_zip_state_dict", "torch_legacy_pickle_state_dict", "torch_zip_checkpoint",
    "torch_zip_pickled_module", "torch_legacy_pickled_module", "safetensors", "npz_stored", "npz_deflated",
    "json_weights", "json_state_dict", "json_rtneural", "onnx", "npy",
  ]

  static let all: [ForeignFile] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.folder.path)) ?? []
    return folders.sorted().flatMap { folder -> [ForeignFile] in
      guard let description = try? Fixtures.json("\(folder)/case.json") else { return [] }
      return (description["files"]?.list ?? []).compactMap { file in
        guard let name = file["file"]?.text, let format = file["format"]?.text, formats.contains(format),
          format != "npy", file["lstm_nodes"]?.number != 0
        else { return nil }
        return ForeignFile(
          folder: folder, file: name, format: format, isTimeMajor: file["time_major"]?.bool ?? false,
          description: description)
      }
    }
  }()

  private var isOnnx: Bool { format == "onnx" }

  /// Whether the whole model is in the file, and not its LSTMs alone.
  private var isWhole: Bool {
    isOnnx || folder.hasPrefix("torch_") && folder != "torch_tagger"
  }

  private var calls: [JSON] { description["lstm_calls"]?.list ?? [] }

  func compare() throws -> TruthTests.Difference {
    let folder = Fixtures.folder.appending(path: folder)
    let model = try ModelFile.open(
      try Fixtures.source(path), helper: Fixtures.helper,
      beside: { name in
        (try? Data(contentsOf: folder.appending(path: name))).map {
          FileSource(name: name, bytes: Array($0))
        }
      })
    let graph = try #require(model.graph)
    let expected = try recorded()
    // What the program itself promises, which is no wider than what was recorded with.
    let tolerance = model.provenance.tolerance
    #expect(tolerance <= max(Float(description["tolerance"]?["abs"]?.number ?? 1e-5), 1e-5))
    var difference = TruthTests.Difference()
    let result = try #require(try graph.run(try inputs(graph, expected)))
    #expect(result.stopped == nil, "\(result.stopped?.message ?? "")")
    let listed = description["outputs"]?.list?.count ?? 0
    for (index, output) in result.outputs.enumerated() where isWhole && index < listed {
      let name = "output_\(index)"
      let tensor = try #require(expected[name], "\(name) is not recorded")
      var output = try #require(output, "\(name) was not reached")
      if isTimeMajor, index == 0 { output = output.timeExchanged() }
      #expect(output.shape == tensor.shape, "\(name)")
      let fits = difference.add(output.numbers, tensor.floats, at: name, tolerance: tolerance)
      #expect(fits, "\(name)")
    }
    // Keras' models as tf2onnx writes them: its nodes have other names.
    if isOnnx, !self.folder.hasPrefix("onnx_") { return difference }
    for call in calls { try compare(call, result, expected, tolerance, &difference) }
    return difference
  }

  private func recorded() throws -> [String: Tensor] {
    let members = try Npz.members(of: try Fixtures.source("\(folder)/expected.npz"))
    return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor) })
  }

  private func inputs(_ graph: Graph, _ expected: [String: Tensor]) throws -> [Value] {
    if isWhole {
      let values = try (description["inputs"]?.list ?? []).map { input in
        let name = try #require(input["file"]?.text)
        let tensor = try Npy.tensor(from: try Fixtures.bytes("\(folder)/\(name)"))
        return Value(shape: tensor.shape, tensor.floats)
      }
      return isTimeMajor ? values.map { $0.timeExchanged() } : values
    }
    let tensor = try #require(expected["lstm0.x"])
    return [Value(shape: tensor.shape, tensor.floats)]
  }

  private func compare(
    _ call: JSON, _ result: NetworkRun, _ expected: [String: Tensor], _ tolerance: Float,
    _ difference: inout TruthTests.Difference
  ) throws {
    let prefix = try #require(call["prefix"]?.text)
    let key = try #require(self.key(of: call))
    let made = try #require(
      result.calls.first { $0.key == key }, "\(key) did not run, but \(result.calls.map(\.key)) did")
    let trace = made.trace
    var arrays: [(String, [Float])] = [
      ("x", trace.input.x), ("h0", trace.h0), ("c0", trace.c0), ("z", trace.z), ("i", trace.i),
      ("f", trace.f), ("g", trace.g), ("o", trace.o), ("c", trace.c), ("h", trace.h), ("y", trace.y),
      ("h_final", trace.hFinal), ("c_final", trace.cFinal),
      ("t_index", trace.timestepIndex.map(Float.init)), ("kernel", made.parameters.kernel),
      ("recurrent_kernel", made.parameters.recurrentKernel),
    ]
    if let bias = made.parameters.bias { arrays.append(("bias", bias)) }
    for (name, values) in arrays {
      let tensor = try #require(expected["\(prefix).\(name)"], "\(prefix).\(name) is not recorded")
      let fits = difference.add(values, tensor.floats, at: "\(key) \(name)", tolerance: tolerance)
      #expect(fits, "\(key) \(name): \(values.count) numbers, \(tensor.shape) recorded")
    }
    #expect(
      trace.input.mask.map { $0.map { $0 ? 1 : 0 } } == expected["\(prefix).mask"]?.floats, "\(key) mask")
  }

  /// The key that `trace` gives the call.
  private func key(of call: JSON) -> String? {
    if let key = call["key"]?.text { return key }
    guard let layer = call["layer"]?.text else { return nil }
    if layer == "cell" { return "lstm" }
    if layer.hasPrefix("rnn (direction ") { return layer.hasSuffix("0)") ? "rnn/forward" : "rnn/backward" }
    let parts = layer.split(separator: " ")
    if folder.hasPrefix("torch_"), parts.count >= 2 {
      let hasBoth = calls.contains { $0["layer"]?.text?.hasSuffix("reverse") ?? false }
      return "\(parts[0])_\(parts[1])" + (hasBoth ? parts.count == 3 ? "/backward" : "/forward" : "")
    }
    // Keras' weights without the names that the layers had.
    if format == "json_rtneural" { return "lstm_0" }
    return folder == "basic" ? "lstm" : layer
  }
}
