import Canvas
import Commands
import Debugger
import Glibc
import LSTM
import Network

/// What a check found, as text and as JSON.
struct CheckReport {
  /// What was typed, to be typed again.
  struct Command {
    let model: String
    let inputs: InputOptions
    /// nil where the session names it.
    let expect: String?
    let quantity: String?

    /// Opens the screen at a place.
    func screen(at address: String) -> String {
      var words = ["lstmscope", model] + inputs.words + ["--at", address]
      if let expect { words += ["--expect", expect] }
      if let quantity { words += ["--quantity", quantity] }
      return CommandLineText.joined(words)
    }

    var check: String {
      let words = ["lstmscope", "check", model] + inputs.words + (expect.map { ["--expect", $0] } ?? [])
      return CommandLineText.joined(words + (quantity.map { ["--quantity", $0] } ?? []))
    }
  }

  let opened: Opened
  let comparison: Comparison
  let verdict: Detective.Verdict?
  let command: Command

  // MARK: - Text

  var text: String {
    var text = "\(opened.fileName) › \(what)\n"
    for choice in Set(comparison.parts.compactMap(\.choice)).sorted() { text += "\(choice)\n" }
    text += "\n"
    guard let first = comparison.first, let worst = comparison.worst else {
      return text + equal
    }
    text +=
      "\(quantity(of: first)) differs first at \(first.name): expected \(short(first.expected)), "
      + "this model gives \(short(first.found))\n"
    text += "largest difference \(size(worst.largestDifference))"
    if let place = worst.largest { text += " at \(place.name)" }
    // From one sign to the other there are billions, which says nothing.
    if worst.largestULPs < 10_000_000 { text += ", \(Self.grouped(Int(worst.largestULPs))) ULPs at most" }
    text +=
      "; \(Self.grouped(comparison.outside)) of \(Self.grouped(comparison.count)) values are outside \(size(comparison.tolerance))\n"
    if comparison.parts.count > 1 { text += "\n" + parts }
    if let strip { text += "\n" + strip }
    if let verdict { text += "\n" + explanation(verdict) }
    if let address = first.address {
      text += "  look at it:\n     \(command.screen(at: address.text))\n"
    }
    return text
  }

  private var what: String {
    let calls = opened.network.calls
    guard let call = calls.first else { return opened.model.name }
    let size =
      "\(Self.counted(call.trace.units, "unit")), \(Self.counted(call.trace.timesteps, "timestep")), batch of \(call.trace.batch)"
    return calls.count == 1 ? "\(call.key), \(size)" : "\(calls.count) LSTMs, the first \(call.key): \(size)"
  }

  private var equal: String {
    let worst = comparison.worst
    let difference = worst.map { size($0.largestDifference) } ?? "0"
    var text =
      "equal: all \(Self.grouped(comparison.count)) values are within \(size(comparison.tolerance))\n"
      + (worst?.largestULPs == 0 ? "bit for bit the same" : "largest difference \(difference)")
    if let place = worst?.largest { text += " at \(place.name)" }
    if let ulps = worst?.largestULPs, ulps > 0, ulps < 10_000_000 {
      text += ", \(Self.grouped(Int(ulps))) ULPs at most"
    }
    return text + "\n"
  }

  /// What a place is of: `h`, or the model's output where a later layer made it.
  private func quantity(of place: Place) -> String {
    guard let address = place.address, address.text == place.name else { return "it" }
    return address.quantity
  }

  private var parts: String {
    let wrong = comparison.parts.filter { $0.outside > 0 }
    let right = comparison.parts.filter { $0.outside == 0 }.map(\.name)
    var text = ""
    for part in wrong.prefix(12) {
      text +=
        "  \(part.name)  \(Self.grouped(part.outside)) of \(Self.grouped(part.count)) outside, up to \(size(part.largestDifference))\n"
    }
    if wrong.count > 12 { text += "  and \(wrong.count - 12) more\n" }
    if !right.isEmpty { text += "  equal: \(right.joined(separator: " "))\n" }
    return text
  }

  /// The part whose differences over time are shown.
  private var timed: Comparison.Part? {
    comparison.parts.filter { !$0.byTimestep.isEmpty && $0.outside > 0 }.max {
      $0.largestDifference < $1.largestDifference
    }
  }

  /// For each timestep, or each stretch of them, how far the worst value is off.
  private var strip: String? {
    guard let values = timed?.byTimestep else { return nil }
    let stride = (values.count + 59) / 60
    let cells = Swift.stride(from: 0, to: values.count, by: stride).map { start in
      values[start..<min(start + stride, values.count)].reduce(0) { $1.isNaN ? $0 : max($0, $1) }
    }
    let largest = cells.filter(\.isFinite).max() ?? 0
    let bars = cells.map { value -> String in
      guard value.isFinite else { return "!" }
      if value <= comparison.tolerance { return "·" }
      return String(Character(Bars.height(max(0.05, value / max(largest, 1e-30)))))
    }.joined()
    let last = "\(values.count - 1)"
    let middle = values.count > 12 ? "\((cells.count / 2) * stride)" : ""
    var axis = "0"
    if !middle.isEmpty { axis += String(repeating: " ", count: max(1, cells.count / 2 - 1)) + middle }
    if cells.count > axis.count + last.count {
      axis += String(repeating: " ", count: cells.count - axis.count - last.count) + last
    }
    let scale = stride > 1 ? "   \(stride) timesteps to a cell" : ""
    return "  timestep \(axis)\(scale)\n  worst    \(bars)\n"
  }

  private func explanation(_ verdict: Detective.Verdict) -> String {
    guard let suspect = verdict.holding.first else { return unexplained(verdict) }
    var text =
      suspect.sentences.count == 1 ? "One change makes it hold:\n" : "Two changes together make it hold:\n"
    for sentence in suspect.sentences { text += "  \(sentence)\n" }
    let others =
      verdict.runnerUp.map { "; no other single change comes under \(size($0.roundedDown))" } ?? ""
    text += "     \(size(verdict.before)) before, \(size(suspect.after)) after\(others)\n"
    if verdict.holding.count > 1 {
      text += "  this input cannot tell it from:\n"
      for other in verdict.holding.dropFirst() {
        text += "     \(other.sentences.joined(separator: "; and "))\n"
      }
    }
    text += "  in your converter:\n"
    for line in suspect.remedy { text += "     \(line)\n" }
    if let doubt = suspect.doubt {
      text += "  \(doubt)\n"
    } else if suspect.isOfWeights, verdict.agreesOnWeights {
      text += "  or write it right:\n     \(command.check) --fix right.npz\n"
    }
    return text
  }

  private func unexplained(_ verdict: Detective.Verdict) -> String {
    var text =
      "No single change makes it hold, nor any pair that was tried "
      + "(\(Self.grouped(verdict.tried)) trials\(verdict.isExhaustive ? "" : "; for all pairs this layer is too large")).\n"
    if let closest = verdict.closest {
      text +=
        "  nearest: \(closest.sentences.joined(separator: "; and ")): "
        + "\(size(verdict.before)) before, \(size(closest.after)) after\n"
    }
    for clue in verdict.clues { text += "  \(clue)\n" }
    return text
  }

  // MARK: - JSON

  var json: String {
    var fields: [(String, String)] = [
      ("version", "1"), ("file", JSONText.text(opened.fileName)), ("passes", "\(comparison.passes)"),
      ("tolerance", JSONText.number(comparison.tolerance)), ("values", "\(comparison.count)"),
      ("outside", "\(comparison.outside)"),
      ("largest", JSONText.number(comparison.worst?.largestDifference)),
      ("first", comparison.first.map(place) ?? "null"),
      ("parts", JSONText.list(comparison.parts.map(part))),
    ]
    if let verdict {
      fields.append(
        (
          "verdict",
          JSONText.object([
            ("holding", JSONText.list(verdict.holding.map(suspect))),
            ("closest", verdict.closest.map(suspect) ?? "null"),
            ("runner_up", JSONText.number(verdict.runnerUp)),
            ("clues", JSONText.list(verdict.clues.map(TraceWriter.quoted))), ("tried", "\(verdict.tried)"),
          ])
        ))
    }
    if let address = comparison.first?.address {
      fields.append(("look", JSONText.text(command.screen(at: address.text))))
    }
    return JSONText.object(fields) + "\n"
  }

  private func place(_ place: Place) -> String {
    JSONText.object([
      ("name", JSONText.text(place.name)), ("address", JSONText.text(place.address?.text)),
      ("sample", "\(place.sample)"), ("timestep", JSONText.integer(place.timestep)),
      ("expected", JSONText.number(place.expected)), ("found", JSONText.number(place.found)),
    ])
  }

  private func part(_ part: Comparison.Part) -> String {
    JSONText.object([
      ("name", JSONText.text(part.name)), ("values", "\(part.count)"), ("outside", "\(part.outside)"),
      ("largest", JSONText.number(part.largestDifference)),
      ("ulps", part.largestULPs == .max ? "null" : "\(part.largestULPs)"),
      ("at", part.largest.map(place) ?? "null"),
      ("by_timestep", JSONText.list(part.byTimestep.map { JSONText.number($0) })),
      ("choice", JSONText.text(part.choice)),
    ])
  }

  private func suspect(_ suspect: Detective.Suspect) -> String {
    JSONText.object([
      ("names", JSONText.list(suspect.names.map(TraceWriter.quoted))),
      ("sentences", JSONText.list(suspect.sentences.map(TraceWriter.quoted))),
      ("python", JSONText.list(suspect.remedy.map(TraceWriter.quoted))),
      ("after", JSONText.number(suspect.after)), ("outside_after", "\(suspect.outsideAfter)"),
      ("of_weights", "\(suspect.isOfWeights)"), ("doubt", JSONText.text(suspect.doubt)),
    ])
  }

  // MARK: - Numbers

  /// A signed number of four decimals, or all that it has where those would be zeros.
  private func short(_ value: Float) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "+inf" : "-inf" }
    let rounded = (Double(value) * 10_000).rounded() / 10_000
    let other = comparison.first.map { abs(Double($0.expected) - Double($0.found)) } ?? 1
    guard abs(value) < 1e6, abs(value) >= 1e-3 || value == 0, other >= 2e-4 else {
      return (value < 0 ? "" : "+") + value.description
    }
    var digits = String(abs(rounded))
    while digits.count
      - (digits.firstIndex(of: ".").map { digits.distance(from: digits.startIndex, to: $0) } ?? 0) < 5
    {
      digits += "0"
    }
    return (value < 0 ? "-" : "+") + digits
  }

  /// Two significant digits: `0.81`, `2.4e-07`.
  private func size(_ value: Float) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : "inf" }
    guard value > 0 else { return "0" }
    return Self.twoDigits(value)
  }

  private static func twoDigits(_ value: Float) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      withVaList([Double(value)]) { _ = vsnprintf(buffer.baseAddress, buffer.count, "%.2g", $0) }
      return buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  /// `1 timestep`, `1,200 timesteps`.
  private static func counted(_ number: Int, _ word: String) -> String {
    "\(grouped(number)) \(word)\(number == 1 ? "" : "s")"
  }

  static func grouped(_ number: Int) -> String {
    var digits = Substring(String(number))
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits = digits.dropLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }
}

extension Float {
  /// The power of ten, or half of it, that it is not under.
  fileprivate var roundedDown: Float {
    guard isFinite, self > 0 else { return self }
    var power: Float = 1
    while power > self { power /= 10 }
    while power * 10 <= self { power *= 10 }
    return power * 5 <= self ? power * 5 : power
  }
}
