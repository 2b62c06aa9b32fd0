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
    /// Of the layers in it, in the order of `KerasLayer.children`.
    var children: [LayerWeights] = []
    /// The words of a TextVectorization or a lookup that learnt them.
    var vocabulary: [String]?

    func callAsFunction(_ role: String) -> WeightArray? { arrays.first { $0.role == role } }

    var isEmpty: Bool { arrays.isEmpty && children.allSatisfy(\.isEmpty) }
    var paths: [String] { arrays.map(\.path) + children.flatMap(\.paths) }
  }

  /// In the order of the configuration's layers.
  var layers: [LayerWeights] = []
  var leftOver: [WeightArray] = []
  var guesses: [String] = []
  var warnings: [String] = []
}

extension KerasWeights.LayerWeights {
  /// With a place for everything in the layer.
  init(empty layer: KerasLayer, place: String) {
    self.place = place
    children = layer.children.map { Self(empty: $0.layer, place: "\(place), \($0.key)") }
  }

  /// Adds an array to a layer inside, by the positions of children from the outside in.
  mutating func append(_ array: WeightArray, at path: ArraySlice<Int>) {
    if let first = path.first {
      children[first].append(array, at: path.dropFirst())
    } else {
      arrays.append(array)
    }
  }

  /// Every array with the keys of the layers that it is inside of before its name.
  func summaries(of layer: KerasLayer, prefix: String = "") -> [ArraySummary] {
    let own = arrays.compactMap { array in
      array.tensor.map {
        ArraySummary(
          name: prefix + array.role, path: array.path, shape: $0.shape, dtype: $0.element.rawValue)
      }
    }
    return own
      + zip(layer.children, children).flatMap { $1.summaries(of: $0.layer, prefix: "\(prefix)\($0.key)/") }
  }
}

/// What the arrays of a class are called, in the order of its `vars`; nil for a class that is not known.
///
/// - Parameters:
///   - count: How many there are, by which a missing one is noticed.
///   - isWhole: Whether all are wanted, as the options have them.
/// - Source: Keras 3, the order of `add_weight` in each layer's `build`.
func roles(of className: String, count: Int, config: JSON?, isWhole: Bool = false) -> [String]? {
  var names: [String]
  let hasBias = config?["use_bias"]?.bool != false
  let isQuantized = quantizationMode(config?["dtype"]) != nil
  switch className {
  case "LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell", "CuDNNLSTM", "CuDNNGRU":
    names = ["kernel", "recurrent_kernel"] + (hasBias ? ["bias"] : [])
  case "SeparableConv1D", "SeparableConv2D":
    names = ["depthwise_kernel", "pointwise_kernel"] + (hasBias ? ["bias"] : [])
  case "Dense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
    "DepthwiseConv1D", "DepthwiseConv2D", "EinsumDense", "Convolution1D", "TimeDistributedDense":
    names = ["kernel"] + (hasBias ? ["bias"] : []) + (isQuantized ? ["kernel_scale"] : [])
  case "Embedding": names = ["embeddings"] + (isQuantized ? ["embeddings_scale"] : [])
  case "RMSNormalization": names = ["scale"]
  case "PReLU": names = ["alpha"]
  case "Normalization": names = ["mean", "variance", "count"]
  case "Attention", "AdditiveAttention":
    let usesScale = config?["use_scale"]?.bool ?? (className == "AdditiveAttention")
    names = usesScale ? ["scale"] : []
    if config?["score_mode"]?.text == "concat" { names.append("concat_score_weight") }
  case "LayerNormalization", "BatchNormalization", "GroupNormalization":
    names = config?["scale"]?.bool == false ? [] : ["gamma"]
    if config?["center"]?.bool != false { names.append("beta") }
    if className == "BatchNormalization" { names += ["moving_mean", "moving_variance"] }
  default: return nil
  }
  if isWhole { return names }
  return count <= names.count ? Array(names.prefix(count)) : nil
}

/// How a layer's weights are quantized: `int8`; nil where they are not.
///
/// - Source: Keras 3, `QuantizedDTypePolicy`.
func quantizationMode(_ dtype: JSON?) -> String? {
  if let mode = dtype?["config"]?["mode"]?.text { return mode }
  guard let name = dtype?.text ?? dtype?["config"]?["name"]?.text, let end = name.firstRange(of: "_from_")
  else {
    return nil
  }
  return String(name[..<end.lowerBound])
}

extension KerasLayer {
  /// Classes of Keras that have no arrays.
  private static let weightless: Set<String> = [
    "InputLayer", "Masking", "Activation", "Reshape", "Flatten", "RepeatVector", "Permute", "Concatenate",
    "Add",
    "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Dot", "ReLU", "LeakyReLU", "ELU", "Softmax",
    "ThresholdedReLU", "Lambda", "Rescaling", "TextVectorization", "StringLookup", "IntegerLookup", "Hashing",
    "Discretization",
    "CategoryEncoding", "UnitNormalization",
    "Merge", "TFOpLambda", "SlicingOpLambda",
  ]

  /// … that come as 1D, 2D and 3D.
  private static let weightlessOfAxes: Set<String> = [
    "MaxPooling", "AveragePooling", "GlobalMaxPooling", "GlobalAveragePooling", "ZeroPadding", "Cropping",
    "UpSampling",
  ]

  /// Whether it has arrays of its own or inside, as far as its class tells.
  var hasWeights: Bool {
    if isOperation || isIdentity || KerasLayer.weightless.contains(className) { return false }
    if KerasLayer.weightlessOfAxes.contains(String(className.dropLast(2))) { return false }
    if let model { return model.layers.contains(where: \.hasWeights) }
    if !wrapped.isEmpty { return wrapped.contains(where: \.hasWeights) }
    return roles(of: className, count: 0, config: config, isWhole: true).map { !$0.isEmpty } ?? true
  }
}

/// Keras' name for a class as part of a path: `LSTM` → `lstm`, `TimeDistributed` → `time_distributed`.
///
/// - Source: Keras 3, `keras.src.utils.naming.to_snake_case`.
package func snakeCase(_ className: String) -> String {
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
