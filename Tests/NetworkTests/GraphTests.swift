import LSTM
import Network
import Testing

@Suite struct GraphTests {
  @Test("The encoder's states start the decoder, and both are traced as recorded")
  func encoderDecoder() throws {
    let fixture = try Fixture("seq2seq")
    let encoder = try fixture.lstm("train.lstm0", name: "encoder", options: ["return_state": .bool(true)])
    let decoder = try fixture.lstm("train.lstm1", name: "decoder", options: ["return_sequences": .bool(true)])
    let inputs = [try fixture.value("train.lstm0.x"), try fixture.value("train.lstm1.x")]
    let graph = try Graph(
      inputs: inputs.map { GraphInput(name: "x", shape: $0.shape.map { $0 }) },
      nodes: [
        try node(encoder, .input(0)),
        try node(decoder, .input(1), states: [.node(0, output: 1), .node(0, output: 2)]),
      ], outputs: [GraphOutput(name: "decoder", reference: .node(1, output: 0))])
    let run = try #require(try graph.run(inputs))
    #expect(run.calls.map(\.key) == ["encoder", "decoder"])
    try fixture.expect(run.calls[0], "train.lstm0")
    try fixture.expect(run.calls[1], "train.lstm1")
    #expect(run.outputs[0]?.numbers == run.calls[1].trace.y)
  }

  @Test("Stacked cells are traced one by one, each on the fresh h of the one below")
  func stackedCells() throws {
    let fixture = try Fixture("rnn_stacked_cells")
    let layer = LayerDescription(
      name: "rnn", className: "RNN",
      options: ["return_sequences": .bool(true), "return_state": .bool(true)],
      children: [
        try fixture.lstm("lstm0", name: "a", className: "LSTMCell"),
        try fixture.lstm("lstm1", name: "b", className: "LSTMCell"),
      ])
    let run = try run(layer, [try fixture.value("lstm0.x")])
    #expect(run.calls.map(\.key) == ["rnn/cell_0", "rnn/cell_1"])
    try fixture.expect(run.calls[0], "lstm0")
    try fixture.expect(run.calls[1], "lstm1")
    for index in 0..<5 {
      let wanted = try fixture.value("output_\(index)")
      #expect(run.outputs[index]?.shape == wanted.shape)
      let output = try #require(run.outputs[index])
      let difference = largestDifference(output.numbers, wanted.numbers)
      #expect(difference.isWithinTolerance, "differs by \(difference.value)")
    }
  }

  @Test("A masked Bidirectional is traced in both directions, with zeros put out where masked")
  func bidirectional() throws {
    let fixture = try Fixture("bidir_masked")
    let sequences: [String: ConfigValue] = ["return_sequences": .bool(true)]
    let layer = LayerDescription(
      name: "bi", className: "Bidirectional",
      children: [
        try fixture.lstm("lstm0", name: "f", options: sequences),
        try fixture.lstm("lstm1", name: "b", options: sequences),
      ])
    var x = try fixture.value("lstm0.x")
    let mask = try fixture.value("lstm0.mask")
    x.mask = Mask(shape: mask.shape, mask.numbers.map { $0 != 0 })
    let run = try run(layer, [x])
    #expect(run.calls.map(\.key) == ["bi/forward", "bi/backward"])
    #expect(run.calls.map(\.lstm.direction) == [.forward, .backward])
    try fixture.expect(run.calls[0], "lstm0")
    try fixture.expect(run.calls[1], "lstm1")
    // What the second Bidirectional of the recorded model was given.
    let wanted = try fixture.value("lstm2.x")
    let output = try #require(run.outputs[0])
    let difference = largestDifference(output.numbers, wanted.numbers)
    #expect(difference.isWithinTolerance, "differs by \(difference.value)")
  }

  @Test("Files that hold masked outputs put out the last one that counted, not zeros")
  func heldOutput() throws {
    let halves = [lstm("f", sequences: true), lstm("b", sequences: true)]
    let layer = LayerDescription(
      name: "bi", className: "Bidirectional", options: ["holdsMaskedOutput": .bool(true)], children: halves)
    var x = sequence
    x.mask = Mask(shape: [2, 3], [true, true, false, true, true, true])
    let run = try run(layer, [x])
    #expect(run.calls[0].parameters.zeroOutputForMask == false)
    let forward = run.calls[0].trace.y
    #expect(Array(forward[4..<6]) == Array(forward[2..<4]))
  }

  @Test("A mask beside passed states is heeded in files of Keras 2 and not in those of Keras 3")
  func maskBesideStates() throws {
    var x = sequence
    x.mask = Mask(shape: [2, 3], [false, true, true, true, true, false])
    let state = Value(shape: [2, 2], [0.1, 0.2, 0.3, 0.4])
    for (major, ignores) in [(2, true), (3, false)] {
      let layer = lstm("lstm", sequences: true, kerasMajor: major)
      let graph = try Graph(
        inputs: [x, state, state].map { GraphInput(name: "x", shape: $0.shape.map { $0 }) },
        nodes: [try node(layer, .input(0), states: [.input(1), .input(2)])],
        outputs: [GraphOutput(name: "y", reference: .node(0, output: 0))])
      let run = try #require(try graph.run([x, state, state]))
      #expect((run.calls[0].trace.input.mask != nil) == ignores)
      #expect(run.calls[0].ignoresMask != ignores)
      #expect(run.outputs[0]?.mask == x.mask)
    }
  }

  @Test("A shared layer has a key for each call, and what comes after a Lambda is left out and said")
  func stopsAtLambda() throws {
    let lambda = LayerDescription(name: "twice", className: "Lambda")
    let graph = try Graph(
      inputs: [GraphInput(name: "x", shape: [nil, nil, 2])],
      nodes: [
        try node(lstm("shared", sequences: true), .input(0)), try node(lambda, .input(0)),
        try node(lstm("shared", sequences: true), .node(1, output: 0), call: 1),
        try node(lstm("last", sequences: false), .node(0, output: 0)),
      ],
      outputs: [
        GraphOutput(name: "a", reference: .node(2, output: 0)),
        GraphOutput(name: "b", reference: .node(3, output: 0)),
      ])
    #expect(graph.keys == [["shared"], [], ["shared#1"], ["last"]])
    let run = try #require(try graph.run([sequence]))
    #expect(run.calls.map(\.key) == ["shared", "last"])
    #expect(run.outputs[0] == nil)
    #expect(run.outputs[1]?.shape == [2, 2])
    #expect(
      run.stopped?.message
        == "layer twice (Lambda) was not run: a Lambda layer holds Python code, and no code from a model file "
        + "is run; --layer shared#1 --layer-input --input FILE runs shared#1 on an input of your own")

    let own = LayerInput(batch: 1, timesteps: 4, features: 2, x: [1, 2, 3, 4, 5, 6, 7, 8])
    let fed = try #require(try graph.run([nil], feeding: ["shared#1": own]))
    #expect(fed.calls.map(\.key) == ["shared#1"])
    #expect(fed.calls[0].trace == lstmParameters.run(own))
    #expect(fed.outputs[0]?.shape == [1, 4, 2])
  }

  @Test("What is fed to one half of a Bidirectional is its layer's input; a cell's feed must fit the layer")
  func feeding() throws {
    let halves = [lstm("f", sequences: true), lstm("b", sequences: true)]
    let bidirectional = LayerDescription(name: "bi", className: "Bidirectional", children: halves)
    let own = LayerInput(batch: 1, timesteps: 2, features: 2, x: [1, 2, 3, 4], h0: [0.5, 0.5])
    let pair = try #require(
      try graph(of: bidirectional, [sequence]).run([sequence], feeding: ["bi/forward": own]))
    #expect(pair.calls[0].input == own)
    #expect(pair.calls[1].input == LayerInput(batch: 1, timesteps: 2, features: 2, x: own.x))
    #expect(pair.outputs[0]?.shape == [1, 2, 4])

    let cells = ["a", "b"].map { name in
      LayerDescription(name: name, className: "LSTMCell", weights: halves[0].weights)
    }
    let rnn = LayerDescription(name: "rnn", className: "RNN", children: cells)
    let stacked = try graph(of: rnn, [sequence])
    let error = #expect(throws: LayerError.self) {
      try stacked.run([sequence], feeding: ["rnn/cell_1": own])
    }
    #expect(error?.message.contains("2 samples of 3 timesteps") == true)
    let fitting = LayerInput(batch: 2, timesteps: 3, features: 2, x: Array(repeating: 1, count: 12))
    let run = try #require(try stacked.run([sequence], feeding: ["rnn/cell_1": fitting]))
    #expect(run.calls[0].input.x == sequence.numbers)
    #expect(run.calls[1].input == fitting)
  }

  @Test("Stateful layers go on from the states of the run before, and from zeros after a reset")
  func stateful() throws {
    let layer = lstm("lstm", sequences: true, options: ["stateful": .bool(true)])
    let graph = try graph(of: layer, [sequence])
    let first = try #require(try graph.run([sequence]))
    let second = try #require(try graph.run([sequence], states: first.states))
    let again = try #require(try graph.run([sequence], states: States()))
    #expect(second.calls[0].trace.h0 == first.calls[0].trace.hFinal)
    #expect(second.calls[0].trace.c0 == first.calls[0].trace.cFinal)
    #expect(again.calls == first.calls)
    let other = Value(shape: [1, 3, 2], Array(sequence.numbers.prefix(6)))
    let open = try Graph(
      inputs: [GraphInput(name: "x", shape: [nil, 3, 2])], nodes: graph.nodes, outputs: graph.outputs)
    #expect(
      throws: LayerError(
        layer: "lstm", className: "LSTM", problem: .initialState(found: [2, 2], wanted: [1, 2]))
    ) { try open.run([other], states: first.states) }
  }

  @Test("A time-major layer reads and writes time first and is traced batch first")
  func timeMajor() throws {
    let plain = try run(lstm("lstm", sequences: true), [sequence])
    var turnedNumbers: [Float] = []
    for timestep in 0..<3 {
      for sample in 0..<2 {
        let start = (sample * 3 + timestep) * 2
        turnedNumbers += sequence.numbers[start..<start + 2]
      }
    }
    let turned = Value(shape: [3, 2, 2], turnedNumbers)
    let run = try run(lstm("lstm", sequences: true, options: ["time_major": .bool(true)]), [turned])
    #expect(run.calls[0].trace == plain.calls[0].trace)
    #expect(run.outputs[0]?.shape == [3, 2, 2])
    #expect(Array(run.outputs[0]?.numbers[2..<4] ?? []) == Array(plain.calls[0].trace.y[6..<8]))
  }

  @Test("A run is stopped by its progress closure, before a layer and inside an LSTM")
  func cancelled() throws {
    let graph = try graph(of: lstm("lstm", sequences: true), [sequence])
    #expect(try graph.run([sequence]) { _ in false } == nil)
    #expect(try graph.run([sequence]) { $0.timesteps == 0 } == nil)
  }

  @Test("A graph that refers forwards, or to an input that is not there, is refused")
  func references() throws {
    let layer = lstm("lstm", sequences: true)
    for reference in [Reference.input(1), .node(0, output: 0), .node(1, output: 0)] {
      #expect(throws: GraphError.reference(reference, from: "lstm")) {
        try Graph(
          inputs: [GraphInput(name: "x", shape: [nil])], nodes: [try node(layer, reference)], outputs: [])
      }
    }
  }

  @Test("An input of another shape than the model declares is refused, whatever its batch")
  func inputs() throws {
    let graph = try Graph(
      inputs: [GraphInput(name: "x", shape: [1, nil, 2])],
      nodes: [try node(lstm("lstm", sequences: true), .input(0))], outputs: [])
    #expect(try graph.run([sequence])?.calls.count == 1)
    for shape in [[3, 2], [1, 2, 3]] {
      let error = #expect(throws: LayerError.self) {
        try graph.run([Value(shape: shape, Array(repeating: 0, count: 6))])
      }
      #expect(error?.message.contains("(1, any, 2)") == true)
    }
  }
}

/// Two samples of three timesteps and two features.
let sequence = Value(shape: [2, 3, 2], (0..<12).map { Float($0 * 7 % 12) / 12 - 0.4 })

private let weights: [NamedArray] = [
  NamedArray(name: "kernel", shape: [2, 8], values: (0..<16).map { Float($0 * 5 % 16) / 8 - 1 }),
  NamedArray(name: "recurrent_kernel", shape: [2, 8], values: (0..<16).map { Float($0 * 3 % 16) / 8 - 1 }),
  NamedArray(name: "bias", shape: [8], values: (0..<8).map { Float($0) / 8 - 0.5 }),
]

private let lstmParameters = Parameters(
  features: 2, units: 2, kernel: weights[0].values, recurrentKernel: weights[1].values,
  bias: weights[2].values)

func lstm(
  _ name: String, sequences: Bool, options: [String: ConfigValue] = [:], kerasMajor: Int = 3
) -> LayerDescription {
  LayerDescription(
    name: name, className: "LSTM",
    options: options.merging(["return_sequences": .bool(sequences)]) { $1 }, weights: weights,
    kerasMajor: kerasMajor)
}

func node(
  _ layer: LayerDescription, _ input: Reference, call: Int = 0, states: [Reference] = []
) throws -> Node {
  Node(
    layer: layer.name, className: layer.className, call: call, operation: try LayerKind.operation(for: layer),
    arguments: [.value(input)], initialState: states)
}

/// A graph of one layer on its inputs, with as many outputs as the layer may have.
func graph(of layer: LayerDescription, _ inputs: [Value], outputs: Int = 1) throws -> Graph {
  let node = Node(
    layer: layer.name, className: layer.className, operation: try LayerKind.operation(for: layer),
    arguments: inputs.indices.map { .value(.input($0)) })
  return try Graph(
    inputs: inputs.map { GraphInput(name: "x", shape: $0.shape.map { $0 }) }, nodes: [node],
    outputs: (0..<outputs).map { GraphOutput(name: "\($0)", reference: .node(0, output: $0)) })
}

func run(_ layer: LayerDescription, _ inputs: [Value]) throws -> NetworkRun {
  let returnsStates = layer.options["return_state"] == .bool(true)
  let ran = try graph(of: layer, inputs, outputs: returnsStates ? 1 + 2 * max(1, layer.children.count) : 1)
    .run(inputs)
  return try #require(ran)
}
