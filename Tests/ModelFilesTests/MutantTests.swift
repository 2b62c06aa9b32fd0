import ModelFiles
import TensorFiles
import Testing

@Suite("Damaged models")
struct MutantTests {
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

  /// Opens it or throws what a person can read; anything else ends the test run.
  private static func survive(_ bytes: [UInt8]) {
    do {
      _ = try ModelFile.open(FileSource(name: "mutant", bytes: bytes), helper: Fixtures.helper, timeout: 2)
    } catch {
      #expect(!error.message.isEmpty)
      #expect(error.exitStatus == 65, "\(error.message)")
    }
  }

  @Test("cut off anywhere they are refused", arguments: ["basic/model.keras", "legacy_k231_basic/model.h5"])
  func truncated(path: String) throws {
    let whole = try Fixtures.bytes(path)
    for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) {
      #expect(throws: ModelFileError.self) { try Fixtures.open(Array(whole[..<length])) }
    }
  }

  @Test(
    "changed anywhere they open or are refused",
    arguments: ["basic/model.keras", "legacy_k231_basic/model.h5"], 0..<5)
  func mutated(path: String, seed: Int) throws {
    let whole = try Fixtures.bytes(path)
    var random = Random(state: UInt64(seed))
    for _ in 0..<30 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        bytes[position] =
          [0, 0xff, 0x7f, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      Self.survive(bytes)
    }
  }

  @Test("the HDF5 inside an archive may be damaged as well", arguments: 0..<5)
  func inside(seed: Int) throws {
    let archive = try ZipArchive(try Fixtures.source("basic/model.keras"))
    var entries: [(name: String, bytes: [UInt8])] = []
    for entry in archive.entries { entries.append((entry.name, try archive.read(entry))) }
    let weights = try #require(entries.firstIndex { $0.name == "model.weights.h5" })
    var random = Random(state: 100 + UInt64(seed))
    for _ in 0..<20 {
      var mutant = entries
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        // The first kilobytes hold the structure.
        let position = Int.random(in: 0..<min(4096, mutant[weights].bytes.count), using: &random)
        mutant[weights].bytes[position] = UInt8.random(in: 0...255, using: &random)
      }
      Self.survive(try #require(zipArchive(storing: mutant)))
    }
  }
}
