import Foundation
import TestSupport

extension Bench {
  static let firstFrame = Bench(
    name: "start", summary: "process start to the last byte of the first frame, on the bundled demo at 80x24"
  ) {
    var times: [Double] = []
    for _ in 0..<25 {
      let start = ContinuousClock.now
      let terminal = try program()
      terminal.read(quiet: 60)
      if let end = terminal.lastByte { times.append(start.duration(to: end) / .milliseconds(1)) }
      terminal.send("q")
      _ = terminal.wait()
    }
    print("ms: \(spread(times))")
  }

  static let keyPress = Bench(
    name: "keys",
    summary: "a key press to the last byte of its frame; MODEL=FILE names another model than the fixture"
  ) {
    let fixture = "Tests/Fixtures/units128_T60/model.keras"
    let model = ProcessInfo.processInfo.environment["MODEL"] ?? fixture
    let large = [model, "--layer-input", "--random", "--timesteps", "1000"]
    for (name, arguments, width, height) in [
      ("demo", [], 120, 40), (model, large, 120, 40), (model, large, 200, 60),
    ] {
      let terminal = try program(arguments, width: width, height: height)
      terminal.read(quiet: 150)
      var times: [Double] = []
      var bytes: [Double] = []
      let keys = ["\u{1B}[C", "s", "\u{1B}[B", "S", "\u{1B}[D", "s"]
      for key in 0..<240 {
        let before = terminal.byteCount
        let start = ContinuousClock.now
        terminal.send(keys[key % keys.count])
        terminal.read(quiet: 12, first: 200)
        guard let end = terminal.lastByte, terminal.byteCount > before else { continue }
        times.append(start.duration(to: end) / .milliseconds(1))
        bytes.append(Double(terminal.byteCount - before))
      }
      terminal.send("q")
      _ = terminal.wait()
      print("\(width)x\(height) \(name)")
      print("  ms: \(spread(times))")
      print("  bytes: \(spread(bytes))")
    }
  }
}

extension Bench {
  /// From Enter behind a new sentence to the last byte of the frame that has its translation.
  static let sentence = Bench(
    name: "sentence", summary: "a sentence typed into the bundled translator to its frame, at 120x40"
  ) {
    let terminal = try program(["--demo", "translator"], width: 120, height: 40)
    terminal.read(quiet: 150)
    let sentences = ["das kind schläft", "der hund hört die alte frau", "wen hat der alte vogel gehört ?"]
    var times: [Double] = []
    for index in 0..<60 {
      terminal.send(":text \(sentences[index % sentences.count])")
      terminal.read(quiet: 30, first: 200)
      let start = ContinuousClock.now
      terminal.send("\r")
      terminal.read(quiet: 30, first: 400)
      guard let end = terminal.lastByte else { continue }
      times.append(start.duration(to: end) / .milliseconds(1))
    }
    terminal.send("q")
    _ = terminal.wait()
    print("  ms: \(spread(times))")
  }
}

func program(_ arguments: [String] = [], width: Int = 80, height: Int = 24) throws -> Pseudoterminal {
  let inherited = ProcessInfo.processInfo.environment
  var environment = ["TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"]
  environment["HOME"] = inherited["HOME"]
  environment["LD_LIBRARY_PATH"] = inherited["LD_LIBRARY_PATH"]
  return try Pseudoterminal(
    Pseudoterminal.products + "/lstmscope", arguments, width: width, height: height, environment: environment,
    background: "rgb:1e1e/1e1e/1e1e")
}

/// Median and 95th percentile.
func spread(_ values: [Double]) -> String {
  let sorted = values.sorted()
  guard let last = sorted.last else { return "nothing came" }
  let middle = sorted[sorted.count / 2]
  let high = sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
  return String(format: "median %.2f, 95th percentile %.2f, most %.2f", middle, high, last)
}
