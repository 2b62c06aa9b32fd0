/// Every quantity of the equations at every step of one run, in flat arrays.
///
/// Arrays by step are in the order of processing: entry s belongs to timestep `timestepIndex[s]`. On a
/// masked step z and the gates are as computed, c and h are held.
package struct Trace: Sendable, Equatable {
  package let batch: Int
  package let timesteps: Int
  package let features: Int
  package let units: Int
  /// Columns of h and y: the units, or the width of the projection.
  package let outputs: Int
  package internal(set) var input: LayerInput
  /// Shape (batch, timesteps, 4·units): x·kernel.
  package var zx: [Float]
  /// Shape (batch, timesteps, 4·units): h[t−1]·recurrent kernel.
  package var zh: [Float]
  /// Shape (batch, timesteps, 4·units): (zx + zh) + bias, in that order of rounding, as Keras adds them.
  package var z: [Float]
  /// Shape (batch, timesteps, units), like f, g, o, c.
  package var i: [Float]
  package var f: [Float]
  package var g: [Float]
  package var o: [Float]
  package var c: [Float]
  /// Shape (batch, timesteps, outputs), like y.
  package var h: [Float]
  /// The layer's output at each step: h, but for masked steps.
  package var y: [Float]
  /// The states that the run began with, shape (batch, outputs).
  package internal(set) var h0: [Float]
  /// Shape (batch, units).
  package internal(set) var c0: [Float]
  /// Which o ⊙ activation(c) before a projection are covered, by their place in an array of the shape of c.
  var coveredUnprojected: Set<Int> = []
  /// Shape (timesteps): which original timestep each processed step met.
  package let timestepIndex: [Int]

  /// - Precondition: The arrays have the shapes that are said above.
  package init(
    batch: Int, timesteps: Int, features: Int, units: Int, outputs: Int, input: LayerInput, zx: [Float],
    zh: [Float],
    z: [Float], i: [Float], f: [Float], g: [Float], o: [Float], c: [Float], h: [Float], y: [Float],
    h0: [Float], c0: [Float], timestepIndex: [Int]
  ) {
    self.batch = batch
    self.timesteps = timesteps
    self.features = features
    self.units = units
    self.outputs = outputs
    self.input = input
    self.zx = zx
    self.zh = zh
    self.z = z
    self.i = i
    self.f = f
    self.g = g
    self.o = o
    self.c = c
    self.h = h
    self.y = y
    self.h0 = h0
    self.c0 = c0
    self.timestepIndex = timestepIndex
  }
}
