import LSTM

extension LayerKind {
  /// Traced at every timestep. The weights of a CuDNNLSTM come in Keras' layout like all others.
  static let lstm = LayerKind(name: "LSTM", classNames: ["LSTM", "CuDNNLSTM"]) { layer throws(LayerProblem) in
    try layer.recurrent().operation
  }
}

extension LayerDescription {
  func lstmCell(
    _ flags: RecurrentFlags, direction: TracedLSTM.Direction?, index: Int?
  ) throws(LayerProblem) -> RecurrentCell {
    let kernel = try weight("kernel", axes: ["features", "4·units"])
    let features = kernel.shape[0]
    let units = kernel.shape[1] / 4
    guard units > 0 else { throw .weight("kernel", found: kernel.shape, wanted: [features, 4]) }
    // Written so that a kernel whose columns are no multiple of four is refused too.
    let values = try weight("kernel", [features, 4 * units])
    if option("units") != nil, try size("units") != units {
      throw .weight("kernel", found: kernel.shape, wanted: [features, 4 * (try size("units"))])
    }
    let hasBias = try flag("use_bias", default: true)
    let additions = try additions(units: units)
    let outputs = additions.projection.map { $0.count / units } ?? units
    func parameters(zeroes: Bool) throws(LayerProblem) -> Parameters {
      Parameters(
        features: features, units: units, kernel: values,
        recurrentKernel: try weight("recurrent_kernel", [outputs, 4 * units]),
        bias: hasBias ? try weight("bias", [4 * units]) : nil,
        activation: try activation("activation", default: .tanh),
        recurrentActivation: try activation("recurrent_activation", default: .sigmoid),
        goBackwards: flags.goBackwards, zeroOutputForMask: zeroes,
        putsOutInitialState: flags.putsOutInitialState, additions: additions)
    }
    let lstm = TracedLSTM(
      direction: direction, cell: index, parameters: try parameters(zeroes: flags.zeroOutputForMask),
      returnSequences: flags.returnSequences, returnState: flags.returnState, isStateful: flags.isStateful,
      isTimeMajor: flags.isTimeMajor, merge: flags.merge, holdsMaskedOutput: flags.holdsMaskedOutput,
      computesInHalf: try flag("computesInHalf"))
    let layer = PackedOnce(flags.zeroesByOriginalMask ? try parameters(zeroes: false) : lstm.parameters)
    return RecurrentCell(width: outputs, stateWidths: [outputs, units], lstm: lstm) {
      call, x, states throws(LayerProblem) in
      var trace = try call.trace(
        layer,
        on: LayerInput(
          batch: x.batch, timesteps: x.timesteps, features: x.features, x: x.x, mask: x.mask, h0: states[0],
          c0: states[1]))
      if flags.zeroesByOriginalMask, let mask = trace.input.mask {
        for place in trace.y.indices where !mask[place / outputs] { trace.y[place] = 0 }
        call.traces[call.traces.count - 1] = trace
      }
      return CellRun(
        y: trace.y, fresh: trace.fresh(lstm.parameters), states: [trace.hFinal, trace.cFinal])
    }
  }
}

extension LayerDescription {
  /// What other frameworks add: weights called `projection` (units, outputs) and `peephole` (3, units), options
  /// `clip`, `input_forget` and `state_activation`.
  private func additions(units: Int) throws(LayerProblem) -> Additions {
    var additions = Additions.none
    if weight(named: "projection") != nil {
      let projection = try weight("projection", axes: ["units", "outputs"])
      additions.projection = try weight("projection", [units, projection.shape[1]])
    }
    if weight(named: "peephole") != nil { additions.peephole = try weight("peephole", [3, units]) }
    if option("clip") != nil {
      let clip = Float(try number("clip", default: 0))
      guard clip > 0 else { throw .option("clip", found: option("clip"), wanted: "a number above 0") }
      additions.clip = clip
    }
    additions.couplesGates = try flag("input_forget")
    if option("state_activation") != nil {
      let own = try activation("state_activation")
      additions.stateActivation = own == (try activation("activation", default: .tanh)) ? nil : own
    }
    return additions
  }
}

extension Trace {
  /// h as each step computed it, before a mask put the held one in its place.
  fileprivate func fresh(_ parameters: Parameters) -> [Float] {
    guard input.mask != nil else { return h }
    let activation = parameters.stateActivation
    var fresh = h
    for sample in 0..<batch {
      for step in 0..<timesteps where isMasked(step: step, sample: sample) {
        let row = (sample * timesteps + step) * units
        let place = (sample * timesteps + step) * outputs
        let carry = (0..<units).map {
          kept(unit: $0, step: step, sample: sample) + admitted(unit: $0, step: step, sample: sample)
        }
        var memory = activation(carry)
        for unit in 0..<units { memory[unit] *= o[row + unit] }
        if let projection = parameters.additions.projection {
          memory = multiply(memory[...], rows: 1, inner: units, projection[...], columns: outputs)
        }
        fresh.replaceSubrange(place..<place + outputs, with: memory)
      }
    }
    return fresh
  }
}
