import LSTM
import Network

/// Biases that were found from the recorded numbers, and where they differ from the file's.
struct BiasFound {
  struct Place {
    let layer: String
    /// Of a Dense.
    let isHead: Bool
    /// The file's; nil where the layer has none.
    let own: [Float]?
    let found: [Float]

    /// What is to be added.
    var moves: [Float] { zip(own ?? Array(repeating: 0, count: found.count), found).map { $1 - $0 } }
    var largest: Float { moves.reduce(0) { max($0, abs($1)) } }

    /// What is wrong with it, after `the bias`.
    fileprivate var cause: String {
      guard let own else {
        return "is missing: the layer is made with use_bias=False, and the framework has one"
      }
      if own.isZero { return "was never written: it is 0 everywhere" }
      if !isHead, own.isAsKerasBegins { return "was never written: it is the one that Keras begins with" }
      if let few {
        return "is wrong in \(few.map(name).joined(separator: " ")) alone"
      }
      if zip(own.sorted(), found.sorted()).allSatisfy({ abs($0 - $1) < 1e-3 }) {
        return "has the right values in another order"
      }
      return isHead ? "is not the right one" : "is not the whole one: bias_hh was forgotten, or counted twice"
    }

    /// Where it differs, if those are but a few.
    private var few: [Int]? {
      let wrong = moves.indices.filter { abs(moves[$0]) > 1e-3 }
      return wrong.count * 4 <= moves.count && wrong.count <= 8 ? wrong : nil
    }

    /// `f[3]` of an LSTM, `[3]` of a Dense.
    private func name(_ index: Int) -> String {
      let units = max(1, found.count / 4)
      return isHead ? "[\(index)]" : "\(["i", "f", "g", "o"][min(3, index / units)])[\(index % units)]"
    }

    fileprivate var remedy: [String] {
      if own != nil, let few {
        return few.map { "bias[\($0)] = \((Double(found[$0]) * 10_000).rounded() / 10_000)" }
      }
      guard !isHead else {
        return ["dense.set_weights([linear.weight.T, linear.bias])"]
          + (own == nil ? ["# and the layer is to be made with use_bias=True"] : [])
      }
      return ["bias = bias_ih + bias_hh"]
        + (own == nil ? ["# and the layer is to be made with use_bias=True"] : [])
    }
  }

  /// The set-up with them, and how it stands to all that is recorded.
  let trial: Trial
  let outcome: Trial.Outcome
  /// Those that differ, in the model's order.
  let places: [Place]
  /// Whether those of all LSTMs differ.
  let isEverywhere: Bool
  /// How far off they may be without any of the recorded numbers showing it.
  let uncertainty: Float

  /// Beyond this what was found makes the recorded numbers come out, and others perhaps not.
  private static let mostUncertainty: Float = 0.01
  /// No framework trains a bias to more: what asks for it is another fault.
  private static let largestMove: Float = 12

  var isPlausible: Bool { places.allSatisfy { $0.largest <= Self.largestMove } }

  var names: [String] {
    (places.contains { !$0.isHead } ? ["bias-incomplete"] : [])
      + (places.contains(where: \.isHead) ? ["dense-bias-incomplete"] : [])
  }

  /// One for the LSTMs and one for the Denses.
  var sentences: [String] {
    let layers = places.filter { !$0.isHead }
    let heads = places.filter(\.isHead)
    return
      (layers.isEmpty ? [] : [sentence(layers, where: isEverywhere ? "" : " of \(listed(layers)) alone")])
      + (heads.isEmpty ? [] : [sentence(heads, where: " of \(listed(heads))")])
  }

  private func listed(_ places: [Place]) -> String {
    places.prefix(4).map(\.layer).joined(separator: ", ") + (places.count > 4 ? " and others" : "")
  }

  private func sentence(_ places: [Place], where place: String) -> String {
    let largest = Double(places.reduce(0) { max($0, $1.largest) })
    var causes: [String] = []
    for cause in places.map(\.cause) where !causes.contains(cause) { causes.append(cause) }
    let cause = causes.count == 1 ? causes[0] : "is not the right one"
    return
      "the bias\(place) \(cause) (found from the recorded numbers: up to \((largest * 1000).rounded() / 1000) off)"
  }

  var remedy: [String] {
    var lines: [String] = []
    for line in places.flatMap(\.remedy) where !lines.contains(line) { lines.append(line) }
    return lines
  }

  /// Why what was found need not be what the framework has; nil where it is.
  var doubt: String? {
    if let call = trial.baseline.calls.first, call.input.isConstant, places.contains(where: { !$0.isHead }) {
      return
        "x is the same at every timestep, so that the bias and the kernel cannot be told apart: record another x"
    }
    guard uncertainty > Self.mostUncertainty else { return nil }
    let known = Double(uncertainty) < 1 ? "to about \((Double(uncertainty) * 100).rounded() / 100)" : "hardly"
    return "these numbers tell the biases \(known) only: write them anew from the file that they come from"
  }
}

extension LayerInput {
  /// Whether all of its rows are the same, and not 0.
  fileprivate var isConstant: Bool {
    guard x.count > features, features > 0, !x.prefix(features).allSatisfy({ $0 == 0 }) else { return false }
    return x.indices.allSatisfy { x[$0] == x[$0 % features] }
  }
}

extension [Float] {
  /// 0, and 1 for the forget gate.
  fileprivate var isAsKerasBegins: Bool {
    let units = count / 4
    return indices.allSatisfy { self[$0] == ($0 / Swift.max(1, units) == 1 ? 1 : 0) }
  }
}
