import Canvas
import LSTM
import Testing

@testable import Workbench

@Suite struct FrameTests {
  @Test("Step at 80x24 shows the memory at the carry's line") func stepAtCarry() {
    expectFrame(draw(Samples.carry(width: 80, height: 24)), "step-80x24")
  }

  @Test("Step at 120x40 adds substituted numbers, bars and the map") func stepWide() {
    expectFrame(draw(Samples.carry(width: 120, height: 40)), "step-120x40")
  }

  @Test("Step at 200x60 has the map of all units beside the table") func stepGenerous() {
    let state = Samples.state(width: 200, height: 60, units: 64, features: 5, timesteps: 40)
    expectFrame(draw(state.after(.moveStep(7), .moveUnit(43))), "step-200x60")
  }

  @Test("Step at the least size that is drawn scrolls the formula") func stepLeast() {
    expectFrame(draw(Samples.carry(width: 60, height: 16)), "step-60x16")
  }

  @Test(
    "However long the names are, the model, the layer, the view and the timestep are in the header",
    arguments: [60, 80, 120])
  func longNames(width: Int) {
    let one = Samples.state(width: width, height: 24)
    let subject = Subject(
      fileName: "a_long_name_of_experiment_17_of_2024_final.keras", layerName: "encoder_of_the_third_stage",
      layer: one.subject.layer, input: one.subject.input, inputName: "x.npy", inputKey: "x",
      map: one.subject.map, call: 0)
    var state = State(
      subject: subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme,
      unitNames: ["encoder_of_the_third_stage": [0: "a name"]])
    state.perform(.moveStep(1))
    for view in [ViewName.step, .sequence, .returns, .model] {
      let header = draw(state.after(.view(view))).text(row: 0)
      #expect(header.columns <= width && header.hasPrefix(" a_"), "\(header)")
      #expect(header.contains(" › enco"), "\(header)")
      #expect(header.contains(" \(view.title)"), "\(header)")
      if view == .step || view == .sequence { #expect(header.contains("t 1/0…1"), "\(header)") }
      // What is cut says so: the file's name, and where that is not enough the layer's.
      let cut = header.split(separator: "›")
      #expect(cut[0].contains("…"), "\(header)")
      if !header.contains("encoder_of_the_third_stage") { #expect(cut[1].contains("… "), "\(header)") }
    }
  }

  @Test("Of a position what can be read elsewhere goes first, and the timestep never")
  func position() {
    let parts = ["Step", "sample 0/0…0", "t 3/0…7", "line 9/12", "greedy", "1 edit", "unit 3 \"tired\""]
    #expect(Frame.fitting(parts, to: 200) == parts)
    #expect(Frame.fitting(parts, to: 61) == parts.filter { !$0.hasPrefix("sample") })
    #expect(Frame.fitting(parts, to: 46) == ["Step", "t 3/0…7", "line 9/12", "greedy", "1 edit"])
    #expect(Frame.fitting(parts, to: 35) == ["Step", "t 3/0…7", "greedy", "1 edit"])
    #expect(Frame.fitting(parts, to: 5) == ["Step", "t 3/0…7"])
    let several = ["Step", "sample 0/0…1", "t 3/0…7", "line 9/12"]
    #expect(Frame.fitting(several, to: 30) == ["Step", "sample 0/0…1", "t 3/0…7"])
  }

  @Test("Before its first lines the memory is not there") func stepFirstLine() {
    expectFrame(draw(Samples.state().after(.moveStep(1), .moveLine(1), .moveLine(-12))), "step-first-line")
  }

  @Test("Thousands of timesteps have an overview above the neighbourhood") func stepOverview() {
    let state = Samples.state(units: 40, timesteps: 3000)
    expectFrame(draw(state.after(.moveStep(1500))), "step-overview")
  }

  @Test("A layer without a bias has no line for it, and its own activations in the others") func stepNoBias()
  {
    expectFrame(draw(Samples.state(activation: .softsign, hasBias: false)), "step-no-bias")
  }

  @Test("An edit stands beside the run before it") func stepEdited() {
    var state = Samples.state(height: 30)
    for action in [.edit, .nudge(0.1), .nudge(0.1), .cancel, .moveStep(1)] as [Action] {
      state.perform(action)
    }
    expectFrame(draw(state), "step-edited")
  }

  @Test("The edit row has x, h0 and c0") func editRow() {
    expectFrame(draw(Samples.state().after(.edit, .moveField(1), .type("1"), .type("."))), "edit-row")
  }

  @Test("Returns at 80x24 joins the last row of the first tensor with the second") func returns() {
    expectFrame(draw(Samples.state().after(.view(.returns))), "returns-80x24")
  }

  @Test("Returns of a Bidirectional has both directions side by side", arguments: [(80, 24), (120, 40)])
  func returnsBidirectional(width: Int, height: Int) {
    let state = Samples.state(width: width, height: height, units: 64, timesteps: 20)
    expectFrame(
      draw(state.after(.view(.returns), .toggleBidirectional)), "returns-bidirectional-\(width)x\(height)")
  }

  @Test("A merged output shows what its number at the cursor is made of") func returnsMerged() {
    let state = Samples.state(width: 120, height: 40, units: 3, timesteps: 4)
    expectFrame(
      draw(state.after(.view(.returns), .toggleBidirectional, .cycleMerge, .moveStep(2))), "returns-sum")
  }

  @Test("A second batch has a boundary and says where its states come from") func secondBatch() {
    expectFrame(draw(Samples.stateful(batch: 2).after(.moveLine(-11))), "step-second-batch")
  }

  @Test("Returns reads as well with 64 units and 20 timesteps") func returnsLarge() {
    let state = Samples.state(width: 120, height: 40, units: 64, timesteps: 20)
    expectFrame(
      draw(state.after(.view(.returns), .toggleReturnSequences, .toggleReturnSequences)), "returns-64x20")
  }

  @Test("Without return_sequences the first tensor is the second") func returnsLast() {
    expectFrame(draw(Samples.state().after(.view(.returns), .toggleReturnSequences)), "returns-last")
  }

  @Test("Sequence is a map of all units with the number under its cursor") func sequence() {
    let state = Samples.state(units: 40, timesteps: 30)
    expectFrame(draw(state.after(.view(.sequence), .moveStep(3), .moveUnit(2))), "sequence-80x24")
  }

  @Test("A gate's map runs from 0 to 1") func sequenceGate() {
    let state = Samples.state(units: 4, timesteps: 200)
    expectFrame(draw(state.after(.view(.sequence), .cycleQuantity(2))), "sequence-gate")
  }

  @Test("The command line shows what is typed and the keys that work there") func prompt() {
    expectFrame(draw(Samples.state().after(.prompt, .type("g"), .complete(1))), "prompt")
  }

  @Test("Help lists the view's keys first") func help() {
    expectFrame(draw(Samples.state().after(.view(.sequence), .help)), "help")
  }

  @Test("A layer that goes backwards shows the timesteps as it met them") func backwards() {
    expectFrame(draw(Samples.state(timesteps: 5, goBackwards: true).after(.moveStep(1))), "step-backwards")
  }

  @Test("Model is a map of the layers with the outputs under it") func model() {
    expectFrame(draw(Samples.stack().after(.view(.model), .moveModelRow(1))), "model-80x24")
  }

  @Test("A masked timestep is marked, and says that h and c are held") func masked() {
    expectFrame(draw(Samples.masked().after(.lastStep)), "step-masked")
  }

  @Test("NaN is shown as NaN, and what it meets too") func nan() {
    expectFrame(draw(Samples.poisoned(Samples.state(timesteps: 4))), "step-nan")
  }

  @Test("The map of a run that explodes is on a logarithmic scale, and shows what came before")
  func exploding() {
    expectFrame(draw(Samples.exploding().after(.view(.sequence), .firstStep)), "sequence-explodes")
  }

  @Test("So are the bars of its Step, and of all of its sequence") func explodingStep() {
    expectFrame(
      draw(Samples.exploding(width: 120, height: 40).after(.firstStep, .moveStep(6))), "step-explodes")
  }

  @Test(
    "Every view draws at every size without a trap",
    arguments: ViewName.allCases, [(1, 1), (20, 5), (60, 16), (80, 24), (99, 31), (120, 40), (200, 60)])
  func everySize(view: ViewName, size: (Int, Int)) {
    for (units, timesteps, batch) in [(1, 1, 1), (3, 2, 2), (130, 700, 1)] {
      var state = Samples.state(
        width: size.0, height: size.1, units: units, timesteps: timesteps, batch: batch)
      state.perform(.view(view))
      for action in [.moveStep(1), .lastStep, .moveUnit(200), .cycleDecimals, .cycleDecimals, .edit, .help]
        as [Action]
      {
        state.perform(action)
        let canvas = draw(state)
        #expect(canvas.width == size.0 && canvas.height == size.1)
      }
    }
  }

  @Test("Places don't move: a step of a line or a timestep changes no rule, caption or label")
  func placesStay() {
    let rules = { (state: State) -> [[Bool]] in
      let canvas = draw(state)
      return (0..<24).map { y in (0..<80).map { canvas[$0, y].role == .rule } }
    }
    var state = Samples.state(units: 5, timesteps: 6)
    let before = rules(state)
    for _ in 0..<40 {
      state.perform(.moveLine(1))
      #expect(rules(state) == before)
    }
  }
}
