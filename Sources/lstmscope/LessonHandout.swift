import Commands
import Lessons
import Pictures
import Theme
import Workbench

/// A lesson as one page of HTML for paper: text, what the screen shows, room for answers, or the answers.
struct LessonHandout {
  let html: String

  init(_ file: LessonFile, hasAnswers: Bool) throws {
    let loop = try LessonWalker.start(file)
    let lesson = file.lesson
    var body = "<h1>\(Self.escaped(lesson.title))</h1>\n"
    if !lesson.question.isEmpty { body += "<p class=\"question\">\(Self.escaped(lesson.question))</p>\n" }
    if hasAnswers { body += "<p class=\"answer\">With answers, for the teacher.</p>\n" }
    for (index, page) in lesson.pages.enumerated() {
      if index > 0 { loop.perform(.lesson(.turn(1))) }
      if hasAnswers, page.question != nil { loop.perform(.lesson(.reveal)) }
      body += Self.section(page, number: index + 1, loop.state, hasAnswers: hasAnswers)
    }
    html = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>\(Self.escaped(lesson.title))</title>
      <style>
      body { font-family: Georgia, serif; line-height: 1.45; max-width: 44em; margin: 2em auto; padding: 0 1em; }
      section { break-inside: avoid; margin: 1.6em 0; }
      pre { font-family: "DejaVu Sans Mono", Menlo, monospace; font-size: 0.82em; line-height: 1.15; border: 1px solid;
        padding: 0.6em; overflow: hidden; }
      code { font-family: "DejaVu Sans Mono", Menlo, monospace; font-size: 0.85em; }
      .answer, .note { border-left: 3px solid; padding-left: 0.8em; }
      .blank { border-bottom: 1px solid; height: 1.8em; }
      li { margin: 0.2em 0; }
      @page { margin: 18mm; }
      </style>
      </head>
      <body>
      \(body)</body>
      </html>

      """
  }

  private static func section(
    _ page: Lesson.Page, number: Int, _ state: State, hasAnswers: Bool
  ) -> String {
    var html = "<section>\n<h2>\(number). \(inline(page.heading))</h2>\n"
    html += blocks(page.paragraphs)
    html += "<pre>\(escaped(picture(state)))</pre>\n"
    if let question = page.question { html += ask(question, page, state, hasAnswers: hasAnswers) }
    if let aside = page.aside { html += "<p><em>\(inline(aside.text))</em></p>\n" }
    if hasAnswers {
      for note in page.notes { html += "<p class=\"note\">Note: \(inline(note.text))</p>\n" }
    }
    return html + "</section>\n"
  }

  private static func ask(
    _ question: Question, _ page: Lesson.Page, _ state: State, hasAnswers: Bool
  ) -> String {
    var html = ""
    if case .choice(let choices, _) = question {
      html += "<ol>\(choices.map { "<li>\(escaped($0))</li>" }.joined())</ol>\n"
    }
    if hasAnswers {
      html += "<p class=\"answer\">Answer: \(escaped(state.solution(of: question)))</p>\n"
      for hint in page.hints { html += "<p class=\"answer\">Hint: \(escaped(hint))</p>\n" }
    } else {
      html += "<p>Your answer:</p>\n<div class=\"blank\"></div>\n"
    }
    return html
  }

  /// The view of the page, as text, covered where the page covers.
  private static func picture(_ state: State) -> String {
    var looked = state
    _ = update(&looked, with: .lesson(.explore))
    _ = update(&looked, with: .resized(Size(width: 80, height: 24)))
    looked.say(nil)
    // Paper has no colours: maps are drawn in characters.
    let text = String(
      decoding: Snapshot(
        looked, theme: .builtinLight, depth: ColourDepth.none, isUnicode: true, isAsked: false
      )
      .bytes(.txt), as: UTF8.self)
    // Without the row of keys, which do nothing on paper.
    var rows = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(23).map(String.init)
    while rows.last?.isEmpty == true { rows.removeLast() }
    return rows.joined(separator: "\n")
  }

  /// Paragraphs, and items that follow each other as one list.
  private static func blocks(_ paragraphs: [Lesson.Paragraph]) -> String {
    var html = ""
    var list: String?
    func end() { if let list { html += "</\(list)>\n" } }
    for paragraph in paragraphs {
      let marker = Prose.marker(of: paragraph.text)
      let wanted = marker.map { $0 == "• " ? "ul" : "ol" }
      if wanted != list {
        end()
        if let wanted, let marker {
          let first = marker.prefix { $0.isNumber }
          html += first.isEmpty || first == "1" ? "<\(wanted)>\n" : "<\(wanted) start=\"\(first)\">\n"
        }
        list = wanted
      }
      html +=
        marker.map { "<li>\(inline(String(paragraph.text.dropFirst($0.count))))</li>\n" }
        ?? "<p>\(inline(paragraph.text))</p>\n"
    }
    end()
    return html
  }

  /// Code, strong and emphasized text from mark to mark.
  private static func inline(_ text: String) -> String {
    var html = ""
    var open: [String] = []
    func turn(_ tag: String) {
      if open.last == tag {
        open.removeLast()
        html += "</\(tag)>"
      } else if !open.contains(tag) {
        open.append(tag)
        html += "<\(tag)>"
      }
    }
    var rest = text[...]
    var before: Character = " "
    while let character = rest.popFirst() {
      switch character {
      case "`": turn("code")
      case "[" where open.last != "code":
        guard let link = Prose.link(in: rest) else {
          html.append("[")
          break
        }
        let label = String(rest.prefix(link.length))
        rest = rest.dropFirst(link.length).drop { $0 != ")" }.dropFirst()
        // Nothing that would run: pages of the web, places of this one and files beside it.
        let isSafe =
          ["http://", "https://", "#"].contains(where: link.target.hasPrefix) || !link.target.contains(":")
        html += isSafe ? "<a href=\"\(escaped(link.target))\">\(inline(label))</a>" : inline(label)
      case "*" where open.last != "code":
        if rest.first == "*" {
          rest.removeFirst()
          turn("strong")
        } else if before == " ", rest.first ?? " " == " " {
          html.append(character)
        } else {
          turn("em")
        }
      default: html += escaped(String(character))
      }
      before = character
    }
    for tag in open.reversed() { html += "</\(tag)>" }
    return html
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
