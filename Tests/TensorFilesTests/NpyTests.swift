import Foundation
import Testing

@testable import TensorFiles

/// A version 1.0 file with this header and these bytes behind it.
private func npy(_ header: String, _ data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
  let count = header.utf8.count
  let length =
    version == 1 ? [UInt8(count & 0xff), UInt8(count >> 8)] : [UInt8(count & 0xff), UInt8(count >> 8), 0, 0]
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + data
}

private func header(_ descriptor: String, _ shape: String, fortran: String = "False") -> String {
  "{'descr': '\(descriptor)', 'fortran_order': \(fortran), 'shape': \(shape), }\n"
}

@Suite struct NpyTests {
  @Test("every element type comes back as it was written", arguments: Tensor.Element.allCases)
  func roundTrip(element: Tensor.Element) throws {
    let bytes = (0..<6 * element.size).map { UInt8($0 % 2) }
    let tensor = Tensor(shape: [2, 3], element: element, bytes: bytes)
    #expect(try Npy.tensor(from: Npy.bytes(of: tensor)) == tensor)
  }

  @Test("every rank comes back as it was written", arguments: [[], [0], [1], [5], [2, 0, 3], [2, 1, 3, 2]])
  func ranks(shape: [Int]) throws {
    let tensor = Tensor(shape: shape, floats: (0..<shape.reduce(1, *)).map { Float($0) })
    let bytes = Npy.bytes(of: tensor)
    #expect(try Npy.tensor(from: bytes) == tensor)
    #expect((bytes.count - tensor.bytes.count).isMultiple(of: 64))
  }

  @Test("versions 1, 2 and 3 are read", arguments: [1, 2, 3] as [UInt8])
  func versions(version: UInt8) throws {
    let bytes = npy(header("<f4", "(1,)"), [0, 0, 128, 63], version: version)
    #expect(try Npy.tensor(from: bytes) == Tensor(shape: [1], floats: [1]))
  }

  @Test("big-endian numbers are turned round")
  func bigEndian() throws {
    #expect(try Npy.tensor(from: npy(header(">f4", "(2,)"), [63, 128, 0, 0, 64, 0, 0, 0])).floats == [1, 2])
    #expect(try Npy.tensor(from: npy(header(">i2", "(1,)"), [1, 2])).floats == [258])
  }

  @Test("column-major arrays are read in their own order")
  func fortranOrder() throws {
    let bytes = npy(header("|u1", "(2, 3)", fortran: "True"), [1, 4, 2, 5, 3, 6])
    #expect(try Npy.tensor(from: bytes).bytes == [1, 2, 3, 4, 5, 6])
    let cube = npy(header("|u1", "(2, 2, 2)", fortran: "True"), [0, 4, 2, 6, 1, 5, 3, 7])
    #expect(try Npy.tensor(from: cube).bytes == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test("keys in any order, double quotes and Python 2's long lengths are read")
  func oldHeaders() throws {
    let bytes = npy("{\"shape\": (2L,), \"fortran_order\": False, \"descr\": \"|b1\"}\n", [1, 0])
    #expect(try Npy.tensor(from: bytes).floats == [1, 0])
  }

  @Test("bytes behind the array are left alone")
  func trailingBytes() throws {
    #expect(try Npy.tensor(from: npy(header("|u1", "(1,)"), [7, 8, 9])).bytes == [7])
  }

  @Test("a file without the magic word is refused")
  func magic() {
    #expect(throws: NpyError.notNpy(firstBytes: [])) { try Npy.tensor(from: []) }
    #expect(throws: NpyError.notNpy(firstBytes: [1, 2])) { try Npy.tensor(from: [1, 2]) }
  }

  @Test("an unknown version is refused")
  func unknownVersion() {
    #expect(throws: NpyError.unknownVersion(major: 4, minor: 0)) {
      try Npy.tensor(from: npy(header("<f4", "()"), version: 4))
    }
  }

  @Test("a file cut off anywhere is refused")
  func cutOff() throws {
    let whole = Npy.bytes(of: Tensor(shape: [2, 2], floats: [1, 2, 3, 4]))
    for count in whole.indices {
      #expect(throws: NpyError.self, "\(count) bytes") { try Npy.tensor(from: Array(whole[..<count])) }
    }
  }

  @Test("a header that says it is longer than the file is refused")
  func headerTooLong() {
    var bytes = npy(header("<f4", "()"), [0, 0, 0, 0], version: 2)
    bytes[11] = 255
    #expect(throws: NpyError.self) { try Npy.tensor(from: bytes) }
  }

  @Test("pickled objects are refused by name")
  func pickled() {
    #expect(throws: NpyError.pickledObjects) { try Npy.tensor(from: npy(header("|O", "(1,)"))) }
    #expect(NpyError.pickledObjects.message.contains("pickled"))
  }

  @Test(
    "other element types are refused by name", arguments: ["<c8", "<U5", "|S3", "<f16", "<M8[ns]", "", "<"])
  func unknownElement(descriptor: String) {
    #expect(throws: NpyError.unknownElement(descriptor: descriptor)) {
      try Npy.tensor(from: npy(header(descriptor, "(1,)"), [0, 0, 0, 0]))
    }
  }

  @Test("texts of dtype U and S are read, whatever their byte order")
  func texts() throws {
    let hund = Array("Hündin".unicodeScalars).map(\.value)
    let little = hund.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let big = hund.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    for (type, bytes) in [("<U6", little), (">U6", big)] {
      let found = try Npy.texts(from: npy(header(type, "(1, 2)"), bytes + [UInt8](repeating: 0, count: 24)))
      #expect(found.shape == [1, 2] && found.texts == ["Hündin", ""])
    }
    let narrow = try Npy.texts(from: npy(header("|S4", "(2,)"), Array("ab\0\0cdef".utf8)))
    #expect(narrow.texts == ["ab", "cdef"])
  }

  @Test(
    "no texts, and texts that are cut off or say they are many, are refused",
    arguments: ["<f4", "<U3", "<U999999999999", "<U0", "|S2305843009213693952"])
  func textsRefused(type: String) {
    #expect(throws: NpyError.self) {
      try Npy.texts(from: npy(header(type, type == "<U0" ? "(99999999999,)" : "(2,)"), [1, 2, 3, 4]))
    }
  }

  @Test(
    "a shape larger than any memory is refused",
    arguments: ["(9223372036854775807, 2)", "(4611686018427387904, 4611686018427387904, 0)"])
  func tooLarge(shape: String) {
    #expect(throws: NpyError.self) { try Npy.tensor(from: npy(header("<f4", shape))) }
  }

  @Test(
    "a header that is no such dictionary is refused",
    arguments: [
      "", "[]", "{", "{'descr': '<f4'", "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': True}",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}", "{'descr: '<f4'",
    ])
  func badHeader(text: String) {
    let error = #expect(throws: NpyError.self) { try Npy.tensor(from: npy(text, [0, 0, 0, 0])) }
    guard case .badHeader = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("seeded mutants of a file are read or refused, never a trap")
  func mutants() {
    let whole = Npy.bytes(of: Tensor(shape: [3, 2], floats: [1, 2, 3, 4, 5, 6]))
    var seed: UInt64 = 1
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<3 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(seed >> 33) % bytes.count] = UInt8(truncatingIfNeeded: seed >> 20)
      }
      _ = try? Npy.tensor(from: bytes)
    }
  }
}

@Suite struct TensorFloatsTests {
  @Test("every element type gives its values as float32")
  func values() {
    func floats(_ element: Tensor.Element, _ bytes: [UInt8]) -> [Float] {
      Tensor(shape: [1], element: element, bytes: bytes).floats
    }
    #expect(floats(.float16, [0x00, 0xc0]) == [-2])
    #expect(floats(.float16, [0x01, 0x00]) == [0x1p-24])
    #expect(floats(.bfloat16, [0xc0, 0x3f]) == [1.5])
    #expect(floats(.float32, [0, 0, 0xc0, 0x7f]).allSatisfy { $0.isNaN })
    #expect(floats(.float64, [0, 0, 0, 0, 0, 0, 0xf0, 0x7f]) == [.infinity])
    #expect(floats(.int8, [0xff]) == [-1])
    #expect(floats(.int16, [0xfe, 0xff]) == [-2])
    #expect(floats(.int32, [0xfd, 0xff, 0xff, 0xff]) == [-3])
    #expect(floats(.int64, [0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) == [-4])
    #expect(floats(.uint8, [0xff]) == [255])
    #expect(floats(.uint16, [0xff, 0xff]) == [65535])
    #expect(floats(.uint32, [0, 0, 0, 0x80]) == [0x1p31])
    #expect(floats(.uint64, [0, 0, 0, 0, 0, 0, 0, 0x80]) == [0x1p63])
    #expect(floats(.bool, [2]) == [1])
  }

  @Test("floats come back bit for bit")
  func roundTrip() {
    let floats: [Float] = [0, -0.0, 1, .infinity, -.infinity, .leastNonzeroMagnitude, 3.14]
    #expect(Tensor(shape: [7], floats: floats).floats.map(\.bitPattern) == floats.map(\.bitPattern))
  }
}
