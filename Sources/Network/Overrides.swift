package import LSTM

/// What a run does otherwise than the file says, to find out what the file should have said.
package struct Overrides: Sendable, Equatable {
  /// Weights and activations of LSTMs, by key. Directions and flags stay those of the layer.
  package var parameters: [String: Parameters] = [:]
  /// Weights and activations of Denses, by the layer's path.
  package var dense: [String: DenseWeights] = [:]
  /// Whether every LSTM runs as if there were no mask.
  package var ignoresMasks = false
  /// Whether every LSTM begins with zeros, whatever states it is passed.
  package var beginsWithZeros = false
  /// Whether h and c are exchanged where a state is passed.
  package var exchangesStates = false
  /// Whether a Bidirectional that puts out one row takes both directions' at the last timestep, as `y[:, -1]` does.
  package var takesLastPosition = false
  /// Whether what an LSTM that goes backwards by itself puts out is turned round, as a Bidirectional turns it.
  package var turnsBackwardsRound = false
  /// Whether inputs may have another number of timesteps than the model declares.
  package var takesAnyLength = false

  package init() {}
}

extension Overrides {
  /// What one call needs of it.
  struct Part {
    /// By their place among the call's LSTMs.
    var layers: [Int: PackedOnce] = [:]
    var dense: DenseWeights?
    var ignoresMasks = false
    var beginsWithZeros = false
    var exchangesStates = false
    var takesLastPosition = false
    var turnsBackwardsRound = false

    /// The input as it is to be run.
    func applied(to input: LayerInput) -> LayerInput {
      guard ignoresMasks || beginsWithZeros || exchangesStates else { return input }
      var input = input
      if ignoresMasks { input.mask = nil }
      if exchangesStates { swap(&input.h0, &input.c0) }
      if beginsWithZeros { (input.h0, input.c0) = (nil, nil) }
      return input
    }

    /// The layer as it is to be run.
    func applied(to layer: PackedOnce, place: Int) -> PackedOnce {
      guard let other = layers[place] else { return layer }
      precondition(
        other.parameters.features == layer.parameters.features
          && other.parameters.units == layer.parameters.units
          && other.parameters.outputs == layer.parameters.outputs, "the weights are of another size")
      return other
    }
  }

  func part(layer: String, keys: [String]) -> Part {
    var part = Part(
      dense: dense[layer], ignoresMasks: ignoresMasks, beginsWithZeros: beginsWithZeros, exchangesStates: exchangesStates,
      takesLastPosition: takesLastPosition, turnsBackwardsRound: turnsBackwardsRound)
    for (place, key) in keys.enumerated() {
      if let parameters = parameters[key] { part.layers[place] = PackedOnce(parameters) }
    }
    return part
  }
}
