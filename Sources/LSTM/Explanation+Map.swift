extension Explanation {
  /// The same with places by other names.
  package func map<Other: Sendable & Equatable>(_ name: (Place) -> Other) -> Explanation<Other> {
    func operand(_ operand: Operand) -> Explanation<Other>.Operand {
      .init(name(operand.place), operand.value)
    }
    let mapped: Explanation<Other>.Origin =
      switch origin {
      case .given(let given): .given(given)
      case .same(let source, let reason): .same(operand(source), reason)
      case .sum(let sum): .sum(sum.map(name))
      case .activated(let application, let sum): .activated(application.map(name), of: sum?.map(name))
      case .gated(let gate, let application): .gated(gate: operand(gate), application.map(name))
      case .product(let operands): .product(operands.map(operand))
      case .looked(let row, let id): .looked(row: operand(row), id: operand(id))
      case .parts(let operands): .parts(operands.map(operand))
      case .stopped(let layer, let reason): .stopped(layer: layer, reason: reason)
      }
    var result = Explanation<Other>(
      place: name(place), value: value, origin: mapped, isThrownAway: isThrownAway)
    result.exactRun = exactRun
    result.recorded = recorded
    return result
  }
}

extension Sum {
  package func map<Other: Sendable & Equatable>(_ name: (Place) -> Other) -> Sum<Other> {
    func operand(_ operand: Explanation<Place>.Operand) -> Explanation<Other>.Operand {
      .init(name(operand.place), operand.value)
    }
    return Sum<Other>(
      operand(total),
      groups.map { group in
        Sum<Other>.Group(
          group.terms.map { Term(factors: $0.factors.map(operand), sign: $0.sign) },
          group.adding)
      }, divisor: divisor, limit: limit)
  }
}

extension Application {
  package func map<Other: Sendable & Equatable>(_ name: (Place) -> Other) -> Application<Other> {
    Application<Other>(
      activation, .init(name(argument.place), argument.value), value: value, row: row, index: index)
  }
}
