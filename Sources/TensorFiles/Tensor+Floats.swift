extension Tensor {
  /// Every element as the nearest float32; true is 1.
  ///
  /// - Returns: As many values as the shape asks for, last index fastest.
  package var floats: [Float] {
    switch element {
    case .float16: values { Float(Float16(bitPattern: $0)) }
    case .bfloat16: values { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .float32: float32s
    case .float64: values { Float(Double(bitPattern: $0)) }
    case .int8: values { (number: Int8) in Float(number) }
    case .int16: values { (number: Int16) in Float(number) }
    case .int32: values { (number: Int32) in Float(number) }
    case .int64: values { (number: Int64) in Float(number) }
    case .uint8: values { (number: UInt8) in Float(number) }
    case .uint16: values { (number: UInt16) in Float(number) }
    case .uint32: values { (number: UInt32) in Float(number) }
    case .uint64: values { (number: UInt64) in Float(number) }
    case .bool: values { (byte: UInt8) in byte == 0 ? 0 : 1 }
    }
  }

  /// Stores the values as float32.
  ///
  /// - Precondition: There are as many values as `shape` asks for.
  package init(shape: [Int], floats: [Float]) {
    precondition(floats.count == shape.reduce(1, *), "there are not as many values as the shape asks for")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * floats.count)
    for value in floats {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    self.init(shape: shape, element: .float32, bytes: bytes)
  }

  /// In one piece: a model of 100 MB is opened before a person notices, in a debug build too.
  private var float32s: [Float] {
    #if _endian(little)
      [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, filled in
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
        filled = bytes.count / 4
      }
    #else
      values { Float(bitPattern: $0) }
    #endif
  }

  private func values<Stored: FixedWidthInteger & BitwiseCopyable>(_ float: (Stored) -> Float) -> [Float] {
    bytes.withUnsafeBytes { raw in
      (0..<raw.count / MemoryLayout<Stored>.size).map { index in
        let stored = raw.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self)
        return float(Stored(littleEndian: stored))
      }
    }
  }
}
