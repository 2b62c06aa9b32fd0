/// The weights and options of one LSTM layer, in Keras' layout.
///
/// Gate order is i f g o, four blocks of `units` columns.
package struct Parameters: Sendable, Equatable {
  package let features: Int
  package let units: Int
  /// Shape (features, 4·units), row by row.
  package let kernel: [Float]
  /// Shape (outputs, 4·units), row by row.
  package let recurrentKernel: [Float]
  /// Shape (4·units); nil where the layer has `use_bias=False`.
  package let bias: [Float]?
  package let activation: Activation
  package let recurrentActivation: Activation
  /// Step s reads timestep T-1-s; results stay in the order of processing.
  package let goBackwards: Bool
  /// Masked steps put out zeros instead of the previous output.
  package let zeroOutputForMask: Bool
  /// What the formula has beyond Keras'.
  package let additions: Additions
  /// Columns of h: the units, or the width of the projection.
  package let outputs: Int
  /// Masked steps before the first that counts put out h0, and not zeros.
  ///
  /// - Source: Keras 2.2.4, `tensorflow_backend.rnn`, the loop: the output held is the state.
  package let putsOutInitialState: Bool

  /// - Precondition: The arrays have the shapes that `features` and `units` say; readers check before.
  package init(
    features: Int, units: Int, kernel: [Float], recurrentKernel: [Float], bias: [Float]?,
    activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    goBackwards: Bool = false, zeroOutputForMask: Bool = false, putsOutInitialState: Bool = false,
    additions: Additions = .none
  ) {
    let outputs = additions.projection.map { $0.count / units } ?? units
    precondition(kernel.count == features * 4 * units, "kernel is not (features, 4·units)")
    precondition(recurrentKernel.count == outputs * 4 * units, "recurrent kernel is not (outputs, 4·units)")
    precondition(
      additions.projection.map { $0.count == units * outputs } ?? true, "projection is not (units, outputs)")
    precondition(additions.peephole.map { $0.count == 3 * units } ?? true, "peephole is not (3, units)")
    precondition(bias.map { $0.count == 4 * units } ?? true, "bias is not (4·units)")
    self.features = features
    self.units = units
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    self.bias = bias
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.goBackwards = goBackwards
    self.zeroOutputForMask = zeroOutputForMask
    self.putsOutInitialState = putsOutInitialState
    self.additions = additions
    self.outputs = outputs
  }

  /// The same weights, read in a direction and put out where masked as is said.
  package func turned(goBackwards: Bool, zeroOutputForMask: Bool) -> Parameters {
    Parameters(
      features: features, units: units, kernel: kernel, recurrentKernel: recurrentKernel, bias: bias,
      activation: activation, recurrentActivation: recurrentActivation, goBackwards: goBackwards,
      zeroOutputForMask: zeroOutputForMask, putsOutInitialState: putsOutInitialState, additions: additions)
  }

  /// Of c where h is made.
  package var stateActivation: Activation { additions.stateActivation ?? activation }
}
