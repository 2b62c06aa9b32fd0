internal import CKernels

extension PackedLayer {
  /// Computes every quantity at every timestep.
  ///
  ///     z = (zx + zh) + bias
  ///     i, f, o = recurrent activation of z0, z1, z3            g = activation(z2)
  ///     c = f ⊙ c[t−1] + i ⊙ g                                  h = o ⊙ activation(c)
  ///
  /// On a masked step c and h are held, and the output is the one before (at the start zeros, or h0 in old
  /// Keras), or zeros where the layer has `zero_output_for_mask`.
  ///
  /// - Precondition: `input` has as many features, and states as many units, as the layer.
  /// - Source: Keras 3, `LSTMCell.call` and the masking of `keras.src.backend.tensorflow.rnn`.
  package func run(_ input: LayerInput) -> Trace {
    var trace = Trace(blankFor: input, parameters: parameters)
    compute(&trace, from: 0, count: input.timesteps)
    trace.putOut(from: 0, parameters)
    return trace
  }

  /// As `run(_:)`, keeping what an earlier run has, telling how far it is, and stopping when told to.
  ///
  /// - Parameters:
  ///   - earlier: A run of the same shape and, at the steps before `step`, the same input. Its memory is
  ///     used again if the caller gives it away with `consume`, and copied if not.
  ///   - step: The first step to compute, in the order of processing; 0 where there is no earlier run.
  ///   - progress: Called every few milliseconds with the number of steps that are done; false stops.
  /// - Returns: What a whole run gives, bit for bit; nil where it was stopped.
  package func run(
    _ input: LayerInput, resuming earlier: consuming Trace? = nil, from step: Int = 0,
    progress: (Int) -> Bool
  ) -> Trace? {
    precondition((0...input.timesteps).contains(step), "step \(step) is outside the sequence")
    precondition(step == 0 || earlier != nil, "there is no earlier run to resume at step \(step)")
    guard var trace = earlier.take() else {
      var trace = Trace(blankFor: input, parameters: parameters)
      return compute(&trace, from: 0, progress: progress) ? trace : nil
    }
    trace.begin(with: input, parameters: parameters)
    return compute(&trace, from: step, progress: progress) ? trace : nil
  }

  /// Computes to the end in pieces; false where it was stopped.
  private func compute(_ trace: inout Trace, from step: Int, progress: (Int) -> Bool) -> Bool {
    let units = parameters.units
    let work = max(1, trace.batch * 4 * units * (units + parameters.features))
    // About 2^28 multiplications at a time, and enough rows for the product of x and kernel to be quick.
    let stride = min(max(24, (1 << 28) / work), 4096)
    var done = step
    while done < trace.timesteps {
      let count = min(stride, trace.timesteps - done)
      compute(&trace, from: done, count: count)
      done += count
      guard progress(done) else { return false }
    }
    trace.putOut(from: step, parameters)
    return true
  }

  private func compute(_ trace: inout Trace, from first: Int, count: Int) {
    guard count > 0, trace.batch > 0 else { return }
    guard parameters.additions == .none else {
      extend(&trace, from: first, count: count)
      return
    }
    let padded = kernels_padded(instructions.isa, parameters.units)
    var scratch = [Float](repeating: 0, count: 3 * trace.batch * padded)
    withUnsafePointer(to: layer) { layer in
      kernels_lstm(
        layer, trace.batch, trace.timesteps, first, count, trace.input.x, trace.input.mask, trace.h0,
        trace.c0,
        &scratch, &trace.zx, &trace.zh, &trace.z, &trace.i, &trace.f, &trace.g, &trace.o, &trace.c, &trace.h)
    }
  }
}

extension PackedLayer {
  /// The formula with what is added to it.
  private func extend(_ trace: inout Trace, from first: Int, count: Int) {
    var scratch = [Float](repeating: 0, count: parameters.units)
    parameters.kernel.withUnsafeBufferPointer { kernel in
      parameters.recurrentKernel.withUnsafeBufferPointer { recurrent in
        (parameters.bias ?? []).withUnsafeBufferPointer { bias in
          parameters.withAdditions { more in
            var layer = layer
            layer.kernel = kernel.baseAddress
            layer.recurrent = recurrent.baseAddress
            layer.bias = parameters.bias == nil ? nil : bias.baseAddress
            kernels_lstm_extended(
              &layer, more, trace.batch, trace.timesteps, first, count, trace.input.x, trace.input.mask,
              trace.h0, trace.c0, &scratch, &trace.zx, &trace.zh, &trace.z, &trace.i, &trace.f, &trace.g,
              &trace.o, &trace.c, &trace.h)
          }
        }
      }
    }
  }
}

extension Parameters {
  /// Lends the additions as the kernels take them.
  func withAdditions<Result>(_ body: (UnsafePointer<kernels_additions>) -> Result) -> Result {
    (additions.projection ?? []).withUnsafeBufferPointer { projection in
      (additions.peephole ?? []).withUnsafeBufferPointer { peephole in
        var more = kernels_additions(
          outputs: outputs, projection: additions.projection == nil ? nil : projection.baseAddress,
          peephole: additions.peephole == nil ? nil : peephole.baseAddress,
          clips: additions.clip != nil, couples: additions.couplesGates, clip: additions.clip ?? 0,
          state_activation: stateActivation.kernel)
        return body(&more)
      }
    }
  }
}

extension Parameters {
  /// Runs the layer once; `packed()` is for more than once.
  package func run(_ input: LayerInput) -> Trace { packed().run(input) }
}

extension Trace {
  /// A trace with nothing computed yet.
  fileprivate init(blankFor input: LayerInput, parameters: Parameters) {
    let states = Self.states(of: input, parameters: parameters)
    let rows = input.batch * input.timesteps
    // Not filled with zeros, which would cost as much as a tenth of the run: every value is written before
    // anything reads it, and a run that is stopped is thrown away.
    func blank(_ columns: Int) -> [Float] {
      [Float](unsafeUninitializedCapacity: rows * columns) { memory, count in
        kernels_prepare(memory.baseAddress, rows * columns)
        count = rows * columns
      }
    }
    let (units, outputs) = (parameters.units, parameters.outputs)
    self.init(
      batch: input.batch, timesteps: input.timesteps, features: input.features, units: units,
      outputs: outputs, input: input,
      zx: blank(4 * units), zh: blank(4 * units), z: blank(4 * units), i: blank(units), f: blank(units),
      g: blank(units), o: blank(units), c: blank(units), h: blank(outputs),
      y: input.mask == nil ? [] : blank(outputs), h0: states.h, c0: states.c,
      timestepIndex: parameters.goBackwards ? (0..<input.timesteps).reversed() : Array(0..<input.timesteps))
  }

  /// Takes the input of a new run of the same shape.
  fileprivate mutating func begin(with input: LayerInput, parameters: Parameters) {
    precondition(
      batch == input.batch && timesteps == input.timesteps && units == parameters.units
        && outputs == parameters.outputs,
      "the earlier run has another shape")
    let states = Self.states(of: input, parameters: parameters)
    self.input = input
    h0 = states.h
    c0 = states.c
    // Without a mask y is the same array as h, and h would be copied before it is written.
    if input.mask == nil { y = [] }
  }

  private static func states(of input: LayerInput, parameters: Parameters) -> (h: [Float], c: [Float]) {
    precondition(input.features == parameters.features, "x has not as many features as the kernel has rows")
    func zeros(_ columns: Int) -> [Float] { [Float](repeating: 0, count: input.batch * columns) }
    let states = (h: input.h0 ?? zeros(parameters.outputs), c: input.c0 ?? zeros(parameters.units))
    precondition(states.h.count == input.batch * parameters.outputs, "h0 is not (batch, outputs)")
    precondition(states.c.count == input.batch * parameters.units, "c0 is not (batch, units)")
    return states
  }

  /// Fills y at the steps from `first` on.
  fileprivate mutating func putOut(from first: Int, _ parameters: Parameters) {
    guard let mask = input.mask else {
      y = h
      return
    }
    for sample in 0..<batch {
      for step in first..<timesteps {
        let row = (sample * timesteps + step) * outputs
        let counts = mask[sample * timesteps + timestepIndex[step]]
        for unit in 0..<outputs {
          y[row + unit] =
            if counts {
              h[row + unit]
            } else if parameters.zeroOutputForMask {
              0
            } else if step == 0 {
              parameters.putsOutInitialState ? h0[sample * outputs + unit] : 0
            } else {
              y[row + unit - outputs]
            }
        }
      }
    }
  }
}
