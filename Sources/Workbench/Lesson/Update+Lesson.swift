import Canvas
import Commands
import Lessons

/// Carries out what a person meant: the only function that changes a state.
///
/// - Returns: What the program is to do; each effect reports back as an action.
package func update(_ state: inout State, with action: Action) -> [Effect] {
  var effects = change(&state, with: action)
  if action.isReply, state.lesson?.isWaiting == true {
    state.lesson?.isWaiting = false
    effects += state.runPending()
  }
  // Last, of the view and the flags that a page's commands end with.
  return effects + state.askForTrial()
}

extension State {
  /// What the keys mean when nothing is typed and no list is open.
  var resting: Mode { lesson?.isShown == true ? .lesson(.reading) : .explore }

  mutating func perform(_ action: LessonAction) -> [Effect] {
    switch action {
    case .turn(let by):
      guard let lesson, lesson.isShown else {
        // Without a lesson a clicker goes through the formula.
        return update(&self, with: .moveLine(by))
      }
      return turn(to: lesson.page + by)
    case .reveal: reveal()
    case .hint: giveHint()
    case .digit(let digit): typeDigit(digit)
    case .answer:
      guard lesson?.isAsking == true || lesson?.isShown != true else { return enterAsElsewhere() }
      beginAnswer(with: "")
    case .answered(let text): answer(text)
    case .explore:
      lesson?.isShown = false
      mode = .explore
      message = .init("explore as you like; L comes back to the page")
    case .back: return backToLesson()
    case .contents:
      guard let lesson else { return [] }
      mode = .lesson(.contents(row: lesson.page))
    case .nothing: break
    case .begun(let fresh, let lesson, let title): return begin(lesson, title: title, on: fresh)
    case .reloaded(let lesson): return reload(lesson)
    case .told(let sentence): message = .init(sentence)
    }
    return []
  }

  // MARK: - Pages

  private mutating func begin(_ lesson: Lesson, title: String, on fresh: State) -> [Effect] {
    var start = fresh
    start.size = size
    start.theme = lesson.theme.flatMap { themes.contains($0) ? $0 : nil } ?? theme
    start.isPresenting = isPresenting
    start.history = history
    start.message = nil
    self = start
    self.lesson = LessonWalk(lesson, title: title, begin: start)
    return enter(page: 0)
  }

  private mutating func reload(_ lesson: Lesson) -> [Effect] {
    guard let walk = self.lesson else { return [] }
    self.lesson?.lesson = lesson
    let effects = enter(page: min(walk.page, lesson.pages.count - 1), isShown: walk.isShown)
    if message == nil { message = .init("the lesson was read again") }
    return effects
  }

  mutating func turn(to page: Int) -> [Effect] {
    guard let walk = lesson else { return noLesson() }
    guard page >= 0 else {
      message = .init("the first page")
      return []
    }
    guard page < walk.lesson.pages.count else {
      message = .init(
        walk.questions == 0
          ? "the end of this lesson"
          : "the end: \(walk.right) of \(walk.questions) right; :score FILE writes it")
      return []
    }
    return enter(page: page)
  }

  private mutating func noLesson() -> [Effect] {
    message = .init("no lesson is open; :lesson NAME opens one")
    return []
  }

  private mutating func backToLesson() -> [Effect] {
    guard let lesson else { return noLesson() }
    return enter(page: lesson.page)
  }

  /// Shows a page. Every page begins in the lesson's first state, so that it is the same whichever way one comes.
  private mutating func enter(page: Int, isShown: Bool = true) -> [Effect] {
    guard var walk = lesson, let start = walk.beginning() else { return [] }
    walk.page = page
    walk.isShown = isShown
    walk.isWaiting = false
    walk.pending = walk.present.commands
    walk.waiting = nil
    walk.refusals = []
    let wasRunning = isRunning
    let old = self
    self = start
    size = old.size
    theme = old.theme
    history = old.history
    isPresenting = old.isPresenting
    // Runs that are still under way belong to the page before.
    runNumber = old.runNumber + 1
    lesson = walk
    mode = resting
    return (wasRunning ? [.cancelRun] : []) + [.lesson(.restore)] + runPending()
  }

  /// Carries out the page's commands up to one that waits for the world.
  mutating func runPending() -> [Effect] {
    noteRefusal(of: lesson?.waiting)
    lesson?.waiting = nil
    while let line = lesson?.pending.first {
      lesson?.pending.removeFirst()
      // Questions are drawn, hints are asked for, and claims are for `lesson check`.
      switch line.command {
      case .ask, .hint, .expect: continue
      default: break
      }
      let before = message
      message = nil
      let effects = perform(line.command)
      if !effects.isEmpty {
        lesson?.isWaiting = true
        lesson?.waiting = line
        return effects
      }
      noteRefusal(of: line)
      if message?.kind != .error, before?.kind == .error { message = before }
    }
    // What the commands say of themselves is not what the page says.
    if message?.kind == .notice { message = nil }
    mode = resting
    return []
  }

  /// Keeps what a command of the page was refused with, for who verifies the lesson.
  private mutating func noteRefusal(of line: Lesson.Line?) {
    guard let line, let message, message.kind == .error else { return }
    lesson?.refusals.append(LessonWalk.Refusal(line: line.number, sentence: message.text))
  }

  // MARK: - Covering and asking

  mutating func hide(_ added: [Cover]) {
    // On a page that was answered everything is to be seen.
    if let lesson, lesson.isShown, !lesson.isAsking, lesson.present.question != nil { return }
    if let lesson, lesson.isShown, lesson.revealed.contains(lesson.page) { return }
    covers += added.map { cover in
      guard case .numbers(var address) = cover, address.layer == nil else { return cover }
      address.layer = subject.layerName
      return .numbers(address)
    }
    // What is explained already may be what is said.
    if added.contains(.output) { explained = explained.filter { !isOutput($0.address) } }
    message = .init("covered: \(added.map(\.text).joined(separator: " ")); :reveal shows it")
  }

  mutating func reveal() {
    guard let walk = lesson, walk.isShown else {
      message = .init(covers.isEmpty ? "nothing is covered" : "nothing is covered any more")
      covers = []
      return
    }
    guard !covers.isEmpty || walk.isAsking else {
      message = .init("nothing is covered here")
      return
    }
    covers = []
    lesson?.revealed.insert(walk.page)
    mode = resting
  }

  private mutating func giveHint() {
    guard let walk = lesson, walk.isAsking else {
      message = .init("nothing is asked here")
      return
    }
    guard !walk.present.hints.isEmpty else {
      message = .init("there is no hint here; r reveals")
      return
    }
    lesson?.hints[walk.page] = min((walk.hints[walk.page] ?? 0) + 1, walk.present.hints.count)
  }

  private mutating func typeDigit(_ digit: Int) {
    guard let walk = lesson, walk.isAsking, let question = walk.present.question else {
      message = .init("nothing is asked here")
      return
    }
    guard case .choice(let choices, _) = question else { return beginAnswer(with: "\(digit)") }
    guard choices.indices.contains(digit - 1) else {
      message = .init("the answers run from 1 to \(choices.count)")
      return
    }
    answer("\(digit)")
  }

  private mutating func beginAnswer(with text: String) {
    guard let walk = lesson, walk.isAsking, let question = walk.present.question else {
      message = .init("nothing is asked here; n goes on")
      return
    }
    if case .choice(let choices, _) = question {
      message = .init("press a digit from 1 to \(choices.count)")
      return
    }
    mode = .lesson(.answering(text))
  }

  /// Where nothing is asked Enter does what it does without a lesson.
  private mutating func enterAsElsewhere() -> [Effect] {
    lesson?.isShown = false
    mode = .explore
    let effects = action(for: .enter).map { update(&self, with: $0) } ?? []
    if message == nil { message = .init("L comes back to the page") }
    return effects
  }

  /// Judges an answer to the page's question, and shows what was covered.
  mutating func answer(_ text: String) {
    guard let walk = lesson, let question = walk.present.question else {
      message = .init("nothing is asked")
      return
    }
    guard walk.isAsking else {
      message = .init("it was answered before: \(walk.answer?.remark ?? "revealed")")
      return
    }
    switch judge(text, question) {
    case .success(let answer):
      lesson?.answers[walk.page] = answer
      covers = []
      mode = resting
    case .failure(let problem):
      message = .init(problem.sentence, .warning)
    }
  }

  /// The answers so far, as text.
  package var scoreSheet: String? {
    guard let walk = lesson else { return nil }
    var lines = [walk.lesson.title, "\(walk.right) of \(walk.questions) right", ""]
    for (index, page) in walk.lesson.pages.enumerated() where page.question != nil {
      let answer = walk.answers[index]
      let verdict = answer.map { $0.isRight ? "right" : "wrong" } ?? "no answer"
      lines.append("page \(index + 1), \(Prose.plain(page.heading)): \(verdict)")
      if let answer { lines.append("  answered \(answer.given): \(answer.remark)") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  mutating func writeScore(to path: String, overwrite: Bool) -> [Effect] {
    guard let scoreSheet else { return noLesson() }
    return [.lesson(.write(scoreSheet, path: path, overwrite: overwrite))]
  }

  // MARK: - Commands

  mutating func open(lesson name: String) -> [Effect] {
    guard name.isEmpty else { return [.lesson(.open(name))] }
    return backToLesson()
  }

  mutating func turn(to page: Command.Page) -> [Effect] {
    guard let walk = lesson else { return noLesson() }
    switch page {
    case .next: return turn(to: walk.page + 1)
    case .back: return turn(to: walk.page - 1)
    case .number(let number):
      guard (1...walk.lesson.pages.count).contains(number) else {
        message = .init("the pages run from 1 to \(walk.lesson.pages.count)", .error)
        return []
      }
      return turn(to: number - 1)
    }
  }

  mutating func check(_ claim: Claim) {
    // A yes or no would tell what a cover hides.
    guard !isCovered(claim) else {
      message = .init("that is covered; :reveal shows it", .warning)
      return
    }
    switch verdict(on: claim) {
    case .success(let verdict):
      message = .init(
        verdict.isTrue ? "true: \(verdict.found)" : "not true: \(verdict.found)",
        verdict.isTrue ? .notice : .warning)
    case .failure(let problem): message = .init(problem.sentence, .error)
    }
  }

  mutating func refuseQuestion() {
    message = .init("questions are for the pages of a lesson; lstmscope lesson new FILE begins one")
  }

  /// The call of an LSTM by its layer's name, `two_ways/backward`, or its number.
  mutating func open(layer name: String) -> [Effect] {
    if let call = Int(name), (0..<subject.map.callCount).contains(call) { return open(call: call) }
    if name == subject.layerName { return [] }
    let parts = name.split(separator: "/")
    for row in subject.map.rows where !row.calls.isEmpty {
      if row.name == name { return open(call: row.calls.lowerBound) }
      if let last = parts.last, parts.count == 2, row.name == parts[0], row.calls.count == 2 {
        if last == "forward" { return open(call: row.calls.lowerBound) }
        if last == "backward" { return open(call: row.calls.lowerBound + 1) }
      }
    }
    let names = subject.map.rows.filter { !$0.calls.isEmpty }.map(\.name)
    message = .init("there is no LSTM '\(name)'; there is \(names.joined(separator: ", "))", .error)
    return []
  }
}

extension Action {
  /// Whether it answers an effect that a command asked for.
  fileprivate var isReply: Bool {
    switch self {
    case .ran, .opened, .fed, .foundNonFinite, .foundAllFinite, .explained, .notExplained, .translated,
      .notTranslated, .restarted, .failed, .runCancelled, .saved, .wrote:
      true
    default: false
    }
  }
}
