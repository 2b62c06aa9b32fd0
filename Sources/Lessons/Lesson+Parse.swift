import Commands
import Yams

extension Lesson {
  /// The first word behind the three backticks of a block of commands.
  package static let commandFence = "lstmscope"
  package static let noteFence = "note"

  /// Reads a lesson: YAML between `---`, then a page to each heading.
  ///
  /// Everything is Markdown that any site shows: paragraphs, items, `>` for what stands under the view, blocks
  /// ```` ```lstmscope ```` of commands and ```` ```note ```` for the teacher. HTML comments are not read.
  ///
  /// - Throws: `LessonError` with the line; where several pages are wrong, all that is wrong in them.
  package init(parsing text: String) throws(LessonError) {
    self.init()
    // Of either kind of line end; the characters \r\n are one.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    let body = try readFront(lines)
    var reader = Reader(lines: lines, next: body)
    pages = reader.allPages()
    if var error = reader.problems.first {
      error.others = Array(reader.problems.dropFirst())
      throw error
    }
    guard !pages.isEmpty else {
      throw LessonError(line: body + 1, "it has no pages; a page begins with a heading, as in # First page")
    }
  }

  /// - Returns: The first line behind the front, counted from 0.
  private mutating func readFront(_ lines: [String]) throws(LessonError) -> Int {
    guard lines.first?.isRule == true, let end = lines.indices.dropFirst().first(where: { lines[$0].isRule })
    else {
      throw LessonError(
        line: 1, "a lesson begins with a front between two lines of ---: title, demo or model")
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: lines[1..<end].joined(separator: "\n"))
    } catch {
      let detail = "\(error)".split(separator: "\n").map(String.init).joined(separator: " ")
      throw LessonError(line: 1, "its front is no YAML: \(detail)")
    }
    guard let front = node?.mapping else {
      throw LessonError(line: 1, "its front has no keys such as title:")
    }
    for (key, value) in front {
      let name = key.scalar?.string ?? ""
      // The front's first line is the file's second.
      let line = (key.mark?.line ?? 0) + 1
      keyLines[name] = line
      try set(name, FrontValue(node: value, key: name, line: line))
    }
    guard !title.isEmpty else { throw LessonError(line: 1, "its front has no title:") }
    guard demo != nil || model != nil else {
      throw LessonError(line: 1, "its front names neither a demo: nor a model: to look at")
    }
    guard demo == nil || model == nil else {
      throw LessonError(line: 1, "its front names a demo: and a model:; one of them is meant")
    }
    return end + 1
  }

  private mutating func set(_ name: String, _ value: FrontValue) throws(LessonError) {
    switch name {
    case "title": title = try value.text()
    case "question": question = try value.text()
    case "minutes": minutes = try value.number()
    case "demo": demo = try value.text()
    case "model": model = try value.text()
    case "input", "inputs": inputs = try value.texts()
    case "tokens": tokens = try value.text()
    case "text": text = try value.text()
    case "layer": layer = try value.text()
    case "theme": theme = try value.text()
    case "size":
      let parts = try value.text().split(separator: "x").compactMap { Int($0) }
      guard parts.count == 2, (80...500).contains(parts[0]), (24...200).contains(parts[1]) else {
        throw value.wrong("columns x rows, 80x24 or more")
      }
      (width, height) = (parts[0], parts[1])
    default:
      throw LessonError(
        line: value.line,
        "'\(name)' is no key of a lesson; the keys are \(Self.keys.joined(separator: ", "))")
    }
  }

  private static let keys = [
    "title", "question", "minutes", "demo", "model", "input", "tokens", "text", "layer", "theme", "size",
  ]
}

/// A value of the front.
private struct FrontValue {
  let node: Node
  let key: String
  let line: Int

  func text() throws(LessonError) -> String {
    guard let text = node.scalar?.string, !text.isEmpty else { throw wrong("one text") }
    return text
  }

  func texts() throws(LessonError) -> [String] {
    guard let list = node.sequence else { return [try text()] }
    let texts = list.compactMap { $0.scalar?.string }
    guard texts.count == list.count else { throw wrong("one text or a list of them") }
    return texts
  }

  func number() throws(LessonError) -> Int {
    guard let number = node.int, number > 0 else { throw wrong("a whole number above 0") }
    return number
  }

  func wrong(_ wanted: String) -> LessonError { LessonError(line: line, "\(key): takes \(wanted)") }
}

/// Goes through the lines behind the front.
private struct Reader {
  let lines: [String]
  var next: Int
  private var pages: [Lesson.Page] = []
  /// All that is wrong, in order: who writes a lesson mends it at once.
  private(set) var problems: [LessonError] = []
  /// The paragraph that goes on with the next line, and whether it stands under the view.
  private var open: (paragraph: Lesson.Paragraph, isAside: Bool)?

  init(lines: [String], next: Int) {
    self.lines = lines
    self.next = next
  }

  mutating func allPages() -> [Lesson.Page] {
    while next < lines.count {
      do throws(LessonError) { try readLine() } catch { problems.append(error) }
    }
    do throws(LessonError) { try closeParagraph() } catch { problems.append(error) }
    return pages
  }

  private mutating func readLine() throws(LessonError) {
    let line = lines[next].trimmedBlanks
    next += 1
    if line.hasPrefix("```") {
      try closeParagraph()
      try readFence(String(line.dropFirst(3)).trimmedBlanks)
    } else if line.hasPrefix("<!--") {
      try skipComment(line)
    } else if line.hasPrefix("#") {
      try closeParagraph()
      let heading = String(line.drop { $0 == "#" }).trimmedBlanks
      guard !heading.isEmpty else { throw error("a heading without words") }
      pages.append(Lesson.Page(heading: heading, line: next))
    } else if line.isEmpty {
      try closeParagraph()
    } else {
      try read(line)
    }
  }

  private mutating func read(_ line: String) throws(LessonError) {
    let isAside = line.hasPrefix(">")
    let isPlainItem = line.hasPrefix("- ") || line.hasPrefix("* ")
    let isItem = isPlainItem || isOrderedItem(line)
    if isItem || open?.isAside != isAside { try closeParagraph() }
    let text =
      isAside ? String(line.dropFirst()).trimmedBlanks : isPlainItem ? "• " + line.dropFirst(2) : line
    if var present = open {
      present.paragraph.text += " " + text
      open = present
    } else {
      open = (Lesson.Paragraph(text: text, line: next), isAside)
    }
  }

  /// As in Markdown a number in the midst of a paragraph begins a list only where it is 1.
  private func isOrderedItem(_ line: String) -> Bool {
    guard let marker = Prose.marker(of: line) else { return false }
    guard let open else { return true }
    return marker.hasPrefix("1.") || marker.hasPrefix("1)") || Prose.marker(of: open.paragraph.text) != nil
  }

  private mutating func closeParagraph() throws(LessonError) {
    guard let present = open else { return }
    open = nil
    guard !pages.isEmpty else {
      throw LessonError(
        line: present.paragraph.line,
        "text before the first heading; a page begins with one, as in # First page")
    }
    if present.isAside {
      guard pages[pages.count - 1].aside == nil else {
        throw LessonError(line: present.paragraph.line, "a page has one > paragraph; this is its second")
      }
      pages[pages.count - 1].aside = present.paragraph
    } else {
      pages[pages.count - 1].paragraphs.append(present.paragraph)
    }
  }

  /// A comment may go on over lines; what stands behind its end is not read.
  private mutating func skipComment(_ first: String) throws(LessonError) {
    let start = next
    var line = first
    while !line.contains("-->") {
      guard next < lines.count else { throw LessonError(line: start, "a comment <!-- without its end -->") }
      line = lines[next]
      next += 1
    }
  }

  private mutating func readFence(_ kind: String) throws(LessonError) {
    let start = next
    guard !pages.isEmpty else {
      skipBlock()
      throw LessonError(line: start, "a block before the first heading")
    }
    guard kind == Lesson.commandFence || kind == Lesson.noteFence else {
      skipBlock()
      throw LessonError(
        line: start,
        "a block of kind '\(kind)'; there are \(Lesson.commandFence) for commands and \(Lesson.noteFence) for the teacher"
      )
    }
    var note: [String] = []
    while true {
      guard next < lines.count else { throw LessonError(line: start, "a block ``` without its end ```") }
      let line = lines[next].trimmedBlanks
      next += 1
      if line.hasPrefix("```") { break }
      if kind == Lesson.noteFence {
        note.append(line)
      } else if !line.isEmpty, !line.hasPrefix("#") {
        do throws(LessonError) { try readCommand(line) } catch { problems.append(error) }
      }
    }
    if kind == Lesson.noteFence {
      let text = note.joined(separator: " ").trimmedBlanks
      pages[pages.count - 1].notes.append(Lesson.Paragraph(text: text, line: start))
    }
  }

  /// To behind the end of a block that can't be read.
  private mutating func skipBlock() {
    while next < lines.count {
      next += 1
      if lines[next - 1].trimmedBlanks.hasPrefix("```") { return }
    }
  }

  private mutating func readCommand(_ line: String) throws(LessonError) {
    let text = line.hasPrefix(":") ? String(line.dropFirst()).trimmedBlanks : line
    do {
      let command = try Command(parsing: text)
      if !command.isForPages {
        throw error("'\(text)' is for a person to type and not for a page")
      }
      if case .ask = command, pages[pages.count - 1].question != nil {
        throw error("a page asks one question; this is its second")
      }
      if case .hint = command, pages[pages.count - 1].question == nil {
        throw error("a hint before its ask")
      }
      pages[pages.count - 1].commands.append(Lesson.Line(number: next, command: command, text: text))
    } catch let problem as LessonError {
      throw problem
    } catch let problem as CommandError {
      throw error(problem.message)
    } catch {
      throw self.error("\(error)")
    }
  }

  /// About the line just read.
  private func error(_ message: String) -> LessonError { LessonError(line: next, message) }
}

extension Command {
  /// Whether a lesson may do it: it must not write files, leave, or turn its own pages.
  fileprivate var isForPages: Bool {
    switch self {
    case .write, .save, .export, .code, .score, .quit, .page, .lesson, .play, .help, .answer: false
    default: true
    }
  }
}

extension String {
  fileprivate var isRule: Bool { trimmedBlanks == "---" }

  fileprivate var trimmedBlanks: String {
    var text = self[...]
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}
