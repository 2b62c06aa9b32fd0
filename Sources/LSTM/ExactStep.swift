internal import CKernels

/// Every quantity of one timestep of one sample, computed in float64 from the first timestep on.
///
/// Weights, input and initial states are the float32 numbers that the layer has; nothing is rounded between.
package struct ExactStep: Sendable, Equatable {
  private let x, zx, zh, z, i, f, g, o, c, raw, h, hBefore, cBefore: [Double]
  private let isMasked: Bool

  /// - Parameter step: In the order of processing.
  /// - Complexity: O(step · units · (features + units)).
  package init(_ trace: Trace, _ parameters: Parameters, step: Int, sample: Int) {
    precondition((0..<trace.timesteps).contains(step), "there is no step \(step)")
    precondition((0..<trace.batch).contains(sample), "there is no sample \(sample)")
    let units = trace.units
    func states(_ values: [Float], _ columns: Int) -> [Double] {
      values[sample * columns..<(sample + 1) * columns].map(Double.init)
    }
    func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }
    var (h, c) = (states(trace.h0, trace.outputs), states(trace.c0, units))
    var (hBefore, cBefore) = (h, c)
    var x = zeros(trace.features)
    var (zx, zh, z) = (zeros(4 * units), zeros(4 * units), zeros(4 * units))
    var (i, f, g, o, raw) = (zeros(units), zeros(units), zeros(units), zeros(units), zeros(units))
    for index in 0...step {
      (hBefore, cBefore) = (h, c)
      for feature in x.indices {
        x[feature] = Double(trace.value(.x, unit: feature, step: index, sample: sample))
      }
      parameters.withAdditions { more in
        kernels_step_exactly(
          parameters.features, units, parameters.kernel, parameters.recurrentKernel, parameters.bias,
          parameters.activation.kernel, parameters.recurrentActivation.kernel, more, x, &zx, &zh, &z, &i, &f,
          &g, &o, &c, &raw, &h)
      }
      if trace.isMasked(step: index, sample: sample) { (h, c) = (hBefore, cBefore) }
    }
    (self.x, self.zx, self.zh, self.z) = (x, zx, zh, z)
    (self.i, self.f, self.g, self.o, self.c, self.raw, self.h) = (i, f, g, o, c, raw, h)
    (self.hBefore, self.cBefore) = (hBefore, cBefore)
    isMasked = trace.isMasked(step: step, sample: sample)
  }

  /// o ⊙ activation(c) before the projection; nil where a mask threw it away.
  package func unprojected(unit: Int) -> Double? { isMasked ? nil : raw[unit] }

  /// One number of the step; nil for y, which a mask may have made of earlier steps.
  package func value(_ quantity: Quantity, unit: Int) -> Double? {
    let units = c.count
    return switch quantity {
    case .x: x[unit]
    case .zx: zx[unit]
    case .zh: zh[unit]
    case .z, .z0: z[unit]
    case .z1: z[units + unit]
    case .z2: z[2 * units + unit]
    case .z3: z[3 * units + unit]
    case .i: i[unit]
    case .f: f[unit]
    case .g: g[unit]
    case .o: o[unit]
    case .c: c[unit]
    case .h: h[unit]
    case .y: nil
    case .hPrevious: hBefore[unit]
    case .cPrevious: cBefore[unit]
    }
  }
}
