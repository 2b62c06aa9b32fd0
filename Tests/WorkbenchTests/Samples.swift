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
    let layer = LSTMLayer(
      parameters: parameters, returnSequences: true, returnState: true, isStateful: false,
      timesteps: timesteps,
      isFirst: true)
    let subject = Subject(
      fileName: "question.keras", model: model(layer), layerName: "lstm", layer: layer, input: input,
      inputName: "x.npy", inputKey: "x")
    return State(
      subject: subject, run: Run(parameters.run(input)), size: Size(width: width, height: height),
      themes: ["dark", "light"], theme: "dark")
  }

  private static func model(_ layer: LSTMLayer) -> Model {
    Model(
      name: "question",
      layers: [
        Layer(
          name: "lstm", className: "LSTM", options: [], outputShape: nil, arrays: [], inputs: ["x"],
          lstm: layer)
      ],
      inputs: [ModelInput(name: "x", shape: [nil, nil, layer.parameters.features])],
      provenance: Provenance(format: "Keras 3 .keras", writer: "Keras 3.15.1", dtype: "float32"))
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
      guard case .run(_, let number) = effect else { continue }
      _ = update(&self, with: .ran(Run(parameters.run(editedInput)), number: number))
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
