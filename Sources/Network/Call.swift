import LSTM

/// What an operation is given in one call, and where it leaves what it traced.
struct Call {
  /// An argument with its value.
  enum Argument {
    case value(Value)
    case constant(ConfigValue)
  }

  /// The tensors among the arguments, in order.
  let inputs: [Value]
  let arguments: [Argument]
  let keywords: [String: ConfigValue]
  let initialState: [Value]
  /// The mask that was passed by keyword; nil where none was.
  let explicitMask: Mask?
  /// What the layer's stateful parts hold, by suffix.
  var states: [String: [Value]]
  /// Inputs that replace those of the LSTMs that run, by their place in `Operation.lstms`.
  let feeds: [Int: LayerInput]
  /// States that LSTMs begin with in place of what the graph hands them, by their place in `Operation.lstms`.
  let handed: [Int: HandedState]
  /// What is done otherwise than the layer says.
  let overrides: Overrides.Part
  /// Told the step and the number of steps; false stops.
  let progress: (Int, Int) -> Bool
  /// Whether there is a mask that the layer does not heed.
  var ignoresMask = false
  /// One for each LSTM that ran.
  var traces: [Trace] = []

  init(
    inputs: [Value] = [], arguments: [Argument]? = nil, keywords: [String: ConfigValue] = [:],
    initialState: [Value] = [], explicitMask: Mask? = nil, states: [String: [Value]] = [:],
    feeds: [Int: LayerInput] = [:], handed: [Int: HandedState] = [:],
    overrides: Overrides.Part = Overrides.Part(),
    progress: @escaping (Int, Int) -> Bool = { _, _ in true }
  ) {
    self.inputs = inputs
    self.arguments = arguments ?? inputs.map { .value($0) }
    self.keywords = keywords
    self.initialState = initialState
    self.explicitMask = explicitMask
    self.states = states
    self.feeds = feeds
    self.overrides = overrides
    self.handed = handed
    self.progress = progress
  }

  /// The mask of the first input.
  var mask: Mask? { explicitMask ?? inputs.first?.mask }

  /// The only input.
  func only() throws(LayerProblem) -> Value {
    guard inputs.count == 1, let input = inputs.first else {
      throw .inputCount(found: inputs.count, wanted: "1")
    }
    guard case .numbers = input.elements else { throw .texts(wanted: false) }
    return input
  }

  /// All inputs, which are numbers.
  func all(_ counts: ClosedRange<Int>) throws(LayerProblem) -> [Value] {
    guard counts.contains(inputs.count) else {
      let wanted =
        counts.lowerBound == counts.upperBound ? "\(counts.lowerBound)" : "\(counts.lowerBound) or more"
      throw .inputCount(found: inputs.count, wanted: wanted)
    }
    for input in inputs {
      guard case .numbers = input.elements else { throw .texts(wanted: false) }
    }
    return inputs
  }

  /// The only input, of a number of axes.
  func only(axes: Int, _ wanted: String) throws(LayerProblem) -> Value {
    let input = try only()
    guard input.shape.count == axes else { throw .input(found: input.shape, wanted: wanted) }
    return input
  }

  /// Runs the next LSTM of the layer and keeps its trace.
  mutating func trace(_ layer: PackedOnce, on input: LayerInput) throws(LayerProblem) -> Trace {
    let own = input
    var input = feeds[traces.count] ?? own
    if let state = handed[traces.count] { (input.h0, input.c0) = (state.h, state.c) }
    input = overrides.applied(to: input)
    let layer = overrides.applied(to: layer, place: traces.count)
    guard input.batch == own.batch, input.timesteps == own.timesteps else {
      throw .input(
        found: [input.batch, input.timesteps, input.features],
        wanted: "\(own.batch) samples of \(own.timesteps) timesteps, like the rest of the layer")
    }
    let parameters = layer.parameters
    guard input.features == parameters.features else {
      throw .input(
        found: [input.batch, input.timesteps, input.features],
        wanted: "(batch, timesteps, \(parameters.features))")
    }
    for (state, width) in [(input.h0, parameters.outputs), (input.c0, parameters.units)] {
      guard let state, state.count != input.batch * width else { continue }
      throw .initialState(found: [state.count], wanted: [input.batch, width])
    }
    _ = try Bounds.count([input.batch, input.timesteps, 4, parameters.units], limit: Bounds.traceLimit)
    let progress = progress
    guard let trace = layer.packed.run(input, progress: { progress($0, input.timesteps) }) else {
      throw .cancelled
    }
    traces.append(trace)
    return trace
  }
}

extension Bounds {
  /// The largest array of a trace: 2³⁰ values, 4 GiB of float32.
  static let traceLimit = 1 << 30
}
