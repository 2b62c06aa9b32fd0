extension Explanation {
  /// The explanation with the numbers covered whose place is wanted; of a covered number, all that it is made of.
  package func covered(where isWanted: (Place) -> Bool) -> Explanation {
    let isOwn = isWanted(place)
    func operand(_ operand: Operand) -> Operand {
      isOwn || isWanted(operand.place) ? Operand(operand.place, .covered) : operand
    }
    func application(_ application: Application<Place>) -> Application<Place> {
      let argument = operand(application.argument)
      return Application(
        application.activation, argument, value: argument.value.isCovered ? .covered : application.value,
        row: application.row.map { argument.value.isCovered ? .covered : $0 }, index: application.index)
    }
    func sum(_ sum: Sum<Place>) -> Sum<Place> {
      Sum(
        operand(sum.total),
        sum.groups.map { group in
          Sum.Group(
            group.terms.map { Term(factors: $0.factors.map(operand), sign: $0.sign) }, group.adding)
        }, divisor: sum.divisor, limit: sum.limit)
    }
    let covered: Origin =
      switch origin {
      case .given, .stopped: origin
      case .same(let source, let reason): .same(operand(source), reason)
      case .sum(let terms): .sum(sum(terms))
      case .activated(let curve, let terms): .activated(application(curve), of: terms.map(sum))
      case .gated(let gate, let curve): .gated(gate: operand(gate), application(curve))
      case .product(let operands): .product(operands.map(operand))
      case .looked(let row, let id): .looked(row: operand(row), id: operand(id))
      case .parts(let operands): .parts(operands.map(operand))
      }
    // Made of one number alone it is that number, or tells it.
    let hidesValue = isOwn || covered.only?.value.isCovered == true
    var result = Explanation(
      place: place, value: hidesValue ? .covered : value, origin: covered, isThrownAway: isThrownAway)
    if !hidesValue {
      result.exactRun = exactRun
      result.recorded = recorded
    }
    return result
  }
}

extension Explanation.Origin {
  /// The one number that this one is; nil where there are others beside it.
  fileprivate var only: Explanation<Place>.Operand? {
    switch self {
    case .same(let source, _): source
    case .product(let operands): operands.count == 1 ? operands[0] : nil
    case .sum(let sum):
      // 1 − i tells i.
      if case let factors = sum.terms.flatMap(\.factors), factors.count == 1 { factors[0] } else { nil }
    case .given, .activated, .gated, .looked, .parts, .stopped: nil
    }
  }
}
