import LSTM

extension FindingKind {
  /// Input gates that never open, so that c stays what it was; output gates that never do, so that h is 0.
  static let deadGates = FindingKind("DeadGates") { examination in
    examination.patients.flatMap { patient -> [Finding] in
      guard patient.stepCount >= 8, patient.parameters.recurrentActivation.isBounded else { return [] }
      return [(gate: patient.gates[0], does: "lets nothing in"), (patient.gates[2], "shows nothing")]
        .compactMap {
          gate, does in
          let dead = gate.highest.indices.filter { gate.highest[$0] < 0.02 }
          let units = patient.trace.units
          guard let first = dead.first, dead.count * 10 >= units else { return nil }
          let name = gate.quantity.rawValue
          return Finding(
            "dead-gates", dead.count * 4 >= units ? .warning : .note,
            "\(patient.prefix)\(name) never opens in \(dead.count) of \(units) units: it \(does)",
            evidence: [
              (
                "highest",
                "\(name)[\(first)] reaches \(written(gate.highest[first])) in \(patient.stepCount) timesteps"
              ),
              ("units", listed(dead)),
            ],
            meaning: "these units take no part: the layer has \(units - dead.count) that work",
            advice:
              "a larger bias for \(name); fewer units would do as much; or a gate order that went wrong",
            address: patient.address(name, unit: first, step: 0, sample: 0))
        }
    }
  }
}
