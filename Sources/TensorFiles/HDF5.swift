/// What an HDF5 file holds: groups, attributes and datasets, by path.
///
/// A path has no slash at its beginning; the root's is empty. Names are as the file spells them.
package struct HDF5File: Sendable, Equatable {
  package struct Attribute: Sendable, Equatable {
    package enum Values: Sendable, Equatable {
      case strings([String])
      case integers([Int64])
      case floats([Double])
    }

    package let values: Values
    package let isScalar: Bool

    /// The strings; an array of no elements is written as floats by h5py and counts as no strings.
    package var strings: [String]? {
      switch values {
      case .strings(let strings): strings
      case .integers(let numbers): numbers.isEmpty ? [] : nil
      case .floats(let numbers): numbers.isEmpty ? [] : nil
      }
    }
  }

  package enum Content: Sendable, Equatable {
    case group
    case dataset(Tensor)
    /// It is there and cannot be read, for this reason: "it is compressed with lzf".
    case unreadable(String)
  }

  package struct Node: Sendable, Equatable {
    package let path: String
    package let content: Content
    package var attributes: [String: Attribute] = [:]
  }

  /// In the order of the file's own index, a group before what is in it. The optimizer's state is left out.
  package private(set) var nodes: [Node] = []
  /// What of groups and attributes could not be read, each a path and a reason.
  package private(set) var damages: [Damage] = []
  private var index: [String: Int] = [:]

  package struct Damage: Sendable, Equatable {
    package let path: String
    package let reason: String
  }

  init() {}

  /// Several files as one: what the first one has of a path counts.
  package init(joining files: [HDF5File]) {
    for file in files {
      for node in file.nodes { _ = append(node) }
      damages += file.damages
    }
  }

  package subscript(path: String) -> Node? { index[path].map { nodes[$0] } }

  package func attribute(_ name: String, of path: String) -> Attribute? { self[path]?.attributes[name] }

  /// The one string of an attribute; nil also where it holds several.
  package func string(_ name: String, of path: String) -> String? {
    guard let strings = attribute(name, of: path)?.strings, strings.count == 1 else { return nil }
    return strings.first
  }

  /// The strings of an attribute, put together again where Keras split it: `layer_names0`, `layer_names1`, ….
  ///
  /// - Source: Keras, `legacy/saving/legacy_h5_format.py`, `load_attributes_from_hdf5_group`.
  package func strings(_ name: String, of path: String) -> [String]? {
    guard let node = self[path] else { return nil }
    if let whole = node.attributes[name] { return whole.strings }
    var joined: [String]?
    var number = 0
    while let part = node.attributes["\(name)\(number)"]?.strings {
      joined = (joined ?? []) + part
      number += 1
    }
    return joined
  }

  /// - Returns: Whether the path was new. A file that tells one path twice is lying.
  mutating func append(_ node: Node) -> Bool {
    guard index[node.path] == nil else { return false }
    index[node.path] = nodes.count
    nodes.append(node)
    return true
  }

  /// Gives the last node one attribute more.
  mutating func append(_ attribute: Attribute, named name: String) -> Bool {
    guard !nodes.isEmpty else { return false }
    nodes[nodes.count - 1].attributes[name] = attribute
    return true
  }

  mutating func append(_ damage: Damage) { damages.append(damage) }
}

/// Why a file is not read as HDF5.
package enum HDF5Error: Error, Equatable {
  /// There is no superblock at 0, 512, 1024, ….
  case noSignature
  /// The superblock tells of more bytes than there are.
  case truncated(needed: UInt64, found: Int)
  /// libhdf5 or the limits of the helper refused it, for this reason.
  case refused(String)
  /// The helper died, as it does where a file makes libhdf5 fault.
  case died(signal: Int32)
  case timedOut(seconds: Double)
  case tooLarge(bytes: Int, limit: Int)
  /// What the helper wrote is not what it writes.
  case badAnswer(String)
  case helperMissing(path: String, reason: String)

  package var message: String {
    switch self {
    case .noSignature: "not HDF5: there is no HDF5 signature"
    case .truncated(let needed, let found):
      "truncated HDF5 (end-of-file address beyond the file): it tells of \(needed) bytes"
        + " and has \(found); copy or save the file again"
    case .refused(let reason):
      // What is larger than allowed may be whole.
      reason.hasPrefix("it unpacks to") ? "HDF5 too large: \(reason)" : "damaged HDF5: \(reason)"
    case .died(let signal):
      "damaged HDF5: it made libhdf5 crash (signal \(signal)), in a process of its own; nothing else was harmed"
    case .timedOut(let seconds): "damaged HDF5: libhdf5 did not come to an end with it in \(Int(seconds)) s"
    case .tooLarge(let bytes, let limit):
      "HDF5 too large: it unpacks to \(bytes) bytes and \(limit) are allowed for a file of its size"
    case .badAnswer(let detail): "the HDF5 helper gave an answer that cannot be understood (\(detail))"
    case .helperMissing(let path, let reason): "the HDF5 helper \(path) cannot be started: \(reason)"
    }
  }

  /// Whether the fault lies with this program's installation and not with the file.
  package var isOurs: Bool {
    switch self {
    case .helperMissing, .badAnswer: true
    case .noSignature, .truncated, .refused, .died, .timedOut, .tooLarge: false
    }
  }
}

/// The first bytes of an HDF5 file.
///
/// - Source: HDF5 File Format Specification 3.0, section II.A.
package enum HDF5Superblock {
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Where the superblock is: at 0, 512, 1024 and so on by doubling; nil where there is none.
  package static func offset(in source: FileSource) -> Int? {
    var offset = 0
    while offset + signature.count <= source.size {
      if source.bytes(at: offset, count: signature.count) == signature { return offset }
      offset = offset == 0 ? 512 : offset * 2
    }
    return nil
  }

  /// Finds out whether the file is as long as it says.
  package static func check(_ source: FileSource) throws(HDF5Error) {
    guard let start = offset(in: source) else { throw .noSignature }
    let header = source.bytes(at: start, count: 64)
    func byte(_ index: Int) -> UInt8 { index < header.count ? header[index] : 0 }
    func address(_ index: Int) -> UInt64? {
      guard index + 8 <= header.count else { return nil }
      return (0..<8).reduce(0) { $0 | UInt64(header[index + $1]) << UInt64(8 * $1) }
    }
    let version = byte(8)
    let sizeOfOffsets = version < 2 ? byte(13) : byte(9)
    // Other widths are rare; libhdf5 will say what is wrong with them.
    guard sizeOfOffsets == 8 else {
      if header.count < 24 { throw .truncated(needed: UInt64(start + 96), found: source.size) }
      return
    }
    let base = version < 2 ? (version == 0 ? 24 : 28) : 12
    guard let end = address(base + 16) else {
      throw .truncated(needed: UInt64(start + 96), found: source.size)
    }
    if end > UInt64(source.size) { throw .truncated(needed: end, found: source.size) }
  }
}
