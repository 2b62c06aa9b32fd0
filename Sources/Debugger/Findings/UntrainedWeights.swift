import Glibc
import LSTM
import Network

extension FindingKind {
  /// Weights that are as Keras or PyTorch begins with them.
  static let untrainedWeights = FindingKind(
    "UntrainedWeights",
    ofEach: { patient in
      guard patient.isFirstCall else { return nil }
      let layer = patient.parameters
      let (units, features) = (layer.units, layer.features)
      let limit = sqrt(6 / Float(features + 4 * units))
      let isKeras =
        layer.hasInitialBias && layer.kernel.isUniform(to: limit) && layer.hasOrthonormalRows && units > 1
      let side = 1 / sqrt(Float(units))
      let isPyTorch =
        layer.recurrentKernel.count >= 64 && layer.kernel.isUniform(to: side)
        && layer.recurrentKernel.isUniform(to: side)
        && layer.bias.map { bias in bias.allSatisfy { abs($0) <= 2 * side } } ?? true
      guard isKeras || isPyTorch else { return ofOneArray(patient) }
      return Finding(
        "untrained-weights", .warning,
        "\(patient.prefix)the weights are as \(isKeras ? "Keras" : "PyTorch") begins with them: untrained",
        evidence: isKeras
          ? [
            ("bias", "0, and 1 for the forget gate, in every unit"),
            ("kernel", "evenly spread to ±\(written(limit)), as glorot_uniform makes it"),
            ("recurrent", "its rows are orthonormal, as orthogonal makes them"),
          ]
          : [("weights", "evenly spread to ±\(written(side)) = 1/√units, kernel and recurrent kernel alike")],
        meaning: "the file was saved before training, or weights did not load by their names",
        advice:
          "load_weights with the right file; in PyTorch load_state_dict(…, strict=True) tells what is missing",
        isOfRun: false)
    })
}

/// One array that was never written, among others that were.
private func ofOneArray(_ patient: Examination.Patient) -> Finding? {
  let layer = patient.parameters
  func finding(_ array: String, _ state: String, _ evidence: String, _ severity: Finding.Severity) -> Finding
  {
    Finding(
      "untrained-weights", severity, "\(patient.prefix)the \(array) \(state)", evidence: [(array, evidence)],
      meaning: "the other arrays are trained: this one was never written, or not found by its name",
      advice:
        "lstmscope diff with the file that they come from; a converter that skips what it does not know",
      isOfRun: false)
  }
  guard layer.units > 1, !layer.kernel.isZero else { return nil }
  if layer.recurrentKernel.isZero {
    return finding(
      "recurrent kernel", "is 0 everywhere", "all \(layer.recurrentKernel.count) values are 0", .warning)
  }
  // What was trained a little only has a kernel that is still near where it began.
  guard !layer.kernel.isUniform(to: sqrt(6 / Float(layer.features + 4 * layer.units))) else { return nil }
  // Two rows of few columns may be orthonormal by chance, as of weights made by hand.
  if layer.outputs >= 4, layer.hasOrthonormalRows {
    return finding(
      "recurrent kernel", "is as Keras begins with it", "its rows are orthonormal, as orthogonal makes them",
      .warning)
  }
  if layer.units >= 4, let bias = layer.bias, layer.hasInitialBias, bias.contains(1),
    !bias[layer.units..<2 * layer.units].contains(0)
  {
    return finding("bias", "is as Keras begins with it", "0, and 1 for the forget gate, in every unit", .note)
  }
  return nil
}

extension [Float] {
  /// Whether values lie evenly between ±limit: the largest near it, the deviation that of such numbers.
  fileprivate func isUniform(to limit: Float) -> Bool {
    guard count >= 16 else { return false }
    let statistics = Statistics(self)
    guard statistics.nonFinite == 0 else { return false }
    let largest = Swift.max(abs(statistics.minimum), abs(statistics.maximum))
    let deviation = Double(limit) / 3.0.squareRoot()
    let spread = 4 / Double(count).squareRoot()
    return largest <= limit * 1.0001 && largest > limit * Float(1 - Swift.min(0.3, 8 / Double(count)))
      && abs(statistics.deviation / deviation - 1) < Swift.min(0.3, 0.45 * spread)
      && abs(statistics.mean) < deviation * spread
  }
}

extension Parameters {
  /// 0, and 1 for the forget gate: `unit_forget_bias`; or none at all.
  fileprivate var hasInitialBias: Bool {
    guard let bias else { return true }
    return bias.indices.allSatisfy { bias[$0] == 0 || (bias[$0] == 1 && $0 / units == 1) }
  }

  fileprivate var hasOrthonormalRows: Bool {
    let columns = 4 * units
    // A few rows tell.
    for one in 0..<min(outputs, 8) {
      for other in one..<min(outputs, 8) {
        var product = 0.0
        for column in 0..<columns {
          product +=
            Double(recurrentKernel[one * columns + column])
            * Double(recurrentKernel[other * columns + column])
        }
        if abs(product - (one == other ? 1 : 0)) > 1e-3 { return false }
      }
    }
    return true
  }
}
