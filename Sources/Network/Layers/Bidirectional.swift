import LSTM

extension LayerKind {
  /// A layer and its mirror image, which reads the sequence from its end; their outputs are merged.
  ///
  /// Both put out zeros where masked if sequences are returned, unless the option `holdsMaskedOutput` is
  /// true, which the reader sets for files of Keras up to 2.3 and TensorFlow 2.0.
  ///
  /// - Source: Keras 3, `Bidirectional.__init__` and `call`.
  static let bidirectional = LayerKind(
    name: "Bidirectional", classNames: ["Bidirectional"]
  ) { layer throws(LayerProblem) in
    guard layer.children.count == 2 else { throw .children(found: layer.children.count, wanted: "two") }
    let merge =
      layer.options["merge_mode"] == .null
      ? nil : try layer.text("merge_mode", default: "concat", among: ["concat", "sum", "mul", "ave"])
    let holds = try layer.flag("holdsMaskedOutput")
    let flags = try RecurrentFlags(layer.children[0])
    func half(_ direction: TracedLSTM.Direction) throws(LayerProblem) -> Recurrent {
      try layer.children[direction == .forward ? 0 : 1].recurrent(direction: direction) { own in
        own.returnSequences = flags.returnSequences
        own.returnState = flags.returnState
        own.isStateful = flags.isStateful
        own.isTimeMajor = flags.isTimeMajor
        // One of the two goes backwards, whatever an older file says of the second.
        own.goBackwards = flags.goBackwards != (direction == .backward)
        if !holds { own.zeroOutputForMask = flags.returnSequences }
        own.holdsMaskedOutput = holds
        own.merge = merge.map { MergeMode(rawValue: $0) ?? .concat } ?? MergeMode.none
      }
    }
    let forward = try half(.forward)
    let backward = try half(.backward)
    let behind = backward.lstms.map { $0.placed(statesBefore: forward.stateWidths.count) }
    return Operation(lstms: forward.lstms + behind) { call throws(LayerProblem) in
      guard let x = call.inputs.first else { throw .inputCount(found: 0, wanted: "1") }
      let states = call.initialState.isEmpty ? Array(call.inputs.dropFirst()) : call.initialState
      let wanted = forward.stateWidths.count + backward.stateWidths.count
      guard states.isEmpty || states.count == wanted else {
        throw .initialStateCount(found: states.count, wanted: wanted)
      }
      let own = Array(states.prefix(forward.stateWidths.count))
      let ahead = try forward.run(&call, x: x, initialState: own, part: "/forward")
      let back = try backward.run(
        &call, x: x, initialState: Array(states.dropFirst(own.count)), part: "/backward")
      var mirrored = flags.returnSequences ? back[0].reversed(axis: flags.isTimeMajor ? 0 : 1) : back[0]
      if !flags.returnSequences, call.overrides.takesLastPosition, let trace = call.traces.last,
        trace.timesteps > 0
      {
        // At the last timestep the backward direction has made its first step.
        let size = trace.timesteps * trace.outputs
        mirrored = Value(
          shape: [trace.batch, trace.outputs],
          (0..<trace.batch).flatMap { trace.y[$0 * size..<$0 * size + trace.outputs] })
      }
      let outputs = try merged(ahead[0], mirrored, by: merge)
      return flags.returnState ? outputs + ahead.dropFirst() + back.dropFirst() : outputs
    }
  }
}

/// The mask is that of the first, in the sequence's order.
private func merged(_ first: Value, _ second: Value, by merge: String?) throws(LayerProblem) -> [Value] {
  var second = second
  second.mask = first.mask
  var out: Value
  switch merge {
  case nil: return [first, second]
  case "sum": out = try Value.combine(first, second) { $0 + $1 }
  case "mul": out = try Value.combine(first, second) { $0 * $1 }
  case "ave": out = try Value.combine(first, second) { ($0 + $1) / 2 }
  default: out = try Value.concatenated([first, second], axis: -1)
  }
  out.mask = first.mask
  return [out]
}

extension Value {
  fileprivate func reversed(axis: Int) -> Value { slice(axis: axis, (0..<shape[axis]).reversed()) }
}
