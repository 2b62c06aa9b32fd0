package import Commands
package import LSTM

/// One number in several arithmetics: how far float32 is from the truth, and what the order of a sum does.
package struct TruthPanel: Equatable, Sendable {
  package struct Line: Equatable, Sendable {
    package let label: String
    package let value: String
    /// How far the number is from it.
    package let difference: String
  }

  package let lines: [Line]
  /// Whether there is a sum that could be made in another order.
  let hasOrders: Bool

  /// Whether there is more than the number itself.
  package var saysMore: Bool { lines.count > 1 }

  /// - Parameter order: Another order in which the sum is made; nil shows all.
  package init(_ number: Explanation<Address>, order: SummationOrder?) {
    guard !number.value.isCovered else {
      lines = [Line(label: "float32", value: Number.signed(number.value, .four), difference: "covered")]
      hasOrders = false
      return
    }
    var lines = [Line(label: "float32", value: number.value.description, difference: "the number shown")]
    // Of a covered operand nothing can be computed again.
    if let exact = number.exact, !number.hasCovered {
      lines.append(
        Line(
          label: "float64, the same operands", value: exact.description,
          difference: Self.apart(number.value, exact)))
    }
    if let exact = number.exactRun {
      lines.append(
        Line(
          label: "float64 from the first timestep", value: exact.description,
          difference: Self.apart(number.value, exact)))
    }
    if let recorded = number.recorded {
      lines.append(
        Line(
          label: "recorded", value: recorded.description,
          difference: Self.apart(number.value, Double(recorded))))
    }
    if let sum = number.sum, sum.terms.count > 2, !number.hasCovered {
      for order in order.map({ [$0] }) ?? SummationOrder.allCases {
        let value = sum.value(order)
        lines.append(
          Line(
            label: "\(sum.total.place.quantity) \(order.words)", value: value.description,
            difference: Self.apart(sum.total.value, Double(value))))
      }
    }
    self.lines = lines
    hasOrders = (number.sum?.terms.count ?? 0) > 2
  }

  private static func apart(_ value: Float, _ other: Double) -> String {
    if value.isNaN, other.isNaN { return "the same" }
    guard let distance = ULP.distance(value, other) else {
      return Double(value) == other ? "the same" : "not finite"
    }
    return distance == 0 ? "the same" : steps(distance)
  }

  /// `0.31 ULP`, `12 ULP`.
  static func steps(_ distance: Double) -> String { "\(figures(distance)) ULP" }

  /// A number to about three figures, without a sign where it has none.
  static func figures(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    let size = abs(value)
    if value.rounded() == value, size < 1e6 { return "\(Int(value))" }
    let digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
    let scale = [1.0, 10, 100, 1000][digits]
    let scaled = Int(min(size * scale, 1e15).rounded())
    let sign = value < 0 ? "-" : ""
    guard scaled >= 10 || digits < 3 else {
      if size >= 0.0005 { return sign + Number.signed(Float(size), .four).filter { $0 != "+" } }
      var (mantissa, exponent) = (size, 0)
      while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
      return "\(sign)\(figures(mantissa))e\(exponent)"
    }
    guard digits > 0 else {
      return sign + (size < 1e6 ? "\(scaled)" : Number.signed(Float(size), .two).filter { $0 != "+" })
    }
    let text = String(repeating: "0", count: max(0, digits + 1 - "\(scaled)".count)) + "\(scaled)"
    return sign + text.dropLast(digits) + "." + text.suffix(digits)
  }
}

extension Explanation {
  /// The sum that the number is, or that its activation was given.
  package var sum: Sum<Place>? {
    switch origin {
    case .sum(let sum): sum
    case .activated(_, let sum): sum
    case .given, .same, .gated, .product, .looked, .parts, .stopped: nil
    }
  }

  /// Whether a number that it is made of is covered.
  fileprivate var hasCovered: Bool {
    func isIn(_ sum: Sum<Place>) -> Bool {
      sum.total.value.isCovered
        || sum.terms.contains { $0.factors.contains { factor in factor.value.isCovered } }
    }
    return switch origin {
    case .sum(let sum): isIn(sum)
    case .activated(let application, let sum):
      application.argument.value.isCovered || sum.map(isIn) ?? false
    case .gated(let gate, let application): gate.value.isCovered || application.argument.value.isCovered
    case .product(let operands), .parts(let operands): operands.contains { $0.value.isCovered }
    case .given, .same, .looked, .stopped: false
    }
  }

  /// The same float32 operands put together in float64; nil where nothing is computed.
  package var exact: Double? {
    switch origin {
    case .sum(let sum): sum.exact
    case .activated(let application, _): application.exact
    case .gated(let gate, let application): Double(gate.value) * application.exact
    case .product(let operands): operands.reduce(1.0) { $0 * Double($1.value) }
    case .given, .same, .looked, .parts, .stopped: nil
    }
  }
}
