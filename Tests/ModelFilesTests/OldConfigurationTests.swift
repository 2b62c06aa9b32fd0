import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// Configurations of versions that no fixture is left of, written by hand after their sources.
@Suite("Old configurations")
struct OldConfigurationTests {
  @Test(
    "a Merge of Keras 1 does what its mode says",
    arguments: [("sum", 8, Float(2)), ("ave", 8, 1), ("max", 8, 1), ("concat", 16, 1)])
  func merge(mode: String, count: Int, factor: Float) throws {
    let config = """
      {"class_name": "Model", "keras_version": "1.2.2", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
         "config": {"name": "x", "batch_input_shape": [null, 7, 3], "input_dtype": "float32"}},
        {"class_name": "LSTM", "name": "lstm", "inbound_nodes": [[["x", 0, 0]]],
         "config": {"name": "lstm", "output_dim": 4, "activation": "tanh", "inner_activation": "hard_sigmoid"}},
        {"class_name": "Merge", "name": "merge_1", "inbound_nodes": [[["lstm", 0, 0], ["lstm", 0, 0]]],
         "config": {"name": "merge_1", "mode": "\(mode)", "concat_axis": -1, "dot_axes": -1}}],
        "input_layers": [["x", 0, 0]], "output_layers": [["lstm", 0, 0], ["merge_1", 0, 0]]}}
      """
    let model = try ModelFile.open(
      try Fixtures.source("basic/model.weights.h5"),
      config: FileSource(name: "model.json", bytes: Array(config.utf8)), helper: Fixtures.helper)
    let lstm = try #require(model.layers.first { $0.name == "lstm" }?.lstm)
    #expect(lstm.parameters.recurrentActivation == .hardSigmoid2)
    let value = Value(shape: [2, 7, 3], (0..<42).map { Float($0) / 42 })
    let run = try #require(try model.graph?.run([value]))
    let outputs = run.outputs.compactMap { $0?.numbers }
    #expect(outputs.count == 2 && outputs[1].count == count)
    let wanted =
      mode == "concat" ? [0, 0, 4, 4].flatMap { start in outputs[0][start..<start + 4] } : outputs[0]
    #expect(outputs[1] == wanted.map { $0 * factor })
  }
}
