import Foundation
import TensorFiles
import TestSupport
import Testing

/// The commands that compare and examine, on files that Keras wrote.
@Suite("check, doctor, diff") struct CheckTests {
  @Test(
    "What Keras returned is what check finds equal",
    arguments: [
      "basic", "bidir_merges", "go_backwards", "no_bias", "stack3", "units128_T60", "masking_variants",
      "bidir_masked", "dtype_float16", "dtype_bfloat16", "embedding_softmax",
    ])
  func equal(fixture: String) throws {
    let outcome = try Program.run(
      "check \(fixture)/model.keras --input \(fixture)/input_0.npy --expect \(fixture)/expected.npz:output_0")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(outcome.text.contains("equal: all"))
  }

  @Test("A whole trace of the program's own is equal to itself, from npz and from JSON")
  func ownTrace() throws {
    let scratch = try Scratch()
    for name in ["t.npz", "t.json"] {
      let path = scratch.path(name)
      #expect(
        try Program.run("trace basic/model.keras --input basic/input_0.npy --output \(path)").ending
          == .status(0))
      let outcome = try Program.run("check basic/model.keras --input basic/input_0.npy --expect \(path)")
      #expect(outcome.ending == .status(0), "\(outcome.errors)")
      #expect(outcome.text.contains("bit for bit the same"))
    }
  }

  /// The weights of `basic`, with each gate's block of the recurrent kernel transposed, as a file of weights alone.
  private func broken(_ scratch: Scratch) throws -> String {
    let source = Array(try Data(contentsOf: Places.fixtures.appending(path: "basic/model.weights.h5")))
    let helper = Places.program("lstmscope-hdf5")
    let file = try HDF5File.read(FileSource(name: "basic", bytes: source), helper: helper)
    let items: [HDF5Writer.Item] = file.nodes.compactMap { node in
      guard case .dataset(let tensor) = node.content else { return nil }
      guard node.path == "layers/lstm/cell/vars/1" else { return .dataset(node.path, tensor) }
      let values = tensor.floats
      let turned = (0..<64).map { place -> Float in
        let (row, column) = (place / 16, place % 16)
        return values[column % 4 * 16 + column / 4 * 4 + row]
      }
      return .dataset(node.path, Tensor(shape: tensor.shape, floats: turned))
    }
    return try scratch.write(try HDF5Writer.bytes(of: items, helper: helper), as: "broken.weights.h5")
  }

  private static let rest =
    "--config basic/model_architecture.json --input basic/input_0.npy --expect basic/expected.npz:output_0"

  @Test("A wrong layout is named, and the weights put right pass", arguments: ["weights.h5"])
  func fix(ending: String) throws {
    let scratch = try Scratch()
    let model = try broken(scratch)
    let right = scratch.path("right.\(ending)")
    let outcome = try Program.run("check \(model) \(Self.rest) --fix \(right)")
    #expect(outcome.ending == .status(1))
    #expect(outcome.text.contains("each gate's square block of the recurrent kernel was left untransposed"))
    #expect(outcome.text.contains("lstmscope \(model)"))
    let again = try Program.run("check \(right) \(Self.rest)")
    #expect(again.ending == .status(0), "\(again.errors)\(again.text)")
    let difference = try Program.run(
      "diff \(model) \(right) --config basic/model_architecture.json")
    #expect(difference.ending == .status(1))
    #expect(difference.text.contains("lstm/recurrent_kernel of B is A's, each gate's block transposed"))
    #expect(difference.text.contains("the same: lstm/kernel, lstm/bias"))
  }

  /// One LSTM with a projection as PyTorch names it, the gates in the order f i g o.
  private func brokenProjection(_ scratch: Scratch) throws -> String {
    let bytes = Array(try Data(contentsOf: Places.fixtures.appending(path: "torch_projection/expected.npz")))
    let arrays = try Program.arrays(FileSource(name: "expected", bytes: bytes))
    /// Transposed, with rows of gates.
    func turned(_ name: String, isOfGates: Bool = true) throws -> Tensor {
      let tensor = try #require(arrays["lstm0.\(name)"])
      let (rows, columns) = (tensor.shape[0], tensor.shape[1])
      let values = tensor.floats
      let order = isOfGates ? Array(5..<10) + Array(0..<5) + Array(10..<20) : Array(0..<columns)
      return Tensor(
        shape: [columns, rows],
        floats: order.flatMap { column in (0..<rows).map { values[$0 * columns + column] } })
    }
    let bias = try #require(arrays["lstm0.bias"]).floats
    let members = [
      Npz.Member(name: "weight_ih_l0", tensor: try turned("kernel")),
      Npz.Member(name: "weight_hh_l0", tensor: try turned("recurrent_kernel")),
      Npz.Member(name: "weight_hr_l0", tensor: try turned("projection", isOfGates: false)),
      Npz.Member(
        name: "bias_ih_l0",
        tensor: Tensor(shape: [20], floats: Array(bias[5..<10] + bias[..<5] + bias[10...]))),
      Npz.Member(name: "bias_hh_l0", tensor: Tensor(shape: [20], floats: bias.map { _ in 0 })),
    ]
    return try scratch.write(try #require(Npz.bytes(of: members)), as: "broken.npz")
  }

  private static let projection = Places.fixtures.appending(path: "torch_projection/expected.npz").path

  @Test("--fix writes a projection as PyTorch names it", arguments: ["npz", "safetensors"])
  func fixProjection(ending: String) throws {
    let scratch = try Scratch()
    let model = try brokenProjection(scratch)
    let rest =
      "--input torch_projection/expected.npz:lstm0.x --expect torch_projection/expected.npz:lstm0.y"
    let right = scratch.path("right.\(ending)")
    let outcome = try Program.run("check \(model) \(rest) --fix \(right)")
    #expect(outcome.ending == .status(1), "\(outcome.errors)\(outcome.text)")
    #expect(outcome.text.contains("in the order f i g o"), "\(outcome.text)")
    let again = try Program.run("check \(right) \(rest)")
    #expect(again.ending == .status(0), "\(again.errors)\(again.text)")
    let difference = try Program.run("diff \(model) \(right)")
    #expect(
      difference.text.contains("recurrent_kernel") && difference.text.contains("projection"),
      "\(difference.text)")
    guard ending == "npz" else { return }
    func arrays(_ path: String) throws -> [String: Tensor] {
      try Program.arrays(FileSource(name: path, bytes: Array(try Data(contentsOf: URL(filePath: path)))))
    }
    let (before, after) = (try arrays(model), try arrays(right))
    #expect(Set(after.keys) == Set(before.keys))
    for (name, key) in [("weight_ih_l0", "kernel"), ("weight_hh_l0", "recurrent_kernel")] {
      let wanted = try #require(try arrays(Self.projection)["lstm0.\(key)"])
      let (rows, columns) = (wanted.shape[0], wanted.shape[1])
      let turned = (0..<rows * columns).map { wanted.floats[($0 % rows) * columns + $0 / rows] }
      #expect(after[name]?.shape == [columns, rows] && after[name]?.floats == turned, "\(name)")
    }
    #expect(after["weight_hr_l0"] == before["weight_hr_l0"])
    let bias = try #require(try arrays(Self.projection)["lstm0.bias"]).floats
    let (first, second) = (after["bias_ih_l0"]?.floats ?? [], after["bias_hh_l0"]?.floats ?? [])
    #expect(zip(first, second).map { $0 + $1 } == bias)
    let keras = try Program.run("check \(model) \(rest) --fix \(scratch.path("right.weights.h5"))")
    #expect(keras.ending == .status(65) && keras.errors.contains("ends in .npz or .safetensors"))
  }

  @Test("--fix never writes over the model that it mends")
  func fixItself() throws {
    let scratch = try Scratch()
    let bytes = Array(try Data(contentsOf: Places.fixtures.appending(path: "basic/weights.npz")))
    let path = try scratch.write(bytes, as: "own.npz")
    let wrong = try scratch.write(shape: [2, 7, 4], as: "wrong.npy")
    // By another path to the same file.
    let again = path.replacing("/own.npz", with: "/./own.npz")
    let outcome = try Program.run(
      "check \(path) --input basic/input_0.npy --expect \(wrong) --fix \(again)")
    #expect(outcome.ending == .status(73), "\(outcome.errors)")
    #expect(outcome.errors.contains("that is the model itself"))
    #expect(try Array(Data(contentsOf: URL(filePath: path))) == bytes)
  }

  @Test("--fix writes npz and safetensors with the arrays in Keras' layout")
  func fixContainers() throws {
    let scratch = try Scratch()
    let model = try broken(scratch)
    let npz = scratch.path("right.npz")
    #expect(try Program.run("check \(model) \(Self.rest) --fix \(npz)").ending == .status(1))
    let arrays = try Program.arrays(
      FileSource(name: npz, bytes: Array(try Data(contentsOf: URL(filePath: npz)))))
    let wanted = try Program.arrays(
      FileSource(
        name: "weights",
        bytes: Array(try Data(contentsOf: Places.fixtures.appending(path: "basic/weights.npz")))))
    for name in ["kernel", "recurrent_kernel", "bias"] {
      #expect(
        arrays[name]?.floats == wanted[name]?.floats && arrays[name]?.shape == wanted[name]?.shape, "\(name)")
    }
    let rest = "--input basic/input_0.npy --expect basic/expected.npz:output_0"
    #expect(try Program.run("check \(npz) \(rest)").ending == .status(0))
    let tensors = scratch.path("right.safetensors")
    #expect(try Program.run("check \(model) \(Self.rest) --fix \(tensors)").ending == .status(1))
    let bytes = Array(try Data(contentsOf: URL(filePath: tensors)))
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    let header = try JSON(parsing: Array(bytes[8..<8 + length]))
    #expect(header["recurrent_kernel"]?["dtype"]?.text == "F32")
    let offsets = (header["recurrent_kernel"]?["data_offsets"]?.list ?? []).compactMap {
      $0.number.map { Int($0) }
    }
    try #require(offsets.count == 2)
    let data = Array(bytes[(8 + length + offsets[0])..<(8 + length + offsets[1])])
    #expect(
      Tensor(shape: [4, 16], element: .float32, bytes: data).floats == wanted["recurrent_kernel"]?.floats)
  }

  @Test("JSON begins with its version and says all that the text does")
  func json() throws {
    let scratch = try Scratch()
    let model = try broken(scratch)
    let outcome = try Program.run("check \(model) \(Self.rest) --json")
    #expect(outcome.ending == .status(1))
    #expect(outcome.text.hasPrefix("{\"version\": 1, "))
    let json = try JSON(parsing: outcome.output)
    #expect(json["passes"]?.bool == false)
    #expect(
      json["verdict"]?["holding"]?.list?.first?["names"]?.list?.first?.text == "recurrent-blocks-untransposed"
    )
    #expect(json["first"]?["address"]?.text?.hasPrefix("h[") == true)
    #expect(json["look"]?.text?.hasPrefix("lstmscope ") == true)
    let found = try Program.run("doctor basic/model.keras --json")
    #expect(found.text.hasPrefix("{\"version\": 1, "))
    #expect(try JSON(parsing: found.output)["findings"]?.list?.isEmpty == true)
    let difference = try Program.run("diff basic/model.keras basic/model.h5 --json")
    #expect(difference.ending == .status(0))
    #expect(difference.text.hasPrefix("{\"version\": 1, "))
  }

  @Test(
    "Bad requests are told with the right status",
    arguments: [
      ("check basic/model.keras --expect basic/input_0.npy", Int32(64), "needs the input"),
      ("check basic/model.keras --input basic/input_0.npy", 64, "--expect"),
      ("check basic/model.keras --input basic/input_0.npy --expect nowhere.npy", 66, "nowhere.npy"),
      (
        "check basic/model.keras --input basic/input_0.npy --expect basic/expected.npz", 65,
        "none of the keys"
      ),
      ("check basic/model.keras --input basic/input_0.npy --expect basic/lstm_bias.npy", 65, "fits nothing"),
      (
        "check basic/model.keras --input basic/input_0.npy --expect basic/expected.npz:output_0 --quantity q",
        64,
        "no quantity 'q'"
      ),
      (
        "check basic/model.keras --input basic/input_0.npy --expect basic/expected.npz:output_0 --fix out.txt",
        64,
        "must end in"
      ),
      (
        "check basic/model.keras --input basic/input_0.npy --expect basic/expected.npz:output_0 --tolerance -1",
        64,
        "--tolerance must be 0 or more, not -1"
      ),
      ("diff basic/model.keras", 64, "b"), ("diff basic/model.keras nowhere.keras", 66, "nowhere.keras"),
      ("doctor", 64, "model"),
    ])
  func refused(line: String, status: Int32, words: String) throws {
    let outcome = try Program.run(line)
    #expect(outcome.ending == .status(status), "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test("What a layer after the LSTM made is not called h")
  func afterwards() throws {
    let scratch = try Scratch()
    let expected = try scratch.write(Array("0,0,0,0,1\n0,0,0,0,1\n0,0,0,0,1\n".utf8), as: "y.csv")
    let outcome = try Program.run(
      "check embedding_softmax/model.keras --input embedding_softmax/input_0.npy --expect \(expected)")
    #expect(outcome.text.contains("\nit differs first at output[0]#0"), "\(outcome.text)\(outcome.errors)")
  }

  @Test("One timestep is one")
  func oneTimestep() throws {
    let scratch = try Scratch()
    let x = try scratch.write(Array("0.5,-1,2\n".utf8), as: "x.csv")
    let expected = try scratch.write(Array("0,0,0,0\n".utf8), as: "y.csv")
    let outcome = try Program.run("check basic/weights.npz --input \(x) --expect \(expected)")
    #expect(outcome.text.contains(", 1 timestep, batch of 1"), "\(outcome.text)\(outcome.errors)")
  }

  @Test("Where B has an input of its own the screen is not told to run B on A's")
  func otherInput() throws {
    let scratch = try Scratch()
    let rows = (0..<7).map { "0.\($0),1,-1\n" }
    let a = try scratch.write(Array(rows.joined().utf8), as: "a.csv")
    let b = try scratch.write(Array(rows.reversed().joined().utf8), as: "b.csv")
    let outcome = try Program.run("diff basic/model.keras basic/model.keras --input \(a) --input-b \(b)")
    #expect(outcome.ending == .status(1), "\(outcome.errors)")
    #expect(outcome.text.contains("--at ") && !outcome.text.contains("--expect"), "\(outcome.text)")
  }

  @Test("The help of check shows how x and y are saved in PyTorch and in Keras")
  func help() throws {
    let text = try Program.run("check --help").text
    for word in ["model.eval()", "batch_first", "numpy.save(\"y.npy\"", "training=False"] {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test(
    "The doctor raises no alarm about what Keras trained, nor about the example",
    arguments: ["compiled_trained", "units128_T60", "stack3", "bidir_masked", "seq_timedistributed"])
  func healthy(fixture: String) throws {
    let outcome = try Program.run("doctor \(fixture)/model.keras --input \(fixture)/input_0.npy")
    #expect(outcome.ending == .status(0), "\(outcome.text)")
  }

  @Test("The translator is healthy")
  func translator() throws {
    let outcome = try Program.run(
      "doctor ../../Sources/lstmscope/Resources/translator/german_to_english.keras")
    #expect(outcome.ending == .status(0), "\(outcome.text)")
  }

  @Test("A NaN in the weights is an error with a command that looks at it")
  func sick() throws {
    let scratch = try Scratch()
    let helper = Places.program("lstmscope-hdf5")
    let source = Array(try Data(contentsOf: Places.fixtures.appending(path: "basic/model.weights.h5")))
    let file = try HDF5File.read(FileSource(name: "basic", bytes: source), helper: helper)
    let items: [HDF5Writer.Item] = file.nodes.compactMap { node in
      guard case .dataset(let tensor) = node.content else { return nil }
      var values = tensor.floats
      if node.path == "layers/lstm/cell/vars/1" { values[5] = .nan }
      return .dataset(node.path, Tensor(shape: tensor.shape, floats: values))
    }
    let model = try scratch.write(try HDF5Writer.bytes(of: items, helper: helper), as: "nan.weights.h5")
    let outcome = try Program.run(
      "doctor \(model) --config basic/model_architecture.json --input basic/input_0.npy")
    #expect(outcome.ending == .status(1))
    #expect(outcome.text.contains("error    NaN from timestep 0 of sample 0"), "\(outcome.text)")
    #expect(outcome.text.contains("recurrent_kernel has a weight that is NaN or infinite"))
    #expect(outcome.text.contains("--at "))
  }
}
