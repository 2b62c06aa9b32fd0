import LSTM

/// How the values of an array become a layer's input of shape (batch, timesteps, features).
///
/// The values keep their order; only axes of length 1 are added.
package struct InputLayout: Sendable, Equatable {
  package let batch: Int
  package let timesteps: Int
  package let features: Int
  /// What was assumed about the array, a sentence; nil where it came with all three axes.
  package let assumption: String?

  /// Fits an array to a layer.
  ///
  /// - Parameters:
  ///   - shape: The array's.
  ///   - layer: The layer that is to read it.
  /// - Throws: `InputLayoutError` with the shape that is wanted and, where one is likely meant, the remedy.
  package init(fitting shape: [Int], to layer: LSTMLayer) throws(InputLayoutError) {
    try self.init(fitting: shape, features: layer.parameters.features, timesteps: layer.timesteps)
  }

  /// - Parameter timesteps: The declared number; nil where any will do. An undeclared length is never an error.
  package init(fitting shape: [Int], features: Int, timesteps: Int?) throws(InputLayoutError) {
    let wanted = InputLayoutError.Wanted(features: features, timesteps: timesteps)
    guard !shape.contains(where: { $0 <= 0 }) else {
      throw InputLayoutError(wanted: wanted, found: shape, remedy: .fillIt)
    }
    switch shape.count {
    case 3 where shape[2] == features && (timesteps == nil || shape[1] == timesteps):
      self.init(shape[0], shape[1], features, nil)
    case 2 where shape[1] == features && (timesteps == nil || shape[0] == timesteps):
      self.init(
        1, shape[0], features,
        "the array \(describe(shape)) is taken as one sample (1, \(shape[0]), \(features))")
    case 2 where features == 1 && shape[1] == timesteps:
      self.init(
        shape[0], shape[1], 1,
        "the array \(describe(shape)) is taken as (batch, timesteps) of one feature")
    case 1 where features == 1 && (timesteps == nil || shape[0] == timesteps):
      self.init(1, shape[0], 1, "the array \(describe(shape)) is taken as one sample (1, \(shape[0]), 1)")
    case 1 where shape[0] == features && timesteps == 1:
      self.init(1, 1, features, "the array \(describe(shape)) is taken as one timestep (1, 1, \(features))")
    default:
      let remedy = InputLayout.remedy(shape, features: features, timesteps: timesteps)
      throw InputLayoutError(wanted: wanted, found: shape, remedy: remedy)
    }
  }

  private init(_ batch: Int, _ timesteps: Int, _ features: Int, _ assumption: String?) {
    self.batch = batch
    self.timesteps = timesteps
    self.features = features
    self.assumption = assumption
  }

  /// The mistake that was probably made.
  private static func remedy(_ shape: [Int], features: Int, timesteps: Int?) -> InputLayoutError.Remedy? {
    let last = shape.last ?? 0
    switch shape.count {
    case 3 where shape[1] == features && (timesteps == nil || shape[2] == timesteps): return .transpose
    case 3 where shape[2] == features: return .length(shape[1])
    case 3: return .features(last)
    case 2 where shape[1] == features: return .batchOrTime(shape[0])
    case 2 where shape[0] == features && (timesteps == nil || shape[1] == timesteps): return .transposeMatrix
    case 2 where timesteps.map({ flat($0, features) == shape[1] }) ?? false:
      return .reshape([shape[0], timesteps ?? 1, features])
    case 2 where timesteps == nil && features > 1 && shape[1] > features && shape[1] % features == 0:
      return .reshape([shape[0], shape[1] / features, features])
    case 2: return .features(last)
    case 1 where last == features: return .reshape([1, 1, features])
    case 1 where timesteps.map({ flat($0, features) == last }) ?? (last % features == 0):
      return .reshape([1, timesteps ?? last / features, features])
    case 4 where shape[3] == 1 && shape[2] == features: return .reshape(Array(shape.prefix(3)))
    case 4 where shape[0] == 1 && shape[3] == features: return .reshape(Array(shape.suffix(3)))
    default: return nil
    }
  }

  private static func flat(_ timesteps: Int, _ features: Int) -> Int? {
    let (product, overflow) = timesteps.multipliedReportingOverflow(by: features)
    return overflow ? nil : product
  }
}

/// An array that does not fit a layer's input.
package struct InputLayoutError: Error, Equatable {
  package struct Wanted: Sendable, Equatable {
    package let features: Int
    package let timesteps: Int?
  }

  package enum Remedy: Sendable, Equatable {
    case fillIt
    /// (batch, features, timesteps) came.
    case transpose
    /// (features, timesteps) came.
    case transposeMatrix
    case reshape([Int])
    /// The length differs from the declared one.
    case length(Int)
    case features(Int)
    /// (n, features) came where n is not the declared number of timesteps.
    case batchOrTime(Int)
  }

  package let wanted: Wanted
  package let found: [Int]
  package let remedy: Remedy?

  package var message: String {
    let timesteps = wanted.timesteps.map(String.init) ?? "timesteps"
    let needs =
      "the layer takes (batch, \(timesteps), \(wanted.features)) and the array has shape \(describe(found))"
    return remedy.map { "\(needs): \(sentence($0))" } ?? needs
  }

  private func sentence(_ remedy: Remedy) -> String {
    switch remedy {
    case .fillIt: "it is empty; give it at least one sample and one timestep"
    case .transpose: "features and timesteps look exchanged; try x.transpose(0, 2, 1)"
    case .transposeMatrix: "features and timesteps look exchanged; try x.T"
    case .reshape(let shape): "try x.reshape\(describe(shape))"
    case .length(let count):
      "it has \(count) timesteps where the model declares \(wanted.timesteps ?? 0); pad it or cut it"
    case .features(let count):
      "its last axis has \(count) where the layer has \(wanted.features) features; give the columns that it was trained on"
    case .batchOrTime(let count):
      wanted.timesteps == 1
        ? "if it is \(count) samples of one timestep, try x[:, None, :]"
        : "one sample needs \(wanted.timesteps ?? 0) timesteps and it has \(count); pad it or cut it"
    }
  }
}

/// Fits an array to an initial state of shape (batch, units).
///
/// - Parameters:
///   - shape: (units) for every sample alike, (batch, units), or (1, batch, units) as PyTorch has it.
///   - name: `h0` or `c0`, for the message.
/// - Returns: How often the values are to be repeated to fill the batch: 1, or `batch` where one row came.
package func stateRepetitions(
  fitting shape: [Int], name: String, units: Int, batch: Int
) throws(StateLayoutError) -> Int {
  switch shape {
  case [batch, units], [1, batch, units]: return 1
  case [units], [1, units], [1, 1, units]: return batch
  default: throw StateLayoutError(name: name, units: units, batch: batch, found: shape)
  }
}

/// An array that is no initial state of a layer.
package struct StateLayoutError: Error, Equatable {
  package let name: String
  package let units: Int
  package let batch: Int
  package let found: [Int]

  package var message: String {
    let needs = "\(name) has shape \(describe(found)) where the layer takes \(describe([batch, units]))"
    let other = "(units), (batch, units) and (1, batch, units) will do"
    return found == [units, batch] ? "\(needs): try \(name).T" : "\(needs): \(other)"
  }
}

/// A shape as numpy prints it.
package func describe(_ shape: [Int]) -> String {
  shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
}
