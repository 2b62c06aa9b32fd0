import Commands
package import Lessons

/// A lesson being walked: which page is read, what was answered, and where it began.
package struct LessonWalk: Equatable, Sendable {
  package internal(set) var lesson: Lesson
  /// `lesson 2 · one step, line by line`.
  package let title: String
  /// Counted from 0.
  package internal(set) var page = 0
  /// Whether the page is on the screen; otherwise a person explores, and comes back.
  package internal(set) var isShown = true
  /// What was answered, by page.
  package internal(set) var answers: [Int: Answer] = [:]
  /// How many hints were asked for, by page.
  package internal(set) var hints: [Int: Int] = [:]
  /// Pages whose covers were taken off without an answer.
  package internal(set) var revealed: Set<Int> = []
  /// Commands of the page that are still to be carried out.
  var pending: [Lesson.Line] = []
  /// The one that waits.
  var waiting: Lesson.Line?
  /// Commands of the page that the state refused.
  package internal(set) var refusals: [Refusal] = []
  /// Whether one of them waits for what it asked of the world.
  var isWaiting = false
  /// The state in which every page begins: one of it, in an array because a state cannot hold another.
  private let begin: [State]

  init(_ lesson: Lesson, title: String, begin: State) {
    self.lesson = lesson
    self.title = title
    self.begin = [begin]
  }

  /// What a person answered, and what was said to it.
  package struct Answer: Equatable, Sendable {
    package let given: String
    package let isRight: Bool
    package let remark: String
    /// The choice that was made, where it is one; counted from 0.
    package let choice: Int?
  }

  /// A command of a page that could not be carried out, and why.
  package struct Refusal: Equatable, Sendable {
    /// Of the lesson's file.
    package let line: Int
    package let sentence: String
  }

  package var present: Lesson.Page { lesson.pages[min(page, lesson.pages.count - 1)] }
  package var answer: Answer? { answers[page] }
  /// Whether the page's question waits for an answer.
  package var isAsking: Bool { present.question != nil && answers[page] == nil && !revealed.contains(page) }
  package var questions: Int { lesson.pages.count { $0.question != nil } }
  package var right: Int { answers.values.count(where: \.isRight) }

  func beginning() -> State? { begin.first }
}

/// What happens in a lesson.
package enum LessonAction: Equatable, Sendable {
  /// Pages on or back.
  case turn(Int)
  case reveal
  case hint
  /// A digit is a choice, or begins a number.
  case digit(Int)
  /// Begin to type an answer.
  case answer
  case answered(String)
  case explore
  /// From exploring back to the page.
  case back
  case contents
  /// A key that must do nothing.
  case nothing
  /// From the world: a lesson was opened with its model, and this is its first screen.
  case begun(State, Lesson, title: String)
  /// The lesson's file was saved.
  case reloaded(Lesson)
  /// Something was done, in a sentence.
  case told(String)

  /// Whether a person did it, and not the world.
  var isFromAPerson: Bool {
    switch self {
    case .begun, .reloaded, .told: false
    case .turn, .reveal, .hint, .digit, .answer, .answered, .explore, .back, .contents, .nothing: true
    }
  }
}

/// What a lesson asks of the program.
package enum LessonEffect: Equatable, Sendable {
  /// Open a lesson by its name or file.
  case open(String)
  /// Take the model as it was when the lesson began.
  case restore
  case write(String, path: String, overwrite: Bool)
}
