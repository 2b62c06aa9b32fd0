/// Weights as NVIDIA's cuDNN keeps them, which Keras 2.1 to 2.3 and TensorFlow 1 stored as they were.
///
/// - Source: Keras 2.2.4, `keras.engine.saving.preprocess_weights_for_loading`, `_convert_rnn_weights`.
enum CuDNN {
  /// Each gate's block, read row by row, fills a matrix of the same shape column by column.
  ///
  /// - Parameter values: Shape (rows, gates · units).
  static func kernel(_ values: [Float], rows: Int, gates: Int, units: Int) -> [Float] {
    var result = values
    let width = gates * units
    for gate in 0..<gates {
      for index in 0..<rows * units {
        let from = index / units * width + gate * units + index % units
        let into = index % rows * width + gate * units + index / rows
        result[into] = values[from]
      }
    }
    return result
  }

  /// Each gate's block is transposed.
  ///
  /// - Parameter values: Shape (units, gates · units).
  static func recurrentKernel(_ values: [Float], gates: Int, units: Int) -> [Float] {
    var result = values
    let width = gates * units
    for gate in 0..<gates {
      for row in 0..<units {
        for column in 0..<units {
          result[column * width + gate * units + row] = values[row * width + gate * units + column]
        }
      }
    }
    return result
  }

  /// The sum of the input's bias and the recurrent one.
  static func bias(_ values: [Float]) -> [Float] {
    let half = values.count / 2
    return (0..<half).map { values[$0] + values[$0 + half] }
  }
}
