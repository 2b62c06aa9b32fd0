import Canvas
import Foundation
import LSTM
import Testing

@testable import Workbench

/// Programs that assert the result of a step, run by Python where it has NumPy.
@Suite("A step as a program") struct SnippetTests {
  /// Runs programs, each by itself, in one Python.
  private enum Python {
    static let hasNumPy = (try? run([], checking: "import numpy")) == 0

    /// - Returns: Python's exit status.
    static func run(_ programs: [String], checking first: String = "") throws -> Int32 {
      let folder = FileManager.default.temporaryDirectory.appending(path: "lstmscope-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      for (index, program) in programs.enumerated() {
        try Data(program.utf8).write(to: folder.appending(path: "\(index).py"))
      }
      let driver =
        "\(first)\nimport sys\n"
        + "for name in sys.argv[1:]:\n    exec(compile(open(name).read(), name, 'exec'), {'__name__': name})\n"
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        ["python3", "-W", "ignore", "-c", driver]
        + programs.indices.map { folder.appending(path: "\($0).py").path }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
  }

  private func snippet(_ state: State, _ language: Snippet.Language = .numpy) throws -> Snippet {
    try Snippet(
      language, state.parameters, state.trace, step: state.step, sample: state.sample, unit: state.unit,
      from: "question.keras, lstm")
  }

  /// States of every activation and of every kind of layer.
  private func programs() throws -> [String] {
    var states = Activation.all.map { Samples.state(activation: $0).after(.moveStep(1)) }
    states += [
      Samples.state(), Samples.state(hasBias: false).after(.moveStep(1)),
      Samples.state(timesteps: 5, goBackwards: true).after(.moveStep(2), .moveSample(1)),
      Samples.masked().after(.lastStep), Samples.poisoned(Samples.state(timesteps: 4)),
      Samples.state(units: 70, features: 9, timesteps: 4).after(.moveStep(2), .moveUnit(33)),
    ]
    var programs = try states.map { try snippet($0).text }
    for activation in Activation.all {
      let state = Samples.state()
      let parameters = Parameters(
        features: 2, units: 3, kernel: state.parameters.kernel,
        recurrentKernel: state.parameters.recurrentKernel, bias: state.parameters.bias,
        activation: .hardSigmoid, recurrentActivation: activation)
      let trace = parameters.run(state.subject.input)
      programs.append(
        try Snippet(.numpy, parameters, trace, step: 1, sample: 1, unit: 0, from: "a layer").text)
    }
    return programs
  }

  @Test(
    "NumPy computes c and h as they stand on the screen, for every activation and kind of layer",
    .enabled(if: Python.hasNumPy, "python3 has no NumPy here"))
  func numpy() throws {
    let programs = try programs()
    #expect(programs.count == 2 * Activation.all.count + 6)
    #expect(try Python.run(programs) == 0)
  }

  @Test("A program with another result fails", .enabled(if: Python.hasNumPy, "python3 has no NumPy here"))
  func fails() throws {
    let text = try snippet(Samples.state()).text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("o = ") ? "o = 0.99 * sigmoid(z3)" : String(line)
    }
    #expect(try Python.run([lines.joined(separator: "\n")]) != 0)
  }

  @Test("A large layer is written as the columns of one unit, and says so")
  func large() throws {
    let state = Samples.state(units: 70, features: 9, timesteps: 4).after(.moveStep(2), .moveUnit(33))
    let snippet = try snippet(state)
    #expect(snippet.text.contains("the four columns of unit 33 alone"))
    #expect(snippet.lines.count < 250)
    for language in [Snippet.Language.keras, .pytorch] {
      #expect(throws: Never.self) { try self.snippet(state, language) }
      #expect(throws: SnippetProblem.self) {
        try self.snippet(Samples.state(units: 300, features: 9, timesteps: 1), language)
      }
    }
  }

  @Test("PyTorch has two activations, and the others are refused with their names")
  func refused() {
    #expect(throws: SnippetProblem.self) { try snippet(Samples.state(activation: .relu), .pytorch) }
    #expect(throws: Never.self) { try snippet(Samples.state(), .pytorch) }
  }

  /// Layers with what other frameworks add, each alone and all together.
  private static let additions: [Additions] = {
    let peephole: [Float] = [0.5, -0.5, 1, 0.25, 0.75, -1, 2, -2, 0.5]
    let projection: [Float] = [0.5, -1, 0.25, 2, -0.5, 1]
    return [
      Additions(projection: projection), Additions(peephole: peephole), Additions(clip: 0.3),
      Additions(couplesGates: true), Additions(stateActivation: .softsign),
      Additions(
        projection: projection, peephole: peephole, clip: 0.5, couplesGates: true, stateActivation: .leakyRelu
      ),
    ]
  }()

  private func snippet(_ additions: Additions, _ language: Snippet.Language) throws -> Snippet {
    let plain = Samples.state()
    let outputs = additions.projection == nil ? 3 : 2
    let parameters = Parameters(
      features: 2, units: 3, kernel: plain.parameters.kernel,
      recurrentKernel: Array(plain.parameters.recurrentKernel.prefix(outputs * 12)),
      bias: plain.parameters.bias, additions: additions)
    return try Snippet(
      language, parameters, parameters.run(plain.subject.input), step: 1, sample: 1, unit: 2, from: "a layer")
  }

  @Test(
    "NumPy has peepholes, clip, coupled gates, the projection and an activation of c of its own",
    .enabled(if: Python.hasNumPy, "python3 has no NumPy here"))
  func added() throws {
    let programs = try Self.additions.map { try snippet($0, .numpy).text }
    #expect(try Python.run(programs) == 0)
  }

  @Test("What Keras' and PyTorch's layers lack is refused by its name; PyTorch has the projection")
  func lacking() throws {
    for additions in Self.additions {
      #expect(throws: SnippetProblem.self) { try snippet(additions, .keras) }
      guard additions != Self.additions[0] else { continue }
      #expect(throws: SnippetProblem.self) { try snippet(additions, .pytorch) }
    }
    #expect(try snippet(Self.additions[0], .pytorch).text.contains("proj_size=2"))
    do {
      _ = try snippet(Self.additions[1], .keras)
    } catch let problem as SnippetProblem {
      #expect(problem.message.hasPrefix("this layer has peepholes, which Keras' LSTM has not; :code numpy"))
    }
  }

  @Test("A name from a file stays in its comment")
  func hostile() throws {
    let state = Samples.state()
    let snippet = try Snippet(
      .numpy, state.parameters, state.trace, step: 0, sample: 0, unit: 0,
      from: "a\nimport os\r\u{85}\u{2028}os.abort()")
    #expect(snippet.lines[0].hasPrefix("# a?import os???os.abort()"))
    #expect(!snippet.lines.dropFirst().contains { $0.contains("abort") })
  }

  @Test(":code shows the program, writes it to a file, and names what there is")
  func command() throws {
    var state = Samples.state()
    #expect(state.showCode("numpy", path: nil) == [])
    guard case .code(let snippet, 0) = state.mode else {
      Issue.record("it is not shown")
      return
    }
    #expect(state.pressing(.down).mode == .code(snippet, scroll: 1))
    #expect(state.pressing(.escape).mode == .explore)
    #expect(state.copyCode() == [.copy(snippet.text)])
    #expect(
      state.showCode("keras", path: "a.py") == [
        .writeText(try self.snippet(state, .keras).text, path: "a.py")
      ])
    _ = state.showCode("matlab", path: nil)
    #expect(state.message?.text == "'matlab' is none of the languages: numpy keras pytorch")
  }
}
