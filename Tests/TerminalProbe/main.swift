// A program for TerminalTests: shows each event, and does what the key says.

import Canvas
import Glibc
import Terminal
import Theme

func frame(width: Int, height: Int, lines: [String]) -> Canvas {
  var canvas = Canvas(width: width, height: height)
  for (y, line) in lines.enumerated() {
    for (x, scalar) in line.unicodeScalars.enumerated() {
      canvas[x, y] = Cell(scalar, role: y == 0 ? .title : .plain)
    }
  }
  for x in 0..<width { canvas[x, height - 1] = Cell(role: .heatSigned, level: Int8(clamping: x % 63 - 31)) }
  return canvas
}

func complain(_ sentence: String) {
  let bytes = Array((sentence + "\n").utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

func overflow(_ depth: Int) -> Int { depth < 0 ? 0 : depth + overflow(depth + 1) &* 3 }

let terminal: Terminal
do {
  terminal = try Terminal(
    Terminal.Options(probesBackground: !CommandLine.arguments.contains("--no-question")))
} catch {
  complain(error.message)
  exit(69)
}
let palette = Palette(theme: .builtin, depth: terminal.depth, isUnicode: terminal.isUnicode)
let background = terminal.isBackgroundLight.map { $0 ? "light" : "dark" } ?? "unknown"
var last = "ready"
var ending: Int32?

loop: while true {
  let (width, height) = terminal.size
  let lines = [
    "probe ▸ \(width)x\(height)", "\(terminal.depth) unicode=\(terminal.isUnicode) \(background)", last,
  ]
  terminal.present(frame(width: width, height: height, lines: lines), palette: palette)
  var event = terminal.next()
  while event != .timeout {
    last = "\(event)"
    switch event {
    case .key(.character("q")): break loop
    case .key(.character("t")):
      let empty = [Int](repeating: 0, count: max(0, 8 - width))
      last = "\(empty[width])"
    case .key(.character("s")):
      UnsafeMutablePointer<Int>(bitPattern: 8 + width - width)?.pointee = 1
    case .key(.character("o")): last = "\(overflow(width))"
    case .key(.character("a")): abort()
    case .key(.character("x")): exit(7)
    case .key(.character("e")): complain("a message for standard error")
    case .key(.character("w")): terminal.waker.wake()
    case .signal(let signal):
      ending = signal
      break loop
    case .hangup: break loop
    case .key, .text, .resize, .wake, .timeout: break
    }
    event = terminal.next(timeout: 0)
  }
}
terminal.end()
if let ending { Terminal.die(by: ending) }
print("done \(last)")
