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
    let tensors = trace.returned(returnSequences: true, returnState: true)
    #expect(tensors.map(\.name) == ["whole_seq_output", "final_memory_state", "final_carry_state"])
    #expect(tensors.map(\.shape) == [[2, 3, 2], [2, 2], [2, 2]])
    #expect(tensors.map(\.values) == [trace.y, trace.hFinal, trace.cFinal])
  }

  @Test("without options Keras returns the last output alone")
  func lastOutput() {
    let trace = parameters.run(input)
    let tensors = trace.returned(returnSequences: false, returnState: false)
    #expect(tensors == [ReturnedTensor(kind: .lastOutput, shape: [2, 2], values: trace.hFinal)])
    #expect(tensors[0].name == "last_output")
    #expect(trace.returned(returnSequences: true, returnState: false).map(\.kind) == [.wholeSequence])
  }

  @Test("the last output of a masked end is the output held, or zeros")
  func maskedEnd() {
    let mask = [true, true, false, false, false, false]
    let masked = LayerInput.random(batch: 2, timesteps: 3, units: 2, mask: mask)
    let held = parameters.run(masked)
    let last = held.returned(returnSequences: false, returnState: false)[0].values
    #expect(last == Array(held.h[2..<4] + [0, 0]))
    let zeroed = Parameters.random(units: 2, zeroOutputForMask: true).run(masked)
    #expect(zeroed.returned(returnSequences: false, returnState: false)[0].values == [0, 0, 0, 0])
  }
}
