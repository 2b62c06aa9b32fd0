import Foundation
import Network
import Testing

@Suite struct LayerTests {
  @Test(
    "Every recorded call of a layer gives the framework's numbers and masks", arguments: RecordedLayer.all)
  func recorded(_ layer: RecordedLayer) throws {
    let graph = try layer.graph()
    var states = States()
    var outputs: [Value] = []
    for _ in 0..<layer.runs {
      let ran = try graph.run(layer.values, states: states)
      let run = try #require(ran)
      #expect(run.stopped == nil, "\(run.stopped?.message ?? "")")
      #expect(run.calls.count == layer.lstmCount)
      outputs = try run.outputs.map { try #require($0) }
      states = run.states
    }
    for (output, expected) in zip(outputs, layer.outputs) {
      #expect(output.shape == expected.shape)
      #expect(output.mask == expected.mask)
      guard case .numbers(let wanted) = expected.elements else {
        #expect(output.elements == expected.elements)
        continue
      }
      let difference = largestDifference(output.numbers, wanted)
      #expect(difference.isWithinTolerance, "differs by \(difference.value)")
    }
  }

  @Test("The largest differences from the frameworks are printed by class")
  func table() throws {
    var largest: [String: (value: Float, calls: Int)] = [:]
    for layer in RecordedLayer.all {
      guard layer.runs == 1, let run = try layer.graph().run(layer.values) else { continue }
      for (output, expected) in zip(run.outputs, layer.outputs) {
        guard case .numbers(let wanted) = expected.elements, let output else { continue }
        let name = layer.layer.className
        let before = largest[name] ?? (0, 0)
        largest[name] = (max(before.value, largestDifference(output.numbers, wanted).value), before.calls + 1)
      }
    }
    #expect(!largest.isEmpty)
    for (name, row) in largest.sorted(by: { $0.key < $1.key }) {
      print(
        name.padding(toLength: 28, withPad: " ", startingAt: 0),
        String(format: "%4d outputs   largest difference %.1e", row.calls, row.value))
    }
  }
}

extension RecordedLayer {
  /// How many LSTMs a call must trace.
  fileprivate var lstmCount: Int {
    func count(_ layer: LayerDescription) -> Int {
      layer.className.hasPrefix("LSTM") ? 1 : layer.children.reduce(0) { $0 + count($1) }
    }
    return count(layer)
  }
}

/// |a − b| ≤ 1e-5 + 1e-5·|b| everywhere.
func largestDifference(_ found: [Float], _ wanted: [Float]) -> (value: Float, isWithinTolerance: Bool) {
  guard found.count == wanted.count else { return (.infinity, false) }
  var result: (value: Float, isWithinTolerance: Bool) = (0, true)
  for (a, b) in zip(found, wanted) where a != b && !(a.isNaN && b.isNaN) {
    let difference = abs(a - b)
    if !(difference <= 1e-5 + 1e-5 * abs(b)) { result.isWithinTolerance = false }
    result.value = max(result.value, difference)
  }
  return result
}
