package import LSTM

/// What a layer computes, made of its options and weights.
package struct Operation: Sendable {
  /// The LSTMs that a call runs and traces, in their order; empty for all other layers.
  package let lstms: [TracedLSTM]
  /// The word of each id, of a layer that turns texts into ids; nil of all others.
  package let vocabulary: [String]?
  /// Why it cannot be run, a sentence; nil where it can.
  package let unrunnable: String?
  /// How its numbers come about, where they can be taken apart; nil where they are only computed.
  var making: Making?
  var traits = LayerTraits()
  /// Whether it applies other layers to each timestep.
  package internal(set) var isDistributed = false
  /// Whether what its LSTM is fed, (batch · timesteps, …), can stand for its own input.
  var takesRows = false
  let run: @Sendable (inout Call) throws(LayerProblem) -> [Value]

  /// Of a Dense, or of one inside a TimeDistributed; nil of all others, and where they are whole numbers.
  package var dense: DenseWeights? { making?.dense }

  init(
    lstms: [TracedLSTM] = [], vocabulary: [String]? = nil, unrunnable: String? = nil,
    run: @escaping @Sendable (inout Call) throws(LayerProblem) -> [Value]
  ) {
    self.lstms = lstms
    self.vocabulary = vocabulary
    self.unrunnable = unrunnable
    self.run = run
  }

  /// Of a layer that has no arithmetic here.
  package static func unrunnable(_ reason: String) -> Operation {
    Operation(unrunnable: reason) { _ throws(LayerProblem) in throw .unsupported(reason) }
  }
}

/// One LSTM inside a layer: what of it does not change from call to call.
package struct TracedLSTM: Sendable, Equatable {
  package enum Direction: String, Sendable, Equatable {
    case forward
    case backward
  }

  /// Which half of a Bidirectional it is; nil outside of one.
  package let direction: Direction?
  /// Its place among stacked cells; nil where it is no stacked cell.
  package let cell: Int?
  package let parameters: Parameters
  /// The flags of the layer that calls it.
  package let returnSequences: Bool
  package let returnState: Bool
  package let isStateful: Bool
  /// Its layer reads and writes (timesteps, batch, …); the trace is batch first all the same.
  package let isTimeMajor: Bool
  /// How the Bidirectional round it joins the two; nil outside of one.
  package let merge: MergeMode?
  /// That Bidirectional holds outputs on masked steps, as Keras did up to 2.3.
  package let holdsMaskedOutput: Bool
  /// The framework computes it in float16, where numbers beyond 65504 are infinite.
  package let computesInHalf: Bool
  /// Whether no other cell reads its h: false for all stacked cells but the last.
  package private(set) var isLastCell = true
  /// How many states of other cells and of the other direction are returned before its own.
  package private(set) var statesBefore = 0

  package init(
    direction: Direction?, cell: Int?, parameters: Parameters, returnSequences: Bool, returnState: Bool,
    isStateful: Bool, isTimeMajor: Bool, merge: MergeMode? = nil, holdsMaskedOutput: Bool = false,
    computesInHalf: Bool = false
  ) {
    self.direction = direction
    self.cell = cell
    self.parameters = parameters
    self.returnSequences = returnSequences
    self.returnState = returnState
    self.isStateful = isStateful
    self.isTimeMajor = isTimeMajor
    self.merge = merge
    self.holdsMaskedOutput = holdsMaskedOutput
    self.computesInHalf = computesInHalf
  }

  /// The same among other cells, or behind another direction.
  package func placed(isLastCell: Bool? = nil, statesBefore: Int) -> TracedLSTM {
    var lstm = self
    lstm.isLastCell = isLastCell ?? self.isLastCell
    lstm.statesBefore += statesBefore
    return lstm
  }

  /// What follows the layer's path in a key: `/forward`, `/cell_0`.
  package var suffix: String {
    (direction.map { "/\($0.rawValue)" } ?? "") + (cell.map { "/cell_\($0)" } ?? "")
  }
}
