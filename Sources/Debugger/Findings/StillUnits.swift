import LSTM

extension FindingKind {
  /// Units whose h stays where it is, whatever comes in.
  static let stillUnits = FindingKind(
    "StillUnits",
    ofEach: { patient in
      let trace = patient.trace
      guard patient.stepCount >= 8, trace.timesteps >= 4, patient.moves else { return nil }
      var still: [Int] = []
      for unit in 0..<trace.outputs {
        var (low, high) = (Float.infinity, -Float.infinity)
        for row in 0..<trace.batch * trace.timesteps {
          let value = trace.h[row * trace.outputs + unit]
          // What is not finite does not stay anywhere.
          guard value.isFinite else {
            high = .infinity
            break
          }
          (low, high) = (min(low, value), max(high, value))
        }
        if high - low < 1e-4 { still.append(unit) }
      }
      guard let unit = still.first, still.count * 20 >= trace.outputs else { return nil }
      let value = trace.value(.h, unit: unit, step: trace.timesteps - 1, sample: 0)
      return Finding(
        "still-units", still.count * 4 >= trace.outputs ? .warning : .note,
        "\(patient.prefix)\(still.count) of \(trace.outputs) units never move",
        evidence: [
          ("h[\(unit)]", "stays at \(written(value)), within 0.0001, over \(patient.stepCount) timesteps"),
          ("units", listed(still)),
        ],
        meaning: "their weights are zero, or a gate holds them shut; the layers after them get a constant",
        advice: "were they pruned, or not loaded? lstmscope inspect counts zeros; else fewer units",
        address: patient.address("h", unit: unit, step: trace.timesteps - 1, sample: 0))
    })
}

extension Examination.Patient {
  /// Whether the input changes along the sequence at all.
  fileprivate var moves: Bool {
    let x = trace.input.x
    let first = x.prefix(trace.features)
    return !stride(from: 0, to: x.count, by: max(1, trace.features)).allSatisfy {
      x[$0..<$0 + trace.features].elementsEqual(first)
    }
  }
}
