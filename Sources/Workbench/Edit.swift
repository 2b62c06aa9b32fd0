import LSTM

/// A number of the input that a person changed.
package struct Edit: Equatable, Sendable {
  /// Which number.
  package enum Target: Equatable, Sendable {
    case x(feature: Int, timestep: Int)
    case h0(unit: Int)
    case c0(unit: Int)
  }

  package let target: Target
  package let sample: Int
  package let old: Float
  package let new: Float
}

extension LayerInput {
  /// The number that an edit of `target` would change.
  func value(of target: Edit.Target, sample: Int, units: Int, outputs: Int) -> Float {
    switch target {
    case .x(let feature, let timestep): x[(sample * timesteps + timestep) * features + feature]
    case .h0(let unit): h0.map { $0[sample * outputs + unit] } ?? 0
    case .c0(let unit): c0.map { $0[sample * units + unit] } ?? 0
    }
  }

  mutating func apply(_ edit: Edit, units: Int, outputs: Int) {
    switch edit.target {
    case .x(let feature, let timestep):
      x[(edit.sample * timesteps + timestep) * features + feature] = edit.new
    case .h0(let unit):
      var states = h0 ?? Array(repeating: 0, count: batch * outputs)
      states[edit.sample * outputs + unit] = edit.new
      h0 = states
    case .c0(let unit):
      var states = c0 ?? Array(repeating: 0, count: batch * units)
      states[edit.sample * units + unit] = edit.new
      c0 = states
    }
  }
}
