import Foundation
import TensorFiles
import TestSupport
import Testing

/// Recorded outputs of a whole model, beside the run wherever it is shown, and in a session.
@Suite("Recorded numbers everywhere") struct ExpectTests {
  /// The translator's fixture: what Keras gave, with one number made wrong at timestep 1 of sample 0.
  private static func wrong(_ scratch: Scratch) throws -> String {
    let bytes = Array(try Data(contentsOf: Places.fixtures.appending(path: "graph_words/expected.npz")))
    let tensor = try #require(try Program.arrays(FileSource(name: "e.npz", bytes: bytes))["output_0"])
    var numbers = tensor.floats
    numbers[1 * tensor.shape[2]] += 0.25
    return try scratch.write(
      try #require(
        Npz.bytes(of: [Npz.Member(name: "output_0", tensor: Tensor(shape: tensor.shape, floats: numbers))])),
      as: "wrong.npz")
  }

  private static func session(_ scratch: Scratch, _ more: String = "") throws -> String {
    _ = try wrong(scratch)
    let folder = Places.fixtures.appending(path: "graph_words").path
    return try scratch.write(
      "model: \(folder)/model.keras\ninput: \(folder)/texts.txt\nexpect: wrong.npz\n\(more)", as: "s.yaml")
  }

  @Test("check, doctor and diff take a session, and what it expects")
  func commands() throws {
    let scratch = try Scratch()
    let session = try Self.session(scratch)
    let check = try Program.run("check \(session)")
    #expect(check.ending == .status(1))
    #expect(check.text.contains("output_0[0]@1#0"), "\(check.text)\(check.errors)")
    #expect(check.text.contains("lstmscope \(session) --at"), "\(check.text)")
    #expect(try Program.run("doctor \(session)").text.contains("batch of 2"))
    let same = try Program.run("diff \(session) graph_words/model.keras")
    #expect(same.ending == .status(0), "\(same.text)\(same.errors)")
  }

  @Test("Another input is not what was recorded")
  func otherInput() throws {
    let scratch = try Scratch()
    let session = try Self.session(scratch)
    let outcome = try Program.run(["check", session, "--text", "der hund"])
    #expect(outcome.ending == .status(64))
    #expect(outcome.errors.contains("--expect y.npy"), "\(outcome.errors)")
  }

  @Test("render and the dialogue show them; a session and --expect are the same")
  func shown() throws {
    let scratch = try Scratch()
    let session = try Self.session(scratch)
    let model = try Program.run("render \(session) --view model --at h@1#0 --size 100x30")
    #expect(model.text.contains("≠"), "\(model.text)\(model.errors)")
    let given = try Program.run(
      "render graph_words/model.keras --input graph_words/texts.txt --expect \(scratch.path("wrong.npz")) "
        + "--view model --at h@1#0 --size 100x30")
    #expect(
      given.text.split(separator: "\n").dropFirst() == model.text.split(separator: "\n").dropFirst(),
      "\(given.text)")
    let step = try Program.run("render \(session) --at h@1#0 --size 100x30")
    #expect(step.text.contains("  ≠ wr"), "\(step.text)")
    let plain = try Program.run("\(session) --plain", input: Array("n\n".utf8))
    #expect(plain.text.contains("output at this timestep is as wrong.npz has"), "\(plain.text)")
    #expect(plain.text.contains("output at this timestep is not what wrong.npz has"), "\(plain.text)")
  }

  @Test("The screen opens at the first difference, and Findings tells the cause once it is found")
  func findings() throws {
    let files = "planted_faults/bias_and_blocks.keras --input planted_faults/bias_and_blocks.x.npy"
    let session = try Session(
      "\(files) --expect planted_faults/bias_and_blocks.y.npy", width: 120, height: 40)
    #expect(session.text.contains("differs, first at h[0]@0#0"))
    #expect(session.text.contains("expected"))
    session.type(":view findings\r", shows: "differs, first at h[0]@0#0")
    session.type("", shows: "square block of the recurrent kernel was left untransposed")
    #expect(session.text.contains("bias = bias_ih + bias_hh"))
    session.type("q", until: { _ in true })
    session.expectEnding(.status(0))
    // Of a stack it opens in the layer that differs first; who says where is taken there.
    let stack = "planted_faults/stack_bias_second"
    let rendered = try Program.run(
      "render \(stack).keras --input \(stack).x.npy --expect \(stack).y.npy --view findings --size 120x40")
    #expect(rendered.text.contains("alone is not the whole one"), "\(rendered.text)\(rendered.errors)")
  }

  @Test("--fix never writes over what the check reads")
  func kept() throws {
    let scratch = try Scratch()
    let folder = Places.fixtures.appending(path: "planted_faults")
    let x = Array(try Data(contentsOf: folder.appending(path: "blocks.x.npy")))
    let y = try scratch.write(
      Array(try Data(contentsOf: folder.appending(path: "blocks.y.npy"))), as: "y.npz")
    let input = try scratch.write(x, as: "x.npz")
    for target in [y, input] {
      let outcome = try Program.run(
        "check planted_faults/blocks.keras --input \(input) --expect \(y) --fix \(target)")
      #expect(outcome.ending == .status(73), "\(outcome.errors)")
    }
    #expect(Array(try Data(contentsOf: URL(filePath: input))) == x)
  }

  @Test("Weights are written and what is not of weights is told")
  func besides() throws {
    let scratch = try Scratch()
    let model = "planted_faults/order_iofg"
    let reversed = try scratch.reversed("planted_faults/order_iofg.x.npy", as: "x.npy")
    let path = scratch.path("right.npz")
    let outcome = try Program.run(
      "check \(model).keras --input \(reversed) --expect \(model).y.npy --fix \(path)")
    #expect(outcome.errors.contains("x = x[:, ::-1]"), "\(outcome.text)\(outcome.errors)")
    #expect(scratch.names.contains("right.npz"))
  }

  @Test("The dialogue says what is recorded of an LSTM's numbers")
  func quantities() throws {
    let scratch = try Scratch()
    let shape = [2, 5, 3]
    let path = try scratch.write(shape: shape, floats: [Float](repeating: 0.5, count: 30), as: "h.npy")
    let outcome = try Program.run(
      "graph_words/model.keras --input graph_words/texts.txt --expect \(path) --quantity rnn/h --plain")
    #expect(outcome.text.contains("differs: recorded +0.5000, this model gives"), "\(outcome.text)")
  }

  @Test(
    "What can't be meant is refused with the session's key",
    arguments: [
      ("expect: nowhere.npy", 66, "expect"), ("quantity: rnn/h", 65, "there is no expect"),
    ])
  func refused(line: String, status: Int32, says: String) throws {
    let scratch = try Scratch()
    let folder = Places.fixtures.appending(path: "graph_words").path
    let session = try scratch.write(
      "model: \(folder)/model.keras\ninput: \(folder)/texts.txt\n\(line)\n", as: "s.yaml")
    let outcome = try Program.run("\(session) --plain")
    #expect(outcome.ending == .status(status))
    #expect(outcome.errors.contains("s.yaml") && outcome.errors.contains(says), "\(outcome.errors)")
    let alone = try Program.run("graph_words/model.keras --quantity h --plain")
    #expect(alone.ending == .status(64))
  }
}

extension Scratch {
  /// A recorded (batch, timesteps, features) from its last timestep.
  fileprivate func reversed(_ file: String, as name: String) throws -> String {
    let bytes = Array(try Data(contentsOf: Places.fixtures.appending(path: file)))
    let tensor = try Npy.tensor(from: bytes)
    let (count, width) = (tensor.shape[1], tensor.shape[2])
    let floats = (0..<tensor.shape[0] * count).flatMap { row in
      let mirrored = row / count * count + count - 1 - row % count
      return tensor.floats[mirrored * width..<(mirrored + 1) * width]
    }
    return try write(shape: tensor.shape, floats: floats, as: name)
  }
}
