extension LayerKind {
  /// Layers that change nothing at inference: inputs, dropout and noise, regularisation.
  static let identity = LayerKind(
    name: "Identity",
    classNames: [
      "InputLayer", "Identity", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout",
      "AlphaDropout",
      "ActivityRegularization",
    ]
  ) { _ throws(LayerProblem) in
    Operation { call throws(LayerProblem) in
      guard call.inputs.count == 1 else { throw .inputCount(found: call.inputs.count, wanted: "1") }
      return call.inputs
    }
  }
}
