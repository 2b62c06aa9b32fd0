import Canvas
import Commands
import Debugger
import LSTM
import Testing
@testable import Network

@testable import Workbench

/// Recorded numbers beside a run, and what the doctor finds.
@Suite("Findings and Compare") struct DebugViewTests {
  /// A run of 3 units with recorded h, of which unit 1 differs from timestep 2 on, and unit 2 at timestep 3.
  static func compared(width: Int = 80, height: Int = 24, timesteps: Int = 6) -> State {
    let one = Samples.state(width: width, height: height, timesteps: timesteps)
    var h = one.trace.h
    for step in 2..<timesteps { h[step * 3 + 1] += 0.25 }
    h[3 * 3 + 2] -= 0.5
    return State(
      subject: one.subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme,
      expectations: ExpectedNumbers(
        calls: [0: Expectation(name: "y.npy", tolerance: 1e-5, steps: [.h: h])]))
  }

  /// A layer that is fed x far out of its range, on zeros at the end.
  static func sick(width: Int = 80, height: Int = 24) throws -> State {
    let one = Samples.state(width: width, height: height, timesteps: 12)
    var input = one.subject.input
    for place in input.x.indices { input.x[place] = place < 18 ? 400 * input.x[place] : 0 }
    let call = LayerCall.sample(one.parameters, input)
    let findings = Examination(
      run: call, provenance: Provenance(format: "test", writer: "Keras 3.15.1", dtype: "float32"),
      isRandom: false
    ).findings()
    return one.after(.view(.findings), .found(findings))
  }

  @Test("The row under the formula ends in what is expected, and the timeline marks what differs")
  func step() {
    expectFrame(
      draw(Self.compared().after(.moveStep(3), .moveUnit(1), .moveLine(-1))), "step-expected")
  }

  @Test("An explained number has what is recorded for it beside it")
  func recorded() {
    var state = Self.compared().after(.moveStep(3), .moveUnit(1), .explain)
    #expect(!state.explained.isEmpty)
    let value = state.trace.value(.h, unit: 1, step: 3, sample: 0)
    let number = Explanation<Address>(
      place: Address(layer: state.subject.layerName, quantity: "h", indices: [1], timestep: 3, sample: 0),
      value: value, origin: .parts([]))
    state.take(number)
    #expect(state.explained.last?.number?.recorded == value + 0.25)
  }

  @Test("On the lines that make z the part that differs is told by its address")
  func expectedParts() {
    let one = Samples.state(timesteps: 4)
    var z = one.trace.z
    // Step 2 of sample 0, z1 of unit 1.
    z[2 * 12 + 4] += 0.5
    func row(_ line: FormulaLine, unit: Int) -> String? {
      let state = State(
        subject: one.subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme,
        expectations: ExpectedNumbers(
          calls: [0: Expectation(name: "t.npz", tolerance: 1e-5, steps: [.z: z, .zx: one.trace.zx])]))
      var there = state.after(.moveStep(2), .moveUnit(unit))
      there.line = there.formula.index(of: line)
      return FormulaPane(there, Area(x: 0, y: 0, width: 100, height: 30)).expected?.text
    }
    let number = Number.signed(z[2 * 12 + 4], .four)
    #expect(row(.split, unit: 1) == "expected z[4] \(number)  ≠")
    #expect(row(.split, unit: 0)?.hasSuffix("  =") == true)
    #expect(row(.inputProduct, unit: 1)?.hasPrefix("expected zx[1] ") == true)
    #expect(row(.recurrentProduct, unit: 1) == nil)
  }

  @Test("Compare maps the differences, with both numbers under the cursor")
  func compare() {
    expectFrame(
      draw(Self.compared().after(.moveUnit(1), .view(.compare), .moveDifference(1))), "compare-80x24")
  }

  @Test("Findings lists what was found, with the evidence of the chosen one")
  func findings() throws {
    expectFrame(draw(try Self.sick()), "findings-80x24")
  }

  @Test("d goes to the next timestep that differs, and says so where there is none")
  func differences() {
    var state = Self.compared().after(.view(.compare), .moveDifference(1))
    #expect(state.step == 2 && state.unit == 1)
    state = state.after(.moveDifference(1), .moveDifference(1), .moveDifference(1))
    #expect(state.step == 5)
    #expect(state.after(.moveDifference(1)).message?.text.hasPrefix("no timestep after") == true)
    #expect(state.after(.moveDifference(-1)).step == 4)
  }

  @Test("Compare is a view only where something is recorded")
  func views() {
    #expect(!Samples.state().availableViews.contains(.compare))
    #expect(Self.compared().availableViews.contains(.compare))
    #expect(Samples.state().availableViews.contains(.findings))
  }

  @Test("Enter on a finding goes to its place")
  func enter() throws {
    let state = try Self.sick()
    let findings = try #require(state.findings)
    let row = try #require(findings.firstIndex { $0.address?.timestep != nil && $0.address?.timestep != 0 })
    let there = state.after(.moveFinding(row), .openFinding)
    #expect(there.view == .step)
    #expect(there.timestep == findings[row].address?.timestep)
  }

  @Test("A finding in another LSTM opens that one, and lands at its place")
  func elsewhere() throws {
    let one = Samples.state(timesteps: 4)
    let subject = Subject(
      fileName: "m", layerName: "lstm", layer: one.subject.layer, input: one.subject.input,
      inputName: "x.npy",
      inputKey: "x",
      map: ModelMap(rows: Samples.map(calls: 2, batch: 2).rows, outputs: [], keys: ["lstm", "lstm_1"]),
      call: 0)
    var state = State(
      subject: subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme)
    var input = one.subject.input
    input.x[2 * 2 + 1] = .nan
    let call = LayerCall.sample(one.parameters, input, key: "lstm_1", other: one.subject.input)
    let found = Examination(
      run: call, provenance: Provenance(format: "test", writer: "Keras", dtype: "float32"), isRandom: false
    ).findings()
    #expect(found.first?.address?.text == "lstm_1/x[1]@2#0")
    state = state.after(.view(.findings), .found(found))
    #expect(update(&state, with: .openFinding) == [.open(call: 1)])
    let second = Subject(
      fileName: "m", layerName: "lstm_1", layer: one.subject.layer, input: input, inputName: "x.npy",
      inputKey: "x", map: subject.map, call: 1)
    _ = update(&state, with: .opened(second, run: Run(one.parameters.run(input)), original: nil))
    #expect(state.view == .step && state.timestep == 2)
  }

  @Test("Every size draws with recorded numbers and with findings")
  func sizes() throws {
    for (width, height) in [(1, 1), (60, 16), (80, 24), (120, 40), (200, 60)] {
      for view in [ViewName.step, .compare] {
        #expect(
          draw(Self.compared(width: width, height: height, timesteps: 40).after(.view(view))).width == width)
      }
      #expect(draw(try Self.sick(width: width, height: height)).height == height)
    }
  }
}

extension LayerCall {
  /// A run of one LSTM; or of two, the first fed another input.
  fileprivate static func sample(
    _ parameters: Parameters, _ input: LayerInput, key: String = "lstm", other: LayerInput? = nil
  ) -> NetworkRun {
    let lstm = TracedLSTM(
      direction: nil, cell: nil, parameters: parameters, returnSequences: true, returnState: false,
      isStateful: false, isTimeMajor: false)
    func call(_ key: String, _ input: LayerInput, node: Int) -> LayerCall {
      LayerCall(
        key: key, layer: key, node: node, lstm: lstm, trace: parameters.run(input), ignoresMask: false,
        outputs: [])
    }
    let calls =
      other.map { [call("lstm", $0, node: 0), call(key, input, node: 1)] } ?? [call(key, input, node: 0)]
    return NetworkRun(outputs: [], calls: calls, shapes: [], stopped: nil, states: States())
  }
}
