import Foundation
import LSTM
import Network
import TensorFiles
import TestSupport
import Testing

@testable import Workbench

/// What Returns shows against what Keras returned, for every combination of flags.
///
/// - Source: `Tests/Generators/returns.py`.
@Suite struct ReturnsTests {
  private static let tolerance: Float = 1e-6

  private struct Recorded {
    let arrays: [String: Tensor]

    init() throws {
      let path = Places.fixtures.appending(path: "returns/arrays.npz")
      let bytes = try Array(Data(contentsOf: path))
      let members = try Npz.members(of: FileSource(name: "arrays.npz", bytes: bytes))
      arrays = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor) })
    }

    func floats(_ name: String) throws -> [Float] { try #require(arrays[name], "\(name)").floats }

    func parameters(_ name: String, goBackwards: Bool, zeroes: Bool = false) throws -> Parameters {
      Parameters(
        features: 2, units: 3, kernel: try floats("\(name)/kernel"),
        recurrentKernel: try floats("\(name)/recurrent_kernel"), bias: try floats("\(name)/bias"),
        goBackwards: goBackwards, zeroOutputForMask: zeroes)
    }

    func input(isMasked: Bool) throws -> LayerInput {
      LayerInput(
        batch: 2, timesteps: 4, features: 2, x: try floats("x"),
        mask: isMasked ? try floats("mask").map { $0 != 0 } : nil)
    }
  }

  private func state(_ layer: TracedLSTM, _ input: LayerInput, map: ModelMap, call: Int = 0) -> State {
    let subject = Subject(
      fileName: "m.keras", layerName: "lstm", layer: layer, input: input, inputName: "x.npy", inputKey: "x",
      map: map, call: call)
    return State(
      subject: subject, run: Run(layer.parameters.run(input)), size: Size(width: 80, height: 24),
      themes: ["dark"], theme: "dark")
  }

  private func check(_ state: State, against key: String, in recorded: Recorded) throws {
    let returned = try #require(state.returned, "\(key) was not run")
    let tensors = returned.tensors
    #expect(tensors.count == state.flags.tensorCount)
    #expect(recorded.arrays["\(key)/\(tensors.count)"] == nil, "\(key): Keras returns more")
    for (index, tensor) in tensors.enumerated() {
      let expected = try #require(recorded.arrays["\(key)/\(index)"], "\(key)/\(index)")
      #expect(tensor.shape == expected.shape, "\(key)/\(index)")
      for (ours, keras) in zip(returned.values(of: tensor), expected.floats) {
        #expect(abs(ours - keras) <= Self.tolerance, "\(key)/\(index): \(ours) where Keras has \(keras)")
      }
    }
  }

  @Test(
    "A layer tried with any flags, direction and merge mode returns what Keras returns",
    arguments: [false, true])
  func trial(isMasked: Bool) throws {
    let recorded = try Recorded()
    let layer = TracedLSTM(
      direction: nil, cell: nil, parameters: try recorded.parameters("one", goBackwards: false),
      returnSequences: false, returnState: false, isStateful: false, isTimeMajor: false)
    var state = state(layer, try recorded.input(isMasked: isMasked), map: Samples.map(calls: 1, batch: 2))
    state.perform(.view(.returns))
    var cases = 0
    for merge in [nil] + MergeMode.allCases.map(Optional.some) {
      for word in ["---", "s--", "-t-", "st-", "--b", "s-b", "-tb", "stb"] {
        if state.flags.returnSequences != word.contains("s") { state.perform(.toggleReturnSequences) }
        if state.flags.returnState != word.contains("t") { state.perform(.toggleReturnState) }
        if state.flags.goBackwards != word.contains("b") { state.perform(.toggleGoBackwards) }
        if state.flags.isBidirectional != (merge != nil) { state.perform(.toggleBidirectional) }
        while let merge, state.flags.merge != merge { state.perform(.cycleMerge) }
        try check(
          state, against: "trial/\(word)/\(merge?.rawValue ?? "plain")/\(isMasked ? "masked" : "whole")",
          in: recorded)
        cases += 1
      }
    }
    #expect(cases == 48)
  }

  @Test("Both halves of a Bidirectional show all of it", arguments: [false, true])
  func halves(isMasked: Bool) throws {
    let recorded = try Recorded()
    let input = try recorded.input(isMasked: isMasked)
    for merge in MergeMode.allCases {
      for word in ["s--", "st-", "---", "-t-"] {
        let (sequences, states) = (word.contains("s"), word.contains("t"))
        func half(_ direction: TracedLSTM.Direction) throws -> TracedLSTM {
          TracedLSTM(
            direction: direction, cell: nil,
            parameters: try recorded.parameters(
              direction == .forward ? "one" : "other", goBackwards: direction == .backward, zeroes: sequences),
            returnSequences: sequences, returnState: states, isStateful: false, isTimeMajor: false,
            merge: merge)
        }
        let (forward, backward) = (try half(.forward), try half(.backward))
        let map = ModelMap(
          rows: [.init(name: "bi", className: "Bidirectional", shape: nil, readsFrom: [], calls: 0..<2)],
          outputs: [])
        for (own, other) in [(forward, backward), (backward, forward)] {
          var state = state(own, input, map: map, call: own.direction == .forward ? 0 : 1)
          let effects = update(&state, with: .view(.returns))
          #expect(state.partner == (own.direction == .forward ? 1 : 0))
          for case .tryReturns(let need) in effects {
            let directions = TrialDirections(
              need, state, other: (other.parameters.run(input), other.parameters))
            // Both have run already: nothing is computed again.
            #expect(directions.work == 0)
            let trial = try #require(directions.run(progress: { true }))
            _ = update(&state, with: .tried(trial))
          }
          try check(
            state, against: "two/\(word)/\(merge.rawValue)/\(isMasked ? "masked" : "whole")", in: recorded)
          #expect(state.showsOwnFlags)
        }
      }
    }
  }

  @Test("A trial that is out of date is not shown") func outOfDate() throws {
    var state = Samples.state(timesteps: 4)
    state.perform(.view(.returns))
    let effects = update(&state, with: .toggleGoBackwards)
    guard case .tryReturns(let need)? = effects.first else {
      Issue.record("nothing was asked for")
      return
    }
    #expect(state.returned == nil)
    #expect(update(&state, with: .moveTensor(1)).isEmpty, "it is asked for once")
    _ = update(&state, with: .toggleGoBackwards)
    let trial = try #require(
      TrialDirections(need, state, other: nil).run(progress: { true }))
    _ = update(&state, with: .tried(trial))
    #expect(state.returned?.forward == state.trace)
  }

  @Test("The Python line is what Keras runs") func python() {
    var state = Samples.state(timesteps: 4)
    state.perform(.view(.returns))
    state.perform(.toggleBidirectional)
    state.perform(.cycleMerge)
    #expect(
      state.pythonLine
        == "whole_seq_output, forward_h, forward_c, backward_h, backward_c = "
        + "Bidirectional(LSTM(3, return_sequences=True, return_state=True), merge_mode=\"sum\")(x)")
    state.perform(.toggleGoBackwards)
    state.perform(.toggleReturnState)
    #expect(
      state.pythonLine
        == "whole_seq_output = Bidirectional(LSTM(3, return_sequences=True, go_backwards=True), "
        + "backward_layer=LSTM(3, return_sequences=True), merge_mode=\"sum\")(x)")
  }

  @Test("A masked end is not said to be the same as the state") func maskedEnd() throws {
    var state = Samples.masked()
    state.perform(.view(.returns))
    let links = ReturnsLinks(try #require(state.returned), sample: 0)
    // Held: the output on the masked timestep is the one before, which is the state.
    #expect(links.joins)
    state.perform(.toggleBidirectional)
    let both = ReturnsLinks(try #require(state.returned), sample: 0)
    #expect(!both.forwardJoins)
    #expect(both.backwardJoins)
    #expect(ReturnsSentence.text(state).contains("masked"))
  }
}
