import Foundation
import TestSupport
import Testing

/// The README's list of the largest difference of each case, checked when every file was compared.
///
/// With `UPDATE_README=1` in the environment it is written instead.
final class TruthReadme: @unchecked Sendable {
  // A class: tests that run beside each other fill one list, under its lock.
  static let shared = TruthReadme()
  private static let (start, end) = ("<!-- the truth, by case -->\n", "<!-- end -->")

  private let lock = NSLock()
  private var cases: [String: (files: Int, largest: Float)] = [:]
  private var files = 0

  func add(_ folder: String, _ largest: Float) {
    lock.withLock {
      let before = cases[folder] ?? (0, 0)
      cases[folder] = (before.files + 1, max(before.largest, largest))
      files += 1
      guard files == TruthFile.all.count + ForeignFile.all.count else { return }
      do { try compare() } catch { Issue.record(error, "README.md") }
    }
  }

  private var list: String {
    let width = (cases.keys.map(\.count).max() ?? 0) + 2
    let rows = cases.sorted { $0.key < $1.key }.map { name, row in
      let count = "\(row.files) file\(row.files == 1 ? " " : "s")"
      let padded = name.padding(toLength: width, withPad: " ", startingAt: 0)
      return padded + String(repeating: " ", count: max(0, 8 - count.count)) + count
        + String(format: "   %.1e", row.largest)
    }
    return "```\n\(rows.joined(separator: "\n"))\n```\n"
  }

  private func compare() throws {
    let path = Places.repository.appending(path: "README.md")
    var text = try String(contentsOf: path, encoding: .utf8)
    let start = try #require(text.range(of: Self.start)?.upperBound)
    let end = try #require(text.range(of: Self.end, range: start..<text.endIndex)?.lowerBound)
    if ProcessInfo.processInfo.environment["UPDATE_README"] == "1" {
      text.replaceSubrange(start..<end, with: list)
      try text.write(to: path, atomically: true, encoding: .utf8)
      return
    }
    var quoted: [String: Float] = [:]
    for line in text[start..<end].split(separator: "\n") where !line.hasPrefix("`") {
      let words = line.split(separator: " ")
      if let name = words.first, let value = words.last.flatMap({ Float($0) }) {
        quoted[String(name)] = value
      }
    }
    #expect(Set(quoted.keys) == Set(cases.keys), "the README's cases; UPDATE_README=1 writes them")
    for (name, row) in cases {
      // Another processor sums in another order.
      let most = 8 * (quoted[name] ?? 0) + 5e-7
      #expect(row.largest <= most, "\(name): \(row.largest) where the README says \(quoted[name] ?? 0)")
    }
  }
}
