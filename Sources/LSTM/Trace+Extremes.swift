extension Trace {
  /// The value of largest magnitude in each stretch of steps, for a map of more steps than there are columns.
  ///
  /// - Parameters:
  ///   - quantity: One that is indexed by units: i f g o c h y.
  ///   - units: Which of them.
  ///   - stride: Steps to a stretch; the last stretch may be shorter.
  /// - Returns: Unit by unit, a value for each stretch; NaN where there is a NaN or an infinity in it.
  /// - Complexity: O(units · timesteps), in the order of memory.
  package func extremes(of quantity: Quantity, units chosen: Range<Int>, sample: Int, stride: Int) -> [Float]
  {
    let columns = width(of: quantity)
    precondition(chosen.lowerBound >= 0 && chosen.upperBound <= columns, "there are no such units")
    let count = (timesteps + stride - 1) / stride
    var extremes = Array(repeating: Float(0), count: count * chosen.count)
    guard let values = array(of: quantity) else { return extremes }
    values.withUnsafeBufferPointer { values in
      extremes.withUnsafeMutableBufferPointer { extremes in
        for step in 0..<timesteps {
          let row = (sample * timesteps + step) * columns
          var place = step / stride
          for unit in chosen {
            let value = values[row + unit]
            if !value.isFinite {
              // Covered goes before NaN: how much else is in the stretch is not to be seen either.
              if !extremes[place].isCovered { extremes[place] = value.isCovered ? value : .nan }
            } else if abs(value) > abs(extremes[place]) {
              extremes[place] = value
            }
            place += count
          }
        }
      }
    }
    return extremes
  }

  /// The array of shape (batch, timesteps, units) that keeps a quantity, or (batch, timesteps, outputs); nil for
  /// those of another shape.
  private func array(of quantity: Quantity) -> [Float]? {
    switch quantity {
    case .i: i
    case .f: f
    case .g: g
    case .o: o
    case .c: c
    case .h: h
    case .y: y
    case .x, .zx, .zh, .z, .z0, .z1, .z2, .z3, .hPrevious, .cPrevious: nil
    }
  }
}
