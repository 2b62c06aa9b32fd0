import Network
import TensorFiles

/// An array of a file and what it is to its layer.
struct WeightArray: Sendable {
  /// `kernel`, `recurrent_kernel`, `bias`; for layers that are not known, what of the path tells it apart.
  let role: String
  let path: String
  let content: HDF5File.Content

  var tensor: Tensor? {
    if case .dataset(let tensor) = content { tensor } else { nil }
  }

  /// nil for what could not be read.
  var summary: ArraySummary? {
    tensor.map { ArraySummary(name: role, path: path, shape: $0.shape, dtype: $0.element.rawValue) }
  }
}

/// Which arrays of a file belong to which layer of its configuration.
struct KerasWeights: Sendable {
  struct LayerWeights: Sendable {
    /// Where they were looked for, for messages.
    let place: String
    var arrays: [WeightArray] = []

    func callAsFunction(_ role: String) -> WeightArray? { arrays.first { $0.role == role } }
  }

  /// In the order of the configuration's layers.
  var layers: [LayerWeights] = []
  var leftOver: [WeightArray] = []
  var guesses: [String] = []
  var warnings: [String] = []
}

/// What the arrays of a class are called, in the order of its `vars`.
///
/// - Source: Keras 3, the order of `add_weight` in each layer's `build`.
func roles(of className: String, count: Int, config: JSON?) -> [String]? {
  var names: [String]
  switch className {
  case "LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell":
    names = ["kernel", "recurrent_kernel", "bias"]
  case "Dense", "Conv1D", "Conv2D", "EinsumDense": names = ["kernel", "bias"]
  case "Embedding": names = ["embeddings"]
  case "PReLU": names = ["alpha"]
  case "LayerNormalization", "BatchNormalization":
    names = config?["scale"]?.bool == false ? [] : ["gamma"]
    if config?["center"]?.bool != false { names.append("beta") }
    if className == "BatchNormalization" { names += ["moving_mean", "moving_variance"] }
  default: return nil
  }
  return count <= names.count ? Array(names.prefix(count)) : nil
}

/// Keras' name for a class as part of a path: `LSTM` → `lstm`, `TimeDistributed` → `time_distributed`.
///
/// - Source: Keras 3, `keras.src.utils.naming.to_snake_case`.
func snakeCase(_ className: String) -> String {
  let letters = Array(
    className.unicodeScalars.filter {
      $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_"
    })
  func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
  func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
  // (.)([A-Z][a-z]+) → \1_\2, matches taken from the left without overlap.
  var words: [Unicode.Scalar] = []
  var index = 0
  while index < letters.count {
    words.append(letters[index])
    if index + 2 < letters.count, isUpper(letters[index + 1]), isLower(letters[index + 2]) {
      words.append("_")
      words.append(letters[index + 1])
      index += 2
      while index < letters.count, isLower(letters[index]) {
        words.append(letters[index])
        index += 1
      }
    } else {
      index += 1
    }
  }
  // ([a-z])([A-Z]) → \1_\2
  var result = String.UnicodeScalarView()
  for (index, scalar) in words.enumerated() {
    if index > 0, isLower(words[index - 1]), isUpper(scalar) { result.append("_") }
    result.append(scalar)
  }
  return String(result).lowercased()
}
