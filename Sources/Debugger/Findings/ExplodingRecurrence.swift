import Glibc
import LSTM

extension FindingKind {
  /// A recurrence that magnifies small differences: by the spectral radius of its blocks, and as measured.
  static let explodingRecurrence = FindingKind(
    "ExplodingRecurrence",
    ofEach: { patient in
      guard patient.isFirstCall, patient.trace.outputs == patient.trace.units, let growth = Growth(patient),
        growth.factor > 300
      else { return nil }
      let radii = ["i", "f", "g", "o"].enumerated().map { gate, name in
        "\(name) \(written(spectralRadius(patient.parameters.recurrentKernel, gate: gate, units: patient.trace.units)))"
      }
      return Finding(
        "exploding-recurrence", growth.factor > 2000 ? .warning : .note,
        "\(patient.prefix)a difference of \(written(growth.start)) in h0 is \(written(growth.factor)) times larger after \(growth.steps) timesteps",
        evidence: [
          (
            "measured",
            "\(written(pow(Double(growth.factor), 1 / Double(growth.steps)))) times a timestep on average"
          ),
          ("spectral radius", "of the recurrent kernel's blocks: \(radii.joined(separator: ", "))"),
        ],
        meaning:
          "rounding grows as fast, so that two frameworks disagree after some timesteps, and gradients explode",
        advice: "clipnorm=1 in training, a smaller recurrent kernel; compare runs over fewer timesteps",
        address: patient.address("h", unit: nil, step: growth.steps - 1, sample: 0))
    })
}

/// How a small difference in h0 grows along the first sample.
private struct Growth {
  let start: Float
  let factor: Float
  let steps: Int

  /// Steps that are run, at most.
  private static let most = 100

  init?(_ patient: Examination.Patient) {
    let trace = patient.trace
    let steps = min(trace.timesteps, Self.most)
    // Backwards the first steps read the last timesteps; those would have to be run.
    guard steps >= 4, trace.batch > 0, trace.input.mask == nil, !patient.parameters.goBackwards,
      trace.h0.allSatisfy(\.isFinite)
    else { return nil }
    let width = steps * trace.features
    let x = Array(trace.input.x[..<width])
    guard x.allSatisfy(\.isFinite) else { return nil }
    // Small enough to grow, large enough to be no rounding.
    let start: Float = 1e-5
    let h0 = Array(trace.h0[..<trace.outputs])
    let c0 = Array(trace.c0[..<trace.units])
    let moved = h0.enumerated().map { $1 + ($0 % 2 == 0 ? start : -start) }
    func run(_ h: [Float]) -> [Float] {
      patient.parameters.run(
        LayerInput(batch: 1, timesteps: steps, features: trace.features, x: x, h0: h, c0: c0)
      ).h
    }
    let (one, other) = (run(h0), run(moved))
    var largest: Float = 0
    var last = 1
    for step in 0..<steps {
      var sum: Float = 0
      for place in step * trace.outputs..<(step + 1) * trace.outputs {
        let difference = one[place] - other[place]
        sum += difference * difference
      }
      let size = (sum / Float(trace.outputs)).squareRoot()
      guard size.isFinite else { return nil }
      if size > largest { (largest, last) = (size, step + 1) }
    }
    self.start = start
    factor = largest / start
    self.steps = last
  }
}

/// The largest magnitude of an eigenvalue of one gate's block, by the growth of a vector.
///
/// - Source: Gelfand's formula, ρ = lim ‖Aⁿ‖^(1/n), with one vector for the norm.
func spectralRadius(_ recurrentKernel: [Float], gate: Int, units: Int) -> Double {
  var vector = (0..<units).map { Double(($0 * 7919 + 13) % 101) / 101 + 0.1 }
  var logarithm = 0.0
  let rounds = 60
  for round in 0..<rounds {
    var next = [Double](repeating: 0, count: units)
    recurrentKernel.withUnsafeBufferPointer { weights in
      for (row, value) in vector.enumerated() {
        let start = row * 4 * units + gate * units
        for column in 0..<units { next[column] += value * Double(weights[start + column]) }
      }
    }
    let size = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard size > 0, size.isFinite else { return size.isFinite ? 0 : .infinity }
    // The first rounds turn the vector, the later ones measure.
    if round >= rounds / 3 { logarithm += log(size) }
    vector = next.map { $0 / size }
  }
  return exp(logarithm / Double(rounds - rounds / 3))
}
