import Commands
import LSTM
package import Network

/// A model's run under the eyes of every kind of finding.
package struct Examination: Sendable {
  package let provenance: Provenance
  /// Whether nobody gave an input, so that what shows in the run rests on random numbers.
  package let isRandom: Bool
  let patients: [Patient]

  /// - Parameter ids: What Embeddings of the model were given, where the caller knows.
  package init(run: NetworkRun, provenance: Provenance, isRandom: Bool, ids: [Value] = []) {
    self.provenance = provenance
    self.isRandom = isRandom
    let isOne = run.calls.count == 1
    var seen: [String] = []
    patients = run.calls.map { call in
      let weights = call.layer + call.lstm.suffix
      defer { seen.append(weights) }
      return Patient(
        call: call, isOne: isOne, isFirstCall: !seen.contains(weights), dtype: provenance.dtype,
        writer: provenance.writer, isRandom: isRandom, ids: ids)
    }
  }

  /// Everything that is found, errors first.
  package func findings() -> [Finding] {
    let found = FindingKind.all.flatMap { $0.look(self) }
    return Finding.Severity.allInOrder.flatMap { severity in found.filter { $0.severity == severity } }
  }
}

extension Finding.Severity {
  fileprivate static let allInOrder: [Finding.Severity] = [.error, .warning, .note]
}

extension Examination {
  /// One call of an LSTM, with what of it is counted once for all kinds.
  struct Patient: Sendable {
    let call: LayerCall
    /// Whether the model has no other LSTM, so that addresses need no layer.
    let isOne: Bool
    /// Whether these weights were not met in a call before.
    let isFirstCall: Bool
    let dtype: String
    let writer: String?
    let isRandom: Bool
    let ids: [Value]
    let gates: [GateRange]
    /// Steps that count, over all samples.
    let stepCount: Int

    init(
      call: LayerCall, isOne: Bool, isFirstCall: Bool, dtype: String, writer: String?, isRandom: Bool,
      ids: [Value]
    ) {
      self.call = call
      self.isOne = isOne
      self.isFirstCall = isFirstCall
      self.dtype = dtype
      self.writer = writer
      self.isRandom = isRandom
      self.ids = ids
      let trace = call.trace
      let rows = (0..<trace.batch * trace.timesteps).filter {
        !trace.isMasked(step: $0 % trace.timesteps, sample: $0 / trace.timesteps)
      }
      stepCount = rows.count
      gates = [(Quantity.i, trace.i), (.f, trace.f), (.o, trace.o)].map {
        GateRange(quantity: $0.0, values: $0.1, rows: rows, units: trace.units)
      }
    }

    var trace: Trace { call.trace }
    var parameters: Parameters { call.parameters }
    /// `lstm: ` before a sentence where there are several.
    var prefix: String { isOne ? "" : "\(call.key): " }

    func address(_ quantity: String, unit: Int?, step: Int, sample: Int) -> Address {
      Address(
        layer: isOne ? nil : call.key, quantity: quantity, indices: unit.map { [$0] } ?? [],
        timestep: trace.timestepIndex.indices.contains(step) ? trace.timestepIndex[step] : nil, sample: sample
      )
    }
  }

  /// How far a gate opens, unit by unit.
  struct GateRange: Sendable {
    let quantity: Quantity
    let lowest: [Float]
    let highest: [Float]
    let means: [Float]
    /// The share of all values under 0.01 or over 0.99.
    let saturated: Double

    init(quantity: Quantity, values: [Float], rows: [Int], units: Int) {
      self.quantity = quantity
      var lowest = [Float](repeating: .infinity, count: units)
      var highest = [Float](repeating: -.infinity, count: units)
      var sums = [Float](repeating: 0, count: units)
      var saturated = 0
      values.withUnsafeBufferPointer { values in
        for row in rows {
          for unit in 0..<units {
            let value = values[row * units + unit]
            // Of a unit with a NaN nothing is said: what is NaN stays it, and is neither large nor small.
            lowest[unit] = value.isNaN ? .nan : min(lowest[unit], value)
            highest[unit] = value.isNaN ? .nan : max(highest[unit], value)
            sums[unit] += value
            if value < 0.01 || value > 0.99 { saturated += 1 }
          }
        }
      }
      self.lowest = lowest
      self.highest = highest
      means = sums.map { $0 / Float(max(1, rows.count)) }
      self.saturated = Double(saturated) / Double(max(1, rows.count * units))
    }
  }
}

// MARK: - Words for numbers

/// Three significant digits: `0.0312`, `812`, `1.2e+07`.
func written(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "+inf" : "-inf" }
  if value == 0 { return "0" }
  let magnitude = abs(value)
  guard magnitude >= 1e-3, magnitude < 1e6 else {
    var (mantissa, exponent) = (magnitude, 0)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var digits = Double(Int((mantissa * 10).rounded())) / 10
    // 9.99 is rounded to the next power.
    if digits >= 10 { (digits, exponent) = (1, exponent + 1) }
    let size = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return "\(value < 0 ? "-" : "")\(digits)e\(exponent < 0 ? "-" : "+")\(size)"
  }
  if magnitude >= 100 { return "\(Int(value.rounded()))" }
  let scale = magnitude >= 10 ? 10.0 : magnitude >= 1 ? 100 : 10_000
  return "\(Double(Int((value * scale).rounded())) / scale)"
}

func written(_ value: Float) -> String { written(Double(value)) }

/// `97 %`; `>99 %` and `<1 %` where rounding would say all or nothing.
func percent(_ share: Double) -> String {
  let rounded = Int((share * 100).rounded())
  if rounded == 100, share < 1 { return ">99 %" }
  if rounded == 0, share > 0 { return "<1 %" }
  return "\(rounded) %"
}

/// `3, 17 and 12 more`.
func listed(_ numbers: [Int]) -> String {
  let shown = numbers.prefix(6).map(String.init).joined(separator: ", ")
  return numbers.count > 6 ? "\(shown) and \(numbers.count - 6) more" : shown
}
