package import LSTM

/// What a Dense is made of.
///
///     y = activation(x·kernel + bias)
package struct DenseWeights: Sendable, Equatable {
  /// Of x.
  package let features: Int
  package let units: Int
  /// (features, units), by rows.
  package let kernel: [Float]
  /// nil where it has none.
  package let bias: [Float]?
  package let activation: Activation

  /// - Precondition: The sizes fit.
  package init(features: Int, units: Int, kernel: [Float], bias: [Float]?, activation: Activation) {
    precondition(kernel.count == features * units && bias.map { $0.count == units } ?? true)
    self.features = features
    self.units = units
    self.kernel = kernel
    self.bias = bias
    self.activation = activation
  }

  package func replacing(
    kernel: [Float]? = nil, bias: [Float]? = nil, activation: Activation? = nil
  ) -> DenseWeights {
    DenseWeights(
      features: features, units: units, kernel: kernel ?? self.kernel, bias: bias ?? self.bias,
      activation: activation ?? self.activation)
  }
}
