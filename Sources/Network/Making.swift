import LSTM

/// How the numbers that a layer puts out come about, for the layers whose numbers can be taken apart one by one.
enum Making: Sendable {
  /// Every number is one of those that go in, or a zero.
  case moves
  /// As `moves`, with zeros at the timesteps that do not count.
  case masking
  case dense(DenseWeights)
  /// A row of the table for each id.
  case embedding(NamedArray)
  case activation(Activation)
  /// Cells that are all LSTMs.
  case recurrent
  /// Halves whose cells are all LSTMs, and how they are merged.
  case bidirectional(merge: String?)
  /// Keras' class of a merging layer.
  case merge(String)
}

extension LayerDescription {
  /// nil for a layer that runs and whose numbers are not taken apart.
  var making: Making? {
    switch className {
    case "Identity", "InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout",
      "AlphaDropout", "ActivityRegularization", "Reshape", "Flatten", "RepeatVector", "Permute",
      "Concatenate", "ZeroPadding1D", "Cropping1D", "UpSampling1D", "ops.GetItem", "ops.Reshape",
      "ops.Transpose", "ops.ExpandDims", "ops.Squeeze", "ops.Concatenate", "ops.Stack",
      "ops.Flip", "ops.Swapaxes", "ops.Split", "ops.ConvertToTensor":
      return .moves
    case "Masking": return .masking
    case "Dense":
      // Of one of whole numbers, and of one whose weights do not fit, nothing is taken apart.
      guard weight(named: "kernel_scale") == nil else { return nil }
      return (try? denseWeights()).map { .dense($0) }
    case "Embedding":
      guard let table = weight(named: "embeddings"), weight(named: "embeddings_scale") == nil else {
        return nil
      }
      return .embedding(table)
    case "Activation": return (try? activation("activation")).map { .activation($0) }
    case "LSTM", "CuDNNLSTM": return .recurrent
    case "RNN": return children.allSatisfy { $0.className == "LSTMCell" } ? .recurrent : nil
    case "Bidirectional":
      guard children.count == 2, children.allSatisfy({ $0.making?.isRecurrent ?? false }) else { return nil }
      let merge = options["merge_mode"] == .null ? nil : option("merge_mode")?.text ?? "concat"
      return .bidirectional(merge: merge)
    case "TimeDistributed":
      let inner = children.map(\.making)
      if inner.count == 1 {
        switch inner[0] {
        case .dense, .activation, .moves, .recurrent: return inner[0]
        case .masking, .embedding, .bidirectional, .merge, nil: return nil
        }
      }
      let isAllMoved = inner.allSatisfy { if case .moves = $0 { true } else { false } }
      return isAllMoved && !inner.isEmpty ? .moves : nil
    case "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum": return .merge(className)
    default: return nil
    }
  }
}

extension Making {
  var dense: DenseWeights? { if case .dense(let weights) = self { weights } else { nil } }
  var isRecurrent: Bool { if case .recurrent = self { true } else { false } }
}
