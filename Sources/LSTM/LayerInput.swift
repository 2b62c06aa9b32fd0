/// What one run of a layer is given.
package struct LayerInput: Sendable, Equatable {
  package let batch: Int
  package let timesteps: Int
  package let features: Int
  /// Shape (batch, timesteps, features), row by row.
  package var x: [Float]
  /// Shape (batch, timesteps), true where the timestep counts; nil where nothing is masked.
  package var mask: [Bool]?
  /// Initial memory state, shape (batch, units); nil for zeros.
  package var h0: [Float]?
  /// Initial carry state, shape (batch, units); nil for zeros.
  package var c0: [Float]?

  package init(
    batch: Int, timesteps: Int, features: Int, x: [Float], mask: [Bool]? = nil, h0: [Float]? = nil,
    c0: [Float]? = nil
  ) {
    precondition(x.count == batch * timesteps * features, "x is not (batch, timesteps, features)")
    precondition(mask.map { $0.count == batch * timesteps } ?? true, "mask is not (batch, timesteps)")
    self.batch = batch
    self.timesteps = timesteps
    self.features = features
    self.x = x
    self.mask = mask
    self.h0 = h0
    self.c0 = c0
  }
}
