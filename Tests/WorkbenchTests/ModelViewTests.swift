import Canvas
import LSTM
import Testing

@testable import Workbench

/// The model's outputs under its map.
@Suite("The model's outputs") struct ModelViewTests {
  private func state(
    _ outputs: [ModelMap.Output], expected: [Int: [Float]] = [:], labels: [String] = [], height: Int = 24
  ) -> State {
    let one = Samples.state(width: 80, height: height, timesteps: 4)
    let subject = Subject(
      fileName: "m", layerName: "lstm", layer: one.subject.layer, input: one.subject.input,
      inputName: "x.npy", inputKey: "x",
      map: ModelMap(rows: Samples.map(calls: 1, batch: 1).rows, outputs: outputs, keys: ["lstm"]), call: 0)
    return State(
      subject: subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme, labels: labels,
      expectations: expected.isEmpty
        ? ExpectedNumbers()
        : ExpectedNumbers(outputs: ExpectedOutputs(name: "y.npy", tolerance: 1e-3, values: expected))
    ).after(.view(.model))
  }

  private func model(_ state: State) -> ModelView {
    ModelView(state, Area(x: 0, y: 1, width: state.size.width, height: state.size.height - 6))
  }

  @Test("One number out of a sigmoid is the probability of a yes, and the rest of a no")
  func sigmoid() {
    let output = ModelMap.Output(name: "yes", shape: [1, 1], values: [0.75], isSigmoid: true)
    #expect(model(state([output])).outputs[0].lines.map(\.label) == ["class 1", "class 0"])
    #expect(model(state([output])).outputs[0].lines.map(\.share) == [0.75, 0.25])
    #expect(
      model(state([output], labels: ["bad", "good"])).outputs[0].lines.map(\.label) == ["good", "bad"])
    let plain = ModelMap.Output(name: "yes", shape: [1, 1], values: [0.75])
    #expect(model(state([plain])).outputs[0].lines.map(\.share) == [nil])
  }

  @Test("Of several sigmoids the highest come first; they are no shares of a whole")
  func sigmoids() {
    let output = ModelMap.Output(name: "tags", shape: [1, 3], values: [0.25, 0.875, 0.5], isSigmoid: true)
    let lines = model(state([output])).outputs[0].lines
    #expect(lines.map(\.label) == ["class 1", "class 2", "class 0"])
    #expect(lines.map(\.share) == [0.875, 0.5, 0.25])
  }

  @Test("Outputs beyond the room are announced, and the cursor reaches every one of them")
  func scrolling() {
    let outputs = (0..<9).map {
      ModelMap.Output(name: "out_\($0)", shape: [1, 6], values: [Float](repeating: Float($0), count: 6))
    }
    var state = state(outputs)
    #expect(draw(state).text.contains("more outputs: ↓"))
    let rows = state.subject.map.rows.count
    for place in outputs.indices {
      state.move(modelRow: rows + place - state.modelRow)
      #expect(state.modelOutput == place)
      let text = draw(state).text
      #expect(text.contains("▸ output out_\(place) (1, 6)"), "\(text)")
      #expect(text.contains("[5]"), "a chosen output shows all of its numbers\n\(text)")
      #expect(ModelView.sentence(state).contains("out_\(place)"))
    }
    state.move(modelRow: 5)
    #expect(state.modelOutput == 8)
    state.move(modelRow: -100)
    #expect(state.modelRow == 0)
  }

  @Test("What is recorded of an output stands beside it; the sentence names the first that differs")
  func expected() {
    let numbers = (0..<16).map { Float($0) }
    let output = ModelMap.Output(name: "out", shape: [2, 4, 2], values: numbers)
    var recorded = numbers
    recorded[5] = 5.5
    recorded[7] = 7.5
    var state = state([output], expected: [0: recorded])
    state.move(modelRow: 100)
    #expect(
      ModelView.sentence(state)
        == "2 of 16 numbers of out differ, first [1]@2#0: expected +5.5000, this model gives +5.0000.")
    let later = state.after(.moveStep(2))
    #expect(
      model(later).outputs[0].lines.map(\.expected) == [
        .init(text: "+4.0000", agrees: true), .init(text: "+5.5000", agrees: false),
      ])
    #expect(draw(later).text.contains("expected +5.5000  ≠"))
    // The timeline of an LSTM with as many timesteps marks them.
    #expect(state.hasStandings)
    #expect((0..<4).map { state.standing(at: $0) } == [.agrees, .agrees, .othersDiffer, .othersDiffer])
    #expect(draw(later.after(.view(.step))).text.contains("≠ y.npy"))
  }

  @Test(
    "Every size draws with outputs and with recorded ones", arguments: [(1, 1), (40, 9), (80, 24), (200, 60)])
  func sizes(width: Int, height: Int) {
    let output = ModelMap.Output(name: "out", shape: [1, 4, 2], values: [0, 1, 2, 3, 4, 5, 6, 7])
    var state = state([output, output], expected: [0: [0, 1, 2, 3, 4, 5.5, 6, 7.5]])
    _ = update(&state, with: .resized(Size(width: width, height: height)))
    for row in 0..<8 {
      state.move(modelRow: row)
      #expect(draw(state).width == width)
    }
  }
}
