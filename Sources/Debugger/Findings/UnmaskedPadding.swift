import LSTM
import Network

extension FindingKind {
  /// Zeros at the end of some samples that run through the layer like data.
  static let unmaskedPadding = FindingKind(
    "UnmaskedPadding",
    ofEach: { patient in
      let trace = patient.trace
      guard trace.input.mask == nil, !patient.isRandom, trace.timesteps >= 4, patient.isFirstCall else {
        return nil
      }
      let x = Value(shape: [trace.batch, trace.timesteps, trace.features], trace.input.x)
      let padding = x.trailingPadding
      let padded = padding.indices.filter { padding[$0] > 0 && padding[$0] < trace.timesteps }
      guard let sample = padded.first else { return nil }
      let first = trace.timesteps - padding[sample]
      // Of a layer that goes backwards the padding comes first.
      let (before, after) =
        patient.parameters.goBackwards
        ? (0, max(0, padding[sample] - 1)) : (max(0, first - 1), trace.timesteps - 1)
      let moved =
        (0..<trace.outputs).map { unit in
          abs(
            trace.value(.h, unit: unit, step: after, sample: sample)
              - trace.value(.h, unit: unit, step: before, sample: sample))
        }.max() ?? 0
      guard moved > 1e-3 else { return nil }
      return Finding(
        "unmasked-padding", .warning,
        "\(patient.prefix)\(padded.count) of \(trace.batch) samples end in zeros that are not masked",
        evidence: [
          (
            "padding",
            "sample \(sample) has zeros from timestep \(first) on, \(padding[sample]) of \(trace.timesteps)"
          ),
          ("h", "moves by up to \(written(moved)) while it reads them"),
        ],
        meaning: "the last output is what is left after the padding, not what the sample ended with",
        advice: "layers.Masking(0.0) before the layer, Embedding(…, mask_zero=True), or lengths in PyTorch",
        address: patient.address("h", unit: nil, step: before, sample: sample))
    })
}
