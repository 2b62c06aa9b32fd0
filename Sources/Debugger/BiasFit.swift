import Glibc
import LSTM
import Network

/// Finds the bias that the recorded outputs ask for, where everything else is right.
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

  /// The corrected biases as a suspect; nil where no bias makes the comparison hold.
  func suspect() -> Detective.Suspect? {
    guard let recorded = recordedMemories() else { return nil }
    var changed = trial
    var largest: Float = 0
    for (call, h) in recorded {
      guard let fitted = fit(call, h) else { return nil }
      largest = max(largest, fitted.largestChange)
      changed.overrides.parameters[call.key] = call.parameters.replacing(bias: fitted.bias)
    }
    guard largest > 0, let outcome = changed.outcome(tolerance: tolerance), outcome.passes else { return nil }
    let digits = Double(Int((Double(largest) * 1000).rounded())) / 1000
    return Detective.Suspect(
      names: ["bias-incomplete"],
      sentences: [
        "the bias is not the whole one: bias_hh was forgotten, as it looks "
          + "(what is missing was found from the recorded numbers; up to \(digits))"
      ], remedy: ["bias = bias_ih + bias_hh"], after: outcome.largest, outsideAfter: outcome.outside,
      isOfWeights: true, corrected: changed.overrides.parameters)
  }

  /// Whether what is recorded tells the bias.
  var isPossible: Bool { recordedMemories() != nil }

  // MARK: What is recorded

  /// h of every LSTM in the order of processing; nil where it is not recorded for all of them.
  private func recordedMemories() -> [(LayerCall, [Float])]? {
    let calls = trial.baseline.calls
    guard Set(calls.map(\.node)).count == 1,
      calls.allSatisfy({ $0.lstm.cell == nil && $0.parameters.additions == .none }),
      calls.allSatisfy({ $0.input.mask == nil && $0.trace.timesteps > 0 }),
      calls.allSatisfy({
        $0.parameters.activation == .tanh && $0.parameters.recurrentActivation == .sigmoid
      })
    else { return nil }
    var found: [(LayerCall, [Float])] = []
    for call in calls {
      guard let h = memory(of: call, among: calls) else { return nil }
      found.append((call, h))
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

  private func fit(_ call: LayerCall, _ h: [Float]) -> (bias: [Float], largestChange: Float)? {
    let trace = call.trace
    let units = trace.units
    let samples = min(trace.batch, 4)
    let length = min(trace.timesteps, max(6, Self.mostSteps / samples))
    // More equations than unknowns, or any bias would do.
    guard samples * length >= 6, length > 1 else { return nil }
    let rows = (0..<samples).flatMap { sample in
      (0..<length).map { (sample: sample, step: $0, row: sample * trace.timesteps + $0) }
    }
    let sums = sums(call, h, rows: rows.map { ($0.row, $0.step == 0 ? nil : $0.row - 1, $0.sample) })
    var bias = call.parameters.bias ?? Array(repeating: 0, count: 4 * units)
    var largest: Float = 0
    for unit in 0..<units {
      let steps = rows.enumerated().map { place, row in
        Step(
          z: (0..<4).map { Double(sums[place * 4 * units + $0 * units + unit]) },
          h: Double(h[row.row * units + unit]), isFirst: row.step == 0,
          carry: Double(trace.c0[row.sample * units + unit]))
      }
      guard let change = correction(steps) else { return nil }
      for gate in 0..<4 {
        bias[gate * units + unit] += Float(change[gate])
        largest = max(largest, Float(abs(change[gate])))
      }
    }
    return (bias, largest)
  }

  /// (x·kernel + h[t−1]·recurrent kernel) + bias with the recorded h.
  private func sums(_ call: LayerCall, _ h: [Float], rows: [(row: Int, before: Int?, sample: Int)]) -> [Float]
  {
    let trace = call.trace
    let (units, columns) = (trace.units, 4 * trace.units)
    var sums: [Float] = []
    sums.reserveCapacity(rows.count * columns)
    for (row, before, sample) in rows {
      var sum = Array(trace.zx[row * columns..<(row + 1) * columns])
      let previous =
        before.map { h[$0 * units..<($0 + 1) * units] } ?? trace.h0[sample * units..<(sample + 1) * units]
      call.parameters.recurrentKernel.withUnsafeBufferPointer { weights in
        sum.withUnsafeMutableBufferPointer { sum in
          for (unit, value) in previous.enumerated() where value != 0 {
            for column in 0..<columns { sum[column] += value * weights[unit * columns + column] }
          }
        }
      }
      if let bias = call.parameters.bias { for column in 0..<columns { sum[column] += bias[column] } }
      sums += sum
    }
    return sums
  }

  /// What is to be added to z0…z3 of one unit; nil where the fit does not come near.
  private func correction(_ steps: [Step]) -> [Double]? {
    var delta = [0.0, 0, 0, 0]
    var damping = 1e-3
    var (error, gradient, square) = linearised(steps, delta)
    for _ in 0..<60 where error > 1e-14 * Double(steps.count) {
      guard let move = solve(square, gradient, damping: damping) else { return nil }
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
    return (error / Double(steps.count)).squareRoot() < 1e-4 && delta.allSatisfy(\.isFinite) ? delta : nil
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

  /// Solves (square + damping · its diagonal) · move = gradient by elimination.
  private func solve(_ square: [Double], _ gradient: [Double], damping: Double) -> [Double]? {
    var matrix = (0..<4).map { row in (0..<4).map { square[row * 4 + $0] } + [gradient[row]] }
    for row in 0..<4 { matrix[row][row] += damping * matrix[row][row] + 1e-15 }
    for column in 0..<4 {
      guard let pivot = (column..<4).max(by: { abs(matrix[$0][column]) < abs(matrix[$1][column]) }),
        abs(matrix[pivot][column]) > 0
      else { return nil }
      matrix.swapAt(column, pivot)
      for row in 0..<4 where row != column {
        let factor = matrix[row][column] / matrix[column][column]
        for place in column..<5 { matrix[row][place] -= factor * matrix[column][place] }
      }
    }
    return (0..<4).map { matrix[$0][4] / matrix[$0][$0] }
  }
}
