import CMinizip
import Glibc

/// Makes a zip archive in memory, its entries stored, dated to the first day that a zip can tell.
///
/// - Returns: The bytes; the same entries always give the same bytes. nil only where memory ends.
package func zipArchive(storing entries: [(name: String, bytes: [UInt8])]) -> [UInt8]? {
  let memory = ZipMemory()
  var functions = memory.functions()
  guard let archive = zipOpen2_64(nil, APPEND_STATUS_CREATE, nil, &functions) else { return nil }
  var information = zip_fileinfo()
  // 1980-01-01.
  information.dosDate = 1 << 21 | 1 << 16
  for entry in entries {
    let isLarge: Int32 = entry.bytes.count >= 0xffff_ffff ? 1 : 0
    let isASCII = entry.name.utf8.allSatisfy { $0 < 0x80 }
    guard
      zipOpenNewFileInZip4_64(
        archive, entry.name, &information, nil, 0, nil, 0, nil, 0, 0, 0, -15, 8, 0, nil, 0, 0,
        isASCII ? 0 : nameIsUTF8, isLarge) == ZIP_OK,
      write(entry.bytes, to: archive), zipCloseFileInZip(archive) == ZIP_OK
    else {
      zipClose(archive, nil)
      return nil
    }
  }
  guard zipClose(archive, nil) == ZIP_OK else { return nil }
  return memory.bytes
}

/// Without it a reader takes the name for the letters of an old IBM PC, as NumPy does.
///
/// - Source: PKWARE, APPNOTE.TXT 4.4.4, bit 11.
private let nameIsUTF8: UInt = 1 << 11

private func write(_ bytes: [UInt8], to archive: zipFile) -> Bool {
  bytes.withUnsafeBytes { block in
    var done = 0
    while done < block.count, let start = block.baseAddress {
      let count = min(block.count - done, 1 << 30)
      if zipWriteInFileInZip(archive, start + done, UInt32(count)) != ZIP_OK { return false }
      done += count
    }
    return true
  }
}

/// Memory that minizip writes to as if it were a file.
///
/// A class, because minizip keeps its address.
private final class ZipMemory {
  private(set) var bytes: [UInt8] = []
  private var position = 0

  func functions() -> zlib_filefunc64_def {
    var functions = zlib_filefunc64_def()
    functions.opaque = Unmanaged.passUnretained(self).toOpaque()
    functions.zopen64_file = { opaque, _, _ in opaque }
    functions.zwrite_file = { opaque, _, block, size in
      ZipMemory.at(opaque)?.write(UnsafeRawBufferPointer(start: block, count: Int(size)))
      return size
    }
    functions.zread_file = { _, _, _, _ in 0 }
    functions.ztell64_file = { opaque, _ in ZPOS64_T(ZipMemory.at(opaque)?.position ?? 0) }
    functions.zseek64_file = { opaque, _, offset, origin in
      guard let memory = ZipMemory.at(opaque) else { return -1 }
      let base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? memory.position : memory.bytes.count
      memory.position = base + Int(offset)
      return 0
    }
    functions.zclose_file = { _, _ in 0 }
    functions.zerror_file = { _, _ in 0 }
    return functions
  }

  private static func at(_ opaque: UnsafeMutableRawPointer?) -> ZipMemory? {
    opaque.map { Unmanaged<ZipMemory>.fromOpaque($0).takeUnretainedValue() }
  }

  private func write(_ block: UnsafeRawBufferPointer) {
    if position == bytes.count {
      bytes.append(contentsOf: block)
    } else {
      let end = position + block.count
      if end > bytes.count { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
      bytes.withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(rebasing: $0[position..<end]).copyMemory(from: block)
      }
    }
    position += block.count
  }
}
