import Canvas
package import Commands
package import LSTM

/// An explanation in words and rows, as the screen and the command show it.
package struct ExplainPage: Equatable, Sendable {
  /// A row of the list: a term of a sum, or an operand.
  package struct Row: Equatable, Sendable {
    package let label: String
    /// The factors with their numbers; empty where there is one alone.
    package let detail: String
    package let value: Float
    /// What can be gone into, each with the text that stands for it.
    package let operands: [Operand]
    /// Whether the number belongs to a gate, so that it has no sign.
    let isGate: Bool
  }

  package struct Operand: Equatable, Sendable {
    package let address: Address
    package let value: Float
    let label: String
    /// The column of the row's label in which it begins.
    let start: Int
  }

  package struct Total: Equatable, Sendable {
    let label: String
    let value: Float
    /// What it is cut to where the layer clips it; nil where it does not.
    let clipped: Float?
    /// Whether the rounded rows add up to the rounded total.
    let isExact: Bool
    let rounding: String?
  }

  package let address: Address
  package let value: Float
  /// The number's line of the formula with its operands, then what follows from it.
  package let head: [String]
  package let title: String?
  /// What stands at the right of the title.
  let remark: String?
  package let rows: [Row]
  package let total: Total?
  var curve: CurvePlot?
  /// Whether the rows' numbers are of one kind, so that bars compare them.
  let hasBars: Bool
  /// The rows' operands in the order in which ↑ and ↓ choose them, each with its row.
  package let operands: [(row: Int, operand: Operand)]
  let decimals: Decimals

  package static func == (a: ExplainPage, b: ExplainPage) -> Bool {
    a.address == b.address && a.value.bitPattern == b.value.bitPattern && a.head == b.head
      && a.title == b.title
      && a.remark == b.remark && a.rows == b.rows && a.total == b.total && a.curve == b.curve
      && a.decimals == b.decimals
  }

  /// - Parameters:
  ///   - word: The word that a number stands for, where it is an id or a class of words.
  ///   - units: Of the LSTM that the number belongs to, where it is one: they tell whose columns are meant.
  package init(
    _ number: Explanation<Address>, decimals: Decimals = .four, units: Int? = nil,
    word: (Address, Float) -> String? = { _, _ in nil }
  ) {
    address = number.place
    value = number.value
    self.decimals = decimals
    var words: [String?] = [word(number.place, number.value)]
    if case .looked(_, let id) = number.origin { words.append(word(id.place, id.value)) }
    let writer = Writer(number: number, decimals: decimals, words: words.map { $0.map { "“\($0)”" } })
    head = writer.head
    let list = writer.list
    title = list.title
    rows = list.rows
    total = list.total
    remark = units.flatMap { Self.columns(of: number, units: $0) }
    curve = writer.curve
    hasBars = if case .looked = number.origin { false } else { true }
    operands = list.rows.enumerated().flatMap { index, row in row.operands.map { (row: index, operand: $0) } }
  }

  /// `(columns 3…5 of the kernels are f)`.
  private static func columns(of number: Explanation<Address>, units: Int) -> String? {
    // Where the gates are coupled f is made of i, and no column is f's.
    if case .sum = number.origin, number.place.isGate { return nil }
    let gates = ["i": 0, "f": 1, "g": 2, "o": 3, "z0": 0, "z1": 1, "z2": 2, "z3": 3]
    guard let part = gates[number.place.quantity] else { return nil }
    let gate = ["i", "f", "g", "o"][part]
    return "(columns \(part * units)…\((part + 1) * units - 1) of the kernels are \(gate))"
  }

  /// What the chosen operand is, and what Enter does.
  package func sentence(cursor: Int) -> String {
    guard operands.indices.contains(cursor) else {
      return "Nothing stands behind this number. Esc goes back."
    }
    let operand = operands[cursor].operand
    let number = Writer.number(operand.value, operand.address, decimals)
    let what = operand.address.meaning(beside: address)
    let more =
      operand.address.isWeight
      ? "It is learnt and the same at every timestep." : "Enter shows what it is made of."
    return "\(operand.label) is \(what), \(number). \(more)"
  }
}

extension Address {
  /// What a quantity is, in words.
  fileprivate func meaning(beside other: Address) -> String {
    let unit = indices.first.map(String.init) ?? ""
    let time = timestep.map { " at t \($0)" } ?? ""
    let inLayer = layer == other.layer || layer == nil ? "" : " of \(layer ?? "")"
    switch quantity {
    case "x":
      return layer == other.layer
        ? "feature \(unit) of the input\(time)" : "a number of the model's input \(layer ?? "")\(time)"
    case "h_tm1": return "the memory state of unit \(unit) of the step before"
    case "c_tm1": return "the carry state of unit \(unit) of the step before"
    case "h": return "the memory state of unit \(unit)\(inLayer)\(time)"
    case "c": return "the carry state of unit \(unit)\(inLayer)\(time)"
    case "i": return "the input gate of unit \(unit)\(inLayer)\(time)"
    case "f": return "the forget gate of unit \(unit)\(inLayer)\(time)"
    case "g": return "the candidate of unit \(unit)\(inLayer)\(time)"
    case "o": return "the output gate of unit \(unit)\(inLayer)\(time)"
    case "h_raw": return "what the output gate shows of unit \(unit), before the projection\(time)"
    case "y": return "what \(layer ?? "the layer") puts out in place \(unit)\(time)"
    case "h0": return "the initial memory state of unit \(unit)"
    case "c0": return "the initial carry state of unit \(unit)"
    case _ where isWeight: return "a weight"
    case "z0": return "what the input gate is made of\(time)"
    case "z1": return "what the forget gate is made of\(time)"
    case "z2": return "what the candidate is made of\(time)"
    case "z3": return "what the output gate is made of\(time)"
    case "zx": return "x·kernel in column \(unit)\(time)"
    case "zh": return "h_tm1·recurrent_kernel in column \(unit)\(time)"
    default: return "a weighted sum\(time)"
    }
  }
}

/// From an explanation to its words.
private struct Writer {
  let number: Explanation<Address>
  let decimals: Decimals
  /// What the number stands for, then what the id stands for that chose it.
  let words: [String?]
  private var place: Address { number.place }

  typealias Operand = Explanation<Address>.Operand

  static func number(_ value: Float, _ address: Address, _ decimals: Decimals) -> String {
    address.isGate ? Number.gate(value, decimals) : Number.signed(value, decimals)
  }

  private func text(_ operand: Operand) -> String { Self.number(operand.value, operand.place, decimals) }
  private func name(_ operand: Operand) -> String { operand.place.short(beside: place) }
  private var own: String { place.short(beside: place) + (words[0].map { " \($0)" } ?? "") }
  private var ownValue: String { Self.number(number.value, place, decimals) }

  /// A probability of another layer than an LSTM in percent too.
  private var percent: String {
    guard case .activated(let application, _) = number.origin, application.activation == .softmax,
      place.quantity == "y", !number.value.isCovered
    else { return "" }
    return ", \(Number.probability(number.value))"
  }

  // MARK: The head

  var head: [String] {
    let thrownAway =
      number.isThrownAway ? ["        this timestep is masked: the number was computed and thrown away"] : []
    return lines + clipping + thrownAway
  }

  /// Where a clip acted: `clipped from +1.2345 to +0.7500: z goes no further than ±0.75`.
  private var clipping: [String] {
    guard let sum = number.sum, let limit = sum.limit, let uncut = sum.uncut, !number.value.isCovered else {
      return []
    }
    let name = sum.total.place.quantity == place.quantity ? "" : "\(sum.total.place.quantity) was "
    return [
      "        \(name)clipped from \(Number.signed(uncut.total.value, decimals)) to \(text(sum.total)): the layer lets z go no further than ±\(TruthPanel.figures(Double(limit)))"
    ]
  }

  private var lines: [String] {
    switch number.origin {
    case .given(let given): return ["\(own) = \(ownValue)", "        " + words(given)]
    case .same(let source, let reason):
      return ["\(own) = \(name(source)) = \(ownValue)", "        " + words(reason, source)]
    case .sum(let sum):
      let terms = sum.terms
      guard terms.count <= 3, terms.allSatisfy({ $0.factors.count <= 2 }) else {
        guard let limit = sum.limit, let uncut = sum.uncut else { return [] }
        return [
          "\(own) = clip(\(Number.signed(uncut.total.value, decimals)), -\(limit), \(limit)) = \(ownValue)"
        ]
      }
      var formula = terms.map(label).joined(separator: " + ")
      if terms.contains(where: { $0.sign < 0 }) {
        formula = terms.enumerated().map {
          ($0.offset == 0 ? "" : $0.element.sign < 0 ? " - " : " + ") + label($0.element)
        }.joined()
      }
      if sum.uncut != nil { formula = "clip(\(formula))" }
      if sum.divisor != 1 { formula = "(\(formula)) / \(Int(sum.divisor))" }
      return ["\(own) = \(formula) = \(ownValue)"]
    case .activated(let application, _):
      let function = application.activation.name
      let row = application.activation.readsWholeRow ? " over \(application.row.count)" : ""
      return [
        "\(own) = \(function)(\(name(application.argument))) = \(function)(\(text(application.argument)))\(row) = \(ownValue)\(percent)",
        slope(application, scaledBy: nil),
      ]
    case .gated(let gate, let application):
      let function = application.activation.name
      return [
        "\(own) = \(name(gate)) * \(function)(\(name(application.argument))) = \(text(gate)) * \(Number.signed(application.value, decimals)) = \(ownValue)",
        slope(application, scaledBy: gate.value),
      ]
    case .product(let operands):
      return ["\(own) = \(operands.map(name).joined(separator: " * ")) = \(ownValue)"]
    case .looked(let row, let id):
      // Which row it is tells the id.
      guard !id.value.isCovered else {
        return ["\(own) = \(ownValue)", "        the table's row for an id that is covered"]
      }
      let shown = Int(exactly: id.value).map(String.init) ?? id.value.description
      return [
        "\(own) = \(name(row)) = \(ownValue)",
        "        the table's row for id \(shown)\(words.last.flatMap { $0 }.map { " \($0)" } ?? ""), which is \(id.place.short(beside: place))",
      ]
    case .parts: return ["the four parts of this line: choose one, Enter goes in"]
    case .stopped(let layer, let reason):
      return ["\(own) = \(ownValue)", "        the way back ends at \(layer): \(reason)"]
    }
  }

  /// `here the curve has slope 0.179: 0.1 more in z1 is 0.018 more in f`.
  private func slope(_ application: Application<Address>, scaledBy gate: Float?) -> String {
    guard !number.value.isCovered, !application.argument.value.isCovered, gate?.isCovered != true else {
      return "        covered, and so is what follows from it"
    }
    let slope = application.slope
    guard slope.isFinite, number.value.isFinite else {
      return "        the argument or the result is not finite"
    }
    let effect = slope * Double(gate ?? 1) * 0.1
    let sense = effect < 0 ? "less" : "more"
    let into = application.argument.place.quantity
    return
      "        here the curve has slope \(TruthPanel.figures(slope)): 0.1 more in \(into) is \(TruthPanel.figures(abs(effect))) \(sense) in \(place.quantity)"
  }

  private func words(_ given: Given) -> String {
    switch given {
    case .input: "given: it stands in the input"
    case .weight: "a weight: it was learnt, and is the same at every timestep"
    case .zeroState: "the initial state: nobody gave one, so it is zero"
    case .initialState: "the initial state that was handed in"
    case .zeroForMask: "the timestep is masked, and the layer puts out zero there"
    case .zeroFrom(let layer): "a zero that \(layer) put there"
    case .underMask: "as the cell below computed it, before the mask held its h"
    }
  }

  private func words(_ reason: SameReason, _ source: Operand) -> String {
    func passing(_ layers: [String]) -> String {
      layers.isEmpty ? "" : ", unchanged through \(layers.reversed().joined(separator: ", "))"
    }
    switch reason {
    case .before:
      return ["h0", "c0"].contains(source.place.quantity)
        ? "before the first timestep there is the initial state" : "the step before left it"
    case .held: return "the timestep is masked: what was there is held"
    case .output: return "the layer puts out its memory state"
    case .flows(let through): return "it comes from \(source.place.layer ?? "before")\(passing(through))"
    case .handedOver(let through):
      return
        "handed over: the state that \(source.place.layer ?? "another layer") ended with starts this one\(passing(through))"
    }
  }

  // MARK: The list

  struct List {
    var title: String?
    var rows: [ExplainPage.Row] = []
    var total: ExplainPage.Total?
  }

  var list: List {
    switch number.origin {
    case .given, .stopped: return List()
    case .same(let source, _): return List(title: "which is", rows: [row(source)])
    case .sum(let sum): return list(sum)
    case .activated(let application, let sum):
      return sum.map(list) ?? List(title: "of", rows: [row(application.argument)])
    case .gated(let gate, let application):
      let argument = application.argument
      let shown = ExplainPage.Row(
        label: "\(application.activation.name)(\(name(argument)))",
        detail: "\(application.activation.name)(\(text(argument)))", value: application.value,
        operands: [operand(argument, at: application.activation.name.columns + 1)], isGate: false)
      return List(title: "\(own) = \(ownValue) is the product of", rows: [row(gate), shown])
    case .product(let operands):
      return List(title: "\(own) = \(ownValue) is the product of", rows: operands.map(row))
    case .looked(_, let id) where id.value.isCovered: return List()
    case .looked(let weight, let id): return List(title: "made of", rows: [row(weight), row(id)])
    case .parts(let parts): return List(title: nil, rows: parts.map(row))
    }
  }

  private func operand(_ operand: Operand, at start: Int = 0) -> ExplainPage.Operand {
    ExplainPage.Operand(address: operand.place, value: operand.value, label: name(operand), start: start)
  }

  private func row(_ operand: Operand) -> ExplainPage.Row {
    ExplainPage.Row(
      label: name(operand), detail: "", value: operand.value, operands: [self.operand(operand)],
      isGate: operand.place.isGate)
  }

  /// The factors' names; a term without any is 1.
  private func label(_ term: Term<Address>) -> String {
    term.factors.isEmpty ? "1" : term.factors.map(name).joined(separator: " * ")
  }

  private func list(_ whole: Sum<Address>) -> List {
    let sum = whole.uncut ?? whole
    let total = sum.total
    let rows = sum.bySize.map { term in
      let factors = term.factors
      let sign = term.sign < 0 ? "-" : ""
      var start = sign.columns
      var chosen: [ExplainPage.Operand] = []
      for factor in factors {
        // A weight leads nowhere; it is chosen only where it stands alone.
        if factors.count == 1 || !factor.place.isWeight { chosen.append(operand(factor, at: start)) }
        start += name(factor).columns + 3
      }
      return ExplainPage.Row(
        label: sign + label(term),
        detail: factors.count > 1 ? factors.map(text).joined(separator: " * ") : "", value: term.value,
        operands: chosen, isGate: false)
    }
    var scale = 1.0
    for _ in 0..<min(6, decimals.digits) { scale *= 10 }
    func rounded(_ value: Float) -> Double { (Double(value) * scale).rounded(.toNearestOrEven) }
    let shown = sum.terms.reduce(0.0) { $0 + rounded($1.value) }
    let again = sum.value(.asRun)
    let adds = sum.divisor == 1 && shown == rounded(total.value)
    let title =
      "\(total.place.short(beside: place)) = \(text(whole.total)) is \(whole.uncut == nil ? "" : "what the clip leaves of ")the \(sum.divisor == 1 ? "sum" : "mean") of"
    return List(
      title: title, rows: rows,
      total: ExplainPage.Total(
        label: sum.divisor == 1 ? "adds up to" : "divided by \(Int(sum.divisor)) is", value: total.value,
        clipped: whole.uncut == nil ? nil : whole.total.value, isExact: adds,
        rounding: rounding(sum, again: again)))
  }

  /// How far the float32 sum is from the sum without rounding.
  private func rounding(_ sum: Sum<Address>, again: Float) -> String? {
    guard sum.total.value.isFinite, let distance = ULP.distance(sum.total.value, sum.exact) else {
      return nil
    }
    if again.bitPattern != sum.total.value.bitPattern, let off = ULP.distance(again, Double(sum.total.value))
    {
      return "added up again it is \(TruthPanel.steps(off)) off"
    }
    guard distance > 0 else { return "not rounded" }
    let largest = sum.terms.reduce(0) { max($0, abs($1.value)) }
    let cancels = distance > 4 && largest > 8 * abs(sum.total.value)
    return "rounding \(TruthPanel.steps(distance))\(cancels ? ": terms cancel" : "")"
  }

  var curve: CurvePlot? {
    switch number.origin {
    case .activated(let application, _), .gated(_, let application): CurvePlot(application)
    case .given, .same, .sum, .product, .looked, .parts, .stopped: nil
    }
  }
}
