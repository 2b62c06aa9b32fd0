import Commands
import LSTM
package import Network

/// How the weights and options of two models differ, without an input.
package struct ModelDifference: Sendable, Equatable {
  /// Two arrays that belong together.
  package struct Pair: Sendable, Equatable {
    package let a: WeightTensor
    package let b: WeightTensor
    package let relation: TensorRelation
  }

  package let pairs: [Pair]
  /// `lstm/bias (48,)`: arrays that have no partner.
  package let onlyInA: [WeightTensor]
  package let onlyInB: [WeightTensor]
  /// What differs in the LSTMs' options, sentences.
  package let options: [String]

  package var isSame: Bool {
    pairs.allSatisfy { $0.relation.kind == .same || $0.relation.kind == .near } && onlyInA.isEmpty
      && onlyInB.isEmpty && options.isEmpty
  }

  /// - Parameters:
  ///   - a: The arrays of one model, in the order of its layers.
  ///   - b: Those of the other.
  ///   - splits: The two biases of each LSTM, where A and B keep two.
  package init(
    _ a: [WeightTensor], _ b: [WeightTensor], lstms one: [TracedLSTM], _ other: [TracedLSTM],
    splits: (a: [SplitBias], b: [SplitBias]) = ([], [])
  ) {
    var left = b
    var pairs: [Pair] = []
    var onlyInA: [WeightTensor] = []
    for tensor in a {
      // By name and layer, by name and shape, by what it is and how many values it has.
      let place =
        left.firstIndex { $0.layer == tensor.layer && $0.name == tensor.name }
        ?? left.firstIndex { $0.name == tensor.name && $0.numbers.shape == tensor.numbers.shape }
        ?? left.firstIndex {
          $0.role == tensor.role && $0.numbers.values.count == tensor.numbers.values.count
        }
      guard let place else {
        onlyInA.append(tensor)
        continue
      }
      let partner = left.remove(at: place)
      let isOfLSTM =
        tensor.numbers.shape.last.map { $0 % 4 == 0 } ?? false
        && ["kernel", "recurrent_kernel", "bias"].contains(tensor.role)
        && one.contains { 4 * $0.parameters.units == tensor.numbers.shape.last }
      var relation = TensorRelation(tensor.numbers, partner.numbers, isOfLSTM: isOfLSTM)
      if relation.kind == .different || relation.kind == .changed, tensor.role == "bias",
        let words = Self.half(tensor.numbers.values, partner.numbers.values, splits)
      {
        relation = TensorRelation(.changed, words, largest: relation.largest)
      }
      if relation.kind == .different, let other = Self.other(partner, in: a, than: tensor) {
        relation = TensorRelation(
          .changed, "A's \(other.layer)/\(other.name)", largest: relation.largest)
      }
      pairs.append(Pair(a: tensor, b: partner, relation: relation))
    }
    self.pairs = pairs
    self.onlyInA = onlyInA
    onlyInB = left
    options =
      zip(one, other).enumerated().flatMap { Self.options($0.element.0, $0.element.1, $0.offset) }
      + (one.count == other.count
        ? [] : ["A has \(one.count) LSTMs and B has \(other.count)"])
  }

  /// The array of A's that B's is, in place of the one of its name: halves, kernels or layers that were exchanged.
  private static func other(
    _ partner: WeightTensor, in a: [WeightTensor], than own: WeightTensor
  ) -> WeightTensor? {
    a.first { other in
      (other.layer, other.name) != (own.layer, own.name) && other.numbers.shape == partner.numbers.shape
        && other.numbers.values.contains { $0 != 0 }
        && TensorRelation.agree(other.numbers.values, partner.numbers.values, within: 2e-6)
    }
  }

  /// What one bias is of the other's two; nil where it is neither.
  private static func half(
    _ a: [Float], _ b: [Float], _ splits: (a: [SplitBias], b: [SplitBias])
  ) -> String? {
    func equal(_ one: [Float], _ other: [Float]) -> Bool {
      one.count == other.count && zip(one, other).allSatisfy { isEqual($0, $1, tolerance: 2e-6) }
    }
    for split in splits.a {
      if equal(split.input, b) { return "A's bias_ih alone: bias_hh was forgotten" }
      if equal(split.recurrent, b) { return "A's bias_hh alone: bias_ih was forgotten" }
    }
    for split in splits.b {
      if equal(split.input, a) { return "bias_ih + bias_hh, of which A's is bias_ih alone" }
      if equal(split.recurrent, a) { return "bias_ih + bias_hh, of which A's is bias_hh alone" }
    }
    return nil
  }

  private static func options(_ a: TracedLSTM, _ b: TracedLSTM, _ index: Int) -> [String] {
    let (one, other) = (a.parameters, b.parameters)
    let rows: [(String, String, String)] = [
      ("units", "\(one.units)", "\(other.units)"), ("features", "\(one.features)", "\(other.features)"),
      ("activation", one.activation.name, other.activation.name),
      ("activation's formula", one.activation.formula, other.activation.formula),
      ("recurrent_activation", one.recurrentActivation.name, other.recurrentActivation.name),
      (
        "recurrent_activation's formula", one.recurrentActivation.formula,
        other.recurrentActivation.formula
      ), ("use_bias", "\(one.bias != nil)", "\(other.bias != nil)"),
      ("go_backwards", "\(one.goBackwards)", "\(other.goBackwards)"),
    ]
    let changed = rows.filter { $0.1 != $0.2 }
    // The formula says no more where the name says it.
    return changed.filter { row in
      !(row.0.hasSuffix("formula") && changed.contains { row.0 == "\($0.0)'s formula" })
    }.map { "LSTM \(index): \($0.0) is \($0.1) in A and \($0.2) in B" }
  }
}

/// How two runs of one input differ.
package struct RunDifference: Sendable, Equatable {
  package let comparison: Comparison
  /// What the first difference grew from, a sentence; nil where nothing differs.
  package let origin: String?
  /// LSTMs of A that B has no partner of the same size for.
  package let unmatched: [String]

  /// - Parameters:
  ///   - a: The run whose numbers are looked at.
  ///   - b: The run that they are compared with.
  package init(_ a: NetworkRun, _ graph: Graph, _ b: NetworkRun, tolerance: Float) {
    var recorded: [Recorded] = []
    var unmatched: [String] = []
    var used = Set<String>()
    for call in a.calls {
      let partner =
        b.calls.first { $0.key == call.key && !used.contains($0.key) && $0.trace.hasSize(of: call.trace) }
        ?? b.calls.first { !used.contains($0.key) && $0.trace.hasSize(of: call.trace) }
      guard let partner else {
        unmatched.append(call.key)
        continue
      }
      used.insert(partner.key)
      for array in TracedArray.compared {
        recorded.append(
          Recorded(target: .call(call.key, array), numbers: array.numbers(of: partner)))
      }
    }
    for (index, value) in a.outputs.enumerated() {
      guard let value, b.outputs.indices.contains(index), let other = b.outputs[index],
        case .numbers(let numbers) = other.elements, other.shape == value.shape
      else { continue }
      recorded += Recording(a).asOfLSTMs(
        Recorded(target: .output(index), numbers: Numbers(shape: other.shape, values: numbers)))
    }
    comparison = Comparison(recorded, run: a, graph: graph, tolerance: tolerance)
    self.unmatched = unmatched
    origin = comparison.first.flatMap { Self.origin(of: $0, in: a) }
  }

  /// The first quantity that differs tells which operand does.
  private static func origin(of place: Place, in run: NetworkRun) -> String? {
    guard let address = place.address, let quantity = TracedArray(rawValue: address.quantity) else {
      return nil
    }
    let gate = address.indices.first.flatMap { column -> String? in
      guard let units = run.calls.first(where: { $0.key == (address.layer ?? $0.key) })?.trace.units
      else { return nil }
      return ["i", "f", "g", "o"].indices.contains(column / units)
        ? ["i", "f", "g", "o"][column / units] : nil
    }
    let words =
      switch quantity {
      case .x: "x itself: the two are fed different numbers there"
      case .h0, .c0: "the initial state"
      case .zx: "x·kernel, with x equal: the kernel\(gate.map { ", in the columns of \($0)" } ?? "")"
      case .zh:
        "h[t-1]·recurrent kernel, with h[t-1] equal: the recurrent kernel\(gate.map { ", in the columns of \($0)" } ?? "")"
      case .z: "z, with both products equal: the bias\(gate.map { ", in the block of \($0)" } ?? "")"
      case .i, .f, .o: "the gate, with z equal: the recurrent activation"
      case .g: "the candidate, with z equal: the activation"
      case .c: "c, with the gates and c[t-1] equal: rounding, or a mask"
      case .h: "h, with o and c equal: the activation of c"
      case .y: "the output alone: what is put out at masked steps"
      case .mask: "the mask"
      case .hFinal, .cFinal, .timestepIndex: "the order in which the timesteps are met"
      }
    return words
  }
}

extension Trace {
  fileprivate func hasSize(of other: Trace) -> Bool {
    batch == other.batch && timesteps == other.timesteps && units == other.units && outputs == other.outputs
      && features == other.features
  }
}

extension TracedArray {
  /// What two runs are compared by; the rest follows from it.
  static let compared: [TracedArray] = [.x, .h0, .c0, .zx, .zh, .z, .i, .f, .g, .o, .c, .h, .y]
}
