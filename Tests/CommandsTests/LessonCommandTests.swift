import Testing

@testable import Commands

@Suite("Commands of lessons") struct LessonCommandTests {
  @Test(
    "A claim is as exact as its number is written",
    arguments: [("0.31", 0.005), ("3", 0.5), ("-0.2544", 0.00005), ("3.4e38", 5e36), ("1.0000", 0.00005)])
  func tolerance(text: String, tolerance: Double) {
    #expect(abs(Claim.tolerance(of: text) / tolerance - 1) < 1e-5)
  }

  @Test(
    "A relation holds or does not",
    arguments: [
      (0.3149, Claim.Relation.approximately, 0.31, true), (0.3151, .approximately, 0.31, false),
      (1, .equal, 1, true), (1, .equal, 1.001, false), (.nan, .equal, .nan, true), (.nan, .less, 1, false),
      (0.5, .less, 1, true), (2, .atLeast, 2, true), (2, .greater, 2, false), (2, .atMost, 1, false),
    ])
  func relations(left: Double, relation: Claim.Relation, right: Double, holds: Bool) {
    #expect(Claim.holds(left, relation, right, tolerance: 0.005) == holds)
  }

  @Test("Operators bind as in arithmetic, and a power from the right")
  func precedence() throws {
    let sum = try Expression(parsing: "1 + 2 * 3 ^ 2 ^ 1")
    #expect(
      sum
        == .combine(
          .add, .number(1),
          .combine(
            .multiply, .number(2),
            .combine(.power, .number(3), .combine(.power, .number(2), .number(1))))))
    #expect(
      try Expression(parsing: "( 1 + 2 ) * 3")
        == .combine(.multiply, .combine(.add, .number(1), .number(2)), .number(3)))
    #expect(
      try Expression(parsing: "8 - 4 - 2")
        == .combine(.subtract, .combine(.subtract, .number(8), .number(4)), .number(2)))
  }

  @Test("An expression has addresses, facts and functions")
  func expressions() throws {
    #expect(
      try Expression(parsing: "tanh c[0]@1")
        == .apply(.tanh, .address(Address(quantity: "c", indices: [0], timestep: 1))))
    #expect(
      try Expression(parsing: "decoder/h0[3]")
        == .address(Address(layer: "decoder", quantity: "h0", indices: [3])))
    #expect(try Expression(parsing: "output[2]@4") == .fact(.output(2, timestep: 4)))
    #expect(try Expression(parsing: "units") == .fact(.units))
  }

  @Test(
    "What cannot be computed is said",
    arguments: [
      ("1 +", "missing at its end"), ("( 1 + 2", "a ) is missing"), ("2*c[0]@1", "between blanks"),
      ("1 2", "an operator or the end"), ("weight[0]", "no address"), ("", "missing at its end"),
    ])
  func badExpressions(text: String, reason: String) {
    let error = #expect(throws: CommandError.self) { try Expression(parsing: text) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  @Test("Deep nesting is refused before the stack ends")
  func nesting() {
    let text = String(repeating: "( ", count: 100_000) + "1"
    #expect(throws: CommandError.self) { try Expression(parsing: text) }
    let functions = String(repeating: "tanh ", count: 100_000) + "1"
    #expect(throws: CommandError.self) { try Expression(parsing: functions) }
  }

  @Test("The kinds of questions")
  func questions() throws {
    #expect(
      try Question(parsing: "number c[1]@1 ± 0.05")
        == .number(.address(Address(quantity: "c", indices: [1], timestep: 1)), tolerance: 0.05))
    #expect(try Question(parsing: "choice a | *b | c d") == .choice(["a", "b", "c d"], right: 1))
    #expect(try Question(parsing: "place 3 ± 1") == .place(3, tolerance: 1))
    #expect(try Question(parsing: "text carry | c") == .text(["carry", "c"]))
  }

  @Test(
    "A question without an answer is refused",
    arguments: [
      "", "what", "number", "number c[1]@1 ± x", "choice a | b", "choice *a", "choice *a | *b", "place x",
      "text",
    ])
  func badQuestions(text: String) {
    #expect(throws: CommandError.self) { try Question(parsing: text) }
  }

  @Test("Weights cannot be hidden, numbers of a run can")
  func covers() throws {
    #expect(try Cover(parsing: "output") == .output)
    #expect(try Cover(parsing: "c@1") == .numbers(Address(quantity: "c", timestep: 1)))
    #expect(throws: CommandError.self) { try Cover(parsing: "kernel[0,1]") }
  }

  @Test(
    "Lines of a lesson are commands like any other",
    arguments: [
      ("focus f c", Command.focus(["f", "c"])), ("focus", .focus([])), ("reveal", .reveal),
      ("hide c[1]@1 output", .hide([.numbers(Address(quantity: "c", indices: [1], timestep: 1)), .output])),
      ("hint look left", .hint("look left")), ("answer 0.5", .answer("0.5")), ("page next", .page(.next)),
      ("page 3", .page(.number(3))), ("lesson", .lesson("")), ("score! s.txt", .score("s.txt", force: true)),
      ("layer two/backward", .layer("two/backward")), ("expect says who ?", .expect(.says("who ?"))),
    ])
  func commands(line: String, command: Command) throws {
    #expect(try Command(parsing: line) == command)
  }
}
