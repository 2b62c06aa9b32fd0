import Foundation
import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// Arrays with all sorts of names, and what a file can say of them that is not so.
@Suite("Arrays alone")
struct ArrayFileTests {
  private static func npz(_ arrays: [(String, [Int])]) throws -> FileSource {
    let members = arrays.map { name, shape in
      Npz.Member(
        name: name,
        tensor: Tensor(shape: shape, floats: (0..<shape.reduce(1, *)).map { Float($0 % 7) / 10 }))
    }
    return FileSource(name: "x.npz", bytes: try #require(Npz.bytes(of: members)))
  }

  private static func open(
    _ arrays: [(String, [Int])], map: [String] = []
  ) throws -> Model {
    try ModelFile.open(
      try npz(arrays), mapping: try map.map { try #require(TensorMapping(parsing: $0)) },
      helper: Fixtures.helper)
  }

  private static func json(_ text: String) throws(ModelFileError) -> Model {
    try ModelFile.open(FileSource(name: "x.json", bytes: Array(text.utf8)), helper: Fixtures.helper)
  }

  private static func keys(_ model: Model) -> [String] { model.graph?.keys.flatMap { $0 } ?? [] }

  @Test(
    "an LSTM is known by the names of its arrays",
    arguments: [
      ["kernel", "recurrent_kernel", "bias"], ["W", "U", "b"],
      ["lstm/kernel:0", "lstm/recurrent_kernel:0", "lstm/bias:0"],
      ["lstm/cell/vars/0", "lstm/cell/vars/1", "lstm/cell/vars/2"], ["lstm_W", "lstm_U", "lstm_b"],
      ["layers.lstm.kernel", "layers.lstm.recurrent_kernel", "layers.lstm.bias"],
    ])
  func names(names: [String]) throws {
    let model = try Self.open(Array(zip(names, [[3, 8], [2, 8], [8]])))
    #expect(Self.keys(model) == ["lstm"])
    #expect(model.provenance.leftOver == [])
  }

  @Test("get_weights() is read in its order: LSTMs, both directions, and what is none")
  func positions() throws {
    let two = try Self.open([
      ("arr_0", [3, 8]), ("arr_1", [2, 8]), ("arr_2", [8]), ("arr_3", [2, 16]), ("arr_4", [4, 16]),
      ("arr_5", [4, 1]), ("arr_6", [1]),
    ])
    #expect(Self.keys(two) == ["lstm", "lstm_2"])
    #expect(two.graph?.inputs.count == 1 && two.provenance.leftOver.map(\.shape) == [[4, 1], [1]])
    let both = try Self.open([
      ("arr_0", [3, 8]), ("arr_1", [2, 8]), ("arr_2", [8]), ("arr_3", [3, 8]), ("arr_4", [2, 8]),
      ("arr_5", [8]), ("arr_6", [4, 2]),
    ])
    #expect(Self.keys(both) == ["lstm/forward", "lstm/backward"])
  }

  @Test("PyTorch's layers and directions belong together, whatever the prefix")
  func torch() throws {
    var arrays: [(String, [Int])] = []
    for (layer, features) in [(0, 3), (1, 4)] {
      for direction in ["", "_reverse"] {
        arrays += [
          ("a.b.weight_ih_l\(layer)\(direction)", [8, features]),
          ("a.b.weight_hh_l\(layer)\(direction)", [8, 2]),
        ]
      }
    }
    let model = try Self.open(arrays.reversed() + [("a.b.other", [3])])
    #expect(
      Self.keys(model) == ["a.b_l0/forward", "a.b_l0/backward", "a.b_l1/forward", "a.b_l1/backward"])
    #expect(model.graph?.outputs.map(\.name) == ["output", "h_n", "c_n"])
    #expect(model.provenance.leftOver.map(\.path) == ["a.b.other"])
  }

  @Test("LSTMs that do not fit each other have inputs of their own")
  func chains() throws {
    let model = try Self.open([
      ("enc.weight_ih_l0", [8, 3]), ("enc.weight_hh_l0", [8, 2]), ("dec.weight_ih_l0", [8, 5]),
      ("dec.weight_hh_l0", [8, 2]),
    ])
    #expect(model.graph?.inputs.map(\.name) == ["enc_l0_input", "dec_l0_input"])
    #expect(model.provenance.guesses.contains { $0.contains("input of their own") })
  }

  @Test("--map names arrays that nothing else tells, also in HDF5")
  func mapped() throws {
    let arrays = [
      ("enc.C", [8]), ("enc.B", [2, 8]), ("enc.A", [3, 8]), ("dec.A", [8, 2]), ("dec.B", [8, 2]),
    ]
    #expect(throws: ModelFileError.self) { try Self.open(arrays) }
    let one = try Self.open(arrays, map: ["kernel=enc.A", "recurrent_kernel=enc.B", "bias=enc.C"])
    #expect(Self.keys(one) == ["lstm"] && one.provenance.leftOver.count == 2)
    let two = try Self.open(
      arrays,
      map: [
        "a/kernel=enc.A", "a/recurrent_kernel=enc.B", "b/weight_ih=dec.A", "b/weight_hh=dec.B",
      ])
    #expect(Self.keys(two) == ["a", "b"] && two.graph?.inputs.count == 1)
    let error = try #require(throws: ModelFileError.self) {
      try Self.open(arrays, map: ["kernel=enc.A", "recurrent_kernel=nobody"])
    }
    #expect(error.message.contains("nobody") && error.message.contains("enc.B"), "\(error.message)")
    let wrong = try #require(throws: ModelFileError.self) {
      try Self.open(arrays, map: ["kernel=enc.A", "recurrent_kernel=enc.A"])
    }
    #expect(wrong.message.contains("makes no LSTM"), "\(wrong.message)")
    let hdf5 = try ModelFile.open(
      try Fixtures.source("basic/model.weights.h5"),
      mapping: try ["kernel=layers/lstm/cell/vars/0", "recurrent_kernel=layers/lstm/cell/vars/1"].map {
        try #require(TensorMapping(parsing: $0))
      }, helper: Fixtures.helper)
    #expect(Self.keys(hdf5) == ["lstm"])
  }

  @Test("a mapping is ROLE=ARRAY", arguments: ["kernel", "kernel=", "nothing=x", "=x", "a/b=x"])
  func badMapping(text: String) {
    #expect(TensorMapping(parsing: text) == nil)
  }

  @Test(
    "arrays that contradict each other are refused, and the sentence names them",
    arguments: [
      ([("weight_ih_l0", [8, 3]), ("weight_hh_l0", [12, 3])], "weight_ih_l0"),
      ([("weight_ih_l0", [8, 3]), ("weight_hh_l0", [8, 2]), ("bias_ih_l0", [9])], "bias_ih_l0"),
      ([("kernel", [3, 9]), ("recurrent_kernel", [2, 8])], "kernel"),
      (
        [
          ("weight_ih_l0", [8, 3]), ("weight_hh_l0", [8, 2]), ("weight_ih_l1", [8, 3]),
          ("weight_hh_l1", [8, 2]),
        ], "weight_ih_l1"
      ),
    ])
  func contradictions(arrays: [(String, [Int])], says: String) throws {
    let error = try #require(throws: ModelFileError.self) { try Self.open(arrays) }
    #expect(error.message.contains(says), "\(error.message)")
    #expect(error.exitStatus == 65)
  }

  @Test(
    "a GRU and a simple RNN are no LSTM",
    arguments: [
      [("weight_ih_l0", [6, 3]), ("weight_hh_l0", [6, 2])],
      [("weight_ih_l0", [2, 3]), ("weight_hh_l0", [2, 2])],
      [("kernel", [3, 6]), ("recurrent_kernel", [2, 6])], [("kernel", [3, 4])],
    ])
  func others(arrays: [(String, [Int])]) throws {
    let error = try #require(throws: ModelFileError.self) { try Self.open(arrays) }
    #expect(error.message.contains("--map"), "\(error.message)")
  }

  @Test("both biases are kept and their sum is used")
  func biases() throws {
    let model = try Fixtures.open("torch_basic/state_dict.pt")
    let split = try #require(model.provenance.biases.first)
    #expect(split.key == "lstm_l0")
    let lstm = try #require(model.layers.first?.lstm)
    #expect(lstm.parameters.bias == zip(split.input, split.recurrent).map { $0 + $1 })
    #expect(split.input != split.recurrent)
    #expect(
      try Fixtures.open("onnx_peephole_clip/model.onnx").provenance.biases.map(\.key) == [
        "rnn/forward", "rnn/backward",
      ])
  }

  @Test("JSON that a person writes has options beside its arrays")
  func handWritten() throws {
    let arrays = """
      "kernel": [[1, 0, 0, 0]], "recurrent_kernel": [[0, 0, 0, 0]], "bias": [0, 0, 0, 0]
      """
    let model = try Self.json(
      "{\"enc\": {\(arrays), \"activation\": \"relu\", \"go_backwards\": true, \"x\": 1}}")
    let lstm = try #require(model.layers.first?.lstm)
    #expect(lstm.parameters.activation == .relu && lstm.parameters.goBackwards)
    #expect(model.provenance.warnings.contains { $0.contains("not an option") })
    let list = try Self.json("[[[1, 0, 0, 0]], [[0, 0, 0, 0]], [0, 0, 0, 0]]")
    #expect(Self.keys(list) == ["lstm"])
    let peephole = try Self.json("{\(arrays), \"peephole\": [[1], [2], [3]], \"clip\": 3}")
    #expect(peephole.layers.first?.lstm?.parameters.additions.peephole == [1, 2, 3])
    #expect(peephole.layers.first?.lstm?.parameters.additions.clip == 3)
  }

  @Test(
    "JSON that is no arrays is refused with its place",
    arguments: [
      ("{\"kernel\": [[1, 2], [3]], \"recurrent_kernel\": [[1, 2, 3, 4]]}", "kernel"),
      ("{\"kernel\": [[1, \"a\"]]}", "kernel"), ("{}", "no LSTM's arrays"), ("[]", "no LSTM's arrays"),
      ("{\"class_name\": \"Sequential\", \"config\": {}}", "--config"),
      ("{\"layers\": [{\"type\": \"gru\", \"weights\": []}]}", "no LSTM's arrays"),
    ])
  func badJSON(text: String, says: String) throws {
    let error = try #require(throws: ModelFileError.self) { try Self.json(text) }
    #expect(error.message.contains(says), "\(error.message)")
  }

  @Test(
    "a pickle that would run something is refused by the name of it, and nothing is run",
    arguments: [
      ("system.pt", ["posix.system", "os.system", "nt.system"]),
      ("eval.pt", ["builtins.eval", "__builtin__.eval"]),
      ("getattr.pt", ["getattr"]), ("system_legacy.pth", ["posix.system"]),
    ])
  func hostile(file: String, names: [String]) throws {
    let error = try #require(throws: ModelFileError.self) { try Fixtures.open("torch_hostile/\(file)") }
    #expect(names.contains { error.message.contains($0) }, "\(error.message)")
    #expect(error.message.contains("nothing was run"))
    #expect(!FileManager.default.fileExists(atPath: "lstmscope-ran-a-pickle"))
  }

  @Test("a whole module tells its batch_first, a state dict leaves it to be guessed")
  func batchFirst() throws {
    let whole = try Fixtures.open("torch_stack/whole_module.pt")
    #expect(whole.graph?.nodes.first?.operation.lstms.first?.isTimeMajor == true)
    #expect(!whole.provenance.guesses.contains { $0.contains("batch_first") })
    let state = try Fixtures.open("torch_stack/checkpoint.pt")
    #expect(state.provenance.guesses.contains { $0.contains("batch_first") })
    #expect(state.provenance.warnings.contains { $0.contains("of an optimizer are left out") })
    #expect(state.provenance.leftOver.map(\.path) == ["fc.weight", "fc.bias"])
  }
}
