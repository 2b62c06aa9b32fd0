import Foundation
import Testing

@testable import TensorFiles

@Suite("HDF5")
struct HDF5Tests {
  private static func read(_ name: String) throws -> HDF5File {
    try Helper.read("hdf5_kinds/\(name)")
  }

  private static func tensor(_ path: String, of file: HDF5File) -> Tensor? {
    if case .dataset(let tensor) = file[path]?.content { tensor } else { nil }
  }

  @Test(
    "numbers of every type come out little-endian, behind a user block too",
    arguments: ["little", "big"],
    [
      ("f2", Tensor.Element.float16), ("f4", .float32), ("f8", .float64), ("i1", .int8), ("i2", .int16),
      ("i4", .int32), ("i8", .int64), ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64),
    ])
  func numbers(order: String, type: (name: String, element: Tensor.Element)) throws {
    let tensor = try #require(try Self.tensor("\(order)/\(type.name)", of: Self.read("hdf5_kinds.h5")))
    #expect(tensor.shape == [2, 3])
    #expect(tensor.element == type.element)
    #expect(tensor.floats == [0, 1, 2, 3, 4, 5])
  }

  @Test("booleans, bfloat16, scalars, nothing, and what was never written are read")
  func oddities() throws {
    let file = try Self.read("hdf5_kinds.h5")
    #expect(Self.tensor("flags", of: file) == Tensor(shape: [3], element: .bool, bytes: [1, 0, 1]))
    #expect(Self.tensor("bfloat16", of: file)?.floats == [1, -2.5])
    #expect(file.string("dtype", of: "bfloat16") == "bfloat16")
    #expect(Self.tensor("scalar", of: file) == Tensor(shape: [], floats: [7]))
    #expect(Self.tensor("none", of: file) == Tensor(shape: [0, 3], floats: []))
    #expect(Self.tensor("never_written", of: file)?.floats == [9, 9, 9, 9])
    #expect(Self.tensor("alias", of: file)?.floats == [0, 1, 2, 3, 4, 5])
  }

  @Test("attributes are read, and put together again where they were split")
  func attributes() throws {
    let file = try Self.read("hdf5_kinds.h5")
    #expect(file.string("text", of: "") == "héllo")
    #expect(file.strings("fixed", of: "") == ["one", "three"])
    #expect(file.strings("variable", of: "") == ["a", "bc"])
    #expect(file.strings("empty", of: "") == [])
    #expect(file.strings("split", of: "") == ["a", "b", "c"])
    #expect(file.strings("nothing", of: "") == nil)
    #expect(file.attribute("integer", of: "")?.values == .integers([3]))
    #expect(file.attribute("floats", of: "")?.values == .floats([1.5, -2.5]))
  }

  @Test("the optimizer's state is left out")
  func optimizer() throws {
    #expect(try Self.read("hdf5_kinds.h5").nodes.allSatisfy { !$0.path.hasPrefix("optimizer") })
  }

  @Test(
    "what leads out of the file or needs a filter is refused by name",
    arguments: [
      ("outside", "external link"), ("through", "soft link"), ("dangling", "soft link"), ("lzf", "lzf"),
      ("group/cycle", "links back"), ("elsewhere", "external storage"), ("virtual", "virtual"),
      ("words", "not a number"), ("complex", "not a number"),
    ])
  func refused(path: String, reason: String) throws {
    let file = try Self.read("hdf5_refused.h5")
    #expect(Self.tensor("good", of: file)?.floats == [1, 1, 1])
    guard case .unreadable(let found) = file[path]?.content else {
      Issue.record("\(path) was read")
      return
    }
    #expect(found.contains(reason))
  }

  @Test("four terabytes of nothing in a small file are refused")
  func huge() throws {
    let error = try #require(throws: HDF5Error.self) { try Self.read("hdf5_huge.h5") }
    #expect(error.message.contains("unpacks to more than 256 MB"))
  }

  @Test("what is no HDF5 or has lost its end says so without a helper")
  func beforeTheHelper() throws {
    #expect(throws: HDF5Error.noSignature) {
      try HDF5File.read(FileSource(name: "", bytes: [1, 2, 3]), helper: "nowhere")
    }
    let whole = try Helper.bytes("basic/model.h5")
    let cut = FileSource(name: "", bytes: Array(whole.dropLast(100)))
    #expect(throws: HDF5Error.truncated(needed: UInt64(whole.count), found: whole.count - 100)) {
      try HDF5File.read(cut, helper: "nowhere")
    }
  }

  // The parent's side, against helpers that are not what they should be.

  @Test("a helper that is not there is our fault")
  func missing() throws {
    let source = try Helper.source("basic/model.h5")
    let error = try #require(throws: HDF5Error.self) { try HDF5File.read(source, helper: "/nowhere/at/all") }
    #expect(error.isOurs)
    #expect(error.message.contains("/nowhere/at/all"))
  }

  /// A script that stands in for the helper.
  private static func pretending(_ script: String, timeout: Double = 10) throws -> HDF5File {
    let path = FileManager.default.temporaryDirectory.appending(path: "helper-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return try HDF5File.read(try Helper.source("basic/model.h5"), helper: path, timeout: timeout)
  }

  @Test("a helper that crashes is a damaged file")
  func crash() {
    #expect(throws: HDF5Error.died(signal: SIGSEGV)) { try Self.pretending("kill -SEGV $$") }
    #expect(throws: HDF5Error.died(signal: SIGSEGV)) {
      try Self.pretending("printf 'LSTMH5\\001\\nG'; kill -SEGV $$")
    }
  }

  @Test("a helper whose libraries are missing is our fault")
  func libraries() throws {
    let error = try #require(throws: HDF5Error.self) { try Self.pretending("exit 127") }
    #expect(error.isOurs && error.message.contains("ldd"))
  }

  @Test("a helper that hangs is killed when its time is over")
  func hang() {
    #expect(throws: HDF5Error.timedOut(seconds: 0.2)) { try Self.pretending("exec sleep 100", timeout: 0.2) }
  }

  @Test(
    "a helper that lies is not believed",
    arguments: [
      "true", "printf nonsense", "printf 'LSTMH5\\001\\n'", "printf 'LSTMH5\\001\\nZ'",
      "printf 'LSTMH5\\001\\nA\\000\\000\\000\\000'",
      "printf 'LSTMH5\\001\\nD\\001\\000\\000\\000a\\004\\000\\000\\000int8\\377'",
      "printf 'LSTMH5\\001\\nD\\001\\000\\000\\000a\\005\\000\\000\\000int99\\000'",
      "printf 'LSTMH5\\001\\nD\\001\\000\\000\\000a\\004\\000\\000\\000int8\\001\\377\\377\\377\\377\\377\\377\\377\\377'",
    ])
  func lies(script: String) throws {
    let error = try #require(throws: HDF5Error.self) { try Self.pretending(script) }
    guard case .badAnswer = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("a name that a file lists twice is the file's fault")
  func twice() {
    #expect(throws: HDF5Error.refused("a group lists the name  twice")) {
      try Self.pretending("printf 'LSTMH5\\001\\nG\\000\\000\\000\\000G\\000\\000\\000\\000'")
    }
  }

  @Test("a helper that answers without end is stopped")
  func endless() throws {
    let error = try #require(throws: HDF5Error.self) {
      try Self.pretending("printf 'LSTMH5\\001\\nG\\377\\377\\377\\377'; exec cat /dev/zero")
    }
    guard case .tooLarge = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("many are read at the same time")
  func concurrently() async throws {
    let source = try Helper.source("stack3/model.h5")
    let once = try HDF5File.read(source, helper: Helper.path)
    try await withThrowingTaskGroup(of: HDF5File.self) { group in
      for _ in 0..<24 { group.addTask { try HDF5File.read(source, helper: Helper.path) } }
      for try await file in group { #expect(file == once) }
    }
  }
}
