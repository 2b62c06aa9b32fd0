import Foundation
import Glibc
import TensorFiles
import TestSupport
import Testing

/// Every way to be wrong is one sentence on standard error, nothing on standard output, and its own status.
@Suite("What is wrong is said") struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let status: Int32
    let phrases: [String]
    /// What the file `BAD` of the line holds, and standard input too.
    let bytes: [UInt8]
    var testDescription: String { line }

    init(_ line: String, _ status: Int32, _ phrases: String..., bytes: [UInt8] = []) {
      self.line = line
      self.status = status
      self.phrases = phrases
      self.bytes = bytes
    }

    init(_ line: String, _ status: Int32, _ phrases: String..., text: String) {
      self.line = line
      self.status = status
      self.phrases = phrases
      bytes = Array(text.utf8)
    }

    init(_ line: String, shape: [Int], _ status: Int32, _ phrases: String...) {
      self.line = line
      self.status = status
      self.phrases = phrases
      bytes = Npy.bytes(of: Tensor(shape: shape, floats: Array(repeating: 0.5, count: shape.reduce(1, *))))
    }
  }

  func expect(
    _ outcome: Program.Outcome, _ status: Int32, _ phrases: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.ending == .status(status), "\(outcome.errors)", sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(outcome.errors.contains(phrase), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
    #expect(outcome.output.isEmpty, "\(outcome.text.prefix(200))", sourceLocation: sourceLocation)
    let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2 && lines.last == "", "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errors.hasPrefix("lstmscope: "), "\(outcome.errors)", sourceLocation: sourceLocation)
    let isShown = outcome.errors.unicodeScalars.allSatisfy {
      $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
    }
    #expect(isShown, "\(outcome.errors.debugDescription)", sourceLocation: sourceLocation)
  }

  func expect(_ wrong: Case, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let scratch = try Scratch()
    let path = try scratch.write(wrong.bytes, as: "bad")
    let words = Program.words(wrong.line).map { $0 == "BAD" ? path : $0 }
    let outcome = try Program.run(words, input: wrong.bytes)
    expect(outcome, wrong.status, wrong.phrases, sourceLocation: sourceLocation)
  }

  @Test(
    "Wrong usage ends with 64",
    arguments: [
      Case("inspct", 64, "'inspct' is neither a command nor a file", "'inspect'"),
      Case("tracee basic/model.keras", 64, "'trace'"),
      Case("xyzzy", 64, "nor a file; lstmscope --help"),
      Case("help inspct", 64, "'inspct'", "'inspect'"),
      Case("trace", 64, "model", "--help"),
      Case("inspect", 64, "model", "--help"),
      Case("trace DEMO", 64, "--input", "--random"),
      Case("trace DEMO --random --bogus", 64, "--bogus"),
      Case("trace DEMO --random --format xml", 64, "xml", "json", "npz"),
      Case("trace DEMO --random --timesteps 0", 64, "--timesteps"),
      Case("trace DEMO --random --timesteps many", 64, "many"),
      Case("trace DEMO --random --input DEMO_INPUT", 64, "exclude"),
      Case("trace DEMO --input DEMO_INPUT --time-major --batch-major", 64, "exclude"),
      Case("trace DEMO --input DEMO_INPUT --input DEMO_INPUT", 64, "one input", "2"),
      Case("trace DEMO DEMO --random", 64, "question.keras"),
      Case("DEMO --demo question", 64, "exclude"),
      Case("--demo answer", 64, "'answer'", "question"),
      Case("DEMO --at c[3", 64, "c[3"),
      Case("DEMO --theme no-such-theme", 64, "'no-such-theme'", "light"),
      Case("DEMO --color pink", 64, "pink", "256"),
      Case("trace stack3/model.keras --random --layer midle", 64, "'midle'", "did you mean 'middle'"),
      Case(
        "trace no_bias/model.keras --random --layer input_layer", 64, "input_layer is of class InputLayer"),
    ])
  func usage(wrong: Case) throws { try expect(wrong) }

  @Test(
    "A file that is not there, or a directory, ends with 66",
    arguments: [
      Case("nowhere.keras", 66, "nowhere.keras", "no such file"),
      Case("no/where", 66, "no such file"),
      Case("inspect nowhere.keras", 66, "no such file"),
      Case("trace nowhere --random", 66, "no such file"),
      Case("trace DEMO --input nowhere.npy", 66, "nowhere.npy", "no such file"),
      Case("trace DEMO --input DEMO_INPUT --h0 nowhere.npy", 66, "nowhere.npy"),
      Case("DEMO --theme ./nowhere.yaml", 64, "nowhere.yaml"),
      Case("inspect basic", 66, "directory"),
      Case("inspect no/where\u{1B}[31m.keras", 66, "no/where?[31m.keras"),
      Case("trace DEMO --input no/where\n\u{9B}31m.npy", 66, "no/where??31m.npy"),
      Case("inspect basic/model.keras/x", 66, "no such file"),
      Case("trace DEMO --input basic", 66, "directory"),
    ])
  func notThere(wrong: Case) throws { try expect(wrong) }

  @Test("A file that may not be read ends with 66", .enabled(if: getuid() != 0, "root may read everything"))
  func unreadable() throws {
    let scratch = try Scratch()
    let path = try scratch.write("secret", as: "model.keras")
    chmod(path, 0)
    expect(try Program.run(["inspect", path]), 66, ["Permission denied"])
  }

  @Test(
    "A file that is no model ends with 65 and says what it is",
    arguments: [
      Case("inspect BAD", 65, "empty", "0 bytes"),
      Case("inspect broken/empty.h5", 65, "empty"),
      Case("trace basic/model.keras --layer-input --random --timesteps 999999999999", 65, "too large"),
      Case("inspect broken/truncated.keras", 65, "truncated.keras"),
      Case("inspect broken/truncated.h5", 65, "truncated.h5"),
      Case("inspect broken/random.keras", 65, "not a recognised model file"),
      Case("inspect broken/lfs_pointer.h5", 65, "git lfs pull"),
      Case("inspect broken/no_weights.keras", 65, "model.weights.h5"),
      Case("inspect broken/bad_json.keras", 65, "not valid JSON"),
      Case("inspect BAD", 65, "not a recognised model file", text: "GIF89a \u{1B}[2J and more"),
      Case("inspect BAD", 65, bytes: [0x89] + Array("HDF\r\n\u{1A}\n".utf8)),
      Case("trace no_lstm_gru/model.keras --random", 65, "no LSTM", "GRU", "SimpleRNN"),
      Case("no_lstm_gru/model.h5", 65, "no LSTM", "GRU", "SimpleRNN"),
      Case("DEMO --theme basic/case.json", 65, "case.json"),
    ])
  func noModel(wrong: Case) throws { try expect(wrong) }

  @Test(
    "An array that does not fit ends with 65 and says what is wanted, what came, and what to try",
    arguments: [
      Case(
        "trace basic/model.keras --input BAD", shape: [2, 3, 7], 65, "(batch, 7, 3)", "(2, 3, 7)",
        "transpose(0, 2, 1)"),
      Case("trace basic/model.keras --input BAD", shape: [3, 7], 65, "(batch, 7, 3)", "(3, 7)", "x.T"),
      Case("trace basic/model.keras --input BAD", shape: [2, 21], 65, "(2, 21)", "x.reshape(2, 7, 3)"),
      Case("trace basic/model.keras --input BAD", shape: [21], 65, "(21,)", "x.reshape(1, 7, 3)"),
      Case("trace basic/model.keras --input BAD", shape: [2, 7, 4], 65, "(2, 7, 4)", "3 features"),
      Case("trace basic/model.keras --input BAD", shape: [2, 6, 3], 65, "6 timesteps", "declares 7"),
      Case("trace basic/model.keras --input BAD", shape: [0, 7, 3], 65, "(0, 7, 3)", "empty"),
      Case(
        "trace basic/model.keras --input basic/input_0.npy --h0 BAD", shape: [4, 2], 65, "h0", "(4, 2)",
        "h0.T"),
      Case("trace basic/model.keras --input basic/input_0.npy --c0 BAD", shape: [3], 65, "c0", "(2, 4)"),
    ])
  func shapes(wrong: Case) throws { try expect(wrong) }

  @Test(
    "A file that is no array ends with 65 and says where it is wrong",
    arguments: [
      Case("trace DEMO --input BAD", 65, "empty", "0 bytes"),
      Case("trace DEMO --input -", 65, "standard input", "empty"),
      Case("trace DEMO --input BAD", 65, "bad", text: "[[1,2],[3]]"),
      Case("trace DEMO --input BAD", 65, "bad", text: "[[1,2],[3,\"four\"]]"),
      Case("trace DEMO --input BAD", 65, "bad", text: "[[1,2],[3,4"),
      Case("trace DEMO --input BAD", 65, "line 2", "2", "3", text: "1,2\n1,2,3\n"),
      Case("trace DEMO --input BAD", 65, "line 3", "column 2", text: "a,b\n1,2\n1,two\n"),
      Case("trace DEMO --input BAD", 65, "neither .npy, .npz, .csv nor .json", bytes: [0, 1, 2, 3]),
      Case(
        "trace DEMO --input BAD", 65, "bad",
        bytes: Array(Npy.bytes(of: Tensor(shape: [2], floats: [0, 0])).dropLast(3))),
      Case("trace DEMO --input BAD", 65, "object", bytes: pickled),
      Case("trace DEMO --input broken/plain.zip", 65, "plain.zip"),
      Case("trace DEMO --input broken/truncated.keras", 65, "truncated.keras"),
    ])
  func noArray(wrong: Case) throws { try expect(wrong) }

  /// What `np.save` writes of an array of Python objects.
  static let pickled: [UInt8] = {
    let header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    let text = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8) + [0x80, 4, 0x4B, 1, 0x2E]
  }()

  @Test("NaN in the weights is run and printed, not refused")
  func notFinite() throws {
    let scratch = try Scratch()
    let path = try scratch.write(try Self.modelWithNaN(), as: "nan.h5")
    let outcome = try Program.run(["trace", path, "--input", "basic/input_0.npy", "--format", "json"])
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let json = try JSON(parsing: outcome.output)
    let h = try #require(json["lstm/h_final"]?.list?.first?.list)
    #expect(h.first == .text("NaN"))
    #expect(outcome.text.contains("\"NaN\"") && !outcome.text.contains("nan"))
    let inspection = try Program.run(["inspect", path])
    #expect(inspection.ending == .status(0) && inspection.text.contains("NaN"))
  }

  /// The recorded model `basic` with NaN for the first number of its kernel.
  static func modelWithNaN() throws -> [UInt8] {
    var model = Array(try Data(contentsOf: Places.fixtures.appending(path: "basic/model.h5")))
    let kernel = try #require(try TraceTests.recorded("basic")["lstm0.kernel"]?.bytes.prefix(16))
    let place = try #require(model.indices.first { model[$0...].starts(with: kernel) })
    model.replaceSubrange(place..<place + 4, with: [0, 0, 0xC0, 0x7F])
    return model
  }

  @Test("A name in a file can't send codes to the terminal", arguments: ["inspect", "trace"])
  func names(command: String) throws {
    let folder = Places.fixtures.appending(path: "basic/model.keras")
    let archive = try ZipArchive(FileSource(name: "model", bytes: Array(try Data(contentsOf: folder))))
    let entries = try archive.entries.map { entry in
      let bytes = try archive.read(entry)
      guard entry.name == "config.json" else { return (name: entry.name, bytes: bytes) }
      let text = String(decoding: bytes, as: UTF8.self)
      let renamed = text.split(separator: "\"name\": \"lstm\"", omittingEmptySubsequences: false)
      #expect(renamed.count > 1)
      return (name: entry.name, bytes: Array(renamed.joined(separator: "\"name\": \"l\\u001b[31m\"").utf8))
    }
    let scratch = try Scratch()
    let path = try scratch.write(try #require(zipArchive(storing: entries)), as: "codes.keras")
    let arguments = command == "trace" ? ["--input", "basic/input_0.npy"] : []
    for form in [[], command == "trace" ? ["--format", "csv"] : ["--json"]] {
      let outcome = try Program.run([command, path] + arguments + form)
      #expect(outcome.ending == .status(0), "\(outcome.errors)")
      #expect(!outcome.output.contains(0x1B) && outcome.text.contains("[31m"))
    }
  }

  @Test("Output that can't be made ends with 73, output that can't be written with 74")
  func output() throws {
    let line = "trace DEMO --input DEMO_INPUT --format csv"
    let scratch = try Scratch()
    expect(try Program.run("\(line) --output \(scratch.path("no/such/folder.csv"))"), 73, ["folder.csv"])
    expect(try Program.run("\(line) --output \(scratch.folder.path)"), 73, ["directory"])
    expect(try Program.run(Program.words(line) + ["--output", ""]), 73, ["no name"])
    let full = try Program.run(Program.words(line), standardOutput: "/dev/full")
    expect(full, 74, ["standard output", "No space left"])
    #expect(scratch.names.isEmpty)
  }

  @Test("What --output names is written to, not replaced, if it is no file: a link, a device, a pipe")
  func outputInPlace() throws {
    let line = "trace DEMO --input DEMO_INPUT --format csv"
    let scratch = try Scratch()
    let link = scratch.path("link")
    symlink("/dev/full", link)
    expect(try Program.run("\(line) --output \(link)"), 74, ["No space left"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/full")

    let file = try scratch.write("before", as: "file.csv")
    let other = scratch.path("other")
    symlink("file.csv", other)
    #expect(try Program.run("\(line) --output \(other)").ending == .status(0))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: other) == "file.csv")
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("layer,sample"))
  }

  @Test("A reader that goes away ends the program quietly")
  func brokenPipe() throws {
    let outcome = try Program.run(
      [
        "-c", "\"$0\" trace units128_T60/model.keras --random --format csv | head -1; echo ${PIPESTATUS[0]}",
        Program.path,
      ], path: "/bin/bash")
    #expect(outcome.text == "layer,sample,timestep,quantity,unit,value\n141\n")
    #expect(outcome.errors.split(separator: "\n").allSatisfy { $0.contains("not run by this version") })
  }

  @Test(
    "Without a terminal to draw on the screen is refused with 69",
    arguments: ["", "DEMO", "basic/model.keras"])
  func noTerminal(line: String) throws {
    expect(try Program.run(line, environment: ["TERM": "xterm-256color"]), 69, ["not a terminal"])
  }

  @Test(
    "A terminal that can't be drawn on is refused with 69",
    arguments: [("dumb", "dumb"), ("nosuch", "nosuch"), ("", "TERM")])
  func unusable(term: String, phrase: String) throws {
    let terminal = try Pseudoterminal(
      Program.path, width: 100, environment: Program.environment.merging(["TERM": term]) { $1 })
    #expect(terminal.wait(within: 20_000) == .status(69))
    #expect(terminal.screen.text.hasPrefix("lstmscope: "), "\(terminal.screen.text)")
    #expect(terminal.screen.text.contains(phrase), "\(terminal.screen.text)")
  }

  @Test("npz is not written to a terminal")
  func npzToTerminal() throws {
    let terminal = try Pseudoterminal(
      Program.path, Program.words("trace DEMO --random --format npz"), width: 100,
      environment: Program.environment, directory: Program.folder)
    #expect(terminal.wait(within: 20_000) == .status(64))
    #expect(terminal.screen.text.contains("--output"), "\(terminal.screen.text)")
  }

  @Test(
    "A .keras with two configurations, and one whose layers are Python code, are refused by what they are")
  func archives() throws {
    let scratch = try Scratch()
    let zip = { (entries: [(String, String)]) in
      try #require(zipArchive(storing: entries.map { ($0.0, Array($0.1.utf8)) }))
    }
    let config = #"{"class_name": "M", "module": "__main__", "config": {}, "registered_name": "M"}"#
    let two = try scratch.write(
      zip([("config.json", config), ("config.json", config), ("model.weights.h5", "")]), as: "two.keras")
    expect(try Program.run("inspect \(two)"), 65, ["config.json: it stands in the zip twice"])
    let own = try scratch.write(zip([("config.json", config), ("model.weights.h5", "")]), as: "own.keras")
    expect(try Program.run("inspect \(own)"), 65, ["class M", "save_weights(\"model.weights.h5\")"])
  }
}
