import Testing

@testable import TensorFiles

@Suite("Npz")
struct NpzTests {
  @Test("what is written is read")
  func roundTrip() throws {
    let members = [
      Npz.Member(name: "lstm/x", tensor: Tensor(shape: [1, 2, 3], floats: [1, 2, 3, 4, 5, .nan])),
      Npz.Member(name: "lstm/mask", tensor: Tensor(shape: [1, 2], element: .uint8, bytes: [1, 0])),
      Npz.Member(name: "a#1", tensor: Tensor(shape: [], floats: [5])),
    ]
    let bytes = try #require(Npz.bytes(of: members))
    #expect(try Npz.members(of: FileSource(name: "", bytes: bytes)) == members)
  }

  @Test("what numpy wrote is read, stored and deflated alike")
  func numpy() throws {
    let stored = try Npz.members(of: try Helper.source("basic/weights.npz"))
    #expect(stored.map(\.name) == ["kernel", "recurrent_kernel", "bias"])
    #expect(stored.map(\.tensor.shape) == [[3, 16], [4, 16], [16]])
    #expect(try Npz.members(of: try Helper.source("basic/weights_deflated.npz")) == stored)
  }

  @Test("pickled objects are refused by name, and so is what is no array")
  func refused() throws {
    var header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
    header += String(repeating: " ", count: 128 - 10 - header.utf8.count - 1) + "\n"
    let npy =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + [0x80]
    let pickled = try #require(zipArchive(storing: [("weights.npy", npy)]))
    let error = try #require(throws: NpzError.self) {
      try Npz.members(of: FileSource(name: "", bytes: pickled))
    }
    #expect(error == .npy(entry: "weights.npy", .pickledObjects))
    #expect(error.message.contains("weights.npy"))
    let other = try #require(zipArchive(storing: [("readme.txt", [1])]))
    #expect(throws: NpzError.notAnArray(entry: "readme.txt")) {
      try Npz.members(of: FileSource(name: "", bytes: other))
    }
    #expect(throws: NpzError.empty) { try Npz.members(of: try Helper.source("broken/plain.zip")) }
  }
}
