/// Several arrays in one file, as `np.savez` writes them: a zip of `.npy` entries.
///
/// - Source: NumPy, `numpy.lib.npyio`, `_savez`.
package enum Npz {
  /// An array by its name, which is the entry's without `.npy`.
  package struct Member: Sendable, Equatable {
    package let name: String
    package let tensor: Tensor

    package init(name: String, tensor: Tensor) {
      self.name = name
      self.tensor = tensor
    }
  }

  /// Reads every array, in the order of the archive.
  ///
  /// - Throws: `NpzError`, also where one entry is no plain array of numbers.
  package static func members(of source: FileSource) throws(NpzError) -> [Member] {
    let archive: ZipArchive
    do { archive = try ZipArchive(source) } catch { throw .zip(error) }
    var members: [Member] = []
    for entry in archive.entries where !entry.name.hasSuffix("/") {
      guard entry.name.hasSuffix(".npy") else { throw .notAnArray(entry: entry.name) }
      members.append(Member(name: String(entry.name.dropLast(4)), tensor: try tensor(entry, of: archive)))
    }
    if members.isEmpty { throw .empty }
    return members
  }

  private static func tensor(_ entry: ZipArchive.Entry, of archive: ZipArchive) throws(NpzError) -> Tensor {
    let bytes: [UInt8]
    do { bytes = try archive.read(entry) } catch { throw .zip(error) }
    do { return try Npy.tensor(from: bytes) } catch { throw .npy(entry: entry.name, error) }
  }

  /// Writes arrays the way `np.savez` does, stored.
  ///
  /// - Returns: The bytes; nil only where memory ends.
  package static func bytes(of members: [Member]) -> [UInt8]? {
    zipArchive(storing: members.map { ($0.name + ".npy", Npy.bytes(of: $0.tensor)) })
  }
}

/// Why a file is not read as npz.
package enum NpzError: Error, Equatable {
  case zip(ZipError)
  case npy(entry: String, NpyError)
  case notAnArray(entry: String)
  case empty

  package var message: String {
    switch self {
    case .zip(let error): error.message
    case .npy(let entry, let error): "entry \(entry): \(error.message)"
    case .notAnArray(let entry): "not an npz: its entry \(entry) is no .npy array"
    case .empty: "the npz holds no arrays; write them with np.savez"
    }
  }
}
