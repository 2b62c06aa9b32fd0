package import Commands
import LSTM
import Network

/// Where in a run a compared number stands.
package struct Place: Sendable, Equatable {
  /// The address that opens the screen there; nil where no LSTM stands behind it.
  package let address: Address?
  /// `output[3]@5#0` for what has no address of its own, else the address.
  package let name: String
  package let sample: Int
  /// nil where the array has no axis of time.
  package let timestep: Int?
  /// The step in the order of processing, by which "first" is told.
  let step: Int
  package let expected: Float
  package let found: Float
}

/// Turns a place in a compared array into an address.
struct Places {
  let graph: Graph
  let run: NetworkRun

  private var isOne: Bool { run.calls.count == 1 }

  func place(of index: Int, in recorded: Recorded, found: Float) -> Place {
    let expected = recorded.numbers.values[index]
    let shape = recorded.numbers.shape
    switch recorded.target {
    case .call(let key, let array):
      guard let call = run.calls.first(where: { $0.key == key }) else { break }
      return place(of: index, shape, call, array, expected, found)
    case .finals(let array):
      let size = shape.dropFirst().reduce(1, *)
      guard size > 0, run.calls.indices.contains(index / size) else { break }
      return place(
        of: index % size, Array(shape.dropFirst()), run.calls[index / size], array, expected, found)
    case .output(let output): return outputPlace(of: index, shape, output: output, expected, found)
    }
    return Place(
      address: nil, name: "value \(index)", sample: 0, timestep: nil, step: 0, expected: expected,
      found: found)
  }

  private func place(
    of index: Int, _ shape: [Int], _ call: LayerCall, _ array: TracedArray, _ expected: Float, _ found: Float
  ) -> Place {
    let trace = call.trace
    let layer = isOne ? nil : call.key
    let last = max(0, trace.timesteps - 1)
    func made(_ quantity: String, _ unit: Int?, step: Int?, timestep: Int?, sample: Int) -> Place {
      let address = Address(
        layer: layer, quantity: quantity, indices: unit.map { [$0] } ?? [], timestep: timestep, sample: sample
      )
      return Place(
        address: address, name: address.text, sample: sample, timestep: timestep, step: step ?? 0,
        expected: expected, found: found)
    }
    switch array {
    case .zx, .zh, .z, .i, .f, .g, .o, .c, .h, .y:
      let width = max(1, shape.last ?? 1)
      let step = index / width % max(1, trace.timesteps)
      let sample = index / width / max(1, trace.timesteps)
      return made(
        array.rawValue, index % width, step: step, timestep: trace.timestepIndex[step], sample: sample)
    case .x, .mask:
      let width = array == .x ? max(1, trace.features) : 1
      let timestep = index / width % max(1, trace.timesteps)
      return made(
        "x", array == .x ? index % width : nil, step: trace.timestepIndex.firstIndex(of: timestep),
        timestep: timestep, sample: index / width / max(1, trace.timesteps))
    case .h0, .c0:
      let units = max(1, array == .h0 ? trace.outputs : trace.units)
      return made(array.rawValue, index % units, step: nil, timestep: nil, sample: index / units)
    case .hFinal, .cFinal:
      let units = max(1, array == .hFinal ? trace.outputs : trace.units)
      let timestep = trace.timestepIndex.last
      return made(
        array == .hFinal ? "h" : "c", index % units, step: last, timestep: timestep, sample: index / units)
    case .timestepIndex:
      return made("x", nil, step: index, timestep: trace.timestepIndex[min(index, last)], sample: 0)
    }
  }

  // MARK: Outputs

  private func outputPlace(
    of index: Int, _ shape: [Int], output: Int, _ expected: Float, _ found: Float
  ) -> Place {
    let width = shape.count > 1 ? max(1, shape.last ?? 1) : 1
    let batch = max(1, shape.first ?? 1)
    let perSample = max(1, shape.reduce(1, *) / batch)
    let sample = index / perSample
    let isByTime = shape.count >= 3
    let timestep = isByTime ? index % perSample / (perSample / max(1, shape[1])) : nil
    let unit = index % width
    if let source = source(of: output, unit: unit, width: width, timestep: timestep) {
      let address = Address(
        layer: isOne ? nil : source.call.key, quantity: source.quantity,
        indices: source.unit.map { [$0] } ?? [], timestep: source.timestep, sample: sample)
      return Place(
        address: address, name: source.isItself ? address.text : name(output, shape, unit, timestep, sample),
        sample: sample, timestep: source.timestep,
        step: source.timestep.flatMap { source.call.trace.timestepIndex.firstIndex(of: $0) } ?? 0,
        expected: expected, found: found)
    }
    return Place(
      address: nil, name: name(output, shape, unit, timestep, sample), sample: sample, timestep: timestep,
      step: timestep ?? 0, expected: expected, found: found)
  }

  private func name(_ output: Int, _ shape: [Int], _ unit: Int, _ timestep: Int?, _ sample: Int) -> String {
    let name = Target.output(output).name(outputs: run.outputs.count)
    return "\(name)[\(unit)]\(timestep.map { "@\($0)" } ?? "")#\(sample)"
  }

  private struct Source {
    let call: LayerCall
    let quantity: String
    let unit: Int?
    let timestep: Int?
    /// Whether the output is that quantity, and not something that a later layer made of it.
    let isItself: Bool
  }

  /// The LSTM that an output comes from: itself, or the nearest before it.
  private func source(of output: Int, unit: Int, width: Int, timestep: Int?) -> Source? {
    guard case .node(var node, var part) = graph.outputs[output].reference else { return nil }
    var isItself = true
    while run.calls.allSatisfy({ $0.node != node }) {
      isItself = false
      guard case .value(.node(let before, let output))? = graph.nodes[node].arguments.first else {
        return nil
      }
      (node, part) = (before, output)
    }
    let calls = run.calls.filter { $0.node == node }
    guard var call = calls.last else { return nil }
    var unit: Int? = unit
    var quantity = "h"
    let halves = calls.filter { $0.lstm.direction != nil }
    if halves.count == 2 {
      // Output, then fh, fc, bh, bc.
      if part > 0 {
        call = halves[(part - 1) / 2 % 2]
        quantity = part % 2 == 1 ? "h" : "c"
      } else if isItself, width == halves[0].trace.outputs + halves[1].trace.outputs, let place = unit {
        call = place < halves[0].trace.outputs ? halves[0] : halves[1]
        unit = place % halves[0].trace.outputs
      } else {
        call = halves[0]
      }
    } else if part > 0 {
      quantity = part % 2 == 1 ? "h" : "c"
    }
    if !isItself { unit = nil }
    if let place = unit, place >= (quantity == "c" ? call.trace.units : call.trace.outputs) { unit = nil }
    let trace = call.trace
    // A sequence that goes backwards by itself stays in the order of processing.
    let time: Int? =
      if let timestep, timestep < trace.timesteps {
        call.lstm.direction == nil ? trace.timestepIndex[timestep] : timestep
      } else {
        trace.timestepIndex.last
      }
    if quantity == "h", isItself, trace.input.mask != nil, timestep != nil { quantity = "y" }
    return Source(
      call: call, quantity: quantity, unit: unit, timestep: time, isItself: isItself && unit != nil)
  }
}
