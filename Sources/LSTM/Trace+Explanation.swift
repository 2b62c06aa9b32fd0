/// A number of a layer: of its trace, of its initial states or of its weights.
package enum LayerPlace: Sendable, Hashable {
  /// Unit, step and sample as in `Trace.value(_:unit:step:sample:)`.
  case quantity(Quantity, unit: Int, step: Int, sample: Int)
  case h0(unit: Int, sample: Int)
  case c0(unit: Int, sample: Int)
  case kernel(row: Int, column: Int)
  case recurrentKernel(row: Int, column: Int)
  case bias(column: Int)
  /// o ⊙ activation(c), which a projection makes h of.
  case unprojected(unit: Int, step: Int, sample: Int)
  /// Row: the unit; column: of h.
  case projection(row: Int, column: Int)
  /// Gate: 0 for i, 1 for f, 2 for o.
  case peephole(gate: Int, unit: Int)
}

extension Trace {
  package typealias Number = Explanation<LayerPlace>

  /// What a number of this run is made of.
  ///
  /// - Parameter parameters: The layer that ran.
  /// - Precondition: There is such a number.
  /// - Complexity: O(features + units).
  package func explanation(of place: LayerPlace, _ parameters: Parameters) -> Number {
    let value = value(at: place, parameters)
    switch place {
    case .kernel, .recurrentKernel, .bias, .projection, .peephole:
      return Number(place: place, value: value, origin: .given(.weight))
    case .unprojected(let unit, let step, let sample):
      return Number(
        place: place, value: value, origin: shown(unit, step, sample, parameters),
        isThrownAway: isMasked(step: step, sample: sample))
    case .h0:
      return Number(place: place, value: value, origin: .given(input.h0 == nil ? .zeroState : .initialState))
    case .c0:
      return Number(place: place, value: value, origin: .given(input.c0 == nil ? .zeroState : .initialState))
    case .quantity(let quantity, let unit, let step, let sample):
      let isMasked = isMasked(step: step, sample: sample)
      let isState = [.c, .h, .y, .x, .hPrevious, .cPrevious].contains(quantity)
      return Number(
        place: place, value: value,
        origin: origin(of: quantity, unit, step, sample, parameters, value: value),
        isThrownAway: isMasked && !isState)
    }
  }

  /// A number of the run or of the layer's weights.
  package func value(at place: LayerPlace, _ parameters: Parameters) -> Float {
    switch place {
    case .quantity(let quantity, let unit, let step, let sample):
      value(quantity, unit: unit, step: step, sample: sample)
    case .h0(let unit, let sample): h0[sample * outputs + unit]
    case .c0(let unit, let sample): c0[sample * units + unit]
    case .kernel(let row, let column): parameters.kernel[row * 4 * units + column]
    case .recurrentKernel(let row, let column): parameters.recurrentKernel[row * 4 * units + column]
    case .bias(let column): parameters.bias?[column] ?? 0
    case .unprojected(let unit, let step, let sample):
      unprojected(of: parameters, unit: unit, step: step, sample: sample)
    case .projection(let row, let column): parameters.additions.projection?[row * outputs + column] ?? 0
    case .peephole(let gate, let unit): parameters.additions.peephole?[gate * units + unit] ?? 0
    }
  }

  private static let zParts: [Quantity] = [.z0, .z1, .z2, .z3]

  private func operand(_ place: LayerPlace, _ parameters: Parameters) -> Number.Operand {
    Number.Operand(place, value(at: place, parameters))
  }

  private func origin(
    of quantity: Quantity, _ unit: Int, _ step: Int, _ sample: Int, _ parameters: Parameters, value: Float
  ) -> Number.Origin {
    func number(_ quantity: Quantity, _ unit: Int, at step: Int) -> Number.Operand {
      operand(.quantity(quantity, unit: unit, step: step, sample: sample), parameters)
    }
    func now(_ quantity: Quantity) -> Number.Operand { number(quantity, unit, at: step) }
    func gate(_ part: Int, _ activation: Activation) -> Number.Origin {
      let row = (sample * timesteps + step) * 4 * units + part * units
      let argument = now(Self.zParts[part])
      let application = Application(
        activation, argument, value: value, row: Array(z[row..<row + units]), index: unit)
      return .activated(
        application,
        of: sum(argument, column: part * units + unit, step: step, sample: sample, parameters))
    }
    func column(_ column: Int) -> Number.Origin {
      .sum(sum(now(quantity), column: column, step: step, sample: sample, parameters))
    }
    let isMasked = isMasked(step: step, sample: sample)
    switch quantity {
    case .x: return .given(.input)
    case .hPrevious:
      return .same(
        step == 0 ? operand(.h0(unit: unit, sample: sample), parameters) : number(.h, unit, at: step - 1),
        .before)
    case .cPrevious:
      return .same(
        step == 0 ? operand(.c0(unit: unit, sample: sample), parameters) : number(.c, unit, at: step - 1),
        .before)
    case .zx:
      return .sum(
        Sum(now(.zx), [inputGroup(column: unit, step: step, sample: sample, parameters)]))
    case .zh:
      return .sum(
        Sum(now(.zh), [recurrentGroup(column: unit, step: step, sample: sample, parameters)]))
    case .z: return column(unit)
    case .z0: return column(unit)
    case .z1: return column(units + unit)
    case .z2: return column(2 * units + unit)
    case .z3: return column(3 * units + unit)
    case .i: return gate(0, parameters.recurrentActivation)
    case .f where parameters.additions.couplesGates:
      return .sum(Sum(now(.f), [.init([Term(), Term(now(.i), sign: -1)], .plain)]))
    case .f: return gate(1, parameters.recurrentActivation)
    case .g: return gate(2, parameters.activation)
    case .o: return gate(3, parameters.recurrentActivation)
    case .c:
      guard !isMasked else { return .same(now(.cPrevious), .held) }
      return .sum(
        Sum(
          now(.c),
          [
            .init([Term(now(.f), now(.cPrevious))], .plain), .init([Term(now(.i), now(.g))], .plain),
          ]))
    case .h:
      guard !isMasked else { return .same(now(.hPrevious), .held) }
      guard parameters.additions.projection == nil else {
        return .sum(
          Sum(now(.h), [projectedGroup(column: unit, step: step, sample: sample, parameters)]))
      }
      return shown(unit, step, sample, parameters)
    case .y:
      // A mask puts out zeros or holds the output before; which of them it was, the numbers tell.
      let h = now(.h)
      if !isMasked, h.value.bitPattern == value.bitPattern || value != 0 { return .same(h, .output) }
      if isMasked, step > 0, !parameters.zeroOutputForMask {
        return .same(number(.y, unit, at: step - 1), .held)
      }
      return .given(.zeroForMask)
    }
  }

  /// The line h = o ⊙ activation(c).
  private func shown(_ unit: Int, _ step: Int, _ sample: Int, _ parameters: Parameters) -> Number.Origin {
    func now(_ quantity: Quantity) -> Number.Operand {
      operand(.quantity(quantity, unit: unit, step: step, sample: sample), parameters)
    }
    let row = (sample * timesteps + step) * units
    return .gated(
      gate: now(.o),
      Application(
        parameters.stateActivation, now(.c),
        value: activatedCarry(parameters.stateActivation, unit: unit, step: step, sample: sample),
        row: Array(c[row..<row + units]), index: unit))
  }

  private func sum(
    _ total: Number.Operand, column: Int, step: Int, sample: Int, _ parameters: Parameters
  ) -> Sum<LayerPlace> {
    var groups = [
      inputGroup(column: column, step: step, sample: sample, parameters),
      recurrentGroup(column: column, step: step, sample: sample, parameters),
    ]
    if parameters.bias != nil {
      groups.append(.init([Term(operand(.bias(column: column), parameters))], .plain))
    }
    if let peephole = peepholeGroup(column: column, step: step, sample: sample, parameters) {
      groups.append(peephole)
    }
    return Sum(total, groups, limit: parameters.additions.clip)
  }

  /// What the carry adds to a column; nil where it has no peephole.
  private func peepholeGroup(
    column: Int, step: Int, sample: Int, _ parameters: Parameters
  ) -> Sum<LayerPlace>.Group? {
    let (part, unit) = (column / units, column % units)
    guard parameters.additions.peephole != nil, part != 2 else { return nil }
    func now(_ quantity: Quantity) -> Number.Operand {
      operand(.quantity(quantity, unit: unit, step: step, sample: sample), parameters)
    }
    let weight = operand(.peephole(gate: part == 3 ? 2 : part, unit: unit), parameters)
    guard part == 3 else { return .init([Term(now(.cPrevious), weight)], .plain) }
    guard isMasked(step: step, sample: sample) else { return .init([Term(now(.c), weight)], .plain) }
    // The gate saw a carry that the mask threw away: the two terms of it are left.
    return .init([Term(now(.f), now(.cPrevious), weight), Term(now(.i), now(.g), weight)], .plain)
  }

  private func projectedGroup(
    column: Int, step: Int, sample: Int, _ parameters: Parameters
  ) -> Sum<LayerPlace>.Group {
    let shown = activatedCarries(parameters.stateActivation, step: step, sample: sample)
    let terms = (0..<units).map { unit in
      Term(
        Number.Operand(
          .unprojected(unit: unit, step: step, sample: sample),
          value(.o, unit: unit, step: step, sample: sample) * shown[unit]),
        operand(.projection(row: unit, column: column), parameters))
    }
    return .init(terms, .inOrder)
  }

  /// The formula with additions is computed in plain code.
  private func adding(_ parameters: Parameters) -> Adding {
    parameters.additions == .none && InstructionSet.best.isFused ? .fused : .inOrder
  }

  private func inputGroup(
    column: Int, step: Int, sample: Int, _ parameters: Parameters
  ) -> Sum<LayerPlace>.Group {
    let terms = (0..<features).map { row in
      Term(
        operand(.quantity(.x, unit: row, step: step, sample: sample), parameters),
        operand(.kernel(row: row, column: column), parameters))
    }
    return .init(terms, adding(parameters))
  }

  private func recurrentGroup(
    column: Int, step: Int, sample: Int, _ parameters: Parameters
  ) -> Sum<LayerPlace>.Group {
    let terms = (0..<outputs).map { row in
      Term(
        operand(.quantity(.hPrevious, unit: row, step: step, sample: sample), parameters),
        operand(.recurrentKernel(row: row, column: column), parameters))
    }
    return .init(terms, adding(parameters))
  }
}

extension InstructionSet {
  /// Whether a product and the addition behind it are one rounding.
  var isFused: Bool {
    #if arch(arm64)
      true
    #else
      self != .plain
    #endif
  }
}
