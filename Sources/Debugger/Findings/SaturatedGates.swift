import LSTM

extension FindingKind {
  /// Gates that are fully open or shut nearly everywhere: switches, and no longer valves.
  static let saturatedGates = FindingKind("SaturatedGates") { examination in
    examination.patients.compactMap { patient in
      guard patient.stepCount >= 8, patient.parameters.recurrentActivation.isBounded else { return nil }
      let saturated = patient.gates.filter { $0.saturated > 0.9 }
      guard let worst = saturated.max(by: { $0.saturated < $1.saturated }) else { return nil }
      let words = saturated.map { "\($0.quantity.rawValue) \(percent($0.saturated))" }
      let z = patient.trace.z.lazy.filter(\.isFinite).map { abs($0) }.reduce(0, max)
      return Finding(
        "saturated-gates", worst.saturated > 0.97 ? .warning : .note,
        "\(patient.prefix)\(saturated.count == 1 ? "the gate \(worst.quantity.rawValue) is" : "gates are") under 0.01 or over 0.99 nearly always",
        evidence: [
          ("share", words.joined(separator: ", ") + " of all units and timesteps"),
          ("z", "up to \(written(z)); beyond 4.6 a sigmoid is that near its ends"),
        ],
        meaning:
          "the slope there is near 0: nothing is learned through these gates, and they switch, not weigh",
        advice:
          "normalise x; weights that are too large: weight decay, or a layout that went wrong (lstmscope check)",
        address: patient.address(worst.quantity.rawValue, unit: nil, step: 0, sample: 0))
    }
  }
}
