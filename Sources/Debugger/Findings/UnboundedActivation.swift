import LSTM

extension FindingKind {
  /// relu and its like where tanh should be: nothing holds c and h back.
  static let unboundedActivation = FindingKind(
    "UnboundedActivation",
    ofEach: { patient in
      let layer = patient.parameters
      let isGate = !layer.recurrentActivation.isBounded
      guard isGate || !layer.activation.isBounded, patient.isFirstCall else { return nil }
      let name = isGate ? layer.recurrentActivation.name : layer.activation.name
      let option = isGate ? "recurrent_activation" : "activation"
      let trace = patient.trace
      let size = { (steps: Range<Int>) -> Float in
        var largest: Float = 0
        for sample in 0..<trace.batch {
          for step in steps {
            let start = (sample * trace.timesteps + step) * trace.units
            for value in trace.c[start..<start + trace.units] where value.isFinite {
              largest = max(largest, abs(value))
            }
          }
        }
        return largest
      }
      let quarter = max(1, trace.timesteps / 4)
      let (early, late) = (
        size(0..<min(quarter, trace.timesteps)), size(max(0, trace.timesteps - quarter)..<trace.timesteps)
      )
      let isGrowing = trace.timesteps >= 8 && (late > 100 || (late > 10 && late > 4 * early))
      return Finding(
        "unbounded-activation", isGrowing ? .warning : .note,
        "\(patient.prefix)\(option) is \(name), which has no upper bound, in a recurrence",
        evidence: [
          ("|c|", "up to \(written(early)) in the first quarter of the steps, \(written(late)) in the last")
        ],
        meaning: isGate
          ? "a gate over 1 multiplies c at each step, which grows as a power"
          : "h feeds back into z without being pressed into -1…1: long sequences overflow",
        advice:
          "\(option)=\"\(isGate ? "sigmoid" : "tanh")\"; if it must stay, clip weights and shorten sequences",
        address: patient.address("c", unit: nil, step: max(0, trace.timesteps - 1), sample: 0),
        isOfRun: isGrowing)
    })
}
