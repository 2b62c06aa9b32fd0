/// A sum with its terms in the order in which they were added.
package struct Sum<Place: Sendable & Equatable>: Sendable, Equatable {
  /// Which is the sum: the argument of an activation has a place of its own.
  package let total: Explanation<Place>.Operand
  /// Groups of terms that are added up by themselves, then group by group from the left.
  package let groups: [Group]
  /// What the whole is divided by, as an average is; 1 else.
  package var divisor: Float = 1
  /// The magnitude beyond which the whole is cut off; nil where it is not.
  package var limit: Float?

  package struct Group: Sendable, Equatable {
    package let terms: [Term<Place>]
    package let adding: Adding

    package init(_ terms: [Term<Place>], _ adding: Adding) {
      self.terms = terms
      self.adding = adding
    }
  }

  package init(
    _ total: Explanation<Place>.Operand, _ groups: [Group], divisor: Float = 1, limit: Float? = nil
  ) {
    self.total = total
    self.groups = groups.filter { !$0.terms.isEmpty }
    self.divisor = divisor
    self.limit = limit
  }

  package var terms: [Term<Place>] { groups.flatMap(\.terms) }

  /// The terms, the largest first; those of one size in the order of the sum. NaN is larger than all.
  package var bySize: [Term<Place>] {
    terms.enumerated().map { (offset: $0.offset, term: $0.element, size: abs($0.element.value)) }
      .sorted { a, b in
        if a.size.isNaN || b.size.isNaN { return a.size.isNaN && (!b.size.isNaN || a.offset < b.offset) }
        return a.size == b.size ? a.offset < b.offset : a.size > b.size
      }
      .map(\.term)
  }

  /// The same operands in float64.
  package var exact: Double {
    Self.cut(terms.reduce(0) { $0 + $1.exact } / Double(divisor), limit.map(Double.init))
  }

  /// What it was before it was cut off; nil where the limit changed nothing.
  package var uncut: Sum? {
    guard limit != nil else { return nil }
    let whole = Sum(total, groups, divisor: divisor).value(.asRun)
    // Beside a covered number what it was cut from is covered too.
    guard whole != total.value, !whole.isNaN, !total.value.isNaN else { return nil }
    return Sum(.init(total.place, whole), groups, divisor: divisor)
  }

  /// NaN, for which both comparisons are false, stays.
  fileprivate static func cut<Number: BinaryFloatingPoint>(_ value: Number, _ limit: Number?) -> Number {
    guard let limit else { return value }
    return value < -limit ? -limit : value > limit ? limit : value
  }
}

/// How the terms of a group are added.
package enum Adding: Sendable, Equatable {
  /// From zero, each product and addition in one rounding.
  case fused
  /// From zero, products rounded before they are added.
  case inOrder
  /// A single term, or terms that begin without a zero.
  case plain
}

/// An order in which a sum can be made in float32.
package enum SummationOrder: String, CaseIterable, Sendable {
  /// As the numbers on the screen were made.
  case asRun = "as run"
  /// The first term to the last, one by one.
  case inOrder = "in order"
  case reversed
  /// Halves of halves, as numpy sums.
  case pairwise
  /// x·kernel, then h·recurrent kernel, then the bias; products rounded.
  case keras
  /// (Wx + b) + Wh: the bias goes with the first product.
  case pytorch

  package var words: String {
    switch self {
    case .asRun: "as run here"
    case .inOrder: "in order"
    case .reversed: "reversed"
    case .pairwise: "pairwise"
    case .keras: "Keras: (Wx + Uh) + b"
    case .pytorch: "PyTorch: (Wx + b) + Uh"
    }
  }

  package var next: SummationOrder {
    let all = Self.allCases
    return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }
}

extension Sum {
  /// The sum made anew in float32.
  package func value(_ order: SummationOrder) -> Float {
    let whole: Float =
      switch order {
      case .asRun: Self.joined(groups.map(\.value))
      case .inOrder: terms.reduce(Float(0)) { $0 + $1.value }
      case .reversed: terms.reversed().reduce(Float(0)) { $0 + $1.value }
      case .pairwise: Self.pairwise(terms.map(\.value)[...])
      case .keras: Self.joined(groups.map(\.rounded))
      case .pytorch:
        hasBias
          ? Self.joined([0, 2, 1].map { groups[$0].rounded } + groups.dropFirst(3).map(\.rounded))
          : Self.joined(groups.map(\.rounded))
      }
    return Self.cut(divisor == 1 ? whole : whole / divisor, limit)
  }

  /// Whether the third group is a bias, and no peephole.
  private var hasBias: Bool { groups.count > 2 && groups[2].terms.allSatisfy { $0.factors.count == 1 } }

  /// The first group, then the others, so that a sum of one group is that group.
  private static func joined(_ values: [Float]) -> Float {
    values.dropFirst().reduce(values.first ?? 0, +)
  }

  private static func pairwise(_ values: ArraySlice<Float>) -> Float {
    guard values.count > 1, let first = values.indices.first else { return values.first ?? 0 }
    let middle = first + values.count / 2
    return pairwise(values[first..<middle]) + pairwise(values[middle...])
  }
}

extension Sum.Group {
  /// The group's sum as it was made.
  var value: Float {
    switch adding {
    case .fused:
      terms.reduce(Float(0)) { sum, term in
        term.factors.count == 2
          ? sum.addingProduct(term.sign * term.factors[0].value, term.factors[1].value) : sum + term.value
      }
    case .inOrder, .plain: rounded
    }
  }

  /// The group's sum with every product rounded.
  var rounded: Float {
    switch adding {
    case .fused, .inOrder: terms.reduce(Float(0)) { $0 + $1.value }
    case .plain: terms.dropFirst().reduce(terms[0].value) { $0 + $1.value }
    }
  }
}

/// How far float32 numbers lie apart, counted in the steps between neighbours at the number.
package enum ULP {
  /// |value − exact| in steps of float32 at `value`; nil where one of them is not finite.
  package static func distance(_ value: Float, _ exact: Double) -> Double? {
    guard value.isFinite, exact.isFinite else { return nil }
    return abs(Double(value) - exact) / Double(value.ulp)
  }
}
