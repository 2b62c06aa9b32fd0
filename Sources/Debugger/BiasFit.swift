import Glibc
import LSTM
import Network

/// Finds the biases that the recorded outputs ask for, where everything else is right and h is recorded.
///
/// With the recorded h in place of h[t−1] the units do not depend on each other: each has four unknown numbers,
/// which a least-squares fit finds from its h over time.
///
/// - Source: Levenberg 1944, Marquardt 1963.
struct BiasFit {
  private let trial: Trial
  private let tolerance: Float

  init(_ trial: Trial, tolerance: Float) {
    self.trial = trial
    self.tolerance = tolerance
  }

  /// Steps that are looked at, at most; four unknowns need no more.
  private static let mostSteps = 24

  /// What makes the comparison hold; nil where no biases do.
  ///
  /// Layer by layer, so that what a layer reads has come through biases that are right already.
  func found() -> BiasFound? {
    guard let recorded = recordedMemories() else { return nil }
    var changed = trial
    var calls = trial.baseline.calls
    var places: [BiasFound.Place] = []
    var uncertainty: Float = 0
    for (index, (key, h)) in recorded.enumerated() {
      if index > 0, calls[index].node != calls[index - 1].node, !places.isEmpty {
        guard let run = changed.run() else { return nil }
        calls = run.calls
      }
      guard let call = calls.first(where: { $0.key == key }),
        let member = trial.members.first(where: { $0.key == key })
      else { return nil }
      let own = trial.parameters(of: member)
      guard let fitted = fit(call, own, h) else { return nil }
      uncertainty = max(uncertainty, fitted.uncertainty)
      guard fitted.largestChange > 1e-3 else { continue }
      changed.overrides.parameters[key] = own.replacing(bias: fitted.bias)
      places.append(
        BiasFound.Place(layer: member.layer, isHead: false, own: own.bias, found: fitted.bias))
    }
    guard !places.isEmpty, let outcome = changed.outcome(tolerance: tolerance), outcome.passes else {
      return nil
    }
    let found = BiasFound(
      trial: changed, outcome: outcome, places: places, isEverywhere: places.count == recorded.count,
      uncertainty: uncertainty)
    return found.isPlausible ? found : nil
  }

  /// Whether what is recorded tells the bias.
  var isPossible: Bool { recordedMemories() != nil }

  // MARK: What is recorded

  /// h of every LSTM in the order of processing, by its key; nil where it is not recorded for all of them.
  private func recordedMemories() -> [(key: String, h: [Float])]? {
    let calls = trial.baseline.calls
    guard calls.allSatisfy({ $0.lstm.cell == nil && $0.parameters.additions == .none }),
      Set(calls.map(\.layer)).count == Set(calls.map(\.node)).count,
      calls.allSatisfy({ $0.input.mask == nil && $0.trace.timesteps > 0 }),
      trial.members.map(trial.parameters).allSatisfy({
        $0.activation == .tanh && $0.recurrentActivation == .sigmoid
      }),
      trial.expected.allSatisfy({ $0.offset == 0 && $0.ignored == nil })
    else { return nil }
    var found: [(key: String, h: [Float])] = []
    for call in calls {
      let beside = calls.filter { $0.node == call.node }
      guard let h = memory(of: call, among: beside) else { return nil }
      found.append((call.key, h))
    }
    return found.isEmpty ? nil : found
  }

  private func memory(of call: LayerCall, among calls: [LayerCall]) -> [Float]? {
    let trace = call.trace
    let units = trace.units
    for entry in trial.expected {
      switch entry.target {
      case .call(call.key, .h), .call(call.key, .y): return entry.numbers.values
      case .output(let index):
        guard case .node(call.node, 0) = trial.graph.outputs[index].reference,
          entry.numbers.shape.count == 3, call.lstm.returnSequences, !call.lstm.isTimeMajor
        else { continue }
        let width = entry.numbers.shape[2]
        if calls.count == 1, width == units { return entry.numbers.values }
        guard calls.count == 2, width == 2 * units else { continue }
        let start = call.lstm.direction == .backward ? units : 0
        return (0..<trace.batch).flatMap { sample in
          trace.timestepIndex.flatMap { timestep in
            let row = (sample * trace.timesteps + timestep) * width + start
            return entry.numbers.values[row..<row + units]
          }
        }
      case .call, .finals: continue
      }
    }
    return nil
  }

  // MARK: The fit

  private struct Step {
    /// z before the correction, for i f g o.
    let z: [Double]
    let h: Double
    let isFirst: Bool
    let carry: Double
  }

  private struct Fitted {
    let bias: [Float]
    let largestChange: Float
    let uncertainty: Float
  }

  private func fit(_ call: LayerCall, _ own: Parameters, _ h: [Float]) -> Fitted? {
    let trace = call.trace
    let units = trace.units
    let samples = min(trace.batch, 4)
    let length = min(trace.timesteps, max(6, Self.mostSteps / samples))
    // More equations than unknowns, or any bias would do.
    guard samples * length >= 6, length > 1 else { return nil }
    let rows = (0..<samples).flatMap { sample in
      (0..<length).map { (sample: sample, step: $0, row: sample * trace.timesteps + $0) }
    }
    let sums = sums(call, own, h, rows: rows.map { ($0.row, $0.step == 0 ? nil : $0.row - 1, $0.sample) })
    var bias = own.bias ?? Array(repeating: 0, count: 4 * units)
    var (largest, uncertainty) = (Float(0), Float(0))
    for unit in 0..<units {
      let steps = rows.enumerated().map { place, row in
        Step(
          z: (0..<4).map { Double(sums[place * 4 * units + $0 * units + unit]) },
          h: Double(h[row.row * units + unit]), isFirst: row.step == 0,
          carry: Double(trace.c0[row.sample * units + unit]))
      }
      guard let (change, doubt) = correction(steps) else { return nil }
      uncertainty = max(uncertainty, Float(doubt))
      for gate in 0..<4 {
        bias[gate * units + unit] += Float(change[gate])
        largest = max(largest, Float(abs(change[gate])))
      }
    }
    return Fitted(bias: bias, largestChange: largest, uncertainty: uncertainty)
  }

  /// (x·kernel + h[t−1]·recurrent kernel) + bias with the recorded h.
  private func sums(
    _ call: LayerCall, _ own: Parameters, _ h: [Float], rows: [(row: Int, before: Int?, sample: Int)]
  ) -> [Float] {
    let trace = call.trace
    let (units, columns) = (trace.units, 4 * trace.units)
    var sums: [Float] = []
    sums.reserveCapacity(rows.count * columns)
    for (row, before, sample) in rows {
      var sum = Array(trace.zx[row * columns..<(row + 1) * columns])
      let previous =
        before.map { h[$0 * units..<($0 + 1) * units] } ?? trace.h0[sample * units..<(sample + 1) * units]
      own.recurrentKernel.withUnsafeBufferPointer { weights in
        sum.withUnsafeMutableBufferPointer { sum in
          for (unit, value) in previous.enumerated() where value != 0 {
            for column in 0..<columns { sum[column] += value * weights[unit * columns + column] }
          }
        }
      }
      if let bias = own.bias { for column in 0..<columns { sum[column] += bias[column] } }
      sums += sum
    }
    return sums
  }

  /// What is to be added to z0…z3 of one unit; nil where the fit does not come near.
  private func correction(_ steps: [Step]) -> (move: [Double], uncertainty: Double)? {
    var delta = [0.0, 0, 0, 0]
    var damping = 1e-3
    var (error, gradient, square) = linearised(steps, delta)
    for _ in 0..<60 where error > 1e-14 * Double(steps.count) {
      guard let move = solved(square, gradient, damping: damping) else { return nil }
      let next = (0..<4).map { delta[$0] - move[$0] }
      let result = linearised(steps, next)
      if result.error < error {
        delta = next
        (error, gradient, square) = result
        damping = max(damping / 5, 1e-12)
      } else {
        damping *= 4
        if damping > 1e8 { break }
      }
    }
    guard (error / Double(steps.count)).squareRoot() < 1e-4, delta.allSatisfy(\.isFinite) else { return nil }
    for place in 0..<4 { square[place * 4 + place] += BiasSearch.rounding * BiasSearch.rounding }
    let variance = Cholesky(square, count: 4)?.inverseDiagonal.max() ?? .infinity
    return (delta, BiasSearch.rounding * variance.squareRoot())
  }

  private typealias Linearised = (error: Double, gradient: [Double], square: [Double])

  /// The squared error, its gradient and the product of the Jacobian with itself.
  private func linearised(_ steps: [Step], _ delta: [Double]) -> Linearised {
    var error = 0.0
    var gradient = [0.0, 0, 0, 0]
    var square = [Double](repeating: 0, count: 16)
    var carry = 0.0
    var slope = [0.0, 0, 0]
    for step in steps {
      if step.isFirst { (carry, slope) = (step.carry, [0, 0, 0]) }
      let i = 1 / (1 + exp(-(step.z[0] + delta[0])))
      let f = 1 / (1 + exp(-(step.z[1] + delta[1])))
      let g = tanh(step.z[2] + delta[2])
      let o = 1 / (1 + exp(-(step.z[3] + delta[3])))
      slope[0] = f * slope[0] + i * (1 - i) * g
      slope[1] = f * slope[1] + f * (1 - f) * carry
      slope[2] = f * slope[2] + i * (1 - g * g)
      carry = f * carry + i * g
      let shown = tanh(carry)
      let outward = o * (1 - shown * shown)
      let row = [outward * slope[0], outward * slope[1], outward * slope[2], o * (1 - o) * shown]
      let rest = o * shown - step.h
      error += rest * rest
      for a in 0..<4 {
        gradient[a] += row[a] * rest
        for b in 0..<4 { square[a * 4 + b] += row[a] * row[b] }
      }
    }
    return (error, gradient, square)
  }

  /// Solves (square + damping · its diagonal) · move = gradient.
  private func solved(_ square: [Double], _ gradient: [Double], damping: Double) -> [Double]? {
    var damped = square
    for row in 0..<4 { damped[row * 4 + row] += damping * damped[row * 4 + row] + 1e-15 }
    return Cholesky(damped, count: 4)?.solved(gradient)
  }
}
