extension Trace {
  /// One number of the trace.
  ///
  /// - Parameters:
  ///   - unit: For x the feature; for zx, zh and z the column, 0 to 4·units; else the unit.
  ///   - step: In the order of processing.
  package func value(_ quantity: Quantity, unit: Int, step: Int, sample: Int) -> Float {
    precondition((0..<width(of: quantity)).contains(unit), "\(quantity.rawValue) has no unit \(unit)")
    precondition((0..<timesteps).contains(step), "there is no step \(step)")
    precondition((0..<batch).contains(sample), "there is no sample \(sample)")
    let row = sample * timesteps + step
    return switch quantity {
    case .x: input.x[(sample * timesteps + timestepIndex[step]) * features + unit]
    case .zx: zx[row * 4 * units + unit]
    case .zh: zh[row * 4 * units + unit]
    case .z, .z0: z[row * 4 * units + unit]
    case .z1: z[(row * 4 + 1) * units + unit]
    case .z2: z[(row * 4 + 2) * units + unit]
    case .z3: z[(row * 4 + 3) * units + unit]
    case .i: i[row * units + unit]
    case .f: f[row * units + unit]
    case .g: g[row * units + unit]
    case .o: o[row * units + unit]
    case .c: c[row * units + unit]
    case .h: h[row * outputs + unit]
    case .y: y[row * outputs + unit]
    case .hPrevious: step == 0 ? h0[sample * outputs + unit] : h[(row - 1) * outputs + unit]
    case .cPrevious: step == 0 ? c0[sample * units + unit] : c[(row - 1) * units + unit]
    }
  }

  /// How many numbers a quantity has at one step of one sample.
  package func width(of quantity: Quantity) -> Int {
    switch quantity {
    case .x: features
    case .zx, .zh, .z: 4 * units
    case .z0, .z1, .z2, .z3, .i, .f, .g, .o, .c, .cPrevious: units
    case .h, .y, .hPrevious: outputs
    }
  }

  /// The sum before the bias is added: zx + zh, rounded to float32.
  package func zWithoutBias(column: Int, step: Int, sample: Int) -> Float {
    value(.zx, unit: column, step: step, sample: sample)
      + value(.zh, unit: column, step: step, sample: sample)
  }

  /// Whether the step was masked for the sample, so that its gates were thrown away.
  package func isMasked(step: Int, sample: Int) -> Bool {
    input.mask.map { !$0[sample * timesteps + timestepIndex[step]] } ?? false
  }

  /// The memory state after the last step, shape (batch, outputs); h0 where there are no steps.
  package var hFinal: [Float] { last(of: h, columns: outputs) ?? h0 }

  /// The carry state after the last step, shape (batch, units); c0 where there are no steps.
  package var cFinal: [Float] { last(of: c, columns: units) ?? c0 }

  /// The entries of the last step, shape (batch, columns); nil where there are no steps.
  func last(of values: [Float], columns: Int) -> [Float]? {
    guard timesteps > 0 else { return nil }
    return (0..<batch).flatMap { sample in
      let end = (sample + 1) * timesteps * columns
      return values[end - columns..<end]
    }
  }
}
