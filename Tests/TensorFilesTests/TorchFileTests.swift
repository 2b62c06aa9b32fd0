import Foundation
import Testing

@testable import TensorFiles

@Suite("PyTorch's files")
struct TorchFileTests {
  private static func read(_ bytes: [UInt8]) throws(PickleError) -> Pickle {
    var reader = PickleReader(FileSource(name: "pickle", bytes: bytes), at: 0)
    return try reader.read()
  }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static func zip(_ pickle: [UInt8], storage: [UInt8] = []) throws -> ZipArchive {
    let bytes = try #require(
      zipArchive(storing: [("archive/data.pkl", pickle), ("archive/data/0", storage)]))
    return try ZipArchive(FileSource(name: "zip", bytes: bytes))
  }

  /// `_rebuild_tensor_v2(('storage', FloatStorage, '0', 'cpu', n), offset, shape, stride, False, {})`.
  private static func tensor(offset: UInt8, shape: [UInt8], strides: [UInt8], type: String = "FloatStorage")
    -> [UInt8]
  {
    func tuple(_ numbers: [UInt8]) -> [UInt8] { text("(") + numbers.flatMap { [0x4b, $0] } + text("t") }
    var code: [UInt8] = [0x80, 2] + text("ctorch._utils\n_rebuild_tensor_v2\n(")
    code += text("(X") + [7, 0, 0, 0] + text("storage") + text("ctorch\n\(type)\n")
    code += text("X") + [1, 0, 0, 0] + text("0") + text("X") + [3, 0, 0, 0] + text("cpu") + [0x4b, 4]
    code += text("tQ") + [0x4b, offset] + tuple(shape) + tuple(strides) + [0x89] + text("}tR.")
    return code
  }

  private static let floats: [Float] = [1, 2, 3, 4]
  private static let storage = Tensor(shape: [4], floats: floats).bytes

  private static func loaded(_ pickle: [UInt8]) throws -> Tensor {
    let file = try TorchFile(try zip(pickle, storage: storage))
    return try #require(file.tensor(file.pickle.root, name: "w")).tensor()
  }

  @Test("a view of a storage is gathered by its strides")
  func view() throws {
    #expect(try Self.loaded(Self.tensor(offset: 0, shape: [4], strides: [1])).floats == [1, 2, 3, 4])
    let turned = try Self.loaded(Self.tensor(offset: 0, shape: [2, 2], strides: [1, 2]))
    #expect(turned.floats == [1, 3, 2, 4])
    #expect(
      try Self.loaded(Self.tensor(offset: 1, shape: [3, 2], strides: [1, 0])).floats == [2, 2, 3, 3, 4, 4])
    #expect(try Self.loaded(Self.tensor(offset: 0, shape: [0], strides: [1])).floats == [])
  }

  @Test(
    "a view that reaches beyond its storage is refused",
    arguments: [(1, 4, 1), (0, 3, 2), (4, 1, 1), (0, 255, 255)])
  func outside(offset: Int, length: Int, stride: Int) throws {
    let pickle = Self.tensor(offset: UInt8(offset), shape: [UInt8(length)], strides: [UInt8(stride)])
    let error = try #require(throws: TensorReadError.self) { try Self.loaded(pickle) }
    #expect(error.reason.contains("reaches to element"), "\(error.reason)")
  }

  @Test("a tensor spread from one number to more than memory holds is refused")
  func spread() throws {
    let pickle = Self.tensor(offset: 0, shape: [255, 255, 255, 255], strides: [0, 0, 0, 0])
    #expect(throws: TensorReadError.self) { try Self.loaded(pickle) }
  }

  @Test("a storage of an unknown type is listed, and refused when it is wanted")
  func unknownType() throws {
    let file = try TorchFile(
      try Self.zip(Self.tensor(offset: 0, shape: [4], strides: [1], type: "QInt8Storage")))
    let tensor = try #require(file.tensor(file.pickle.root, name: "w"))
    #expect(tensor.dtype == "QInt8Storage")
    #expect(throws: TensorReadError.self) { try tensor.tensor() }
  }

  @Test(
    "a pickle that contradicts itself is refused, and nothing traps",
    arguments: [
      "", ".", "}", "(.", "t.", "R.", "a.", "}a.", "]s.", "0.", "q", "q\u{01}.", "h\u{05}.", "j\u{01}.",
      "ca\n",
      "(lp0\nI1\na", "X\u{7f}\u{7f}\u{7f}\u{7f}a", "]b.", "Q.", "(((", "\u{01}", "I1\n(R.", "T.", "u.",
      "(I1\nd.", "}(I1\nu.",
    ])
  func inconsistent(code: String) {
    let error = #expect(throws: PickleError.self) { try Self.read(Self.text(code)) }
    #expect(error?.message.isEmpty == false)
  }

  @Test("lengths beyond the file are not set aside")
  func lengths() {
    for code: [UInt8] in [
      [0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0x8d] + [UInt8](repeating: 0xff, count: 8),
      [0x8b, 0xff, 0xff, 0xff, 0x7f], [0x42, 0, 0, 0, 0x40], [0x80, 9],
    ] {
      #expect(throws: PickleError.self) { try Self.read(code + [0x2e]) }
    }
  }

  @Test("a million levels of nesting cost no stack, and a circle no time", .timeLimit(.minutes(1)))
  func deep() throws {
    let nested = try Self.read(Self.text(")") + [UInt8](repeating: 0x85, count: 1_000_000) + Self.text("."))
    #expect(nested.nodes.count == 1_000_001)
    // A list in itself: l = []; l.append(l).
    let circle = try Self.read(Self.text("]") + [0x71, 0] + Self.text("h") + [0] + Self.text("a."))
    #expect(circle.list(circle.root) == [circle.root])
  }

  @Test("numbers of every width are read")
  func numbers() throws {
    let cases: [([UInt8], Pickle.Value)] = [
      ([0x4a, 0xff, 0xff, 0xff, 0xff], .integer(-1)), ([0x8a, 1, 0x80], .integer(-128)),
      ([0x8a, 0], .integer(0)), ([0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0], .largeInteger),
      ([0x8a, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], .integer(.max)),
      ([0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0], .number(1.5)), (Self.text("I01\n"), .bool(true)),
      (Self.text("L12L\n"), .integer(12)), ([0x4d, 1, 2], .integer(513)),
    ]
    for (code, value) in cases { #expect(try Self.read(code + [0x2e]).root == value) }
  }

  @Test(
    "names that only harm are refused by name and everything else is kept as it stands",
    arguments: [
      ("posix", "system", true), ("os", "system", true), ("nt", "system", true),
      ("subprocess", "Popen", true), ("builtins", "eval", true), ("__builtin__", "exec", true),
      ("builtins", "getattr", true), ("os.path", "join", true), ("runpy", "_run_code", true),
      ("operator", "attrgetter", true), ("torch.hub", "load", true),
      ("collections", "OrderedDict", false), ("torch", "FloatStorage", false), ("__main__", "Model", false),
      ("builtins", "set", false), ("argparse", "Namespace", false), ("mycode.system", "Open", false),
    ])
  func names(module: String, name: String, isDangerous: Bool) throws {
    let code = Self.text("c\(module)\n\(name)\n)R.")
    guard isDangerous else {
      #expect(try Self.read(code).nodes.count == 2)
      return
    }
    let error = try #require(throws: PickleError.self) { try Self.read(code) }
    #expect(error.message.contains("\(module).\(name)") && error.message.contains("nothing was run"))
    // The same by STACK_GLOBAL, which takes the names from the stack.
    let short =
      [0x8c, UInt8(module.utf8.count)] + Self.text(module) + [0x8c, UInt8(name.utf8.count)] + Self.text(name)
    #expect(throws: PickleError.self) { try Self.read(short + [0x93, 0x2e]) }
  }

  @Test("a legacy file that is cut off anywhere is refused")
  func legacy() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures")
    let bytes = Array(try Data(contentsOf: folder.appending(path: "torch_basic/state_dict_legacy.pth")))
    _ = try TorchFile(legacy: FileSource(name: "x", bytes: bytes))
    for length in 14..<bytes.count {
      #expect(throws: TorchError.self) {
        try TorchFile(legacy: FileSource(name: "x", bytes: Array(bytes[..<length])))
      }
    }
  }
}
