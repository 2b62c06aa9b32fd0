/// An array as a container holds it: a shape, an element type and the bytes, little-endian, last index fastest.
package struct Tensor: Sendable, Equatable {
  package enum Element: String, Sendable, CaseIterable {
    case float16, bfloat16, float32, float64
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool

    package var size: Int {
      switch self {
      case .int8, .uint8, .bool: 1
      case .float16, .bfloat16, .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }
  }

  package let shape: [Int]
  package let element: Element
  package let bytes: [UInt8]

  /// - Precondition: `bytes` has exactly the size that shape and element ask for; readers check before.
  package init(shape: [Int], element: Element, bytes: [UInt8]) {
    precondition(bytes.count == shape.reduce(element.size, *), "tensor bytes do not fit its shape")
    self.shape = shape
    self.element = element
    self.bytes = bytes
  }
}
