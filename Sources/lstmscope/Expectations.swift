import Debugger
import LSTM
import Network
import Workbench

/// What `--expect` puts beside a run.
enum Expectations {
  /// - Parameter file: Recorded numbers, or another model, which is run on the same input.
  static func of(
    _ file: String, quantity: String?, _ opened: Opened, inputs: InputOptions, notes: inout [String]
  ) throws -> ExpectedNumbers {
    let run = opened.network
    let (fileName, tolerance) = (Files.name(of: file), opened.model.provenance.tolerance)
    if try isModel(file) {
      var others: [String] = []
      var options = inputs
      options.layer = nil
      let other = try Opening.open(
        try Opening.model(file, config: inputs.config, arrays: inputs.arrays), path: file, options: options,
        notes: &others)
      let calls = expectations(run, fileName, tolerance) { call in
        let partner =
          other.network.calls.first { $0.key == call.key }
          ?? other.network.calls.first {
            $0.trace.units == call.trace.units
          }
        return partner.flatMap { $0.trace.units == call.trace.units ? $0 : nil }.map { partner in
          let trace = partner.trace
          return (
            [
              .zx: trace.zx, .zh: trace.zh, .z: trace.z, .i: trace.i, .f: trace.f, .g: trace.g, .o: trace.o,
              .c: trace.c, .h: trace.h, .y: trace.y,
            ], [:]
          )
        }
      }
      let outputs = zip(run.outputs, other.network.outputs).map { ours, theirs in
        theirs.flatMap { $0.shape == ours?.shape ? $0.numbers : nil }
      }
      return numbers(calls, outputs, [], fileName, tolerance)
    }
    let recorded = try ExpectedFile.recorded(file, quantity: quantity, in: run)
    let calls = expectations(run, fileName, tolerance) { call in
      let quantities = RecordedQuantities(recorded, of: call, in: run, graph: opened.graph)
      return quantities.isEmpty ? nil : (quantities.steps, quantities.finals)
    }
    let outputs = run.outputs.indices.map { place in
      recorded.first { $0.target == .output(place) }?.numbers.values
    }
    let expected = numbers(calls, outputs, recorded, fileName, tolerance)
    if expected.isEmpty {
      notes.append(
        "What is recorded in \(file) is neither a quantity of an LSTM nor an output, so that nothing stands beside one; "
          + "check compares it.")
    }
    return expected
  }

  /// - Parameter outputs: One for each of the model's; nil where none is recorded.
  private static func numbers(
    _ calls: [Int: Expectation], _ outputs: [[Float]?], _ recorded: [Recorded], _ name: String,
    _ tolerance: Float
  ) -> ExpectedNumbers {
    let known = outputs.enumerated().compactMap { place, values in values.map { (place, $0) } }
    return ExpectedNumbers(
      calls: calls,
      outputs: known.isEmpty
        ? nil
        : ExpectedOutputs(
          name: name, tolerance: tolerance, values: Dictionary(uniqueKeysWithValues: known)),
      recorded: recorded, name: name)
  }

  private static func expectations(
    _ run: NetworkRun, _ name: String, _ tolerance: Float,
    _ recorded: (LayerCall) -> (steps: [Quantity: [Float]], finals: [Quantity: [Float]])?
  ) -> [Int: Expectation] {
    var expectations: [Int: Expectation] = [:]
    for (index, call) in run.calls.enumerated() {
      guard let (steps, finals) = recorded(call) else { continue }
      expectations[index] = Expectation(name: name, tolerance: tolerance, steps: steps, finals: finals)
    }
    return expectations
  }

  /// Whether a file is a model and no recorded array.
  private static func isModel(_ file: String) throws -> Bool {
    guard file != "-", Files.exists(file) else { return false }
    let endings = [".npy", ".csv"]
    if endings.contains(where: file.hasSuffix) { return false }
    if file.hasSuffix(".npz") || file.hasSuffix(".json") {
      guard (try? Diff.isRecording(file)) == false, case .named = try ExpectedFile.read(file) else {
        return false
      }
      return (try? Opening.model(file)) != nil
    }
    return true
  }
}
