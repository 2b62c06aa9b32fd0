import LSTM
import Network
import Sessions
import Workbench

/// A table of sentences with what is known of them: source, target, kind and facts, a tab between.
///
/// The first line names the columns. Only the first is needed; facts stand between commas.
struct SentenceFile {
  struct Row {
    let source: String
    let target: String?
    let facts: Set<String>
  }

  let path: String
  let rows: [Row]

  /// - Parameter hasHead: Whether the first line names the columns; nil goes by whether it says so.
  /// - Throws: `Failure` 65 where there is no sentence in it.
  init(_ path: String, hasHead: Bool? = true) throws {
    self.path = path
    guard let text = String(validating: try Files.readAll(path), as: UTF8.self) else {
      throw Failure(.badData, "\(path): it is not UTF-8 text")
    }
    let lines = text.split(whereSeparator: \.isNewline)
    let names: Set<String> = ["source", "german", "text", "sentence", "input"]
    let isHead = lines.first.map { names.contains(String($0.prefix { $0 != "\t" }).lowercased()) } ?? false
    rows = lines.dropFirst(hasHead ?? isHead ? 1 : 0).map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let kind = fields.count > 2 && !fields[2].isEmpty ? ["kind \(fields[2])"] : []
      let known = kind + fields.dropFirst(3).flatMap { $0.split(separator: ",").map(String.init) }
      return Row(
        source: fields[0], target: fields.count > 1 && !fields[1].isEmpty ? fields[1] : nil,
        facts: Set(known.map(\.trimmingBlanks).filter { !$0.isEmpty }))
    }
    guard !rows.isEmpty else {
      throw Failure(
        .badData,
        "\(path): there is no sentence in it; a line of column names, then source, target, kind and facts with tabs between"
      )
    }
  }

  /// Every sentence run, and c of one LSTM kept.
  ///
  /// - Parameter progress: Told how many have been run; false stops.
  /// - Returns: nil where it was stopped.
  func survey(_ opened: Opened, call: Int, progress: (Int) -> Bool) throws -> Survey? {
    let key = opened.network.calls[call].key
    let units = opened.network.calls[call].parameters.units
    guard let source = opened.vocabularies.source else {
      throw Failure(.usage, "the sentences can't be read without a vocabulary")
    }
    var sentences: [Survey.Sentence] = []
    var carries: [[Float]] = []
    for (index, row) in rows.enumerated() {
      guard progress(index) else { return nil }
      let tokens = source.tokens(of: row.source)
      // A sentence with unknown words says nothing about known ones.
      guard tokens.unknown.isEmpty, !tokens.ids.isEmpty else { continue }
      let run = try opened.translating(Translation.Request(source: tokens.ids))
      guard let trace = run.network.calls.first(where: { $0.key == key })?.trace else { continue }
      let place = run.network.calls.firstIndex { $0.key == key } ?? 0
      sentences.append(
        Survey.Sentence(
          words: run.subject(of: place).words ?? [], text: row.source, facts: row.facts))
      carries.append(Array(trace.c.prefix(trace.timesteps * units)))
    }
    return Survey(layer: key, units: units, sentences: sentences, carries: carries)
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
