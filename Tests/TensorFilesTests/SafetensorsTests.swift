import TensorFiles
import Testing

@Suite("safetensors")
struct SafetensorsTests {
  /// A file with this header and so many bytes behind it.
  private static func file(_ header: String, data: Int = 16, length: UInt64? = nil) -> FileSource {
    let text = Array(header.utf8)
    let count = length ?? UInt64(text.count)
    let head = (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(8 * $0)) }
    return FileSource(name: "x", bytes: head + text + (0..<data).map { UInt8($0) })
  }

  @Test("arrays come in the order of their bytes, with their metadata")
  func reads() throws {
    let file = try Safetensors(
      Self.file(
        "{\"__metadata__\": {\"format\": \"pt\"}, \"b\": {\"dtype\": \"F16\", \"shape\": [2, 2], \"data_offsets\": [8, 16]},"
          + " \"a\": {\"dtype\": \"I32\", \"shape\": [2], \"data_offsets\": [0, 8]}}   "))
    #expect(file.tensors.map(\.name) == ["a", "b"] && file.metadata == ["format": "pt"])
    let tensor = try file.tensors[1].tensor()
    #expect(tensor.shape == [2, 2] && tensor.element == .float16 && tensor.bytes == Array(8..<16))
  }

  @Test("a type that is not read is listed, and refused when it is wanted")
  func unknownType() throws {
    let file = try Safetensors(
      Self.file("{\"q\": {\"dtype\": \"F8_E4M3\", \"shape\": [16], \"data_offsets\": [0, 16]}}"))
    #expect(file.tensors.map(\.dtype) == ["F8_E4M3"] && !file.tensors[0].isFloat)
    #expect(throws: TensorReadError.self) { try file.tensors[0].tensor() }
  }

  @Test(
    "each way to lie has its sentence",
    arguments: [
      ("{\"a\": {\"dtype\": \"F32\", \"shape\": [4], \"data_offsets\": [0, 20]}}", "not within the 16"),
      ("{\"a\": {\"dtype\": \"F32\", \"shape\": [4], \"data_offsets\": [8, 4]}}", "not within"),
      ("{\"a\": {\"dtype\": \"F32\", \"shape\": [4], \"data_offsets\": [-8, 8]}}", "not within"),
      ("{\"a\": {\"dtype\": \"F32\", \"shape\": [5], \"data_offsets\": [0, 16]}}", "needs 20 bytes"),
      ("{\"a\": {\"dtype\": \"F32\", \"shape\": [-4], \"data_offsets\": [0, 16]}}", "any memory holds"),
      (
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [4294967296, 4294967296], \"data_offsets\": [0, 16]}}",
        "any memory holds"
      ),
      ("{\"a\": {\"dtype\": \"F32\", \"shape\": [1.5], \"data_offsets\": [0, 16]}}", "needs dtype, shape"),
      ("{\"a\": {\"dtype\": \"F32\", \"shape\": [4], \"data_offsets\": [0]}}", "two data_offsets"),
      ("{\"a\": 3}", "needs dtype"), ("[]", "not an object"), ("{\"a\": ", "not JSON"),
    ])
  func lies(header: String, says: String) throws {
    let error = try #require(throws: SafetensorsError.self) { try Safetensors(Self.file(header)) }
    #expect(error.message.contains(says), "\(error.message)")
  }

  @Test("a header that is longer than the file, or than any header, is not read")
  func long() {
    for length in [UInt64(1000), 1 << 40, .max] {
      #expect(throws: SafetensorsError.self) { try Safetensors(Self.file("{}", length: length)) }
    }
    #expect(throws: SafetensorsError.self) { try Safetensors(FileSource(name: "x", bytes: [1, 2])) }
  }
}
