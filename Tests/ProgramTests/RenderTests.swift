import Foundation
import TestSupport
import Testing

/// A frame without a terminal: the same numbers and characters as the screen has.
@Suite("render") struct RenderTests {
  static let demo = "render DEMO --input DEMO_INPUT"

  @Test(
    "It prints what the screen shows", arguments: ["step", "returns", "sequence", "model"],
    [(80, 24), (120, 40)])
  func asTheScreen(view: String, size: (Int, Int)) throws {
    let session = try Session(
      "--demo question --theme dark --ascii --color none", width: size.0, height: size.1)
    session.type(":view \(view)\r") {
      $0.text(row: 0).lowercased().contains(view) && !$0.text.contains("Tab shows which")
    }
    let shown = Self.lines(session.text)
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
    let outcome = try Program.run(
      "\(Self.demo) --view \(view) --size \(size.0)x\(size.1) --ascii")
    #expect(outcome.ending == .status(0) && outcome.errors.isEmpty, "\(outcome.errors)")
    let printed = Self.lines(outcome.text)
    #expect(printed.count == size.1)
    for (row, (line, other)) in zip(printed, shown).enumerated() { #expect(line == other, "\(row)") }
    #expect(printed.first?.contains("question.keras") == true)
  }

  static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  @Test("--at moves to the number, and the map is of its quantity")
  func at() throws {
    let step = try Program.run("\(Self.demo) --at c[1]@1#1").text
    #expect(step.contains("sample 1/0…1 · t 1/0…1 · line 9/12") && step.contains("the numbers of unit 1"))
    let map = try Program.run("\(Self.demo) --at f[2]@1 --view sequence").text
    #expect(map.contains("v c h i [f] g o") && map.contains("f[2]@1#0"))
  }

  @Test(
    "Each format is what it says, and --output's ending chooses it",
    arguments: ["txt", "ansi", "svg", "html"])
  func formats(format: String) throws {
    let scratch = try Scratch()
    let path = scratch.path("frame.\(format)")
    let written = try Program.run("\(Self.demo) --theme light --color true --output \(path)")
    #expect(
      written.ending == .status(0) && written.output.isEmpty && written.errors.isEmpty, "\(written.errors)")
    let printed = try Program.run("\(Self.demo) --theme light --color true --format \(format)")
    #expect(try Data(contentsOf: URL(filePath: path)) == Data(printed.output))
    let marks: [String: String] = [
      "txt": " question.keras › lstm · LSTM(3) ", "ansi": "\u{1B}[0;1;38;2;28;31;36", "svg": "<svg xmlns=",
      "html": "<!DOCTYPE html>",
    ]
    #expect(
      printed.text.hasPrefix(try #require(marks[format])) || format == "ansi", "\(printed.text.prefix(200))")
    #expect(printed.text.contains(try #require(marks[format])))
    if format == "svg" || format == "html" {
      #expect(printed.text.contains("<title>question.keras › lstm · Step</title>"))
      #expect(printed.text.contains("#fafaf7") && !printed.text.contains("\u{1B}"))
    }
    #expect((format == "ansi") == printed.text.contains("\u{1B}"))
    #expect(scratch.names == ["frame.\(format)"])
  }

  @Test(
    "The colours of ansi are those asked for, then NO_COLOR, then the terminal's",
    arguments: [
      ("--color true", [:], "38;2;"), ("--color 256", ["NO_COLOR": "1"], "38;5;"), ("", [:], "38;5;"),
      ("", ["COLORTERM": "truecolor", "TERM": "xterm"], "38;2;"), ("", ["TERM": "xterm-256color"], "38;5;"),
      ("", ["NO_COLOR": "1"], nil), ("", ["NO_COLOR": "1", "TERM": "xterm-256color"], nil),
      ("--color none", ["COLORTERM": "truecolor", "TERM": "xterm"], nil), ("", ["TERM": "dumb"], nil),
    ] as [(String, [String: String], String?)])
  func depth(option: String, environment: [String: String], code: String?) throws {
    let text = try Program.run("\(Self.demo) --format ansi \(option)", environment: environment).text
    #expect(text.contains("\u{1B}["))
    for other in ["38;2;", "38;5;"] { #expect(text.contains(other) == (other == code), "\(other)") }
  }

  @Test(
    "Without colours every mark is a character: what was edited, read, computed, where one is, and a map's signs"
  )
  func marks() throws {
    let step = try Program.run("\(Self.demo) --at c[1]@1").text
    for mark in ["▶ c = f", "▸-0.2544", "·+0.2254", "[1]", "▸ 1", "…"] {
      #expect(step.contains(mark), "\(mark)")
    }
    let map = try Program.run("\(Self.demo) --view sequence --at c[1]@1").text
    // The legend goes from the strongest negative to the strongest positive, in two families of characters.
    #expect(map.contains("⣿⣿⠶⠶⠒⠒⠂.░▒▒▓▓██") || map.contains("⣿⣿⠶⠶⠒⠂⠂.░░▒▓▓██"), "\(map)")
    #expect(map.contains("▼") && map.contains("▸ 1"))
    let model = try Program.run("\(Self.demo) --view model").text
    #expect(model.contains("◆[lstm]"))
    let returns = try Program.run("\(Self.demo) --view returns").text
    #expect(returns.contains("◀─┐ the same numbers") && returns.contains("[x] a return_sequences"))
    let scratch = try Scratch()
    let session = try Session("--demo question --color none", width: 120, height: 40)
    session.edit("0.5")
    session.type(":export \(scratch.path("edited.txt"))\r", shows: "this view was written")
    session.type(":q!\r") { !$0.isAlternate }
    let edited = try String(contentsOfFile: scratch.path("edited.txt"), encoding: .utf8)
    #expect(edited.contains("[0]*+0.5000") && edited.contains("1 edit"), "\(edited)")
    #expect(edited.matches(of: /\*[+\-]\d/).count > 5)
  }

  @Test(
    "What is wrong is one sentence",
    arguments: [
      ("render DEMO", 64, ["needs an input"]),
      ("render DEMO --random --view stpe", 64, ["no view 'stpe'", "did you mean 'step'", "returns"]),
      ("render DEMO --random --view zzzzzzzz", 64, ["no view 'zzzzzzzz'; the views are step"]),
      (
        "render DEMO --random --view bridge", 64,
        ["bridge has nothing to show", "step, returns, sequence, model"]
      ),
      ("render DEMO --random --size 10x10", 64, ["from 60x16 to 1000x500"]),
      ("render DEMO --random --size 1001x40", 64, ["1001x40"]),
      ("render DEMO --random --size 99999999999999999999x40", 64, ["columns and rows"]),
      ("render DEMO --random --size 120", 64, ["columns and rows, as in 120x40, not '120'"]),
      ("render DEMO --random --size 80x24x3", 64, ["columns and rows"]),
      ("render DEMO --random --size -80x-24", 64, ["--size"]),
      ("render DEMO --random --format png", 64, ["png"]),
      ("render DEMO --random --output a.png", 64, ["must end in .txt, .ansi, .svg or .html"]),
      ("render DEMO --random --output a.svg --format html", 64, ["which is meant"]),
      ("render DEMO --random --at c[9]@0", 64, ["--at c[9]@0", "run from 0 to 2"]),
      ("render DEMO --random --at nowhere", 64, ["nowhere"]),
      ("render DEMO --random --theme nrod", 64, ["there is no theme 'nrod'"]),
      ("render missing.keras --random", 66, ["missing.keras"]),
      ("render DEMO --random --output /dev/null/a.svg", 73, ["cannot be created"]),
    ] as [(String, Int32, [String])])
  func wrong(line: String, status: Int32, phrases: [String]) throws {
    let outcome = try Program.run(line)
    #expect(outcome.ending == .status(status), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    for phrase in phrases { #expect(outcome.errors.contains(phrase), "\(outcome.errors)") }
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }

  @Test("A name from a file can't break out of the markup, nor send a code to a terminal")
  func names() throws {
    let scratch = try Scratch()
    let model = try Data(contentsOf: URL(filePath: Program.folder).appending(path: Program.demo))
    let path = try scratch.write(Array(model), as: "<b>&\u{1B}[31m\"'.keras")
    for format in ["txt", "ansi", "svg", "html"] {
      let outcome = try Program.run([
        "render", path, "--random", "--format", format, "--color", "none", "--size", "120x40",
      ])
      #expect(outcome.ending == .status(0), "\(outcome.errors)")
      #expect(
        !outcome.text.contains("\u{1B}[31m") && !outcome.text.contains("<b>") || format == "txt"
          || format == "ansi")
      #expect(!outcome.text.contains("\u{1B}[31m"))
    }
  }
}

@Suite(":export") struct ExportTests {
  @Test(
    "It writes the view as it is seen, without the command line, and says so",
    arguments: ["txt", "svg", "html"])
  func exports(ending: String) throws {
    let scratch = try Scratch()
    let path = scratch.path("view.\(ending)")
    let session = try Session("--demo question --theme light", width: 120, height: 40)
    session.type(":view returns\r", shows: "whole_seq_output")
    session.type(":export \(path)\r", shows: "this view was written to")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let rendered = try Program.run(
      "render DEMO --input DEMO_INPUT --view returns --theme light --size 120x40 --format \(ending)"
    ).text
    #expect(text == rendered)
  }

  @Test("In the colours of the theme that is shown, chosen on the way")
  func theme() throws {
    let scratch = try Scratch()
    let session = try Session("--demo question", width: 120, height: 40)
    session.type(":theme nord\r") { !$0.text.contains(":theme") }
    session.type(":export \(scratch.path("nord.svg"))\r", shows: "this view was written to")
    session.type("q") { !$0.isAlternate }
    #expect(try String(contentsOfFile: scratch.path("nord.svg"), encoding: .utf8).contains("#2e3440"))
  }

  @Test("A file that is there is overwritten by :export! only; another ending and no folder are said")
  func refuses() throws {
    let scratch = try Scratch()
    let path = try scratch.write("before", as: "view.txt")
    let session = try Session("--demo question", width: 200)
    session.type(":export \(path)\r", shows: "exists; :export! overwrites it")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
    session.type(":export \(scratch.path("view.png"))\r", shows: "must end in .txt, .ansi, .svg or .html")
    session.type(":export /dev/null/view.svg\r", shows: "cannot be created")
    session.type(":export\r", shows: "export needs a file name")
    session.type(":export! \(path)\r", shows: "this view was written to")
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("question.keras"))
    // What was exported is no edit, and none is asked for.
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
    #expect(scratch.names == ["view.txt"])
  }
}

@Suite("themes") struct ThemesTests {
  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(
      atPath: Places.repository.appending(path: "Themes").path)
    return (files ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test("Into a pipe go names and descriptions, a theme a line, without codes")
  func plain() throws {
    let outcome = try Program.run("themes")
    #expect(outcome.ending == .status(0) && outcome.errors.isEmpty)
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.map { String($0.prefix { $0 != " " }) } == Self.names && Self.names.count >= 12)
    #expect(
      lines.contains { $0.hasPrefix("nord ") && $0.contains(" dark ") && $0.contains("Arctic Ice Studio") })
    #expect(lines.contains { $0.hasPrefix("paper ") && $0.contains(" light ") })
    #expect(!outcome.text.contains("\u{1B}"))
  }

  @Test("With --color each theme shows itself in its colours")
  func coloured() throws {
    let text = try Program.run("themes --color true").text
    for name in Self.names { #expect(text.contains(name)) }
    // nord's background and its red, dark's warning.
    #expect(text.contains("48;2;46;52;64") && text.contains("38;2;242;166;90"))
    let ascii = try Program.run("themes --color none --ascii").text
    #expect(ascii.utf8.allSatisfy { $0 < 0x80 } && ascii.contains("+++") && ascii.contains("---"))
  }

  @Test("A theme of one's own stands among them and inherits; one that is broken is said and hides no other")
  func own() throws {
    let scratch = try Scratch()
    let folder = scratch.folder.appending(path: "lstmscope/themes")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: folder.appending(path: "\(name).yaml"))
    }
    try write("name: Mine\ninherits: nord\nbase00: '101820'", "mine")
    try write("base00: [", "broken")
    try write("inherits: ring", "ring")
    let environment = ["XDG_CONFIG_HOME": scratch.folder.path]
    let outcome = try Program.run("themes", environment: environment)
    #expect(outcome.ending == .status(0))
    #expect(outcome.text.split(separator: "\n").count == Self.names.count + 1)
    #expect(
      outcome.text.contains("mine ") && outcome.errors.contains("broken is not YAML"), "\(outcome.errors)")
    #expect(outcome.errors.contains("ring inherits from itself"))
    let svg = try Program.run(
      "render DEMO --input DEMO_INPUT --theme mine --format svg", environment: environment
    ).text
    // Its own background, and nord's red, which the key's blue stands for here.
    #expect(svg.contains("#101820") && svg.contains("#81a1c1"))
  }
}
