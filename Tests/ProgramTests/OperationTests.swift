import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite("Operations of TensorFlow as layers") struct OperationTests {
  @Test("are run as tf.keras runs them", arguments: ["h5", "keras"])
  func run(ending: String) throws {
    let outcome = try Program.run(
      "trace tf_operations/model.\(ending) --input tf_operations/x.npy --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let arrays = try outcome.arrays
    let path = "\(Program.folder)/tf_operations/expected.npz"
    let recorded = try Program.arrays(
      FileSource(name: "expected.npz", bytes: Array(try Data(contentsOf: URL(filePath: path)))))
    let expected = recorded.filter { $0.key.hasPrefix("\(ending)/") }
    #expect(expected.count == (ending == "h5" ? 3 : 2))
    for (name, keras) in expected {
      let ours = try #require(arrays[String(name.dropFirst(ending.count + 1))], "\(name)")
      #expect(ours.shape == keras.shape, "\(name)")
      for (a, b) in zip(ours.floats, keras.floats) {
        #expect(abs(a - b) <= 1e-5 + 1e-5 * abs(b), "\(name): \(a) where Keras has \(b)")
      }
    }
  }
}

@Suite("Weights in several files") struct ShardTests {
  @Test("are read through their list, with an architecture beside them")
  func shards() throws {
    let outcome = try Program.run(
      "trace shards/model.weights.json --config shards/config.json --input shards/x.npy --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let path = "\(Program.folder)/shards/expected.npz"
    let recorded = try Program.arrays(
      FileSource(name: "expected.npz", bytes: Array(try Data(contentsOf: URL(filePath: path)))))
    let ours = try #require(try outcome.arrays["output"])
    let keras = try #require(recorded["output"])
    #expect(zip(ours.floats, keras.floats).allSatisfy { abs($0 - $1) <= 1e-5 } && ours.shape == keras.shape)
  }

  @Test("of which one is missing, or is no plain name, are refused by its name")
  func missing() throws {
    let scratch = try Scratch()
    for name in ["gone.weights.h5", "../basic/model.weights.h5"] {
      let list = try scratch.write(
        "{\"metadata\": {}, \"weight_map\": {\"/layers/lstm/cell/vars\": [\"\(name)\"]}}",
        as: "model.weights.json")
      let outcome = try Program.run("inspect \(list)")
      #expect(outcome.ending == .status(65))
      #expect(outcome.errors.contains("'\(name)' is not beside it"), "\(outcome.errors)")
    }
  }
}
