import Commands
import Testing

@testable import Lessons

@Suite("Lessons as text") struct LessonTests {
  static let whole = """
    ---
    title: Forgetting
    question: How long?
    minutes: 5
    demo: decay
    size: 100x30
    ---

    <!-- A comment,
         over two lines. -->
    # The **first** page

    A paragraph
    over two lines with `c[0]`.

    - an item

    > under the view

    ```lstmscope
    # not a command
    goto c[1]@2
    :hide c[1]@2
    ask number c[1]@2 ± 0.01
    hint half of it
    hint a quarter
    expect c[1]@2 ≈ 0.25
    ```

    ```note
    For the
    teacher.
    ```

    ## Second

    Text.
    """

  @Test("Front, pages, paragraphs, commands and notes are read with their lines")
  func whole() throws {
    let lesson = try Lesson(parsing: Self.whole)
    #expect(lesson.title == "Forgetting" && lesson.question == "How long?" && lesson.minutes == 5)
    #expect(lesson.demo == "decay" && lesson.width == 100 && lesson.height == 30)
    #expect(lesson.pages.map(\.heading) == ["The **first** page", "Second"])
    let page = lesson.pages[0]
    #expect(page.paragraphs.map(\.text) == ["A paragraph over two lines with `c[0]`.", "• an item"])
    #expect(page.aside?.text == "under the view")
    #expect(page.commands.map(\.number) == [22, 23, 24, 25, 26, 27])
    #expect(page.hints == ["half of it", "a quarter"])
    #expect(page.claims.map(\.line) == [27])
    #expect(page.notes.map(\.text) == ["For the teacher."])
    #expect(page.question != nil && lesson.pages[1].question == nil)
  }

  @Test("Line ends of Windows change nothing")
  func carriageReturns() throws {
    let windows = Self.whole.split(separator: "\n", omittingEmptySubsequences: false).joined(
      separator: "\r\n")
    #expect(try Lesson(parsing: windows) == Lesson(parsing: Self.whole))
  }

  static let front = "---\ntitle: T\ndemo: decay\n---\n"

  @Test(
    "What is wrong is said with its line",
    arguments: [
      ("", 1, "front"), ("# Page\n", 1, "front"), ("---\ntitle: T\n", 1, "front"),
      ("---\n: :\n---\n", 1, "YAML"),
      ("---\n- a\n---\n# P\n", 1, "no keys"),
      ("---\ntitle: T\n---\n# P\n", 1, "demo:"), ("---\ndemo: decay\n---\n# P\n", 1, "title:"),
      ("---\ntitle: T\ndemo: a\nmodel: b\n---\n# P\n", 1, "one of them"),
      ("---\ntitle: T\ndemo: a\ncolour: red\n---\n# P\n", 4, "no key of a lesson"),
      ("---\ntitle: T\ndemo: a\nminutes: many\n---\n# P\n", 4, "whole number"),
      ("---\ntitle: T\ndemo: a\nsize: 20x10\n---\n# P\n", 4, "80x24 or more"),
      ("---\ntitle: [a]\ndemo: a\n---\n# P\n", 2, "one text"),
      (front, 5, "no pages"), (front + "text\n", 5, "before the first heading"),
      (front + "#  \n", 5, "heading"),
      (front + "```lstmscope\n```\n", 5, "before the first heading"),
      (front + "# P\n\n```python\n```\n", 7, "kind 'python'"),
      (front + "# P\n```lstmscope\ngoto 1\n", 6, "without its end"),
      (front + "# P\n```lstmscope\ngoto 1\njump 2\n```\n", 8, "no command 'jump'"),
      (front + "# P\n```lstmscope\nexpect c[0]@1\n```\n", 7, "a claim such as"),
      (front + "# P\n```lstmscope\nwrite x.npy\n```\n", 7, "not for a page"),
      (front + "# P\n```lstmscope\nquit\n```\n", 7, "not for a page"),
      (front + "# P\n```lstmscope\nask place 1\nask place 2\n```\n", 8, "second"),
      (front + "# P\n```lstmscope\nhint a\n```\n", 7, "before its ask"),
      (front + "# P\n> a\n\n> b\n", 8, "second"), (front + "# P\n<!-- a\nb\n", 6, "without its end"),
    ])
  func errors(text: String, line: Int, phrase: String) {
    let error = #expect(throws: LessonError.self) { try Lesson(parsing: text) }
    #expect(error?.line == line, "\(error?.line ?? 0): \(error?.message ?? "")")
    #expect(error?.message.contains(phrase) == true, "\(error?.message ?? "")")
  }

  @Test(
    "Numbers in prose are found, places and names are not",
    arguments: [
      ("f is 0.4994, c -0.25.", ["0.4994", "0.25"]), ("It keeps 77 % of c.", ["77"]),
      ("about 77% of it", ["77"]),
      ("at t 3 and unit 2, line 9, Keras 3", []), ("`LSTM(3)` and `c[0]@1`", []),
      ("code `0.31` counts", ["0.31"]),
      ("z0 and h_tm1 and 3.4e38", ["3.4e38"]), ("The 2 samples (5, 3)", ["2", "5", "3"]),
      ("5,000 steps", ["5000"]),
      ("seven words", []),
    ])
  func numbers(text: String, numbers: [String]) {
    #expect(Prose.numbers(in: text) == numbers)
  }

  @Test("Marks of Markdown are not read aloud")
  func words() {
    let words = Prose.words(of: "a **very** plain `h = o * tanh(c)`, no more")
    #expect(words.map(\.text) == ["a", "very", "plain", "h", "=", "o", "*", "tanh(c),", "no", "more"])
    #expect(words.filter(\.isCode).map(\.text) == ["h", "=", "o", "*", "tanh(c),"])
    #expect(words.filter(\.isStrong).map(\.text) == ["very"])
  }

  @Test("No mutant of a lesson is a trap", arguments: 0..<6)
  func mutants(seed: UInt64) {
    var random = seed &+ 1
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    for _ in 0..<150 {
      var text = Array(Self.whole)
      for _ in 0..<1 + next(4) {
        switch next(3) {
        case 0: text.remove(at: next(text.count))
        case 1: text.insert("`-#>:[]@±|*\n0"[next(13)], at: next(text.count))
        default: text = Array(text.prefix(next(text.count)))
        }
        if text.isEmpty { text = ["#"] }
      }
      _ = try? Lesson(parsing: String(text))
    }
  }
}

extension String {
  fileprivate subscript(place: Int) -> Character { self[index(startIndex, offsetBy: min(place, count - 1))] }

  @Test("Ordered items are items, and their numbers are no claims")
  func orderedItems() throws {
    let lesson = try Lesson(
      parsing:
        "---\ntitle: T\ndemo: decay\n---\n# P\n\n1. first, 0.5\n2. second\n\nIn words\n12. goes on\n")
    let texts = lesson.pages[0].paragraphs.map(\.text)
    #expect(texts == ["1. first, 0.5", "2. second", "In words 12. goes on"])
    #expect(texts.flatMap { Prose.numbers(in: $0) } == ["0.5", "12"])
  }
}
