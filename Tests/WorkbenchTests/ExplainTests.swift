import Canvas
import Commands
import LSTM
import Testing

@testable import Workbench

@Suite("Explain") struct ExplainTests {
  private func address(_ text: String) throws -> Address { try Address(parsing: text) }

  @Test("Enter explains the result of the active line, Esc comes back to where one was")
  func enterAndBack() throws {
    let start = Samples.forgetting()
    let there = start.pressing(.enter)
    #expect(there.explained.map(\.address.text) == ["lstm/f[1]@1#0"])
    let page = try #require(there.explainPage)
    #expect(page.value == start.trace.value(.f, unit: 1, step: 1, sample: 0))
    let back = there.pressing(.escape)
    #expect(back.explained.isEmpty)
    #expect(back == start)
  }

  @Test(
    "Every line explains its own result",
    arguments: [
      (0, "h_tm1"), (1, "c_tm1"), (6, "i"), (7, "f"), (8, "c"), (9, "o"), (10, "h"), (11, "h"),
    ])
  func lines(line: Int, quantity: String) {
    let state = Samples.state().after(.moveStep(1), .moveLine(-20), .moveLine(9 + line)).after(.explain)
    #expect(state.line == line)
    let there = Samples.carry(width: 80, height: 24).after(.moveLine(line - 8), .explain)
    #expect(there.explained.last?.address.quantity == quantity)
    #expect(there.explained.last?.address.timestep == 1)
  }

  @Test(
    "On the lines that make z one chooses of four parts",
    arguments: [
      (2, ["zx[1]", "zx[4]", "zx[7]", "zx[10]"]), (3, ["zh[1]", "zh[4]", "zh[7]", "zh[10]"]),
      (5, ["z0[1]", "z1[1]", "z2[1]", "z3[1]"]),
    ])
  func parts(line: Int, labels: [String]) throws {
    let there = Samples.carry(width: 80, height: 24).after(.moveLine(line - 8)).pressing(.enter)
    let page = try #require(there.explainPage)
    #expect(page.rows.map(\.label) == labels)
    let inside = there.pressing(.down, .down, .enter)
    #expect(inside.explained.last?.address.text == "lstm/\(labels[2])@1#0")
    #expect(inside.pressing(.escape).explained.last?.cursor == 2)
  }

  @Test("The rows are sorted by size and add up to the number")
  func rows() throws {
    let page = try #require(Samples.forgetting().pressing(.enter).explainPage)
    let sizes = page.rows.map { abs($0.value) }
    #expect(sizes == sizes.sorted(by: >))
    #expect(page.rows.count == 6)
    let total = try #require(page.total)
    #expect(abs(page.rows.reduce(0) { $0 + $1.value } - total.value) < 1e-6)
  }

  @Test("Both factors of a term of c can be gone into, one after the other")
  func factors() throws {
    let there = Samples.carry(width: 80, height: 24).pressing(.enter)
    let labels = try #require(there.explainPage).operands.map(\.operand.label)
    #expect(Set(labels) == ["f[1]", "c_tm1[1]", "i[1]", "g[1]"])
    for (place, label) in labels.enumerated() {
      let inside = there.after(.moveOperand(place), .enterOperand)
      #expect(inside.explained.last?.address.short(beside: there.explained[0].address) == label)
    }
  }

  @Test("From a word's probability one walks to the input, and Esc comes all the way back")
  func walk() throws {
    let start = Samples.carry(width: 80, height: 24)
    var state = start
    for scalar in "explain output/y[2]@1".unicodeScalars {
      if state.mode == .explore { state.perform(.prompt) }
      state.perform(.type(scalar))
    }
    state.perform(.commit)
    #expect(state.explained.last?.address.text == "dense/y[2]@1#0")
    var way: [String] = []
    for _ in 0..<20 {
      guard let page = state.explainPage, !page.operands.isEmpty else { break }
      let order = ["x", "h", "y", "g", "c", "i", "f", "o", "z", "z2"]
      let best = page.operands.indices.min { a, b in
        let (first, second) = (page.operands[a].operand.address, page.operands[b].operand.address)
        let rank = { (address: Address) in order.firstIndex(of: address.quantity) ?? 99 }
        return rank(first) < rank(second)
      }
      state = state.after(.moveOperand(-99), .moveOperand(best ?? 0), .enterOperand)
      way.append(try #require(state.explained.last?.address).quantity)
    }
    #expect(way == ["y", "h", "c", "g", "x"])
    let nothing = state.pressing(.enter)
    #expect(nothing.explained.count == state.explained.count)
    #expect(nothing.message?.text.contains("nothing stands behind") == true)
    #expect(state.pressing(.escape, .escape, .escape, .escape, .escape, .escape).explained.isEmpty)
  }

  @Test("← and → explain the same number a timestep before and after, and stay at the ends")
  func timesteps() {
    let there = Samples.forgetting().pressing(.enter)
    let before = there.pressing(.left)
    #expect(before.explained.last?.address.text == "lstm/f[1]@0#0")
    #expect(before.pressing(.right).explained == there.explained)
    let ends = before.pressing(.left)
    #expect(ends.explained == before.explained && ends.message != nil)
    let last = there.pressing(.right)
    #expect(last.explained == there.explained && last.message?.kind == .error)
  }

  @Test(
    "A number that is not there is refused with a sentence",
    arguments: [
      ("c[9]@1", "there is no unit 9"), ("c[1]@7", "there is no timestep 7"),
      ("c[1]@1#5", "there is no sample 5"),
      ("kernel[0]", "two indices"), ("kernel[0,12]", "there is no column 12"),
      ("nowhere/c[1]", "no layer 'nowhere'"),
      ("dense/c[1]@1", "y or z alone"), ("dense/y[9]@1", "outside the shape"), ("c", "name one number"),
      ("embeddings[0,1]", "no embeddings"), ("dense/y[1,2]@1", "1 indices"),
    ])
  func refused(text: String, says: String) throws {
    let state = Samples.carry(width: 80, height: 24)
    var there = state
    for effect in there.explain(try address(text)) {
      guard case .explain(let address, let exact) = effect else { continue }
      _ = update(&there, with: Samples.answer(to: address, in: there, withExactRun: exact))
    }
    #expect(there.explained.isEmpty)
    #expect(there.message?.text.contains(says) == true, "\(there.message?.text ?? "")")
  }

  @Test("Addresses and numbers name each other, for every number of the sample")
  func addresses() throws {
    let state = Samples.state(goBackwards: true)
    var explainer = try #require(Samples.explainer(for: state))
    for quantity in Quantity.allCases {
      for index in 0..<state.trace.width(of: quantity) {
        let text = "lstm/\(quantity.rawValue)[\(index)]@0#1"
        let number = try explainer.explanation(of: try address(text), in: 0, withExactRun: false)
        #expect(number.place.text == text)
        // Timestep 0 is the last that a layer meets which goes backwards.
        #expect(number.value == state.trace.value(quantity, unit: index, step: 1, sample: 1))
      }
    }
    for text in [
      "dense/y[3]@1#0", "dense/z[2]@0#1", "x/x[1]@1#1", "dense/kernel[2,3]", "dense/bias[1]", "lstm/bias[4]",
    ] {
      #expect(try explainer.explanation(of: try address(text), in: 0, withExactRun: false).place.text == text)
    }
  }

  @Test("Without an index the largest of another layer's numbers is meant")
  func likeliest() throws {
    let state = Samples.state()
    var explainer = try #require(Samples.explainer(for: state))
    let largest = try explainer.explanation(of: try address("output/y@1#1"), in: 0, withExactRun: false)
    #expect(largest.place.indices.count == 1)
    for index in 0..<4 {
      let other = try explainer.explanation(
        of: try address("dense/y[\(index)]@1#1"), in: 0, withExactRun: false)
      #expect(other.value <= largest.value)
    }
  }

  @Test("Going anywhere else leaves Explain")
  func leaving() {
    let there = Samples.forgetting().pressing(.enter)
    #expect(!there.explained.isEmpty)
    #expect(there.pressing(.tab).explained.isEmpty)
    #expect(there.pressing(.character("e")).explained.isEmpty)
    #expect(there.pressing(.character("?"), .escape).explained == there.explained)
    #expect(there.pressing(.character("=")).explained == there.explained)
  }

  @Test("While a run is under way nothing is explained")
  func running() {
    var state = Samples.state()
    _ = update(&state, with: .edit)
    _ = update(&state, with: .nudge(0.1))
    _ = update(&state, with: .cancel)
    #expect(state.isRunning)
    #expect(update(&state, with: .explain) == [])
    #expect(state.explained.isEmpty && state.message != nil)
  }

  @Test("y copies the address") func copies() {
    var state = Samples.forgetting().pressing(.enter)
    #expect(update(&state, with: .copyAddress) == [.copy("lstm/f[1]@1#0")])
  }

  @Test("t shows the number in float64 too, and o another order of summation")
  func truth() throws {
    let there = Samples.forgetting().pressing(.enter, .character("t"))
    let number = try #require(there.explained.last?.number)
    #expect(number.exactRun != nil)
    #expect(abs((number.exactRun ?? 0) - Double(number.value)) < 1e-6)
    let panel = TruthPanel(number, order: there.summation)
    #expect(panel.lines.map(\.label).contains("float64 from the first timestep"))
    var orders: Set<SummationOrder> = []
    var state = there
    for _ in SummationOrder.allCases {
      state = state.pressing(.character("o"))
      orders.insert(state.summation)
    }
    #expect(orders.count == SummationOrder.allCases.count)
  }

  @Test("A recorded number stands beside the others")
  func recorded() throws {
    var number = try #require(Samples.forgetting().pressing(.enter).explained.last?.number)
    number.recorded = number.value.nextUp
    let line = try #require(TruthPanel(number, order: nil).lines.first { $0.label == "recorded" })
    #expect(line.difference == "1 ULP")
  }

  @Test(
    "Figures are as many as count",
    arguments: [
      (0.1794, "0.179"), (0.018, "0.018"), (12, "12"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23"),
      (-0.5, "-0.500"),
      (0, "0"), (0.0000123, "1.23e-5"), (0.0063, "0.0063"), (-0.0001, "-1e-4"),
    ])
  func figures(value: Double, text: String) {
    #expect(TruthPanel.figures(value) == text)
  }

  @Test(
    "Explain and the program draw at every size without a trap",
    arguments: [(1, 1), (20, 5), (60, 16), (80, 24), (99, 31), (120, 40), (160, 45), (200, 60)])
  func everySize(size: (Int, Int)) {
    for (units, timesteps, batch) in [(1, 1, 1), (3, 2, 2), (40, 9, 1)] {
      var state = Samples.state(
        width: size.0, height: size.1, units: units, timesteps: timesteps, batch: batch)
      for action in [
        .explain, .toggleTruth, .moveOperand(3), .cycleDecimals, .cycleDecimals, .enterOperand,
        .explainStep(-1),
        .nextSummation, .leaveOperand, .leaveOperand, .moveLine(-7), .explain, .enterOperand, .prompt,
      ] as [Action] {
        state.perform(action)
        #expect(draw(state).width == size.0)
      }
      for scalar in "code numpy".unicodeScalars { state.perform(.type(scalar)) }
      for action in [.commit, .scroll(5), .copyCode] as [Action] {
        state.perform(action)
        #expect(draw(state).height == size.1)
      }
    }
  }

  // MARK: - Frames

  @Test("Explain at 80x24 lists the terms of a gate") func frame() {
    expectFrame(draw(Samples.forgetting().pressing(.enter, .down, .down)), "explain-80x24")
  }

  @Test("Explain at 120x40 has the curve beside the list and the truth below") func frameWide() {
    expectFrame(draw(Samples.forgetting(width: 120, height: 40).pressing(.enter)), "explain-120x40")
  }

  @Test("Explain of c marks the factor that Enter goes into") func frameCarry() {
    expectFrame(draw(Samples.carry(width: 80, height: 24).pressing(.enter, .down)), "explain-carry")
  }

  @Test("Explain of h has the curve of c") func frameMemory() {
    expectFrame(
      draw(Samples.carry(width: 80, height: 24).after(.moveLine(2)).pressing(.enter)), "explain-memory")
  }

  @Test("Explain of z is a choice of four") func frameParts() {
    expectFrame(
      draw(Samples.carry(width: 80, height: 24).after(.moveLine(-3)).pressing(.enter)), "explain-parts")
  }

  @Test("Of hundreds of terms the largest are shown, and the rest together") func frameMany() {
    let state = Samples.state(units: 130, features: 70, timesteps: 3).after(.moveStep(1), .moveUnit(17))
    expectFrame(draw(state.after(.moveLine(-2)).pressing(.enter)), "explain-many")
    expectFrame(
      draw(state.after(.moveLine(-2)).pressing(.enter).after(.moveOperand(40))), "explain-many-below")
  }

  @Test("Every digit of every factor where all are asked for") func frameExact() {
    expectFrame(
      draw(Samples.forgetting().pressing(.enter, .character("="), .character("="))), "explain-exact")
  }

  @Test("The truth at 80x24") func frameTruth() {
    expectFrame(draw(Samples.forgetting().pressing(.enter, .character("t"))), "explain-truth")
  }

  @Test("A softmax over a Dense, another layer's number") func frameSoftmax() throws {
    var state = Samples.carry(width: 80, height: 24)
    for effect in state.explain(try address("output/y[2]@1")) {
      guard case .explain(let address, let exact) = effect else { continue }
      _ = update(&state, with: Samples.answer(to: address, in: state, withExactRun: exact))
    }
    expectFrame(draw(state), "explain-softmax")
  }

  @Test("Where a number is NaN its terms come first") func frameNaN() {
    let state = Samples.poisoned(Samples.state(timesteps: 4))
    var number = state.selectedExplanation
    #expect(number != nil)
    if case .parts(let parts)? = number?.origin, let first = parts.first {
      number = state.trace.explanation(
        of: .quantity(.z0, unit: state.unit, step: state.step, sample: 0), state.parameters
      ).map { Address(of: $0, layer: "lstm", timesteps: state.trace.timestepIndex) }
      #expect(first.value.isNaN)
    }
    var there = state
    there.explained = [ExplainFrame(address: Address(quantity: "z0"), number: number)]
    expectFrame(draw(there), "explain-nan")
  }

  @Test("From 160 columns it stands open beside the formula") func framePane() {
    expectFrame(draw(Samples.forgetting(width: 200, height: 50)), "step-explained")
  }

  @Test("The step as a program") func frameCode() {
    let state = Samples.carry(width: 80, height: 24).after(
      .prompt, .type("c"), .type("o"), .type("d"), .type("e"))
    expectFrame(draw(state.after(.type(" "), .type("n"), .commit)), "code-80x24")
  }
}
