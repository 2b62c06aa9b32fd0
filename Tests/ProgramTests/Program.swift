import Foundation
import Glibc
import TensorFiles
import TestSupport

/// The program as it was built, run among the recorded cases, so that `basic/model.keras` is a file.
enum Program {
  static let path = Places.program("lstmscope")
  static let folder = Places.fixtures.path
  /// The bundled example, as seen from the recorded cases.
  static let demo = "../../Sources/lstmscope/Resources/question.keras"
  static let demoInput = "../../Sources/lstmscope/Resources/question.npy"

  /// What the environment is, besides what a test adds. No person's settings get in.
  static let environment = [
    "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
  ]

  /// How a run ended and what came out.
  struct Outcome {
    let ending: Pseudoterminal.Ending
    let output: [UInt8]
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
    /// The arrays that were printed.
    var arrays: [String: Tensor] {
      get throws { try Program.arrays(FileSource(name: "output", bytes: output)) }
    }
  }

  /// Runs it to its end, without a terminal.
  ///
  /// - Parameters:
  ///   - input: What stands on standard input.
  ///   - standardOutput: Where standard output goes; nil to have it in the outcome.
  static func run(
    _ arguments: [String], input: [UInt8] = [], standardOutput: String? = nil,
    environment more: [String: String] = [:], path: String = path
  ) throws -> Outcome {
    let scratch = try Scratch()
    let given = try scratch.write(input, as: "stdin")
    let (output, errors) = (scratch.path("stdout"), scratch.path("stderr"))
    let process = try spawn(
      path, arguments, environment: environment.merging(more) { $1 }, directory: Program.folder
    ) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, given, O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, standardOutput ?? output, O_WRONLY | O_CREAT, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    }
    let ending = try wait(for: process)
    return Outcome(
      ending: ending, output: standardOutput == nil ? Array(try Data(contentsOf: URL(filePath: output))) : [],
      errors: String(decoding: try Data(contentsOf: URL(filePath: errors)), as: UTF8.self))
  }

  /// Arguments as they are typed, blanks between them.
  static func run(_ line: String, input: [UInt8] = [], environment: [String: String] = [:]) throws -> Outcome
  {
    try run(words(line), input: input, environment: environment)
  }

  static func words(_ line: String) -> [String] {
    line.split(separator: " ").map { $0 == "DEMO" ? demo : $0 == "DEMO_INPUT" ? demoInput : String($0) }
  }

  static func arrays(_ source: FileSource) throws -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: try Npz.members(of: source).map { ($0.name, $0.tensor) })
  }

  private static func wait(for process: pid_t) throws -> Pseudoterminal.Ending {
    let deadline = ContinuousClock.now + .seconds(60)
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard ContinuousClock.now < deadline else {
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        throw SpawnFailure(description: "the program did not end within a minute")
      }
      usleep(1000)
    }
    return status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }
}

/// A folder for a test's files, gone with it.
///
/// A class because it owns the folder.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lstmscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// - Returns: The path of the file.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    try Data(bytes).write(to: folder.appending(path: name))
    return path(name)
  }

  func write(_ text: String, as name: String) throws -> String { try write(Array(text.utf8), as: name) }

  func write(shape: [Int], floats: [Float]? = nil, as name: String) throws -> String {
    let count = shape.reduce(1, *)
    let tensor = Tensor(shape: shape, floats: floats ?? (0..<count).map { Float($0 % 7) / 7 })
    return try write(Npy.bytes(of: tensor), as: name)
  }

  /// The files that are there.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }
}
