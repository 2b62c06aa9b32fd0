import CMinizip
import Glibc

/// A zip archive that is read: `.keras`, `.npz`, `.pt`.
///
/// minizip goes by the central directory, as it must: numpy and PyTorch leave the sizes in the local headers out.
///
/// - Source: PKWARE APPNOTE.TXT 6.3.10.
package struct ZipArchive: Sendable {
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let size: Int
    package let packedSize: Int
    /// 0 stored, 8 deflated.
    package let method: Int
    fileprivate let isEncrypted: Bool
    fileprivate let checksum: UInt
    fileprivate let offsetInDirectory: UInt64
    fileprivate let number: UInt64
  }

  package let entries: [Entry]
  private let source: FileSource

  /// No archive of a model has more entries; PyTorch writes one for each tensor.
  private static let maximumEntries = 1_000_000
  /// An entry beyond this size must not unpack to more than 200 times its packed size.
  private static let trustedSize = 256 << 20
  private static let maximumRatio = 200

  package init(_ source: FileSource) throws(ZipError) {
    self.source = source
    // minizip takes a directory at the very beginning for none.
    if source.bytes(at: 0, count: 4) == [0x50, 0x4b, 5, 6] && source.size >= 22 {
      entries = []
      return
    }
    let stream = ZipStream(source)
    defer { stream.close() }
    guard let archive = stream.archive else { throw .noDirectory }
    var entries: [Entry] = []
    var result = unzGoToFirstFile(archive)
    while result == UNZ_OK {
      guard entries.count < ZipArchive.maximumEntries else {
        throw .damaged(entry: nil, reason: "it has too many entries")
      }
      entries.append(try ZipArchive.current(of: archive))
      result = unzGoToNextFile(archive)
    }
    // An archive without entries ends at its first.
    guard result == UNZ_END_OF_LIST_OF_FILE else {
      throw .damaged(entry: nil, reason: "its directory of entries is damaged")
    }
    self.entries = entries
  }

  package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The entry of that name at the top or, where somebody packed a folder, the only one in a folder.
  package func entry(called name: String) -> Entry? {
    if let entry = self[name] { return entry }
    let candidates = entries.filter { $0.name.hasSuffix("/" + name) && !$0.name.hasPrefix("__MACOSX/") }
    return candidates.count == 1 ? candidates.first : nil
  }

  private static func current(of archive: unzFile) throws(ZipError) -> Entry {
    var information = unz_file_info64()
    guard unzGetCurrentFileInfo64(archive, &information, nil, 0, nil, 0, nil, 0) == UNZ_OK else {
      throw .damaged(entry: nil, reason: "its directory of entries is damaged")
    }
    var name = [CChar](repeating: 0, count: Int(information.size_filename) + 1)
    let length = uLong(name.count)
    guard
      unzGetCurrentFileInfo64(archive, &information, &name, length, nil, 0, nil, 0) == UNZ_OK,
      let size = Int(exactly: information.uncompressed_size),
      let packed = Int(exactly: information.compressed_size)
    else { throw .damaged(entry: nil, reason: "its directory of entries is damaged") }
    var position = unz64_file_pos()
    guard unzGetFilePos64(archive, &position) == UNZ_OK else {
      throw .damaged(entry: nil, reason: "its directory of entries is damaged")
    }
    return Entry(
      name: String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self),
      size: size, packedSize: packed, method: Int(information.compression_method),
      isEncrypted: information.flag & 1 != 0, checksum: UInt(information.crc),
      offsetInDirectory: position.pos_in_zip_directory,
      number: position.num_of_file)
  }

  /// Unpacks one entry and checks its CRC.
  ///
  /// - Parameter limit: The most bytes to unpack, whatever the entry says of itself.
  package func read(_ entry: Entry, limit: Int = 16 << 30) throws(ZipError) -> [UInt8] {
    try check(entry, limit: limit)
    let stream = ZipStream(source)
    defer { stream.close() }
    guard let archive = stream.archive else { throw .noDirectory }
    var position = unz64_file_pos(pos_in_zip_directory: entry.offsetInDirectory, num_of_file: entry.number)
    guard unzGoToFilePos64(archive, &position) == UNZ_OK, unzOpenCurrentFile(archive) == UNZ_OK else {
      throw .damaged(entry: entry.name, reason: "its own header does not agree with the directory")
    }
    var failure: Int32 = UNZ_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: entry.size) { memory, filled in
      while filled < entry.size, let start = memory.baseAddress {
        let count = unzReadCurrentFile(archive, start + filled, UInt32(min(entry.size - filled, 1 << 24)))
        if count <= 0 {
          failure = count
          break
        }
        filled += Int(count)
      }
    }
    guard bytes.count == entry.size else {
      unzCloseCurrentFile(archive)
      throw .damaged(
        entry: entry.name,
        reason: "it ends after \(bytes.count) of \(entry.size) bytes"
          + (failure < 0 ? " (zlib \(failure))" : ""))
    }
    var more: UInt8 = 0
    guard unzReadCurrentFile(archive, &more, 1) == 0 else {
      unzCloseCurrentFile(archive)
      throw .damaged(entry: entry.name, reason: "it goes on after the \(entry.size) bytes that it declares")
    }
    guard unzCloseCurrentFile(archive) == UNZ_OK else {
      throw .damaged(entry: entry.name, reason: "its CRC does not fit its bytes")
    }
    return bytes
  }

  /// An entry that is not packed, where it lies in the file; nil for one that is, or where the archive is in memory.
  ///
  /// Its CRC is not checked: `isIntact` does.
  package func stored(_ entry: Entry) throws(ZipError) -> FileSource? {
    try check(entry, limit: 16 << 30)
    guard entry.method == 0 else { return nil }
    let stream = ZipStream(source)
    defer { stream.close() }
    guard let archive = stream.archive else { throw .noDirectory }
    var position = unz64_file_pos(pos_in_zip_directory: entry.offsetInDirectory, num_of_file: entry.number)
    guard unzGoToFilePos64(archive, &position) == UNZ_OK, unzOpenCurrentFile(archive) == UNZ_OK else {
      throw .damaged(entry: entry.name, reason: "its own header does not agree with the directory")
    }
    let offset = Int(exactly: unzGetCurrentFileZStreamPos64(archive))
    unzCloseCurrentFile(archive)
    guard let offset else { return nil }
    return source.part(name: entry.name, at: offset, count: entry.size)
  }

  /// Whether the bytes of a stored entry have its CRC.
  package func isIntact(_ entry: Entry, at part: FileSource) -> Bool {
    var checksum = crc32(0, nil, 0)
    let piece = 1 << 20
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 64)
    defer { memory.deallocate() }
    var offset = 0
    while offset < part.size {
      let count = part.copy(at: offset, into: memory)
      guard count > 0 else { return false }
      checksum = crc32(checksum, memory.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(count))
      offset += count
    }
    return checksum == uLong(entry.checksum)
  }

  /// Whether the entry can be what it says, before memory is set aside for it.
  private func check(_ entry: Entry, limit: Int) throws(ZipError) {
    if entry.isEncrypted { throw .unsupported(entry: entry.name, feature: "encrypted") }
    guard entry.method == 0 || entry.method == 8 else {
      throw .unsupported(entry: entry.name, feature: "packed with method \(entry.method)")
    }
    guard entry.packedSize <= source.size else {
      throw .damaged(entry: entry.name, reason: "it says it is longer than the file")
    }
    if entry.method == 0 && entry.size != entry.packedSize {
      throw .damaged(entry: entry.name, reason: "it is stored, yet its two sizes differ")
    }
    // Deflate cannot do better than 1032 to 1.
    guard entry.size / 1100 <= entry.packedSize + 1 else {
      throw .damaged(entry: entry.name, reason: "\(entry.packedSize) bytes cannot unpack to \(entry.size)")
    }
    let isBomb =
      entry.size > ZipArchive.trustedSize && entry.size / ZipArchive.maximumRatio > entry.packedSize
    if entry.size > limit || isBomb {
      throw .tooLarge(entry: entry.name, size: entry.size, packed: entry.packedSize)
    }
  }
}

/// Why an archive or one of its entries is not read.
package enum ZipError: Error, Equatable {
  case noDirectory
  /// `entry` is nil for the archive itself.
  case damaged(entry: String?, reason: String)
  case unsupported(entry: String, feature: String)
  case tooLarge(entry: String, size: Int, packed: Int)

  package var message: String {
    switch self {
    case .noDirectory: "truncated or not a zip (no end-of-central-directory); copy or save the file again"
    case .damaged(nil, let reason): "damaged zip: \(reason)"
    case .damaged(let entry?, let reason): "damaged zip: entry \(entry): \(reason)"
    case .unsupported(let entry, let feature):
      "zip entry \(entry) is \(feature); pack it again with deflate or stored"
    case .tooLarge(let entry, let size, let packed):
      "zip entry \(entry) unpacks from \(packed) to \(size) bytes, which no model does"
    }
  }
}

/// The archive as minizip holds it open, reading from a `FileSource`.
///
/// A class, because minizip keeps the address of its position.
private final class ZipStream {
  private(set) var archive: unzFile?
  private let source: FileSource
  private var position = 0

  init(_ source: FileSource) {
    self.source = source
    var functions = zlib_filefunc64_def()
    functions.opaque = Unmanaged.passUnretained(self).toOpaque()
    functions.zopen64_file = { opaque, _, _ in opaque }
    functions.zread_file = { opaque, _, memory, size in
      guard let stream = ZipStream.at(opaque), let memory else { return 0 }
      let block = UnsafeMutableRawBufferPointer(start: memory, count: Int(size))
      let count = stream.source.copy(at: stream.position, into: block)
      stream.position += count
      return uLong(count)
    }
    functions.ztell64_file = { opaque, _ in ZPOS64_T(ZipStream.at(opaque)?.position ?? 0) }
    functions.zseek64_file = { opaque, _, offset, origin in
      guard let stream = ZipStream.at(opaque), let offset = Int(exactly: offset) else { return -1 }
      let base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? stream.position : stream.source.size
      let (target, overflow) = base.addingReportingOverflow(offset)
      guard !overflow, target <= stream.source.size else { return -1 }
      stream.position = target
      return 0
    }
    functions.zclose_file = { _, _ in 0 }
    functions.zerror_file = { _, _ in 0 }
    archive = unzOpen2_64(nil, &functions)
  }

  private static func at(_ opaque: UnsafeMutableRawPointer?) -> ZipStream? {
    opaque.map { Unmanaged<ZipStream>.fromOpaque($0).takeUnretainedValue() }
  }

  func close() {
    if let archive { unzClose(archive) }
    archive = nil
  }
}
