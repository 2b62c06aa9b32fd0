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
