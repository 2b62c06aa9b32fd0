/// An activation function by the name that Keras gives it.
package struct Activation: Sendable, Equatable {
  /// Keras' name, as it stands in the formula: `tanh`, `sigmoid`, `hard_sigmoid`.
  package let name: String

  package static let tanh = Activation(name: "tanh")
  package static let sigmoid = Activation(name: "sigmoid")
}
