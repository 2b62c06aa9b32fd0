extension Parameters {
  /// The same layer with other weights or activations; what is not given stays as it is.
  ///
  /// - Precondition: The arrays have the shapes of those that they replace.
  package func replacing(
    kernel: [Float]? = nil, recurrentKernel: [Float]? = nil, bias: [Float]? = nil,
    activation: Activation? = nil, recurrentActivation: Activation? = nil
  ) -> Parameters {
    Parameters(
      features: features, units: units, kernel: kernel ?? self.kernel,
      recurrentKernel: recurrentKernel ?? self.recurrentKernel, bias: bias ?? self.bias,
      activation: activation ?? self.activation,
      recurrentActivation: recurrentActivation ?? self.recurrentActivation, goBackwards: goBackwards,
      zeroOutputForMask: zeroOutputForMask, putsOutInitialState: putsOutInitialState,
      additions: additions)
  }
}
