import Debugger
import LSTM
import Network

/// Numbers that are the same for a seed on every machine.
///
/// - Source: SplitMix64 (Steele, Lea, Flood 2014).
struct Dice {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func bits() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// Evenly between -size and size.
  mutating func uniform(_ count: Int, _ size: Float) -> [Float] {
    (0..<count).map { _ in (Float(bits() >> 40) / Float(1 << 23) - 1) * size }
  }

  /// Nearly normal: the sum of twelve.
  mutating func normal(_ count: Int, _ deviation: Float) -> [Float] {
    (0..<count).map { _ in uniform(12, 0.5).reduce(0, +) * deviation }
  }

  mutating func below(_ bound: Int) -> Int { Int(bits() % UInt64(bound)) }

  mutating func parameters(
    features: Int, units: Int, kernel: Float = 0.5, recurrent: Float = 0.35, bias: Float = 0.3,
    activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, goBackwards: Bool = false
  ) -> Parameters {
    Parameters(
      features: features, units: units, kernel: normal(features * 4 * units, kernel),
      recurrentKernel: normal(units * 4 * units, recurrent), bias: normal(4 * units, bias),
      activation: activation, recurrentActivation: recurrentActivation, goBackwards: goBackwards)
  }
}

/// Small models, as a reader of files would make them.
enum TestModels {
  private static func description(_ name: String, _ layer: Parameters, sequences: Bool = true)
    -> LayerDescription
  {
    func option(_ activation: Activation) -> ConfigValue { .text(activation.name) }
    let isOld = layer.recurrentActivation == .hardSigmoid2 || layer.activation == .hardSigmoid2
    return LayerDescription(
      name: name, className: "LSTM",
      options: [
        "return_sequences": .bool(sequences), "activation": option(layer.activation),
        "recurrent_activation": option(layer.recurrentActivation), "go_backwards": .bool(layer.goBackwards),
        "use_bias": .bool(layer.bias != nil),
      ],
      weights: [
        NamedArray(name: "kernel", shape: [layer.features, 4 * layer.units], values: layer.kernel),
        NamedArray(
          name: "recurrent_kernel", shape: [layer.units, 4 * layer.units], values: layer.recurrentKernel),
      ] + (layer.bias.map { [NamedArray(name: "bias", shape: [4 * layer.units], values: $0)] } ?? []),
      kerasMajor: isOld ? 2 : 3)
  }

  private static func node(
    _ description: LayerDescription, _ arguments: [Reference], states: [Reference] = []
  )
    throws -> Node
  {
    Node(
      layer: description.name, className: description.className,
      operation: try LayerKind.operation(for: description), arguments: arguments.map { .value($0) },
      initialState: states)
  }

  /// LSTMs one behind the other.
  static func chain(_ layers: [Parameters], sequences: Bool = true, isMasked: Bool = false) throws -> Graph {
    var nodes: [Node] = []
    var reference = Reference.input(0)
    if isMasked {
      nodes.append(
        try node(
          LayerDescription(name: "masking", className: "Masking", options: ["mask_value": .number(0)]),
          [reference]))
      reference = .node(0, output: 0)
    }
    for (index, layer) in layers.enumerated() {
      let name = index == 0 ? "lstm" : "lstm_\(index)"
      nodes.append(
        try node(description(name, layer, sequences: sequences || index < layers.count - 1), [reference]))
      reference = .node(nodes.count - 1, output: 0)
    }
    return try Graph(
      inputs: [GraphInput(name: "x", shape: [nil, nil, layers[0].features])], nodes: nodes,
      outputs: [GraphOutput(name: "lstm", reference: reference)])
  }

  /// One LSTM that starts from states that are inputs of the model.
  static func withStates(_ layer: Parameters) throws -> Graph {
    try Graph(
      inputs: [
        GraphInput(name: "x", shape: [nil, nil, layer.features]),
        GraphInput(name: "h", shape: [nil, layer.units]),
        GraphInput(name: "c", shape: [nil, layer.units]),
      ], nodes: [try node(description("lstm", layer), [.input(0)], states: [.input(1), .input(2)])],
      outputs: [GraphOutput(name: "lstm", reference: .node(0, output: 0))])
  }

  static func bidirectional(_ forward: Parameters, _ backward: Parameters) throws -> Graph {
    let layer = LayerDescription(
      name: "bi", className: "Bidirectional", options: ["merge_mode": .text("concat")],
      children: [description("forward", forward), description("backward", backward)])
    return try Graph(
      inputs: [GraphInput(name: "x", shape: [nil, nil, forward.features])],
      nodes: [try node(layer, [.input(0)])],
      outputs: [GraphOutput(name: "bi", reference: .node(0, output: 0))])
  }

  /// ONNX' operator, (timesteps, batch, features), with its outputs Y, Y_h and Y_c.
  static func onnx(_ directions: [Parameters]) throws -> Graph {
    let layer = LayerDescription(
      name: "Y", className: "onnx.LSTM",
      children: directions.enumerated().map { description("part_\($0)", $1) })
    return try Graph(
      inputs: [GraphInput(name: "X", shape: [nil, nil, directions[0].features])],
      nodes: [try node(layer, [.input(0)])],
      outputs: (0..<3).map { GraphOutput(name: "Y\($0)", reference: .node(0, output: $0)) })
  }

  static func run(_ graph: Graph, _ inputs: [Value]) throws -> NetworkRun {
    guard let run = try graph.run(inputs.map { $0 }) else { preconditionFailure("nobody stops it") }
    return run
  }

  /// What the model with the right weights gives, with the rounding of another program in it.
  static func output(_ graph: Graph, _ inputs: [Value], _ dice: inout Dice) throws -> Numbers {
    let value = try run(graph, inputs).outputs[0] ?? Value(shape: [0], [])
    let noise = dice.uniform(value.numbers.count, 2e-7)
    return Numbers(shape: value.shape, values: zip(value.numbers, noise).map { $0 * (1 + $1) })
  }

  /// What a check with its detective finds.
  static func verdict(
    _ graph: Graph, _ inputs: [Value], expected: Numbers, quantity: String? = nil
  ) throws -> (comparison: Comparison, verdict: Detective.Verdict?) {
    let run = try run(graph, inputs)
    let recorded = try Recording(run).recorded(expected, quantity: quantity)
    let comparison = Comparison(recorded, run: run, graph: graph, tolerance: 1e-5)
    guard !comparison.passes else { return (comparison, nil) }
    let trial = Trial(
      graph: graph, inputs: inputs, feeding: [:], recorded: recorded, baseline: run)
    return (comparison, Detective(trial, comparison: comparison).verdict())
  }

  static func findings(_ graph: Graph, _ inputs: [Value], isRandom: Bool = false) throws -> [Finding] {
    Examination(
      run: try run(graph, inputs),
      provenance: Provenance(format: "test", writer: "Keras 3.15.1", dtype: "float32"), isRandom: isRandom
    ).findings()
  }
}
