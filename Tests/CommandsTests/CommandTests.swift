import Testing

@testable import Commands

@Suite struct CommandTests {
  @Test(
    "A line is read into a command",
    arguments: [
      ("goto 5", .goto(5)), ("12", .goto(12)), ("goto nan", .gotoNonFinite),
      ("goto c[3]@5", .gotoAddress(Address(quantity: "c", indices: [3], timestep: 5))), ("unit 3", .unit(3)),
      ("edit x[0]@1 0.5", .edit(Address(quantity: "x", indices: [0], timestep: 1), 0.5)),
      ("edit x[0]@1=-2e-3", .edit(Address(quantity: "x", indices: [0], timestep: 1), -2e-3)),
      ("q", .quit(force: false)), ("q!", .quit(force: true)), ("quit!", .quit(force: true)),
      ("w  my file.npz ", .write("my file.npz", force: false)),
      ("theme gruvbox-dark", .theme("gruvbox-dark")),
      ("dec 4", .decimals("4")), ("  undo", .undo),
    ] as [(String, Command)])
  func parses(line: String, command: Command) throws {
    #expect(try Command(parsing: line) == command)
  }

  @Test("A misspelt command names the nearest") func nearestName() {
    #expect(throws: CommandError.unknown("gotto", nearest: "goto")) { try Command(parsing: "gotto 3") }
    #expect(throws: CommandError.unknown("xyzzy", nearest: nil)) { try Command(parsing: "xyzzy") }
  }

  @Test(
    "What is missing or wrong is said",
    arguments: ["goto", "unit", "unit x", "edit x[0]", "edit x[0] y", "write", ""])
  func refused(line: String) {
    #expect(throws: CommandError.self) { try Command(parsing: line) }
  }

  @Test("Names and aliases are all different") func names() {
    let names = CommandRow.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test("Names and then their words are completed") func completion() {
    let words = { (kind: CommandRow.Completion) in kind == .themes ? ["dark", "light", "light-2"] : [] }
    #expect(completions(of: "un", words: words) == ["unit", "undo"])
    #expect(completions(of: "theme l", words: words) == ["theme light", "theme light-2"])
    #expect(completions(of: "theme x", words: words) == [])
    #expect(completions(of: "unit 1", words: words) == [])
  }

  @Test("Near words are few edits away, and nobody looks for one near a word of a thousand letters")
  func near() {
    #expect(
      nearest(to: "schlaft", of: ["haus", "schläft", "schlaf", "läuft"], count: 3) == ["schläft", "schlaf"])
    #expect(nearest(to: "ab", of: ["abcdef", "xyz"], count: 3) == [])
    let long = String(repeating: "a", count: 1000)
    #expect(nearest(to: long, of: [long]) == nil && nearest(to: long, of: [long], count: 3) == [])
    #expect(nearest(to: "schlafen", of: [long, "schlafe"]) == "schlafe")
  }
}
