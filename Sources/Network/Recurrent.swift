import LSTM

/// What every recurrent layer does around its cells: states, masks, directions, what is returned.
struct Recurrent: Sendable {
  let cells: [RecurrentCell]
  let flags: RecurrentFlags

  var lstms: [TracedLSTM] {
    cells.indices.compactMap { index in
      cells[index].lstm?.placed(
        isLastCell: index == cells.count - 1,
        statesBefore: cells[..<index].reduce(0) { $0 + $1.stateWidths.count })
    }
  }
  /// The widths of the states of all cells, one cell after the other.
  var stateWidths: [Int] { cells.flatMap(\.stateWidths) }

  /// One call.
  ///
  /// - Returns: The output, then the states.
  func run(
    _ call: inout Call, x: Value, initialState: [Value], part: String
  ) throws(LayerProblem) -> [Value] {
    let isIgnored = flags.statesHideMask && !initialState.isEmpty && call.explicitMask == nil
    let mask = isIgnored ? nil : call.mask
    call.ignoresMask = isIgnored && call.mask != nil
    let sequence = try LayerSequence(x, mask: mask, isTimeMajor: flags.isTimeMajor)
    var states = try states(call, initialState, batch: sequence.batch, part: part)
    var input = sequence
    var final: [Value] = []
    var last = CellRun(y: [], fresh: [], states: [])
    for cell in cells {
      let own = Array(states.prefix(cell.stateWidths.count))
      states.removeFirst(own.count)
      last = try cell.run(&call, input, own)
      final += zip(last.states, cell.stateWidths).map { Value(shape: [sequence.batch, $1], $0) }
      input.features = cell.width
      input.x = flags.goBackwards ? reversed(last.fresh, sequence, width: cell.width) : last.fresh
    }
    if flags.isStateful { call.states[part] = final }
    return [output(of: last, sequence, mask: call.mask)] + final
  }

  private func output(of run: CellRun, _ sequence: LayerSequence, mask: Mask?) -> Value {
    let width = cells.last?.width ?? 0
    guard flags.returnSequences else {
      let size = sequence.timesteps * width
      return Value(
        shape: [sequence.batch, width],
        (0..<sequence.batch).flatMap { run.y[($0 + 1) * size - width..<($0 + 1) * size] })
    }
    let value = Value(shape: [sequence.batch, sequence.timesteps, width], run.y)
    var output = flags.isTimeMajor ? value.timeExchanged() : value
    // A mask that was not heeded may have any shape.
    let fits = mask?.flags.count == sequence.batch * sequence.timesteps
    output.mask = fits ? mask.map { Mask(shape: Array(output.shape.prefix(2)), $0.flags) } : mask
    return output
  }

  /// What was passed, else what a stateful layer holds, else nothing.
  private func states(
    _ call: Call, _ initialState: [Value], batch: Int, part: String
  ) throws(LayerProblem) -> [[Float]?] {
    let held = flags.isStateful ? call.states[part] ?? [] : []
    let given = initialState.isEmpty ? held : initialState
    guard !given.isEmpty else { return stateWidths.map { _ in nil } }
    guard given.count == stateWidths.count else {
      throw .initialStateCount(found: given.count, wanted: stateWidths.count)
    }
    for (state, width) in zip(given, stateWidths) {
      guard state.shape == [batch, width] else {
        throw .initialState(found: state.shape, wanted: [batch, width])
      }
      guard case .numbers = state.elements else { throw .texts(wanted: false) }
    }
    return given.map(\.numbers)
  }

  private func reversed(_ values: [Float], _ sequence: LayerSequence, width: Int) -> [Float] {
    let shape = [sequence.batch, sequence.timesteps, width]
    return Value(shape: shape, values).slice(axis: 1, (0..<sequence.timesteps).reversed()).numbers
  }

  /// As a layer of its own.
  var operation: Operation {
    let layer = self
    return Operation(lstms: lstms) { call throws(LayerProblem) in
      guard let x = call.inputs.first else { throw .inputCount(found: 0, wanted: "1") }
      // Keras 2 writes states as further inputs.
      let states = call.initialState.isEmpty ? Array(call.inputs.dropFirst()) : call.initialState
      var outputs = try layer.run(&call, x: x, initialState: states, part: "")
      if call.overrides.turnsBackwardsRound, layer.flags.goBackwards, layer.flags.returnSequences {
        let axis = layer.flags.isTimeMajor ? 0 : 1
        outputs[0] = outputs[0].slice(axis: axis, (0..<outputs[0].shape[axis]).reversed())
      }
      return layer.flags.returnState ? outputs : [outputs[0]]
    }
  }
}

/// What a recurrent layer reads, batch first.
struct LayerSequence: Sendable {
  let batch: Int
  let timesteps: Int
  var features: Int
  var x: [Float]
  let mask: [Bool]?

  init(_ value: Value, mask: Mask?, isTimeMajor: Bool) throws(LayerProblem) {
    guard case .numbers = value.elements else { throw .texts(wanted: false) }
    guard value.shape.count == 3, value.shape[1] > 0, value.shape[0] > 0 else {
      throw .input(found: value.shape, wanted: "(batch, timesteps, features)")
    }
    var value = value
    value.mask = nil
    if let mask {
      // A mask of one feature comes from files that pass `keepdims=True`.
      let wanted = Array(value.shape.prefix(2))
      guard mask.shape == wanted || mask.shape == wanted + [1] else {
        throw .mask(found: mask.shape, wanted: wanted)
      }
      value.mask = Mask(shape: wanted, mask.flags)
    }
    let ordered = isTimeMajor ? value.timeExchanged() : value
    batch = ordered.shape[0]
    timesteps = ordered.shape[1]
    features = ordered.shape[2]
    x = ordered.numbers
    self.mask = ordered.mask?.flags
  }
}

/// One cell run over a whole sequence.
struct CellRun {
  /// (batch, timesteps, width) in the order of processing: held or zero where masked.
  let y: [Float]
  /// As the cell computed it, masked or not: what a cell above it sees.
  let fresh: [Float]
  /// (batch, width) each.
  let states: [[Float]]
}

/// What is repeated at each timestep.
struct RecurrentCell: Sendable {
  let width: Int
  let stateWidths: [Int]
  /// The LSTM that it traces, where it is one.
  let lstm: TracedLSTM?
  let run: @Sendable (inout Call, LayerSequence, [[Float]?]) throws(LayerProblem) -> CellRun
}

/// The options that all recurrent layers share.
struct RecurrentFlags: Sendable {
  var returnSequences: Bool
  var returnState: Bool
  var goBackwards: Bool
  var isStateful: Bool
  var isTimeMajor: Bool
  var zeroOutputForMask: Bool
  var unroll: Bool
  /// Of the Bidirectional round it.
  var merge: MergeMode?
  var holdsMaskedOutput = false
  /// The reader sets `putsOutInitialState` for files of Keras before 2.3; an unrolled layer puts out zeros there.
  let putsOutInitialState: Bool
  /// A mask that the sequence carries does not reach the layer where states are passed beside it.
  ///
  /// - Source: Keras 3, `Layer.__call__`, step 6: the mask is filled in where one argument holds tensors, and
  ///   under the name `sequences_mask`, which no recurrent layer takes, where two do.
  let statesHideMask: Bool

  init(_ layer: LayerDescription) throws(LayerProblem) {
    returnSequences = try layer.flag("return_sequences")
    returnState = try layer.flag("return_state")
    goBackwards = try layer.flag("go_backwards")
    isStateful = try layer.flag("stateful")
    isTimeMajor = try layer.flag("time_major")
    zeroOutputForMask = try layer.flag("zero_output_for_mask")
    unroll = try layer.flag("unroll")
    putsOutInitialState = try layer.flag("putsOutInitialState") && !unroll
    statesHideMask = layer.kerasMajor >= 3
  }

  /// Unrolled and backwards, Keras zeroes a whole sequence of outputs by the mask in its original order.
  ///
  /// - Source: Keras 3 and 2.15, `backend.rnn`, the unrolled branch: the mask that it reads the zeros from
  ///   is not the reversed one.
  var zeroesByOriginalMask: Bool { unroll && goBackwards && zeroOutputForMask && returnSequences }
}

extension LayerDescription {
  /// The recurrent layer that this describes.
  ///
  /// - Parameters:
  ///   - direction: Which half of a Bidirectional it is; nil outside of one.
  ///   - changing: What the layer around it makes of its options.
  func recurrent(
    direction: TracedLSTM.Direction? = nil, changing: (inout RecurrentFlags) -> Void = { _ in }
  ) throws(LayerProblem) -> Recurrent {
    var flags = try RecurrentFlags(self)
    changing(&flags)
    let described = className == "RNN" ? children : [self]
    guard !described.isEmpty else { throw .children(found: 0, wanted: "one cell or more") }
    var cells: [RecurrentCell] = []
    for (index, cell) in described.enumerated() {
      cells.append(
        try cell.cell(flags, direction: direction, index: described.count > 1 ? index : nil))
    }
    return Recurrent(cells: cells, flags: flags)
  }

  private func cell(
    _ flags: RecurrentFlags, direction: TracedLSTM.Direction?, index: Int?
  ) throws(LayerProblem) -> RecurrentCell {
    switch className {
    case "LSTM", "LSTMCell", "CuDNNLSTM": try lstmCell(flags, direction: direction, index: index)
    case "GRU", "GRUCell": try gruCell(flags)
    case "SimpleRNN", "SimpleRNNCell": try simpleCell(flags)
    default: throw .unsupported("the \(className) inside is not one that can be run here")
    }
  }
}
