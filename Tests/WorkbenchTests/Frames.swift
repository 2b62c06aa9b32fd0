import Canvas
import Foundation
import Testing

/// Compares a canvas with `Frames/<name>.txt`: the characters between bars, then a letter for each role.
///
/// `UPDATE_FRAMES=1 swift test` rewrites the files and fails, so that no new frame passes unseen.
func expectFrame(_ canvas: Canvas, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Frames")
  let file = folder.appending(path: "\(name).txt")
  let found = text(of: canvas)
  if ProcessInfo.processInfo.environment["UPDATE_FRAMES"] != nil {
    #expect(throws: Never.self) { try found.write(to: file, atomically: true, encoding: .utf8) }
    Issue.record(
      "\(name).txt was rewritten: read the difference and run again", sourceLocation: sourceLocation)
    return
  }
  let wanted = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  guard found != wanted else { return }
  let lines = zip(
    found.split(separator: "\n", omittingEmptySubsequences: false),
    wanted.split(separator: "\n", omittingEmptySubsequences: false))
  let first = lines.enumerated().first { $0.element.0 != $0.element.1 }
  Issue.record(
    """
    \(name).txt differs\(first.map { ", first in line \($0.offset + 1)" } ?? " in length")
    found   \(first.map { String($0.element.0) } ?? "")
    wanted  \(first.map { String($0.element.1) } ?? "")
    """, sourceLocation: sourceLocation)
}

private func text(of canvas: Canvas) -> String {
  var text = ""
  for y in 0..<canvas.height {
    text += "|"
    for x in 0..<canvas.width { text.unicodeScalars.append(canvas[x, y].scalar) }
    text += "|"
    var roles = ""
    for x in 0..<canvas.width { roles.append(letter(canvas[x, y])) }
    while roles.last == "." { roles.removeLast() }
    text += roles + "\n"
  }
  return text
}

/// `.` where there is nothing; heat cells by their strength, 0 to 9 and upper case for negative ones.
private func letter(_ cell: Cell) -> Character {
  let strength = abs(Int(cell.level)) * 9 / 31
  switch cell.role {
  case .plain: return cell.scalar == " " ? "." : "p"
  case .dim: return cell.scalar == " " ? "." : "d"
  case .bright: return cell.scalar == " " ? "." : "b"
  case .accent: return "a"
  case .title: return "t"
  case .rule: return "-"
  case .key: return "k"
  case .result: return "r"
  case .operand: return "o"
  case .cursor: return "c"
  case .edited: return "e"
  case .missing: return "m"
  case .positive: return "+"
  case .negative: return "n"
  case .gate: return "g"
  case .warning: return "w"
  case .error: return "!"
  case .input: return "i"
  case .heatSigned, .heatGate:
    return cell.level < 0
      ? Character(Unicode.Scalar(UInt8(65 + strength))) : Character(Unicode.Scalar(UInt8(48 + strength)))
  }
}
