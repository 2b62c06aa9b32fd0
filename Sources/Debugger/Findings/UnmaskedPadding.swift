import LSTM
import Network

extension FindingKind {
  /// Zeros at an end of some samples, or the id 0 at theirs, that run through the layer like data.
  static let unmaskedPadding = FindingKind(
    "UnmaskedPadding",
    ofEach: { patient in
      let trace = patient.trace
      guard trace.input.mask == nil, !patient.isRandom, trace.timesteps >= 4, patient.isFirstCall else {
        return nil
      }
      guard let padding = Padding(of: patient) else { return nil }
      let (sample, length) = (padding.sample, padding.length)
      let first = padding.isInFront ? 0 : trace.timesteps - length
      // Of a layer that goes backwards the padding comes first.
      let comesFirst = patient.parameters.goBackwards != padding.isInFront
      let (before, after) =
        comesFirst ? (0, max(0, length - 1)) : (max(0, trace.timesteps - length - 1), trace.timesteps - 1)
      let moved =
        (0..<trace.outputs).map { unit -> Float in
          let start =
            comesFirst
            ? trace.h0[sample * trace.outputs + unit]
            : trace.value(.h, unit: unit, step: before, sample: sample)
          return abs(trace.value(.h, unit: unit, step: after, sample: sample) - start)
        }.max() ?? 0
      guard moved > 1e-3 else { return nil }
      return Finding(
        // Models that were trained with padding in front may be meant to read it.
        "unmasked-padding", padding.isInFront ? .note : .warning,
        "\(patient.prefix)\(padding.count) of \(trace.batch) samples \(padding.isInFront ? "begin" : "end") in "
          + "\(padding.words) that are not masked",
        evidence: [
          (
            "padding",
            "sample \(sample) has \(padding.words) from timestep \(first) on, \(length) of \(trace.timesteps)"
          ),
          ("h", "moves by up to \(written(moved)) while it reads them"),
        ],
        meaning: comesFirst
          ? "the sample does not begin with the initial state, but with what the padding left"
          : "the last output is what is left after the padding, not what the sample ended with",
        advice: "layers.Masking(0.0) before the layer, Embedding(…, mask_zero=True), or lengths in PyTorch",
        address: patient.address("h", unit: nil, step: before, sample: sample))
    })
}

/// What some samples of a call are filled up with.
private struct Padding {
  /// How many samples have it.
  let count: Int
  let sample: Int
  /// Timesteps of padding of that sample.
  let length: Int
  let isInFront: Bool
  /// `zeros`, or `ids of 0` where an Embedding looks them up.
  let words: String

  init?(of patient: Examination.Patient) {
    let trace = patient.trace
    let x = Value(shape: [trace.batch, trace.timesteps, trace.features], trace.input.x)
    if let found = Padding(in: x, words: "zeros", least: 2) {
      self = found
      return
    }
    // An id of 0 inside of a sample is a word.
    for ids in patient.ids where ids.shape == [trace.batch, trace.timesteps] && !ids.hasZerosInside {
      // One at the end of every sample is the word that ends it.
      guard !ids.trailingPadding.allSatisfy({ $0 == 1 }),
        let found = Padding(in: ids, words: "ids of 0", least: 1)
      else { continue }
      self = found
      return
    }
    return nil
  }

  /// - Parameter least: How many zeros in front are padding and no data.
  private init?(in value: Value, words: String, least: Int) {
    self.words = words
    let timesteps = value.shape[1]
    let ends = [
      (false, value.trailingPadding, 1), (true, value.reversedInTime?.trailingPadding ?? [], least),
    ]
    for (isInFront, padding, least) in ends {
      let padded = padding.indices.filter { padding[$0] >= least && padding[$0] < timesteps }
      guard let sample = padded.first else { continue }
      (self.isInFront, self.sample) = (isInFront, sample)
      (count, length) = (padded.count, padding[sample])
      return
    }
    return nil
  }
}

extension Value {
  fileprivate var hasZerosInside: Bool {
    let (behind, inFront) = (trailingPadding, reversedInTime?.trailingPadding ?? [])
    let (count, numbers) = (shape[1], numbers)
    return zip(behind, inFront).enumerated().contains { sample, padding in
      padding.0 + padding.1 < count
        && numbers[sample * count + padding.1..<(sample + 1) * count - padding.0].contains(0)
    }
  }
}
