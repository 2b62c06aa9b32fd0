package import LSTM

/// What a run does otherwise than the file says, to find out what the file should have said.
package struct Overrides: Sendable, Equatable {
  /// Weights and activations of LSTMs, by key. Directions and flags stay those of the layer.
  package var parameters: [String: Parameters] = [:]
  /// Weights and activations of Denses, by the layer's path.
  package var dense: [String: DenseWeights] = [:]
  /// Whether every LSTM runs as if there were no mask.
  package var ignoresMasks = false
  /// The mask of every LSTM that has none, where it is of its batch and timesteps.
  package var mask: Mask?
  /// Whether every LSTM puts out zeros where it is masked.
  package var zeroesMasked = false
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
    var mask: Mask?
    var zeroesMasked = false
    var ignoresMasks = false
    var beginsWithZeros = false
    var exchangesStates = false
    var takesLastPosition = false
    var turnsBackwardsRound = false

    /// The input as it is to be run.
    func applied(to input: LayerInput) -> LayerInput {
      guard ignoresMasks || beginsWithZeros || exchangesStates || mask != nil else { return input }
      var input = input
      if input.mask == nil, let mask, mask.shape == [input.batch, input.timesteps] {
        input.mask = mask.flags
      }
      if ignoresMasks { input.mask = nil }
      if exchangesStates { swap(&input.h0, &input.c0) }
      if beginsWithZeros { (input.h0, input.c0) = (nil, nil) }
      return input
    }

    /// The layer as it is to be run.
    func applied(to layer: PackedOnce, place: Int) -> PackedOnce {
      let chosen = layers[place] ?? layer
      let parameters = chosen.parameters
      precondition(
        parameters.features == layer.parameters.features && parameters.units == layer.parameters.units
          && parameters.outputs == layer.parameters.outputs, "the weights are of another size")
      guard zeroesMasked, !parameters.zeroOutputForMask else { return chosen }
      return PackedOnce(parameters.turned(goBackwards: parameters.goBackwards, zeroOutputForMask: true))
    }
  }

  func part(layer: String, keys: [String]) -> Part {
    var part = Part(
      dense: dense[layer], mask: mask, zeroesMasked: zeroesMasked, ignoresMasks: ignoresMasks,
      beginsWithZeros: beginsWithZeros, exchangesStates: exchangesStates,
      takesLastPosition: takesLastPosition, turnsBackwardsRound: turnsBackwardsRound)
    for (place, key) in keys.enumerated() {
      if let parameters = parameters[key] { part.layers[place] = PackedOnce(parameters) }
    }
    return part
  }
}
