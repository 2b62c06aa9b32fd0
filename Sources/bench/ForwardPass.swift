import Foundation
import LSTM

extension Bench {
  static let forwardPass = Bench(
    name: "forward",
    summary: "one layer over a whole sequence, every gate kept, one thread; rivals as multiples of our time"
  ) {
    let rivals = try PythonRivals()
    defer { rivals.stop() }
    print(
      "instruction set \(InstructionSet.best.rawValue); rivals found: \(rivals.names.joined(separator: ", "))"
    )
    print(line(["units", "T", "batch", "ms"] + rivals.names))
    for units in [3, 32, 128, 512] {
      for timesteps in [100, 1000] {
        for batch in [1, 32] {
          let ours = milliseconds(units: units, timesteps: timesteps, batch: batch)
          let theirs = try rivals.milliseconds(units: units, timesteps: timesteps, batch: batch)
          print(
            line(
              ["\(units)", "\(timesteps)", "\(batch)", String(format: "%.4g", ours)]
                + theirs.map { String(format: "%.2f", $0 / ours) }))
          // Line by line also into a pipe: the whole takes a minute.
          fflush(nil)
        }
      }
    }
  }
}

private func line(_ fields: [String]) -> String {
  fields.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
}

/// The same shapes as the rivals': as many features as units, small weights.
private func milliseconds(units: Int, timesteps: Int, batch: Int) -> Double {
  var generator = SystemRandomNumberGenerator()
  func numbers(_ count: Int, _ scale: Float) -> [Float] {
    (0..<count).map { _ in Float.random(in: -scale...scale, using: &generator) }
  }
  let scale = 1 / Float(units).squareRoot()
  let layer = Parameters(
    features: units, units: units, kernel: numbers(4 * units * units, scale),
    recurrentKernel: numbers(4 * units * units, scale), bias: numbers(4 * units, scale)
  ).packed()
  let input = LayerInput(
    batch: batch, timesteps: timesteps, features: units, x: numbers(batch * timesteps * units, 1))
  var checked: Float = 0
  let time = medianMilliseconds { checked += layer.run(input).h.last ?? 0 }
  precondition(checked.isFinite, "the layer did not run")
  return time
}
