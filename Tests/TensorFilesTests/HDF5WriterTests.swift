import TensorFiles
import Testing

@Suite("Writing HDF5") struct HDF5WriterTests {
  private static let helper = Helper.path

  @Test("What is written is read back: groups, arrays of any rank, texts")
  func roundTrip() throws {
    let matrix = Tensor(shape: [2, 3], floats: [1, -2, 3, .nan, .infinity, 1e-30])
    let items: [HDF5Writer.Item] = [
      .group("layers/lstm/cell/vars"), .dataset("layers/lstm/cell/vars/0", matrix),
      .dataset("layers/dense/vars/0", Tensor(shape: [], floats: [7])),
      .dataset("layers/dense/vars/1", Tensor(shape: [0], floats: [])), .group("empty"),
      .text(path: "layers/lstm/cell/vars", name: "name", value: "größe"),
    ]
    let bytes = try HDF5Writer.bytes(of: items, helper: Self.helper)
    let file = try HDF5File.read(FileSource(name: "written", bytes: bytes), helper: Self.helper)
    guard case .dataset(let read)? = file["layers/lstm/cell/vars/0"]?.content else {
      Issue.record("the matrix is not there")
      return
    }
    #expect(read.shape == [2, 3] && read.bytes == matrix.bytes)
    guard case .dataset(let scalar)? = file["layers/dense/vars/0"]?.content else {
      Issue.record("the scalar is not there")
      return
    }
    #expect(scalar.shape == [] && scalar.floats == [7])
    #expect(file["empty"]?.content == .group)
    #expect(file.string("name", of: "layers/lstm/cell/vars") == "größe")
  }

  @Test("An array of half precision is stored as float32")
  func half() throws {
    let half = Tensor(shape: [2], element: .float16, bytes: [0x00, 0x3c, 0x00, 0xc0])
    let bytes = try HDF5Writer.bytes(of: [.dataset("a", half)], helper: Self.helper)
    let file = try HDF5File.read(FileSource(name: "written", bytes: bytes), helper: Self.helper)
    guard case .dataset(let read)? = file["a"]?.content else {
      Issue.record("the array is not there")
      return
    }
    #expect(read.element == .float32 && read.floats == [1, -2])
  }

  @Test("One path twice, or an attribute of nothing, is refused and no file comes out")
  func refused() {
    let one = HDF5Writer.Item.dataset("a", Tensor(shape: [1], floats: [1]))
    #expect(throws: HDF5Error.self) { try HDF5Writer.bytes(of: [one, one], helper: Self.helper) }
    #expect(throws: HDF5Error.self) {
      try HDF5Writer.bytes(of: [.text(path: "b", name: "n", value: "v")], helper: Self.helper)
    }
    #expect(throws: HDF5Error.self) { try HDF5Writer.bytes(of: [one], helper: "/nowhere") }
  }
}
