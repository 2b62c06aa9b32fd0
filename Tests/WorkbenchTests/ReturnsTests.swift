import Canvas
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
              need, state,
              other: [.init(trace: other.parameters.run(input), parameters: other.parameters)])
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

  /// The cells of a stack with their runs, one after the other.
  private func stack(
    _ name: String, in recorded: Recorded, _ input: LayerInput, goBackwards: Bool, zeroes: Bool = false
  ) throws -> [TrialDirections.Cell] {
    var (input, cells): (LayerInput, [TrialDirections.Cell]) = (input, [])
    for (place, sizes) in [(features: 2, units: 3), (features: 3, units: 2)].enumerated() {
      let parameters = Parameters(
        features: sizes.features, units: sizes.units, kernel: try recorded.floats("\(name)/\(place)/kernel"),
        recurrentKernel: try recorded.floats("\(name)/\(place)/recurrent_kernel"),
        bias: try recorded.floats("\(name)/\(place)/bias"), goBackwards: goBackwards,
        zeroOutputForMask: zeroes)
      let trace = parameters.run(input)
      cells.append(.init(trace: trace, parameters: parameters))
      let rows = stride(from: 0, to: trace.h.count, by: trace.outputs).map {
        Array(trace.h[$0..<$0 + trace.outputs])
      }
      let ordered =
        goBackwards
        ? (0..<2).flatMap { rows[$0 * 4..<($0 + 1) * 4].reversed() }.flatMap { $0 } : trace.h
      input = LayerInput(
        batch: 2, timesteps: 4, features: trace.outputs, x: ordered, mask: input.mask)
    }
    return cells
  }

  @Test(
    "Stacked cells: whichever is looked at, all tensors of the RNN, with any flags and directions",
    arguments: [false, true], [0, 1])
  func stacked(isMasked: Bool, cell: Int) throws {
    let recorded = try Recorded()
    let input = try recorded.input(isMasked: isMasked)
    let own = try stack("stack", in: recorded, input, goBackwards: false)
    let layer = TracedLSTM(
      direction: nil, cell: cell, parameters: own[cell].parameters, returnSequences: false,
      returnState: false, isStateful: false, isTimeMajor: false)
    let subject = Subject(
      fileName: "m.keras", layerName: "rnn/cell_\(cell)", layer: layer, input: own[cell].trace.input,
      inputName: "x.npy", inputKey: "x",
      map: ModelMap(
        rows: [.init(name: "rnn", className: "RNN", shape: nil, readsFrom: [], calls: 0..<2)], outputs: []),
      call: cell, stack: own.map(\.parameters))
    var state = State(
      subject: subject, run: Run(own[cell].trace), size: Size(width: 80, height: 24), themes: ["dark"],
      theme: "dark")
    func perform(_ action: Action) throws {
      for case .tryReturns(let need) in update(&state, with: action) {
        let directions = TrialDirections(need, state, own: own)
        _ = update(&state, with: .tried(try #require(directions.run { true })))
      }
    }
    try perform(.view(.returns))
    for word in ["---", "s--", "-t-", "st-", "--b", "s-b", "-tb", "stb"] {
      if state.flags.returnSequences != word.contains("s") { try perform(.toggleReturnSequences) }
      if state.flags.returnState != word.contains("t") { try perform(.toggleReturnState) }
      if state.flags.goBackwards != word.contains("b") { try perform(.toggleGoBackwards) }
      try check(state, against: "stack/\(word)/plain/\(isMasked ? "masked" : "whole")", in: recorded)
    }
    #expect(
      state.pythonLine
        == "whole_seq_output, [cell_0_h, cell_0_c], [cell_1_h, cell_1_c] = RNN([LSTMCell(3), LSTMCell(2)], "
        + "return_sequences=True, return_state=True, go_backwards=True)(x)")
    try perform(.toggleGoBackwards)
    // Enter goes to the cell that a tensor is cut from.
    for (tensor, call) in [(0, 1), (1, 0), (2, 0), (3, 1), (4, 1)] {
      var there = state
      there.tensor = tensor
      let effects = there.goToPlace()
      #expect(there.view == .step)
      #expect(effects == (call == cell ? [] : [.open(call: call)]))
    }
    for (width, height) in [(1, 1), (60, 16), (80, 24), (200, 60)] {
      _ = update(&state, with: .resized(Size(width: width, height: height)))
      for tensor in 0..<5 {
        state.tensor = tensor
        #expect(draw(state).width == width)
      }
    }
  }

  @Test("Two stacks in a Bidirectional give the states of every cell", arguments: [false, true])
  func stacks(isMasked: Bool) throws {
    let recorded = try Recorded()
    let input = try recorded.input(isMasked: isMasked)
    for merge in MergeMode.allCases {
      for word in ["s--", "st-", "---", "-t-"] {
        let sequences = word.contains("s")
        let ahead = try stack("stack", in: recorded, input, goBackwards: false, zeroes: sequences)
        let back = try stack("other_stack", in: recorded, input, goBackwards: true, zeroes: sequences)
        for (direction, own, other) in [
          (TracedLSTM.Direction.forward, ahead, back), (.backward, back, ahead),
        ] {
          let call = direction == .forward ? 1 : 3
          let layer = TracedLSTM(
            direction: direction, cell: 1, parameters: own[1].parameters, returnSequences: sequences,
            returnState: word.contains("t"), isStateful: false, isTimeMajor: false, merge: merge)
          let subject = Subject(
            fileName: "m.keras", layerName: "bi/\(direction.rawValue)/cell_1", layer: layer,
            input: own[1].trace.input, inputName: "x.npy", inputKey: "x",
            map: ModelMap(
              rows: [.init(name: "bi", className: "Bidirectional", shape: nil, readsFrom: [], calls: 0..<4)],
              outputs: []), call: call, otherHalf: other[1].parameters, stack: own.map(\.parameters))
          var state = State(
            subject: subject, run: Run(own[1].trace), size: Size(width: 80, height: 24), themes: ["dark"],
            theme: "dark")
          #expect(state.stackedCalls(.forward) == 0..<2 && state.stackedCalls(.backward) == 2..<4)
          for case .tryReturns(let need) in update(&state, with: .view(.returns)) {
            let directions = TrialDirections(need, state, own: own, other: other)
            #expect(directions.work == 0)
            _ = update(&state, with: .tried(try #require(directions.run { true })))
          }
          try check(
            state, against: "stacks/\(word)/\(merge.rawValue)/\(isMasked ? "masked" : "whole")", in: recorded)
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

  /// Half of a Bidirectional beside another half, as Returns shows it.
  private func half(
    _ direction: TracedLSTM.Direction, _ parameters: Parameters, beside other: Parameters, _ merge: MergeMode,
    returnState: Bool = true, timesteps: Int = 4
  ) -> State {
    let layer = TracedLSTM(
      direction: direction, cell: nil, parameters: parameters, returnSequences: true,
      returnState: returnState,
      isStateful: false, isTimeMajor: false, merge: merge
    ).placed(statesBefore: direction == .forward ? 0 : 2)
    let input = LayerInput(
      batch: 1, timesteps: timesteps, features: 2, x: (0..<2 * timesteps).map { Float($0) / 9 })
    let map = ModelMap(
      rows: [.init(name: "bi", className: "Bidirectional", shape: nil, readsFrom: [], calls: 0..<2)],
      outputs: [])
    let subject = Subject(
      fileName: "m.keras", layerName: "bi", layer: layer, input: input, inputName: "x.npy", inputKey: "x",
      map: map, call: direction == .forward ? 0 : 1, otherHalf: other)
    return State(
      subject: subject, run: Run(parameters.run(input)), size: Size(width: 80, height: 24), themes: ["dark"],
      theme: "dark")
  }

  private func parameters(_ activation: Activation, goBackwards: Bool, zeroes: Bool = false) throws
    -> Parameters
  {
    let recorded = try Recorded()
    return Parameters(
      features: 2, units: 3, kernel: try recorded.floats("one/kernel"),
      recurrentKernel: try recorded.floats("one/recurrent_kernel"), bias: try recorded.floats("one/bias"),
      activation: activation, goBackwards: goBackwards, zeroOutputForMask: zeroes)
  }

  @Test("The Python line names the other half where it differs, from both halves") func pythonHalves() throws
  {
    let forward = try parameters(.tanh, goBackwards: false)
    let backward = try parameters(.leakyRelu(slope: 0.1), goBackwards: true)
    let line =
      "whole_seq_output = Bidirectional(LSTM(3, return_sequences=True), "
      + "backward_layer=LSTM(3, activation=LeakyReLU(negative_slope=0.1), return_sequences=True, go_backwards=True))(x)"
    #expect(half(.forward, forward, beside: backward, .concat, returnState: false).pythonLine == line)
    #expect(half(.backward, backward, beside: forward, .concat, returnState: false).pythonLine == line)
    let same = try parameters(.tanh, goBackwards: true)
    #expect(
      half(.backward, same, beside: forward, .concat, returnState: false).pythonLine
        == "whole_seq_output = Bidirectional(LSTM(3, return_sequences=True))(x)")
  }

  @Test("The Python line says zero_output_for_mask where the layer has it") func pythonZeroes() throws {
    let layer = TracedLSTM(
      direction: nil, cell: nil, parameters: try parameters(.tanh, goBackwards: false, zeroes: true),
      returnSequences: true, returnState: false, isStateful: false, isTimeMajor: false)
    var state = state(
      layer, try Recorded().input(isMasked: true), map: Samples.map(calls: 1, batch: 2))
    #expect(
      state.pythonLine == "whole_seq_output = LSTM(3, return_sequences=True, zero_output_for_mask=True)(x)")
    state.perform(.view(.returns))
    state.perform(.toggleBidirectional)
    #expect(state.pythonLine == "whole_seq_output = Bidirectional(LSTM(3, return_sequences=True))(x)")
  }

  @Test("The last line says which tensors of a Bidirectional h and c are", arguments: MergeMode.allCases)
  func resultOfHalves(merge: MergeMode) throws {
    let forward = try parameters(.tanh, goBackwards: false)
    let backward = try parameters(.tanh, goBackwards: true)
    for (direction, own, other) in [
      (TracedLSTM.Direction.forward, forward, backward), (.backward, backward, forward),
    ] {
      var state = half(direction, own, beside: other, merge)
      state.perform(.view(.returns))
      let tensors = Returned(
        forward: forward.run(state.subject.input), backward: backward.run(state.subject.input), merge: merge,
        returnSequences: true, returnState: true
      ).tensors
      let side: ReturnedTensor.Half = direction == .forward ? .forward : .backward
      func number(_ kind: ReturnedTensor.Kind) throws -> Int {
        try #require(tensors.firstIndex { $0.kind == kind && $0.half == side }) + 1
      }
      func sentence(_ step: Int) -> String {
        ResultSentence(
          layer: state.subject.layer, names: state.names, step: step, timesteps: 4,
          timestep: state.trace.timestepIndex[step]
        ).text
      }
      let last = sentence(3)
      #expect(last.contains("which read t \(direction == .forward ? 3 : 0)"), "\(last)")
      #expect(last.contains("row \(direction == .forward ? 3 : 0) of the"), "\(last)")
      #expect(last.contains("all of tensor \(try number(.finalMemory));"), "\(last)")
      #expect(last.contains("c is tensor \(try number(.finalCarry))."), "\(last)")
      #expect(last.contains("the second tensor") == (merge == .none && direction == .backward), "\(last)")
      #expect(sentence(1).contains("row \(direction == .forward ? 1 : 2) of the"), "\(sentence(1))")
    }
  }

  @Test("Of stacked cells the last line says what reads h, and which tensors h and c are")
  func resultOfCells()
    throws
  {
    func sentence(_ cell: Int, of count: Int, step: Int, returnState: Bool = true) throws -> String {
      let layer = TracedLSTM(
        direction: nil, cell: cell, parameters: try parameters(.tanh, goBackwards: false),
        returnSequences: true, returnState: returnState, isStateful: false, isTimeMajor: false
      ).placed(isLastCell: cell == count - 1, statesBefore: 2 * cell)
      return ResultSentence(layer: layer, names: .keras, step: step, timesteps: 4, timestep: step).text
    }
    #expect(try sentence(0, of: 3, step: 1).contains("cell 1 reads"))
    #expect(
      try sentence(1, of: 3, step: 3).contains(
        "cell 2 reads at this timestep, and is tensor 4; c is tensor 5"))
    #expect(try sentence(2, of: 3, step: 3).contains("all of tensor 6; c is tensor 7"))
    #expect(try sentence(0, of: 3, step: 3, returnState: false).contains("Keras returns neither"))
  }

  @Test("One timestep is the end of both directions") func oneTimestep() throws {
    var state = half(
      .forward, try parameters(.tanh, goBackwards: false), beside: try parameters(.tanh, goBackwards: true),
      .concat, returnState: false, timesteps: 1)
    let effects = update(&state, with: .view(.returns))
    for case .tryReturns(let need) in effects {
      _ = update(
        &state, with: .tried(try #require(TrialDirections(need, state, other: nil).run(progress: { true }))))
    }
    let text = ReturnsSentence.text(state)
    #expect(text.contains("both directions end at t 0, in row 0"), "\(text)")
    #expect(!text.contains("not row"))
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
