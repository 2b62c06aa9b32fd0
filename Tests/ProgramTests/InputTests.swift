import Foundation
import TensorFiles
import TestSupport
import Testing

/// The ways to give an array, which must all give the same trace.
@Suite("--input") struct InputTests {
  static func input() throws -> Tensor {
    try Npy.tensor(from: Array(try Data(contentsOf: Places.fixtures.appending(path: "basic/input_0.npy"))))
  }

  /// The first sample alone.
  static func sample() throws -> Tensor {
    let all = try input()
    let shape = Array(all.shape.dropFirst())
    return Tensor(shape: shape, floats: Array(all.floats.prefix(shape.reduce(1, *))))
  }

  func trace(_ input: String, stdin: [UInt8] = []) throws -> String {
    let outcome = try Program.run("trace basic/model.keras --input \(input) --format json", input: stdin)
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    return outcome.text
  }

  @Test("Standard input may be npy, npz, csv or JSON", arguments: ["npy", "npz", "csv", "json", "list"])
  func standardInput(form: String) throws {
    let sample = try Self.sample()
    let bytes: [UInt8]
    switch form {
    case "npy": bytes = Npy.bytes(of: sample)
    case "npz": bytes = try #require(Npz.bytes(of: [Npz.Member(name: "anything", tensor: sample)]))
    case "csv": bytes = Array(CSV(tensor: sample).text.utf8)
    case "json": bytes = try JSON.object(["x": JSON(shape: sample.shape, floats: sample.floats)]).bytes()
    default: bytes = try JSON(shape: sample.shape, floats: sample.floats).bytes()
    }
    let scratch = try Scratch()
    let file = try scratch.write(Npy.bytes(of: sample), as: "sample.npy")
    #expect(try trace("-", stdin: bytes) == trace(file))
  }

  @Test("A header above a csv's columns doesn't count")
  func header() throws {
    let scratch = try Scratch()
    let sample = try Self.sample()
    let plain = try scratch.write(CSV(tensor: sample).text, as: "plain.csv")
    let named = try scratch.write(CSV(header: ["a", "b", "c"], tensor: sample).text, as: "named.csv")
    #expect(try trace(named) == trace(plain))
  }

  @Test("NAME=FILE is for the model's input of that name")
  func named() throws {
    #expect(try trace("input_layer=basic/input_0.npy") == trace("basic/input_0.npy"))
    let outcome = try Program.run("trace basic/model.keras --input inptu=basic/input_0.npy")
    #expect(outcome.ending == .status(64))
    #expect(outcome.errors.contains("no input 'inptu'") && outcome.errors.contains("input_layer"))
  }

  @Test("Of a model with several inputs the layer's own is taken, by order or by name")
  func several() throws {
    let line = "trace seq2seq/model.keras --format npz --input"
    let ordered = try Program.run("\(line) seq2seq/input_0.npy --input seq2seq/input_1.npy")
    #expect(ordered.ending == .status(0), "\(ordered.errors)")
    let byName = try Program.run(
      "\(line) decoder_tokens=seq2seq/input_1.npy --input encoder_tokens=seq2seq/input_0.npy")
    #expect(byName.output == ordered.output && !ordered.output.isEmpty)
  }

  @Test("FILE.npz:KEY is one array of it; without a KEY the input's own name is taken, or said what there is")
  func key() throws {
    let scratch = try Scratch()
    let input = try Self.input()
    let other = Tensor(shape: [1], floats: [0])
    let named = [
      Npz.Member(name: "input_layer", tensor: input), Npz.Member(name: "other", tensor: other),
    ]
    let path = try scratch.write(try #require(Npz.bytes(of: named)), as: "several.npz")
    #expect(try trace(path) == trace("basic/input_0.npy"))
    #expect(try trace("\(path):input_layer") == trace("basic/input_0.npy"))
    #expect(try trace("basic/expected.npz:lstm0.x") == trace("basic/input_0.npy"))
    let unknown = try Program.run("trace basic/model.keras --input \(path):nobody")
    #expect(unknown.ending == .status(64))
    #expect(unknown.errors.contains("no array 'nobody'") && unknown.errors.contains("input_layer, other"))
    let several = try Program.run("trace basic/model.keras --input basic/expected.npz")
    #expect(several.ending == .status(64))
    #expect(several.errors.contains(":KEY") && several.errors.contains("lstm0.x"))
  }

  @Test("--time-major reads (timesteps, batch, features)")
  func timeMajor() throws {
    let input = try Self.input()
    let (batch, timesteps, features) = (input.shape[0], input.shape[1], input.shape[2])
    let values = input.floats
    var exchanged: [Float] = []
    for timestep in 0..<timesteps {
      for sample in 0..<batch {
        let start = (sample * timesteps + timestep) * features
        exchanged += values[start..<start + features]
      }
    }
    let scratch = try Scratch()
    let path = try scratch.write(shape: [timesteps, batch, features], floats: exchanged, as: "x.npy")
    #expect(try trace("\(path) --time-major") == trace("basic/input_0.npy"))
  }

  @Test("The same seed gives the same numbers, another seed others")
  func random() throws {
    let line = "trace basic/model.keras --random --format csv --seed"
    let first = try Program.run("\(line) 1").text
    #expect(try Program.run("\(line) 1").text == first)
    #expect(try Program.run("\(line) 2").text != first)
  }

  @Test("NaN and infinities come in as text and go out as text")
  func notFinite() throws {
    let rows =
      "[\"NaN\",0,0],[0,\"Infinity\",0],[0,0,\"-Infinity\"]" + String(repeating: ",[0,0,0]", count: 4)
    let json = try JSON(parsing: Array(try trace("-", stdin: Array("[\(rows)]".utf8)).utf8))
    let x = try #require(json["lstm/x"]?.list?.first?.list)
    #expect(x[0].list?[0] == .text("NaN"))
    #expect(x[1].list?[1] == .text("Infinity"))
    #expect(x[2].list?[2] == .text("-Infinity"))
    #expect(json["lstm/h_final"]?.list?.first?.list?.allSatisfy { $0 == .text("NaN") } == true)
  }
  @Test(
    "What cannot be meant is refused with a sentence",
    arguments: [
      ("embedding_softmax/model.keras --tokens ,", 64, "whole numbers between commas"),
      ("basic/model.keras --input basic/input_0.npy --timesteps 3", 64, "--timesteps is for --random"),
      ("basic/model.keras --input basic/input_0.npy --mask basic/input_0.npy", 64, "--mask goes with"),
      (
        "seq2seq/model.keras --input encoder_tokens=seq2seq/input_0.npy --input encoder_tokens=seq2seq/input_0.npy",
        64, "given twice"
      ),
    ])
  func refused(line: String, status: Int32, sentence: String) throws {
    let outcome = try Program.run("trace \(line)")
    #expect(outcome.ending == .status(status))
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  @Test("Inputs of different numbers of samples are told apart by name")
  func samples() throws {
    let scratch = try Scratch()
    let two = try scratch.write(shape: [2, 4, 6], as: "two.npy")
    let three = try scratch.write(shape: [3, 4, 7], as: "three.npy")
    let outcome = try Program.run("trace seq2seq/model.keras --input \(two) --input \(three)")
    #expect(outcome.ending == .status(65))
    #expect(
      outcome.errors.contains("encoder_tokens has 2") && outcome.errors.contains("decoder_tokens has 3"),
      "\(outcome.errors)")
  }

  @Test("--mask gives the layer that is fed a mask")
  func mask() throws {
    let scratch = try Scratch()
    let path = try scratch.write("[[1,1,0,0,1,1,1],[0,1,1,1,1,1,0]]", as: "mask.json")
    let line = "trace basic/model.keras --layer-input --input basic/input_0.npy --format npz --mask"
    let outcome = try Program.run("\(line) \(path)")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let arrays = try outcome.arrays
    let mask = try #require(arrays["lstm/mask"]).floats
    #expect(mask.prefix(7) == [1, 1, 0, 0, 1, 1, 1])
    let h = try #require(arrays["lstm/h"])
    let units = h.shape[2]
    #expect(h.floats[units..<2 * units] == h.floats[2 * units..<3 * units])
    let strange = try scratch.write("[[1,1,0,0,1,1,2],[0,1,1,1,1,1,0]]", as: "strange.json")
    let refused = try Program.run("\(line) \(strange)")
    #expect(refused.ending == .status(65) && refused.errors.contains("0 and 1"))
  }

  @Test("A --config that is not the weights' is blamed itself, and one that is not needed is said")
  func config() throws {
    let scratch = try Scratch()
    let zip = try ZipArchive(
      FileSource(
        name: "model.keras",
        bytes: Array(try Data(contentsOf: URL(filePath: "\(Program.folder)/stack3/model.keras")))))
    let config = try scratch.write(
      try zip.read(try #require(zip["config.json"])), as: "other.json")
    let outcome = try Program.run("trace basic/model.weights.h5 --config \(config) --random")
    #expect(outcome.ending == .status(65))
    #expect(outcome.errors.contains("the architecture in other.json does not fit"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("contradicts itself"))
    let needless = try Program.run("trace basic/model.keras --config \(config) --random")
    #expect(needless.ending == .status(0))
    #expect(needless.errors.contains("--config other.json was not used"), "\(needless.errors)")
  }
}
