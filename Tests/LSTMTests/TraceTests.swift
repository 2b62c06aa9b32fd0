import Testing

@testable import LSTM

@Suite struct TraceTests {
  private let parameters = Parameters.random(units: 2)
  private let input = LayerInput.random(batch: 2, timesteps: 3, units: 2)

  @Test("every quantity is found at its place", arguments: Quantity.allCases)
  func values(quantity: Quantity) {
    let trace = parameters.run(input)
    let arrays: [Quantity: [Float]] = [
      .x: input.x, .zx: trace.zx, .zh: trace.zh, .z: trace.z, .i: trace.i, .f: trace.f, .g: trace.g,
      .o: trace.o, .c: trace.c, .h: trace.h, .y: trace.y,
    ]
    for sample in 0..<2 {
      for step in 0..<3 {
        let row = sample * 3 + step
        for unit in 0..<trace.width(of: quantity) {
          let wanted: Float? =
            switch quantity {
            case .z0: trace.z[row * 8 + unit]
            case .z1: trace.z[row * 8 + 2 + unit]
            case .z2: trace.z[row * 8 + 4 + unit]
            case .z3: trace.z[row * 8 + 6 + unit]
            case .hPrevious: step == 0 ? input.h0?[sample * 2 + unit] : trace.h[(row - 1) * 2 + unit]
            case .cPrevious: step == 0 ? input.c0?[sample * 2 + unit] : trace.c[(row - 1) * 2 + unit]
            case .x, .zx, .zh, .z, .i, .f, .g, .o, .c, .h, .y:
              arrays[quantity]?[row * trace.width(of: quantity) + unit]
            }
          #expect(trace.value(quantity, unit: unit, step: step, sample: sample) == wanted)
        }
      }
    }
  }

  @Test("the final states are the last step's")
  func finalStates() {
    let trace = parameters.run(input)
    #expect(trace.hFinal == Array(trace.h[4..<6] + trace.h[10..<12]))
    #expect(trace.cFinal == Array(trace.c[4..<6] + trace.c[10..<12]))
  }

  @Test("Keras returns the whole sequence, then the memory state, then the carry state")
  func wholeSequence() {
    let trace = parameters.run(input)
    let returned = Returned(forward: trace, returnSequences: true, returnState: true)
    let tensors = returned.tensors
    #expect(tensors.map(\.name) == ["whole_seq_output", "final_memory_state", "final_carry_state"])
    #expect(tensors.map(\.shape) == [[2, 3, 2], [2, 2], [2, 2]])
    #expect(tensors.map(returned.values) == [trace.y, trace.hFinal, trace.cFinal])
  }

  @Test("without options Keras returns the last output alone")
  func lastOutput() {
    let trace = parameters.run(input)
    let returned = Returned(forward: trace, returnSequences: false, returnState: false)
    let tensors = returned.tensors
    #expect(tensors == [ReturnedTensor(kind: .lastOutput, shape: [2, 2])])
    #expect(returned.values(of: tensors[0]) == trace.hFinal)
    #expect(tensors[0].name == "last_output")
    let sequence = Returned(forward: trace, returnSequences: true, returnState: false)
    #expect(sequence.tensors.map(\.kind) == [.wholeSequence])
  }

  @Test("the last output of a masked end is the output held, or zeros")
  func maskedEnd() {
    let mask = [true, true, false, false, false, false]
    let masked = LayerInput.random(batch: 2, timesteps: 3, units: 2, mask: mask)
    let held = parameters.run(masked)
    func last(_ trace: Trace) -> [Float] {
      let returned = Returned(forward: trace, returnSequences: false, returnState: false)
      return returned.values(of: returned.tensors[0])
    }
    #expect(last(held) == Array(held.h[2..<4] + [0, 0]))
    let zeroed = Parameters.random(units: 2, zeroOutputForMask: true).run(masked)
    #expect(last(zeroed) == [0, 0, 0, 0])
  }
  @Test("before the first timestep that counts old Keras puts out h0, and from 2.3 on zeros")
  func initialOutput() {
    var input = LayerInput.random(batch: 1, timesteps: 4, units: 2, mask: [false, false, true, false])
    input.h0 = [0.5, -0.25]
    func output(_ old: Bool) -> [Float] {
      let parameters = parameters
      return Parameters(
        features: parameters.features, units: 2, kernel: parameters.kernel,
        recurrentKernel: parameters.recurrentKernel, bias: parameters.bias, putsOutInitialState: old
      ).run(input).y
    }
    #expect(Array(output(true).prefix(4)) == [0.5, -0.25, 0.5, -0.25])
    #expect(Array(output(false).prefix(4)) == [0, 0, 0, 0])
    #expect(output(true).suffix(4) == output(false).suffix(4))
  }
}
