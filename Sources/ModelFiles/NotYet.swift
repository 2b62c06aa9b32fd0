import TensorFiles

// Kinds of file that are known by sight and whose reading is still to come.

extension Dialect {
  /// A protobuf whose first field is the version, 1 to 20 so far, followed by a field of `ModelProto`.
  ///
  /// - Source: onnx.proto, `ModelProto`.
  static let onnx = notYet("an ONNX model") { contents in
    guard contents.isPlain, contents.head.count > 2 else { return false }
    let tags: Set<UInt8> = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72]
    return contents.head[0] == 0x08 && (1...20).contains(contents.head[1]) && tags.contains(contents.head[2])
  }

  private static func notYet(
    _ kind: String, remedy: String = "", claims: @escaping @Sendable (FileContents) -> Bool
  ) -> Dialect {
    let advice = remedy.isEmpty ? "" : remedy + " "
    return Dialect(name: kind, claims: claims) { (_) throws(ModelFileError) in
      throw .notYet(kind: kind, remedy: advice + "give a .keras or .h5 file that Keras saved")
    }
  }
}
