import LSTM

extension FindingKind {
  /// Features that no gate reads: their rows of the kernel are nothing.
  static let unreadInputs = FindingKind(
    "UnreadInputs",
    ofEach: { patient in
      guard patient.isFirstCall else { return nil }
      let layer = patient.parameters
      let columns = 4 * layer.units
      let sizes = (0..<layer.features).map { row in
        layer.kernel[row * columns..<(row + 1) * columns].reduce(Float(0)) { max($0, abs($1)) }
      }
      guard let largest = sizes.max() else { return nil }
      let unread = sizes.indices.filter { sizes[$0] <= 1e-5 * largest }
      guard let feature = unread.first else { return nil }
      let isAll = unread.count == layer.features
      return Finding(
        "unread-inputs", .warning,
        "\(patient.prefix)no gate reads \(isAll ? "the input" : "\(unread.count) of \(layer.features) features")",
        evidence: [
          (
            "kernel",
            "row \(feature) has weights up to \(written(sizes[feature])), others up to \(written(largest))"
          ),
          ("features", listed(unread)),
        ],
        meaning: "what is in these features makes no difference to the model",
        advice:
          "were they constant in training, or was the kernel padded with zeros? Are the columns of x in order?",
        address: patient.address("x", unit: feature, step: 0, sample: 0), isOfRun: false)
    })
}
