import Foundation
import LSTM

extension Bench {
  static let forwardPass = Bench(
    name: "forward",
    summary: "one layer over a whole sequence, every gate kept, one thread"
  ) {
    let rivals = try PythonRivals()
    defer { rivals.stop() }
    print(
      "instruction set \(InstructionSet.best.rawValue); rivals found: \(rivals.names.joined(separator: ", "))"
    )
    print("first ms: into new memory; ms: into the memory of the run before, as after an edit;")
    print("rivals as multiples of ms: above 1 they are slower")
    print(line(["units", "T", "batch", "first ms", "ms"] + rivals.names))
    for units in [3, 32, 128, 512] {
      for timesteps in [100, 1000] {
        for batch in [1, 32] {
          let ours = milliseconds(units: units, timesteps: timesteps, batch: batch)
          let theirs = try rivals.milliseconds(units: units, timesteps: timesteps, batch: batch)
          print(
            line(
              [
                "\(units)", "\(timesteps)", "\(batch)", String(format: "%.4g", ours.first),
                String(format: "%.4g", ours.again),
              ]
                + theirs.map { String(format: "%.2f", $0 / ours.again) }))
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
private func milliseconds(units: Int, timesteps: Int, batch: Int) -> (first: Double, again: Double) {
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
  let first = medianMilliseconds { precondition(layer.run(input).h.count == batch * timesteps * units) }
  var trace: Trace? = layer.run(input)
  let again = medianMilliseconds {
    trace = layer.run(input, resuming: trace.take(), from: 0) { _ in true }
  }
  precondition(trace?.hFinal.allSatisfy(\.isFinite) == true, "the layer did not run")
  return (first, again)
}
