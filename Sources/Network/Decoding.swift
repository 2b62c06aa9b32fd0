package import LSTM

/// Runs an encoder/decoder from a source to the words that it says, one token after the other.
///
/// Each token that the decoder says is what it is fed next. The encoder runs once for a sentence; of the
/// decoder one timestep at a time runs where nothing in it looks along the sequence, and all of the sequence
/// so far where something does.
///
/// - Source: Keras' example `lstm_seq2seq`, `decode_sequence`.
package struct Decoding: Sendable {
  package let graph: Graph
  package let pair: EncoderDecoder
  /// The id that the decoder is fed first.
  package let start: Int
  /// The id that ends a sentence; nil where none does.
  package let end: Int?
  package let maxSteps: Int
  let parts: Graph.Parts
  let isStepwise: Bool
  /// Asked before each step; true stops with `DecodingError.cancelled`.
  package var isCancelled: @Sendable () -> Bool = { false }

  /// - Throws: `DecodingError` where the decoder can't say one token after the other.
  package init(
    _ graph: Graph, _ pair: EncoderDecoder, start: Int, end: Int?, maxSteps: Int
  ) throws(DecodingError) {
    self.graph = graph
    self.pair = pair
    self.start = start
    self.end = end
    self.maxSteps = maxSteps
    do { parts = try graph.parts(behind: pair.target) } catch { throw .graph(error) }
    if let backward = parts.behind.nodes.first(where: \.readsBackwards) {
      throw .readsBackwards(layer: backward.layer)
    }
    isStepwise = parts.behind.nodes.allSatisfy(\.isTimestepByTimestep)
  }

  /// Sentences as an input of the model takes them.
  ///
  /// Shorter ones are padded behind: with id 0, or, where tokens are given one-hot, with nothing.
  ///
  /// - Parameters:
  ///   - rows: Ids, a row a sample; one at least.
  ///   - input: Which of the model's inputs.
  /// - Throws: `DecodingError.token` for an id that the input has no place for.
  package func value(_ rows: [[Int]], for input: Int) throws(DecodingError) -> Value {
    try Self.value(rows, for: graph.inputs[input], fixed: true)
  }

  private static func value(
    _ rows: [[Int]], for input: GraphInput, fixed: Bool
  ) throws(DecodingError) -> Value {
    let longest = max(1, rows.map(\.count).max() ?? 0)
    let declared = fixed && input.shape.count > 1 ? input.shape[1] : nil
    if let declared, longest > declared { throw .tooLong(longest, declared: declared) }
    let length = declared ?? longest
    if input.shape.count == 2 {
      return Value(
        shape: [rows.count, length],
        rows.flatMap { row in row.map(Float.init) + Array(repeating: 0, count: length - row.count) })
    }
    guard input.shape.count == 3, let width = input.shape[2] else { throw .input(input.name) }
    var values = [Float](repeating: 0, count: rows.count * length * width)
    for (row, ids) in rows.enumerated() {
      for (step, id) in ids.enumerated() {
        guard (0..<width).contains(id) else { throw .token(id, width: width, input: input.name) }
        values[(row * length + step) * width + id] = 1
      }
    }
    return Value(shape: [rows.count, length, width], values)
  }

  // MARK: - From the source to the hand-over

  /// A batch of sources that the encoder has read.
  package struct Encoded: Sendable {
    package let batch: Int
    /// What the decoder reads of the encoder, in the order of the cut.
    let cuts: [Value]
    /// What the encoder hands over, by the keys of the whole graph.
    package let handed: [String: HandedState]
    /// What arrives: the same, or what an experiment made of it.
    package let arriving: [String: HandedState]
  }

  /// - Parameters:
  ///   - source: One or more samples, shape (batch, timesteps) or (batch, timesteps, tokens).
  ///   - other: What another sentence's encoder handed over, for `BridgeExperiment.other`.
  ///   - feeding: Inputs of the encoder's LSTMs themselves, as after an edit.
  package func encode(
    _ source: Value, _ experiment: BridgeExperiment = .asIs, other: Encoded? = nil,
    feeding: [String: LayerInput] = [:]
  ) throws -> Encoded {
    var inputs: [Value?] = graph.inputs.map { _ in nil }
    inputs[pair.source] = source
    let batch = source.shape[0]
    guard let before = try parts.before.run(inputs, feeding: feeding) else {
      preconditionFailure("nobody stops it")
    }
    let cuts = before.outputs.compactMap(\.self)
    guard cuts.count == before.outputs.count else {
      throw DecodingError.stopped(before.stopped?.message ?? "the encoder was not run")
    }
    // One timestep of the decoder tells what its LSTMs begin with.
    let first = try behind(cuts, fed: Array(repeating: [start], count: batch), handing: [:])
    let bridged = Set(pair.bridges.map(\.decoder))
    var handed: [String: HandedState] = [:]
    for call in first.calls {
      guard let key = whole(call.key), bridged.contains(key) else { continue }
      handed[key] = HandedState(h: call.trace.h0, c: call.trace.c0)
    }
    return applying(
      experiment, to: Encoded(batch: batch, cuts: cuts, handed: handed, arriving: handed), other: other)
  }

  /// The same source with something else done to its states on their way.
  package func applying(_ experiment: BridgeExperiment, to encoded: Encoded, other: Encoded?) -> Encoded {
    var arriving = encoded.handed
    for (place, bridge) in pair.bridges.enumerated() {
      guard let state = encoded.handed[bridge.decoder] else { continue }
      arriving[bridge.decoder] = experiment.applied(
        to: state, other: other?.handed[bridge.decoder], place: place)
    }
    return Encoded(batch: encoded.batch, cuts: encoded.cuts, handed: encoded.handed, arriving: arriving)
  }

  /// An LSTM of the decoder's part by its key in the whole graph.
  private func whole(_ key: String) -> String? { parts.keys.first { $0.value == key }?.key }

  private func behind(
    _ cuts: [Value], fed rows: [[Int]], handing: [String: HandedState]
  ) throws -> NetworkRun {
    let target = try Self.value(rows, for: parts.behind.inputs[0], fixed: false)
    guard let run = try parts.behind.run([target] + cuts, handing: handing) else {
      preconditionFailure("nobody stops it")
    }
    return run
  }

  // MARK: - One token after the other

  /// Sentences on their way: what was fed so far, and what the decoder holds.
  struct Hypotheses {
    var cuts: [Value]
    /// By the keys of the decoder's part.
    var states: [String: HandedState]
    /// All tokens fed, a row each; only the last is fed again where the decoder goes step by step.
    var fed: [[Int]]
  }

  func hypotheses(of encoded: Encoded) -> Hypotheses {
    var states: [String: HandedState] = [:]
    for (key, state) in encoded.arriving {
      if let own = parts.keys[key] { states[own] = state }
    }
    return Hypotheses(
      cuts: encoded.cuts, states: states, fed: Array(repeating: [start], count: encoded.batch))
  }

  /// The probabilities of the next token, a row for each hypothesis; the states go on.
  func next(_ hypotheses: inout Hypotheses) throws -> [[Float]] {
    if isCancelled() { throw DecodingError.cancelled }
    let rows = isStepwise ? hypotheses.fed.map { Array($0.suffix(1)) } : hypotheses.fed
    let run = try behind(hypotheses.cuts, fed: rows, handing: hypotheses.states)
    guard let place = parts.outputs.firstIndex(of: pair.output), let output = run.outputs[place] else {
      throw DecodingError.stopped(run.stopped?.message ?? "the decoder put nothing out")
    }
    if isStepwise {
      for call in run.calls {
        hypotheses.states[call.key] = HandedState(h: call.trace.hFinal, c: call.trace.cFinal)
      }
    }
    let width = output.shape.last ?? 0
    let perRow = output.numbers.count / max(1, rows.count)
    guard width > 0, perRow >= width else { throw DecodingError.output(output.shape) }
    return rows.indices.map { row in
      let end = (row + 1) * perRow
      return Array(output.numbers[end - width..<end])
    }
  }

  /// Greedy decoding: always the likeliest token.
  ///
  /// - Returns: What each sample says, without the start and with the end where it said it.
  package func greedy(_ encoded: Encoded) throws -> [[Int]] {
    var hypotheses = hypotheses(of: encoded)
    var said: [[Int]] = Array(repeating: [], count: encoded.batch)
    var isOpen = Array(repeating: true, count: encoded.batch)
    for _ in 0..<maxSteps where isOpen.contains(true) {
      for (row, probabilities) in try next(&hypotheses).enumerated() {
        let best = probabilities.indexOfLargest
        hypotheses.fed[row].append(best)
        guard isOpen[row] else { continue }
        said[row].append(best)
        if best == end { isOpen[row] = false }
      }
    }
    return said
  }

  /// A whole run of the model on a source and what the decoder is fed, with the states that arrive.
  package func run(
    source: Value, fed rows: [[Int]], arriving: [String: HandedState], feeding: [String: LayerInput] = [:]
  ) throws -> (inputs: [Value?], network: NetworkRun) {
    var inputs: [Value?] = graph.inputs.map { _ in nil }
    inputs[pair.source] = source
    inputs[pair.target] = try value(rows, for: pair.target)
    guard let network = try graph.run(inputs, feeding: feeding, handing: arriving) else {
      preconditionFailure("nobody stops it")
    }
    return (inputs, network)
  }
}

extension Array where Element == Float {
  /// The first of the largest; 0 where there is none.
  package var indexOfLargest: Int {
    var best = 0
    for index in indices where self[index] > self[best] { best = index }
    return best
  }
}

extension Node {
  /// Whether what it puts out at a timestep depends on later ones.
  fileprivate var readsBackwards: Bool {
    operation.lstms.contains { $0.parameters.goBackwards || $0.direction == .backward }
  }

  /// Whether it can be run one timestep after the other, its LSTMs going on from what they hold.
  var isTimestepByTimestep: Bool {
    if !operation.lstms.isEmpty { return true }
    if className.hasSuffix("Attention") {
      // Over the encoder it looks up; over the decoder's own sequence it looks along.
      return arguments.dropFirst().allSatisfy {
        if case .value(.input(let input)) = $0 { input > 0 } else { true }
      }
    }
    return Self.timestepByTimestep.contains(className)
  }

  private static let timestepByTimestep: Set<String> = [
    "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "BatchNormalization",
    "Concatenate", "Dense", "Dropout", "ELU", "Embedding", "GaussianDropout", "GaussianNoise",
    "LayerNormalization", "LeakyReLU", "Masking", "Maximum", "Minimum", "Multiply", "NotEqual", "PReLU",
    "ReLU", "Rescaling", "Softmax", "SpatialDropout1D", "Subtract", "ThresholdedReLU", "TimeDistributed",
  ]
}

/// Why an encoder/decoder can't be run from a source to words.
package enum DecodingError: Error, Equatable {
  case graph(GraphError)
  case readsBackwards(layer: String)
  case token(Int, width: Int, input: String)
  case tooLong(Int, declared: Int)
  case input(String)
  case output([Int])
  case stopped(String)
  case cancelled

  package var message: String {
    switch self {
    case .graph(let error): error.message
    case .readsBackwards(let layer):
      "\(layer) reads what the decoder is fed from its end, so that it can't say one token after the other; "
        + "give the target with --target"
    case .token(let id, let width, let input):
      "id \(id) has no place in the model's input \(input), which is \(width) wide; is this the right vocabulary?"
    case .tooLong(let count, let declared):
      "the sentence has \(count) tokens and the model takes \(declared)"
    case .input(let name): "the model's input \(name) takes neither ids nor one-hot tokens"
    case .output(let shape): "the decoder puts out \(describe(shape)), which is no row of probabilities"
    case .stopped(let sentence): sentence
    case .cancelled: "stopped"
    }
  }
}
