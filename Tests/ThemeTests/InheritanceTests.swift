import Testing

@testable import Theme

/// What a theme does not say is another's.
@Suite struct InheritanceTests {
  func parse(_ text: String, others: [String: String] = [:]) throws -> Theme {
    try Theme.parse(text, name: "mine") { others[$0] }
  }

  @Test(
    "Colours that are not said are those of the built-in theme of the same variant.",
    arguments: [
      ("variant: dark\nbase08: 'aa0000'", Theme.builtin), ("variant: light\nbase08: 'aa0000'", .builtinLight),
      ("base00: '101010'\nbase08: 'aa0000'", .builtin), ("base00: 'f0f0f0'\nbase08: 'aa0000'", .builtinLight),
      ("palette: {base08: 'aa0000'}", .builtin),
    ])
  func builtin(text: String, base: Theme) throws {
    let theme = try parse(text)
    #expect(theme[.base08] == Colour(0xAA0000))
    for slot in Theme.Slot.allCases where slot != .base08 && slot != .base00 {
      #expect(theme[slot] == base[slot], "\(slot)")
    }
    #expect(theme.variant == base.variant)
    #expect(theme.name == "mine")
  }

  @Test("A theme that names another takes everything from it that it does not say, the ramps too.")
  func named() throws {
    let sea =
      "name: Sea\nauthor: somebody\nbase00: '001020'\nheat: {negative: '00ffff'}\ngate: {low: '001122'}"
    let theme = try parse("inherits: sea\nbase0B: '12ff34'\nheat: {zero: '223344'}", others: ["sea": sea])
    let parent = try parse(sea)
    #expect(theme.background == Colour(0x001020) && theme[.base0B] == Colour(0x12FF34))
    #expect(theme.heat.negative == Colour(0x00FFFF) && theme.heat.zero == Colour(0x223344))
    #expect(theme.heat.positive == parent.heat.positive && theme.gate == parent.gate)
    #expect(theme.name == "mine" && theme.author == "somebody")
  }

  @Test("The built-in themes can be named, and a theme through a theme.")
  func chain() throws {
    let theme = try parse(
      "inherits: one", others: ["one": "inherits: two\nbase0E: '0e0e0e'", "two": "inherits: light"])
    #expect(theme[.base0E] == Colour(0x0E0E0E))
    #expect(theme.background == Theme.builtinLight.background && theme.heat == Theme.builtinLight.heat)
  }

  @Test("Themes that inherit from each other in a ring are refused, with the ring in the sentence.")
  func ring() throws {
    do throws(ThemeError) {
      _ = try Theme.parse("inherits: a", name: "mine") { $0 == "a" ? "inherits: b" : "inherits: mine" }
      Issue.record("the ring was taken")
    } catch {
      #expect(error.message.contains("mine from a from b from mine"), "\(error.message)")
    }
    #expect(throws: ThemeError.self) { try parse("inherits: mine") }
  }
}
