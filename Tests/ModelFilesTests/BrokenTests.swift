import ModelFiles
import TensorFiles
import Testing

@Suite("Broken files")
struct BrokenTests {
  struct Broken: Sendable, CustomTestStringConvertible {
    let path: String
    let mustSay: String
    var testDescription: String { path }

    static let all: [Broken] = ["broken", "onnx_broken"].flatMap { folder in
      ((try? Fixtures.json("\(folder)/case.json"))?["files"]?.list ?? []).compactMap { file in
        guard let name = file["file"]?.text, let words = file["must_say"]?.text else { return nil }
        return Broken(path: "\(folder)/\(name)", mustSay: words)
      }
    }
  }

  @Test("each say what is wrong with them", arguments: Broken.all)
  func sentence(_ broken: Broken) throws {
    let error = try #require(throws: ModelFileError.self) { try Fixtures.open(broken.path) }
    #expect(error.message.contains(broken.mustSay), "\(error.message)")
    #expect(error.exitStatus == 65)
  }

  @Test("there are files of both kinds")
  func roster() { #expect(Broken.all.count >= 40) }
}
