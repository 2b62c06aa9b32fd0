import Debugger
import LSTM
import Network

/// A model with one known fault, or two, and what is to be said of it.
struct PlantedFault: Sendable {
  let name: String
  /// The detective's words for it, or the doctor's.
  let expected: Set<String>
  let kind: Kind

  enum Kind: Sendable {
    /// Makes a wrong model, its inputs, and what the right one gives.
    case check(@Sendable (inout Dice) throws -> (Graph, [Value], Numbers))
    /// Makes a sick model and its inputs.
    case doctor(@Sendable (inout Dice) throws -> (Graph, [Value]))
  }
}

// MARK: - What the detective is to find

extension PlantedFault {
  /// Sizes vary with the seed.
  private static func sizes(_ dice: inout Dice, square: Bool = false) -> (features: Int, units: Int) {
    let units = 5 + dice.below(6)
    return (square ? units : 3 + dice.below(5), units)
  }

  private static func input(
    _ dice: inout Dice, features: Int, batch: Int = 3, timesteps: Int? = nil
  ) -> Value {
    let length = timesteps ?? 8 + dice.below(8)
    return Value(shape: [batch, length, features], dice.normal(batch * length * features, 1))
  }

  /// A fault of the weights of one LSTM.
  private static func weights(
    _ name: String, _ expected: String..., square: Bool = false, layers: Int = 1,
    recurrentActivation: Activation = .sigmoid, activation: Activation = .tanh, only: Int? = nil,
    sequences: Bool = true, wrong: @escaping @Sendable (Parameters, inout Dice) -> Parameters
  ) -> PlantedFault {
    PlantedFault(
      name: name, expected: Set(expected),
      kind: .check { dice in
        let (features, units) = sizes(&dice, square: square)
        var right: [Parameters] = []
        for index in 0..<layers {
          right.append(
            dice.parameters(
              features: index == 0 ? features : units, units: units, activation: activation,
              recurrentActivation: recurrentActivation))
        }
        let x = input(&dice, features: features)
        let y = try TestModels.output(TestModels.chain(right, sequences: sequences), [x], &dice)
        var broken = right
        for index in right.indices where only == nil || only == index {
          broken[index] = wrong(right[index], &dice)
        }
        return (try TestModels.chain(broken, sequences: sequences), [x], y)
      })
  }

  /// A fault of what is fed or recorded; the weights are right.
  private static func record(
    _ name: String, _ expected: String, batch: Int = 3, timesteps: Int? = nil,
    _ make: @escaping @Sendable (Graph, Value, inout Dice) throws -> Numbers
  ) -> PlantedFault {
    PlantedFault(
      name: name, expected: [expected],
      kind: .check { dice in
        let (features, units) = sizes(&dice)
        let graph = try TestModels.chain([dice.parameters(features: features, units: units)])
        let x = input(&dice, features: features, batch: batch, timesteps: timesteps)
        return (graph, [x], try make(graph, x, &dice))
      })
  }

  private static func bidirectional(
    _ name: String, _ expected: String,
    wrong: @escaping @Sendable (Parameters) -> Parameters = { $0 }, swapsWeights: Bool = false,
    record: @escaping @Sendable (Numbers, Int) -> Numbers = { numbers, _ in numbers }
  ) -> PlantedFault {
    PlantedFault(
      name: name, expected: [expected],
      kind: .check { dice in
        let (features, units) = sizes(&dice)
        let forward = dice.parameters(features: features, units: units)
        let backward = dice.parameters(features: features, units: units)
        let x = input(&dice, features: features)
        let y = try TestModels.output(TestModels.bidirectional(forward, backward), [x], &dice)
        let broken =
          swapsWeights
          ? try TestModels.bidirectional(backward, forward)
          : try TestModels.bidirectional(wrong(forward), wrong(backward))
        return (broken, [x], record(y, units))
      })
  }

  static let ofCheck: [PlantedFault] = [
    weights("kernel reshaped", "kernel-reshaped") { layer, _ in
      layer.replacing(kernel: Faults.reshaped(layer.kernel, rows: layer.features, columns: 4 * layer.units))
    },
    weights("both kernels reshaped, two layers", "kernels-reshaped", layers: 2) { layer, _ in
      layer.replacing(
        kernel: Faults.reshaped(layer.kernel, rows: layer.features, columns: 4 * layer.units),
        recurrentKernel: Faults.reshaped(layer.recurrentKernel, rows: layer.units, columns: 4 * layer.units))
    },
    weights("recurrent kernel reshaped", "recurrent-kernel-reshaped") { layer, _ in
      layer.replacing(
        recurrentKernel: Faults.reshaped(layer.recurrentKernel, rows: layer.units, columns: 4 * layer.units))
    },
    weights("recurrent blocks untransposed", "recurrent-blocks-untransposed") { layer, _ in
      layer.replacing(recurrentKernel: Faults.blocksTransposed(layer.recurrentKernel, units: layer.units))
    },
    weights("recurrent blocks untransposed, three layers", "recurrent-blocks-untransposed", layers: 3) {
      layer, _ in
      layer.replacing(recurrentKernel: Faults.blocksTransposed(layer.recurrentKernel, units: layer.units))
    },
    weights("recurrent blocks of the second layer alone", "recurrent-blocks-untransposed", layers: 2, only: 1)
    {
      layer, _ in
      layer.replacing(recurrentKernel: Faults.blocksTransposed(layer.recurrentKernel, units: layer.units))
    },
    weights("recurrent blocks, last output alone", "recurrent-blocks-untransposed", sequences: false) {
      layer, _ in
      layer.replacing(recurrentKernel: Faults.blocksTransposed(layer.recurrentKernel, units: layer.units))
    },
    weights("kernel blocks untransposed", "kernel-blocks-untransposed", square: true) { layer, _ in
      layer.replacing(kernel: Faults.blocksTransposed(layer.kernel, units: layer.units))
    },
    weights("bias twice", "bias-twice") { layer, _ in
      layer.replacing(bias: layer.bias?.map { $0 * 2 })
    },
    weights("bias_hh forgotten", "bias-incomplete") { layer, dice in
      layer.replacing(bias: zip(layer.bias ?? [], dice.uniform(4 * layer.units, 0.4)).map { $0 - $1 })
    },
    bidirectional(
      "bias_hh forgotten, both directions", "bias-incomplete",
      wrong: { layer in
        layer.replacing(
          bias: layer.bias.map { bias in bias.enumerated().map { $1 - 0.1 * Float($0 % 5) + 0.2 } })
      }),
    bidirectional(
      "backward half not re-reversed", "backward-not-reversed",
      record: { numbers, units in Faults.reversed(numbers, from: units) }),
    bidirectional(
      "halves swapped", "halves-swapped",
      record: { numbers, units in
        Numbers(
          shape: numbers.shape,
          values: stride(from: 0, to: numbers.values.count, by: 2 * units).flatMap { start in
            numbers.values[start + units..<start + 2 * units] + numbers.values[start..<start + units]
          })
      }),
    bidirectional("weights of the directions swapped", "directions-swapped", swapsWeights: true),
    bidirectional(
      "recurrent blocks, both directions", "recurrent-blocks-untransposed",
      wrong: { layer in
        layer.replacing(recurrentKernel: Faults.blocksTransposed(layer.recurrentKernel, units: layer.units))
      }),
    PlantedFault(
      name: "layers swapped", expected: ["layers-swapped"],
      kind: .check { dice in
        let units = 5 + dice.below(5)
        let layers = [
          dice.parameters(features: units, units: units), dice.parameters(features: units, units: units),
        ]
        let x = input(&dice, features: units)
        let y = try TestModels.output(TestModels.chain(layers), [x], &dice)
        return (try TestModels.chain(layers.reversed()), [x], y)
      }),
    record("one timestep early", "one-timestep-early", timesteps: 10) { graph, x, dice in
      let y = try TestModels.output(graph, [x], &dice)
      let width = y.shape[2]
      // The last one is what nobody knows.
      return Numbers(
        shape: y.shape,
        values: (0..<y.shape[0]).flatMap { sample -> [Float] in
          let start = sample * 10 * width
          return Array(y.values[start + width..<start + 10 * width]) + dice.normal(width, 0.3)
        })
    },
    record("one timestep late", "one-timestep-late", timesteps: 10) { graph, x, dice in
      let y = try TestModels.output(graph, [x], &dice)
      let width = y.shape[2]
      return Numbers(
        shape: y.shape,
        values: (0..<y.shape[0]).flatMap { sample -> [Float] in
          let start = sample * 10 * width
          return Array(repeating: 0, count: width) + y.values[start..<start + 9 * width]
        })
    },
    record("training mode", "training-mode") { graph, x, dice in
      let y = try TestModels.output(graph, [x], &dice)
      return Numbers(
        shape: y.shape, values: y.values.map { dice.below(10) < 3 ? 0 : $0 / 0.7 })
    },
    PlantedFault(
      name: "sigmoid for hard_sigmoid", expected: ["recurrent-activation"],
      kind: .check { dice in try functions(&dice, right: (.tanh, .hardSigmoid), wrong: (.tanh, .sigmoid)) }),
    PlantedFault(
      name: "hard_sigmoid of Keras 3 for that of Keras 2", expected: ["recurrent-activation"],
      kind: .check { dice in try functions(&dice, right: (.tanh, .hardSigmoid2), wrong: (.tanh, .hardSigmoid))
      }),
    PlantedFault(
      name: "tanh for relu", expected: ["activation"],
      kind: .check { dice in try functions(&dice, right: (.relu, .sigmoid), wrong: (.tanh, .sigmoid)) }),
    PlantedFault(
      name: "tanh for softsign", expected: ["activation"],
      kind: .check { dice in try functions(&dice, right: (.softsign, .sigmoid), wrong: (.tanh, .sigmoid)) }),
    weights("gate order of ONNX", "gate-order") { layer, _ in Faults.reordered(layer, [0, 3, 1, 2]) },
    weights("gate order of TensorFlow 1, two layers", "gate-order", layers: 2) { layer, _ in
      Faults.reordered(layer, [0, 2, 1, 3])
    },
    weights("gate order o g f i", "gate-order") { layer, _ in Faults.reordered(layer, [3, 2, 1, 0]) },
    weights("gate order of the bias alone", "bias-order") { layer, _ in
      layer.replacing(bias: Faults.reordered(layer, [0, 3, 1, 2]).bias)
    },
    weights("gates interleaved", "gates-interleaved") { layer, _ in Faults.interleaved(layer) },
    weights("forget bias missing", "forget-bias-missing") { layer, _ in
      Faults.forgetBias(layer, plus: -1)
    },
    weights("forget bias added", "forget-bias-added") { layer, _ in Faults.forgetBias(layer, plus: 1) },
    weights("kernels swapped", "kernels-swapped", square: true) { layer, _ in
      layer.replacing(kernel: layer.recurrentKernel, recurrentKernel: layer.kernel)
    },
    weights("cuDNN's blocks", "cudnn-blocks") { layer, _ in Faults.cuDNN(layer) },
    record("x read backwards", "input-reversed") { graph, x, dice in
      let backwards = Faults.reversed(Numbers(shape: x.shape, values: x.numbers))
      return try TestModels.output(graph, [Faults.value(backwards)], &dice)
    },
    record("y in the opposite order", "output-reversed") { graph, x, dice in
      Faults.reversed(try TestModels.output(graph, [x], &dice))
    },
    record("batch and time swapped", "batch-and-time-swapped", batch: 4, timesteps: 9) { graph, x, dice in
      let read = Faults.exchanged(Numbers(shape: x.shape, values: x.numbers))
      return Faults.exchanged(try TestModels.output(graph, [Faults.value(read)], &dice))
    },
    record("c recorded as h", "carry-for-memory") { graph, x, _ in
      let call = try TestModels.run(graph, [x]).calls[0]
      return Numbers(shape: [call.trace.batch, call.trace.timesteps, call.trace.units], values: call.trace.c)
    },
    states("states swapped", "states-swapped") { [$0[0], $0[2], $0[1]] },
    states("states left at zero", "state-reset") { inputs in
      [inputs[0]] + inputs.dropFirst().map { Value(shape: $0.shape, $0.numbers.map { _ in 0 }) }
    },
    padded("mask missing", "mask-missing", wrongIsMasked: false) { $0 },
    padded("mask not meant", "mask-not-meant", wrongIsMasked: true, rightIsMasked: false) { $0 },
    padded("padding in front", "padding-in-front", wrongIsMasked: false, rightIsMasked: false) { x in
      // Each sample has four zeros at its end; here they stand before it.
      let width = x.shape[2]
      return Value(
        shape: x.shape,
        (0..<x.shape[0]).flatMap { sample -> [Float] in
          let start = sample * 12 * width
          return Array(x.numbers[start + 8 * width..<start + 12 * width])
            + x.numbers[start..<start + 8 * width]
        })
    },
    PlantedFault(
      name: "float16 weights", expected: ["float16-weights"],
      kind: .check { dice in
        let (features, units) = sizes(&dice)
        let layer = dice.parameters(features: features, units: units)
        func half(_ values: [Float]) -> [Float] { values.map { Float(Float16($0)) } }
        let rounded = layer.replacing(
          kernel: half(layer.kernel), recurrentKernel: half(layer.recurrentKernel), bias: layer.bias.map(half)
        )
        let x = input(&dice, features: features)
        return (
          try TestModels.chain([layer]), [x],
          try TestModels.output(TestModels.chain([rounded]), [x], &dice)
        )
      }),
    weights(
      "kernel reshaped and recurrent blocks untransposed", "kernel-reshaped", "recurrent-blocks-untransposed"
    ) { layer, _ in
      layer.replacing(
        kernel: Faults.reshaped(layer.kernel, rows: layer.features, columns: 4 * layer.units),
        recurrentKernel: Faults.blocksTransposed(layer.recurrentKernel, units: layer.units))
    },
    weights("gate order and forget bias, as of TensorFlow 1", "gate-order", "forget-bias-missing") {
      layer, _ in Faults.reordered(Faults.forgetBias(layer, plus: -1), [0, 2, 1, 3])
    },
    weights("recurrent blocks untransposed and bias twice", "recurrent-blocks-untransposed", "bias-twice") {
      layer, _ in
      layer.replacing(
        recurrentKernel: Faults.blocksTransposed(layer.recurrentKernel, units: layer.units),
        bias: layer.bias?.map { $0 * 2 })
    },
  ]

  private static func functions(
    _ dice: inout Dice, right: (Activation, Activation), wrong: (Activation, Activation)
  ) throws -> (Graph, [Value], Numbers) {
    let (features, units) = sizes(&dice)
    let layer = dice.parameters(
      features: features, units: units, activation: right.0, recurrentActivation: right.1)
    let x = input(&dice, features: features)
    let y = try TestModels.output(TestModels.chain([layer]), [x], &dice)
    let broken = layer.replacing(activation: wrong.0, recurrentActivation: wrong.1)
    return (try TestModels.chain([broken]), [x], y)
  }

  private static func states(
    _ name: String, _ expected: String, right: @escaping @Sendable ([Value]) -> [Value]
  ) -> PlantedFault {
    PlantedFault(
      name: name, expected: [expected],
      kind: .check { dice in
        let (features, units) = sizes(&dice)
        let graph = try TestModels.withStates(dice.parameters(features: features, units: units))
        let inputs =
          [input(&dice, features: features)]
          + [0, 1].map { _ in Value(shape: [3, units], dice.normal(3 * units, 0.5)) }
        return (graph, inputs, try TestModels.output(graph, right(inputs), &dice))
      })
  }

  private static func padded(
    _ name: String, _ expected: String, wrongIsMasked: Bool, rightIsMasked: Bool = true,
    right: @escaping @Sendable (Value) -> Value
  ) -> PlantedFault {
    PlantedFault(
      name: name, expected: [expected],
      kind: .check { dice in
        let (features, units) = sizes(&dice)
        let layer = dice.parameters(features: features, units: units)
        var numbers = dice.normal(3 * 12 * features, 1)
        for sample in 0..<3 {
          for place in (sample * 12 + 8) * features..<(sample + 1) * 12 * features { numbers[place] = 0 }
        }
        let x = Value(shape: [3, 12, features], numbers)
        let graph = try TestModels.chain([layer], sequences: false, isMasked: rightIsMasked)
        return (
          try TestModels.chain([layer], sequences: false, isMasked: wrongIsMasked), [x],
          try TestModels.output(graph, [right(x)], &dice)
        )
      })
  }
}

// MARK: - What the doctor is to find

extension PlantedFault {
  private static func sick(
    _ name: String, _ expected: String, timesteps: Int = 24,
    x change: @escaping @Sendable (inout [Float], Int) -> Void = { _, _ in },
    make: @escaping @Sendable (inout Dice) -> Parameters
  ) -> PlantedFault {
    PlantedFault(
      name: name, expected: [expected],
      kind: .doctor { dice in
        let layer = make(&dice)
        var x = dice.normal(2 * timesteps * layer.features, 1)
        change(&x, layer.features)
        return (try TestModels.chain([layer]), [Value(shape: [2, timesteps, layer.features], x)])
      })
  }

  private static func layer(
    _ dice: inout Dice, units: Int = 16, biases: [Float] = [0, 0, 0, 0],
    activation: Activation = .tanh, kernel: Float = 0.4, recurrent: Float = 0.2
  ) -> Parameters {
    let layer = dice.parameters(
      features: 4, units: units, kernel: kernel, recurrent: recurrent, bias: 0.2, activation: activation)
    return layer.replacing(bias: layer.bias?.enumerated().map { $1 + biases[$0 / units] })
  }

  static let ofDoctor: [PlantedFault] = [
    sick("relu that overflows", "non-finite", timesteps: 400) { dice in
      layer(&dice, activation: .relu, kernel: 0.6, recurrent: 1.4)
    },
    sick("a NaN in the recurrent kernel", "non-finite") { dice in
      let layer = layer(&dice)
      var weights = layer.recurrentKernel
      weights[dice.below(weights.count)] = .nan
      return layer.replacing(recurrentKernel: weights)
    },
    sick("a NaN in x", "non-finite", x: { x, features in x[13 * features + 1] = .nan }) { dice in layer(&dice)
    },
    sick("relu that grows", "unbounded-activation", timesteps: 60) { dice in
      layer(&dice, biases: [3, 3, 2, 2], activation: .relu, kernel: 0.4, recurrent: 0.05)
    },
    sick("output gates shut", "dead-gates") { dice in layer(&dice, biases: [0, 0, 0, -9]) },
    sick("input gates shut", "dead-gates") { dice in layer(&dice, biases: [-9, 0, 0, 0]) },
    sick("forget gates that never open", "forget-gates") { dice in
      layer(&dice, biases: [0, -7, 0, 0])
    },
    sick("forget gates that never close", "forget-gates") { dice in layer(&dice, biases: [0, 9, 0, 0]) },
    sick("c that grows", "growing-carry", timesteps: 60) { dice in
      layer(&dice, biases: [4, 8, 3, 0], kernel: 0.1)
    },
    sick("a recurrence that magnifies", "exploding-recurrence", timesteps: 60) { dice in
      layer(&dice, units: 24, biases: [2, 2, 0, 2], recurrent: 1.4)
    },
    sick(
      "x not scaled", "input-range",
      x: { x, _ in for place in x.indices { x[place] = 120 + 60 * x[place] } }
    ) { dice in layer(&dice) },
    sick("a feature that no gate reads", "unread-inputs") { dice in
      let layer = layer(&dice)
      var kernel = layer.kernel
      for column in 0..<4 * layer.units { kernel[2 * 4 * layer.units + column] = 0 }
      return layer.replacing(kernel: kernel)
    },
    sick("units copied", "duplicated-units") { dice in
      let layer = layer(&dice)
      let (units, columns) = (layer.units, 4 * layer.units)
      var (kernel, recurrent, bias) = (layer.kernel, layer.recurrentKernel, layer.bias ?? [])
      // The second half is the first again.
      for gate in 0..<4 {
        for unit in 0..<units / 2 {
          let (from, to) = (gate * units + unit, gate * units + unit + units / 2)
          for row in 0..<layer.features { kernel[row * columns + to] = kernel[row * columns + from] }
          for row in 0..<units { recurrent[row * columns + to] = recurrent[row * columns + from] }
          bias[to] = bias[from]
        }
      }
      return layer.replacing(kernel: kernel, recurrentKernel: recurrent, bias: bias)
    },
    sick("as PyTorch begins", "untrained-weights") { dice in
      let side = Float(1) / 4
      return Parameters(
        features: 4, units: 16, kernel: dice.uniform(4 * 64, side),
        recurrentKernel: dice.uniform(16 * 64, side),
        bias: zip(dice.uniform(64, side), dice.uniform(64, side)).map { $0 + $1 })
    },
    sick("units pruned to nothing", "still-units") { dice in
      let layer = layer(&dice)
      let units = layer.units
      func pruned(_ values: [Float]) -> [Float] {
        values.enumerated().map { $0 % units < units / 2 ? 0 : $1 }
      }
      return layer.replacing(
        kernel: pruned(layer.kernel), recurrentKernel: pruned(layer.recurrentKernel),
        bias: layer.bias.map(pruned))
    },
    sick(
      "padding not masked", "unmasked-padding",
      x: { x, features in for place in x.count - 9 * features..<x.count { x[place] = 0 } }
    ) { dice in layer(&dice) },
    sick("too large for float16", "float16-overflow", timesteps: 12) { dice in
      layer(&dice, biases: [900, 900, 90000, 0], activation: .linear, kernel: 0.1, recurrent: 0.0001)
    },
  ]
}

// MARK: - Healthy ones

extension PlantedFault {
  /// A model as training leaves one: moderate weights, a forget bias about 1.
  static func healthy(_ dice: inout Dice, _ index: Int) throws -> (graph: Graph, inputs: [Value]) {
    let units = 6 + dice.below(20)
    let features = 2 + dice.below(6)
    func layer(_ features: Int) -> Parameters {
      let layer = dice.parameters(
        features: features, units: units, kernel: 0.6 / Float(features).squareRoot(),
        recurrent: 0.7 / Float(units).squareRoot(), bias: 0.3)
      return layer.replacing(bias: layer.bias?.enumerated().map { $1 + ($0 / units == 1 ? 1 : 0) })
    }
    let length = 8 + dice.below(40)
    let x = Value(shape: [2, length, features], dice.normal(2 * length * features, 1))
    let graph =
      switch index % 3 {
      case 0: try TestModels.chain([layer(features)])
      case 1: try TestModels.chain([layer(features), layer(units)], sequences: index % 2 == 0)
      default: try TestModels.bidirectional(layer(features), layer(features))
      }
    return (graph, [x])
  }
}
