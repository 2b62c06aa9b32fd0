import Testing

@testable import ModelFiles
@testable import TensorFiles

@Suite("Keras' weight paths")
struct KerasPathsTests {
  @Test(
    "a class becomes a path as Keras makes it",
    arguments: [
      ("LSTM", "lstm"), ("Dense", "dense"), ("TimeDistributed", "time_distributed"), ("Conv1D", "conv1d"),
      ("StackedRNNCells", "stacked_rnn_cells"), ("ConvLSTM2D", "conv_lstm2d"), ("PReLU", "p_re_lu"),
      ("SpatialDropout1D", "spatial_dropout1d"), ("BatchNormalization", "batch_normalization"),
      ("GRU", "gru"),
      ("InputLayer", "input_layer"), ("MyLSTMLayer", "my_lstm_layer"), ("", ""),
    ])
  func snake(className: String, path: String) {
    #expect(snakeCase(className) == path)
  }

  private func file(_ paths: [String]) -> HDF5File {
    var file = HDF5File()
    for (index, path) in paths.enumerated() {
      let tensor = Tensor(shape: [1], floats: [Float(index)])
      _ = file.append(HDF5File.Node(path: path, content: .dataset(tensor)))
    }
    return file
  }

  private func architecture(_ layers: [(name: String, className: String)]) throws -> KerasArchitecture {
    let entries: [JSON] = layers.map { layer in
      .object(["class_name": .text(layer.className), "config": .object(["name": .text(layer.name)])])
    }
    let json: JSON = .object([
      "class_name": .text("Sequential"), "config": .object(["layers": .list(entries)]),
    ])
    return try KerasArchitecture(json, place: "test")
  }

  /// The paths that each layer is given.
  private func paths(_ file: HDF5File, _ layers: [(name: String, className: String)]) throws -> [[String]] {
    KerasPaths(file).weights(of: try architecture(layers)).layers.map { $0.arrays.map(\.path) }
  }

  @Test("layers are counted by class and not called by name")
  func counters() throws {
    let file = file(["layers/dense/vars/0", "layers/lstm/cell/vars/0", "layers/lstm_1/cell/vars/0"])
    let layers = [("lstm_1", "LSTM"), ("d", "Dense"), ("lstm", "LSTM")]
    #expect(
      try paths(file, layers) == [
        ["layers/lstm/cell/vars/0"], ["layers/dense/vars/0"], ["layers/lstm_1/cell/vars/0"],
      ])
  }

  @Test("variables are in the order of their numbers")
  func numbers() throws {
    let file = file(["layers/x/vars/10", "layers/x/vars/2", "layers/x/vars/0"])
    #expect(try paths(file, [("a", "X")]) == [["layers/x/vars/0", "layers/x/vars/2", "layers/x/vars/10"]])
  }

  @Test("Keras 2.13 counted layers with weights twice")
  func twice() throws {
    let root = "_layer_checkpoint_dependencies"
    let file = file(["\(root)/lstm/cell/vars/0", "\(root)/lstm_2/cell/vars/0", "\(root)/lstm_4/cell/vars/0"])
    let layers = [("a", "LSTM"), ("b", "Dropout"), ("c", "LSTM"), ("d", "Dropout"), ("e", "LSTM")]
    #expect(
      try paths(file, layers) == [
        ["\(root)/lstm/cell/vars/0"], [], ["\(root)/lstm_2/cell/vars/0"], [], ["\(root)/lstm_4/cell/vars/0"],
      ])
  }

  @Test("whole paths with backslashes, as Windows wrote them, are paths")
  func windows() throws {
    let file = file(["layers\\lstm\\cell/vars/0", "layers\\lstm\\cell/vars/1", "layers\\lstm_1\\cell/vars/0"])
    #expect(
      try paths(file, [("a", "LSTM"), ("b", "LSTM")]) == [
        ["layers\\lstm\\cell/vars/0", "layers\\lstm\\cell/vars/1"], ["layers\\lstm_1\\cell/vars/0"],
      ])
  }

  @Test("groups that the counters miss are matched by order, and it is said")
  func order() throws {
    let file = file(["layers/lstm_3/cell/vars/0", "layers/lstm_10/cell/vars/0"])
    let weights = KerasPaths(file).weights(of: try architecture([("a", "LSTM"), ("b", "LSTM")]))
    #expect(
      weights.layers.map { $0.arrays.map(\.path) } == [
        ["layers/lstm_3/cell/vars/0"], ["layers/lstm_10/cell/vars/0"],
      ])
    #expect(weights.guesses.count == 2)
  }

  @Test("what no layer claims is left over; the random state of a Dropout is not")
  func leftOver() throws {
    let file = file(["layers/dense/vars/0", "layers/dropout/seed_generator/vars/0", "other/vars/0"])
    let weights = KerasPaths(file).weights(of: try architecture([("a", "Dropout")]))
    #expect(weights.leftOver.map(\.path) == ["layers/dense/vars/0", "other/vars/0"])
  }
}
