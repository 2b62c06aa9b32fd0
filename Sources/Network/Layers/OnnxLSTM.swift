import LSTM

extension LayerKind {
  /// ONNX' LSTM: one direction or two, their states and outputs with an axis for the directions.
  ///
  /// Its children are one LSTM for each direction. Outputs are Y (timesteps, directions, batch, outputs), Y_h and
  /// Y_c (directions, batch, …); with the option `layout` of 1 (batch, timesteps, directions, outputs) and (batch,
  /// directions, …). The initial states that the option `states` lists, among h and c, come as such; a mask that
  /// counts the timesteps of each sample comes by keyword.
  ///
  /// - Source: ONNX, operator LSTM, version 14.
  static let onnxLSTM = LayerKind(name: "OnnxLSTM", classNames: ["onnx.LSTM"]) { layer throws(LayerProblem) in
    guard (1...2).contains(layer.children.count) else {
      throw .children(found: layer.children.count, wanted: "one direction or two")
    }
    let isBatchFirst = try layer.integer("layout", default: 0) == 1
    let given = (layer.option("states")?.list ?? []).compactMap(\.text)
    var directions: [Recurrent] = []
    for (place, child) in layer.children.enumerated() {
      let direction: TracedLSTM.Direction? =
        layer.children.count == 1 ? nil : place == 0 ? .forward : .backward
      directions.append(
        try child.recurrent(direction: direction) { flags in
          flags.returnSequences = true
          flags.returnState = true
          flags.isStateful = false
          flags.isTimeMajor = !isBatchFirst
          flags.zeroOutputForMask = true
          flags.unroll = false
          flags.goBackwards = flags.goBackwards || direction == .backward
        })
    }
    let halves = directions
    // h and c of the first stand before those of the second.
    let lstms = halves.enumerated().flatMap { place, half in
      half.lstms.map { $0.placed(statesBefore: 2 * place) }
    }
    return Operation(lstms: lstms) { call throws(LayerProblem) in
      guard let x = call.inputs.first else { throw .inputCount(found: 0, wanted: "1") }
      guard x.shape.count == 3 else {
        throw .input(
          found: x.shape,
          wanted: isBatchFirst ? "(batch, timesteps, features)" : "(timesteps, batch, features)")
      }
      let batch = x.shape[isBatchFirst ? 0 : 1]
      var parts: [[Value]] = []
      for (place, half) in halves.enumerated() {
        var states: [Value] = []
        for (name, width) in zip(["h", "c"], half.stateWidths) where !call.initialState.isEmpty {
          guard let index = given.firstIndex(of: name), index < call.initialState.count else {
            states.append(Value(shape: [batch, width], [Float](repeating: 0, count: batch * width)))
            continue
          }
          states.append(
            try call.initialState[index].direction(place, of: halves.count, [batch, width], isBatchFirst))
        }
        var outputs = try half.run(&call, x: x, initialState: states, part: "")
        outputs[0].mask = nil
        if half.flags.goBackwards {
          let axis = isBatchFirst ? 1 : 0
          outputs[0] = outputs[0].slice(axis: axis, (0..<outputs[0].shape[axis]).reversed())
        }
        parts.append(outputs)
      }
      return try (0..<3).map { output throws(LayerProblem) in
        let axis = output == 0 ? (isBatchFirst ? 2 : 1) : isBatchFirst ? 1 : 0
        return try Value.concatenated(parts.map { $0[output].expanded(at: axis) }, axis: axis)
      }
    }
  }
}

extension Value {
  /// The state of one direction, (batch, width).
  func direction(
    _ place: Int, of count: Int, _ wanted: [Int], _ isBatchFirst: Bool
  ) throws(LayerProblem) -> Value {
    let shape = isBatchFirst ? [wanted[0], count, wanted[1]] : [count] + wanted
    guard self.shape == shape else { throw .initialState(found: self.shape, wanted: shape) }
    guard case .numbers = elements else { throw .texts(wanted: false) }
    return slice(axis: isBatchFirst ? 1 : 0, [place]).reshaped(wanted)
  }
}
