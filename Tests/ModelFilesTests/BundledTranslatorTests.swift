import Foundation
import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// The translator taught with what Keras says itself, beside what Keras gave.
@Suite("The bundled translator")
struct BundledTranslatorTests {
  static let sentences = Array(
    (try? Fixtures.json("translator/recorded.json"))?["sentences"]?.list?.indices ?? 0..<0)

  @Test("has Keras' states and probabilities at every word", arguments: sentences)
  func states(_ sentence: Int) throws {
    let model = try ModelFile.open(
      try ClassroomTests.source("translator/german_to_english.keras"), helper: Fixtures.helper)
    let members = try Npz.members(of: try Fixtures.source("translator/recorded.npz"))
    func recorded(_ name: String) throws -> Tensor {
      try #require(members.first { $0.name == "\(sentence).\(name)" }?.tensor)
    }
    let graph = try #require(model.graph)
    let inputs = try ["source", "fed"].map { name in
      let ids = try recorded(name).floats
      return Value(shape: [1, ids.count], ids)
    }
    let result = try #require(try graph.run(inputs))
    var difference = TruthTests.Difference()
    func compare(_ values: [Float], _ name: String) throws {
      let fits = difference.add(values, try recorded(name).floats, at: name, tolerance: 1e-5)
      #expect(fits, "\(name)")
    }
    for layer in ["encoder", "decoder"] {
      let trace = try #require(result.calls.first { $0.key == layer }).trace
      try compare(trace.h, "\(layer).h")
      try compare(trace.c, "\(layer).c")
    }
    try compare(try #require(result.outputs[0]).numbers, "probabilities")
    #expect(difference.worst <= 1, "differs by \(difference.largest) at \(difference.place)")
  }

  @Test("has units that track what their names say, on the sentences to explore")
  func names() throws {
    let evidence = try #require(try JSON(parsing: try ClassroomTests.bytes("translator/units.json")).list)
    let session = String(decoding: try ClassroomTests.bytes("translator/translator.yaml"), as: UTF8.self)
    let walks = try ExploredSentence.all()
    #expect(walks.count == 300)
    #expect(evidence.count >= 6)
    for entry in evidence {
      let layer = try #require(entry["layer"]?.text)
      let unit = Int(try #require(entry["unit"]?.number))
      let fact = try #require(entry["fact"]?.text)
      let name = try #require(entry["name"]?.text)
      #expect(session.contains("    \(unit): \(name)\n"))
      var pairs: [(value: Float, fact: Float)] = []
      for walk in walks { pairs += try walk.pairs(layer, unit, fact) }
      if let recorded = entry["auc"]?.number {
        let area = Telling.area(pairs)
        #expect(abs(area - recorded) < 0.1, "\(layer) \(unit), \(fact): \(area), recorded \(recorded)")
        #expect(max(area, 1 - area) > 0.8)
      } else {
        let recorded = try #require(entry["correlation"]?.number)
        let found = Telling.correlation(pairs)
        #expect(abs(found - recorded) < 0.1, "\(layer) \(unit), \(fact): \(found), recorded \(recorded)")
        #expect(abs(found) > 0.75)
      }
    }
  }

  @Test("is of a size that is bundled without a thought")
  func size() throws {
    let folder = ClassroomTests.resources
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let sizes = try ["translator", "models"].flatMap { part in
      try files.filter { $0.hasPrefix(part + "/") }.map { try ClassroomTests.bytes($0).count }
    }
    #expect(sizes.count > 20)
    #expect(sizes.reduce(0, +) < 1_500_000)
  }
}
