import ArgumentParser
import Glibc
import Lessons

/// A lesson's file, bundled or a person's own.
struct LessonFile {
  let path: String
  let lesson: Lesson
  /// Its place among the bundled ones, counted from 1; nil for a person's own.
  let number: Int?
  private var stamp: Stamp

  /// When a file was last written, and how long it was.
  private struct Stamp: Equatable {
    var seconds = 0
    var nanoseconds = 0
    var size = 0

    init(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return }
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
      size = Int(status.st_size)
    }
  }

  /// - Throws: `Failure` 66 where it is not there, 65 with the file's line where it is no lesson.
  init(path: String) throws {
    self.path = path
    stamp = Stamp(path)
    guard !Files.isDirectory(path) else {
      throw Failure(.noInput, "\(path): a directory; a lesson is one Markdown file")
    }
    let text = String(decoding: try Files.readAll(path), as: UTF8.self)
    do {
      lesson = try Lesson(parsing: text)
    } catch {
      func sentence(_ error: LessonError) -> String { "\(path):\(error.line): \(error.message)" }
      throw Failure(.badData, sentence(error), further: error.others.map(sentence))
    }
    number = Self.bundledPaths.firstIndex(of: path).map { $0 + 1 }
  }

  /// The name that `lesson NAME` takes: the file's, without its number and its ending.
  var name: String { Self.name(of: path) }

  /// What stands over its pages.
  var title: String { (number.map { "lesson \($0) · " } ?? "") + lesson.title.lowercasedFirst }

  var hasChanged: Bool { Stamp(path) != stamp }
  mutating func noteChange() { stamp = Stamp(path) }

  /// Opens what the lesson looks at.
  ///
  /// - Throws: `Failure` with the line of the front that names what can't be opened.
  func open() throws -> (Opened, Setup) {
    do {
      let setup = try setup()
      var notes: [String] = []
      return (
        try Opening.open(try setup.openModel(), path: setup.model, options: setup.inputs, notes: &notes),
        setup
      )
    } catch let failure as Failure {
      guard !failure.sentence.hasPrefix("\(path):") else { throw failure }
      let named = failure.option.flatMap { lesson.keyLines[$0] }
      let line = named ?? lesson.keyLines["demo"] ?? lesson.keyLines["model"] ?? 1
      throw Failure(failure.status, "\(path):\(line): \(failure.sentence)")
    }
  }

  private func setup() throws -> Setup {
    var inputs = try InputOptions.parse([])
    inputs.text = lesson.text
    inputs.tokens = lesson.tokens ?? ""
    inputs.layer = lesson.layer
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
    func located(_ file: String) -> String {
      file.hasPrefix("/") || folder.isEmpty ? file : "\(folder)/\(file)"
    }
    inputs.input = lesson.inputs.map { input in
      guard let sign = input.firstIndex(of: "="), !input[..<sign].contains("/") else { return located(input) }
      return "\(input[...sign])\(located(String(input[input.index(after: sign)...])))"
    }
    do {
      try inputs.check()
    } catch let failure as Failure {
      throw Failure(.badData, "\(path): \(failure.sentence)")
    }
    if let demo = lesson.demo { return try Demo.named(demo).setup(inputs) }
    let model = located(lesson.model ?? "")
    return try Setup(file: model, inputs: inputs)
  }

  // MARK: - The bundled ones

  /// In the order in which they are taught.
  private static let bundledPaths: [String] = {
    guard let folder = Resources.bundled("lessons") else { return [] }
    return Files.list(folder).filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
  }()

  static var bundled: [(name: String, path: String)] { bundledPaths.map { (name(of: $0), $0) } }

  private static func name(of path: String) -> String {
    let file = Files.name(of: path)
    let stem = file.hasSuffix(".md") ? String(file.dropLast(3)) : file
    let bare = stem.drop { $0.isNumber }.drop { $0 == "-" }
    return bare.isEmpty ? stem : String(bare)
  }

  /// A bundled lesson by its name or number, or a file.
  ///
  /// - Throws: `Failure` 64 for a name that is not known.
  static func named(_ name: String) throws -> LessonFile {
    if let lesson = bundled.first(where: { $0.name == name }) { return try LessonFile(path: lesson.path) }
    if let number = Int(name), bundled.indices.contains(number - 1) {
      return try LessonFile(path: bundled[number - 1].path)
    }
    if name.contains("/") || name.contains(".") || Files.exists(name) { return try LessonFile(path: name) }
    throw Failure(
      .usage, "there is no lesson '\(name)'; there is \(bundled.map(\.name).joined(separator: ", "))")
  }
}

extension String {
  /// As inside a sentence: `One step` is `one step`, `LSTM` stays.
  fileprivate var lowercasedFirst: String {
    guard let first, dropFirst().first?.isUppercase == false else { return self }
    return first.lowercased() + dropFirst()
  }
}
