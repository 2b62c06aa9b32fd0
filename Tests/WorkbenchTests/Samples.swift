import Canvas
import LSTM
import Network

@testable import Workbench

/// States to draw and to update, with weights of a small generator: what they are does not matter here,
/// only that every frame has the same ones.
enum Samples {
  static func state(
    width: Int = 80, height: Int = 24, units: Int = 3, features: Int = 2, timesteps: Int = 2, batch: Int = 2,
    activation: Activation = .tanh, hasBias: Bool = true, goBackwards: Bool = false
  ) -> State {
    var random = Generator(state: 7)
    let parameters = Parameters(
      features: features, units: units, kernel: random.numbers(features * 4 * units),
      recurrentKernel: random.numbers(units * 4 * units), bias: hasBias ? random.numbers(4 * units) : nil,
      activation: activation, goBackwards: goBackwards)
    let input = LayerInput(
      batch: batch, timesteps: timesteps, features: features, x: random.numbers(batch * timesteps * features))
    let subject = subject("lstm", parameters, input, map: map(calls: 1, batch: batch), call: 0)
    return State(
      subject: subject, run: Run(parameters.run(input)), size: Size(width: width, height: height),
      themes: ["dark", "light"], theme: "dark")
  }

  static func subject(
    _ name: String, _ parameters: Parameters, _ input: LayerInput, map: ModelMap, call: Int
  ) -> Subject {
    Subject(
      fileName: "question.keras", layerName: name,
      layer: TracedLSTM(
        direction: nil, cell: nil, parameters: parameters, returnSequences: true, returnState: true,
        isStateful: false, isTimeMajor: false), input: input, inputName: "x.npy", inputKey: "x", map: map,
      call: call)
  }

  /// A chain of LSTMs behind one input, with a softmax at its end.
  static func map(calls: Int, batch: Int) -> ModelMap {
    let lstms = (0..<calls).map { call in
      ModelMap.Row(
        name: call == 0 ? "lstm" : "lstm_\(call)", className: "LSTM", shape: [batch, 4, 3],
        readsFrom: [call == 0 ? "x" : call == 1 ? "lstm" : "lstm_\(call - 1)"], calls: call..<call + 1)
    }
    let dense = ModelMap.Row(
      name: "dense", className: "Dense", shape: [batch, 4], readsFrom: [lstms.last?.name ?? ""],
      calls: calls..<calls)
    return ModelMap(
      rows: [ModelMap.Row(name: "x", className: "input", shape: [batch, 4, 2], readsFrom: [], calls: 0..<0)]
        + lstms + [dense],
      outputs: [
        ModelMap.Output(
          name: "dense", shape: [batch, 4],
          values: (0..<batch).flatMap { _ in [0.70, 0.2, 0.09999, 0.00001] as [Float] })
      ])
  }

  /// Numbers between -1 and 1, the same on every machine.
  private struct Generator {
    var state: UInt64

    mutating func numbers(_ count: Int) -> [Float] {
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
      }
    }
  }
}

extension State {
  /// The state after the actions, with runs carried out at once.
  func after(_ actions: Action...) -> State {
    var state = self
    for action in actions { state.perform(action) }
    return state
  }

  /// The state after keys, pressed one by one.
  func pressing(_ keys: Key...) -> State {
    var state = self
    for key in keys {
      if let action = state.action(for: key) { state.perform(action) }
    }
    return state
  }

  mutating func perform(_ action: Action) {
    for effect in update(&self, with: action) {
      if case .tryReturns(let need) = effect {
        let directions = TrialDirections(need, self, other: nil)
        if let trial = directions.run(progress: { true }) { _ = update(&self, with: .tried(trial)) }
      }
      if case .explain(let address, let withExactRun) = effect {
        _ = update(&self, with: Samples.answer(to: address, in: self, withExactRun: withExactRun))
      }
      guard case .run(_, let number) = effect else { continue }
      perform(.ran(Run(parameters.run(editedInput)), number: number))
    }
  }
}

extension Samples {
  /// Unit 1 of timestep 1 with the carry's line just executed.
  static func carry(width: Int, height: Int) -> State {
    var state = state(width: width, height: height)
    for action in [.moveStep(1), .moveUnit(1), .moveLine(-1), .moveLine(-1), .moveLine(-1)] as [Action] {
      state.perform(action)
    }
    return state
  }

  /// The state with a NaN in x at timestep 2.
  static func poisoned(_ state: State) -> State {
    var input = state.subject.input
    input.x[2 * input.features] = .nan
    return State(
      subject: state.subject, run: Run(state.parameters.run(input)), size: state.size, themes: state.themes,
      theme: state.theme)
  }
}

extension Samples {
  /// Two LSTMs one behind the other, the first looked at.
  static func stack(width: Int = 80, height: Int = 24) -> State {
    let one = state(width: width, height: height, timesteps: 4)
    let subject = subject("lstm", one.parameters, one.subject.input, map: map(calls: 2, batch: 2), call: 0)
    return State(subject: subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme)
  }

  /// The second of them.
  static func second(of state: State) -> Subject {
    subject("lstm_1", state.parameters, state.subject.input, map: state.subject.map, call: 1)
  }

  /// A run whose last timestep of the first sample is masked.
  static func masked() -> State {
    let one = state(timesteps: 4)
    var input = one.subject.input
    input.mask = [true, true, true, false] + Array(repeating: true, count: 4)
    let subject = subject("lstm", one.parameters, input, map: map(calls: 1, batch: 2), call: 0)
    return State(
      subject: subject, run: Run(one.parameters.run(input)), size: one.size, themes: one.themes,
      theme: one.theme)
  }
}

extension Samples {
  /// A run of a layer with relu, whose carry grows by orders of magnitude until it is no number any more.
  static func exploding(width: Int = 80, height: Int = 24, timesteps: Int = 60) -> State {
    let one = state(width: width, height: height, units: 5, timesteps: timesteps, activation: .relu)
    let given = one.parameters
    let parameters = Parameters(
      features: given.features, units: given.units, kernel: given.kernel,
      recurrentKernel: given.recurrentKernel.map { $0 * 3.5 }, bias: given.bias, activation: given.activation)
    let subject = subject(
      "lstm", parameters, one.subject.input, map: map(calls: 1, batch: 2), call: 0)
    return State(
      subject: subject, run: Run(parameters.run(subject.input)), size: one.size, themes: one.themes,
      theme: one.theme)
  }

  /// A stateful layer in one of its batches.
  static func stateful(batch: Int) -> State {
    let one = state(timesteps: 4)
    var input = one.subject.input
    if batch > 1 {
      input.h0 = one.trace.hFinal
      input.c0 = one.trace.cFinal
    }
    let subject = Subject(
      fileName: "question.keras", layerName: "lstm",
      layer: TracedLSTM(
        direction: nil, cell: nil, parameters: one.parameters, returnSequences: true, returnState: true,
        isStateful: true, isTimeMajor: false), input: input, inputName: "x.npy", inputKey: "x",
      map: ModelMap(rows: one.subject.map.rows, outputs: [], isStateful: true), call: 0, batch: batch)
    return State(
      subject: subject, run: Run(one.parameters.run(input)), size: one.size, themes: one.themes,
      theme: one.theme)
  }
}
