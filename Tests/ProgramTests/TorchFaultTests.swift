import Foundation
import TestSupport
import Testing

/// Models of PyTorch's weights with one fault each, beside what PyTorch itself gave.
@Suite("Faults beside PyTorch") struct TorchFaultTests {
  @Test(
    "The cause is named",
    arguments: [
      ("state_kept", "began with the states that the call before ended with"),
      ("last_position", "both directions at the last timestep"),
      ("halves_swapped", "taken for each other, in upper alone"),
      ("not_turned", "the LSTM that goes backwards puts out is joined in its own order of time"),
    ])
  func named(name: String, cause: String) throws {
    let outcome = try check(name)
    #expect(outcome.ending == .status(1))
    #expect(outcome.text.contains("One change makes it hold:\n  "), "\(outcome.text)")
    #expect(outcome.text.contains(cause), "\(outcome.text)")
  }

  @Test("Where the right weights are nowhere, what is wrong with these is said")
  func same() throws {
    let outcome = try check("halves_same")
    #expect(outcome.text.contains("both halves of upper have the same weights"), "\(outcome.text)")
  }

  private func check(_ name: String) throws -> Program.Outcome {
    let folder = "torch_faults"
    return try Program.run(
      "check \(folder)/\(name).keras --input \(folder)/x.npy --expect \(folder)/\(name).npy")
  }
}

/// Models with one fault or two, beside what PyTorch or Keras gave with the right weights: written by
/// `Tests/Generators/planted_faults.py`. `Tests/Generators/check_fixes.py` loads what `--fix` writes into Keras itself.
@Suite("Planted faults beside PyTorch and Keras") struct RecordedFaultTests {
  private struct Case: Decodable {
    let file: String
    /// What the check is to name; empty where it can say only of what kind the differences are.
    let names: Set<String>
  }

  private struct Report: Decodable {
    struct Suspect: Decodable {
      let names: [String]
      let of_weights: Bool
      let after: Double
      let doubt: String?
    }

    struct Verdict: Decodable {
      let holding: [Suspect]
      let closest: Suspect?
    }

    let passes: Bool
    let verdict: Verdict?
    let largest: Double
  }

  private static let folder = Places.fixtures.appending(path: "planted_faults")

  private static let cases: [String: Case] = {
    guard let data = try? Data(contentsOf: folder.appending(path: "cases.json")),
      let cases = try? JSONDecoder().decode([String: Case].self, from: data)
    else { preconditionFailure("cases.json is not as it was written") }
    return cases
  }()

  @Test(
    "The cause is named, and the weights put right give what was recorded", arguments: cases.keys.sorted())
  func named(name: String) throws {
    let it = try #require(Self.cases[name])
    let scratch = try Scratch()
    let fixed = scratch.path("right.weights.h5")
    let files =
      "planted_faults/\(it.file) --input planted_faults/\(name).x.npy --expect planted_faults/\(name).y.npy"
    let outcome = try Program.run("check \(files) --json --fix \(fixed)")
    #expect(outcome.ending == .status(1), "\(outcome.errors)")
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output))
    let verdict = try #require(report.verdict)
    #expect(Set(verdict.holding.first?.names ?? []) == it.names, "\(outcome.text)")
    if let closest = verdict.closest { #expect(closest.after < report.largest / 4) }
    guard verdict.holding.count == 1, let suspect = verdict.holding.first, suspect.of_weights,
      suspect.doubt == nil,
      it.file.hasSuffix(".keras")
    else { return }
    let again = try Program.run(
      "check \(fixed) --config planted_faults/\(it.file) --input planted_faults/\(name).x.npy --expect planted_faults/\(name).y.npy"
    )
    #expect(again.ending == .status(0), "\(again.text)\(again.errors)")
  }
}
