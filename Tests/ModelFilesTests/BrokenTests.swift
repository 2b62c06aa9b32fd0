import ModelFiles
import TensorFiles
import Testing

@Suite("Broken files")
struct BrokenTests {
  struct Broken: Sendable, CustomTestStringConvertible {
    let file: String
    let mustSay: String
    var testDescription: String { file }

    static let all: [Broken] = ((try? Fixtures.json("broken/case.json"))?["files"]?.list ?? []).compactMap {
      file in
      guard let name = file["file"]?.text, let words = file["must_say"]?.text else { return nil }
      return Broken(file: name, mustSay: words)
    }
  }

  @Test("each say what is wrong with them", arguments: Broken.all)
  func sentence(_ broken: Broken) throws {
    let error = try #require(throws: ModelFileError.self) { try Fixtures.open("broken/\(broken.file)") }
    #expect(error.message.contains(broken.mustSay), "\(error.message)")
    #expect(error.exitStatus == 65)
  }
}
