import Commands
@testable import Debugger
import Foundation
import LSTM
import Network
import TestSupport
import Testing

@Suite("Findings") struct FindingTests {
  @Test("Every file of Findings is in the list, and every kind of the list has its file")
  func roster() throws {
    let folder = Places.repository.appending(path: "Sources/Debugger/Findings")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(files.map { String($0.dropLast(".swift".count)) }) == Set(FindingKind.all.map(\.name)))
  }

  @Test("Every change of Changes is in the list")
  func changes() throws {
    let folder = Places.repository.appending(path: "Sources/Debugger")
    let list = try String(contentsOf: folder.appending(path: "Change.swift"), encoding: .utf8)
    let words = Set(list.split { !($0.isLetter || $0.isNumber) })
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "Changes").path)
    var count = 0
    for file in files {
      let text = try String(contentsOf: folder.appending(path: "Changes/\(file)"), encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("  static let ") && !line.contains(":") {
        let name = line.dropFirst("  static let ".count).prefix { $0.isLetter || $0.isNumber }
        #expect(words.contains(name), "\(file): \(name)")
        count += 1
      }
    }
    #expect(count == Change.all.count)
  }

  @Test("A NaN is told with the term that made it, its operands and since when they grew")
  func nonFinite() throws {
    // h[0] doubles at each step until it overflows; then z2 is inf - inf.
    let layer = Parameters(
      features: 1, units: 2, kernel: Array(repeating: 0, count: 8),
      recurrentKernel: [
        0, 0, 0, 0, 1.5, 0, 0, 0,
        0, 0, 0, 0, 0, 1.5, 0, 0,
      ], bias: [20, 20, -30, -30, 1, 1, 20, 20], activation: .relu)
    let graph = try TestModels.chain([layer])
    let finding = try #require(
      try TestModels.findings(graph, [Value(shape: [1, 300, 1], Array(repeating: 1, count: 300))]).first)
    #expect(finding.kind == "non-finite" && finding.severity == .error)
    let trace = try TestModels.run(graph, [Value(shape: [1, 300, 1], Array(repeating: 1, count: 300))]).calls[
      0
    ].trace
    let first = try #require((0..<300).first { !trace.value(.h, unit: 0, step: $0, sample: 0).isFinite })
    #expect(finding.evidence.contains { $0.label == "before it" && $0.text.contains("over") })
    #expect(finding.evidence.contains { $0.label == "because" && $0.text.hasPrefix("activation is relu") })
    #expect(finding.advice.contains("tanh"))
    let address = try #require(finding.address)
    #expect(address.timestep.map { abs($0 - first) <= 1 } == true)
  }

  @Test("Padding is found in front of samples too, and as ids of 0 that are no words")
  func padding() throws {
    var dice = Dice(26)
    let graph = try TestModels.chain([dice.parameters(features: 2, units: 4)])
    let zeros = [Float](repeating: 0, count: 6)
    let x = Value(shape: [2, 8, 2], zeros + dice.normal(10, 1) + dice.normal(16, 1))
    let inFront = try TestModels.findings(graph, [x]).first { $0.kind == "unmasked-padding" }
    #expect(inFront?.title == "1 of 2 samples begin in zeros that are not masked")
    #expect(inFront?.severity == .note)

    let run = try TestModels.run(graph, [Value(shape: [2, 6, 2], dice.normal(24, 1))])
    func found(_ ids: [Float]) -> Finding? {
      Examination(
        run: run, provenance: Provenance(format: "test", writer: nil, dtype: "float32"), isRandom: false,
        ids: [Value(shape: [2, 6], ids)]
      ).findings().first { $0.kind == "unmasked-padding" }
    }
    let padded = found([3, 1, 4, 1, 5, 9, 2, 6, 5, 0, 0, 0])
    #expect(padded?.title == "1 of 2 samples end in ids of 0 that are not masked")
    #expect(padded?.evidence.first?.text == "sample 1 has ids of 0 from timestep 3 on, 3 of 6")
    #expect(found([3, 0, 4, 1, 5, 9, 2, 6, 5, 0, 0, 0]) == nil)
    // Every sample ends in a word that ends it.
    #expect(found([3, 1, 4, 1, 5, 0, 2, 6, 5, 3, 5, 0]) == nil)
  }

  @Test(
    "One array that was never written is found among trained ones; equal halves are, and gates of NaN are not"
  )
  func unwritten() throws {
    var dice = Dice(33)
    let layer = dice.parameters(features: 4, units: 6)
    let x = Value(shape: [3, 9, 4], dice.normal(108, 1))
    func titles(_ layer: Parameters) throws -> [String] {
      try TestModels.findings(TestModels.chain([layer]), [x]).map(\.title)
    }
    #expect(try titles(layer) == [])
    let zero = layer.replacing(recurrentKernel: Array(repeating: 0, count: 144))
    #expect(try titles(zero).contains("the recurrent kernel is 0 everywhere"))
    let rows = (0..<144).map { $0 / 24 == $0 % 24 ? Float(1) : 0 }
    let orthonormal = layer.replacing(recurrentKernel: rows)
    #expect(try titles(orthonormal).contains("the recurrent kernel is as Keras begins with it"))
    let initial = layer.replacing(bias: (0..<24).map { $0 / 6 == 1 ? 1 : 0 })
    #expect(try titles(initial) == ["the bias is as Keras begins with it"])
    let halves = try TestModels.findings(TestModels.bidirectional(layer, layer), [x])
    #expect(halves.map(\.kind).contains("equal-halves"))
    let other = dice.parameters(features: 4, units: 6)
    #expect(try TestModels.findings(TestModels.bidirectional(layer, other), [x]) == [])
    let broken = layer.replacing(bias: Array(repeating: .nan, count: 24))
    #expect(try TestModels.findings(TestModels.chain([broken]), [x]).map(\.kind) == ["non-finite"])
  }

  @Test("A unit that is not finite does not stay where it is")
  func notStill() throws {
    var dice = Dice(25)
    let layer = dice.parameters(features: 2, units: 4)
    var bias = layer.bias ?? []
    bias[1] = .nan
    let graph = try TestModels.chain([layer.replacing(bias: bias)])
    let kinds = try TestModels.findings(graph, [Value(shape: [1, 16, 2], dice.normal(32, 1))]).map(\.kind)
    #expect(kinds.contains("non-finite") && !kinds.contains("still-units"))
  }

  @Test("A NaN in x is x's, and one sample's is not the others'")
  func nanInput() throws {
    var dice = Dice(21)
    let graph = try TestModels.chain([dice.parameters(features: 2, units: 4)])
    var x = dice.normal(2 * 8 * 2, 1)
    x[16 + 5 * 2 + 1] = .nan
    let finding = try #require(try TestModels.findings(graph, [Value(shape: [2, 8, 2], x)]).first)
    #expect(finding.title == "NaN from timestep 5 of sample 1; 1 of 2 samples have none")
    #expect(finding.address?.text == "x[1]@5#1")
  }

  @Test("Weights as Keras begins with them are untrained, the same after a step of training are not")
  func untrained() throws {
    var dice = Dice(22)
    let (features, units) = (4, 8)
    let limit = (Float(6) / Float(features + 4 * units)).squareRoot()
    // Orthonormal rows: shuffled unit vectors with signs.
    var recurrent = [Float](repeating: 0, count: units * 4 * units)
    for row in 0..<units { recurrent[row * 4 * units + row * 3 + 1] = row % 2 == 0 ? 1 : -1 }
    let bias = (0..<4 * units).map { Float($0 / units == 1 ? 1 : 0) }
    let fresh = Parameters(
      features: features, units: units, kernel: dice.uniform(features * 4 * units, limit),
      recurrentKernel: recurrent, bias: bias)
    let x = Value(shape: [1, 8, features], dice.normal(8 * features, 1))
    func kinds(_ layer: Parameters) throws -> [String] {
      try TestModels.findings(TestModels.chain([layer]), [x]).map(\.kind)
    }
    #expect(try kinds(fresh).contains("untrained-weights"))
    #expect(try !kinds(fresh.replacing(bias: bias.map { $0 + 0.01 })).contains("untrained-weights"))
  }

  @Test("Which hard_sigmoid it is, is a note where the file tells and a warning where it does not")
  func hardSigmoid() throws {
    var dice = Dice(23)
    let graph = try TestModels.chain([
      dice.parameters(features: 2, units: 4, recurrentActivation: .hardSigmoid)
    ])
    let run = try TestModels.run(graph, [Value(shape: [1, 8, 2], dice.normal(16, 1))])
    func severity(_ writer: String?) -> Finding.Severity? {
      Examination(
        run: run, provenance: Provenance(format: "test", writer: writer, dtype: "float32"), isRandom: false
      ).findings().first { $0.kind == "hard-sigmoids" }?.severity
    }
    #expect(severity("Keras 3.15.1") == .note)
    #expect(severity(nil) == .warning)
  }

  @Test("The spectral radius of a gate's block is the largest eigenvalue's size")
  func radius() {
    // A block with eigenvalues 2 and 0.5, in the columns of g.
    let kernel: [Float] = [
      0, 0, 0, 0, 2, 1, 0, 0,
      0, 0, 0, 0, 0, 0.5, 0, 0,
    ]
    #expect(abs(spectralRadius(kernel, gate: 2, units: 2) - 2) < 1e-6)
    #expect(spectralRadius(kernel, gate: 0, units: 2) == 0)
  }

  @Test("Random input is nobody's data: no finding of padding or range rests on it")
  func random() throws {
    var dice = Dice(24)
    let graph = try TestModels.chain([dice.parameters(features: 2, units: 4)])
    let x = dice.normal(24, 900) + Array(repeating: 0, count: 8)
    let kinds = try TestModels.findings(graph, [Value(shape: [1, 16, 2], x)], isRandom: true).map(\.kind)
    #expect(!kinds.contains("input-range") && !kinds.contains("unmasked-padding"))
  }
}
