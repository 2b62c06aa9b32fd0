import Foundation
import Lessons
import TestSupport
import Testing

/// Lessons in the real program: every bundled one is run, walked and read.
@Suite("Lessons in the program") struct LessonTests {
  static let folder = Places.repository.appending(path: "Sources/lstmscope/Resources/lessons")
  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  static let numbers = Array(1...max(1, files.count))

  static func lesson(_ number: Int) throws -> Lesson {
    try Lesson(parsing: try String(contentsOf: folder.appending(path: files[number - 1]), encoding: .utf8))
  }

  @Test("There are twelve, of 6 to 15 pages, with a question and minutes, and they ask")
  func roster() throws {
    #expect(Self.files.count == 12)
    for number in Self.numbers {
      let lesson = try Self.lesson(number)
      #expect((6...15).contains(lesson.pages.count), "\(Self.files[number - 1])")
      #expect(lesson.question.hasSuffix("?") && lesson.minutes != nil)
      #expect(lesson.pages.count { $0.question != nil } >= 3, "\(Self.files[number - 1])")
      #expect(lesson.pages.contains { !$0.claims.isEmpty })
    }
  }

  @Test("lesson lists them with pages, minutes and the question each answers")
  func list() throws {
    let outcome = try Program.run("lesson")
    #expect(outcome.ending == .status(0))
    // Long lines are broken.
    let text = outcome.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for number in Self.numbers {
      let lesson = try Self.lesson(number)
      #expect(text.contains("\(lesson.title), \(lesson.pages.count) pages, \(lesson.minutes ?? 0) minutes"))
      #expect(text.contains(lesson.question))
    }
  }

  @Test("Every claim of every bundled lesson is true of its model, and every page fits", arguments: numbers)
  func check(number: Int) throws {
    let outcome = try Program.run("lesson check \(number)")
    #expect(outcome.ending == .status(0), "\(outcome.text)\(outcome.errors)")
    #expect(outcome.text.hasSuffix("all true\n") && !outcome.text.contains("warning"), "\(outcome.text)")
  }

  @Test(
    "Every lesson can be walked from end to end, and no line is clipped", arguments: numbers,
    [(80, 24), (120, 40)])
  func walk(number: Int, size: (width: Int, height: Int)) throws {
    let lesson = try Self.lesson(number)
    let session = try Session("lesson \(number)", width: size.width, height: size.height)
    for (index, page) in lesson.pages.enumerated() {
      let isThere = session.terminal.read(within: 10_000) {
        !$0.isMidFrame && $0.text(row: 0).contains("page \(index + 1)/\(lesson.pages.count)")
      }
      #expect(isThere, "page \(index + 1): \(session.text)")
      let words = page.paragraphs.flatMap { Prose.words(of: $0.text).map(\.text) }.joined(separator: " ")
      // Set into lines the text is the same, word for word.
      let rows = (1..<size.height).map { session.terminal.screen.text(row: $0) }
      let shown = rows.flatMap { $0.split(separator: " ") }.joined(separator: " ")
      #expect(shown.contains(words), "page \(index + 1): \(session.text)")
      #expect(
        !rows.contains { $0.hasSuffix(" …") && !$0.contains("  ") }, "page \(index + 1): \(session.text)")
      session.terminal.send("n")
    }
    let isAtEnd = session.terminal.read(within: 10_000) { !$0.isMidFrame && $0.text.contains("the end") }
    #expect(isAtEnd, "\(session.text)")
    session.terminal.send("q")
    session.expectEnding(.status(0))
  }

  // MARK: - One's own

  @Test("A new lesson is true as it stands, and is not written over another")
  func new() throws {
    let scratch = try Scratch()
    let path = scratch.path("mine.md")
    #expect(try Program.run(["lesson", "new", path]).ending == .status(0))
    let check = try Program.run(["lesson", "check", path])
    #expect(check.ending == .status(0), "\(check.text)")
    #expect(try Program.run(["lesson", "new", path]).ending == .status(73))
  }

  private static let front = "---\ntitle: T\ndemo: decay\n---\n\n"

  @Test(
    "check fails where a page does not say the truth, and tells the line",
    arguments: [
      ("# P\n\n```lstmscope\nexpect c[2]@1 ≈ 0.7\n```\n", ":9: not true: it is 0.5000, claimed is ≈ 0.7"),
      ("# P\n\nc is 0.5 there.\n", ":8: the number 0.5 is in the text"),
      ("# P\n\n```lstmscope\nexpect 1 = 1\n```\n", "claims nothing"),
      ("# P\n\n```lstmscope\nunit 9\n```\n", ":9: there is no unit 9"),
      ("# P\n\n```lstmscope\nview step\nunit 9\nview step\n```\n", ":10: there is no unit 9"),
      ("# P\n\n```lstmscope\nedit c[0]@0 1\ngoto 0\n```\n", ":9: c[0]@0 cannot be edited"),
      ("# P\n\n```lstmscope\nask place 1\n```\n", ":9: it asks, and no text of the page says what"),
      ("# P\n\n```lstmscope\nexpect c[9]@1 = 1\n```\n", "there is no unit 9"),
      ("# P\n\n```lstmscope\nask place 99\n```\n", "there is no timestep 99"),
      ("# P\n\n```lstmscope\nhide c[9]@1\n```\n", "there is no c[9]@1 to hide"),
      ("# P\n\n\(String(repeating: "far too many words ", count: 40))\n", ":6: it does not fit at 80x24"),
    ])
  func failing(page: String, sentence: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.front + page, as: "bad.md")
    let outcome = try Program.run(["lesson", "check", path])
    #expect(outcome.ending == .status(1), "\(outcome.text)\(outcome.errors)")
    #expect(outcome.text.contains(sentence), "\(outcome.text)")
  }

  @Test(
    "check warns where a covered number can be read off from the others of one line of the formula",
    arguments: [
      ("c[2]@3", "`h = o * tanh(c)`"), ("c[2]@3 h[2]@3", "`c = f * c_tm1 + i * g` at timestep 4"),
      ("c[2] h[2]", nil), ("f[1]@1", "`c = f * c_tm1 + i * g`"), ("i[1]@1 f[1]@1", nil),
      ("o[1]@1", "`h = o * tanh(c)`"), ("z1[1]@1", "`f = sigmoid(z1)`"), ("z[4]@1", "`f = sigmoid(z1)`"),
      ("z1[1]@1 f[1]@1 i[1]@1", nil), ("c0[1]", "`c = f * c_tm1 + i * g`"), ("h[1]@1", nil),
      ("zx[1]@1", "`z = zx + zh + bias`"), ("g", "`c = f * c_tm1 + i * g`"),
    ])
  func warning(covers: String, line: String?) throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      Self.front + "# What is it?\n\n```lstmscope\nhide \(covers)\nask number c[2]@3\n```\n", as: "open.md")
    let outcome = try Program.run(["lesson", "check", path])
    #expect(outcome.ending == .status(0), "\(outcome.text)\(outcome.errors)")
    let warning = outcome.text.split(separator: "\n").first { $0.contains("can be read off") }
    if let line {
      #expect(warning?.contains("every other number of \(line)") == true, "\(outcome.text)")
    } else {
      #expect(warning == nil, "\(outcome.text)")
    }
  }

  @Test("check tells all that is wrong at once, each with its line")
  func allAtOnce() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      Self.front + "# P\n```lstmscope\njump\nunit 1\ngoto\n```\n# Q\n```py\nx\n```\n#\n", as: "bad.md")
    let outcome = try Program.run(["lesson", "check", path])
    #expect(outcome.ending == .status(65))
    let lines = outcome.errors.split(separator: "\n").map(String.init)
    #expect(lines.count == 4, "\(outcome.errors)")
    for (line, says) in zip(
      lines, [":8: there is no command", ":10: goto needs", ":13: a block of kind 'py'", ":16: a heading"])
    {
      #expect(line.hasPrefix("lstmscope: \(path)") && line.contains(says), "\(line)")
    }
  }

  @Test("The list of lessons fits 80 columns")
  func listWidth() throws {
    let text = try Program.run(["lesson"]).text
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    #expect(text.contains("12  what-it-did-not-learn"))
  }

  @Test("A link is a link in the handout where it leads to a page, and its words everywhere else")
  func links() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      Self.front + "# P\n\nSee [the docs](https://keras.io/a?b=1&c), not [this](javascript:x) [1].\n",
      as: "l.md")
    let output = scratch.path("l.html")
    #expect(try Program.run(["lesson", "print", path, "--output", output]).ending == .status(0))
    let html = try String(contentsOfFile: output, encoding: .utf8)
    #expect(
      html.contains("See <a href=\"https://keras.io/a?b=1&amp;c\">the docs</a>, not this [1]."),
      "\(html.prefix(3000))")
    let plain = try Program.run(["lesson", path, "--plain"], input: [])
    #expect(plain.text.contains("See the docs, not this [1]."), "\(plain.text)")
  }

  @Test("The dialogue tells a curve by its value and slope, and a map by its numbers")
  func words() throws {
    let explain = try Program.run(["--demo", "question", "--plain"], input: Array("explain f[0]@1\n".utf8))
      .text
    #expect(explain.contains("slope 0.130"))
    #expect(
      !explain.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) || $0 == "▸" || $0 == "●" })
    let map = try Program.run(["--demo", "decay", "--plain"], input: Array("view sequence\n".utf8)).text
    #expect(map.contains("c carry, cell of unit 0: t 0 +1.0000, t 1"), "\(map)")
  }

  @Test(
    "What is no lesson is refused with its line and the right status",
    arguments: [
      (Self.front + "# P\n```lstmscope\njump\n```\n", 65, ":8: there is no command 'jump'"),
      ("no front\n", 65, ":1: a lesson begins with a front"),
      ("---\ntitle: T\ndemo: nothing\n---\n# P\n", 64, ":3: there is no demo 'nothing'"),
      ("---\ntitle: T\nmodel: gone.keras\n---\n# P\n", 66, ":3: "),
    ])
  func refused(text: String, status: Int32, sentence: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text, as: "bad.md")
    for arguments in [["lesson", path, "--plain"], ["lesson", "check", path]] {
      let outcome = try Program.run(arguments)
      #expect(outcome.ending == .status(status) && outcome.errors.contains(sentence), "\(outcome.errors)")
    }
    #expect(try Program.run("lesson three-tensers --plain").ending == .status(64))
    #expect(try Program.run("lesson gone.md --plain").ending == .status(66))
  }

  @Test("A handout has the questions, and the answers and notes only where they are asked for")
  func handout() throws {
    let scratch = try Scratch()
    let (plain, full) = (scratch.path("plain.html"), scratch.path("full.html"))
    #expect(try Program.run(["lesson", "print", "4", "--output", plain]).ending == .status(0))
    #expect(try Program.run(["lesson", "print", "1", "--answers", "--output", full]).ending == .status(0))
    let html = try String(contentsOfFile: plain, encoding: .utf8)
    #expect(html.contains("What a forget gate of one half does") && html.contains("Your answer:"))
    #expect(!html.contains("Answer: it is") && !html.contains("http") && !html.contains("<script"))
    // Where it asks for c[2]@3 = 0.125 the number is not in the picture beside the question.
    let asked = try #require(html.components(separatedBy: "<section>").dropFirst(2).first)
    #expect(!asked.contains("0.1250") && asked.contains("░"))
    // A map without colours is drawn in characters, and nothing on paper tells of keys.
    #expect(html.contains("█") && !html.contains("L comes back to the page"))
    let answers = try String(contentsOfFile: full, encoding: .utf8)
    #expect(
      answers.contains("Answer: it is") && answers.contains("Note: The question is asked in many threads"))
    #expect(try !String(contentsOfFile: plain, encoding: .utf8).contains("Note:"))
  }

  @Test("A handout has code and strong text from mark to mark, and items in one list")
  func handoutText() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      Self.front
        + "# P\n\nSome `code`, **bold**, *slanted* and 2 * 3.\n\n- one\n- two\n\nThen:\n\n1. first\n2. second\n",
      as: "list.md")
    let page = scratch.path("list.html")
    #expect(try Program.run(["lesson", "print", path, "--output", page]).ending == .status(0))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(
      html.contains(
        "<p>Some <code>code</code>, <strong>bold</strong>, <em>slanted</em> and 2 * 3.</p>\n"
          + "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>Then:</p>\n<ol>\n<li>first</li>\n<li>second</li>\n</ol>"
      ))
  }

  @Test("A page whose Returns needs a run of its own has it")
  func returnsOfPage() throws {
    let scratch = try Scratch()
    let path = scratch.path("both.html")
    #expect(try Program.run(["lesson", "print", "8", "--output", path]).ending == .status(0))
    let html = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!html.contains("running the layer with these flags"))
  }

  // MARK: - On the screen

  @Test("Saving the file shows the page anew, and a fault in it is said")
  func reload() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.front + "# One\n\nFirst words.\n", as: "live.md")
    let session = try Session("lesson \(path)")
    session.type("", shows: "First words.")
    _ = try scratch.write(Self.front + "# One\n\nOther words, longer.\n", as: "live.md")
    session.type("", shows: "Other words, longer.")
    _ = try scratch.write(Self.front + "# One\n\n```lstmscope\njump\n```\n", as: "live.md")
    session.type("", shows: "live.md:9: there is no command 'jump'")
    session.type("q", until: { !$0.isAlternate })
    session.expectEnding(.status(0))
  }

  @Test("A question is answered on the screen, explored and come back to, and the score is written")
  func answering() throws {
    let scratch = try Scratch()
    let path = scratch.path("score.txt")
    let session = try Session("lesson 4")
    session.type("n", shows: "Your answer, a number")
    session.type("0.125\r", shows: "right: it is 0.1250")
    session.type(Session.escape, shows: "L lesson")
    session.type("L", shows: "page 2/8")
    session.type(":score \(path)\r", shows: "written to")
    let score = try String(contentsOfFile: path, encoding: .utf8)
    #expect(score.contains("1 of") && score.contains("page 2"))
    session.type(":score \(path)\r", shows: ":score!")
    session.type("n", shows: "page 3/8")
    session.type(":score! \(path)\r", shows: "written to")
    session.type("q", until: { !$0.isAlternate })
    session.expectEnding(.status(0))
  }

  @Test("With --present a clicker's keys turn pages, others do nothing, and :q leaves")
  func present() throws {
    let session = try Session("lesson 4 --present")
    session.type("", shows: "page 1/8")
    session.type("\u{1B}[6~", shows: "page 2/8")
    session.terminal.send("b.q\u{3}\u{1B}[15~")
    session.terminal.send(Session.escape)
    session.terminal.read(quiet: 100, first: 100)
    #expect(session.text.contains("page 2/8"))
    session.type(Session.enter, shows: "it is 0.1250")
    session.type("\u{1B}[5~", shows: "page 1/8")
    session.terminal.send(":q\r")
    session.expectEnding(.status(0))
  }

  @Test("The sentences of Meaning are run once: other pages and texts find them there")
  func surveyedOnce() throws {
    let scratch = try Scratch()
    let folder = Places.repository.appending(path: "Sources/lstmscope/Resources/translator").path
    let sentences = scratch.path("s.tsv")
    try FileManager.default.copyItem(atPath: "\(folder)/sentences.tsv", toPath: sentences)
    let session = try scratch.write("demo: translator\nsentences: s.tsv\nlayer: encoder\n", as: "s.yaml")
    let path = try scratch.write(
      """
      ---
      title: T
      model: s.yaml
      ---

      # One

      ```lstmscope
      view meaning
      ```

      # Two

      ```lstmscope
      text das kind schläft
      view meaning
      ```
      """, as: "l.md")
    _ = session
    let screen = try Session("lesson \(path)", width: 120, height: 40)
    screen.type("", shows: "300 sentences")
    // What is not there cannot be read again.
    try FileManager.default.removeItem(atPath: sentences)
    screen.type("n") { $0.text.contains("page 2/2") && $0.text.contains("300 sentences") }
    screen.type("p") { $0.text.contains("page 1/2") && $0.text.contains("300 sentences") }
    screen.type(":text das kind schläft\r") { $0.text.contains("300 sentences") }
    #expect(!screen.text.contains("s.tsv"), "\(screen.text)")
    screen.type("q") { !$0.isAlternate }
    screen.expectEnding(.status(0))
  }

  // MARK: - As a dialogue

  @Test(
    "In lines a number behind an answered question is not taken for a timestep, and keys are told as commands"
  )
  func plainAnswered() throws {
    let outcome = try Program.run("lesson 4 --plain", input: Array("n\n0.5\n5\ngoto 5\n".utf8))
    #expect(outcome.ending == .status(0))
    let parts = outcome.text.components(separatedBy: "the question of this page was answered")
    try #require(parts.count == 2, "\(outcome.text)")
    #expect(parts[1].contains("goto 5 goes to that timestep"))
    #expect(!parts[0].contains("timestep 5 of") && parts[1].contains("timestep 5 of"))
    let flags = try Program.run(
      "lesson 1 --plain", input: Array((String(repeating: "n\n", count: 8) + "flags state\nL\n").utf8)
    ).text
    #expect(flags.contains("in this dialogue, a b c d m: type flags"))
    #expect(flags.contains("last_output, final_memory_state, final_carry_state"), "\(flags)")
  }

  @Test("--plain walks a lesson in lines: pages, an answer, a command, and a quiet end")
  func plainLesson() throws {
    let outcome = try Program.run(
      "lesson 4 --plain", input: Array("n\n0.5\n0.125\nhint\nn\n:goto c[1]@2\nexpect f[1]@1 ≈ 0.9\n".utf8))
    #expect(outcome.ending == .status(0) && outcome.errors == "")
    let text = outcome.text
    #expect(text.contains("page 2 of 8\nWhat a forget gate of one half does"))
    #expect(text.contains("c covered") && text.contains("Your answer?"))
    #expect(text.contains("not quite: it is 0.1250, you said 0.5"))
    #expect(text.contains("true: it is 0.9000"))
    #expect(!text.contains("\u{1B}") && !text.contains("░"))
  }

  @Test("--plain walks a model in lines too")
  func plainModel() throws {
    let outcome = try Program.run(
      "--demo question --plain", input: Array("n\nunit 1\nline 9\nnothing\nhide c\nall\nquit\nn\n".utf8))
    #expect(outcome.ending == .status(0))
    let text = outcome.text
    #expect(text.hasPrefix("question.keras, layer lstm, LSTM(3), input question.npy\n"))
    #expect(
      text.contains("timestep 1 of 0 to 1, unit 1 of 0 to 2\nline 9 of 12: c = f * c_tm1 + i * tanh(z2)"))
    #expect(text.contains("c -0.2544") && text.contains("there is no command 'nothing'"))
    #expect(text.contains("c carry, cell: covered covered covered"))
  }

  @Test("In lines :explain is told once, and leaving says nothing more")
  func plainExplain() throws {
    let outcome = try Program.run(
      "--demo question --plain", input: Array("explain c[1]@1\nexpect units = 3\n\nquit\n".utf8))
    #expect(outcome.ending == .status(0))
    let parts = outcome.text.components(separatedBy: "true: it is 3")
    try #require(parts.count == 2)
    #expect(parts[0].contains("view Explain"))
    #expect(!parts[1].contains("view Explain"))
    let silent = try Program.run("--demo question --plain", input: Array("explain c[1]@1\nquit\n".utf8))
    #expect(parts[0].hasPrefix(silent.text))
  }

  @Test("In lines a lesson is read to its end without an answer", arguments: numbers)
  func plainWalk(number: Int) throws {
    let lesson = try Self.lesson(number)
    let outcome = try Program.run(
      "lesson \(number) --plain",
      input: Array(String(repeating: "n\n", count: lesson.pages.count).utf8))
    #expect(outcome.ending == .status(0))
    for page in lesson.pages {
      for paragraph in page.paragraphs { #expect(outcome.text.contains(Prose.plain(paragraph.text))) }
    }
  }
}
