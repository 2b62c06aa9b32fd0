package import LSTM
package import Network

/// What recorded arrays say of one call of an LSTM, in the order in which it met the timesteps.
package struct RecordedQuantities: Sendable, Equatable {
  /// Values at every step, as the trace keeps them: (batch, timesteps, width).
  package private(set) var steps: [Quantity: [Float]] = [:]
  /// Values after the last step: (batch, units).
  package private(set) var finals: [Quantity: [Float]] = [:]

  package var isEmpty: Bool { steps.isEmpty && finals.isEmpty }

  package init(_ recorded: [Recorded], of call: LayerCall, in run: NetworkRun, graph: Graph) {
    for entry in recorded {
      switch entry.target {
      case .call(call.key, let array): add(array, entry.numbers.values)
      case .call: continue
      case .finals(let array):
        guard let index = run.calls.firstIndex(where: { $0.key == call.key }) else { continue }
        let size = call.trace.batch * (array == .cFinal ? call.trace.units : call.trace.outputs)
        add(array, Array(entry.numbers.values[index * size..<(index + 1) * size]))
      case .output(let index):
        guard case .node(call.node, let part) = graph.outputs[index].reference else { continue }
        add(output: part, entry.numbers, call, halves: run.calls.filter { $0.node == call.node })
      }
    }
  }

  private mutating func add(_ array: TracedArray, _ values: [Float]) {
    switch array {
    case .hFinal: finals[.h] = values
    case .cFinal: finals[.c] = values
    case .zx, .zh, .z, .i, .f, .g, .o, .c, .h, .y:
      if let quantity = Quantity(rawValue: array.rawValue) { steps[quantity] = values }
    case .x, .mask, .h0, .c0, .timestepIndex: break
    }
  }

  /// An output of the layer itself.
  private mutating func add(
    output part: Int, _ numbers: Numbers, _ call: LayerCall, halves: [LayerCall]
  ) {
    let trace = call.trace
    let isHalf = call.lstm.direction != nil && halves.count == 2
    let isLast = halves.last?.key == call.key
    if part > 0 {
      // Output, h, c; or output, fh, fc, bh, bc.
      let place = isHalf ? part - (call.lstm.direction == .backward ? 2 : 0) : part
      let columns = place == 2 ? trace.units : trace.outputs
      guard numbers.values.count == trace.batch * columns, isHalf || isLast else { return }
      if place == 1 { finals[.h] = numbers.values }
      if place == 2 { finals[.c] = numbers.values }
      return
    }
    let width = numbers.shape.last ?? 0
    guard isHalf ? width == 2 * trace.outputs : width == trace.outputs && isLast else { return }
    let start = isHalf && call.lstm.direction == .backward ? trace.outputs : 0
    guard call.lstm.returnSequences else {
      finals[.y] = (0..<trace.batch).flatMap { sample in
        numbers.values[sample * width + start..<sample * width + start + trace.outputs]
      }
      return
    }
    guard numbers.shape.count == 3, numbers.shape[1] == trace.timesteps, !call.lstm.isTimeMajor else {
      return
    }
    steps[.y] = (0..<trace.batch).flatMap { sample in
      (0..<trace.timesteps).flatMap { step in
        // The halves are put into the order of time; a layer by itself stays in its own.
        let place = isHalf ? trace.timestepIndex[step] : step
        let row = (sample * trace.timesteps + place) * width + start
        return numbers.values[row..<row + trace.outputs]
      }
    }
    // Where nothing is masked the output is h.
    if trace.input.mask == nil { steps[.h] = steps[.y] }
  }
}
