import LSTM

extension FindingKind {
  /// c that goes on growing to the end of the sequence.
  static let growingCarry = FindingKind(
    "GrowingCarry",
    ofEach: { patient in
      let trace = patient.trace
      guard trace.timesteps >= 16, patient.parameters.activation.isBounded else { return nil }
      var growing: [Int] = []
      var worst = (unit: 0, sample: 0, value: Float(0))
      for unit in 0..<trace.units {
        for sample in 0..<trace.batch {
          func size(_ step: Int) -> Float {
            abs(trace.value(.c, unit: unit, step: step, sample: sample))
          }
          let last = trace.timesteps - 1
          // Straight on to the end: each quarter adds about as much as the one before.
          let quarters = (1...4).map { size(last * $0 / 4) }
          let steps = (1..<4).map { quarters[$0] - quarters[$0 - 1] }
          guard quarters[3].isFinite, quarters[3] > 12, steps.allSatisfy({ $0 > quarters[3] / 8 }) else {
            continue
          }
          if growing.last != unit { growing.append(unit) }
          if quarters[3] > worst.value { worst = (unit, sample, quarters[3]) }
        }
      }
      guard !growing.isEmpty else { return nil }
      let forget = patient.gates[1].means[worst.unit]
      return Finding(
        "growing-carry", .warning,
        "\(patient.prefix)c grows to the last timestep in \(growing.count) of \(trace.units) units",
        evidence: [
          ("largest", "c[\(worst.unit)] is \(written(worst.value)) after \(trace.timesteps) timesteps"),
          ("forget gate", "of that unit \(written(forget)) on average: what comes in is never let go"),
          ("units", listed(growing)),
        ],
        meaning:
          "the unit counts timesteps; tanh(c) is at its end, and longer sequences than in training are new to it",
        advice: "a smaller forget bias, weight decay on it, or sequences cut to the length of training",
        address: patient.address("c", unit: worst.unit, step: trace.timesteps - 1, sample: worst.sample))
    })
}
