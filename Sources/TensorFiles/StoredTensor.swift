/// An array of a file, by its name, that is read when it is wanted.
package struct StoredTensor: Sendable {
  package let name: String
  package let shape: [Int]
  /// As this program calls it, such as `float32`; as the file does where no element of `Tensor` is meant.
  package let dtype: String
  private let load: @Sendable () throws(TensorReadError) -> Tensor

  package init(
    name: String, shape: [Int], dtype: String,
    load: @escaping @Sendable () throws(TensorReadError) -> Tensor
  ) {
    self.name = name
    self.shape = shape
    self.dtype = dtype
    self.load = load
  }

  /// One that is in memory.
  package init(name: String, _ tensor: Tensor) {
    self.init(name: name, shape: tensor.shape, dtype: tensor.element.rawValue) {
      () throws(TensorReadError) in tensor
    }
  }

  /// - Throws: Where its bytes are not in the file or its type is not one that is read.
  package func tensor() throws(TensorReadError) -> Tensor { try load() }

  /// The same array under another name.
  package func renamed(_ name: String) -> StoredTensor {
    StoredTensor(name: name, shape: shape, dtype: dtype, load: load)
  }

  /// Whether it holds floating-point numbers.
  package var isFloat: Bool { ["float16", "bfloat16", "float32", "float64"].contains(dtype) }
}

/// Why an array that a file lists cannot be read: a reason that follows its name.
package struct TensorReadError: Error, Equatable {
  package let reason: String

  package init(reason: String) {
    self.reason = reason
  }
}

/// The number of values of a shape.
///
/// - Returns: nil where a length is negative, or the product is more than any memory holds.
func valueCount(of shape: [Int]) -> Int? {
  var count = 1
  for length in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: length)
    guard length >= 0, !overflow, product < 1 << 48 else { return nil }
    count = product
  }
  return count
}
