/// Where a model came from: who wrote it, and what of it was guessed, left over or worth a warning.
package struct Provenance: Sendable, Equatable {
  /// `Keras 3 .keras`, `Keras 2 whole-model .h5`.
  package let format: String
  /// `Keras 3.15.1`; nil where the file does not tell.
  package let writer: String?
  /// The layers' dtype policy: `float32`, `mixed_float16`.
  package let dtype: String
  /// How closely the numbers agree with the framework's: |a − b| ≤ tolerance + tolerance · |expected|.
  package let tolerance: Float
  /// What was assumed because the file does not say, each a sentence.
  package var guesses: [String]
  /// Arrays that no layer claimed.
  package var leftOver: [ArraySummary]
  /// What a person should know before trusting the numbers, each a sentence.
  package var warnings: [String]
  /// Of LSTMs that keep two biases, which their layer's bias is the sum of.
  package var biases: [SplitBias]

  package init(
    format: String, writer: String?, dtype: String, tolerance: Float = 1e-5, guesses: [String] = [],
    leftOver: [ArraySummary] = [], warnings: [String] = [], biases: [SplitBias] = []
  ) {
    self.format = format
    self.writer = writer
    self.dtype = dtype
    self.tolerance = tolerance
    self.guesses = guesses
    self.leftOver = leftOver
    self.warnings = warnings
    self.biases = biases
  }
}

/// The two biases that PyTorch and ONNX keep, as they were found; gate order i f g o.
package struct SplitBias: Sendable, Equatable {
  /// Of the LSTM, as `trace` names it.
  package let key: String
  /// PyTorch's `bias_ih`, ONNX' `Wb`.
  package let input: [Float]
  /// PyTorch's `bias_hh`, ONNX' `Rb`.
  package let recurrent: [Float]

  package init(key: String, input: [Float], recurrent: [Float]) {
    self.key = key
    self.input = input
    self.recurrent = recurrent
  }
}
