import Testing

@testable import LSTM

@Suite struct RunTests {
  @Test(
    "any number of units gives the equations' numbers", arguments: instructionSets,
    [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 47, 65, 100])
  func units(instructions: InstructionSet, units: Int) {
    let parameters = Parameters.random(units: units)
    let input = LayerInput.random(batch: 2, timesteps: 4, units: units)
    let trace = PackedLayer(parameters, instructions: instructions).run(input)
    #expect(Reference(parameters, input).distance(from: trace) < 2e-6)
  }

  @Test("any number of samples gives what each gives alone, bit for bit", arguments: instructionSets, 1...14)
  func samples(instructions: InstructionSet, batch: Int) {
    let layer = PackedLayer(.random(units: 19), instructions: instructions)
    let input = LayerInput.random(batch: batch, timesteps: 3, units: 19)
    let trace = layer.run(input)
    #expect(Reference(layer.parameters, input).distance(from: trace) < 2e-6)
    for sample in 0..<batch {
      let states = sample * 19..<(sample + 1) * 19
      let alone = layer.run(
        LayerInput(
          batch: 1, timesteps: 3, features: 3, x: Array(input.x[sample * 9..<(sample + 1) * 9]),
          h0: input.h0.map { Array($0[states]) }, c0: input.c0.map { Array($0[states]) }))
      #expect(alone.h[...] == trace.h[sample * 57..<(sample + 1) * 57])
    }
  }

  @Test("instruction sets agree", .enabled(if: InstructionSet.avx512.isAvailable), arguments: [3, 33, 100])
  func instructionSetsAgree(units: Int) {
    let parameters = Parameters.random(features: 21, units: units)
    let input = LayerInput.random(batch: 3, timesteps: 20, features: 21)
    let traces = instructionSets.map { PackedLayer(parameters, instructions: $0).run(input) }
    #expect(traces[1] == traces[2])
    let differences = zip(traces[0].h, traces[1].h).map { abs($0 - $1) }
    #expect(differences.allSatisfy { $0 < 2e-6 })
  }

  @Test("no timesteps give empty arrays and the initial states")
  func noTimesteps() {
    let input = LayerInput.random(batch: 2, timesteps: 0, units: 4)
    let trace = Parameters.random(units: 4).run(input)
    #expect(trace.z.isEmpty && trace.y.isEmpty)
    #expect(trace.hFinal == input.h0)
    #expect(trace.cFinal == input.c0)
    #expect(trace.firstNonFinite() == nil)
    #expect(
      Returned(forward: trace, returnSequences: false, returnState: true).tensors.map(\.shape) == [
        [2, 4], [2, 4], [2, 4],
      ])
  }

  @Test("no samples, no features and no units are runs too")
  func nothing() {
    #expect(Parameters.random(units: 3).run(.random(batch: 0, timesteps: 2)).h.isEmpty)
    #expect(Parameters.random(units: 0).run(.random(timesteps: 2)).h.isEmpty)
    let parameters = Parameters.random(features: 0, units: 2)
    let input = LayerInput.random(timesteps: 3, features: 0)
    #expect(Reference(parameters, input).distance(from: parameters.run(input)) < 2e-6)
  }

  @Test("z is zx plus zh plus the bias, rounded in that order", arguments: instructionSets, [true, false])
  func roundingOrder(instructions: InstructionSet, bias: Bool) {
    let parameters = Parameters.random(units: 21, bias: bias)
    let trace = PackedLayer(parameters, instructions: instructions).run(.random(batch: 2, timesteps: 3))
    for sample in 0..<2 {
      for step in 0..<3 {
        for column in 0..<84 {
          var sum = trace.zWithoutBias(column: column, step: step, sample: sample)
          if let bias = parameters.bias { sum += bias[column] }
          #expect(trace.value(.z, unit: column, step: step, sample: sample) == sum)
        }
      }
    }
  }

  @Test("c is the float32 sum of the two products that the screen shows", arguments: instructionSets)
  func products(instructions: InstructionSet) {
    let trace = PackedLayer(.random(units: 21), instructions: instructions).run(.random(timesteps: 9))
    for step in 0..<9 {
      for unit in 0..<21 {
        func value(_ quantity: Quantity) -> Float { trace.value(quantity, unit: unit, step: step, sample: 0) }
        #expect(value(.c) == value(.f) * value(.cPrevious) + value(.i) * value(.g))
      }
    }
  }

  @Test("go_backwards reads the sequence from its end", arguments: [1, 4])
  func goBackwards(batch: Int) {
    let parameters = Parameters.random(units: 5, goBackwards: true)
    let mask = (0..<batch * 6).map { $0 % 5 != 1 }
    let input = LayerInput.random(batch: batch, timesteps: 6, units: 5, mask: mask)
    let trace = parameters.run(input)
    #expect(trace.timestepIndex == [5, 4, 3, 2, 1, 0])
    #expect(Reference(parameters, input).distance(from: trace) < 2e-6)
    #expect(trace.value(.x, unit: 1, step: 0, sample: 0) == input.x[5 * 3 + 1])
  }

  @Test(
    "a masked step holds the states and puts out the output before, or zeros",
    arguments: instructionSets, [true, false])
  func masks(instructions: InstructionSet, zeroOutput: Bool) {
    let parameters = Parameters.random(units: 5, zeroOutputForMask: zeroOutput)
    let mask = [false, true, false, true, true, true, true, false, false, false, false, false]
    let input = LayerInput.random(batch: 3, timesteps: 4, units: 5, mask: mask)
    let trace = PackedLayer(parameters, instructions: instructions).run(input)
    #expect(Reference(parameters, input).distance(from: trace) < 2e-6)
    #expect(trace.y[..<5] == [0, 0, 0, 0, 0])
    #expect(trace.h[..<5] == input.h0.map { $0[..<5] })
    #expect(trace.h[10..<15] == trace.h[5..<10])
    #expect(trace.y[10..<15] == (zeroOutput ? [0, 0, 0, 0, 0] : trace.h[5..<10]))
    #expect(trace.isMasked(step: 0, sample: 0) && !trace.isMasked(step: 1, sample: 0))
  }

  @Test("every pair of activations gives the equations' numbers", arguments: Activation.all.map(\.name))
  func activations(name: String) throws {
    let function = try #require(Activation.named(name))
    for (activation, recurrent) in [(function, .sigmoid), (.tanh, function), (function, function)] {
      let parameters = Parameters.random(units: 5, activation: activation, recurrentActivation: recurrent)
      let input = LayerInput.random(
        batch: 2, timesteps: 3, units: 5, mask: [true, true, false, false, true, true])
      let distance = Reference(parameters, input).distance(from: parameters.run(input))
      #expect(distance < 2e-5, "\(activation.name), \(recurrent.name)")
    }
  }

  @Test("a resumed run is a whole run, bit for bit", arguments: 0...7)
  func resuming(step: Int) throws {
    for mask in [nil, (0..<21).map { $0 % 3 != 2 }] {
      for goBackwards in [false, true] {
        let layer = Parameters.random(units: 19, goBackwards: goBackwards).packed()
        var input = LayerInput.random(batch: 3, timesteps: 7, units: 19, mask: mask)
        let earlier = layer.run(input)
        for sample in 0..<3 where step < 7 {
          input.x[(sample * 7 + earlier.timestepIndex[step]) * 3 + 1] += 0.5
        }
        let resumed = try #require(layer.run(input, resuming: earlier, from: step) { _ in true })
        #expect(resumed == layer.run(input))
      }
    }
  }

  @Test("a mask that comes or goes with an edit counts from the first step")
  func resumingWithAnotherMask() throws {
    let layer = Parameters.random(units: 5).packed()
    let plain = LayerInput.random(timesteps: 4)
    let masked = LayerInput.random(timesteps: 4, mask: [false, true, false, true])
    for (before, after) in [(plain, masked), (masked, plain)] {
      let earlier = layer.run(before)
      let untouched = earlier.bits
      let trace = try #require(layer.run(after, resuming: earlier) { _ in true })
      #expect(trace == layer.run(after))
      #expect(earlier.bits == untouched)
    }
  }

  @Test("a long run in pieces tells its progress and equals a run in one piece")
  func pieces() throws {
    let layer = Parameters.random(units: 2).packed()
    let input = LayerInput.random(timesteps: 10_000)
    var told: [Int] = []
    let trace = try #require(
      layer.run(input) { done in
        told.append(done)
        return true
      })
    #expect(told == [4096, 8192, 10_000])
    #expect(trace.bits == layer.run(input).bits)
  }

  @Test("a run that is told to stop gives nothing and does no more")
  func stopping() {
    var calls = 0
    let trace = Parameters.random(units: 2).packed().run(.random(timesteps: 10_000)) { _ in
      calls += 1
      return false
    }
    #expect(trace == nil)
    #expect(calls == 1)
  }

  @Test("NaN in one weight shows in its column and from the next step everywhere", arguments: instructionSets)
  func nanWeight(instructions: InstructionSet) {
    let whole = Parameters.random(units: 5)
    var kernel = whole.kernel
    kernel[20 + 5 + 2] = .nan
    let parameters = Parameters(
      features: 3, units: 5, kernel: kernel, recurrentKernel: whole.recurrentKernel, bias: whole.bias)
    let trace = PackedLayer(parameters, instructions: instructions).run(.random(timesteps: 3))
    #expect(trace.f[..<5].map { $0.isNaN } == [false, false, true, false, false])
    #expect(trace.h[..<5].map { $0.isNaN } == [false, false, true, false, false])
    #expect(trace.zh[20..<40].allSatisfy { $0.isNaN })
    #expect(trace.firstNonFinite() == Trace.Place(quantity: .zx, unit: 7, step: 0, sample: 0))
  }

  @Test("infinities come out as IEEE arithmetic gives them", arguments: instructionSets)
  func infinities(instructions: InstructionSet) {
    // One unit; kernels of i f g o; no recurrence but a weight of zero, which meets h = 1.
    let parameters = Parameters(
      features: 1, units: 1, kernel: [.infinity, -.infinity, .infinity, 0], recurrentKernel: [0, 0, 0, 0],
      bias: nil)
    let layer = PackedLayer(parameters, instructions: instructions)
    let trace = layer.run(
      LayerInput(batch: 1, timesteps: 2, features: 1, x: [1, 0], h0: [1], c0: [.infinity]))
    #expect(trace.zx[..<4] == [.infinity, -.infinity, .infinity, 0])
    #expect(trace.i[0] == 1 && trace.f[0] == 0 && trace.g[0] == 1 && trace.o[0] == 0.5)
    // 0 · ∞ of the forget gate and the carry, then of x and the kernel.
    #expect(trace.c[0].isNaN)
    #expect(trace.zx[4..<7].allSatisfy { $0.isNaN } && trace.zx[7] == 0)
    #expect(trace.firstNonFinite() == Trace.Place(quantity: .zx, unit: 0, step: 0, sample: 0))
  }

  @Test("what a masked step throws away is no fault")
  func maskedNaN() {
    var input = LayerInput.random(timesteps: 3, mask: [true, false, true])
    input.x[4] = .nan
    let trace = Parameters.random(units: 2).run(input)
    #expect(trace.z[8..<16].contains { $0.isNaN })
    #expect(trace.firstNonFinite() == nil)
    input.x[7] = .infinity
    let second = Parameters.random(units: 2).run(input).firstNonFinite()
    #expect(second == Trace.Place(quantity: .x, unit: 1, step: 2, sample: 0))
  }
}
