import Network
import Testing

@Suite struct MutantTests {
  @Test("Layers with seeded faults in options, weights, inputs and masks run or throw, and never trap")
  func mutants() throws {
    var generator = Seeded(state: 7)
    var (ran, refused) = (0, 0)
    for round in 0..<12 {
      for recorded in RecordedLayer.all {
        var mutant = Mutant(recorded)
        for _ in 0...(round % 3) { mutant.mutate(&generator) }
        do {
          _ = try mutant.graph().run(mutant.values)
          ran += 1
        } catch {
          refused += 1
        }
      }
    }
    print("\(ran + refused) mutants of layers: \(ran) ran, \(refused) were refused")
    #expect(ran > 0 && refused > 0)
  }
}

/// A recorded call whose parts can be spoilt.
private struct Mutant {
  var layer: LayerDescription
  var inputs: [Value]
  var states: [Value]
  let recorded: RecordedLayer

  init(_ recorded: RecordedLayer) {
    self.recorded = recorded
    layer = recorded.layer
    inputs = recorded.inputs
    states = recorded.states
  }

  var values: [Value] { inputs + states }

  func graph() throws -> Graph {
    let node = Node(
      layer: recorded.name, className: layer.className, operation: try LayerKind.operation(for: layer),
      arguments: recorded.arguments, keywords: recorded.keywords,
      initialState: states.indices.map { .input(inputs.count + $0) })
    return try Graph(
      inputs: values.map { value in
        let isText = if case .texts = value.elements { true } else { false }
        return GraphInput(name: "x", shape: value.shape.map { _ in nil }, kind: isText ? .texts : .numbers)
      }, nodes: [node], outputs: [])
  }

  mutating func mutate(_ generator: inout Seeded) {
    switch Int.random(in: 0..<6, using: &generator) {
    case 0, 1, 2: layer = layer.mutated(&generator)
    case 3:
      if let index = states.indices.randomElement(using: &generator) {
        states[index] = reshaped(states[index], &generator)
      }
    case 4:
      if let index = inputs.indices.randomElement(using: &generator) {
        inputs[index] = reshaped(inputs[index], &generator)
      }
    default:
      if let index = inputs.indices.randomElement(using: &generator) {
        let shape = Array(inputs[index].shape.prefix(Int.random(in: 0...3, using: &generator)))
        inputs[index].mask = Mask(shape: shape, (0..<shape.reduce(1, *)).map { $0 % 3 != 0 })
      }
    }
  }
}

private func reshaped(_ value: Value, _ generator: inout Seeded) -> Value {
  if Int.random(in: 0..<8, using: &generator) == 0 {
    return Value(shape: value.shape, texts: Array(repeating: "word", count: value.shape.reduce(1, *)))
  }
  var shape = value.shape
  switch Int.random(in: 0..<4, using: &generator) {
  case 0: shape.append(1)
  case 1 where !shape.isEmpty: shape.removeLast()
  case 2 where !shape.isEmpty: shape[Int.random(in: shape.indices, using: &generator)] = 0
  default: shape = shape.map { _ in Int.random(in: 1...4, using: &generator) }
  }
  let count = shape.reduce(1, *)
  return Value(shape: shape, (0..<count).map { Float($0 % 7) - 2 })
}

extension LayerDescription {
  fileprivate func mutated(_ generator: inout Seeded) -> LayerDescription {
    var (options, weights, children) = (options, weights, children)
    let strange: [ConfigValue] = [
      .null, .bool(true), .bool(false), .number(0), .number(-1), .number(1), .number(3), .number(1e18),
      .number(2.5), .number(-.infinity), .number(.nan), .text("softmax"), .list([]),
      .list([.number(1), .number(1)]), .list([.number(-9e18)]), .object([:]),
    ]
    if !children.isEmpty, Bool.random(using: &generator) {
      let index = Int.random(in: children.indices, using: &generator)
      children[index] = children[index].mutated(&generator)
    } else if !weights.isEmpty, Bool.random(using: &generator) {
      let index = Int.random(in: weights.indices, using: &generator)
      if Bool.random(using: &generator) {
        weights.remove(at: index)
      } else {
        let value = reshaped(Value(shape: weights[index].shape, weights[index].values), &generator)
        if case .numbers(let numbers) = value.elements {
          weights[index] = NamedArray(name: weights[index].name, shape: value.shape, values: numbers)
        }
      }
    } else if let key = options.keys.sorted().randomElement(using: &generator) {
      options[key] = strange.randomElement(using: &generator)
    }
    return LayerDescription(
      name: name, className: className, options: options, weights: weights, children: children)
  }
}

/// SplitMix64, so that a mutant that fails fails again.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
