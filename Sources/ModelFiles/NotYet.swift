import TensorFiles

// Kinds of file that are known by sight and whose reading is still to come.

extension Dialect {
  static let pyTorch = notYet("a PyTorch file", remedy: "export its weights to Keras, or") { contents in
    if let zip = contents.zip {
      return zip.entries.contains { $0.name.hasSuffix("/data.pkl") || $0.name == "data.pkl" }
    }
    return contents.head.starts(with: [
      0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
    ])
  }

  static let npz = notYet("an npz of arrays") { contents in
    guard let entries = contents.zip?.entries, !entries.isEmpty else { return false }
    return entries.allSatisfy { $0.name.hasSuffix(".npy") }
  }

  static let npy = notYet("one npy array") {
    $0.head.starts(with: Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }))
  }

  static let safetensors = notYet("a safetensors file") { contents in
    guard contents.isPlain, contents.head.count > 9, contents.head[8] == UInt8(ascii: "{") else {
      return false
    }
    let length = contents.head.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return length > 1 && length < UInt64(contents.source.size)
  }

  /// A protobuf whose first field is the version, 1 to 20 so far, followed by a field of `ModelProto`.
  ///
  /// - Source: onnx.proto, `ModelProto`.
  static let onnx = notYet("an ONNX model") { contents in
    guard contents.isPlain, contents.head.count > 2 else { return false }
    let tags: Set<UInt8> = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72]
    return contents.head[0] == 0x08 && (1...20).contains(contents.head[1]) && tags.contains(contents.head[2])
  }

  static let json = notYet("JSON", remedy: "an architecture in JSON has no weights;") { contents in
    let first = contents.head.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    return contents.isPlain && (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
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
