/// A number of a layer: of its trace, of its initial states or of its weights.
package enum LayerPlace: Sendable, Hashable {
  /// Unit, step and sample as in `Trace.value(_:unit:step:sample:)`.
  case quantity(Quantity, unit: Int, step: Int, sample: Int)
  case h0(unit: Int, sample: Int)
  case c0(unit: Int, sample: Int)
  case kernel(row: Int, column: Int)
  case recurrentKernel(row: Int, column: Int)
  case bias(column: Int)
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
    case .kernel, .recurrentKernel, .bias: return Number(place: place, value: value, origin: .given(.weight))
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
      let column = part * units + unit
      let isSum = added(to: column, step: step, sample: sample, parameters) == nil
      return .activated(
        application, of: isSum ? sum(argument, column: column, step: step, sample: sample, parameters) : nil)
    }
    func column(_ column: Int) -> Number.Origin {
      if let added = added(to: column, step: step, sample: sample, parameters) { return added }
      return .sum(sum(now(quantity), column: column, step: step, sample: sample, parameters))
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
      return .stopped(layer: "f", reason: "the gates are coupled: f is 1 - i, and i is \(now(.i).value)")
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
      let shown = parameters.stateActivation
      guard parameters.additions.projection == nil else {
        return .stopped(
          layer: "projection",
          reason:
            "h is o * \(shown.name)(c) of all \(units) units, weighed by column \(unit) of the projection")
      }
      let row = (sample * timesteps + step) * units
      let activated = activatedCarry(shown, unit: unit, step: step, sample: sample)
      return .gated(
        gate: now(.o),
        Application(
          shown, now(.c), value: activated, row: Array(c[row..<row + units]), index: unit))
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
    return Sum(total, groups)
  }

  /// What a peephole or a clip made of a column of z beyond its sum; nil where they changed nothing.
  private func added(
    to column: Int, step: Int, sample: Int, _ parameters: Parameters
  ) -> Number.Origin? {
    guard parameters.additions.peephole != nil || parameters.additions.clip != nil else { return nil }
    let sum = preactivation(of: parameters, after: .bias, column: column, step: step, sample: sample)
    let final = value(.z, unit: column, step: step, sample: sample)
    guard sum.bitPattern != final.bitPattern else { return nil }
    let clip = parameters.additions.clip.map { ", clipped to -\($0)…\($0)" } ?? ""
    let hasPeephole = parameters.additions.peephole != nil && column / units != 2
    return .stopped(
      layer: "z",
      reason:
        "it is the sum of x, h and the bias, \(sum)\(hasPeephole ? ", with the carry's peephole" : "")\(clip)"
    )
  }

  private func inputGroup(
    column: Int, step: Int, sample: Int, _ parameters: Parameters
  ) -> Sum<LayerPlace>.Group {
    let terms = (0..<features).map { row in
      Term(
        operand(.quantity(.x, unit: row, step: step, sample: sample), parameters),
        operand(.kernel(row: row, column: column), parameters))
    }
    return .init(terms, InstructionSet.best.isFused ? .fused : .inOrder)
  }

  private func recurrentGroup(
    column: Int, step: Int, sample: Int, _ parameters: Parameters
  ) -> Sum<LayerPlace>.Group {
    let terms = (0..<outputs).map { row in
      Term(
        operand(.quantity(.hPrevious, unit: row, step: step, sample: sample), parameters),
        operand(.recurrentKernel(row: row, column: column), parameters))
    }
    return .init(terms, InstructionSet.best.isFused ? .fused : .inOrder)
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
