import Glibc
import LSTM

extension FindingKind {
  /// Forget gates that never open or never close, and how long memory lasts so.
  static let forgetGates = FindingKind(
    "ForgetGates",
    ofEach: { patient in
      let gate = patient.gates[1]
      let units = patient.trace.units
      guard patient.stepCount >= 8, patient.parameters.recurrentActivation.isBounded else { return nil }
      let shut = gate.highest.indices.filter { gate.highest[$0] < 0.1 }
      let open = gate.lowest.indices.filter { gate.lowest[$0] > 0.99 }
      let isShut = shut.count >= open.count
      let chosen = isShut ? shut : open
      guard let unit = chosen.first, chosen.count * 2 > units else { return nil }
      let sorted = chosen.map { gate.means[$0] }.sorted()
      let middle = Double(sorted[sorted.count / 2])
      let halfLife = middle > 0 && middle < 1 ? log(0.5) / log(middle) : middle >= 1 ? .infinity : 0
      let steps = halfLife.isFinite ? "\(written(halfLife)) timesteps" : "without end"
      return Finding(
        "forget-gates", chosen.count * 10 >= units * 9 ? .warning : .note,
        "\(patient.prefix)the forget gate never \(isShut ? "opens" : "closes") in \(chosen.count) of \(units) units",
        evidence: [
          (
            "f",
            isShut
              ? "at most \(written(gate.highest[unit])) in unit \(unit)"
              : "at least \(written(gate.lowest[unit])) in unit \(unit)"
          ),
          ("half-life", "of what is in c, at the middle unit's mean f of \(written(middle)): \(steps)"),
          ("units", listed(chosen)),
        ],
        meaning: isShut
          ? "the layer remembers nothing from one timestep to the next"
          : "nothing is ever forgotten: c adds up everything that comes in",
        advice: isShut
          ? "a forget bias of 1, as Keras begins with (unit_forget_bias=True); check the gate order"
          : "is 1 added to a forget bias that has it already? Check the gate order; weight decay on the bias",
        address: patient.address("f", unit: unit, step: 0, sample: 0))
    })
}
