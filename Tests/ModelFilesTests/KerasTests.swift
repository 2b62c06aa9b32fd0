import Foundation
import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// What the Keras dialects say of models that are not quite as recorded.
@Suite("Keras dialects")
struct KerasTests {
  /// `basic/model.keras` or another, with some text of its configuration or some bytes of its weights replaced.
  private static func changed(
    _ path: String = "basic/model.keras", config: [(String, String)] = [], metadata: [(String, String)] = [],
    weights: ([UInt8]) -> [UInt8] = { $0 }, without: Set<String> = []
  ) throws -> [UInt8] {
    let archive = try ZipArchive(try Fixtures.source(path))
    var entries: [(name: String, bytes: [UInt8])] = []
    for entry in archive.entries where !without.contains(entry.name) {
      var bytes = try archive.read(entry)
      if entry.name == "model.weights.h5" { bytes = weights(bytes) }
      let changes = entry.name == "config.json" ? config : entry.name == "metadata.json" ? metadata : []
      if !changes.isEmpty {
        var text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in changes {
          try #require(text.contains(old), "the fixture does not say \(old)")
          text = text.replacingOccurrences(of: old, with: new)
        }
        bytes = Array(text.utf8)
      }
      entries.append((entry.name, bytes))
    }
    return try #require(zipArchive(storing: entries))
  }

  @Test(
    "What running a layer tells of its shape is what Keras wrote down",
    arguments: [
      "basic", "nested_model", "seq2seq", "bidir_masked", "embedding_softmax", "stack3", "graph_lines",
      "graph_words", "stateful", "autoencoder",
    ])
  func shapes(folder: String) throws {
    let model = try Fixtures.open("\(folder)/model.keras")
    let graph = try #require(model.graph)
    var compared = 0
    for (node, shape) in zip(graph.nodes, graph.shapes()) where node.call == 0 {
      guard let told = model.layers.first(where: { $0.name == node.layer })?.outputShape else { continue }
      let found = try #require(shape, "\(node.layer)")
      try #require(told.count == found.count, "\(node.layer): \(told), \(found)")
      for (a, b) in zip(told, found).dropFirst() where a != nil { #expect(a == b, "\(node.layer)") }
      compared += 1
    }
    #expect(compared > 0)
  }

  private static func error(of bytes: [UInt8]) throws -> ModelFileError {
    try #require(throws: ModelFileError.self) { try Fixtures.open(bytes) }
  }

  private static func lstm(_ name: String, of model: Model) throws -> LSTMLayer {
    try #require(model.layers.first { $0.name == name }?.lstm)
  }

  // MARK: What a model tells

  @Test("no recorded model needs a guess", arguments: Recorded.all.filter { !$0.plainCalls.isEmpty })
  func guesses(_ recorded: Recorded) throws {
    #expect(try Fixtures.open(recorded.path).provenance.guesses == [])
  }

  @Test(
    "an archive and a whole-model h5 of one model give the same model",
    arguments: ["basic", "stack3", "seq2seq"])
  func sameModel(folder: String) throws {
    let archive = try Fixtures.open("\(folder)/model.keras")
    let whole = try Fixtures.open("\(folder)/model.h5")
    #expect(archive.layers.map(\.name) == whole.layers.map(\.name))
    #expect(archive.layers.map(\.outputShape) == whole.layers.map(\.outputShape))
    #expect(archive.layers.map(\.inputs) == whole.layers.map(\.inputs))
    #expect(archive.layers.map(\.lstm) == whole.layers.map(\.lstm))
    #expect(archive.layers.map(\.parameterCount) == whole.layers.map(\.parameterCount))
    #expect(archive.inputs == whole.inputs)
    #expect(archive.provenance.format == "Keras .keras")
    #expect(whole.provenance.format == "Keras whole-model HDF5")
    #expect(archive.provenance.writer == "Keras 3.15.1")
  }

  @Test("every layer is listed with its class, shape, arrays and inputs")
  func layers() throws {
    let model = try Fixtures.open("stack3/model_tf215.h5")
    #expect(model.layers.map(\.className) == ["InputLayer", "LSTM", "LSTM", "LSTM", "Dense"])
    #expect(
      model.layers.map(\.outputShape) == [[nil, 8, 3], [nil, 8, 6], [nil, 8, 5], [nil, 4], [nil, 2]])
    #expect(model.layers.map(\.inputs) == [[], ["input_1"], ["lstm"], ["middle"], ["lstm_1"]])
    #expect(model.layers.map { $0.lstm?.isFirst } == [nil, true, false, false, nil])
    #expect(model.layers.last?.arrays.map(\.name) == ["kernel", "bias"])
    #expect(model.layers[1].arrays.map(\.shape) == [[3, 24], [6, 24], [24]])
    #expect(model.layers[1].options.first == Layer.Option("units", "6"))
    #expect(model.inputs == [ModelInput(name: "input_1", shape: [nil, 8, 3])])
  }

  @Test("layers that do nothing at inference may stand before the first LSTM; others may not")
  func first() throws {
    let dropout = try Fixtures.open("dropout_ignored/model.keras")
    #expect(dropout.layers.compactMap(\.lstm).map(\.isFirst).contains(true))
    let embedded = try Fixtures.open("embedding_softmax/model.keras")
    #expect(try Self.lstm("lstm", of: embedded).isFirst == false)
    let masked = try Fixtures.open("masking_variants/model.keras")
    #expect(masked.layers.compactMap(\.lstm).allSatisfy { !$0.isFirst })
  }

  @Test(
    "initial states from elsewhere are among what feeds an LSTM, leave it first, and are no reason to warn",
    arguments: ["explicit_states/model.keras", "explicit_states/model_tf215.h5"])
  func states(path: String) throws {
    let model = try Fixtures.open(path)
    #expect(try Self.lstm("dec", of: model).isFirst)
    #expect(model.layers.first { $0.name == "dec" }?.inputs == ["x", "h0", "c0"])
    #expect(!model.provenance.warnings.contains { $0.contains("zeros") })
    #expect(model.inputs.map(\.name) == ["x", "h0", "c0"])
  }

  @Test("Keras' hard_sigmoid is read by the version that wrote the file")
  func hardSigmoid() throws {
    let old = try Fixtures.open("legacy_k224_basic/model.h5")
    #expect(old.layers.compactMap(\.lstm).map(\.parameters.recurrentActivation) == [.hardSigmoid2])
    let new = try Fixtures.open(
      try Self.changed(config: [
        ("\"recurrent_activation\": \"sigmoid\"", "\"recurrent_activation\": \"hard_sigmoid\"")
      ]))
    #expect(try Self.lstm("lstm", of: new).parameters.recurrentActivation == .hardSigmoid)
  }

  @Test(
    "weights in another precision are read and said",
    arguments: [("dtype_float16", "float16"), ("dtype_bfloat16", "bfloat16"), ("dtype_float64", "float64")])
  func precision(folder: String, dtype: String) throws {
    for file in ["model.keras", "model.h5"] {
      let model = try Fixtures.open("\(folder)/\(file)")
      #expect(model.layers.flatMap(\.arrays).allSatisfy { $0.dtype == dtype })
      #expect(model.provenance.warnings.contains { $0.contains("stored as \(dtype)") })
      #expect(model.provenance.dtype == dtype)
    }
  }

  @Test("NaN in the weights is said with layer, array, count and place")
  func notANumber() throws {
    let kernel = try #require(
      try Npz.members(of: try Fixtures.source("basic/expected.npz")).first { $0.name == "lstm0.kernel" })
    let bytes = try Self.changed(weights: { weights in
      var weights = weights
      let place = weights.indices.first { weights[$0...].starts(with: kernel.tensor.bytes) } ?? 0
      // Row 1, column 2 of 16, and the last.
      for index in [18, 47] {
        weights.replaceSubrange(place + 4 * index..<place + 4 * index + 4, with: [0, 0, 0xc0, 0x7f])
      }
      return weights
    })
    let model = try Fixtures.open(bytes)
    let warning = try #require(model.provenance.warnings.first)
    #expect(warning.contains("layer lstm: 2 of the 48 values of kernel are NaN or infinite"))
    #expect(warning.contains("kernel[1,2]"))
  }

  @Test("an LSTM in a nested model is opened under its path")
  func nested() throws {
    for file in ["model.keras", "model.h5", "model_tf213.keras"] {
      let model = try Fixtures.open("nested_model/\(file)")
      let inner = try #require(model.layers.first { $0.name == "inner/inner_lstm" })
      #expect(inner.lstm?.parameters.units == 4 && inner.parameterCount == 128)
      #expect(inner.lstm?.isFirst == true && inner.inputs == ["x"])
      #expect(model.layers.first { $0.name == "inner/dense" }?.parameterCount == 20)
      #expect(model.layers.first { $0.name == "add" }?.inputs == ["inner/dense", "outer_lstm"])
    }
  }

  @Test("a version that is not told is guessed, and said")
  func noVersion() throws {
    let model = try Fixtures.open(try Self.changed(without: ["metadata.json"]))
    #expect(model.provenance.writer == nil)
    #expect(model.provenance.guesses == ["the file does not say which Keras wrote it; Keras 3 is assumed"])
  }

  @Test("an archive of a folder that somebody packed is opened")
  func folder() throws {
    let archive = try ZipArchive(try Fixtures.source("basic/model.keras"))
    var entries: [(name: String, bytes: [UInt8])] = []
    for entry in archive.entries {
      entries.append(("model/\(entry.name)", try archive.read(entry)))
      entries.append(("__MACOSX/model/\(entry.name)", [0]))
    }
    let model = try Fixtures.open(try #require(zipArchive(storing: entries)))
    #expect(try model == Fixtures.open("basic/model.keras"))
  }

  @Test("weights that bear another layer's name are found by their own")
  func renamed() throws {
    // Two LSTMs of one shape whose names are exchanged in the configuration.
    let path = "seq2seq/model.keras"
    let plain = try Fixtures.open(path)
    let exchanged = try Fixtures.open(
      try Self.changed(
        path,
        config: [
          ("encoder_lstm", "§"), ("decoder_lstm", "encoder_lstm"), ("§", "decoder_lstm"),
          ("[null, null, 6]", "§"), ("[null, null, 7]", "[null, null, 6]"), ("§", "[null, null, 7]"),
        ]))
    #expect(
      try Self.lstm("encoder_lstm", of: exchanged).parameters
        == Self.lstm("encoder_lstm", of: plain).parameters)
    #expect(exchanged.provenance.guesses.count == 2)
  }

  // MARK: What is wrong with a layer

  @Test("a missing array is named with its layer")
  func missing() throws {
    let error = try Self.error(
      of: try Self.changed("no_bias/model.keras", config: [("\"use_bias\": false", "\"use_bias\": true")]))
    #expect(
      error.message.contains(
        "layer lstm (LSTM): its bias is missing: layers/lstm holds kernel, recurrent_kernel"))
  }

  @Test("units that the arrays contradict are said with both shapes")
  func units() throws {
    let error = try Self.error(of: try Self.changed(config: [("\"units\": 4", "\"units\": 5")]))
    #expect(
      error.message.contains(
        "kernel at layers/lstm/cell/vars/0 has shape (3, 16) and must have (features, 4·units) = (3, 20)"))
    for units in ["0", "-1", "1e300", "\"4\"", "1.5", "null"] {
      let error = try Self.error(of: try Self.changed(config: [("\"units\": 4", "\"units\": \(units)")]))
      #expect(error.message.contains("its option units must be"), "\(error.message)")
    }
  }

  @Test("features that the arrays contradict are said")
  func features() throws {
    let error = try Self.error(of: try Self.changed(config: [("[null, 7, 3]", "[null, 7, 5]")]))
    #expect(error.message.contains("(features, 4·units) = (5, 16)"))
  }

  @Test("an activation of somebody's own is refused by name")
  func activation() throws {
    let custom =
      "{\"module\": \"builtins\", \"class_name\": \"function\", \"config\": \"my_tanh\", \"registered_name\": \"function\"}"
    let error = try Self.error(
      of: try Self.changed(config: [("\"activation\": \"tanh\"", "\"activation\": \(custom)")]))
    #expect(error.message.contains("layer lstm (LSTM): its activation is my_tanh"))
    let none = try Fixtures.open(
      try Self.changed(config: [("\"activation\": \"tanh\"", "\"activation\": null")]))
    #expect(try Self.lstm("lstm", of: none).parameters.activation == .linear)
  }

  @Test(
    "a configuration that is no model says where and what",
    arguments: [
      ("\"class_name\": \"Sequential\"", "\"class_name\": 3", "class_name"),
      ("\"layers\": [", "\"layers\": 5, \"x\": [", "list of layers"),
      ("\"class_name\": \"LSTM\"", "\"class_name\": null", "layer 2 of 2"),
      ("\"layers\": [", "\"layers\": [7, ", "layer 1 of 3"),
    ])
  func badConfig(old: String, new: String, says: String) throws {
    let error = try Self.error(of: try Self.changed(config: [(old, new)]))
    #expect(error.message.contains("config.json") && error.message.contains(says), "\(error.message)")
  }

  @Test("a model whose layers are Python code is said to be one")
  func subclassed() throws {
    let error = try Self.error(
      of: try Self.changed(config: [
        ("\"class_name\": \"Sequential\"", "\"class_name\": \"Translator\""), ("\"layers\": [", "\"l\": ["),
      ]))
    #expect(error == .subclassed(className: "Translator"))
  }

  // MARK: Files that are something else

  @Test(
    "a model without an LSTM names its layers",
    arguments: ["model.keras", "model.h5", "model_tf215.keras", "model_tf215.h5"])
  func noLSTM(file: String) throws {
    let error = try #require(throws: ModelFileError.self) { try Fixtures.open("no_lstm_gru/\(file)") }
    #expect(
      error.message.contains("no LSTM in this model: its layers are GRU, SimpleRNN"), "\(error.message)")
  }

  @Test("a convolutional LSTM is refused by name", arguments: ["model.keras", "model.h5", "model_tf215.h5"])
  func convolutional(file: String) throws {
    let error = try #require(throws: ModelFileError.self) { try Fixtures.open("convlstm_rejected/\(file)") }
    #expect(error.message.contains("(ConvLSTM2D)"), "\(error.message)")
  }

  @Test(
    "files of other kinds are known by sight",
    arguments: [
      ("torch_basic/state_dict.pt", "PyTorch"), ("torch_basic/state_dict_legacy.pth", "PyTorch"),
      ("torch_basic/model.safetensors", "safetensors"), ("basic/weights.npz", "npz"),
      ("onnx_forward/model.onnx", "ONNX"), ("bidir_merges/model_tf2onnx.onnx", "ONNX"),
      ("basic/weights.json", "JSON"),
    ])
  func kinds(path: String, says: String) throws {
    #expect(try Fixtures.open(path).provenance.format.contains(says))
  }

  @Test(
    "what holds no LSTM is told by what it is",
    arguments: [
      ("basic/lstm_kernel.npy", "one array of shape (3, 16)"),
      ("basic/model_architecture.json", "an architecture, which has no weights"),
      ("embedding_softmax/model_tf2onnx.onnx", "there is no LSTM node in this ONNX model"),
      ("torch_tagger/torchscript.pt", "TorchScript"),
    ])
  func refused(path: String, says: String) throws {
    let error = try #require(throws: ModelFileError.self) { try Fixtures.open(path) }
    #expect(error.message.contains(says), "\(error.message)")
    #expect(error.exitStatus == 65)
  }

  @Test("a helper that is not installed is our fault, not the file's")
  func noHelper() throws {
    let error = try #require(throws: ModelFileError.self) {
      try ModelFile.open(try Fixtures.source("basic/model.keras"), helper: "/nowhere/lstmscope-hdf5")
    }
    #expect(error.exitStatus == 70)
  }

  @Test("a descriptor and bytes in memory give the same model")
  func descriptor() throws {
    for path in ["stack3/model.keras", "stack3/model.h5"] {
      let file = try FileHandle(forReadingFrom: Fixtures.folder.appending(path: path))
      let source = try #require(FileSource(name: path, descriptor: file.fileDescriptor))
      #expect(try ModelFile.open(source, helper: Fixtures.helper) == Fixtures.open(path))
      try file.close()
    }
  }

  @Test("every dialect is in the roster once")
  func roster() {
    #expect(Set(Dialect.all.map(\.name)).count == Dialect.all.count)
  }
}
