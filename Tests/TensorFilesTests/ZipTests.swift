import Testing

@testable import TensorFiles

@Suite("Zip")
struct ZipTests {
  @Test("a zip that was written is read, and the same entries give the same bytes")
  func roundTrip() throws {
    let entries = [
      ("a", [UInt8]("hello".utf8)), ("folder/b", []), ("ü", [UInt8](repeating: 7, count: 100_000)),
    ]
    let bytes = try #require(zipArchive(storing: entries))
    #expect(zipArchive(storing: entries) == bytes)
    let archive = try ZipArchive(FileSource(name: "", bytes: bytes))
    #expect(archive.entries.map(\.name) == ["a", "folder/b", "ü"])
    for (entry, written) in zip(archive.entries, entries) { #expect(try archive.read(entry) == written.1) }
  }

  @Test("a name beyond ASCII is marked as UTF-8, in both places")
  func names() throws {
    for (name, isMarked) in [("größe", true), ("size", false)] {
      let bytes = try #require(zipArchive(storing: [(name, [1])]))
      let directory = 30 + name.utf8.count + 1
      #expect((bytes[7] & 0x08 != 0) == isMarked)
      #expect(Array(bytes[directory..<directory + 4]) == [0x50, 0x4b, 1, 2])
      #expect((bytes[directory + 9] & 0x08 != 0) == isMarked)
    }
  }

  @Test("deflated, streamed and stored archives of Keras give the same bytes")
  func methods() throws {
    func weights(_ path: String) throws -> [UInt8] {
      let archive = try ZipArchive(try Helper.source(path))
      return try archive.read(try #require(archive["model.weights.h5"]))
    }
    let deflated = try weights("hdf5_variants/deflated.keras")
    #expect(deflated.starts(with: [0x89, 0x48, 0x44, 0x46]))
    #expect(try weights("hdf5_variants/streamed.keras") == deflated)
  }

  @Test("a byte that changed is noticed by the CRC")
  func corrupted() throws {
    let bytes = try #require(zipArchive(storing: [("a", [UInt8](repeating: 1, count: 64))]))
    var damaged = bytes
    damaged[40] ^= 0x10
    let archive = try ZipArchive(FileSource(name: "", bytes: damaged))
    #expect(throws: ZipError.damaged(entry: "a", reason: "its CRC does not fit its bytes")) {
      try archive.read(archive.entries[0])
    }
  }

  @Test("an entry that declares more than it holds is refused before memory is set aside")
  func lies() throws {
    var bytes = try #require(zipArchive(storing: [("a", [1, 2, 3, 4])]))
    // The uncompressed size in the central directory, which follows the one local header and its data.
    let directory = 30 + 1 + 4
    for (index, byte) in [0xf0, 0xff, 0xff, 0x7f].enumerated() { bytes[directory + 24 + index] = UInt8(byte) }
    let archive = try ZipArchive(FileSource(name: "", bytes: bytes))
    #expect(archive.entries[0].size == 0x7fff_fff0)
    #expect(throws: ZipError.self) { try archive.read(archive.entries[0]) }
  }

  @Test("an entry that unpacks like no model does is refused")
  func bomb() throws {
    let packed = 300_000
    var bytes = try #require(zipArchive(storing: [("a", [UInt8](repeating: 0, count: packed))]))
    let directory = 30 + 1 + packed
    bytes[directory + 10] = 8
    for (index, byte) in [0, 0, 0, 0x12].enumerated() { bytes[directory + 24 + index] = UInt8(byte) }
    let archive = try ZipArchive(FileSource(name: "", bytes: bytes))
    #expect(throws: ZipError.tooLarge(entry: "a", size: 0x1200_0000, packed: packed)) {
      try archive.read(archive.entries[0])
    }
  }

  @Test("an entry larger than allowed is refused")
  func limit() throws {
    let bytes = try #require(zipArchive(storing: [("a", [UInt8](repeating: 0, count: 1000))]))
    let archive = try ZipArchive(FileSource(name: "", bytes: bytes))
    #expect(throws: ZipError.tooLarge(entry: "a", size: 1000, packed: 1000)) {
      try archive.read(archive.entries[0], limit: 999)
    }
  }

  @Test("no end-of-central-directory is said; an archive of nothing is one")
  func ends() throws {
    #expect(throws: ZipError.noDirectory) { try ZipArchive(FileSource(name: "", bytes: [0x50, 0x4b, 3, 4])) }
    #expect(throws: ZipError.noDirectory) { try ZipArchive(FileSource(name: "", bytes: [])) }
    #expect(try ZipArchive(try Helper.source("broken/plain.zip")).entries == [])
  }

  @Test("mutants of an archive are read or refused")
  func mutants() throws {
    let original = try Helper.bytes("hdf5_variants/deflated.keras")
    var random = Helper.Random(state: 11)
    for _ in 0..<400 {
      var bytes = original
      // Most of the archive is packed data; the directory at its end is what there is to break.
      let region = Bool.random(using: &random) ? max(0, bytes.count - 300)..<bytes.count : 0..<bytes.count
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: region, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if let archive = try? ZipArchive(FileSource(name: "", bytes: bytes)) {
        for entry in archive.entries { _ = try? archive.read(entry) }
      }
    }
  }
}
