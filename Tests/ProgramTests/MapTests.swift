import TestSupport
import Testing

/// inspect prints the map that the Model view shows.
@Suite("The map of a model") struct MapTests {
  @Test(
    "inspect and the Model view have the same rows in the same order",
    arguments: [
      "graph_shared", "graph_arithmetic", "graph_frozen", "graph_nested_outputs", "rnn_stacked_cells",
    ])
  func same(name: String) throws {
    let inspect = try Program.run("inspect \(name)/model.keras").text
    let lines = inspect.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let head = try #require(lines.firstIndex { $0.contains("layer") && $0.contains("puts out") })
    let rows = lines[(head + 1)...].prefix { !$0.isEmpty }.map {
      $0.split(separator: " ").prefix(2).map(String.init)
    }
    let view = try Program.run("render \(name)/model.keras --random --view model --size 140x60").text
    let shown = view.split(separator: "\n").map(String.init)
    let start = try #require(shown.firstIndex { $0.contains("puts out") })
    let found = shown[(start + 1)...].prefix(rows.count).map { line in
      line.filter { !"▸◆[]".contains($0) }.split(separator: " ").prefix(2).map(String.init)
    }
    #expect(Array(found) == Array(rows), "\(inspect)\n\(view)")
    #expect(!rows.isEmpty)
  }
}
