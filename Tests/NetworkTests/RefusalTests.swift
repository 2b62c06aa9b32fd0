import Network
import Testing

/// A layer that cannot be made or run, and a part of the sentence that must say so.
struct Refusal: Sendable, CustomTestStringConvertible {
  let className: String
  var options: [String: ConfigValue] = [:]
  var weights: [NamedArray] = []
  var inputs: [[Int]] = [[2, 3, 2]]
  let says: String

  var testDescription: String { "\(className): \(says)" }

  static let all: [Refusal] = [
    Refusal(
      className: "RepeatVector", options: ["n": .number(1e9)], inputs: [[2, 2]],
      says: "more than 268435456 values"),
    Refusal(className: "RepeatVector", options: ["n": .number(-1)], inputs: [[2, 2]], says: "more than"),
    Refusal(
      className: "RepeatVector", options: ["n": .number(1.5)], inputs: [[2, 2]],
      says: "1.5 where a whole number"),
    Refusal(
      className: "RepeatVector", options: ["n": .number(1e30)], inputs: [[2, 2]], says: "where a whole number"
    ),
    Refusal(className: "RepeatVector", inputs: [[2, 2]], says: "option n is missing"),
    Refusal(className: "RepeatVector", options: ["n": .number(2)], says: "takes (batch, features)"),
    Refusal(
      className: "ZeroPadding1D", options: ["padding": .number(2e8)], says: "more than 268435456 values"),
    Refusal(
      className: "ZeroPadding1D", options: ["padding": .list([.number(9e18), .number(1)])], says: "from 0 to"),
    Refusal(className: "UpSampling1D", options: ["size": .number(2e8)], says: "more than 268435456 values"),
    Refusal(className: "Cropping1D", options: ["cropping": .number(2)], says: "more than 4 timesteps"),
    Refusal(
      className: "Reshape", options: ["target_shape": .list([.number(1e10), .number(1e10)])],
      says: "more than"),
    Refusal(
      className: "Reshape", options: ["target_shape": .list([.number(7), .number(-1)])],
      says: "a shape of 12 values"),
    Refusal(
      className: "Reshape", options: ["target_shape": .list([.number(-1), .number(-1)])],
      says: "at most one -1"),
    Refusal(
      className: "Permute", options: ["dims": .list([.number(1), .number(3)])], says: "each axis once"),
    Refusal(className: "MaxPooling1D", options: ["pool_size": .number(9e18)], says: "from 1 to"),
    Refusal(
      className: "MaxPooling1D", options: ["pool_size": .number(4)],
      says: "4 or more along the axis of its window"),
    Refusal(
      className: "Conv1D", options: ["dilation_rate": .number(2e8), "use_bias": .bool(false)],
      weights: [array("kernel", [3, 2, 1])],
      says: "more than 268435456 values"),
    Refusal(
      className: "Conv1D", weights: [array("kernel", [3, 5, 1])], says: "array bias of shape (1,) is missing"),
    Refusal(className: "Dense", says: "array kernel of shape (features, units) is missing"),
    Refusal(
      className: "Dense", weights: [array("kernel", [2, 3]), array("bias", [2])],
      says: "bias has shape (2,) where its options and inputs need (3,)"),
    Refusal(
      className: "Dense", options: ["use_bias": .bool(false)], weights: [array("kernel", [4, 3])],
      says: "takes (batch, …, 4)"),
    Refusal(
      className: "LSTM", weights: [array("kernel", [2, 9])],
      says: "kernel has shape (2, 9) where its options and inputs need (2, 8)"),
    Refusal(
      className: "LSTM", options: ["units": .number(3)], weights: [array("kernel", [2, 8])],
      says: "need (2, 12)"),
    Refusal(
      className: "LSTM", weights: [array("kernel", [2, 8])],
      says: "recurrent_kernel of shape (2, 8) is missing"),
    Refusal(
      className: "LSTM", options: ["return_state": .text("yes")], weights: [],
      says: "'yes' where True or False"),
    Refusal(className: "Bidirectional", says: "holds 0 layers where it needs two"),
    Refusal(className: "RNN", says: "holds 0 layers where it needs one cell"),
    Refusal(
      className: "Concatenate", options: ["axis": .number(7)], inputs: [[2, 3], [2, 3]], says: "axis is 7"),
    Refusal(className: "Concatenate", inputs: [[2, 3], [3, 3]], says: "but for axis 1"),
    Refusal(className: "Add", inputs: [[2, 3], [2, 4]], says: "broadcasts with (2, 3)"),
    Refusal(className: "Subtract", inputs: [[2, 3]], says: "given 1 inputs where it takes 2"),
    Refusal(
      className: "Dot", options: ["axes": .number(1)], inputs: [[2, 3], [2, 4]], says: "3 along axis 1"),
    Refusal(
      className: "Dot", options: ["axes": .number(0)], inputs: [[2, 3], [2, 3]], says: "no batch axis"),
    Refusal(className: "BatchNormalization", says: "moving_mean of shape (features) is missing"),
    Refusal(className: "LayerNormalization", options: ["axis": .number(5)], says: "axis is 5"),
    Refusal(
      className: "Embedding", weights: [array("embeddings", [2, 3])], inputs: [[9, 9]],
      says: "outside its table of 2 rows"),
    Refusal(className: "Attention", says: "given 1 inputs where it takes 2 or more"),
    Refusal(className: "StringLookup", options: ["vocabulary": .list([.text("a")])], says: "takes texts"),
    Refusal(className: "TextVectorization", says: "option vocabulary is missing"),
    Refusal(className: "ops.Matmul", inputs: [[2, 3], [2, 3]], says: "to multiply with (2, 3)"),
    Refusal(
      className: "ops.Transpose", options: ["axes": .list([.number(0), .number(0)])], inputs: [[2, 3]],
      says: "once"),
    Refusal(
      className: "ops.Split", options: ["indices_or_sections": .number(0)], inputs: [[2, 3]],
      says: "a divisor of 2"),
  ]

  private static func array(_ name: String, _ shape: [Int]) -> NamedArray {
    NamedArray(name: name, shape: shape, values: Array(repeating: 0.5, count: shape.reduce(1, *)))
  }
}

@Suite struct RefusalTests {
  @Test("What is impossible is refused with a sentence, before memory is taken", arguments: Refusal.all)
  func refused(_ refusal: Refusal) throws {
    let inputs = refusal.inputs.map { shape in
      Value(shape: shape, (0..<shape.reduce(1, *)).map { Float($0) })
    }
    let layer = LayerDescription(
      name: "layer", className: refusal.className, options: refusal.options, weights: refusal.weights)
    let error = #expect(throws: LayerError.self) { try graph(of: layer, inputs).run(inputs) }
    #expect(error?.message.contains(refusal.says) == true, "\(error?.message ?? "")")
    #expect(error?.message.hasPrefix("layer layer (\(refusal.className)): ") == true)
  }

  @Test(
    "What has no arithmetic here becomes an operation that says why",
    arguments: [
      (LayerDescription(name: "l", className: "Lambda"), "holds Python code"),
      (LayerDescription(name: "l", className: "corp>Scaler"), "a class of the model's author"),
      (LayerDescription(name: "l", className: "ConvLSTM2D"), "not one that can be run here"),
      (
        LayerDescription(
          name: "l", className: "TimeDistributed",
          children: [
            LayerDescription(
              name: "inner", className: "LSTM", options: ["stateful": .bool(true)],
              weights: lstm("inner", sequences: true).weights)
          ]),
        "the LSTM inside is stateful"
      ),
      (
        LayerDescription(
          name: "l", className: "TimeDistributed",
          children: [
            LayerDescription(
              name: "inner", className: "LSTM", options: ["return_state": .bool(true)],
              weights: lstm("inner", sequences: true).weights)
          ]), "Keras joins those with the output"
      ),
      (
        LayerDescription(
          name: "l", className: "Hashing", options: ["num_bins": .number(3), "salt": .list([.number(1)])]),
        "its option salt is set"
      ),
      (
        LayerDescription(
          name: "l", className: "Activation", options: ["activation": .text("my_function")]),
        "my_function, is not one of Keras' own functions"
      ),
    ])
  func unrunnable(_ layer: LayerDescription, _ says: String) throws {
    let operation = try LayerKind.operation(for: layer)
    #expect(operation.unrunnable?.contains(says) == true, "\(operation.unrunnable ?? "runs")")
  }
}
