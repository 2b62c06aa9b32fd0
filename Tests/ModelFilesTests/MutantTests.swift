import Glibc
import ModelFiles
import Network
import Synchronization
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

  /// What became of the mutants so far.
  private struct Tally {
    var opened = 0
    var refused = 0

    var text: String { "\(opened + refused) tried, \(opened) opened, \(refused) refused" }
  }

  private static let all = Mutex(Tally())

  /// Prints what became of a test's mutants, and of all of them so far.
  private static func report(_ name: String, _ opened: [Bool]) {
    let own = Tally(opened: opened.count { $0 }, refused: opened.count { !$0 })
    let sum = all.withLock { all in
      all.opened += own.opened
      all.refused += own.refused
      return all
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    print(
      "mutants of \(name): \(own.text); so far \(sum.text); largest helper \(usage.ru_maxrss >> 10) MB")
    // What the helper allows itself with a small file: see `Limits`.
    #expect(usage.ru_maxrss >> 10 < 512 + 256 + 1)
  }

  /// Opens and runs it or throws what a person can read; anything else ends the test run.
  ///
  /// - Returns: Whether it opened.
  private static func survive(_ bytes: [UInt8]) -> Bool {
    let model: Model
    do {
      model = try ModelFile.open(
        FileSource(name: "mutant", bytes: bytes), helper: Fixtures.helper, timeout: 2)
    } catch {
      #expect(!error.message.isEmpty)
      #expect(error.exitStatus == 65, "\(error.message)")
      return false
    }
    guard let graph = model.graph else { return true }
    let inputs = graph.inputs.map { input -> Value? in
      let shape = [2] + input.shape.dropFirst().map { min($0 ?? 3, 12) }
      let count = shape.reduce(1, *)
      if input.kind == .texts {
        return Value(shape: shape, texts: [String](repeating: "der hund", count: count))
      }
      return Value(shape: shape, (0..<count).map { Float($0 % 5) })
    }
    do {
      _ = try graph.run(inputs)
    } catch {
      #expect(!error.message.isEmpty)
    }
    return true
  }

  @Test(
    "cut off at every length they are refused",
    arguments: ["basic/model.keras", "legacy_k231_basic/model.h5"])
  func truncated(path: String) throws {
    let whole = try Fixtures.bytes(path)
    var opened: [Int] = []
    for length in 0..<whole.count {
      if (try? Fixtures.open(Array(whole[..<length]))) != nil { opened.append(length) }
    }
    // Of a zip the last bytes tell the length of a comment that is not there: nothing is lost with them.
    #expect(opened.allSatisfy { path.hasSuffix(".keras") && $0 > whole.count - 22 })
    print("\(path) cut off: \(whole.count) lengths tried, \(whole.count - opened.count) refused")
  }

  @Test(
    "changed anywhere they open or are refused",
    arguments: [
      "basic/model.keras", "legacy_k231_basic/model.h5", "bidir_masked/model.weights.h5",
      "graph_frozen/model.h5", "legacy_k122_basic/model_weights_only.h5",
    ], 0..<8)
  func mutated(path: String, seed: Int) throws {
    let whole = try Fixtures.bytes(path)
    var random = Random(state: UInt64(seed))
    var opened: [Bool] = []
    for _ in 0..<30 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        bytes[position] =
          [0, 0xff, 0x7f, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      opened.append(Self.survive(bytes))
    }
    Self.report("\(path), seed \(seed)", opened)
  }

  @Test("the HDF5 inside an archive may be damaged as well", arguments: 0..<5)
  func inside(seed: Int) throws {
    let archive = try ZipArchive(try Fixtures.source("basic/model.keras"))
    var entries: [(name: String, bytes: [UInt8])] = []
    for entry in archive.entries { entries.append((entry.name, try archive.read(entry))) }
    let weights = try #require(entries.firstIndex { $0.name == "model.weights.h5" })
    var random = Random(state: 100 + UInt64(seed))
    var opened: [Bool] = []
    for _ in 0..<20 {
      var mutant = entries
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        // The first kilobytes hold the structure.
        let position = Int.random(in: 0..<min(4096, mutant[weights].bytes.count), using: &random)
        mutant[weights].bytes[position] = UInt8.random(in: 0...255, using: &random)
      }
      opened.append(Self.survive(try #require(zipArchive(storing: mutant))))
    }
    Self.report("the HDF5 inside an archive, seed \(seed)", opened)
  }

  @Test(
    "a configuration that is changed anywhere opens or is refused",
    arguments: [
      "graph_nested_outputs", "graph_shared", "graph_dictionary", "graph_bidirectional_states",
      "graph_frozen",
      "graph_cells", "graph_arithmetic", "graph_texts", "graph_cells_tfk", "graph_nested_outputs_tfk",
      "int8_quantized", "rnn_stacked_cells",
    ])
  func configuration(folder: String) throws {
    let archive = try ZipArchive(try Fixtures.source("\(folder)/model.keras"))
    var entries: [(name: String, bytes: [UInt8])] = []
    for entry in archive.entries { entries.append((entry.name, try archive.read(entry))) }
    let place = try #require(entries.firstIndex { $0.name == "config.json" })
    let config = try JSON(parsing: entries[place].bytes)
    var random = Random(state: UInt64(folder.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }))
    var opened: [Bool] = []
    for _ in 0..<60 {
      var mutant = config
      for _ in 0..<Int.random(in: 1...3, using: &random) { mutant = Self.mutated(mutant, &random) }
      entries[place].bytes = try mutant.bytes()
      opened.append(Self.survive(try #require(zipArchive(storing: entries))))
    }
    Self.report("the configuration of \(folder)", opened)
  }

  /// One value somewhere replaced, taken away, exchanged or doubled.
  private static func mutated(_ json: JSON, _ random: inout Random) -> JSON {
    let isHere = Int.random(in: 0..<12, using: &random) == 0
    switch json {
    case .object(var members):
      guard let key = members.keys.sorted().randomElement(using: &random), let value = members[key] else {
        return json
      }
      if isHere {
        members[key] = nil
        if Bool.random(using: &random), let other = members.keys.sorted().randomElement(using: &random) {
          members[other] = value
        }
      } else {
        members[key] = mutated(value, &random)
      }
      return .object(members)
    case .list(var values):
      guard let index = values.indices.randomElement(using: &random) else { return .list([json]) }
      if isHere {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: values.remove(at: index)
        case 1: values.append(values[index])
        default: values.swapAt(index, 0)
        }
      } else {
        values[index] = mutated(values[index], &random)
      }
      return .list(values)
    case .null, .bool, .number, .text: return replacement(for: json, &random)
    }
  }

  private static func replacement(for json: JSON, _ random: inout Random) -> JSON {
    let numbers: [Double] = [-1, 0, 1, 2, 3, 7, 1e6, 1e9, 1e300, -0.5, 2_147_483_648, 9.3e18]
    let texts = [
      "", "LSTM", "Dense", "Bidirectional", "Lambda", "relu", "concat", "x", "inner", "rnn", "Functional",
    ]
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .text(texts.randomElement(using: &random) ?? "")
    case 3: return .list([json])
    default: return .number(numbers.randomElement(using: &random) ?? 0)
    }
  }
}
