import Lessons

/// What is typed in the dialogue in place of the keys that a page speaks of.
struct PlainKeys {
  /// `Esc is not needed here`, a sentence for each key that is spoken of.
  let lines: [String]

  /// - Parameters:
  ///   - texts: As they are written, with Markdown's marks.
  ///   - view: Keys of letters mean something else in each.
  init(in texts: [String], view: ViewName) {
    let words = texts.flatMap { Prose.words(of: $0) }
    lines = Self.rows.filter { row in
      (row.view ?? view) == view
        && words.contains { word in
          // A letter is a key where it is code; L is one by itself.
          let key = word.text.filter { !",.;:()?!".contains($0) }
          let isKey = key.count > 1 || word.isCode || key == "L"
          return isKey && row.keys.contains(key)
        }
    }.map { "in this dialogue, \($0.keys.joined(separator: " ")): \($0.typed)" }
  }

  private struct Row {
    let keys: [String]
    let typed: String
    /// Where it is this key; nil for everywhere.
    var view: ViewName?
  }

  private static let rows = [
    Row(keys: ["Esc"], typed: "not needed, every command works on the page"),
    Row(keys: ["L"], typed: "type lesson"),
    Row(keys: ["Enter"], typed: "type explain; an answer is typed as it is"),
    Row(keys: ["a", "b", "c", "d", "m"], typed: "type flags, as in flags sequences state", view: .returns),
    Row(keys: ["t"], typed: "type text and the sentence"),
    Row(keys: ["e"], typed: "type edit, as in edit x[0]@1 0.5"),
    Row(keys: ["u"], typed: "type undo"),
    Row(keys: ["←", "→", "h", "l"], typed: "type goto and the timestep"),
    Row(keys: ["↑", "↓", "k", "j"], typed: "type unit and its number"),
    Row(keys: ["Tab"], typed: "type view and its name"),
    Row(keys: ["PageDown", "PageUp"], typed: "type n and p"),
    Row(keys: ["B"], typed: "type view bridge"),
    Row(keys: ["="], typed: "type decimals and how many"),
  ]
}
