import Foundation
import ModelFiles
import TensorFiles
import Testing

@testable import Network

/// Encoder/decoders of many kinds, beside what Keras says with each, word by word.
///
/// - Source: `Tests/Generators/decoders.py`.
@Suite("Decoders of many kinds")
struct DecodersTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// Whether one timestep after the other gives what the whole sequence does.
    var goesByTimestep = true
    var readsEncoderBeside = false
    var areLogits = false

    var testDescription: String { name }

    static let all: [Case] = [
      Case(name: "words"), Case(name: "held", goesByTimestep: false), Case(name: "lengths"),
      Case(name: "stacked"),
      Case(name: "bidirectional"), Case(name: "attention", readsEncoderBeside: true),
      Case(name: "causal", goesByTimestep: false, readsEncoderBeside: true),
      Case(name: "context", goesByTimestep: false, readsEncoderBeside: true),
      Case(name: "added", goesByTimestep: false, readsEncoderBeside: true),
      Case(name: "along", goesByTimestep: false),
      Case(name: "ahead", goesByTimestep: false, readsEncoderBeside: true),
      Case(name: "chained", goesByTimestep: false), Case(name: "logits", areLogits: true),
      Case(name: "gru", goesByTimestep: false), Case(name: "shared"), Case(name: "swapped"),
      Case(name: "outputs"), Case(name: "characters"), Case(name: "apart", readsEncoderBeside: true),
    ]
  }

  private static let start = 1
  private static let end = 2
  private static let steps = 7

  private func recorded(_ name: String) throws -> JSON {
    try #require(try Fixtures.json("decoders/cases.json")[name])
  }

  private func ids(_ list: JSON?) throws -> [Int] {
    try #require(list?.list).map { Int(try #require($0.number)) }
  }

  private func decoding(_ name: String, maxSteps: Int = steps) throws -> Decoding {
    let files = try #require(try recorded(name)["files"]?.list).compactMap(\.text)
    var model = try Fixtures.open("decoders/\(try #require(files.first))")
    if files.count > 1 { model = try Model.joining(model, try Fixtures.open("decoders/\(files[1])")) }
    let graph = try #require(model.graph)
    #expect(model.inputs.map(\.name) == graph.inputs.map(\.name))
    let pair = try #require(graph.encoderDecoder)
    return try Decoding(graph, pair, start: Self.start, end: Self.end, maxSteps: maxSteps)
  }

  @Test("All that were recorded are tested")
  func all() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Fixtures.folder.appending(path: "decoders").path)
    // One is saved in two files, and two say nothing.
    #expect(files.count { $0.hasSuffix(".keras") } == Case.all.count + 3)
    for each in Case.all { #expect(files.contains { $0.hasPrefix(each.name) }) }
  }

  @Test("Each says Keras' words, with Keras' probabilities at every step", arguments: Case.all)
  func greedy(each: Case) throws {
    let decoding = try decoding(each.name)
    #expect(decoding.parts.behind.goesByTimestep == each.goesByTimestep)
    #expect(decoding.pair.readsEncoderBeside == each.readsEncoderBeside)
    let recorded = try recorded(each.name)
    let members = try Npz.members(of: try Fixtures.source("decoders/rows.npz"))
    let said = try #require(recorded["said"]?.list)
    for (place, source) in try #require(recorded["sources"]?.list).enumerated() {
      let wanted = try ids(said[place])
      let encoded = try decoding.encode(try decoding.source([try ids(source)]))
      #expect(encoded.areLogits == each.areLogits)
      #expect(try decoding.greedy(encoded) == [wanted])
      let rows = try #require(members.first { $0.name == "\(each.name)/\(place)" }?.tensor)
      let width = rows.shape[1]
      var hypotheses = decoding.hypotheses(of: encoded)
      for (step, token) in wanted.enumerated() {
        var row = try decoding.next(&hypotheses)[0]
        if encoded.areLogits { row = Distribution.softmax(row, width: width) }
        let difference = zip(row, rows.floats[step * width..<(step + 1) * width]).map { abs($0 - $1) }.max()
        #expect(row.count == width && (difference ?? 1) < 2e-5, "step \(step) differs by \(difference ?? 1)")
        hypotheses.fed[0].append(token)
      }
    }
  }

  @Test("Each finds Keras' beams, with the sums of Keras' logarithms", arguments: Case.all)
  func beams(each: Case) throws {
    let decoding = try decoding(each.name)
    let recorded = try recorded(each.name)
    let source = try ids(recorded["sources"]?.list?.first)
    let found = try decoding.beams(try decoding.encode(try decoding.source([source])), width: 3)
    let wanted = try #require(recorded["beams"]?.list)
    #expect(try found.map(\.tokens) == wanted.map { try ids($0["said"]) })
    for (hypothesis, other) in zip(found, wanted) {
      let score = try #require(other["log_probability"]?.number)
      #expect(abs(hypothesis.score - score) < 1e-4 + 1e-4 * abs(score))
    }
  }

  @Test("Several sentences together say what each says alone", arguments: Case.all)
  func batch(each: Case) throws {
    let decoding = try decoding(each.name)
    let sources = [[3, 4, 5, 6], [6, 5, 4, 3], [8, 8, 9, 10]]
    let together = try decoding.greedy(try decoding.encode(try decoding.source(sources)))
    for (source, said) in zip(sources, together) {
      #expect(try decoding.greedy(try decoding.encode(try decoding.source([source]))) == [said])
    }
  }

  @Test("A decoder of a declared length says no more than that, and a longer source is refused")
  func lengths() throws {
    let decoding = try decoding("lengths", maxSteps: 64)
    #expect(decoding.maxSteps == Self.steps)
    let encoded = try decoding.encode(try decoding.source([[3, 4, 5, 6]]))
    #expect(try decoding.greedy(encoded)[0].count <= Self.steps)
    #expect(try decoding.beams(encoded, width: 2).allSatisfy { $0.tokens.count <= Self.steps })
    #expect(throws: DecodingError.tooLong(8, declared: 6)) {
      try decoding.source([[3, 4, 5, 6, 7, 8, 9, 10]])
    }
  }

  @Test("Of several outputs the one that is as wide as the words is what is said")
  func outputs() throws {
    let decoding = try decoding("outputs")
    #expect(decoding.graph.outputs.count == 2 && decoding.pair.output == 1)
    #expect(decoding.graph.width(ofOutput: 1) == 12 && decoding.graph.idCount(ofInput: 1) == 12)
  }

  @Test(
    "Rows that add up to 1 are probabilities, others are logits, and what is not finite tells nothing",
    arguments: [
      ([0.25, 0.75, 1, 0], true), ([0.25, 0.75, 0.5, 0.1], false), ([1.5, -0.5], false),
      ([.nan, 1], true), ([.infinity, 0, 3, 4], false), ([-0.1, -3], false),
    ])
  func distributions(numbers: [Float], areProbabilities: Bool) {
    #expect(Distribution.areProbabilities(numbers, width: 2) == areProbabilities)
  }

  @Test("Softmax bears numbers whose exponential is beyond all floats")
  func softmax() {
    let row = Distribution.softmax([1e20, 1e20, -1e20], width: 3)
    #expect(row == [0.5, 0.5, 0])
    #expect(Distribution.logSoftmax([1000, 1000]).allSatisfy { abs($0 + 0.6931) < 1e-3 })
  }
}
