import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

@Suite("Weights without an architecture")
struct GuessTests {
  private static func run(_ path: String) throws -> (model: Model, run: NetworkRun) {
    let model = try Fixtures.open(path)
    let graph = try #require(model.graph)
    let inputs = graph.inputs.map { input in
      let shape = [2, 3, (input.shape.last ?? nil) ?? 1]
      let count = shape.reduce(1, *)
      return Value(shape: shape, (0..<count).map { Float($0 % 7) / 7 })
    }
    let result = try #require(try graph.run(inputs.map { $0 }))
    #expect(result.stopped == nil)
    return (model, result)
  }

  @Test(
    "every one of them with LSTMs opens, runs and says what was guessed",
    arguments: TruthFile.known.filter(\.isWeights))
  func opens(_ file: TruthFile) throws {
    let (model, run) = try Self.run(file.path)
    #expect(!run.calls.isEmpty)
    #expect(model.provenance.guesses.contains { $0.contains("--config") })
  }

  @Test(
    "the weights of plain LSTMs are the recorded ones, whoever wrote them",
    arguments: [
      "basic/model.weights.h5", "basic/model_tf213.weights.h5", "basic/model_tf215_weights_only.h5",
      "basic/model_tf20_weights_only.h5", "legacy_k122_basic/model_weights_only.h5",
      "legacy_k224_basic/model_weights_only.h5", "stack3/model.weights.h5", "stack3/model_tf213.weights.h5",
      "graph_many/model.weights.h5", "graph_many_tfk/model_weights_only.h5",
      "graph_many_tfk/model.weights.h5",
    ])
  func weights(path: String) throws {
    let folder = String(path.prefix { $0 != "/" })
    let whole =
      try (["model.keras", "model.h5"].lazy.compactMap { try? Fixtures.open("\(folder)/\($0)") }.first)
      ?? Fixtures.open("\(folder)/model.h5")
    let guessed = try Fixtures.open(path)
    #expect(
      guessed.layers.compactMap(\.lstm).map(\.parameters.kernel)
        == whole.layers.compactMap(\.lstm).map(\.parameters.kernel))
    #expect(
      guessed.layers.compactMap(\.lstm).map(\.parameters.recurrentKernel)
        == whole.layers.compactMap(\.lstm).map(\.parameters.recurrentKernel))
  }

  @Test("LSTMs whose features fit the units before them are a chain, and it is said")
  func chain() throws {
    let (model, run) = try Self.run("stack3/model.weights.h5")
    #expect(model.inputs.count == 1 && run.calls.count == 3)
    #expect(run.calls.map(\.trace.units) == [6, 5, 4])
    #expect(model.provenance.guesses.contains { $0.contains("run one after the other") })
    // The Dense is listed and not run.
    #expect(model.provenance.leftOver.count == 2)
  }

  @Test(
    "without an architecture the arrays tell the precision",
    arguments: [("dtype_float16", "float16", Float(4e-3)), ("dtype_bfloat16", "bfloat16", 2e-2)])
  func precision(folder: String, dtype: String, tolerance: Float) throws {
    let provenance = try Fixtures.open("\(folder)/model.weights.h5").provenance
    #expect(provenance.dtype == dtype && provenance.tolerance == tolerance)
  }

  @Test("both directions of a Bidirectional are found")
  func bidirectional() throws {
    for file in ["model.weights.h5", "model_tf215_weights_only.h5"] {
      let (_, run) = try Self.run("bidir_masked/\(file)")
      #expect(run.calls.map(\.lstm.parameters.goBackwards) == [false, true, false, true])
      #expect(run.calls.map(\.trace.features) == [3, 3, 8, 8])
    }
  }

  @Test("a CuDNNLSTM's weights are known by their bias and converted")
  func cudnn() throws {
    let guessed = try Fixtures.open("legacy_k224_cudnn/model_weights_only.h5")
    let whole = try Fixtures.open("legacy_k224_cudnn/model.h5")
    #expect(
      guessed.layers.compactMap(\.lstm).map(\.parameters.kernel)
        == whole.layers.compactMap(\.lstm).map(\.parameters.kernel))
  }

  @Test(
    "files of weights without an LSTM say so",
    arguments: ["no_lstm_gru/model.weights.h5", "no_lstm_gru/model_tf215_weights_only.h5"])
  func none(path: String) throws {
    let error = try #require(throws: ModelFileError.self) { try Fixtures.open(path) }
    #expect(error.message.contains("none of them are an LSTM's"), "\(error.message)")
  }

  @Test("an architecture for another model is refused or said to be guessed")
  func otherArchitecture() throws {
    let config = try Fixtures.source("basic/model_architecture.json")
    let error = try #require(throws: ModelFileError.self) {
      try ModelFile.open(
        try Fixtures.source("stack3/model.weights.h5"), config: config, helper: Fixtures.helper)
    }
    #expect(error.message.contains("layer lstm"), "\(error.message)")
    #expect(throws: ModelFileError.self) {
      try ModelFile.open(
        try Fixtures.source("basic/model.weights.h5"),
        config: FileSource(name: "config.json", bytes: Array("{".utf8)), helper: Fixtures.helper)
    }
  }
}
