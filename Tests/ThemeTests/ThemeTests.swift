import Canvas
import Glibc
import Testing

@testable import Theme

/// A theme that the program comes with: the file's name without its ending, and its text.
struct ShippedTheme: CustomTestStringConvertible, Sendable {
  let name: String
  let text: String
  var testDescription: String { name }
}

let shipped: [ShippedTheme] = {
  let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  guard let folder = opendir(root + "/Themes") else { return [] }
  defer { closedir(folder) }
  var themes: [ShippedTheme] = []
  while let entry = readdir(folder) {
    let file = withUnsafeBytes(of: entry.pointee.d_name) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    guard file.hasSuffix(".yaml"), let stream = fopen(root + "/Themes/" + file, "r") else { continue }
    defer { fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = fread(&bytes, 1, bytes.count, stream)
    themes.append(
      ShippedTheme(name: String(file.dropLast(5)), text: String(decoding: bytes[..<count], as: UTF8.self)))
  }
  return themes.sorted { $0.name < $1.name }
}()

@Suite struct ParsingTests {
  static let slots = Theme.Slot.allCases.map { "\($0)" }

  func modern(_ change: (inout [String]) -> Void = { _ in }) -> String {
    var lines = ["system: base16", "name: Test", "author: nobody", "variant: dark", "palette:"]
    lines += Self.slots.enumerated().map {
      "  \($1): \"\(String($0, radix: 16))0a0b0c\"".replacing("0a0b0c", with: "0a0b0")
    }
    change(&lines)
    return lines.joined(separator: "\n")
  }

  @Test("Both published forms, with and without #, give the same colours.")
  func forms() throws {
    let old =
      ["scheme: Test", "author: nobody"]
      + Self.slots.enumerated().map { "\($1): '#\(String($0, radix: 16))0a0b0'" }
    let one = try Theme.parse(modern(), name: "one")
    let two = try Theme.parse(old.joined(separator: "\n"), name: "two")
    #expect(one == two)
    #expect(one.name == "Test")
    #expect(one[.base0F] == Colour(0xF0A0B0))
  }

  @Test("Digits that YAML would take for a number are taken as they are written.")
  func digits() throws {
    let theme = try Theme.parse(
      modern {
        $0[5] = "  base00: 000010"; $0[6] = "  base01: 1e5000"
      }, name: "numbers")
    #expect(theme.background == Colour(0, 0, 0x10))
    #expect(theme[.base01] == Colour(0x1E5000))
  }

  @Test("The ramps may be given in part; the rest is made of the sixteen colours.")
  func ramps() throws {
    let theme = try Theme.parse(
      modern { $0 += ["heat:", "  zero: '#ffffff'", "gate: {high: '123456'}"] }, name: "ramps")
    #expect(
      theme.heat
        == Theme.Heat(negative: theme.heat.negative, zero: Colour(0xFFFFFF), positive: theme.heat.positive))
    #expect(
      theme.heat.negative == theme[.base0D].vivid(chroma: 0.15).readable(on: theme[.base01], contrast: 5))
    #expect(theme.gate.high == Colour(0x123456))
    #expect(theme.gate.low == theme[.base01])
  }

  @Test(
    "A message names the key and what was found.",
    arguments: [
      ("  base07: \"70a0b0\"", "  base0: x", "key base0, which means nothing"),
      ("  base07: \"70a0b0\"", "  base0G: '000000'", "key base0G, which means nothing"),
      ("name: Test", "inherits: nowhere", "inherits from nowhere, and there is no theme of that name"),
      ("  base07: \"70a0b0\"", "  base07: teal", "base07: teal, which is not a colour"),
      ("  base07: \"70a0b0\"", "  base07: \"70a0b\"", "base07: 70a0b, which is not a colour"),
      ("  base07: \"70a0b0\"", "  base07: [1, 2]", "base07: something with parts"),
      ("name: Test", "heat: {warm: '000000'}", "key heat.warm, which means nothing"),
      ("name: Test", "heat: {zero: '+12345'}", "heat.zero: +12345, which is not a colour"),
      ("name: Test", "gate: green", "gate: green, which is not a colour"),
      ("name: Test", "name: [", "is not YAML"),
    ])
  func messages(line: String, replacement: String, part: String) {
    let text = modern { $0[$0.firstIndex(of: line) ?? 0] = replacement }
    #expect(throws: ThemeError.self) { try Theme.parse(text, name: "bad") }
    do throws(ThemeError) {
      _ = try Theme.parse(text, name: "bad")
    } catch {
      #expect(error.message.contains(part), "\(error.message)")
      #expect(error.message.contains("theme bad"))
    }
  }

  @Test(
    "A text that is no mapping, or says no colour, is refused.",
    arguments: ["", "- a\n- b", "word", "\u{0}", "name: x", "palette: {}", "model: x.keras"])
  func noMapping(text: String) {
    #expect(throws: ThemeError.self) { try Theme.parse(text, name: "bad") }
  }
}

@Suite struct ShippedThemeTests {
  @Test("The built-in themes are those of the files.")
  func builtin() throws {
    let dark = try #require(shipped.first { $0.name == "dark" })
    let light = try #require(shipped.first { $0.name == "light" })
    #expect(try Theme.parse(dark.text, name: "dark") == Theme.builtin)
    #expect(try Theme.parse(light.text, name: "light") == Theme.builtinLight)
  }

  @Test("There are themes for dark and light, and each says what it is.", arguments: shipped)
  func variants(file: ShippedTheme) throws {
    let theme = try file.theme()
    #expect(file.text.contains("variant: \"\(theme.variant.rawValue)\""))
    #expect(!theme.author.isEmpty)
    #expect(shipped.count >= 6)
  }

  @Test(
    "The strength of a heat cell never goes back, and its sign shows, in 24 bits and in 256 colours.",
    arguments: shipped)
  func ramps(file: ShippedTheme) throws {
    let name = file.name
    let theme = try file.theme()
    for depth in [ColourDepth.direct, .indexed256] {
      let palette = Palette(theme: theme, depth: depth, isUnicode: true)
      func ground(_ role: Role, _ level: Int) throws -> Colour {
        try #require(colour(palette.appearance(of: Cell(role: role, level: Int8(level))).background))
      }
      for (role, sign) in [(Role.heatSigned, 1), (.heatSigned, -1), (.heatGate, 1)] {
        let lightness = try (1...31).map { Oklab(try ground(role, $0 * sign)).lightness }
        let isRising = lightness[30] > lightness[0]
        for (before, after) in zip(lightness, lightness.dropFirst()) {
          #expect(
            isRising ? after >= before - 0.004 : after <= before + 0.004, "\(name) \(depth) \(role) \(sign)")
        }
        #expect(abs(lightness[30] - lightness[0]) > 0.2, "\(name) \(depth) \(role) \(sign)")
      }
      let positive = try Set((1...31).map { try ground(.heatSigned, $0) })
      let negative = try Set((1...31).map { try ground(.heatSigned, -$0) })
      #expect(positive.isDisjoint(with: negative), "\(name) \(depth)")
      #expect(
        positive.count >= 5 && negative.count >= 5, "\(name) \(depth) \(positive.count) \(negative.count)")
    }
  }

  func colour(_ ink: Ink) -> Colour? {
    switch ink {
    case .standard: nil
    case .index(let index): Colour(xterm: index)
    case .rgb(let red, let green, let blue): Colour(red, green, blue)
    }
  }
}

@Suite struct ColourTests {
  @Test("Oklab goes there and back.")
  func oklab() {
    for value in stride(from: UInt32(0), through: 0xFFFFFF, by: 70001) {
      #expect(Oklab(Colour(value)).colour == Colour(value))
    }
  }

  @Test("Contrast is that of WCAG: 21 between black and white, 4.54 for #767676 on white.")
  func contrast() {
    let white = Colour(0xFFFFFF)
    #expect(abs(white.contrast(with: Colour(0)) - 21) < 1e-9)
    #expect(abs(Colour(0x767676).contrast(with: white) - 4.54) < 0.01)
  }

  @Test("Hexadecimal text and colours are the same thing.")
  func hex() {
    #expect(Colour(hex: "#0a1B2c")?.hex == "#0a1b2c")
    for text in ["", "#", "12345", "1234567", "+12345", "##12345", "é12345"] {
      #expect(Colour(hex: text) == nil)
    }
  }

  @Test("The xterm palette has its cube and its greys.")
  func xterm() {
    #expect(Colour(xterm: 16) == Colour(0))
    #expect(Colour(xterm: 196) == Colour(0xFF0000))
    #expect(Colour(xterm: 67) == Colour(0x5F87AF))
    #expect(Colour(xterm: 231) == Colour(0xFFFFFF))
    #expect(Colour(xterm: 255) == Colour(0xEEEEEE))
  }
}
