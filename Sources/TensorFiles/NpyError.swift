/// How an `.npy` file is not one.
package enum NpyError: Error, Equatable {
  case notNpy(firstBytes: [UInt8])
  case unknownVersion(major: Int, minor: Int)
  case tooShort(part: String, needed: Int, found: Int)
  case badHeader(text: String, expected: String)
  case pickledObjects
  case unknownElement(descriptor: String)
  /// Where texts are wanted.
  case notTexts(descriptor: String)
  case tooLarge(shape: [Int])

  package var message: String {
    switch self {
    case .notNpy(let bytes):
      "not an npy file: it begins with the bytes \(bytes), not with \\x93NUMPY"
    case .unknownVersion(let major, let minor):
      "npy version \(major).\(minor) is unknown; save it again with np.save, which writes 1.0"
    case .tooShort(let part, let needed, let found):
      "the npy file is cut off: its \(part) needs \(needed) bytes and there are \(found)"
    case .badHeader(let text, let expected):
      "the npy header is wrong: expected \(expected) in \(text.prefix(120).debugDescription)"
    case .pickledObjects:
      "the npy array holds pickled Python objects (dtype O), which could run code;"
        + " save plain numbers, one array each, with np.savez"
    case .unknownElement(let descriptor):
      "the npy array has dtype \(descriptor.prefix(40).debugDescription);"
        + " floats, integers and booleans can be read: convert with .astype('float32')"
    case .notTexts(let descriptor):
      "the npy array has dtype \(descriptor.prefix(40).debugDescription) where texts are needed (U or S, row by row)"
    case .tooLarge(let shape):
      "the npy array says it has the shape \(shape), more than any memory holds"
    }
  }
}
