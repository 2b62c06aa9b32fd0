import LSTM

extension FindingKind {
  /// One name and two functions: which of them the weights were trained with.
  static let hardSigmoids = FindingKind(
    "HardSigmoids",
    ofEach: { patient in
      let layer = patient.parameters
      guard layer.recurrentActivation == .hardSigmoid || layer.recurrentActivation == .hardSigmoid2,
        patient.isFirstCall
      else { return nil }
      let isThree = layer.recurrentActivation == .hardSigmoid
      let other: Activation = isThree ? .hardSigmoid2 : .hardSigmoid
      let trace = patient.trace
      let z = trace.z.filter(\.isFinite)
      let ours = layer.recurrentActivation(z)
      let theirs = other(z)
      let largest = zip(ours, theirs).map { abs($0 - $1) }.max() ?? 0
      let mean = zip(ours, theirs).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / Float(max(1, z.count))
      let isOpen = patient.writer == nil
      return Finding(
        "hard-sigmoids", isOpen ? .warning : .note,
        "\(patient.prefix)recurrent_activation is hard_sigmoid, which is two functions: "
          + (isOpen ? "the file does not say whose" : "this file's is \(layer.recurrentActivation.formula)"),
        evidence: [
          (
            "here",
            "\(layer.recurrentActivation.formula), as \(isThree ? "Keras 3" : "Keras 1 and 2") computes it"
          ),
          (
            "else",
            "\(other.formula): gates up to \(written(largest)) apart in this run, \(written(mean)) on average"
          ),
          ("written by", patient.writer ?? "not told"),
        ],
        meaning: "a model trained with one and run with the other is off by a little everywhere",
        advice: isThree
          ? "if it was trained before Keras 3 and saved anew, give it back its function: lambda x: ops.clip(0.2 * x + 0.5, 0, 1)"
          : "in Keras 3 give it its own function: lambda x: keras.ops.clip(0.2 * x + 0.5, 0, 1)",
        address: patient.address("i", unit: nil, step: 0, sample: 0), isOfRun: false)
    })
}
