import Foundation
import TestSupport
import Testing

/// Models that hand states on where no words are read: nothing of words is shown, and Python stays Python.
@Suite("States without words") struct StatesTests {
  private static let forecast =
    "graph_forecast/model.keras --input past=graph_forecast/input_0.npy --input future=graph_forecast/input_1.npy"
  private static let states =
    "graph_states/model.keras --input x=graph_states/input_0.npy --input static=graph_states/input_1.npy"

  private func frame(_ line: String, _ view: String) throws -> String {
    let outcome = try Program.run("render \(line) --view \(view) --size 100x30")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    // Lines that were broken are joined.
    return outcome.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test("The bridge between numbers shows the states, and no sentence, experiment or word")
  func bridge() throws {
    let text = try frame("\(Self.forecast) --layer decoder", "bridge")
    #expect(text.contains("h handed") && text.contains("Numbers are read and put out here"))
    for word in ["what it says", "fed as given", "another sentence", "experiment", "reads"] {
      #expect(!text.contains(word), "\(word)\n\(text)")
    }
    #expect(!(try frame("\(Self.forecast) --layer decoder", "step")).contains("fed as given"))
    let decode = try Program.run("render \(Self.forecast) --view decode")
    #expect(decode.ending == .status(64) && decode.errors.contains("has nothing to show"))
  }

  @Test("Every line that looks like Python is Python, whatever the layer is called")
  func python() throws {
    for (layer, view) in [("shared#1", "returns"), ("told", "returns"), ("shared", "returns")] {
      let text = try frame("\(Self.states) --layer \(layer)", view)
      let line = try #require(text.firstRange(of: " = ").map { text[$0.upperBound...].prefix(110) })
      #expect(!line.contains("#") && line.contains("(x"), "\(line)")
    }
    #expect(try frame("\(Self.states) --layer told", "returns").contains("initial_state=[h0, c0]"))
  }

  @Test("x is said to be from the file that it is from")
  func files() throws {
    #expect(try frame("\(Self.states) --layer told", "returns").contains("from input_0.npy"))
    #expect(try frame("\(Self.forecast) --layer decoder", "returns").contains("from input_1.npy"))
  }
}
