package import LSTM
package import Network

/// Weights put right; those of what is not among them stay.
package struct Corrected: Sendable, Equatable {
  /// By the LSTM's key.
  package var layers: [String: Parameters] = [:]
  /// Of Denses, by the layer's path.
  package var heads: [String: DenseWeights] = [:]

  package init() {}

  init(_ trial: Trial) {
    layers = trial.overrides.parameters
    heads = trial.overrides.dense
  }
}
