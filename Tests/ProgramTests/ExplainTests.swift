import Foundation
import TensorFiles
import TestSupport
import Testing

/// What `explain` prints, and how it refuses.
@Suite("explain") struct ExplainTests {
  @Test("A gate is printed with its terms, its curve and the truth about it")
  func gate() throws {
    let outcome = try Program.run("explain DEMO --input DEMO_INPUT f[1]@1")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    for part in [
      "lstm/f[1]@1#0", "f[1] = sigmoid(z1[1]) = sigmoid(", "the curve has slope",
      "h_tm1[2] * recurrent_kernel[2,4]",
      "bias[4]", "adds up to", "float64, the same operands", "float64 from the first timestep", "ULP",
    ] {
      #expect(outcome.text.contains(part), "\(part)")
    }
  }

  @Test("JSON has every term, and the terms add up")
  func json() throws {
    let outcome = try Program.run("explain units128_T60/model.keras --random z1[7]@5 --json")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let json = try JSON(parsing: outcome.output)
    #expect(json["version"]?.number == 1)
    let terms = json["sum"]?["terms"]?.list ?? []
    #expect(terms.count > 128)
    let value = try #require(json["value"]?.number)
    let sum = terms.reduce(0) { $0 + ($1["value"]?.number ?? .nan) }
    #expect(abs(sum - value) < 1e-5)
    #expect(abs((json["truth"]?["float64"]?.number ?? .nan) - value) < 1e-5)
    #expect(json["truth"]?["orders"]?["as run"]?.number == value)
  }

  @Test("The way from an output to an input can be gone by name")
  func walk() throws {
    let inputs = "seq2seq/model.keras --input seq2seq/input_0.npy --input seq2seq/input_1.npy"
    for (address, next) in [
      ("output/y[2]@1", "decoder_lstm/y[7]@1#0"), ("decoder_lstm/y[7]@1", "decoder_lstm/h[7]@1#0"),
      ("decoder_lstm/h[7]@1", "decoder_lstm/c[7]@1#0"), ("decoder_lstm/h_tm1[7]@0", "decoder_lstm/h0[7]#0"),
      ("decoder_lstm/h0[7]", "encoder_lstm/h[7]@4#0"), ("encoder_lstm/h_tm1[7]@0", "encoder_lstm/h0[7]#0"),
    ] {
      let outcome = try Program.run("explain \(inputs) \(address) --json")
      #expect(outcome.ending == .status(0), "\(outcome.errors)")
      #expect(outcome.text.contains("\"address\": \"\(next)\""), "\(address) does not lead to \(next)")
    }
  }

  @Test("The truth is what Keras computed")
  func keras() throws {
    let recorded = try TraceTests.recorded("basic")
    let json = try JSON(parsing: Array(Data(contentsOf: Places.fixtures.appending(path: "basic/case.json"))))
    let prefix = try #require(json["lstm_calls"]?.list?.first?["prefix"]?.text)
    let c = try #require(recorded["\(prefix).c"])
    let (timesteps, units) = (c.shape[1], c.shape[2])
    for (unit, timestep) in [(0, 0), (units - 1, timesteps - 1)] {
      let outcome = try Program.run(
        "explain basic/model.keras --input basic/input_0.npy c[\(unit)]@\(timestep)#0 --json")
      let value = try #require(try JSON(parsing: outcome.output)["value"]?.number)
      #expect(abs(Float(value) - c.floats[timestep * units + unit]) < 1e-5)
    }
  }

  @Test("What PyTorch and ONNX add is explained by name, with its truth")
  func additions() throws {
    func explained(_ line: String) throws -> String {
      let outcome = try Program.run("explain \(line)")
      #expect(outcome.ending == .status(0), "\(outcome.errors)")
      #expect(outcome.text.contains("float64 from the first timestep"), "\(outcome.text)")
      return outcome.text
    }
    let torch = "torch_projection/state_dict.pt --input torch_projection/input_0.npy"
    let projected = try explained("\(torch) lstm_l1/backward/h[1]@1")
    #expect(projected.contains("h_raw[4] * projection[4,1]") && projected.contains("adds up to"))
    #expect(try explained("\(torch) lstm_l1/backward/h_raw[4]@1").contains("h_raw[4] = o[4] * tanh(c[4])"))
    let onnx = "onnx_peephole_clip/model.onnx --input onnx_peephole_clip/input_0.npy"
    let gate = try explained("\(onnx) rnn/forward/o[1]@2")
    #expect(gate.contains("c[1] * peephole[2,1]") && gate.contains("clipped from -0.997850 to -0.750000"))
    #expect(gate.contains("clipped to -0.750000"))
    let coupled = "onnx_coupled/model.onnx --input onnx_coupled/input_0.npy"
    #expect(try explained("\(coupled) f[1]@1").contains("f[1] = 1 - i[1] = "))
    let json = try JSON(
      parsing: try Program.run("explain \(onnx) rnn/forward/z3[1]@2 --json").output)
    #expect(json["sum"]?["unclipped"]?.number.map { abs($0 + 0.99785) < 1e-5 } == true)
    #expect(json["sum"]?["clip"]?.number == 0.75 && json["value"]?.number == -0.75)
  }

  @Test("--code prints a program, for the LSTM's step alone")
  func code() throws {
    let outcome = try Program.run("explain DEMO --input DEMO_INPUT h[1]@1#1 --code keras")
    #expect(outcome.text.hasPrefix("# question.keras, lstm: one step, timestep 1 of sample 1.\n"))
    #expect(outcome.text.contains("keras.layers.LSTMCell("))
    let inputs = "seq2seq/model.keras --input seq2seq/input_0.npy --input seq2seq/input_1.npy"
    let refused = try Program.run("explain \(inputs) output/y[2]@1 --code numpy")
    #expect(refused.ending == .status(64))
  }

  @Test(
    "Wrong usage is 64 with a sentence",
    arguments: [
      ("explain DEMO c[1]@1", "needs an input"), ("explain DEMO --input DEMO_INPUT q[1]", "is none of"),
      ("explain DEMO --input DEMO_INPUT c[99]@1", "they run from 0 to 2"),
      ("explain DEMO --input DEMO_INPUT nowhere/c[1]", "no layer 'nowhere'"),
      ("explain DEMO --input DEMO_INPUT c[1] --json --code numpy", "exclude each other"),
      ("explain DEMO --input DEMO_INPUT c[1] --code matlab", "matlab"),
      ("explain DEMO --input DEMO_INPUT", "address"),
    ])
  func usage(line: String, says: String) throws {
    let outcome = try Program.run(line)
    #expect(outcome.ending == .status(64))
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
