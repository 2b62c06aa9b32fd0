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

  /// Sentences that run together.
  private static let batch = 64

  /// Every sentence run, those with as many words together, and c of one LSTM kept.
  ///
  /// - Parameter progress: Told how many have been run; false stops.
  /// - Returns: nil where it was stopped.
  func survey(_ opened: Opened, call: Int, progress: (Int) -> Bool) throws -> Survey? {
    let layer = opened.network.calls[call]
    guard let source = opened.vocabularies.source else {
      throw Failure(.usage, "the sentences can't be read without a vocabulary")
    }
    // A sentence with unknown words says nothing about known ones.
    let read = rows.compactMap { row -> (row: Row, ids: [Int])? in
      let tokens = source.tokens(of: row.source)
      return tokens.unknown.isEmpty && !tokens.ids.isEmpty ? (row, tokens.ids) : nil
    }
    var found: [(place: Int, sentence: Survey.Sentence, carries: [Float])] = []
    var done = 0
    for group in read.map(\.ids.count).grouped(by: Self.batch) {
      guard progress(done) else { return nil }
      let runs = try opened.walks(of: layer.key, sources: group.map { read[$0].ids })
      for (place, run) in zip(group, runs) {
        guard let run else { continue }
        let row = read[place].row
        found.append(
          (place, Survey.Sentence(words: run.words, text: row.source, facts: row.facts), run.carries))
      }
      done += group.count
    }
    found.sort { $0.place < $1.place }
    return Survey(
      layer: layer.key, units: layer.parameters.units, sentences: found.map(\.sentence),
      carries: found.map(\.carries))
  }
}

extension [Int] {
  /// The places of equal entries, the smallest entries first, no more than `limit` together.
  func grouped(by limit: Int) -> [[Int]] {
    let equal = Dictionary(grouping: indices) { self[$0] }
    return equal.sorted { $0.key < $1.key }.flatMap { _, places in
      stride(from: 0, to: places.count, by: limit).map {
        Array(places[$0..<Swift.min($0 + limit, places.count)])
      }
    }
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
