import Foundation
import ModelFiles
import Network
import Sessions
import TensorFiles
import Testing

/// What encoder/decoders say, beside what Keras let them say.
@Suite("Decoding")
struct DecodingTests {
  /// The bundled translator with its words.
  struct Translator {
    let decoding: Decoding
    let german: Vocabulary
    let english: Vocabulary

    init() throws {
      func bytes(_ name: String) throws -> [UInt8] { try ClassroomTests.bytes("translator/\(name)") }
      german = try Vocabulary(parsing: try bytes("german.json"))
      english = try Vocabulary(parsing: try bytes("english.json"))
      let model = try ModelFile.open(
        try ClassroomTests.source("translator/german_to_english.keras"), helper: Fixtures.helper)
      let graph = try #require(model.graph)
      let pair = try #require(graph.encoderDecoder)
      decoding = try Decoding(
        graph, pair, start: try #require(english.start), end: english.end, maxSteps: 20)
    }

    func encode(
      _ text: String, _ experiment: BridgeExperiment = .asIs, other: String? = nil
    ) throws -> Decoding.Encoded {
      func source(_ text: String) throws -> Value {
        try decoding.source([german.tokens(of: text).ids.reversed()])
      }
      let borrowed = try other.map { try decoding.encode(try source($0)) }
      return try decoding.encode(try source(text), experiment, other: borrowed)
    }

    /// Without the end.
    func text(_ ids: [Int]) -> String { english.text(of: ids.last == english.end ? ids.dropLast() : ids) }
  }

  @Test("A translator is seen to be one: what goes in where, and which LSTM hands over to which")
  func pair() throws {
    let pair = try Translator().decoding.pair
    #expect(pair.source == 0 && pair.target == 1 && pair.output == 0)
    #expect(pair.bridges.map(\.encoder) == ["encoder"] && pair.bridges.map(\.decoder) == ["decoder"])
  }

  @Test("The bundled translator says word for word what Keras lets it say, whatever goes over the bridge")
  func greedy() throws {
    let translator = try Translator()
    let sentences = try #require(try Fixtures.json("translator/recorded.json")["sentences"]?.list)
    #expect(sentences.count >= 20)
    let experiments: [(String, BridgeExperiment)] = [
      ("as it is", .asIs), ("h zero", .carryOnly), ("c zero", .memoryOnly), ("swapped", .swapped),
      ("rounded to 1 decimal", .rounded(decimals: 1)), ("rounded to 0 decimals", .rounded(decimals: 0)),
      ("state of another", .other(source: [])),
    ]
    for sentence in sentences {
      let german = try #require(sentence["german"]?.text)
      let another = Int(try #require(sentence["another"]?.number))
      for (name, experiment) in experiments {
        let encoded = try translator.encode(german, experiment, other: sentences[another]["german"]?.text)
        let said = translator.text(try translator.decoding.greedy(encoded)[0])
        #expect(said == sentence["bridge"]?[name]?.text, "\(german), \(name)")
      }
      #expect(sentence["bridge"]?["as it is"] == sentence["says"])
    }
  }

  @Test("Beam search finds Keras' sentences with Keras' probabilities")
  func beams() throws {
    let translator = try Translator()
    let recorded = try Fixtures.json("translator/recorded.json")
    let sentences = try #require(recorded["sentences"]?.list)
    for beam in try #require(recorded["beams"]?.list) {
      let place = Int(try #require(beam["sentence"]?.number))
      let german = try #require(sentences[place]["german"]?.text)
      let width = Int(try #require(beam["width"]?.number))
      let found = try translator.decoding.beams(try translator.encode(german), width: width)
      let wanted = try #require(beam["hypotheses"]?.list)
      #expect(found.map { translator.text($0.tokens) } == wanted.map { $0["says"]?.text }, "\(german)")
      for (hypothesis, other) in zip(found, wanted) {
        let score = try #require(other["log_probability"]?.number)
        #expect(abs(hypothesis.score - score) <= 1e-4 + 1e-4 * abs(score), "\(german)")
      }
    }
  }

  @Test("One sentence after the other says what a batch says")
  func batch() throws {
    let translator = try Translator()
    let texts = ["das kind schläft", "der hund schläft", "das kind lacht"]
    let ids = texts.map { Array(translator.german.tokens(of: $0).ids.reversed()) }
    let together = try translator.decoding.encode(try translator.decoding.source(ids))
    let said = try translator.decoding.greedy(together)
    for (text, words) in zip(texts, said) {
      #expect(try translator.decoding.greedy(try translator.encode(text))[0] == words, "\(text)")
    }
  }

  // MARK: - Keras' example

  @Test(
    "Encoder and decoder saved apart are one model that puts out what the training model does",
    arguments: ["keras", "h5"], ["", "_tf215"])
  func joined(ending: String, writer: String) throws {
    func open(_ part: String) throws -> Model { try Fixtures.open("seq2seq/\(part)\(writer).\(ending)") }
    let joined = try Model.joining(try open("encoder"), try open("decoder"))
    let graph = try #require(joined.graph)
    let pair = try #require(graph.encoderDecoder)
    let inputs = try ["input_0.npy", "input_1.npy"].map { name in
      let tensor = try Npy.tensor(from: try Fixtures.bytes("seq2seq/\(name)"))
      return Value(shape: tensor.shape, tensor.floats)
    }
    #expect(graph.inputs.count == 2)
    let members = try Npz.members(of: try Fixtures.source("seq2seq/expected.npz"))
    let wanted = try #require(members.first { $0.name == "train.output_0" || $0.name == "output_0" }?.tensor)
    let run = try #require(try graph.run(inputs))
    let found = try #require(run.outputs[pair.output])
    #expect(found.shape == wanted.shape)
    let difference = zip(found.numbers, wanted.floats).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < 1e-5, "\(difference)")
    // The two on their own do not go together the other way round.
    #expect(throws: GraphError.self) { try Model.joining(try open("decoder"), try open("encoder")) }
  }

  @Test(
    "Keras' example is decoded one-hot, and every token is the likeliest that the whole run gives",
    arguments: ["seq2seq/model.keras", "seq2seq/model_tf215.h5", "legacy_k224_seq2seq/model.h5"])
  func oneHot(path: String) throws {
    let graph = try #require(try Fixtures.open(path).graph)
    let pair = try #require(graph.encoderDecoder)
    let decoding = try Decoding(graph, pair, start: 1, end: nil, maxSteps: 6)
    let source = try decoding.source([[1, 2, 3, 2]])
    let encoded = try decoding.encode(source)
    let said = try decoding.greedy(encoded)[0]
    #expect(said.count == 6)
    let run = try decoding.run(source: source, fed: [[1] + said.dropLast()], arriving: encoded.arriving)
    let output = try #require(run.network.outputs[pair.output])
    let tokens = try #require(output.shape.last)
    for (step, token) in said.enumerated() {
      #expect(Array(output.numbers[step * tokens..<(step + 1) * tokens]).indexOfLargest == token)
    }
    #expect(throws: DecodingError.self) { try decoding.source([[9_999]]) }
  }

  @Test("A model without a bridge is no encoder/decoder", arguments: ["basic", "stack3", "bidir_masked"])
  func none(folder: String) throws {
    #expect(try Fixtures.open("\(folder)/model.keras").graph?.encoderDecoder == nil)
  }
}
