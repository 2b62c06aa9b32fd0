package import LSTM
import Network

/// What has to run to show a layer with other flags: one direction, or the two of a Bidirectional.
package struct TrialDirections: Sendable {
  private struct Direction: Sendable {
    let parameters: Parameters
    let input: LayerInput
    /// Where it has run already.
    let trace: Trace?

    func run(progress: () -> Bool) -> Trace? {
      trace ?? parameters.packed().run(input) { _ in progress() }
    }
  }

  private let need: ReturnsTrial.Need
  private let forward: Direction
  private let backward: Direction?

  /// - Parameter other: Of half of a Bidirectional the other half and its run; else nil, and a Bidirectional uses
  ///   the layer's weights in both directions.
  package init(_ need: ReturnsTrial.Need, _ state: State, other: (trace: Trace, parameters: Parameters)?) {
    self.need = need
    func direction(_ trace: Trace, _ parameters: Parameters, goBackwards: Bool) -> Direction {
      let isThere =
        parameters.goBackwards == goBackwards
        && (trace.input.mask == nil || parameters.zeroOutputForMask == need.zeroOutputForMask)
      return Direction(
        parameters: parameters.turned(goBackwards: goBackwards, zeroOutputForMask: need.zeroOutputForMask),
        input: trace.input, trace: isThere ? trace : nil)
    }
    let own = (trace: state.trace, parameters: state.parameters)
    let isBackward = state.subject.layer.direction == .backward
    let ahead = need.isBidirectional && isBackward ? other ?? own : own
    let back = isBackward ? own : other ?? own
    forward = direction(ahead.trace, ahead.parameters, goBackwards: need.goBackwards)
    backward =
      need.isBidirectional
      ? direction(back.trace, back.parameters, goBackwards: !need.goBackwards) : nil
  }

  /// Multiplications, about.
  package var work: Double {
    [forward, backward].compactMap { $0 }.filter { $0.trace == nil }.reduce(0) { sum, direction in
      let parameters = direction.parameters
      return sum
        + Double(direction.input.batch * direction.input.timesteps * 8 * parameters.units)
        * Double(parameters.units + parameters.features)
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
