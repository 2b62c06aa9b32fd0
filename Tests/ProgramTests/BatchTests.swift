import Foundation
import TensorFiles
import TestSupport
import Testing

/// Batches of a stateful layer, on the screen and as Keras returned them one after the other.
@Suite("Batches of a stateful model") struct BatchTests {
  @Test("f feeds the input again and shows what Keras returns for the next batch; r begins anew")
  func batches() throws {
    let bytes = Array(
      try Data(contentsOf: URL(filePath: Program.folder).appending(path: "returns/stateful.npz")))
    let recorded = try Program.arrays(FileSource(name: "stateful.npz", bytes: bytes))
    let session = try Session("returns/stateful.keras --input returns/x.npy")
    session.type(":decimals exact\r:view returns\r", shows: "final_carry_state")
    for batch in 1...3 {
      if batch > 1 { session.type("f") { $0.text(row: 0).contains("batch \(batch)") } }
      try expectStates(session, recorded, batch: batch)
    }
    session.type("r", shows: "reset: batch 1")
    try expectStates(session, recorded, batch: 1)
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  /// The second and the third tensor, of the first sample.
  private func expectStates(_ session: Session, _ recorded: [String: Tensor], batch: Int) throws {
    let rows = session.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (place, name) in [(1, "2 final_memory_state"), (2, "3 final_carry_state")] {
      let head = try #require(rows.firstIndex { $0.contains(name) }, "\(session.text)")
      let found = rows[head + 1].split(separator: " ").compactMap { Float($0) }
      let wanted = try #require(recorded["\(batch)/\(place)"]).floats.prefix(3)
      #expect(found.count == 3)
      for (a, b) in zip(found, wanted) { #expect(abs(a - b) <= 1e-6, "\(name), batch \(batch)") }
    }
  }
}
