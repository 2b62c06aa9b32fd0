import LSTM

extension FindingKind {
  /// x of another size than the weights seem made for.
  static let inputRange = FindingKind(
    "InputRange",
    ofEach: { patient in
      let trace = patient.trace
      // Random numbers are nobody's data, and of what another LSTM puts out the range is known.
      guard !patient.isRandom, patient.isFirstCall, patient.stepCount >= 4 else { return nil }
      let x = trace.input.x.filter(\.isFinite)
      let products = trace.zx.filter(\.isFinite)
      guard !x.isEmpty, !products.isEmpty else { return nil }
      let size = products.reduce(Float(0)) { $0 + abs($1) } / Float(products.count)
      let largest = x.reduce(Float(0)) { max($0, abs($1)) }
      let isLarge = size > 12
      let isSmall = size < 1e-3 && largest > 0 && largest < 0.02
      guard isLarge || isSmall else { return nil }
      let place = trace.input.x.firstIndex { abs($0) == largest } ?? 0
      let row = place / max(1, trace.features)
      let step = trace.timestepIndex.firstIndex(of: row % trace.timesteps) ?? 0
      return Finding(
        "input-range", .warning,
        "\(patient.prefix)x is \(isLarge ? "far larger" : "far smaller") than the weights seem made for",
        evidence: [
          ("x", "up to \(written(largest)) in size"),
          ("x·kernel", "\(written(size)) on average; gates answer between about -5 and 5"),
        ],
        meaning: isLarge
          ? "the gates are at their ends whatever x says: the data was scaled in training and is not here"
          : "the gates hardly notice x: it was scaled twice, or divided by 255 already",
        advice: "the scaling of training: (x - mean) / std, x / 255, the same scaler object",
        address: patient.address(
          "x", unit: place % max(1, trace.features), step: step, sample: row / trace.timesteps))
    })
}
