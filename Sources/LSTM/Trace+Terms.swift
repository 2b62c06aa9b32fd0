/// The terms inside a line of the formula, rounded to float32 as the line rounds them.
extension Trace {
  /// f ⊙ c[t−1], what the forget gate keeps of the carry.
  package func kept(unit: Int, step: Int, sample: Int) -> Float {
    // Beside a covered sum its terms would give it away.
    if value(.c, unit: unit, step: step, sample: sample).isCovered { return .covered }
    return value(.f, unit: unit, step: step, sample: sample)
      * value(.cPrevious, unit: unit, step: step, sample: sample)
  }

  /// i ⊙ g, what the input gate lets in of the candidate.
  package func admitted(unit: Int, step: Int, sample: Int) -> Float {
    if value(.c, unit: unit, step: step, sample: sample).isCovered { return .covered }
    return value(.i, unit: unit, step: step, sample: sample)
      * value(.g, unit: unit, step: step, sample: sample)
  }

  /// activation(c), what the output gate shows a part of.
  ///
  /// - Complexity: O(units), because softmax needs all of them.
  package func activatedCarry(_ activation: Activation, unit: Int, step: Int, sample: Int) -> Float {
    activatedCarries(activation, step: step, sample: sample)[unit]
  }

  /// activation(c) of every unit.
  func activatedCarries(_ activation: Activation, step: Int, sample: Int) -> [Float] {
    let start = (sample * timesteps + step) * units
    var values = activation(Array(c[start..<start + units]))
    for unit in values.indices {
      // A projection mixes the units: then no h is one unit's.
      let isShown = outputs == units && value(.h, unit: unit, step: step, sample: sample).isCovered
      if isShown || coveredUnprojected.contains(start + unit) { values[unit] = .covered }
    }
    return values
  }

  /// The mean over the units of |c − c[t−1]|: how much the layer's memory changed at this step.
  package func meanCarryChange(step: Int, sample: Int) -> Float {
    let start = (sample * timesteps + step) * units
    return c.withUnsafeBufferPointer { c in
      c0.withUnsafeBufferPointer { c0 in
        var sum: Float = 0
        for unit in 0..<units {
          let before = step > 0 ? c[start + unit - units] : c0[sample * units + unit]
          sum += abs(c[start + unit] - before)
        }
        return sum / Float(max(1, units))
      }
    }
  }
}
