import Foundation
import Testing

@testable import LSTM

let instructionSets = InstructionSet.allCases.filter(\.isAvailable)

@Suite struct ActivationTests {
  /// How far a float is from a number, in units of its last place.
  private func places(_ value: Float, from wanted: Double) -> Double {
    abs(Double(value) - wanted) / Double(Float(wanted).ulp)
  }

  @Test("tanh and sigmoid are within 2 units of the last place", arguments: instructionSets)
  func accuracy(instructions: InstructionSet) {
    let patterns = stride(from: UInt32(0), to: .max - 20011, by: 20011)
    let row = patterns.map { Float(bitPattern: $0) }.filter { !$0.isNaN }
    let tanhs = Activation.tanh(row, on: instructions)
    let sigmoids = Activation.sigmoid(row, on: instructions)
    for (index, x) in row.enumerated() {
      let x = Double(x)
      if places(tanhs[index], from: tanh(x)) > 2 { Issue.record("tanh(\(x)) is \(tanhs[index])") }
      let sigmoid = x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
      if places(sigmoids[index], from: sigmoid) > 2 { Issue.record("sigmoid(\(x)) is \(sigmoids[index])") }
    }
  }

  @Test("tanh and sigmoid are exact at zero and at infinity, and keep NaN", arguments: instructionSets)
  func special(instructions: InstructionSet) {
    let row: [Float] = [0, .infinity, -.infinity, 100, -200, .nan]
    let tanhs = Activation.tanh(row, on: instructions)
    #expect(tanhs[..<5] == [0, 1, -1, 1, -1])
    #expect(tanhs[5].isNaN)
    #expect(Activation.tanh([-0.0], on: instructions)[0].sign == .minus)
    let sigmoids = Activation.sigmoid(row, on: instructions)
    #expect(sigmoids[..<5] == [0.5, 1, 0, 1, 0])
    #expect(sigmoids[5].isNaN)
  }

  @Test("the AVX sets agree bit for bit", .enabled(if: InstructionSet.avx512.isAvailable))
  func sameBits() {
    let row = stride(from: -20, to: 20, by: 0.0037).map { Float($0) }
    for function in [Activation.tanh, .sigmoid] {
      #expect(function(row, on: .avx2) == function(row, on: .avx512))
    }
  }

  @Test("rows that do not fill a vector are right", arguments: instructionSets, [1, 3, 5, 7, 15, 16, 17, 33])
  func oddRows(instructions: InstructionSet, count: Int) {
    let row = (0..<count).map { Float($0) / 7 - 1 }
    let alone = row.flatMap { Activation.tanh([$0], on: instructions) }
    #expect(Activation.tanh(row, on: instructions) == alone)
  }

  @Test("every function gives what Keras gives", arguments: RecordedActivations.values.keys.sorted())
  func recorded(name: String) throws {
    let function = try #require(Activation.named(name))
    let wanted = try #require(RecordedActivations.values[name])
    for (value, wanted) in zip(function(RecordedActivations.row), wanted) {
      #expect(abs(value - wanted) <= 1e-6 * (1 + abs(wanted)))
    }
  }

  @Test("every function but Keras 2's hard_sigmoid has a recorded row")
  func roster() {
    #expect(Set(Activation.all.map(\.name)) == Set(RecordedActivations.values.keys))
    #expect(Activation.all.count == RecordedActivations.values.count + 1)
  }

  @Test("every function of one number keeps NaN", arguments: Activation.all.map(\.name))
  func nan(name: String) throws {
    let function = try #require(Activation.named(name))
    #expect(function([.nan])[0].isNaN)
  }

  @Test("hard_sigmoid is looked up by the version of Keras")
  func hardSigmoid() {
    #expect(Activation.named("hard_sigmoid", kerasMajor: 2) == .hardSigmoid2)
    #expect(Activation.named("hard_sigmoid", kerasMajor: 3) == .hardSigmoid)
    #expect(Activation.hardSigmoid.name == Activation.hardSigmoid2.name)
    #expect(Activation.hardSigmoid != Activation.hardSigmoid2)
    #expect(Activation.hardSigmoid2([-3, -1, 0, 1, 3]) == [0, 0.3, 0.5, 0.7, 1])
    #expect(Activation.hardSigmoid2.formula == "0.2 * x + 0.5, clipped to 0…1")
  }

  @Test("other names of Keras are known, unknown ones are not")
  func names() {
    #expect(Activation.named(nil) == .linear)
    #expect(Activation.named("swish") == .silu)
    #expect(Activation.named("hard_swish") == .hardSilu)
    #expect(Activation.named("glu") == nil)
    #expect(Activation.named("") == nil)
  }

  @Test("sparsemax sums to one and leaves out what is far below")
  func sparsemax() {
    #expect(Activation.sparsemax([0.5, 0.5, -1]) == [0.5, 0.5, 0])
    #expect(abs(Activation.sparsemax([0.75, 0.5, 0.25]).reduce(0, +) - 1) < 1e-6)
    #expect(Activation.sparsemax([3]) == [1])
  }
}
