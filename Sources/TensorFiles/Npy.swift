/// One array in NumPy's `.npy` format, versions 1.0 to 3.0.
///
/// - Source: NumPy, `numpy.lib.format`, "Format Version 1.0" to "3.0".
package enum Npy {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads an array; big-endian and column-major arrays come out little-endian and row-major.
  ///
  /// Bytes behind the array are left alone, as NumPy leaves them. Two-byte `|V2` is taken for bfloat16,
  /// which NumPy has no name for.
  ///
  /// - Throws: `NpyError` where the bytes are not what they say.
  package static func tensor(from bytes: [UInt8]) throws(NpyError) -> Tensor {
    let (header, dataStart) = try header(of: bytes)
    if let text = header.text { throw .unknownElement(descriptor: text.descriptor) }
    let size = try byteCount(of: header, each: header.element.size)
    guard bytes.count - dataStart >= size else {
      throw .tooShort(part: "array", needed: size, found: bytes.count - dataStart)
    }
    var data = Array(bytes[dataStart..<dataStart + size])
    if header.isBigEndian { data = swapped(data, width: header.element.size) }
    if header.isFortranOrder { data = rowMajor(data, shape: header.shape, width: header.element.size) }
    return Tensor(shape: header.shape, element: header.element, bytes: data)
  }

  /// Reads an array of texts, of dtype U or S, row by row.
  ///
  /// - Throws: `NpyError` where it is none, or the bytes are not what they say.
  package static func texts(from bytes: [UInt8]) throws(NpyError) -> (shape: [Int], texts: [String]) {
    let (header, start) = try header(of: bytes)
    guard let text = header.text, !header.isFortranOrder || header.shape.count < 2 else {
      throw .notTexts(descriptor: header.text?.descriptor ?? NpyHeader.descriptor(of: header.element))
    }
    let (width, overflow) = text.length.multipliedReportingOverflow(by: text.isWide ? 4 : 1)
    guard !overflow else { throw .tooLarge(shape: header.shape) }
    // An array of empty texts takes no bytes and must not say how much memory is taken.
    let size = try byteCount(of: header, each: max(1, width))
    guard bytes.count - start >= (width > 0 ? size : 0), size <= max(bytes.count, 1 << 20) else {
      throw .tooShort(part: "array", needed: size, found: bytes.count - start)
    }
    let count = size / max(1, width)
    let texts = (0..<count).map { index in
      let own = Array(bytes[start + index * width..<start + (index + 1) * width])
      return text.isWide ? wide(own, isBigEndian: header.isBigEndian) : narrow(own)
    }
    return (header.shape, texts)
  }

  /// UTF-32, filled up with zeros.
  private static func wide(_ bytes: [UInt8], isBigEndian: Bool) -> String {
    var scalars = String.UnicodeScalarView()
    for start in stride(from: 0, to: bytes.count, by: 4) {
      let own = bytes[start..<start + 4]
      let value = (isBigEndian ? Array(own) : own.reversed()).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      if value == 0 { break }
      scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
    return String(scalars)
  }

  private static func narrow(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func header(of bytes: [UInt8]) throws(NpyError) -> (NpyHeader, dataStart: Int) {
    guard bytes.starts(with: magic) else { throw .notNpy(firstBytes: Array(bytes.prefix(6))) }
    guard bytes.count >= 8 else { throw .tooShort(part: "version", needed: 8, found: bytes.count) }
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw .unknownVersion(major: Int(bytes[6]), minor: Int(bytes[7]))
    }
    let headerStart = bytes[6] == 1 ? 10 : 12
    guard bytes.count >= headerStart else {
      throw .tooShort(part: "header length", needed: headerStart, found: bytes.count)
    }
    let headerLength = bytes[8..<headerStart].reversed().reduce(0) { $0 << 8 | Int($1) }
    let dataStart = headerStart + headerLength
    guard bytes.count >= dataStart else {
      throw .tooShort(part: "header", needed: dataStart, found: bytes.count)
    }
    return (try NpyHeader(String(decoding: bytes[headerStart..<dataStart], as: UTF8.self)), dataStart)
  }

  /// Writes an array the way `np.save` does, version 1.0, the data aligned at 64 bytes.
  package static func bytes(of tensor: Tensor) -> [UInt8] {
    let lengths = tensor.shape.map(String.init).joined(separator: ", ") + (tensor.shape.count == 1 ? "," : "")
    var header =
      "{'descr': '\(NpyHeader.descriptor(of: tensor.element))', 'fortran_order': False, 'shape': (\(lengths)), }"
    let unpadded = 10 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = header.utf8.count
    return magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(header.utf8) + tensor.bytes
  }

  private static func byteCount(of header: NpyHeader, each: Int) throws(NpyError) -> Int {
    var size = each
    for length in header.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { throw .tooLarge(shape: header.shape) }
      size = product
    }
    return size
  }

  private static func swapped(_ data: [UInt8], width: Int) -> [UInt8] {
    var result = data
    for start in stride(from: 0, to: data.count, by: width) {
      result[start..<start + width].reverse()
    }
    return result
  }

  /// Reorders elements whose first index is fastest so that the last one is.
  private static func rowMajor(_ data: [UInt8], shape: [Int], width: Int) -> [UInt8] {
    guard shape.count > 1, !data.isEmpty else { return data }
    let strides = shape.reduce(into: [width]) { $0.append($0[$0.count - 1] * $1) }
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var index = [Int](repeating: 0, count: shape.count)
    var source = 0
    while result.count < data.count {
      result.append(contentsOf: data[source..<source + width])
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        source += strides[axis]
        if index[axis] < shape[axis] { break }
        source -= shape[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}
