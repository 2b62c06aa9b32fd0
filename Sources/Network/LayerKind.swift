/// A kind of layer: the classes that it covers and how it is made.
package struct LayerKind: Sendable {
  /// The stem of its file.
  package let name: String
  package let classNames: [String]
  let make: @Sendable (LayerDescription) throws(LayerProblem) -> Operation
}

extension LayerKind {
  /// Every kind that runs. No class belongs to two.
  package static let all: [LayerKind] = [
    lstm, bidirectional, rnn, gru, simpleRNN, identity, embedding, masking, dense, timeDistributed,
    activations,
    reshape, flatten, repeatVector, permute, merge, concatenate, dot, batchNormalization, layerNormalization,
    groupNormalization, lengthNormalization,
    einsumDense, multiHeadAttention,
    convolution, transposedConvolution, pooling, globalPooling, zeroPadding, cropping, upSampling, attention,
    rescaling, discretization, categoryEncoding,
    normalization, textVectorization, stringLookup, integerLookup, hashing, operations,
    onnxLSTM, onnxRecurrent, sequenceMask, onnxConvolution, onnxOperations,
  ]

  private static let byClass: [String: LayerKind] = Dictionary(
    uniqueKeysWithValues: all.flatMap { kind in kind.classNames.map { ($0, kind) } })

  /// Makes what a layer computes.
  ///
  /// - Returns: For a Lambda, a custom class or one that is not known an operation that cannot be run and
  ///   says why.
  /// - Throws: A `LayerError` where the class is known and its options or weights are impossible.
  package static func operation(for layer: LayerDescription) throws(LayerError) -> Operation {
    guard let kind = byClass[layer.className] else { return .unrunnable(reason(for: layer.className)) }
    do {
      var operation = try kind.make(layer)
      operation.making = layer.making
      operation.traits = layer.traits
      return operation
    } catch {
      if case .unsupported(let reason) = error { return .unrunnable(reason) }
      throw LayerError(layer: layer.name, className: layer.className, problem: error)
    }
  }

  private static func reason(for className: String) -> String {
    switch className {
    case "Lambda": "a Lambda layer holds Python code, and no code from a model file is run"
    case _ where className.contains(">"): "\(className) is a class of the model's author, not of Keras"
    default: "this kind of layer is not one that can be run here"
    }
  }
}
