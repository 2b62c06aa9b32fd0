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

  @Test(
    "inspect tells what every layer puts out, inside nested models and behind any kind of layer",
    arguments: [
      ("nested_model/model.h5", "concatenate", "(batch, 8)"),
      ("bidir_merges/model.keras", "bi_none", "(batch, "),
      ("graph_arithmetic/model.keras", "concatenate_1", "(batch, "),
      ("graph_heads_tfk/model.keras", "heads", "(batch, "),
      ("decoders/words.keras", "not_equal", "(batch, ?)"),
    ])
  func shapes(path: String, layer: String, shape: String) throws {
    let text = try Program.run("inspect \(path)").text
    let rows = text.split(separator: "\n").prefix { !$0.contains(" · LSTM(") }
    let row = try #require(rows.first { $0.contains(" \(layer) ") }, "\(text)")
    #expect(row.contains(shape), "\(row)")
    #expect(!rows.contains { $0.contains("  ?  ") }, "\(rows.joined(separator: "\n"))")
    #expect(try !Program.run("inspect \(path) --json").text.contains("\"output_shape\": null"))
  }
}
