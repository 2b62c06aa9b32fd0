import Commands
@testable import Debugger
import LSTM
import Network
import Testing

@Suite("Comparing") struct ComparisonTests {
  /// A run of one LSTM with 3 units on (2, 5, 2).
  private func subject() throws -> (graph: Graph, run: NetworkRun) {
    var dice = Dice(3)
    let graph = try TestModels.chain([dice.parameters(features: 2, units: 3)])
    return (graph, try TestModels.run(graph, [Value(shape: [2, 5, 2], dice.normal(20, 1))]))
  }

  private func compare(
    _ change: (inout [Float]) -> Void, tolerance: Float = 1e-5
  ) throws -> Comparison {
    let (graph, run) = try subject()
    var values = run.calls[0].trace.h
    change(&values)
    let recorded = try Recording(run).recorded(Numbers(shape: [2, 5, 3], values: values), quantity: "h")
    return Comparison(recorded, run: run, graph: graph, tolerance: tolerance)
  }

  @Test("The same numbers are equal, bit for bit")
  func same() throws {
    let comparison = try compare { _ in }
    #expect(comparison.passes && comparison.count == 30 && comparison.first == nil)
    #expect(comparison.worst?.largestULPs == 0)
  }

  @Test("The first difference is the earliest timestep's, of that the first sample's first unit")
  func first() throws {
    // Sample 0 differs at t 4, sample 1 at t 2 in units 1 and 2.
    let comparison = try compare { values in
      values[4 * 3] += 0.5
      values[15 + 2 * 3 + 2] += 0.25
      values[15 + 2 * 3 + 1] += 0.125
    }
    #expect(comparison.first?.name == "h[1]@2#1")
    #expect(comparison.first?.address?.timestep == 2)
    #expect(comparison.outside == 3)
    let worst = try #require(comparison.worst)
    #expect(abs(worst.largestDifference - 0.5) < 1e-6)
    #expect(worst.largest?.name == "h[0]@4#0")
    #expect(worst.byTimestep.count == 5 && worst.byTimestep[0] == 0 && worst.byTimestep[4] > 0.49)
  }

  @Test(
    "Equal means |a - b| <= T + T * |expected|, NaN is NaN's equal only",
    arguments: [
      (Float(1), Float(1.000019), true), (1, 1.00003, false), (1000, 1000.009, true), (0, 1.1e-5, false),
      (.nan, .nan, true), (.nan, 1, false), (1, .nan, false), (.infinity, .infinity, true),
      (.infinity, -.infinity, false), (3e38, .infinity, false), (0, -0.0, true),
    ])
  func rule(found: Float, expected: Float, equal: Bool) {
    #expect(isEqual(found, expected, tolerance: 1e-5) == equal)
  }

  @Test("ULPs count the floats from one number to the other")
  func ulps() {
    #expect(ulpDistance(1, Float(1).nextUp) == 1)
    #expect(ulpDistance(-0.0, 0) == 0)
    #expect(ulpDistance(Float.leastNonzeroMagnitude, -Float.leastNonzeroMagnitude) == 2)
    #expect(ulpDistance(.nan, 1) == .max)
    #expect(ulpDistance(.nan, .nan) == 0)
  }

  @Test("A bare array is the output's, else the only LSTM's h, else its final h, and that is said")
  func bare() throws {
    var dice = Dice(4)
    let graph = try TestModels.chain([dice.parameters(features: 2, units: 3)], sequences: false)
    let run = try TestModels.run(graph, [Value(shape: [2, 5, 2], dice.normal(20, 1))])
    func chosen(_ shape: [Int]) throws -> Recorded {
      try Recording(run).recorded(
        Numbers(shape: shape, values: Array(repeating: 0, count: shape.reduce(1, *))), quantity: nil)[0]
    }
    #expect(try chosen([2, 3]).target == .output(0))
    #expect(try chosen([2, 5, 3]).target == .call("lstm", .h))
    #expect(try chosen([2, 5, 3]).choice == "the array is compared with lstm/h")
    // PyTorch's (layers, batch, units).
    #expect(try chosen([1, 2, 3]).target == .output(0))
    #expect(throws: RecordingError.self) { try chosen([7, 3]) }
    #expect(throws: RecordingError.self) { try chosen([]) }
  }

  @Test("PyTorch's stacked final states are those of every LSTM, in their order")
  func stacked() throws {
    var dice = Dice(5)
    let graph = try TestModels.bidirectional(
      dice.parameters(features: 2, units: 3), dice.parameters(features: 2, units: 3))
    let run = try TestModels.run(graph, [Value(shape: [2, 5, 2], dice.normal(20, 1))])
    let states = Numbers(shape: [2, 2, 3], values: run.calls.flatMap(\.trace.hFinal))
    let recorded = try Recording(run).recorded(states, quantity: nil)
    #expect(recorded[0].target == .finals(.hFinal))
    #expect(Comparison(recorded, run: run, graph: graph, tolerance: 1e-5).passes)
    let carries = Numbers(shape: [2, 2, 3], values: run.calls.flatMap(\.trace.cFinal))
    #expect(
      Comparison(
        try Recording(run).recorded(carries, quantity: "c_final"), run: run, graph: graph, tolerance: 1e-5
      ).passes)
    var wrong = states
    wrong.values[7] += 1
    let place = try #require(
      Comparison(
        try Recording(run).recorded(wrong, quantity: nil), run: run, graph: graph, tolerance: 1e-5
      ).first)
    // Value 7 is unit 1 of sample 0 of the backward half, whose last step is timestep 0.
    #expect(place.name == "bi/backward/h[1]@0#0")
  }

  @Test("A key that trace does not write is an error that names the nearest")
  func unknownKey() throws {
    let run = try subject().run
    let numbers = Numbers(shape: [2, 5, 3], values: run.calls[0].trace.h)
    do throws(RecordingError) {
      _ = try Recording(run).recorded([(name: "lstm/c_finall", numbers: numbers)], quantity: nil)
      Issue.record("the key was taken")
    } catch {
      #expect(error.message.contains("did you mean 'lstm/c_final'"))
    }
  }

  @Test("A difference in the backward half is told at the timestep that it stands for")
  func backward() throws {
    var dice = Dice(6)
    let graph = try TestModels.bidirectional(
      dice.parameters(features: 2, units: 3), dice.parameters(features: 2, units: 3))
    let run = try TestModels.run(graph, [Value(shape: [1, 5, 2], dice.normal(10, 1))])
    var output = try #require(Target.output(0).numbers(of: run))
    output.values[2 * 6 + 4] += 1
    let comparison = Comparison(
      try Recording(run).recorded(output, quantity: nil), run: run, graph: graph, tolerance: 1e-5)
    #expect(comparison.first?.name == "bi/backward/h[1]@2#0")
    let trace = run.calls[1].trace
    let found = try #require(comparison.first?.found)
    #expect(found == trace.value(.h, unit: 1, step: 2, sample: 0))
  }
}

/// Outputs with time first, or with an axis for directions or layers.
@Suite("Arrangements of outputs") struct ArrangementTests {
  /// Two directions, 6 timesteps and 3 samples of 4 features, as ONNX gives them.
  private func subject(directions: Int) throws -> (layers: [Parameters], graph: Graph, x: Value) {
    var dice = Dice(31)
    let layers = (0..<directions).map { _ in dice.parameters(features: 4, units: 5) }
    return (layers, try TestModels.onnx(layers), Value(shape: [6, 3, 4], dice.normal(72, 1)))
  }

  @Test("A value of ONNX' Y is told with its sample, its timestep and its direction", arguments: [1, 2])
  func place(directions: Int) throws {
    let (_, graph, x) = try subject(directions: directions)
    let run = try TestModels.run(graph, [x])
    var y = try #require(Target.output(0).numbers(of: run))
    #expect(y.shape == [6, directions, 3, 5])
    // Timestep 4, the last direction, sample 1, unit 2.
    let index = ((4 * directions + directions - 1) * 3 + 1) * 5 + 2
    y.values[index] += 1
    let recorded = try Recording(run).recorded(y, quantity: nil)
    #expect(recorded.count == directions)
    let comparison = Comparison(recorded, run: run, graph: graph, tolerance: 1e-5)
    let place = try #require(comparison.first)
    #expect(comparison.outside == 1 && place.sample == 1 && place.timestep == 4)
    #expect(place.address?.indices == [2] && place.address?.quantity == "h")
    #expect(place.expected == y.values[index])
    let part = try #require(comparison.worst)
    #expect(part.byTimestep.count == 6)
  }

  @Test(
    "Final states with an axis of layers have no timesteps, and are looked at after the last",
    arguments: [1, 2])
  func states(output: Int) throws {
    let (_, graph, x) = try subject(directions: 2)
    let run = try TestModels.run(graph, [x])
    var states = try #require(Target.output(output).numbers(of: run))
    // The first direction, sample 2, unit 3.
    states.values[2 * 5 + 3] += 1
    let recorded = try Recording(run).recorded([(name: "output_\(output)", numbers: states)], quantity: nil)
    #expect(recorded.map(\.target) == [.finals(output == 1 ? .hFinal : .cFinal)])
    let comparison = Comparison(recorded, run: run, graph: graph, tolerance: 1e-5)
    #expect(comparison.parts.allSatisfy { $0.byTimestep.isEmpty })
    #expect(comparison.first?.address?.text.hasSuffix("\(output == 1 ? "h" : "c")[3]@5#2") == true)
  }

  @Test("The detective finds the order of the gates from each of ONNX' outputs", arguments: [0, 1, 2])
  func detective(output: Int) throws {
    let (layers, graph, x) = try subject(directions: 2)
    let right = try TestModels.run(graph, [x])
    let expected = try #require(Target.output(output).numbers(of: right))
    let broken = try TestModels.onnx(layers.map { Faults.reordered($0, [0, 3, 1, 2]) })
    let run = try TestModels.run(broken, [x])
    let recorded = try Recording(run).recorded([(name: "output_\(output)", numbers: expected)], quantity: nil)
    let comparison = Comparison(recorded, run: run, graph: broken, tolerance: 1e-5)
    let trial = Trial(graph: broken, inputs: [x], feeding: [:], recorded: recorded, baseline: run)
    #expect(Detective(trial, comparison: comparison).verdict()?.holding.first?.names == ["gate-order"])
  }
}

@Suite("The detective") struct DetectiveTests {
  @Test("Of changes that write different weights the smallest is first, and it is said that they differ")
  func smallest() throws {
    var dice = Dice(32)
    // One timestep from zeros: the recurrent kernel does not show.
    let right = dice.parameters(features: 4, units: 4)
    let x = Value(shape: [4, 1, 4], dice.normal(16, 1))
    let y = try TestModels.output(TestModels.chain([right]), [x], &dice)
    let broken = right.replacing(kernel: Faults.reshaped(right.kernel, rows: 4, columns: 16))
    let verdict = try #require(
      try TestModels.verdict(TestModels.chain([broken]), [x], expected: y).verdict)
    #expect(verdict.holding.first?.corrected.layers["lstm"] == right)
    #expect(verdict.holding.contains { $0.names == ["kernels-reshaped"] } && !verdict.agreesOnWeights)
  }

  @Test("Where the input cannot tell two changes apart, both are told")
  func ambiguous() throws {
    var dice = Dice(8)
    // One timestep: nothing that the recurrent kernel does can be seen.
    let right = dice.parameters(features: 4, units: 4)
    let x = Value(shape: [4, 1, 4], dice.normal(16, 1))
    let y = try TestModels.output(TestModels.chain([right]), [x], &dice)
    let broken = right.replacing(kernel: Faults.blocksTransposed(right.kernel, units: 4))
    let verdict = try #require(
      try TestModels.verdict(TestModels.chain([broken]), [x], expected: y).verdict)
    #expect(verdict.holding.first?.names == ["kernel-blocks-untransposed"])
    // With the bias the same and one step, cuDNN's kernel block of a square kernel is the same change.
    #expect(verdict.holding.contains { $0.names == ["cudnn-blocks"] })
  }

  @Test("Weights of another model are no change of layout, and that is said")
  func nothing() throws {
    var dice = Dice(9)
    let right = dice.parameters(features: 4, units: 6)
    let other = dice.parameters(features: 4, units: 6)
    let x = Value(shape: [3, 9, 4], dice.normal(108, 1))
    let y = try TestModels.output(TestModels.chain([right]), [x], &dice)
    let verdict = try #require(
      try TestModels.verdict(TestModels.chain([other]), [x], expected: y).verdict)
    #expect(verdict.holding.isEmpty && verdict.isExhaustive)
    #expect(verdict.clues.contains { $0.contains("model.eval()") })
    #expect(!verdict.clues.contains { $0.contains("bias_hh") })
  }

  @Test("Training mode is not asked for where the first timestep is right; without h a bias may be missing")
  func clues() throws {
    var dice = Dice(15)
    let right = dice.parameters(features: 4, units: 6)
    let x = Value(shape: [3, 9, 4], dice.normal(108, 1))
    let other = right.replacing(recurrentKernel: dice.normal(144, 0.8))
    let y = try TestModels.output(TestModels.chain([right]), [x], &dice)
    let clues = try #require(
      try TestModels.verdict(TestModels.chain([other]), [x], expected: y).verdict
    ).clues
    #expect(!clues.isEmpty && !clues.contains { $0.contains("training") || $0.contains("bias_hh") })
    // The last output alone does not tell the bias.
    let last = try TestModels.output(TestModels.chain([right], sequences: false), [x], &dice)
    let verdict = try TestModels.verdict(TestModels.chain([other], sequences: false), [x], expected: last)
      .verdict
    #expect(verdict?.clues.first?.hasPrefix("a missing bias_hh cannot be excluded here") == true)
    #expect(verdict?.clues.contains { $0.contains("training") } == false)
  }

  @Test("A model that goes backwards is not told to go backwards")
  func backwards() throws {
    var dice = Dice(16)
    let layer = dice.parameters(features: 4, units: 6, goBackwards: true)
    let forwards = layer.turned(goBackwards: false, zeroOutputForMask: false)
    let x = Value(shape: [3, 9, 4], dice.normal(108, 1))
    let y = try TestModels.output(TestModels.chain([forwards]), [x], &dice)
    let verdict = try #require(try TestModels.verdict(TestModels.chain([layer]), [x], expected: y).verdict)
    #expect(verdict.holding.first?.names == ["input-reversed"])
    #expect(verdict.holding.first?.remedy.contains { $0.contains("go_backwards=False") } == true)
  }

  @Test("A difference that begins after the first timestep clears the kernel")
  func start() throws {
    var dice = Dice(10)
    let right = dice.parameters(features: 4, units: 6)
    let x = Value(shape: [3, 9, 4], dice.normal(108, 1))
    let y = try TestModels.output(TestModels.chain([right]), [x], &dice)
    let broken = right.replacing(recurrentKernel: dice.normal(144, 0.4))
    let verdict = try #require(
      try TestModels.verdict(TestModels.chain([broken]), [x], expected: y).verdict)
    #expect(verdict.clues.contains { $0.hasPrefix("timestep 0 is equal") })
  }

  @Test("The corrected weights are those of the right model")
  func corrected() throws {
    var dice = Dice(11)
    let right = dice.parameters(features: 4, units: 6)
    let x = Value(shape: [3, 9, 4], dice.normal(108, 1))
    let y = try TestModels.output(TestModels.chain([right]), [x], &dice)
    let broken = Faults.reordered(right, [0, 3, 1, 2])
    let verdict = try #require(
      try TestModels.verdict(TestModels.chain([broken]), [x], expected: y).verdict)
    let fixed = try #require(verdict.holding.first?.corrected.layers["lstm"])
    #expect(fixed == right)
    #expect(verdict.holding.first?.outsideAfter == 0)
  }

  @Test("Every change of the list has a name of its own")
  func roster() {
    #expect(Set(Change.all.map(\.name)).count == Change.all.count)
  }
}

@Suite("Differences of models") struct ModelDifferenceTests {
  private func tensors(_ layer: Parameters) -> [WeightTensor] {
    [
      WeightTensor(
        layer: "lstm", name: "kernel",
        numbers: Numbers(shape: [layer.features, 4 * layer.units], values: layer.kernel)),
      WeightTensor(
        layer: "lstm", name: "recurrent_kernel",
        numbers: Numbers(shape: [layer.units, 4 * layer.units], values: layer.recurrentKernel)),
      WeightTensor(
        layer: "lstm", name: "bias", numbers: Numbers(shape: [4 * layer.units], values: layer.bias ?? [])),
    ]
  }

  private func words(_ a: Parameters, _ b: Parameters) throws -> [String] {
    func lstms(_ layer: Parameters) throws -> [TracedLSTM] {
      try TestModels.chain([layer]).nodes[0].operation.lstms
    }
    return ModelDifference(tensors(a), tensors(b), lstms: try lstms(a), try lstms(b)).pairs.map(
      \.relation.words)
  }

  @Test("What was done to a matrix is told in words")
  func relations() throws {
    var dice = Dice(12)
    let a = dice.parameters(features: 3, units: 5)
    #expect(try words(a, a) == ["A's", "A's", "A's"])
    let b = a.replacing(
      kernel: Faults.reshaped(a.kernel, rows: 3, columns: 20),
      recurrentKernel: Faults.blocksTransposed(a.recurrentKernel, units: 5), bias: a.bias?.map { $0 * 2 })
    #expect(
      try words(a, b) == [
        "A's reshaped where it should have been transposed", "A's, each gate's block transposed",
        "A's doubled",
      ])
    #expect(
      try words(a, Faults.reordered(a, [0, 3, 1, 2]))
        == Array(repeating: "A's with its gates in the order i o f g", count: 3))
    #expect(try words(a, Faults.forgetBias(a, plus: 1))[2] == "A's plus 1 for the forget gate")
    #expect(try words(a, a.replacing(bias: a.bias?.map { $0 * 0.25 }))[2] == "A's times 0.25")
  }

  @Test("What was done is told from A to B as from B to A")
  func bothWays() throws {
    var dice = Dice(14)
    let a = dice.parameters(features: 5, units: 5)
    let reshaped = a.replacing(kernel: Faults.reshaped(a.kernel, rows: 5, columns: 20))
    #expect(try words(a, reshaped)[0] == "A's reshaped where it should have been transposed")
    #expect(
      try words(reshaped, a)[0]
        == "what A's was made of: A's is B's reshaped where it should have been transposed")
    let rounded = a.replacing(kernel: a.kernel.map { Float(Float16($0)) })
    #expect(try words(a, rounded)[0] == "A's rounded to float16")
    #expect(try words(rounded, a)[0] == "what A's was made of: A's is B's rounded to float16")
    let swapped = a.replacing(kernel: a.recurrentKernel, recurrentKernel: a.kernel)
    #expect(try words(a, swapped).prefix(2) == ["A's lstm/recurrent_kernel", "A's lstm/kernel"])
  }

  @Test("Two runs part at the first operand that differs, and that is what it grew from")
  func origin() throws {
    var dice = Dice(13)
    let a = dice.parameters(features: 3, units: 5)
    let x = Value(shape: [2, 6, 3], dice.normal(36, 1))
    func difference(_ b: Parameters) throws -> RunDifference {
      let graph = try TestModels.chain([a])
      return RunDifference(
        try TestModels.run(graph, [x]), graph, try TestModels.run(TestModels.chain([b]), [x]), tolerance: 1e-5
      )
    }
    #expect(try difference(a).comparison.passes)
    #expect(try difference(a.replacing(bias: a.bias?.map { $0 + 0.5 })).origin?.contains("the bias") == true)
    let recurrent = try difference(
      a.replacing(recurrentKernel: Faults.blocksTransposed(a.recurrentKernel, units: 5)))
    #expect(recurrent.origin?.contains("the recurrent kernel") == true)
    #expect(recurrent.comparison.first?.timestep == 1)
    #expect(
      try difference(a.replacing(recurrentActivation: .hardSigmoid)).origin?.contains("activation") == true)
  }
}
