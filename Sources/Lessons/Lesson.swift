package import Commands

/// A lesson: what it opens, and pages of text with the program's own commands.
package struct Lesson: Equatable, Sendable {
  package var title = ""
  /// The question that it answers, in a learner's words.
  package var question = ""
  package var minutes: Int?
  /// A bundled model by its name.
  package var demo: String?
  /// A model file or a session, relative to the lesson's own folder.
  package var model: String?
  /// Arrays for a model file: `FILE` or `NAME=FILE`.
  package var inputs: [String] = []
  package var tokens: String?
  package var text: String?
  /// Which LSTM is looked at first.
  package var layer: String?
  /// The least size of a terminal that its pages fit, 80x24 unless it says another.
  package var width = 80
  package var height = 24
  package var theme: String?
  package var pages: [Page] = []
  /// Where the keys of the front stand in the file, counted from 1.
  package var keyLines: [String: Int] = [:]

  package init() {}

  package struct Page: Equatable, Sendable {
    package var heading: String
    /// Where the heading stands in the file, counted from 1.
    package var line: Int
    /// Paragraphs and items, in their order.
    package var paragraphs: [Paragraph] = []
    /// What stands under the view in place of its sentence: a paragraph behind `>`.
    package var aside: Paragraph?
    package var commands: [Line] = []
    /// For the teacher: printed with the answers, and nowhere else.
    package var notes: [Paragraph] = []

    package init(heading: String, line: Int) {
      self.heading = heading
      self.line = line
    }

    /// What is asked; nil where nothing is.
    package var question: Question? {
      for line in commands {
        if case .ask(let question) = line.command { return question }
      }
      return nil
    }

    /// Helps towards the answer, the first one first.
    package var hints: [String] {
      commands.compactMap { line in
        if case .hint(let text) = line.command { return text }
        return nil
      }
    }

    /// What is claimed, with the lines of the file.
    package var claims: [(claim: Claim, line: Int)] {
      commands.compactMap { line in
        if case .expect(let claim) = line.command { return (claim, line.number) }
        return nil
      }
    }

    /// Everything that is read on the screen.
    package var prose: [Paragraph] {
      [Paragraph(text: heading, line: line)] + paragraphs + (aside.map { [$0] } ?? [])
    }
  }

  /// Text with its line in the file.
  package struct Paragraph: Equatable, Sendable {
    package var text: String
    package let line: Int

    package init(text: String, line: Int) {
      self.text = text
      self.line = line
    }
  }

  /// A command with its line in the file.
  package struct Line: Equatable, Sendable {
    package let number: Int
    package let command: Command
    /// As it is written.
    package let text: String

    package init(number: Int, command: Command, text: String) {
      self.number = number
      self.command = command
      self.text = text
    }
  }
}

/// What is wrong with the text of a lesson.
package struct LessonError: Error, Equatable {
  /// Counted from 1.
  package let line: Int
  package let message: String
  /// What else is wrong behind it, in the order of the lines.
  package internal(set) var others: [LessonError] = []

  package init(line: Int, _ message: String) {
    self.line = line
    self.message = message
  }
}
