package import LSTM
package import Network

/// A run as one change after another would have it, beside what is recorded.
package struct Trial: Sendable {
  /// A recorded array, as it is to be compared.
  package struct Expected: Sendable {
    package var target: Target
    package var numbers: Numbers
    /// Timestep t of it is compared with ours at t + offset, where both are there.
    var offset = 0
    /// What is left out of the comparison; nil where nothing is.
    var ignored: [Bool]?
  }

  package let graph: Graph
  package var inputs: [Value?]
  package var feeding: [String: LayerInput]
  package var overrides = Overrides()
  /// States that LSTMs begin with in place of their own, by key.
  package var handing: [String: HandedState] = [:]
  package var expected: [Expected]
  /// The run without any change.
  package let baseline: NetworkRun

  package init(
    graph: Graph, inputs: [Value?], feeding: [String: LayerInput], recorded: [Recorded], baseline: NetworkRun
  ) {
    self.graph = graph
    self.inputs = inputs
    self.feeding = feeding
    expected = recorded.map { Expected(target: $0.target, numbers: $0.numbers) }
    self.baseline = baseline
  }

  /// How near a trial comes to what is recorded.
  struct Outcome: Equatable {
    let largest: Float
    let outside: Int
    let count: Int
    var passes: Bool { outside == 0 && count > 0 }
  }

  /// nil where it cannot be run.
  func run() -> NetworkRun? {
    // What it throws is that an input or weights do not fit.
    (try? graph.run(inputs, feeding: feeding, handing: handing, overrides: overrides)) ?? nil
  }

  /// Runs it; nil where it cannot be run or compared.
  func outcome(tolerance: Float) -> Outcome? {
    var (largest, outside, count) = (Float(0), 0, 0)
    let isCompared = compared { ours, theirs in
      count += 1
      largest = max(largest, distance(ours, theirs))
      if !isEqual(ours, theirs, tolerance: tolerance) { outside += 1 }
    }
    return isCompared ? Outcome(largest: largest, outside: outside, count: count) : nil
  }

  /// Ours less what is recorded, of everything that is compared; nil where it cannot be run or compared.
  func differences() -> [Float]? {
    var differences: [Float] = []
    return compared { differences.append($0 - $1) } ? differences : nil
  }

  /// Runs it and gives each pair of numbers; false where it cannot be run or compared.
  private func compared(_ visit: (Float, Float) -> Void) -> Bool {
    guard let run = run() else { return false }
    for entry in expected {
      guard let ours = entry.target.numbers(of: run), let pairs = entry.pairs(with: ours) else {
        return false
      }
      entry.numbers.values.withUnsafeBufferPointer { theirs in
        ours.values.withUnsafeBufferPointer { ours in
          for (mine, other) in pairs {
            for place in 0..<mine.count {
              if let ignored = entry.ignored, ignored[other.lowerBound + place] { continue }
              visit(ours[mine.lowerBound + place], theirs[other.lowerBound + place])
            }
          }
        }
      }
    }
    return true
  }
}

extension Trial.Expected {
  /// Stretches of ours and of the recorded values that belong together; nil where the shapes do not fit.
  fileprivate func pairs(with ours: Numbers) -> [(Range<Int>, Range<Int>)]? {
    guard offset != 0 else {
      guard ours.shape == numbers.shape else { return nil }
      return [(0..<ours.values.count, 0..<ours.values.count)]
    }
    guard let (count, inner) = target.timesteps(numbers.shape), ours.shape.count == numbers.shape.count,
      ours.shape[0] == numbers.shape[0], Array(ours.shape.dropFirst(2)) == Array(numbers.shape.dropFirst(2))
    else { return nil }
    let own = ours.shape[1]
    let first = max(0, -offset)
    let last = min(count, own - offset)
    guard last > first else { return nil }
    return (0..<numbers.shape[0]).map { sample in
      let mine = (sample * own + first + offset) * inner
      let other = (sample * count + first) * inner
      let length = (last - first) * inner
      return (mine..<mine + length, other..<other + length)
    }
  }
}

// MARK: - What changes are made of

extension Trial {
  /// An LSTM of the model with its key.
  struct Member: Sendable {
    let key: String
    let layer: String
    let lstm: TracedLSTM
  }

  /// Every LSTM that ran.
  var members: [Member] {
    let ran = Set(baseline.calls.map(\.key))
    return zip(graph.nodes, graph.keys).flatMap { node, keys in
      zip(keys, node.operation.lstms).filter { ran.contains($0.0) }.map {
        Member(key: $0.0, layer: node.layer + $0.1.suffix, lstm: $0.1)
      }
    }
  }

  /// Those, a layer once that is called more often.
  var layers: [Member] {
    var layers: [Member] = []
    for member in members where !layers.contains(where: { $0.layer == member.layer }) {
      layers.append(member)
    }
    return layers
  }

  /// A Dense of the model.
  struct Head: Sendable {
    let layer: String
    let weights: DenseWeights
  }

  /// Every Dense that ran, as it is now, once however often it is called.
  var heads: [Head] {
    var heads: [Head] = []
    for (index, node) in graph.nodes.enumerated() where baseline.shapes[index] != nil {
      guard let own = node.operation.dense, !heads.contains(where: { $0.layer == node.layer }) else {
        continue
      }
      heads.append(Head(layer: node.layer, weights: overrides.dense[node.layer] ?? own))
    }
    return heads
  }

  /// Changes the weights of some Denses; false where none of them takes the change.
  mutating func changeHeads(layers: Set<String>?, _ change: (DenseWeights) -> DenseWeights?) -> Bool {
    var isChanged = false
    for head in heads where layers?.contains(head.layer) ?? true {
      guard let changed = change(head.weights) else { continue }
      overrides.dense[head.layer] = changed
      isChanged = true
    }
    return isChanged
  }

  func parameters(of member: Member) -> Parameters {
    overrides.parameters[member.key] ?? member.lstm.parameters
  }

  /// Changes the weights of the LSTMs of some layers; false where none of them takes the change.
  mutating func change(
    layers: Set<String>?, _ change: (Parameters) -> Parameters?
  ) -> Bool {
    var isChanged = false
    // A layer that is called twice is changed once.
    var made: [String: Parameters] = [:]
    for member in members where layers?.contains(member.layer) ?? true {
      guard let changed = made[member.layer] ?? change(parameters(of: member)) else { continue }
      made[member.layer] = changed
      overrides.parameters[member.key] = changed
      isChanged = true
    }
    return isChanged
  }

  /// Changes each input that has an axis of time.
  mutating func changeSequences(_ change: (Value) -> Value?) -> Bool {
    var isChanged = false
    for (index, input) in inputs.enumerated() {
      guard let input, isSequence(index), case .numbers = input.elements, let changed = change(input)
      else { continue }
      inputs[index] = changed
      isChanged = true
    }
    for (key, input) in feeding {
      let value = Value(
        shape: [input.batch, input.timesteps, input.features], input.x,
        mask: input.mask.map { Mask(shape: [input.batch, input.timesteps], $0) })
      guard let changed = change(value), changed.shape.count == 3 else { continue }
      let keepsBatch = changed.shape[0] == input.batch
      feeding[key] = LayerInput(
        batch: changed.shape[0], timesteps: changed.shape[1], features: changed.shape[2], x: changed.numbers,
        mask: changed.mask?.flags, h0: keepsBatch ? input.h0 : nil, c0: keepsBatch ? input.c0 : nil)
      isChanged = true
    }
    return isChanged
  }

  /// Whether an input of the model runs along time: no state, which is (batch, units).
  private func isSequence(_ index: Int) -> Bool {
    let input = graph.inputs[index]
    return input.shape.count >= 3 || (input.shape.count == 2 && input.kind == .integers)
  }

  /// Changes recorded arrays; false where none of them takes the change.
  mutating func changeExpected(_ change: (Expected) -> Expected?) -> Bool {
    var isChanged = false
    for (index, entry) in expected.enumerated() {
      guard let changed = change(entry) else { continue }
      expected[index] = changed
      isChanged = true
    }
    return isChanged
  }
}

// MARK: - A part of it, to be quick

extension Trial {
  /// Layers whose output at a timestep depends on nothing later.
  private static let causal: Set<String> = [
    "LSTM", "CuDNNLSTM", "RNN", "GRU", "SimpleRNN", "Dense", "TimeDistributed", "Embedding", "Masking",
    "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization",
    "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "LayerNormalization", "BatchNormalization",
    "Concatenate", "Add", "Multiply", "Average", "Subtract", "Rescaling", "Normalization",
  ]

  /// Whether the first timesteps alone can be run and compared.
  var isCausal: Bool {
    let isForward = members.allSatisfy { !$0.lstm.parameters.goBackwards && !$0.lstm.isTimeMajor }
    let isByTime = expected.contains { entry in entry.target.timesteps(entry.numbers.shape) != nil }
    let lengths = Set(
      inputs.indices.filter(isSequence).compactMap { inputs[$0]?.shape.dropFirst().first }
        + feeding.values.map(\.timesteps))
    return isForward && isByTime && lengths.count == 1
      && graph.nodes.allSatisfy { Self.causal.contains($0.className) }
  }

  /// The axis of the inputs that the samples are along; nil where the model does not tell, and all are run.
  private var sampleAxis: Int? {
    guard members.contains(where: { $0.lstm.isTimeMajor }) else { return 0 }
    let isSure = expected.allSatisfy { entry in
      if case .output = entry.target { entry.numbers.shape.count < 3 } else { true }
    }
    guard isSure, inputs.count == 1, feeding.isEmpty, let shape = inputs[0]?.shape, shape.count == 3,
      let trace = baseline.calls.first?.trace, trace.batch != trace.timesteps
    else { return nil }
    if Array(shape.prefix(2)) == [trace.timesteps, trace.batch] { return 1 }
    return Array(shape.prefix(2)) == [trace.batch, trace.timesteps] ? 0 : nil
  }

  /// The first samples, and the first timesteps where the model allows.
  func shortened(samples: Int, timesteps: Int?) -> Trial {
    var short = self
    short.overrides.takesAnyLength = true
    let axis = sampleAxis
    let samples = axis == nil ? Int.max : samples
    short.overrides.mask = overrides.mask.map { mask in
      let cut = Value(shape: mask.shape, mask.flags.map { $0 ? 1 : 0 }).cut(
        samples: samples, timesteps: timesteps)
      return Mask(shape: cut.shape, cut.numbers.map { $0 != 0 })
    }
    short.inputs = inputs.enumerated().map { index, input in
      guard axis != 1 else {
        return input?.timeExchanged().cut(samples: samples, timesteps: nil).timeExchanged()
      }
      return input.map { $0.cut(samples: samples, timesteps: isSequence(index) ? timesteps : nil) }
    }
    short.feeding = feeding.mapValues { input in
      let value = Value(shape: [input.batch, input.timesteps, input.features], input.x)
        .cut(samples: samples, timesteps: timesteps)
      func states(_ all: [Float]?) -> [Float]? {
        all.map { Array($0.prefix($0.count / max(1, input.batch) * value.shape[0])) }
      }
      let mask = input.mask.map {
        Value(shape: [input.batch, input.timesteps], $0.map { $0 ? 1 : 0 }).cut(
          samples: samples, timesteps: timesteps
        ).numbers.map { $0 != 0 }
      }
      return LayerInput(
        batch: value.shape[0], timesteps: value.shape[1], features: input.features, x: value.numbers,
        mask: mask, h0: states(input.h0), c0: states(input.c0))
    }
    short.handing = Dictionary(
      handing.map { key, state in
        let batch = max(1, baseline.calls.first { $0.key == key }?.trace.batch ?? 1)
        let rows = min(batch, samples)
        return (
          key,
          HandedState(
            h: Array(state.h.prefix(state.h.count / batch * rows)),
            c: Array(state.c.prefix(state.c.count / batch * rows)))
        )
      }
    ) { first, _ in first }
    let kept = expected.filter { timesteps == nil || $0.target.timesteps($0.numbers.shape) != nil }
    short.expected = kept.map { entry in
      var entry = entry
      func cut(_ numbers: Numbers) -> Numbers {
        if case .finals = entry.target {
          let whole = Value(shape: numbers.shape, numbers.values)
          let cut = whole.timeExchanged().cut(samples: samples, timesteps: nil).timeExchanged()
          return Numbers(shape: cut.shape, values: cut.numbers)
        }
        if entry.target.isWithoutBatch { return numbers }
        let isByTime = entry.target.timesteps(numbers.shape) != nil
        // One timestep fewer than ours, so that what is compared with the next one is there.
        let length = isByTime ? timesteps.map { $0 - max(0, entry.offset) } : nil
        let cut = Value(shape: numbers.shape, numbers.values).cut(samples: samples, timesteps: length)
        return Numbers(shape: cut.shape, values: cut.numbers)
      }
      let whole = entry.numbers
      entry.numbers = cut(whole)
      if let ignored = entry.ignored {
        entry.ignored = cut(Numbers(shape: whole.shape, values: ignored.map { $0 ? 1 : 0 })).values.map {
          $0 != 0
        }
      }
      return entry
    }
    return short
  }
}

extension Target {
  fileprivate var isWithoutBatch: Bool {
    if case .call(_, .timestepIndex) = self { true } else { false }
  }
}

extension Value {
  /// The first samples, and of those the first timesteps; the mask with them.
  func cut(samples: Int, timesteps: Int?) -> Value {
    guard let batch = shape.first, case .numbers(let numbers) = elements else { return self }
    let kept = min(samples, batch)
    let length = shape.count > 1 ? min(timesteps ?? shape[1], shape[1]) : 1
    let inner = shape.dropFirst(2).reduce(1, *)
    let full = shape.count > 1 ? shape[1] : 1
    if kept == batch, length == full { return self }
    var values: [Float] = []
    values.reserveCapacity(kept * length * inner)
    var flags: [Bool] = []
    for sample in 0..<kept {
      let start = sample * full * inner
      values += numbers[start..<start + length * inner]
      if let mask, mask.shape == [batch, full] {
        flags += mask.flags[sample * full..<sample * full + length]
      }
    }
    let shape = shape.count > 1 ? [kept, length] + self.shape.dropFirst(2) : [kept]
    return Value(shape: Array(shape), values, mask: flags.isEmpty ? nil : Mask(shape: [kept, length], flags))
  }
}
