import ModelFiles
import Network
import TensorFiles
import Testing

/// Files of other frameworks with bytes changed: they are opened and run, or refused.
@Suite("Damaged files of other frameworks")
struct ForeignMutantTests {
  /// - Source: Vigna, SplitMix64.
  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  /// Opens and runs it or throws what a person can read; anything else ends the test run.
  private static func survive(_ bytes: [UInt8]) {
    let model: Model
    do {
      model = try ModelFile.open(
        FileSource(name: "mutant", bytes: bytes), helper: Fixtures.helper, timeout: 2)
    } catch {
      #expect(!error.message.isEmpty && error.exitStatus == 65, "\(error.message)")
      return
    }
    guard let graph = model.graph else { return }
    let inputs = graph.inputs.map { input -> Value? in
      let shape = input.shape.enumerated().map { min($0.element ?? ($0.offset == 0 ? 2 : 3), 12) }
      let count = shape.reduce(1, *)
      if input.kind == .texts { return Value(shape: shape, texts: [String](repeating: "a", count: count)) }
      return Value(shape: shape, (0..<count).map { Float($0 % 3) })
    }
    do {
      _ = try graph.run(inputs)
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  private static let plain = [
    "torch_basic/state_dict_legacy.pth", "torch_basic/model.safetensors", "torch_basic/state_dict.json",
    "onnx_forward/model.onnx", "onnx_peephole_clip/model.onnx", "onnx_nested/model.onnx",
    "onnx_lengths/model.onnx", "onnx_classifier/model.onnx", "torch_projection/state_dict_legacy.pth",
    "torch_stack/whole_module_legacy.pth", "onnx_coupled/model.onnx",
    "seq_timedistributed/model_tf2onnx.onnx", "seq_timedistributed/rtneural_style.json",
  ]

  @Test("changed anywhere they open or are refused", .timeLimit(.minutes(4)), arguments: plain)
  func mutated(path: String) throws {
    let whole = try Fixtures.bytes(path)
    var random = Random(state: UInt64(path.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }))
    for _ in 0..<250 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes.remove(at: position)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
        case 2: bytes[position] = [0, 0xff, 0x7f, 0x80].randomElement(using: &random) ?? 0
        case 3: bytes[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
        default: bytes[position] = UInt8.random(in: 0...255, using: &random)
        }
      }
      Self.survive(bytes)
    }
  }

  @Test(
    "a pickle inside an archive may be changed as well", .timeLimit(.minutes(4)),
    arguments: [
      "torch_basic/state_dict.pt", "torch_stack/checkpoint.pt", "torch_stack/whole_module.pt",
      "torch_views/protocol4.pt", "torch_projection/state_dict.pt",
    ])
  func inside(path: String) throws {
    let archive = try ZipArchive(try Fixtures.source(path))
    var entries: [(name: String, bytes: [UInt8])] = []
    for entry in archive.entries { entries.append((entry.name, try archive.read(entry))) }
    let place = try #require(entries.firstIndex { $0.name.hasSuffix("data.pkl") })
    var random = Random(state: UInt64(path.utf8.reduce(UInt64(5)) { $0 &* 31 &+ UInt64($1) }))
    for _ in 0..<200 {
      var mutant = entries
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let position = Int.random(in: 0..<mutant[place].bytes.count, using: &random)
        mutant[place].bytes[position] = UInt8.random(in: 0...255, using: &random)
      }
      Self.survive(try #require(zipArchive(storing: mutant)))
    }
  }

  @Test(
    "cut off anywhere they are refused", .timeLimit(.minutes(4)),
    arguments: [
      "torch_basic/state_dict.pt", "torch_basic/state_dict_legacy.pth", "torch_basic/model.safetensors",
      "torch_basic/state_dict.npz", "torch_basic/state_dict.json",
    ])
  func truncated(path: String) throws {
    let whole = try Fixtures.bytes(path)
    // A zip's last record, 22 bytes, may lack its end.
    let end = whole.count - (whole.starts(with: [0x50, 0x4b]) ? 22 : 0)
    for length in stride(from: 0, to: end, by: max(1, whole.count / 60)) {
      #expect(throws: ModelFileError.self) { try Fixtures.open(Array(whole[..<length])) }
    }
  }
}
