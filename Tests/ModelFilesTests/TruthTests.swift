import Foundation
import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// Every recorded file of Keras, from its bytes to its outputs, beside what its own framework gave.
@Suite("The truth")
struct TruthTests {
  /// What one file's run differs by.
  struct Difference: Sendable {
    var largest: Float = 0
    var place = ""
    var worst: Float = 0
    var compared = 0

    /// - Parameter tolerance: |a − b| ≤ tolerance + tolerance · |expected|.
    mutating func add(_ found: [Float], _ expected: [Float], at place: String, tolerance: Float) -> Bool {
      guard found.count == expected.count else { return false }
      compared += 1
      for (a, b) in zip(found, expected) {
        if a == b || a.isNaN && b.isNaN { continue }
        let difference = abs(a - b)
        // NaN on one side alone is infinitely far off.
        let share = difference / (tolerance + tolerance * abs(b))
        if !(share <= worst) {
          worst = share.isNaN ? .infinity : share
          self.place = place
        }
        if !(difference <= largest) { largest = difference.isNaN ? .infinity : difference }
      }
      return true
    }
  }

  /// Files that cannot pass, each with the reason.
  static let cannot: [String: String] = [:]

  @Test("is what every file of Keras computes", arguments: TruthFile.all)
  func truth(_ file: TruthFile) throws {
    let difference = try file.compare()
    Table.shared.add(file.path, difference)
    TruthReadme.shared.add(file.folder, difference.largest)
    #expect(difference.compared > 0)
    #expect(
      difference.worst <= 1, "\(file.path) differs by \(difference.largest) at \(difference.place)")
  }

  @Test("names every case that cannot be compared")
  func nothingSkipped() {
    #expect(Set(TruthTests.cannot.keys).isSubset(of: Set(TruthFile.known.map(\.path))))
    #expect(TruthFile.all.count + TruthTests.cannot.count == TruthFile.known.count)
  }
}

/// The largest difference of each case, printed when the last is in.
final class Table: @unchecked Sendable {
  // A class: tests that run beside each other fill one table, under its lock.
  static let shared = Table()
  private let lock = NSLock()
  private var rows: [String: TruthTests.Difference] = [:]

  func add(_ path: String, _ difference: TruthTests.Difference) {
    lock.withLock {
      rows[path] = difference
      guard rows.count == TruthFile.all.count else { return }
      var text = "largest difference from the recorded numbers, by file:\n"
      for (path, row) in rows.sorted(by: { $0.key < $1.key }) {
        let share = String(format: "%.3f", row.worst)
        text += "  \(path): \(row.largest), \(share) of the tolerance, \(row.compared) arrays; \(row.place)\n"
      }
      print(text)
    }
  }
}

/// One file of one case and the runs that were recorded of it.
struct TruthFile: Sendable, CustomTestStringConvertible {
  let folder: String
  let file: String
  let format: String
  let description: JSON

  var path: String { "\(folder)/\(file)" }
  var testDescription: String { path }

  private static let formats: Set<String> = [
    "keras_v3_zip", "keras_legacy_whole_h5", "keras_legacy_h5_in_.keras_name", "keras_weights_h5",
    "keras_legacy_weights_only_h5",
  ]
  private static let runnable: Set<String> = ["ok", "partial", "weights_only"]

  /// All that a framework's numbers are there for.
  static let known: [TruthFile] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.folder.path)) ?? []
    return folders.sorted().flatMap { folder -> [TruthFile] in
      guard let description = try? Fixtures.json("\(folder)/case.json"),
        runnable.contains(description["expect"]?.text ?? "")
      else { return [] }
      return (description["files"]?.list ?? []).compactMap { file in
        guard let name = file["file"]?.text, let format = file["format"]?.text, formats.contains(format)
        else { return nil }
        return TruthFile(folder: folder, file: name, format: format, description: description)
      }
    }
  }()

  static let all = known.filter { TruthTests.cannot[$0.path] == nil }

  var isWeights: Bool { format == "keras_weights_h5" || format == "keras_legacy_weights_only_h5" }

  /// The architecture that goes with a file of weights: the JSON beside it, or the one in the whole model.
  func config() throws -> FileSource? {
    guard isWeights else { return nil }
    let tag = file.split(separator: "_").last { $0.hasPrefix("tf") || $0.hasPrefix("k") }.map {
      String($0.split(separator: ".")[0])
    }
    let suffix = tag.map { "_\($0)" } ?? ""
    for beside in ["model\(suffix)_architecture.json", "model\(suffix).keras", "model\(suffix).h5"] {
      guard let bytes = try? Fixtures.bytes("\(folder)/\(beside)") else { continue }
      let source = FileSource(name: beside, bytes: bytes)
      if beside.hasSuffix(".json") { return source }
      if let zip = try? ZipArchive(source), let entry = zip.entry(called: "config.json") {
        return FileSource(name: "config.json", bytes: try zip.read(entry))
      }
      let whole = try HDF5File.read(source, helper: Fixtures.helper)
      if let text = whole.string("model_config", of: "") {
        return FileSource(name: "model_config", bytes: Array(text.utf8))
      }
    }
    return nil
  }

  /// One run of the file: what it is given, under which prefix its numbers stand.
  private struct Run {
    let prefix: String
    let inputs: [String: Value]
    let carriesStates: Bool
  }

  func compare() throws -> TruthTests.Difference {
    let model = try ModelFile.open(
      try Fixtures.source(path), config: try config(), helper: Fixtures.helper)
    let graph = try #require(model.graph)
    let members = try Npz.members(of: try Fixtures.source("\(folder)/expected.npz"))
    let expected = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor) })
    // A float64 model is recorded to 1e-7 and computed here in float32, like all others.
    let recorded = Float(description["tolerance"]?["abs"]?.number ?? 1e-5)
    let tolerance = max(recorded, 1e-5)
    #expect(model.provenance.tolerance >= tolerance)
    var difference = TruthTests.Difference()
    var states = States()
    for run in try runs(expected, inputs: graph.inputs.count) {
      let given = graph.inputs.enumerated().map { index, input in
        run.inputs[input.name] ?? run.inputs["\(index)"]
      }
      let result = try #require(try graph.run(given, states: run.carriesStates ? states : States()))
      #expect(result.stopped == nil, "\(result.stopped?.message ?? "")")
      states = result.states
      for (index, output) in result.outputs.enumerated() {
        let name = "\(run.prefix)output_\(index)"
        let output = try #require(output, "\(name) was not reached")
        let tensor = try #require(expected[name], "\(name) is not recorded")
        #expect(output.shape == tensor.shape, "\(name)")
        let fits = difference.add(output.numbers, tensor.floats, at: name, tolerance: tolerance)
        #expect(fits, "\(name)")
      }
      try calls(of: run, result, expected, tolerance, &difference)
    }
    return difference
  }

  // MARK: What was given

  private func runs(_ expected: [String: Tensor], inputs count: Int) throws -> [Run] {
    var values: [Value] = []
    for input in description["inputs"]?.list ?? [] {
      if let texts = input["texts"]?.list {
        let shape = (input["shape"]?.list ?? []).compactMap { $0.number.map { Int($0) } }
        values.append(Value(shape: shape, texts: texts.compactMap(\.text)))
        continue
      }
      let name = try #require(input["file"]?.text)
      let tensor = try Npy.tensor(from: try Fixtures.bytes("\(folder)/\(name)"))
      values.append(Value(shape: tensor.shape, tensor.floats))
    }
    func numbered(_ values: [Value]) -> [String: Value] {
      Dictionary(uniqueKeysWithValues: values.enumerated().map { ("\($0.offset)", $0.element) })
    }
    let prefixes = Set(
      expected.keys.compactMap { key in
        key.contains("output_") ? String(key.prefix(while: { $0 != "." })) : nil
      })
    if prefixes.contains("batch0") {
      return values.enumerated().map {
        Run(prefix: "batch\($0.offset).", inputs: ["0": $0.element], carriesStates: true)
      }
    }
    guard prefixes.contains("train") else {
      return [Run(prefix: "", inputs: numbered(values), carriesStates: false)]
    }
    if file.hasPrefix("encoder") {
      return [Run(prefix: "encoder.", inputs: numbered(Array(values.prefix(1))), carriesStates: false)]
    }
    guard file.hasPrefix("decoder") else {
      return [Run(prefix: "train.", inputs: numbered(values), carriesStates: false)]
    }
    // The decoder is called once a step, with what it gave at the step before.
    let calls = (description["lstm_calls"]?.list ?? []).filter { $0["run"]?.text?.hasPrefix("step") ?? false }
    return try calls.map { call in
      let prefix = try #require(call["prefix"]?.text)
      let inputs = try ["x", "h0", "c0"].map { name in
        let tensor = try #require(expected["\(prefix).\(name)"])
        return Value(shape: tensor.shape, tensor.floats)
      }
      return Run(prefix: call["run"]?.text ?? "", inputs: numbered(inputs), carriesStates: false)
    }
  }

  // MARK: What each LSTM did

  private func calls(
    of run: Run, _ result: NetworkRun, _ expected: [String: Tensor], _ tolerance: Float,
    _ difference: inout TruthTests.Difference
  ) throws {
    for call in description["lstm_calls"]?.list ?? []
    where (call["run"]?.text ?? "") == run.prefix {
      let prefix = try #require(call["prefix"]?.text)
      let key = try #require(self.key(of: call))
      let made = try #require(
        result.calls.first { $0.key == key }, "\(key) did not run, but \(result.calls.map(\.key)) did")
      let trace = made.trace
      let arrays: [(String, [Float])] = [
        ("x", trace.input.x), ("h0", trace.h0), ("c0", trace.c0), ("z", trace.z), ("i", trace.i),
        ("f", trace.f),
        ("g", trace.g), ("o", trace.o), ("c", trace.c), ("h", trace.h), ("y", trace.y),
        ("h_final", trace.hFinal), ("c_final", trace.cFinal),
        ("t_index", trace.timestepIndex.map(Float.init)),
        ("kernel", made.parameters.kernel), ("recurrent_kernel", made.parameters.recurrentKernel),
      ]
      for (name, values) in arrays {
        let tensor = try #require(expected["\(prefix).\(name)"], "\(prefix).\(name) is not recorded")
        let fits = difference.add(values, tensor.floats, at: "\(key) \(name)", tolerance: tolerance)
        #expect(fits, "\(key) \(name): \(values.count) numbers, \(tensor.shape) recorded")
      }
      #expect(
        trace.input.mask.map { $0.map { $0 ? 1 : 0 } } == expected["\(prefix).mask"]?.floats, "\(key) mask")
    }
  }

  /// `layer`, `layer/forward`, `rnn/cell_1`, `shared#1`.
  private func key(of call: JSON) -> String? {
    guard var key = call["layer"]?.text else { return nil }
    if key.hasSuffix("/forward_layer") || key.hasSuffix("/backward_layer") { key.removeLast("_layer".count) }
    let cells = (description["lstm_calls"]?.list ?? []).filter { $0["layer"]?.text == call["layer"]?.text }
      .compactMap { $0["cell_index"]?.number }
    if let cell = call["cell_index"]?.number, Set(cells).count > 1 { key += "/cell_\(Int(cell))" }
    let count = Int(call["call_of_layer"]?.number ?? 0)
    return count == 0 ? key : "\(key)#\(count)"
  }
}
