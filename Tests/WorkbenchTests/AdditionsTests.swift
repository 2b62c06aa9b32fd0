import Canvas
import Commands
import LSTM
import Lessons
import Network
import Testing

@testable import Workbench

/// Layers whose formula has more lines than Keras'.
@Suite("What other frameworks add to the formula") struct AdditionsTests {
  private static func state(_ additions: Additions, outputs: Int = 3, width: Int = 120, height: Int = 40)
    -> State
  {
    let plain = Samples.state(width: width, height: height, timesteps: 3)
    let old = plain.parameters
    let parameters = Parameters(
      features: old.features, units: old.units, kernel: old.kernel,
      recurrentKernel: Array(old.recurrentKernel.prefix(outputs * 4 * old.units)), bias: old.bias,
      additions: additions)
    let subject = Samples.subject(
      "lstm", parameters, plain.subject.input, map: plain.subject.map, call: 0)
    return State(
      subject: subject, run: Run(parameters.run(plain.subject.input)), size: plain.size, themes: plain.themes,
      theme: plain.theme)
  }

  private static let peephole: [Float] = [0.5, -0.5, 1, 0.25, 0.75, -1, 2, -2, 0.5]
  private static let projection: [Float] = [0.5, -1, 0.25, 2, -0.5, 1]

  private static let everything = Additions(
    projection: projection, peephole: peephole, clip: 0.5, couplesGates: true, stateActivation: .softsign)

  @Test("each has a line of its own where it is computed")
  func lines() {
    let all = Formula(for: Self.state(Self.everything, outputs: 2).parameters)
    #expect(
      all.texts == [
        "h_tm1 = cell_states[0]", "c_tm1 = cell_states[1]", "z  = dot(cell_inputs, kernel)",
        "z += dot(h_tm1, recurrent_kernel)", "z  = bias_add(z, bias)", "z0, z1, z2, z3 = split(z, 4, axis=1)",
        "z0 += p_i * c_tm1; z1 += p_f * c_tm1", "z0, z1, z2 = clip(…, -0.5, 0.5)", "i = sigmoid(z0)",
        "f = 1 - i", "c = f * c_tm1 + i * tanh(z2)", "z3 = clip(z3 + p_o * c, -0.5, 0.5)", "o = sigmoid(z3)",
        "h = o * softsign(c)", "h = dot(h, projection)", "return h, [h, c]",
      ])
    let clipped = Formula(for: Self.state(Additions(clip: 3)).parameters)
    #expect(clipped.texts.contains("z = clip(z, -3, 3)"))
    let torch = Formula(
      for: Self.state(Additions(projection: Self.projection), outputs: 2).parameters, names: .pytorch)
    #expect(torch.texts.contains("h = h @ weight_hr.T"))
  }

  @Test("the numbers of a line are those before it with its term added")
  func moments() {
    var state = Self.state(Additions(peephole: Self.peephole, clip: 0.5)).after(.moveStep(1))
    let trace = state.trace
    state.line = state.formula.index(of: .split)
    for part in 0..<4 {
      let column = part * 3 + 1
      let before = Moment(state, at: .split).part(part, 1).number ?? .nan
      let sum =
        trace.value(.zx, unit: column, step: 1, sample: 0)
        + trace.value(.zh, unit: column, step: 1, sample: 0)
      #expect(before == sum + (state.parameters.bias?[column] ?? 0))
      let added: Float =
        part < 2 ? Self.peephole[part * 3 + 1] * trace.value(.cPrevious, unit: 1, step: 1, sample: 0) : 0
      #expect(Moment(state, at: .peephole).part(part, 1).number == before + added)
      let last = Moment(state, at: .result).part(part, 1).number ?? .nan
      #expect(last == trace.value(.z, unit: column, step: 1, sample: 0) && abs(last) <= 0.5)
      if part < 3 { #expect(Moment(state, at: .clip).part(part, 1).number == last) }
    }
  }

  @Test("before the projection h has every unit, behind it as many as it is wide")
  func projected() {
    let state = Self.state(Additions(projection: Self.projection), outputs: 2)
    let made = (0..<3).map { Moment(state, at: .memory).value(.memory, unit: $0).number ?? .nan }
    for unit in 0..<3 {
      let o = state.trace.value(.o, unit: unit, step: 0, sample: 0)
      #expect(made[unit] == o * Activation.tanh([state.trace.value(.c, unit: unit, step: 0, sample: 0)])[0])
    }
    for column in 0..<2 {
      var sum: Float = 0
      for unit in 0..<3 { sum += made[unit] * Self.projection[unit * 2 + column] }
      #expect(Moment(state, at: .projection).value(.memory, unit: column).number == sum)
    }
    #expect(Moment(state, at: .projection).value(.memory, unit: 2).number == nil)
    #expect(state.after(.moveUnit(2)).editTargets.contains(.h0(unit: 2)) == false)
    #expect(state.editTargets.contains(.h0(unit: 0)))
  }

  @Test("an edit of h0 of a projected layer changes that column alone")
  func edits() {
    let state = Self.state(Additions(projection: Self.projection), outputs: 2)
    var edited = state.after(.moveSample(1), .moveUnit(1))
    for effect in edited.set(.h0(unit: 1), to: 0.5) {
      guard case .run(_, let number) = effect else { continue }
      _ = update(&edited, with: .ran(Run(edited.parameters.run(edited.editedInput)), number: number))
    }
    #expect(edited.editedInput.h0 == [0, 0, 0, 0.5])
    #expect(edited.trace.h0 == [0, 0, 0, 0.5])
  }

  // MARK: - Explain

  /// Unit 1 of timestep 1 with a line just executed.
  private static func at(
    _ line: FormulaLine, _ additions: Additions, outputs: Int = 3, width: Int = 80, height: Int = 24
  ) -> State {
    var state = state(additions, outputs: outputs, width: width, height: height)
      .after(.moveStep(1), .moveUnit(1))
    state.line = state.formula.index(of: line)
    return state
  }

  @Test("Enter on the lines around a projection goes to what stands before it and behind it, and on")
  func explained() throws {
    let additions = Additions(projection: Self.projection)
    let before = Self.at(.memory, additions, outputs: 2).after(.explain)
    #expect(before.explained.last?.address.text == "lstm/h_raw[1]@1#0")
    #expect(before.explainPage?.operands.map(\.operand.address.quantity) == ["o", "c"])
    let behind = Self.at(.projection, additions, outputs: 2).after(.explain)
    #expect(behind.explained.last?.address.text == "lstm/h[1]@1#0")
    let page = try #require(behind.explainPage)
    #expect(page.rows.count == 3 && page.operands.allSatisfy { $0.operand.address.quantity == "h_raw" })
    #expect(page.rows.map { abs($0.value) } == page.rows.map { abs($0.value) }.sorted(by: >))
    #expect(abs(page.rows.reduce(0) { $0 + $1.value } - page.value) < 1e-6)
    let inside = behind.after(.enterOperand, .enterOperand)
    #expect(inside.explained.map(\.address.quantity) == ["h", "h_raw", "o"])
    #expect(
      inside.after(.leaveOperand, .leaveOperand, .leaveOperand) == Self.at(.projection, additions, outputs: 2)
    )
  }

  @Test("The truth is there for every line of every addition")
  func truth() throws {
    let state = Self.at(.result, Self.everything, outputs: 2)
    for quantity in ["z0", "z1", "z2", "z3", "i", "f", "g", "o", "c", "h_raw", "h"] {
      let address = Address(layer: "lstm", quantity: quantity, indices: [1], timestep: 1, sample: 0)
      guard case .explained(let number) = Samples.answer(to: address, in: state, withExactRun: true) else {
        Issue.record("\(quantity) is not explained")
        continue
      }
      #expect(abs((number.exactRun ?? .nan) - Double(number.value)) < 1e-6, "\(quantity)")
      #expect(abs((number.exact ?? .nan) - Double(number.value)) < 1e-6, "\(quantity)")
      #expect(TruthPanel(number, order: nil).lines.contains { $0.label == "float64 from the first timestep" })
    }
  }

  @Test("Addresses name raw outputs and weights, and are refused where the layer has none")
  func addresses() throws {
    let state = Self.at(.result, Self.everything, outputs: 2)
    var explainer = try #require(Samples.explainer(for: state))
    func explain(_ text: String) throws -> Explanation<Address> {
      try explainer.explanation(of: try Address(parsing: text), in: 0, withExactRun: false)
    }
    #expect(try explain("lstm/projection[2,1]").value == Self.projection[5])
    #expect(try explain("lstm/peephole[1,2]").value == Self.peephole[5])
    #expect(try explain("lstm/h_raw[2]@1#0").place.text == "lstm/h_raw[2]@1#0")
    for text in [
      "projection[3,0]", "projection[0,2]", "projection[1]", "peephole[3,0]", "peephole[0,3]", "h_raw[3]@1",
      "h_raw[0]@9", "h[2]@1", "h0[2]", "recurrent_kernel[2,0]",
    ] {
      #expect(throws: AddressProblem.self, "\(text)") { try explain(text) }
    }
    var plain = try #require(Samples.explainer(for: Samples.state()))
    for text in ["h_raw[0]@1", "projection[0,0]", "peephole[0,0]"] {
      let address = try Address(parsing: text)
      #expect(throws: AddressProblem.self, "\(text)") {
        try plain.explanation(of: address, in: 0, withExactRun: false)
      }
      #expect(throws: Problem.self, "\(text)") { try Samples.state().value(at: address) }
    }
    for text in [
      "projection[2,1]", "peephole[1,2]", "h_raw[2]@1", "h[1]@1", "h0[1]", "recurrent_kernel[1,7]",
    ] {
      let address = try Address(parsing: text)
      let value = try state.value(at: address)
      #expect(value == (try explain(text + (text.contains("@") ? "#0" : ""))).value, "\(text)")
    }
    var there = state
    there.go(to: try Address(parsing: "h_raw[2]@0"))
    #expect(there.unit == 2 && there.step == 0 && there.formula.lines[there.line] == .memory)
  }

  /// Every number that the screen could show of a state.
  private func covered(_ state: State, _ text: String) throws -> State {
    var state = state
    _ = state.perform(Command.hide([.numbers(try Address(parsing: text))]))
    return state
  }

  @Test("A covered raw output is covered wherever it stands, and so is a covered h behind a projection")
  func covers() throws {
    let additions = Additions(projection: Self.projection)
    let state = try covered(Self.at(.memory, additions, outputs: 2), "h_raw[1]@1")
    #expect(!state.showsNumber(at: try Address(parsing: "h_raw[1]@1")))
    #expect(state.showsNumber(at: try Address(parsing: "h_raw[0]@1")))
    #expect(state.showsNumber(at: try Address(parsing: "h_raw[1]@0")))
    #expect(state.showsNumber(at: try Address(parsing: "c[1]@1")))
    let text = Number.signed(
      state.trace.unprojected(of: state.parameters, unit: 1, step: 1, sample: 0), .four)
    for view in ViewName.allCases {
      for line in state.formula.lines.indices {
        var looked = state.after(.view(view))
        looked.line = line
        let canvas = draw(looked)
        #expect(!canvas.text.contains(text), "\(view) shows it at line \(line)")
      }
    }
    #expect(!draw(state.after(.explain)).text.contains(text))
    // In the sum that it is a term of, it is covered, and what else there is stands there.
    var there = state
    there.line = there.formula.index(of: .projection)
    let page = try #require(there.after(.explain).shown.explainPage)
    #expect(page.rows.filter(\.value.isCovered).count == 1 && page.rows.count == 3)
    let whole = try covered(Self.at(.projection, additions, outputs: 2), "h[1]@1")
    let hidden = try #require(whole.after(.explain).shown.explainPage)
    #expect(hidden.value.isCovered && hidden.rows.allSatisfy { $0.value.isCovered })
  }

  @Test("Of coupled gates one covers the other, which is 1 minus it", arguments: ["i", "f"])
  func coupledCovers(quantity: String) throws {
    let state = try covered(Self.at(.forgetGate, Additions(couplesGates: true)), "\(quantity)[1]@1")
    for other in ["i", "f"] {
      #expect(!state.showsNumber(at: try Address(parsing: "\(other)[1]@1")))
      #expect(state.showsNumber(at: try Address(parsing: "\(other)[1]@0")))
    }
    let text = Number.gate(state.trace.value(.f, unit: 1, step: 1, sample: 0), .four)
    let page = draw(state.after(.explain)).text
    #expect(!page.contains(text), "\(page)")
    let plain = try covered(Samples.state().after(.moveStep(1)), "i[1]@1")
    #expect(plain.showsNumber(at: try Address(parsing: "f[1]@1")))
  }

  @Test("What a peephole and a clip left as it was is not told before them where it is covered")
  func coveredSum() throws {
    let state = try covered(Self.at(.split, Additions(clip: 100)), "z2[1]@1")
    #expect(Moment(state.shown, at: .split).part(2, 1).number?.isCovered == true)
    #expect(Moment(state.shown, at: .split).part(1, 1).number?.isCovered == false)
  }

  @Test("A sum that a clip cuts off adds up to what it was, and is clipped below")
  func frameClipped() {
    let state = Self.at(.outputGate, Additions(peephole: Self.peephole, clip: 0.1))
    expectFrame(draw(state.after(.explain)), "explain-clipped")
  }

  @Test("h behind a projection is a sum over the units") func frameProjected() {
    let additions = Additions(projection: Self.projection)
    expectFrame(draw(Self.at(.projection, additions, outputs: 2).after(.explain)), "explain-projection")
  }

  @Test("A coupled forget gate is 1 minus the input gate") func frameCoupled() {
    expectFrame(draw(Self.at(.forgetGate, Additions(couplesGates: true)).after(.explain)), "explain-coupled")
  }

  @Test(
    "every line at every unit in every view draws and speaks, whatever the size",
    arguments: ViewName.allCases, [(1, 1), (80, 24), (120, 40), (200, 60)])
  func draws(view: ViewName, size: (Int, Int)) {
    for (additions, outputs) in [
      (Self.everything, 2), (Additions(peephole: Self.peephole), 3), (Additions(clip: 1), 3),
      (Additions(projection: Self.projection), 2), (Additions(couplesGates: true), 3),
    ] {
      for names in Names.allCases {
        var state = Self.state(additions, outputs: outputs, width: size.0, height: size.1).after(.view(view))
        state.names = names
        for quantity in SequenceView.quantities {
          state.quantity = quantity
          for unit in 0..<3 {
            state.unit = unit
            for line in state.formula.lines.indices {
              state.line = line
              let canvas = draw(state)
              #expect(canvas.width == size.0 && canvas.height == size.1)
              #expect(!Sentence(state).text.isEmpty)
            }
          }
        }
      }
    }
  }
}
