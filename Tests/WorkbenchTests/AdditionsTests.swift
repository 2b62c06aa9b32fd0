import Canvas
import LSTM
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
