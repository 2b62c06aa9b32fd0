import Foundation
import TensorFiles
import TestSupport
import Testing

/// Files of other frameworks, as a person opens them.
@Suite("Other frameworks' files") struct FormatTests {
  private static func expectNear(_ found: Tensor?, _ wanted: Tensor?, _ name: String) throws {
    let (found, wanted) = (try #require(found, "\(name)"), try #require(wanted, "\(name)"))
    #expect(found.shape == wanted.shape, "\(name)")
    let isNear = zip(found.floats, wanted.floats).allSatisfy { abs($0 - $1) <= 1e-5 + 1e-5 * abs($1) }
    #expect(isNear, "\(name)")
  }

  @Test(
    "trace gives what the framework recorded",
    arguments: [
      ("torch_basic/state_dict.pt", "torch_basic/input_0.npy", "lstm_l0"),
      ("torch_basic/state_dict.json", "torch_basic/input_0.npy", "lstm_l0"),
      ("torch_projection/state_dict_legacy.pth", "torch_projection/input_0.npy", "lstm_l0/forward"),
      ("torch_stack/model.safetensors", "torch_stack/input_0.npy", "encoder.rnn_l0/forward"),
      ("basic/weights.npz", "basic/expected.npz:lstm0.x", "lstm"),
      ("onnx_peephole_clip/model.onnx", "onnx_peephole_clip/input_0.npy", "rnn/forward"),
      ("onnx_classifier/model.onnx", "onnx_classifier/input_0.npy", "lstm%2FLSTM"),
    ])
  func trace(file: String, input: String, key: String) throws {
    let outcome = try Program.run("trace \(file) --input \(input) --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let arrays = try outcome.arrays
    let folder = String(file.prefix { $0 != "/" })
    let recorded = try TraceTests.recorded(folder)
    for name in ["x", "z", "i", "f", "g", "o", "c", "h", "y", "h0", "c0", "h_final", "c_final", "t_index"] {
      try Self.expectNear(arrays["\(key)/\(name)"], recorded["lstm0.\(name)"], "\(key)/\(name)")
    }
    for (name, index) in [("output", 0), ("output_0", 0), ("output_1", 1), ("output_2", 2)]
    where folder != "basic" && arrays[name] != nil {
      try Self.expectNear(arrays[name], recorded["output_\(index)"], name)
    }
  }

  @Test("a time-major model reads its input so, and --batch-major the other way")
  func timeMajor() throws {
    let scratch = try Scratch()
    let x = try Npy.tensor(
      from: Array(try Data(contentsOf: Places.fixtures.appending(path: "onnx_forward/input_0.npy"))))
    let (timesteps, batch, features) = (x.shape[0], x.shape[1], x.shape[2])
    var turned: [Float] = []
    for sample in 0..<batch {
      for timestep in 0..<timesteps {
        let start = (timestep * batch + sample) * features
        turned += x.floats[start..<start + features]
      }
    }
    let file = try scratch.write(shape: [batch, timesteps, features], floats: turned, as: "x.npy")
    let own = try Program.run("trace onnx_forward/model.onnx --input onnx_forward/input_0.npy --format npz")
    let other = try Program.run("trace onnx_forward/model.onnx --input \(file) --batch-major --format npz")
    #expect(own.ending == .status(0) && own.output == other.output, "\(other.errors)")
  }

  @Test("states of every layer and direction are taken as PyTorch gives them")
  func states() throws {
    let outcome = try Program.run(
      "trace torch_states/state_dict.pt --input torch_states/input_0.npy --h0 torch_states/input_1.npy "
        + "--c0 torch_states/input_2.npy --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let arrays = try outcome.arrays
    let recorded = try TraceTests.recorded("torch_states")
    for (place, key) in ["l0/forward", "l0/backward", "l1/forward", "l1/backward"].enumerated() {
      for name in ["h0", "c0", "z", "c", "h", "h_final"] {
        try Self.expectNear(arrays["lstm_\(key)/\(name)"], recorded["lstm\(place).\(name)"], "\(key) \(name)")
      }
    }
    for index in 0..<3 {
      try Self.expectNear(arrays["output_\(index)"], recorded["output_\(index)"], "\(index)")
    }
  }

  @Test("--map names arrays, and inspect shows both biases and what is left over")
  func map() throws {
    let mapped = try Program.run(
      "inspect torch_tagger/state_dict.pt --map weight_ih=lstm.weight_ih_l1 --map weight_hh=lstm.weight_hh_l1"
    )
    #expect(mapped.ending == .status(0), "\(mapped.errors)")
    #expect(mapped.text.contains("left over  lstm.bias_hh_l1 (24,) float32"))
    let inspected = try Program.run("inspect torch_tagger/checkpoint.pth")
    #expect(inspected.text.contains("bias is bias_ih + bias_hh"))
    #expect(inspected.text.contains("left over  emb.weight (11, 5) float32"))
    let wrong = try Program.run("inspect torch_tagger/state_dict.pt --map nothing=x")
    #expect(wrong.ending == .status(64) && wrong.errors.contains("ROLE=ARRAY"), "\(wrong.errors)")
    let gone = try Program.run("inspect torch_tagger/state_dict.pt --map kernel=x")
    #expect(gone.ending == .status(65) && gone.errors.contains("not in the file"), "\(gone.errors)")
  }

  @Test(
    "inspect --json is JSON",
    arguments: ["torch_stack/checkpoint.pt", "onnx_nested/model.onnx", "basic/weights.json"])
  func json(file: String) throws {
    let outcome = try Program.run("inspect \(file) --json")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let json = try JSON(parsing: outcome.output)
    #expect(json["version"]?.number == 1 && json["layers"]?.list?.isEmpty == false)
  }

  @Test("external data is read from the model's folder, and never through a link out of it")
  func external() throws {
    let scratch = try Scratch()
    let folder = Places.fixtures.appending(path: "onnx_classifier")
    let model = try scratch.write(
      Array(try Data(contentsOf: folder.appending(path: "model.onnx"))), as: "model.onnx")
    let missing = try Program.run("inspect \(model)")
    #expect(missing.ending == .status(65) && missing.errors.contains("which is not there"))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("model.bin"), withDestinationPath: folder.appending(path: "model.bin").path)
    #expect(try Program.run("inspect \(model)").ending == .status(65))
    try FileManager.default.removeItem(atPath: scratch.path("model.bin"))
    try FileManager.default.copyItem(
      atPath: folder.appending(path: "model.bin").path, toPath: scratch.path("model.bin"))
    #expect(try Program.run("inspect \(model)").ending == .status(0))
  }

  @Test(
    "a pickle that would run something runs nothing",
    arguments: ["system.pt", "eval.pt", "system_legacy.pth"])
  func hostile(file: String) throws {
    let outcome = try Program.run("inspect torch_hostile/\(file)")
    #expect(outcome.ending == .status(65) && outcome.errors.contains("nothing was run"), "\(outcome.errors)")
    #expect(
      !FileManager.default.fileExists(
        atPath: Places.fixtures.appending(path: "lstmscope-ran-a-pickle").path))
  }

  @Test(
    "without an input every kind runs on random numbers",
    arguments: [
      "torch_basic/state_dict.pt", "onnx_forward/model.onnx", "onnx_bidirectional_init/model.onnx",
      "onnx_layout1/model.onnx", "onnx_lengths/model.onnx", "onnx_classifier/model.onnx",
      "bidir_merges/model_tf2onnx.onnx",
    ])
  func random(file: String) throws {
    let outcome = try Program.run("trace \(file) --random --seed 3")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(outcome.text.contains("sample 0 of 0 to 0, timestep"))
  }
}
