import LSTM
import Network

extension FindingKind {
  /// A Bidirectional whose halves have the same weights, which no training leaves.
  static let equalHalves = FindingKind("EqualHalves") { examination in
    let forward = examination.patients.filter { $0.isFirstCall && $0.call.lstm.direction == .forward }
    return forward.compactMap { patient in
      let own = patient.parameters
      guard
        let other = examination.patients.first(where: {
          $0.call.node == patient.call.node && $0.call.lstm.direction == .backward
        })?.parameters, own.kernel == other.kernel, own.recurrentKernel == other.recurrentKernel,
        !own.kernel.isZero
      else { return nil }
      return Finding(
        "equal-halves", .warning, "both halves of \(patient.call.layer) have the same weights",
        evidence: [
          (
            "weights",
            "kernel and recurrent kernel are equal, all \(own.kernel.count + own.recurrentKernel.count) of them"
          )
        ],
        meaning: "those of the backward half were never written, or the forward ones were written twice",
        advice:
          "PyTorch's backward half is the one whose names end in _reverse; Keras lists it after the forward one",
        isOfRun: false)
    }
  }
}
