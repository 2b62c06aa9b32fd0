package import LSTM

/// Runs an encoder/decoder from a source to the words that it says, one token after the other.
///
/// Each token that the decoder says is what it is fed next. The encoder runs once for a sentence; of the
/// decoder one timestep at a time runs where nothing in it looks along the sequence, and all of the sequence
/// so far, padded to a length that the model declares, where something does.
///
/// - Source: Keras' example `lstm_seq2seq`, `decode_sequence`.
package struct Decoding: Sendable {
  package let graph: Graph
  package let pair: EncoderDecoder
  /// The id that the decoder is fed first.
  package let start: Int
  /// The id that ends a sentence; nil where none does.
  package let end: Int?
  /// How many tokens it says at most: no more than the model takes.
  package let maxSteps: Int
  /// Why it can't say one token after the other, and can only be fed what it should say; nil where it can.
  package let silence: DecodingError?
  /// The ids that fill a sentence up to a length that the model declares.
  private let padding: (source: Int, target: Int)
  let parts: Graph.Parts
  private let isStepwise: Bool
  /// Whether a timestep that is fed 0 does not count, which one timestep alone can't tell the next.
  private let masksZero: Bool
  /// Asked before each step; true stops with `DecodingError.cancelled`.
  package var isCancelled: @Sendable () -> Bool = { false }

  /// - Throws: `DecodingError.graph` where the decoder can't be told from the encoder.
  package init(
    _ graph: Graph, _ pair: EncoderDecoder, start: Int, end: Int?, maxSteps: Int,
    padding: (source: Int, target: Int) = (0, 0)
  ) throws(DecodingError) {
    self.graph = graph
    self.pair = pair
    self.start = start
    self.end = end
    self.padding = padding
    self.maxSteps = min(maxSteps, graph.inputs[pair.target].declaredLength ?? maxSteps)
    do { parts = try graph.parts(behind: pair.target) } catch { throw .graph(error) }
    silence = parts.behind.nodes.first(where: \.readsBackwards).map { .readsBackwards(layer: $0.layer) }
    isStepwise = parts.behind.goesByTimestep
    masksZero = parts.behind.nodes.contains(where: \.operation.traits.masksZero)
  }

  /// Sources as the model takes them; shorter ones are padded behind.
  ///
  /// - Parameter rows: Ids, a row a sample; one at least.
  /// - Throws: `DecodingError.token` for an id that the input has no place for.
  package func source(_ rows: [[Int]]) throws(DecodingError) -> Value {
    let input = graph.inputs[pair.source]
    return try input.value(of: rows, length: input.declaredLength, padding: padding.source)
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
    /// Whether the model puts out logits, of which softmax makes probabilities.
    package let areLogits: Bool

    /// What is handed over for one of the samples.
    package func handed(row: Int) -> [String: HandedState] {
      handed.mapValues { state in
        let width = state.h.count / max(1, batch)
        let place = row * width..<(row + 1) * width
        return HandedState(h: Array(state.h[place]), c: Array(state.c[place]))
      }
    }
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
    let numbers = output(of: first)?.numbers ?? []
    let width = output(of: first)?.shape.last ?? 0
    let encoded = Encoded(
      batch: batch, cuts: cuts, handed: handed, arriving: handed,
      areLogits: !Distribution.areProbabilities(numbers, width: width))
    return applying(experiment, to: encoded, other: other?.handed)
  }

  /// What an LSTM of the encoder does on sources; nil where the decoder has it.
  package func encoderTrace(of key: String, _ source: Value) throws -> Trace? {
    guard let own = parts.keysBefore[key] else { return nil }
    var inputs: [Value?] = graph.inputs.map { _ in nil }
    inputs[pair.source] = source
    return try parts.before.run(inputs)?.calls.first { $0.key == own }?.trace
  }

  /// The same source with something else done to its states on their way.
  ///
  /// - Parameter other: What `BridgeExperiment.other` hands over, as many samples.
  package func applying(
    _ experiment: BridgeExperiment, to encoded: Encoded, other: [String: HandedState]?
  ) -> Encoded {
    Encoded(
      batch: encoded.batch, cuts: encoded.cuts, handed: encoded.handed,
      arriving: arriving(encoded.handed, experiment, other: other), areLogits: encoded.areLogits)
  }

  /// What becomes of states on their way, by the keys of the whole graph.
  func arriving(
    _ handed: [String: HandedState], _ experiment: BridgeExperiment, other: [String: HandedState]?
  ) -> [String: HandedState] {
    var arriving = handed
    for (place, bridge) in pair.bridges.enumerated() {
      guard let state = handed[bridge.decoder] else { continue }
      arriving[bridge.decoder] = experiment.applied(
        to: state, other: other?[bridge.decoder], place: place)
    }
    return arriving
  }

  /// An LSTM of the decoder's part by its key in the whole graph.
  private func whole(_ key: String) -> String? { parts.keys.first { $0.value == key }?.key }

  /// The decoder's part on what it is fed: a timestep, or all so far.
  private func behind(
    _ cuts: [Value], fed rows: [[Int]], handing: [String: HandedState]
  ) throws -> NetworkRun {
    let input = graph.inputs[pair.target]
    let target = try input.value(
      of: rows, length: isStepwise ? nil : input.declaredLength, padding: padding.target)
    guard let run = try parts.behind.run([target] + cuts, handing: handing) else {
      preconditionFailure("nobody stops it")
    }
    return run
  }

  private func output(of run: NetworkRun) -> Value? {
    parts.outputs.firstIndex(of: pair.output).flatMap { run.outputs[$0] }
  }

  // MARK: - One token after the other

  /// Sentences on their way: what was fed so far, and what the decoder holds.
  struct Hypotheses {
    var cuts: [Value]
    /// What the decoder began with and what it holds now, by the keys of its part.
    var arrived: [String: HandedState]
    var states: [String: HandedState]
    /// All tokens fed, a row each; only the last is fed again where the decoder goes step by step.
    var fed: [[Int]]
    let areLogits: Bool
    /// Whether one timestep can still be run after the other.
    var goesByTimestep: Bool
  }

  func hypotheses(of encoded: Encoded) -> Hypotheses {
    var states: [String: HandedState] = [:]
    for (key, state) in encoded.arriving {
      if let own = parts.keys[key] { states[own] = state }
    }
    return Hypotheses(
      cuts: encoded.cuts, arrived: states, states: states,
      fed: Array(repeating: [start], count: encoded.batch), areLogits: encoded.areLogits,
      goesByTimestep: isStepwise)
  }

  /// What the model puts out for the next token, a row for each hypothesis; the states go on.
  func next(_ hypotheses: inout Hypotheses) throws -> [[Float]] {
    if isCancelled() { throw DecodingError.cancelled }
    if let silence { throw silence }
    // A layer holds its last output where 0 is fed, and that is no state that could be handed on.
    if masksZero, hypotheses.fed.contains(where: { $0.last == 0 }) { hypotheses.goesByTimestep = false }
    let isOne = hypotheses.goesByTimestep
    let rows = isOne ? hypotheses.fed.map { Array($0.suffix(1)) } : hypotheses.fed
    let run = try behind(
      hypotheses.cuts, fed: rows, handing: isOne ? hypotheses.states : hypotheses.arrived)
    guard let output = output(of: run) else {
      throw DecodingError.stopped(run.stopped?.message ?? "the decoder put nothing out")
    }
    if isOne {
      for call in run.calls {
        hypotheses.states[call.key] = HandedState(h: call.trace.hFinal, c: call.trace.cFinal)
      }
    }
    let width = output.shape.last ?? 0
    let perRow = output.numbers.count / max(1, rows.count)
    // Behind the last token fed there may be padding.
    let padding = isOne || output.shape.count < 3 ? 0 : (lengthRun(rows) - (rows.first?.count ?? 0)) * width
    guard width > 0, perRow - padding >= width else { throw DecodingError.output(output.shape) }
    return rows.indices.map { row in
      let end = (row + 1) * perRow - padding
      return Array(output.numbers[end - width..<end])
    }
  }

  /// How many timesteps the decoder's part ran for as many tokens.
  private func lengthRun(_ rows: [[Int]]) -> Int {
    let fed = rows.first?.count ?? 0
    return isStepwise ? fed : graph.inputs[pair.target].declaredLength ?? fed
  }

  /// Greedy decoding: always the likeliest token.
  ///
  /// - Returns: What each sample says, without the start and with the end where it said it.
  package func greedy(_ encoded: Encoded) throws -> [[Int]] {
    var hypotheses = hypotheses(of: encoded)
    var said: [[Int]] = Array(repeating: [], count: encoded.batch)
    var isOpen = Array(repeating: true, count: encoded.batch)
    for _ in 0..<maxSteps where isOpen.contains(true) {
      for (row, numbers) in try next(&hypotheses).enumerated() {
        guard isOpen[row] else {
          // What a sentence says behind its end is not read.
          hypotheses.fed[row].append(end ?? start)
          continue
        }
        let best = numbers.indexOfLargest
        hypotheses.fed[row].append(best)
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
    let target = graph.inputs[pair.target]
    inputs[pair.target] = try target.value(
      of: rows, length: target.declaredLength, padding: padding.target)
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
}

extension GraphInput {
  /// How many timesteps the model declares; nil where it leaves that open.
  package var declaredLength: Int? { shape.count > 1 ? shape[1] : nil }

  /// Sentences as the input takes them: ids, or one-hot rows.
  ///
  /// - Parameters:
  ///   - rows: Ids, a row a sample; one at least.
  ///   - length: Timesteps; nil for those of the longest.
  ///   - padding: The id behind shorter ones; one-hot it is a row of zeros where it is 0.
  /// - Throws: `DecodingError.token` for an id that has no place, `tooLong` for a sentence beyond the length.
  package func value(
    of rows: [[Int]], length: Int?, padding: Int = 0
  ) throws(DecodingError) -> Value {
    let longest = max(1, rows.map(\.count).max() ?? 0)
    if let length, longest > length { throw .tooLong(longest, declared: length) }
    let length = length ?? longest
    if shape.count == 2 {
      return Value(
        shape: [rows.count, length],
        rows.flatMap { row in
          row.map(Float.init) + Array(repeating: Float(padding), count: length - row.count)
        })
    }
    guard shape.count == 3, kind != .texts, let width = shape[2] else { throw .input(name) }
    let (count, overflow) = (rows.count * length).multipliedReportingOverflow(by: width)
    guard !overflow, count <= Bounds.limit else { throw .input(name) }
    var values = [Float](repeating: 0, count: count)
    for (row, ids) in rows.enumerated() {
      let filled = padding == 0 ? ids : ids + Array(repeating: padding, count: length - ids.count)
      for (step, id) in filled.enumerated() {
        guard (0..<width).contains(id) else { throw .token(id, width: width, input: name) }
        values[(row * length + step) * width + id] = 1
      }
    }
    return Value(shape: [rows.count, length, width], values)
  }
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
        + "give it what it should say, with --target or :target"
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
