package import LSTM
import Network

/// What has to run to show a layer with other flags: one direction, or the two of a Bidirectional, each of one cell or
/// of several stacked ones.
package struct TrialDirections: Sendable {
  /// A cell with a run of it.
  package struct Cell: Sendable {
    package let trace: Trace
    package let parameters: Parameters

    package init(trace: Trace, parameters: Parameters) {
      self.trace = trace
      self.parameters = parameters
    }
  }

  private struct Direction: Sendable {
    let cells: [Parameters]
    let input: LayerInput
    /// The first states of the cells behind the first, which has them in its input.
    let states: [(h0: [Float]?, c0: [Float]?)]
    /// Where it has run already.
    let traces: [Trace]?

    /// - Parameter goBackwards: Which way its cells read, whatever they did.
    init(_ cells: [Cell], goBackwards: Bool, zeroOutputForMask: Bool) {
      let isThere = cells.allSatisfy {
        $0.parameters.goBackwards == goBackwards
          && ($0.trace.input.mask == nil || $0.parameters.zeroOutputForMask == zeroOutputForMask)
      }
      self.cells = cells.map {
        $0.parameters.turned(goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
      }
      input = cells[0].trace.input
      states = cells.map { ($0.trace.input.h0, $0.trace.input.c0) }
      traces = isThere ? cells.map(\.trace) : nil
    }

    func run(progress: () -> Bool) -> [Trace]? {
      if let traces { return traces }
      var input = input
      var traces: [Trace] = []
      for (place, parameters) in cells.enumerated() {
        if place > 0 { (input.h0, input.c0) = states[place] }
        guard let trace = parameters.packed().run(input, progress: { _ in progress() }) else { return nil }
        traces.append(trace)
        // The next cell reads its h, at the timesteps at which it was made.
        input = LayerInput(
          batch: input.batch, timesteps: input.timesteps, features: trace.outputs,
          x: parameters.goBackwards ? trace.h.reversedSteps(trace) : trace.h, mask: input.mask)
      }
      return traces
    }
  }

  private let need: ReturnsTrial.Need
  private let forward: Direction
  private let backward: Direction?

  /// - Parameters:
  ///   - own: Of stacked cells those of the direction looked at, in their order; else empty.
  ///   - other: Of half of a Bidirectional the other half; else nil, and a Bidirectional uses the layer's weights in
  ///     both directions.
  package init(_ need: ReturnsTrial.Need, _ state: State, own: [Cell] = [], other: [Cell]? = nil) {
    self.need = need
    func direction(_ cells: [Cell], goBackwards: Bool) -> Direction {
      Direction(cells, goBackwards: goBackwards, zeroOutputForMask: need.zeroOutputForMask)
    }
    let own = own.isEmpty ? [Cell(trace: state.trace, parameters: state.parameters)] : own
    let isBackward = state.subject.layer.direction == .backward
    forward = direction(
      need.isBidirectional && isBackward ? other ?? own : own, goBackwards: need.goBackwards)
    backward =
      need.isBidirectional
      ? direction(isBackward ? own : other ?? own, goBackwards: !need.goBackwards) : nil
  }

  /// Multiplications, about.
  package var work: Double {
    [forward, backward].compactMap { $0 }.filter { $0.traces == nil }.reduce(0) { sum, direction in
      let steps = Double(direction.input.batch * direction.input.timesteps)
      return direction.cells.reduce(sum) { sum, cell in
        sum + steps * 8 * Double(cell.units) * Double(cell.units + cell.features)
      }
    }
  }

  /// - Returns: nil where it was stopped.
  package func run(progress: () -> Bool) -> ReturnsTrial? {
    guard let ahead = forward.run(progress: progress) else { return nil }
    guard let backward else { return ReturnsTrial(need: need, forward: ahead, backward: nil) }
    guard let back = backward.run(progress: progress) else { return nil }
    return ReturnsTrial(need: need, forward: ahead, backward: back)
  }
}

extension [Float] {
  /// h in the order of the timesteps, of a run from the last one.
  fileprivate func reversedSteps(_ trace: Trace) -> [Float] {
    let width = trace.outputs
    return (0..<trace.batch).flatMap { sample in
      (0..<trace.timesteps).reversed().flatMap { step in
        let start = (sample * trace.timesteps + step) * width
        return self[start..<start + width]
      }
    }
  }
}
