import TensorFiles
import TestSupport
import Testing

@Suite("The shell") struct ShellTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let input: String
    let output: [String]
    let errors: [String]
    var testDescription: String { line }

    init(_ line: String, input: String = "", output: [String] = [], errors: [String] = []) {
      self.line = line
      self.input = input
      self.output = output
      self.errors = errors
    }
  }

  @Test(
    "A line that is right ends with 0, its results on standard output, its notes on standard error",
    arguments: [
      Case("--version", output: ["0.1.0"]),
      Case(
        "--help", output: ["lstmscope inspect", "lstmscope trace", "lstmscope man", "Examples:", "--input"]),
      Case("help", output: ["inspect", "trace", "render", "themes", "man"]),
      Case("trace --help", output: ["Examples:", "--format", "--output"]),
      Case("inspect --help", output: ["Examples:", "--json"]),
      Case("man", output: [".TH LSTMSCOPE", ".SH KEYS", ".SH EXIT STATUS"]),
      Case("--generate-completion-script bash", output: ["inspect", "trace", "man", "--demo"]),
      Case("inspect DEMO", output: ["question.keras", "lstm · LSTM(3)", "recurrent_kernel", "return_state"]),
      Case("inspect stack3/model.keras", output: ["middle · LSTM(5)", "lstm_1 · LSTM(4)"]),
      Case("trace DEMO --input DEMO_INPUT", output: ["timestep 0 of 0 to 1", "f, forget gate: "]),
      Case("--plain", output: ["german_to_english.keras, layer decoder, LSTM(64), input text"]),
      Case("--demo question --plain", output: ["question.keras, layer lstm, LSTM(3), input question.npy"]),
      Case("--demo list", output: ["translator", "question", "latch", "brackets", "relu_explodes"]),
      Case(
        "basic/model.keras --plain", output: ["layer lstm, LSTM(4)"],
        errors: ["No input was given", "random"]),
      Case(
        "trace DEMO --random --seed 3 --timesteps 2", output: ["timestep 1 of 0 to 1", "random, seed 3"]),
      Case(
        "trace stack3/model.keras --random --format csv",
        output: ["\nlstm,0,7,h,5,", "\nmiddle,0,7,h,4,", "\nlstm_1,0,7,h,3,"]),
      Case(
        "trace embedding_softmax/model.keras --tokens 1,2,3,4,0,0,0/4,3,2,1,0,0,0 --format csv",
        output: ["\nlstm,1,6,h,7,"]),
      Case(
        "trace basic/model.keras --input -",
        input: "[[[\"NaN\",0,0]" + String(repeating: ",[0,0,0]", count: 6) + "]]",
        output: ["z, their sum with the bias: NaN NaN"]),
      Case(
        "trace DEMO --input -", input: "a,b\n1,2\n3,4\n", output: ["x, input: 1 2\n"],
        errors: ["taken as one sample (1, 2, 2)"]),
    ])
  func lines(_ shown: Case) throws {
    let outcome = try Program.run(shown.line, input: Array(shown.input.utf8))
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    for phrase in shown.output { #expect(outcome.text.contains(phrase), "\(outcome.text.prefix(2000))") }
    for phrase in shown.errors { #expect(outcome.errors.contains(phrase), "\(outcome.errors)") }
    #expect(shown.errors.isEmpty == outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("lstmscope: ") })
    #expect(!outcome.output.contains(0x1B) && !outcome.errors.utf8.contains(0x1B))
  }

  @Test(
    "inspect --json is JSON of version 1", arguments: ["DEMO", "stack3/model.h5", "go_backwards/model.keras"])
  func inspectJSON(model: String) throws {
    let json = try JSON(parsing: try Program.run("inspect \(model) --json").output)
    #expect(json["version"]?.number == 1)
    let layers = try #require(json["layers"]?.list)
    let lstm = try #require(layers.compactMap { $0["lstms"]?.list?.first }.first { $0["units"] != nil })
    #expect(lstm["gates"]?.list?.isEmpty == false)
  }

  @Test("The help names every command that the manual page names, and every command has examples")
  func helpIsWhole() throws {
    let help = try Program.run("help").text
    for command in ["inspect", "trace", "render", "themes", "man"] {
      #expect(help.contains("  \(command) "), "\(help)")
      #expect(try Program.run("\(command) --help").text.contains("Examples:"))
    }
  }
}
