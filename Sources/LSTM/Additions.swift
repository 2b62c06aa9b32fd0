/// What other frameworks add to the formula of Keras; an LSTM of Keras has none of it.
///
///     z0 += p_i ⊙ c[t−1]     z1 += p_f ⊙ c[t−1]     z3 += p_o ⊙ c          peepholes
///     z = min(max(z, −clip), clip)                                          clip
///     f = 1 − i                                                             coupled gates
///     h = (o ⊙ activation(c)) · projection                                  projection
///
/// - Source: ONNX, operator LSTM, version 14; PyTorch, `nn.LSTM`, `proj_size`; Sak et al. 2014, arXiv:1402.1128.
package struct Additions: Sendable, Equatable {
  /// Shape (units, outputs), row by row; nil where h has as many columns as c.
  package var projection: [Float]?
  /// Shape (3, units), of the gates i f o.
  package var peephole: [Float]?
  /// The largest magnitude of z; c is not clipped.
  package var clip: Float?
  /// Whether the forget gate is 1 − i and has no z of its own.
  package var couplesGates: Bool
  /// Of c where h is made; nil where it is the activation of the candidate.
  package var stateActivation: Activation?

  package static let none = Additions()

  package init(
    projection: [Float]? = nil, peephole: [Float]? = nil, clip: Float? = nil, couplesGates: Bool = false,
    stateActivation: Activation? = nil
  ) {
    self.projection = projection
    self.peephole = peephole
    self.clip = clip
    self.couplesGates = couplesGates
    self.stateActivation = stateActivation
  }
}

extension Trace {
  /// Up to which term z is summed.
  package enum Stage: Sendable {
    case bias
    case peephole
    case clip
  }

  /// A column of z before its last term is there, rounded as the run rounds it.
  ///
  /// z3 gets its peephole and its clip when c is there, all others before the gates.
  package func preactivation(
    of parameters: Parameters, after stage: Stage, column: Int, step: Int, sample: Int
  ) -> Float {
    let additions = parameters.additions
    let part = column / units
    // What is covered may be finished here already.
    if value(.z, unit: column, step: step, sample: sample).isCovered { return .covered }
    var sum = zWithoutBias(column: column, step: step, sample: sample)
    if let bias = parameters.bias { sum += bias[column] }
    guard stage != .bias else { return sum }
    let waits = part == 3 && additions.peephole != nil
    if let peephole = additions.peephole, part < 2 {
      sum += peephole[column] * value(.cPrevious, unit: column % units, step: step, sample: sample)
    }
    guard stage == .clip, !waits, let clip = additions.clip else { return sum }
    return sum < -clip ? -clip : sum > clip ? clip : sum
  }

  /// p ⊙ c, what the peephole of a gate adds to its part of z: c[t−1] for i and f, c for o.
  ///
  /// - Parameter gate: 0 for i, 1 for f, 2 for o.
  package func peepholeTerm(of parameters: Parameters, gate: Int, unit: Int, step: Int, sample: Int) -> Float
  {
    guard let peephole = parameters.additions.peephole else { return 0 }
    let carry =
      if gate < 2 {
        value(.cPrevious, unit: unit, step: step, sample: sample)
      } else if isMasked(step: step, sample: sample) {
        // The gate saw the carry that the mask threw away.
        kept(unit: unit, step: step, sample: sample) + admitted(unit: unit, step: step, sample: sample)
      } else {
        value(.c, unit: unit, step: step, sample: sample)
      }
    return peephole[gate * units + unit] * carry
  }

  /// o ⊙ activation(c), which the projection makes h of; on a masked step of the c that is held.
  ///
  /// - Complexity: O(units), because softmax needs all of them.
  package func unprojected(of parameters: Parameters, unit: Int, step: Int, sample: Int) -> Float {
    value(.o, unit: unit, step: step, sample: sample)
      * activatedCarry(parameters.stateActivation, unit: unit, step: step, sample: sample)
  }
}
