extension Float {
  /// What stands in place of a number that a lesson has covered until somebody predicts it.
  ///
  /// It is a NaN with a payload of its own. Arithmetic hands a NaN's payload on, so that whatever is made of a
  /// covered number, a product, a sum, an activation, is covered too, wherever it is shown.
  package static let covered = Float(bitPattern: 0x7FC0_C0DE)

  package var isCovered: Bool { isNaN && bitPattern & 0x003F_FFFF == Float.covered.bitPattern & 0x003F_FFFF }
}

extension Trace {
  /// Covers a quantity wherever `isWanted` says so.
  ///
  /// A number that has a second name is covered under both: h[t−1] is h of the step before, y is h, z0 is a part
  /// of z.
  ///
  /// - Parameters:
  ///   - quantity: Which; `hPrevious` and `cPrevious` mean h and c one step before the one that is asked about.
  ///   - isWanted: Of a unit (for x a feature, for zx, zh and z a column), a step and a sample.
  package mutating func cover(
    _ quantity: Quantity, where isWanted: (_ unit: Int, _ step: Int, _ sample: Int) -> Bool
  ) {
    for sample in 0..<batch {
      for step in 0..<timesteps {
        let row = sample * timesteps + step
        for unit in 0..<width(of: quantity) where isWanted(unit, step, sample) {
          cover(quantity, unit: unit, row: row, step: step, sample: sample)
          guard quantity == .c || quantity == .h || quantity == .y else { continue }
          // Where a timestep is masked the states are held: the same number stands there again.
          var (first, last) = (step, step)
          while first > 0, isMasked(step: first, sample: sample) { first -= 1 }
          while last + 1 < timesteps, isMasked(step: last + 1, sample: sample) { last += 1 }
          for other in first...last where other != step {
            cover(quantity, unit: unit, row: sample * timesteps + other, step: other, sample: sample)
          }
        }
      }
    }
  }

  /// The run as if it ended after some steps.
  ///
  /// - Parameter count: At least one, and no more than there are.
  package func first(steps count: Int) -> Trace {
    guard count < timesteps else { return self }
    func part<Element>(_ values: [Element], of width: Int, inOrderOf order: [Int]) -> [Element] {
      (0..<batch).flatMap { sample in
        order.flatMap { step in
          let start = (sample * timesteps + step) * width
          return values[start..<start + width]
        }
      }
    }
    let steps = Array(0..<count)
    // x and the mask stand in the order of the timesteps.
    let kept = timestepIndex.prefix(count).sorted()
    let input = LayerInput(
      batch: batch, timesteps: count, features: features,
      x: part(input.x, of: features, inOrderOf: kept),
      mask: input.mask.map { part($0, of: 1, inOrderOf: kept) }, h0: input.h0, c0: input.c0)
    func each(_ values: [Float], _ width: Int) -> [Float] { part(values, of: width, inOrderOf: steps) }
    let lowest = kept.first ?? 0
    var shorter = Trace(
      batch: batch, timesteps: count, features: features, units: units, outputs: outputs, input: input,
      zx: each(zx, 4 * units), zh: each(zh, 4 * units), z: each(z, 4 * units), i: each(i, units),
      f: each(f, units), g: each(g, units), o: each(o, units), c: each(c, units), h: each(h, outputs),
      y: each(y, outputs), h0: h0, c0: c0, timestepIndex: timestepIndex.prefix(count).map { $0 - lowest })
    for place in coveredUnprojected where place / units % timesteps < count {
      let (row, unit) = (place / units, place % units)
      shorter.coveredUnprojected.insert(((row / timesteps) * count + row % timesteps) * units + unit)
    }
    return shorter
  }

  /// Covers what a projection makes h of, o ⊙ activation(c), wherever `isWanted` says so.
  package mutating func coverUnprojected(
    where isWanted: (_ unit: Int, _ step: Int, _ sample: Int) -> Bool
  ) {
    for sample in 0..<batch {
      for step in 0..<timesteps {
        for unit in 0..<units where isWanted(unit, step, sample) {
          coveredUnprojected.insert((sample * timesteps + step) * units + unit)
        }
      }
    }
  }

  /// Covers the states that the run began with.
  package mutating func coverInitial(
    memory: Bool, where isWanted: (_ unit: Int, _ sample: Int) -> Bool
  ) {
    for sample in 0..<batch {
      for unit in 0..<(memory ? outputs : units) where isWanted(unit, sample) {
        if memory { h0[sample * outputs + unit] = .covered } else { c0[sample * units + unit] = .covered }
      }
    }
    if memory { input.h0 = h0 } else { input.c0 = c0 }
  }

  private mutating func cover(_ quantity: Quantity, unit: Int, row: Int, step: Int, sample: Int) {
    switch quantity {
    case .x: input.x[(sample * timesteps + timestepIndex[step]) * features + unit] = .covered
    case .zx: zx[row * 4 * units + unit] = .covered
    case .zh: zh[row * 4 * units + unit] = .covered
    case .z: z[row * 4 * units + unit] = .covered
    case .z0: z[row * 4 * units + unit] = .covered
    case .z1: z[(row * 4 + 1) * units + unit] = .covered
    case .z2: z[(row * 4 + 2) * units + unit] = .covered
    case .z3: z[(row * 4 + 3) * units + unit] = .covered
    case .i: i[row * units + unit] = .covered
    case .f: f[row * units + unit] = .covered
    case .g: g[row * units + unit] = .covered
    case .o: o[row * units + unit] = .covered
    case .c: c[row * units + unit] = .covered
    case .h, .y:
      h[row * outputs + unit] = .covered
      y[row * outputs + unit] = .covered
    case .hPrevious:
      if step > 0 {
        cover(.h, unit: unit, row: row - 1, step: step - 1, sample: sample)
      } else {
        h0[sample * outputs + unit] = .covered
      }
    case .cPrevious:
      if step > 0 {
        cover(.c, unit: unit, row: row - 1, step: step - 1, sample: sample)
      } else {
        c0[sample * units + unit] = .covered
      }
    }
  }
}
