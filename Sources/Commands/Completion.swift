/// What can stand at the end of a line being typed.
///
/// - Parameters:
///   - line: The line so far, without its `:`.
///   - words: The words of a list that only the program knows.
/// - Returns: Whole lines, each of which begins with what is typed.
package func completions(
  of line: String, words: (CommandRow.Completion) -> [String]
) -> [String] {
  guard let blank = line.firstIndex(of: " ") else {
    return CommandRow.all.map(\.name).filter { $0.hasPrefix(line) }
  }
  let name = String(line[..<blank])
  guard let kind = CommandRow.named(name)?.completion else { return [] }
  let argument = line[line.index(after: blank)...].drop { $0 == " " }
  if kind == .words || kind == .targetWords || kind == .flags {
    // Of several words the one being typed.
    let before = argument.lastIndex(of: " ").map { argument[...$0] } ?? ""
    let typed = argument.dropFirst(before.count)
    return words(kind).filter { $0.hasPrefix(typed) }.map { "\(name) \(before)\($0)" }
  }
  return words(kind).filter { $0.hasPrefix(argument) }.map { "\(name) \($0)" }
}

/// The word of `words` that is fewest edits away from `word`; nil where none is near.
package func nearest(to word: String, of words: [String]) -> String? {
  near(word, words, within: max(1, word.count / 2)).min { $0.distance < $1.distance }?.word
}

/// The words of `words` that are fewest edits away from `word`, the nearest first; none that is far.
package func nearest(to word: String, of words: [String], count: Int) -> [String] {
  near(word, words, within: max(1, word.count / 3)).sorted {
    ($0.distance, $0.place) < ($1.distance, $1.place)
  }
  .prefix(count).map(\.word)
}

/// Longer words are no misspelt ones, and the time grows with the square of their length.
private let longestWord = 64

private func near(
  _ word: String, _ words: [String], within limit: Int
) -> [(word: String, distance: Int, place: Int)] {
  let length = word.count
  guard length <= longestWord else { return [] }
  return words.enumerated().compactMap { place, other in
    // As many edits as letters are missing are needed in any case.
    guard abs(other.count - length) <= limit else { return nil }
    let distance = distance(word, other)
    return distance <= limit ? (other, distance, place) : nil
  }
}

/// Levenshtein's distance: insertions, deletions and substitutions between two words.
private func distance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let substituted = diagonal + (letter == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}

extension String {
  var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
