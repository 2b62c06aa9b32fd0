import Commands
import Foundation
import TestSupport
import Testing

@testable import Workbench

/// The rules of the house that a compiler doesn't know.
@Suite("The house") struct HouseTests {
  @Test("Escape codes stand in Theme, Pictures and Terminal alone")
  func escapeCodes() throws {
    // The bench types keys, as a terminal sends them.
    let allowed: Set = ["Theme", "Pictures", "Terminal", "bench"]
    let codes = ["\\u{1b}", "\\x1b", "\\e[", "\\033", "0x1b", "\u{1B}"]
    for file in try Sources.all where !allowed.contains(file.module) {
      let text = file.text.lowercased()
      for code in codes { #expect(!text.contains(code), "\(file.module)/\(file.name) has \(code)") }
    }
  }

  @Test("Curses is called in Terminal alone")
  func curses() throws {
    let names: Set<Substring> = [
      "initscr", "newterm", "endwin", "delscreen", "stdscr", "curscr", "refresh", "wrefresh", "doupdate",
      "clearok", "keypad", "getch", "wgetch", "wget_wch", "cchar_t", "setcchar", "init_extended_pair",
      "init_pair",
      "mvwadd_wchnstr", "waddnstr", "tigetstr", "tigetnum", "tputs", "setupterm", "resizeterm",
    ]
    for file in try Sources.all where file.module != "Terminal" {
      let words = Set(file.text.split { !($0.isLetter || $0.isNumber || $0 == "_") })
      #expect(words.isDisjoint(with: names), "\(file.module)/\(file.name) has \(words.intersection(names))")
    }
  }

  @Test("Every file that adds a view is in the list of views, and every view of the list has its file")
  func views() throws {
    let found = try Sources.files(of: "Workbench").filter {
      $0.name.hasSuffix("View.swift") && $0.text.contains("\nextension View {")
    }.map { file in
      let stem = file.name.split(separator: "/").last?.dropLast("View.swift".count) ?? ""
      return stem.prefix(1).lowercased() + stem.dropFirst()
    }
    #expect(Set(found) == Set(ViewName.allCases.map(\.rawValue)))
  }

  @Test("The repository's first level stays small")
  func firstLevel() throws {
    let entries = try FileManager.default.contentsOfDirectory(atPath: Places.repository.path)
    // Package.resolved is SwiftPM's and is not kept.
    let known: Set = ["Package.resolved", "Package.swift", "README.md", "Sources", "Tests", "Themes"]
    #expect(entries.filter { !$0.hasPrefix(".") && !known.contains($0) } == [])
  }

  @Test("The README's tables are those of the program: every key and every command, and no other")
  func readme() throws {
    let path = Places.repository.appending(path: "README.md")
    guard let text = try? String(contentsOf: path, encoding: .utf8),
      let start = text.range(of: "\n## Keys\n")?.upperBound
    else { return }
    let end = text[start...].range(of: "\n## ")?.lowerBound ?? text.endIndex
    let rows = text[start..<end].split(separator: "\n").filter { $0.hasPrefix("| ") }
    func escaped(_ text: String) -> String {
      text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
    let keys = Binding.all.map { "| \(escaped($0.label)) | \(escaped($0.help)) |" }
    for row in keys { #expect(rows.contains { $0.hasSuffix(row) }, "README.md lacks \(row)") }
    #expect(rows.filter { row in row.split(separator: " | ").count == 3 }.count == keys.count + 2)
    let commands = CommandRow.all.map { row in
      let typed = row.argument.isEmpty ? row.name : "\(row.name) \(row.argument)"
      return "| `:\(escaped(typed))` | \(escaped(row.help)) |"
    }
    for row in commands { #expect(text.contains(row), "README.md lacks \(row)") }
  }
}
