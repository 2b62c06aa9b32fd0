import Foundation
import TensorFiles
import TestSupport
import Testing

/// Texts as input: words that are looked up one by one, texts that the model splits, several of either.
@Suite("Texts as input") struct TextInputTests {
  private func outputs(_ line: String, _ input: [UInt8] = []) throws -> [String: Tensor] {
    let outcome = try Program.run("trace \(line) --format npz", input: input)
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    return try Program.arrays(FileSource(name: "trace.npz", bytes: outcome.output))
  }

  /// Whether the model's outputs are those that Keras recorded.
  private func expectRecorded(_ found: [String: Tensor], _ name: String) throws {
    let bytes = Array(try Data(contentsOf: Places.fixtures.appending(path: "\(name)/expected.npz")))
    let wanted = try Program.arrays(FileSource(name: "expected.npz", bytes: bytes))
    #expect(!wanted.isEmpty)
    for (key, tensor) in wanted {
      let own = try #require(found[key] ?? (wanted.count == 1 ? found["output"] : nil), "\(key)")
      #expect(own.shape == tensor.shape)
      let largest = zip(own.floats, tensor.floats).map { abs($0 - $1) }.max() ?? .infinity
      #expect(largest < 1e-6, "\(key) differs by \(largest)")
    }
  }

  @Test(
    "A file of texts is a batch: a line a sample, JSON, or an array of texts",
    arguments: ["texts.txt", "texts.json", "texts.npy"])
  func files(file: String) throws {
    try expectRecorded(
      try outputs("graph_words/model.keras --input graph_words/\(file)"), "graph_words")
  }

  @Test("--text gives each word a timestep where the model looks words up")
  func words() throws {
    let found = try Program.run(
      ["trace", "graph_words_open/model.keras", "--text", "der  hund bellt", "--format", "npz"])
    #expect(found.ending == .status(0), "\(found.errors)")
    try expectRecorded(
      try Program.arrays(FileSource(name: "t.npz", bytes: found.output)), "graph_words_open")
  }

  @Test("Of a text beside numbers each has a file of its own, or the text is given as such")
  func beside() throws {
    let line = "graph_beside/model.keras --input number=graph_beside/input_1.npy --input text=-"
    try expectRecorded(try outputs(line, Array("Der Hund läuft!\n\nim Haus\n".utf8)), "graph_beside")
    let scratch = try Scratch()
    let number = try scratch.write(shape: [1, 3], as: "one.npy")
    let both = try Program.run(
      ["trace", "graph_beside/model.keras", "--text", "im Haus", "--input", "number=\(number)"])
    #expect(both.ending == .status(0), "\(both.errors)")
  }

  @Test(
    "What does not fit is refused with a sentence",
    arguments: [
      ("a b c d e f", "6 words and the model's input words takes 5"), ("\n \n", "there is no text in it"),
      ("[1, 2]", "a list of texts, or of lists of words"),
      ("[[\"a\"], []]", "a list of texts, or of lists of words"),
      ("PK", "save them with np.save"), ("a\u{0}b", "neither a text nor JSON"),
    ])
  func refused(text: String, says: String) throws {
    let outcome = try Program.run("trace graph_words/model.keras --input -", input: Array(text.utf8))
    #expect(outcome.ending == .status(65))
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
  }

  @Test("Without an input the words are random ones of the vocabulary, and that is said")
  func random() throws {
    let outcome = try Program.run("graph_words/model.keras --plain", input: Array(":quit\n".utf8))
    #expect(outcome.text.contains("random words"), "\(outcome.text)\(outcome.errors)")
    #expect(!outcome.text.contains("was not run") && !outcome.errors.contains("was not run"))
    let seeds = try [1, 2].map { seed in
      try outputs("graph_words/model.keras --random --seed \(seed)")["output_0"]?.floats
    }
    #expect(seeds[0] != nil && seeds[0] != seeds[1])
  }
}
