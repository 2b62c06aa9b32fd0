import Commands
import LSTM
import Network

@testable import Workbench

extension Samples {
  /// What the program answers: the sample's layer stands in a graph, with a softmax behind it.
  static func answer(to address: Address, in state: State, withExactRun: Bool) -> Action {
    guard var explainer = explainer(for: state) else { return .notExplained("the sample cannot be run") }
    do {
      return .explained(
        try explainer.explanation(
          of: address, in: 0, timestep: state.timestep, sample: state.sample, withExactRun: withExactRun))
    } catch {
      return .notExplained(error.message)
    }
  }

  static func explainer(for state: State) -> Explainer? {
    let parameters = state.parameters
    let (features, units) = (parameters.features, parameters.units)
    var weights = [
      NamedArray(name: "kernel", shape: [features, 4 * units], values: parameters.kernel),
      NamedArray(
        name: "recurrent_kernel", shape: [parameters.outputs, 4 * units], values: parameters.recurrentKernel),
    ]
    if let bias = parameters.bias {
      weights.append(NamedArray(name: "bias", shape: [4 * units], values: bias))
    }
    let additions = parameters.additions
    if let projection = additions.projection {
      weights.append(
        NamedArray(name: "projection", shape: [units, parameters.outputs], values: projection))
    }
    if let peephole = additions.peephole {
      weights.append(NamedArray(name: "peephole", shape: [3, units], values: peephole))
    }
    var options: [String: ConfigValue] = [
      "return_sequences": .bool(true), "use_bias": .bool(parameters.bias != nil),
      "go_backwards": .bool(parameters.goBackwards), "activation": .text(parameters.activation.name),
      "input_forget": .bool(additions.couplesGates),
      "state_activation": .text(parameters.stateActivation.name),
    ]
    if let clip = additions.clip { options["clip"] = .number(Double(clip)) }
    let lstm = LayerDescription(name: "lstm", className: "LSTM", options: options, weights: weights)
    let dense = LayerDescription(
      name: "dense", className: "Dense", options: ["activation": .text("softmax")],
      weights: [
        NamedArray(
          name: "kernel", shape: [parameters.outputs, 4],
          values: (0..<parameters.outputs * 4).map { Float($0 % 7) / 7 - 0.4 }),
        NamedArray(name: "bias", shape: [4], values: [0.1, 0, -0.2, 0.3]),
      ])
    let input = state.subject.input
    do {
      let graph = try Graph(
        inputs: [GraphInput(name: "x", shape: [nil, nil, features])],
        nodes: [
          Node(
            layer: "lstm", className: "LSTM", operation: try LayerKind.operation(for: lstm),
            arguments: [.value(.input(0))]),
          Node(
            layer: "dense", className: "Dense", operation: try LayerKind.operation(for: dense),
            arguments: [.value(.node(0, output: 0))]),
        ], outputs: [GraphOutput(name: "dense", reference: .node(1, output: 0))])
      let value = Value(
        shape: [input.batch, input.timesteps, features], input.x,
        mask: input.mask.map { Mask(shape: [input.batch, input.timesteps], $0) })
      guard let run = try graph.run([value]) else { return nil }
      return Explainer(graph: graph, run: run, inputs: [value], feeding: [:])
    } catch {
      return nil
    }
  }

  /// Unit 1 of timestep 1 with the forget gate's line just executed.
  static func forgetting(width: Int = 80, height: Int = 24) -> State {
    carry(width: width, height: height).after(.moveLine(-1))
  }
}
