import Foundation
import TensorFiles
import TestSupport
import Testing

/// The numbers that `trace` prints, against those that Keras gave.
@Suite("trace") struct TraceTests {
  /// One recorded call of an LSTM layer.
  struct Call: Sendable, CustomTestStringConvertible {
    let fixture: String
    let description: JSON
    let tolerance: Float

    var prefix: String { description["prefix"]?.text ?? "" }
    var layer: String { description["layer"]?.text ?? "" }
    var testDescription: String { "\(fixture)/\(layer)" }
    func size(_ name: String) -> Int { Int(description[name]?.number ?? 0) }

    static let all = ["basic", "go_backwards", "no_bias", "activations", "units128_T60"].flatMap(calls)

    static func calls(of fixture: String) -> [Call] {
      let file = Places.fixtures.appending(path: "\(fixture)/case.json")
      guard let data = try? Data(contentsOf: file), let json = try? JSON(parsing: Array(data)) else {
        return []
      }
      let tolerance = Float(json["tolerance"]?["abs"]?.number ?? 1e-5)
      return (json["lstm_calls"]?.list ?? []).map {
        Call(fixture: fixture, description: $0, tolerance: tolerance)
      }
    }

    func recorded() throws -> [String: Tensor] { try TraceTests.recorded(fixture) }
  }

  static func recorded(_ fixture: String) throws -> [String: Tensor] {
    let file = Places.fixtures.appending(path: "\(fixture)/expected.npz")
    return try Program.arrays(FileSource(name: fixture, bytes: Array(try Data(contentsOf: file))))
  }

  func expectEqual(
    _ found: Tensor?, _ wanted: Tensor?, tolerance: Float, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try #require(found, "\(name) is not printed", sourceLocation: sourceLocation)
    let wanted = try #require(wanted, "\(name) is not recorded", sourceLocation: sourceLocation)
    #expect(found.shape == wanted.shape, "\(name)", sourceLocation: sourceLocation)
    let worst = zip(found.floats, wanted.floats).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? .infinity
    #expect(worst <= tolerance, "\(name)", sourceLocation: sourceLocation)
  }

  @Test(
    "npz holds what Keras computed, under every key and of every shape of the contract", arguments: Call.all)
  func npz(call: Call) throws {
    let outcome = try Program.run(
      "trace \(call.fixture)/model.keras --layer \(call.layer) --layer-input "
        + "--input \(call.fixture)/expected.npz:\(call.prefix).x --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let arrays = try outcome.arrays
    let recorded = try call.recorded()
    for name in ["x", "z", "i", "f", "g", "o", "c", "h", "y", "h0", "c0", "h_final", "c_final", "t_index"] {
      try expectEqual(
        arrays["\(call.layer)/\(name)"], recorded["\(call.prefix).\(name)"], tolerance: call.tolerance, name)
    }
    let columns = [call.size("batch"), call.size("timesteps"), 4 * call.size("units")]
    let sums = try ["zx", "zh", "z"].map { try #require(arrays["\(call.layer)/\($0)"]) }
    #expect(sums.allSatisfy { $0.shape == columns })
    let bias = recorded["\(call.prefix).bias"]?.floats ?? Array(repeating: 0, count: columns[2])
    for (index, (terms, sum)) in zip(zip(sums[0].floats, sums[1].floats), sums[2].floats).enumerated() {
      let wanted = terms.0 + terms.1 + bias[index % bias.count]
      #expect(abs(sum - wanted) <= call.tolerance * (1 + abs(wanted)))
    }
    for (name, array) in arrays {
      #expect(array.element == (name.hasSuffix("/t_index") ? .int32 : .float32), "\(name)")
    }
    let keys = Set(arrays.keys.filter { !$0.hasPrefix("output") }.map { $0.dropFirst(call.layer.count + 1) })
    #expect(
      keys == [
        "x", "zx", "zh", "z", "i", "f", "g", "o", "c", "h", "y", "h0", "c0", "h_final", "c_final", "t_index",
      ])
  }

  @Test("The bundled example gives the three tensors that Keras returned")
  func demo() throws {
    let outcome = try Program.run("trace DEMO --input DEMO_INPUT --format npz")
    #expect(outcome.ending == .status(0) && outcome.errors.isEmpty, "\(outcome.errors)")
    let arrays = try outcome.arrays
    let recorded = try Self.recorded("question")
    for (key, name, own) in [
      ("output_0", "whole_seq_output", "lstm/y"), ("output_1", "final_memory_state", "lstm/h_final"),
      ("output_2", "final_carry_state", "lstm/c_final"),
    ] {
      try expectEqual(arrays[key], recorded[name], tolerance: 1e-5, key)
      #expect(arrays[key] == arrays[own])
    }
  }

  static let traced = [
    "DEMO --input DEMO_INPUT", "go_backwards/model.keras --input go_backwards/input_0.npy",
    "activations/model.keras --input activations/input_0.npy",
  ]

  @Test("JSON has the keys, shapes and numbers of npz", arguments: traced)
  func json(line: String) throws {
    let arrays = try Program.run("trace \(line) --format npz").arrays
    let object = try #require(try JSON(parsing: try Program.run("trace \(line) --format json").output).object)
    #expect(Set(object.keys) == Set(arrays.keys))
    for (name, array) in arrays {
      let read = try #require(object[name]).tensor()
      #expect(read.shape == array.shape && read.floats == array.floats, "\(name)")
    }
  }

  @Test("csv has a line for every number of npz, to the last bit of float32", arguments: traced)
  func csv(line: String) throws {
    let arrays = try Program.run("trace \(line) --format npz").arrays
    let lines = try Program.run("trace \(line) --format csv").text.split(separator: "\n")
    #expect(lines.first == "layer,sample,timestep,quantity,unit,value")
    let quantities = ["x", "zx", "zh", "z", "i", "f", "g", "o", "c", "h", "y"]
    let written = arrays.filter { name, _ in quantities.contains { name.hasSuffix("/\($0)") } }
    #expect(lines.count == written.values.reduce(1) { $0 + $1.floats.count })
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",").map(String.init)
      try #require(fields.count == 6)
      let layer = fields[0]
      let index = try #require(arrays["\(layer)/t_index"]).floats.map { Int($0) }
      let array = try #require(arrays["\(layer)/\(fields[3])"])
      let numbers = try [1, 2, 4].map { try #require(Int(fields[$0])) }
      // x stands in the order in which it came in, all else in the order in which the layer met it.
      let step = fields[3] == "x" ? numbers[1] : try #require(index.firstIndex(of: numbers[1]))
      let value = array.floats[(numbers[0] * array.shape[1] + step) * array.shape[2] + numbers[2]]
      #expect(Float(fields[5]) == value, "\(line)")
    }
  }

  @Test("plain has a block a timestep and a line a quantity, and no control codes", arguments: traced)
  func plain(line: String) throws {
    let outcome = try Program.run("trace \(line)")
    let blocks = outcome.text.split(separator: "\n\n")
    let arrays = try Program.run("trace \(line) --format npz").arrays
    let steps = arrays.filter { $0.key.hasSuffix("/x") }.values.map { $0.shape[0] * $0.shape[1] }
    let outputs = arrays.keys.filter { $0.hasPrefix("output") }.count
    // What it is of, a head for each layer, a block for each step, the outputs.
    #expect(blocks.count == 1 + steps.count + steps.reduce(0, +) + outputs)
    #expect(blocks.filter { $0.hasPrefix("sample") }.allSatisfy { $0.split(separator: "\n").count == 12 })
    #expect(outcome.output.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
  }

  @Test("--output writes the same bytes, over what was there, and nothing else")
  func output() throws {
    let scratch = try Scratch()
    let path = try scratch.write("what was there", as: "trace.npz")
    let line = "trace DEMO --input DEMO_INPUT --format npz"
    let outcome = try Program.run("\(line) --output \(path)")
    #expect(outcome.ending == .status(0) && outcome.output.isEmpty)
    #expect(Array(try Data(contentsOf: URL(filePath: path))) == (try Program.run(line).output))
    #expect(scratch.names == ["trace.npz"])
  }

  @Test("--layer writes that LSTM alone, on what the layers before it put out")
  func behind() throws {
    let arrays = try Program.run(
      "trace stack3/model.keras --layer middle --input stack3/input_0.npy --format npz"
    ).arrays
    #expect(Set(arrays.keys.filter { $0.contains("/") }.map { $0.prefix { $0 != "/" } }) == ["middle"])
  }

  @Test(
    "A whole model's LSTMs and outputs are those that Keras recorded",
    arguments: [
      "stack3", "bidir_masked", "bidir_merges", "embedding_softmax", "seq_timedistributed", "nested_model",
      "rnn_stacked_cells", "autoencoder", "masking_variants",
    ])
  func models(name: String) throws {
    let outcome = try Program.run("trace \(name)/model.keras --input \(name)/input_0.npy --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let arrays = try outcome.arrays
    let recorded = try Self.recorded(name)
    // Both are in the order of execution: one finds the other by its final state.
    let keys = arrays.keys.filter { $0.hasSuffix("/h_final") }.map { String($0.dropLast(8)) }
    let calls = recorded.keys.filter { $0.hasSuffix(".h_final") }.map { String($0.dropLast(8)) }
    #expect(!calls.isEmpty && keys.count == calls.count)
    for call in calls {
      let wanted = try #require(recorded["\(call).h_final"]).floats
      let key = try #require(
        keys.first { key in
          let found = arrays["\(key)/h_final"]?.floats ?? []
          return found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= 2e-5 }
        }, "\(name): nothing ends as \(call)")
      for quantity in ["x", "mask", "z", "i", "f", "g", "o", "c", "h", "y", "c_final"] {
        guard let expected = recorded["\(call).\(quantity)"] else { continue }
        let found = try #require(arrays["\(key)/\(quantity)"], "\(key)/\(quantity)")
        #expect(found.shape == expected.shape)
        #expect(
          zip(found.floats, expected.floats).allSatisfy { abs($0 - $1) <= 1e-5 + 1e-5 * abs($1) },
          "\(key)/\(quantity)")
      }
    }
    let outputs = recorded.keys.filter { $0.hasPrefix("output_") }
    for output in outputs {
      let found = try #require(arrays[outputs.count == 1 ? "output" : output])
      let expected = try #require(recorded[output])
      #expect(
        found.shape == expected.shape
          && zip(found.floats, expected.floats).allSatisfy { abs($0 - $1) <= 1e-5 + 1e-5 * abs($1) },
        "\(output)")
    }
  }

  @Test("Initial states are those of --h0 and --c0")
  func states() throws {
    let file = "explicit_states/expected.npz"
    let outcome = try Program.run(
      "trace explicit_states/model.keras --layer-input --input \(file):lstm0.x --h0 \(file):lstm0.h0 "
        + "--c0 \(file):lstm0.c0 --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let arrays = try outcome.arrays
    let recorded = try Self.recorded("explicit_states")
    for name in ["h0", "c0", "z", "c", "h", "h_final", "c_final"] {
      try expectEqual(arrays["dec/\(name)"], recorded["lstm0.\(name)"], tolerance: 1e-5, name)
    }
  }
}
