import LSTM
import Network
import Sessions

extension Opened {
  /// What one LSTM did on one sentence, in the order of its steps.
  struct Walk {
    /// What it read; empty where nothing tells.
    let words: [String]
    /// c, shape (steps, units).
    let carries: [Float]
  }

  /// One LSTM on several sources.
  ///
  /// Of an encoder's LSTM the encoder alone is run; a decoder's goes over what the decoder says.
  ///
  /// - Parameter sources: Ids, with as many in each.
  /// - Returns: One for each source; nil where the LSTM was not run.
  func walks(of key: String, sources: [[Int]]) throws -> [Walk?] {
    guard let translator else {
      guard pair == nil else { throw Failure(.usage, vocabularies.noStart) }
      let rows = try sources.map { try input($0) }
      let run = try graph.run([Value.stacked(rows)], feeding: feeding)
      return walks(
        of: key, run?.calls.first { $0.key == key }?.trace, [Value.stacked(rows)], count: sources.count)
    }
    let decoding = translator.decoding
    let source = try translator.value(sources)
    var inputs: [Value?] = graph.inputs.map { _ in nil }
    inputs[decoding.pair.source] = source
    if let trace = try decoding.encoderTrace(of: key, source) {
      return walks(of: key, trace, inputs, count: sources.count)
    }
    let said = try decoding.greedy(try decoding.encode(source))
    var found: [Walk?] = sources.map { _ in nil }
    // As long as each other, so that none has words behind its end.
    for group in said.map(\.count).grouped(by: sources.count) {
      let (inputs, network) = try decoding.run(
        source: try translator.value(group.map { sources[$0] }),
        fed: group.map { [decoding.start] + said[$0].dropLast() }, arriving: [:])
      let trace = network.calls.first { $0.key == key }?.trace
      for (place, walk) in zip(group, walks(of: key, trace, inputs, count: group.count)) {
        found[place] = walk
      }
    }
    return found
  }

  private func walks(of key: String, _ trace: Trace?, _ inputs: [Value?], count: Int) -> [Walk?] {
    guard let trace, trace.batch == count, let node = graph.keys.firstIndex(where: { $0.contains(key) })
    else { return Array(repeating: nil, count: count) }
    let words = words(ofNode: node, inputs)
    let size = trace.timesteps * trace.units
    return (0..<count).map { sample in
      let row = words.map { $0[sample] } ?? []
      return Walk(
        words: row.count == trace.timesteps ? trace.timestepIndex.map { row[$0] } : [],
        carries: Array(trace.c[sample * size..<(sample + 1) * size]))
    }
  }
}

extension Value {
  /// Samples one below the other.
  ///
  /// - Precondition: All have one shape, with a batch of one, and there is one.
  fileprivate static func stacked(_ samples: [Value]) -> Value {
    let rest = samples.first?.shape.dropFirst() ?? []
    let texts = samples.flatMap { if case .texts(let texts) = $0.elements { texts } else { [String]() } }
    return texts.isEmpty
      ? Value(shape: [samples.count] + rest, samples.flatMap(\.numbers))
      : Value(shape: [samples.count] + rest, texts: texts)
  }
}
