import LSTM

extension FindingKind {
  /// tanh(c) at its ends nearly everywhere, so that h no longer follows c.
  static let saturatedCarry = FindingKind(
    "SaturatedCarry",
    ofEach: { patient in
      let trace = patient.trace
      guard patient.parameters.activation == .tanh, patient.stepCount >= 8 else { return nil }
      // tanh(2.65) is 0.99.
      var saturated = 0
      var worst = (place: 0, value: Float(0))
      for (place, value) in trace.c.enumerated() where value.isFinite {
        if abs(value) > 2.65 { saturated += 1 }
        if abs(value) > abs(worst.value) { worst = (place, value) }
      }
      let share = Double(saturated) / Double(max(1, trace.c.count))
      guard share > 0.8 else { return nil }
      let row = worst.place / trace.units
      return Finding(
        "saturated-carry", share > 0.95 ? .warning : .note,
        "\(patient.prefix)tanh(c) is at -1 or 1 in \(percent(share)) of all units and timesteps",
        evidence: [("largest", "c = \(written(worst.value)), tanh(c) beyond 0.99 from 2.65 on")],
        meaning: "h shows only the sign of c; its slope there is near 0, and training hardly moves it",
        advice: "normalise x, a smaller input gate bias, weight decay",
        address: patient.address(
          "c", unit: worst.place % trace.units, step: row % trace.timesteps, sample: row / trace.timesteps))
    })
}
