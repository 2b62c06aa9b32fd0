/// What a layer's options tell of it besides what it computes.
struct LayerTraits: Sendable, Equatable {
  enum Width: Sendable, Equatable {
    case unknown
    /// That of its first input.
    case same
    case fixed(Int)
  }

  /// Whether its output at a timestep follows from its inputs at that timestep alone, and, of an LSTM, from the
  /// h and c before it.
  var goesByTimestep = false
  /// How many ids it knows: the rows of an Embedding's table.
  var rows: Int?
  /// Of the last axis of its output.
  var width = Width.unknown
  /// Whether the timesteps of id 0 do not count behind it.
  var masksZero = false
  /// Whether it makes words of a text itself.
  var splitsTexts = false
}

extension LayerDescription {
  var traits: LayerTraits {
    var traits = LayerTraits()
    switch className {
    case "Embedding":
      traits.goesByTimestep = true
      if let table = weight(named: "embeddings"), table.shape.count == 2 {
        traits.rows = table.shape[0]
        traits.width = .fixed(table.shape[1])
      }
      traits.masksZero = option("mask_zero")?.bool == true
    case "Dense":
      traits.goesByTimestep = true
      if let columns = weight(named: "kernel")?.shape.last { traits.width = .fixed(columns) }
    case "TimeDistributed":
      // An LSTM inside reads sequences of its own.
      traits.goesByTimestep = children.allSatisfy { !Self.recurrent.contains($0.className) }
      if let last = children.last { traits.width = last.traits.width }
    case "LSTM", "CuDNNLSTM": traits.goesByTimestep = isForward
    case "RNN":
      // Of other cells nothing tells what they hold between two timesteps.
      traits.goesByTimestep = isForward && children.allSatisfy { $0.className == "LSTMCell" }
    case "Attention", "AdditiveAttention":
      // The causal mask goes by the number of the query, which one timestep alone does not have.
      traits.goesByTimestep = option("causal")?.bool != true
    case "TextVectorization":
      traits.splitsTexts = ["whitespace", "character"].contains(option("split")?.text)
    case "Concatenate": traits.goesByTimestep = axesAreBehindTime
    case "Softmax", "LayerNormalization", "BatchNormalization":
      traits.goesByTimestep = axesAreBehindTime
      traits.width = .same
    case "PReLU":
      // A slope for each place, unless it is shared along time.
      traits.goesByTimestep = (option("shared_axes")?.list ?? []).contains { $0.integer == 1 }
      traits.width = .same
    case "Rescaling":
      traits.goesByTimestep = ["scale", "offset"].allSatisfy { option($0)?.list == nil }
      traits.width = .same
    case _ where Self.elementwise.contains(className):
      traits.goesByTimestep = true
      traits.width = .same
    default: break
    }
    return traits
  }

  private var isForward: Bool {
    option("go_backwards")?.bool != true && option("time_major")?.bool != true
  }

  /// Whether the axes that it works along are those behind the batch and the timesteps.
  private var axesAreBehindTime: Bool {
    guard let axis = option("axis") else { return true }
    return (axis.list ?? [axis]).allSatisfy { $0.integer.map { $0 == -1 || $0 >= 2 } ?? false }
  }

  private static let recurrent: Set<String> = ["LSTM", "CuDNNLSTM", "RNN", "Bidirectional"]

  private static let elementwise: Set<String> = [
    "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "Dropout", "ELU",
    "GaussianDropout", "GaussianNoise", "LeakyReLU", "Maximum", "Minimum", "Multiply", "ReLU",
    "SpatialDropout1D", "Subtract", "ThresholdedReLU",
  ]
}

extension Graph {
  /// Whether it can be run one timestep of its first input after the other, its LSTMs going on from what they
  /// hold.
  ///
  /// Of the other inputs, which stand for what was computed before, an LSTM may begin with them and an attention
  /// may look into them. Anything else would join what has no timesteps, or other ones, with what has.
  var goesByTimestep: Bool {
    nodes.allSatisfy { node in
      guard node.operation.traits.goesByTimestep, node.mask == nil,
        node.operation.lstms.allSatisfy({ $0.direction == nil }), let x = node.references.first, isRow(x)
      else { return false }
      // Ids have no axis behind time; only a table gives them one.
      if x == .input(0), inputs[0].shape.count == 2, node.operation.traits.rows == nil { return false }
      let others = node.references.dropFirst()
      if !node.operation.lstms.isEmpty { return others.allSatisfy(isGiven) }
      if node.className.hasSuffix("Attention") {
        return others.allSatisfy(isGiven) && node.keywords["use_causal_mask"]?.bool != true
      }
      return others.allSatisfy(isRow)
    }
  }

  private func isGiven(_ reference: Reference) -> Bool {
    if case .input(let input) = reference { input > 0 } else { false }
  }

  /// Whether it has a row for each timestep, and not what an LSTM ended with.
  private func isRow(_ reference: Reference) -> Bool {
    switch reference {
    case .input(let input): input == 0
    case .node(let node, let output):
      nodes[node].operation.lstms.isEmpty
        || (output == 0 && nodes[node].operation.lstms.allSatisfy(\.returnSequences))
    }
  }

  /// Whether what reads an input of texts looks up each of them, and does not split them into words.
  package func readsWords(ofInput input: Int) -> Bool {
    guard let reader = nodes.first(where: { $0.references.contains(.input(input)) }) else { return false }
    return !reader.operation.traits.splitsTexts
  }

  /// How many ids an input knows: the rows of the table that reads it, or the places of a one-hot row.
  package func idCount(ofInput input: Int) -> Int? {
    guard inputs.indices.contains(input), inputs[input].kind != .texts else { return nil }
    if inputs[input].shape.count == 3 { return inputs[input].shape[2] }
    return nodes.lazy.filter { $0.references.first == .input(input) }.compactMap(\.operation.traits.rows)
      .first
  }

  /// The length of an output's last axis; nil where nothing tells it before a run.
  package func width(ofOutput output: Int) -> Int? { width(of: outputs[output].reference) }

  private func width(of reference: Reference) -> Int? {
    var reference = reference
    while case .node(let node, let output) = reference, output == 0 {
      switch nodes[node].operation.traits.width {
      case .fixed(let width): return width
      case .unknown: return nil
      case .same:
        guard let first = nodes[node].references.first else { return nil }
        reference = first
      }
    }
    return nil
  }
}
