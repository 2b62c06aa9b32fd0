import ArgumentParser
import Canvas
import Glibc
import LSTM
import Lessons
import Network
import Theme
import Workbench

/// Lessons: lists them, walks one, and helps to write one.
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson", abstract: "Lessons: list them, walk one, verify, begin or print one.",
    discussion: """
      Examples:
        lstmscope lesson                             the bundled lessons
        lstmscope lesson three-tensors               walk one; its number will do
        lstmscope lesson mine.md                     walk your own; saving the file shows it anew
        lstmscope lesson three-tensors --present     for the projector and a clicker; :q leaves
        lstmscope lesson three-tensors --plain       as a dialogue in lines
        lstmscope lesson new mine.md                 begin one
        lstmscope lesson check mine.md               does it say the truth, and does it fit?
        lstmscope lesson print mine.md --answers --output handout.html
      """,
    subcommands: [WalkLesson.self, CheckLesson.self, NewLesson.self, PrintLesson.self],
    defaultSubcommand: WalkLesson.self)
}

/// Walks a lesson; without a name lists the bundled ones.
struct WalkLesson: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk", abstract: "Walk a lesson; without a name, list the bundled ones.")

  @Argument(help: "A bundled lesson's name or number, or a Markdown file.", completion: .file())
  var name: String?

  @Flag(name: .long, help: "For the projector: a clicker's keys alone do something, and :q leaves.")
  var present = false

  @OptionGroup(title: "Appearance") var appearance: AppearanceOptions

  func run() throws {
    guard let name else { return try list() }
    let file = try LessonFile.named(name)
    let theme = try appearance.theme.map { ($0, try Resources.theme($0)) }
    if let own = file.lesson.theme, theme == nil { _ = try Resources.theme(own) }
    let (opened, setup) = try file.open()
    let loop = try ScreenLoop(
      ScreenLoop.state(
        of: opened, setup, run: Run(opened.network.calls[opened.call].trace), theme: theme?.0 ?? "dark",
        isPresenting: present), opened, setup, theme: theme.map { (name: $0.0, theme: $0.1) },
      appearance: appearance, hasScreen: !appearance.plain)
    loop.begin(file)
    if appearance.plain {
      try PlainDialogue(loop).walk()
    } else {
      loop.show()
    }
  }

  private func list() throws {
    var text = ""
    for (index, entry) in LessonFile.bundled.enumerated() {
      let lesson = try LessonFile(path: entry.path).lesson
      let size = "\(lesson.pages.count) pages" + (lesson.minutes.map { ", \($0) minutes" } ?? "")
      let head = "\(index + 1 < 10 ? " " : "")\(index + 1)  "
      let lines = "\(entry.name): \(lesson.title), \(size)".wrapped(to: 76)
      text += zip([head] + Array(repeating: "    ", count: lines.count), lines).map { "\($0)\($1)\n" }
        .joined()
      for line in lesson.question.wrapped(to: 76) where !line.isEmpty { text += "    \(line)\n" }
    }
    text += "\nlstmscope lesson NAME walks one; lstmscope lesson new FILE.md begins your own.\n"
    try TraceWriter.write(Array(text.utf8), to: nil)
  }
}

/// Runs a lesson without a screen, and says what is not true of it.
struct CheckLesson: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Verify a lesson: its claims, its pages' size, its questions.",
    discussion: """
      Exit status 1 where a claim is not true of the model, a page does not fit at 80x24, or a number in the text of a \
      page stands there without a claim (expect). Where a covered number can still be read off from others, it warns.
      """)

  @Argument(help: "A bundled lesson's name or number, or a Markdown file.", completion: .file())
  var name: String

  func run() throws {
    let check = try LessonCheck(try LessonFile.named(name))
    try TraceWriter.write(Array(check.report.utf8), to: nil)
    if !check.failures.isEmpty { throw ExitCode(1) }
  }
}

/// Writes a lesson to begin with.
struct NewLesson: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a short lesson, with comments, to begin with.")

  @Argument(help: "The Markdown file to write.", completion: .file())
  var file: String

  func run() throws {
    guard !Files.exists(file) else {
      throw Failure(.cannotCreate, "\(file): it is there already; give another name")
    }
    try Files.write(Array(LessonStarter.text.utf8), to: file, overwrite: false)
    try TraceWriter.write(
      Array("\(file): lstmscope lesson \(file) walks it, and shows it anew whenever you save it\n".utf8),
      to: nil)
  }
}

/// Writes a handout.
struct PrintLesson: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "Write a lesson as a page of HTML that can be printed.")

  @Argument(help: "A bundled lesson's name or number, or a Markdown file.", completion: .file())
  var name: String

  @Flag(name: .long, help: "With the answers, and with the notes for the teacher.")
  var answers = false

  @Option(name: .long, help: "The HTML file.", completion: .file())
  var output: String

  func run() throws {
    let html = try LessonHandout(try LessonFile.named(name), hasAnswers: answers).html
    try Files.write(Array(html.utf8), to: output, overwrite: true)
  }
}
