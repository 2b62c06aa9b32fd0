import LSTM
import Network

/// Biases that were found from the recorded numbers, and where they differ from the file's.
struct BiasFound {
  struct Place {
    let layer: String
    /// Of a Dense.
    let isHead: Bool
    /// The most that is missing.
    let size: Float
    /// Whether the file has zeros, or none at all.
    let wasZero: Bool
    let wasNone: Bool
  }

  /// The set-up with them.
  let trial: Trial
  /// Those that differ, in the model's order.
  let places: [Place]
  /// Whether all that were looked for differ.
  let isEverywhere: Bool
  /// How far off they may be without any of the recorded numbers showing it.
  let uncertainty: Float

  /// Beyond this what was found makes the recorded numbers come out, and others perhaps not.
  static let mostUncertainty: Float = 0.01

  var names: [String] {
    (places.contains { !$0.isHead } ? ["bias-incomplete"] : [])
      + (places.contains(where: \.isHead) ? ["dense-bias-incomplete"] : [])
  }

  var sentences: [String] {
    [sentence(places.filter { !$0.isHead }), sentence(places.filter(\.isHead))].compactMap { $0 }
  }

  private func sentence(_ places: [Place]) -> String? {
    guard let first = places.first else { return nil }
    let largest = Double(places.reduce(0) { max($0, $1.size) })
    let digits = (largest * 1000).rounded() / 1000
    let listed = places.prefix(4).map(\.layer).joined(separator: ", ") + (places.count > 4 ? " and others" : "")
    let found = "(found from the recorded numbers: up to \(digits) is missing)"
    let isNone = places.allSatisfy(\.wasNone)
    if first.isHead {
      let what = isNone || places.allSatisfy(\.wasZero) ? "was left out" : "is not the right one"
      return "the bias of \(listed) \(what) \(found)"
    }
    let place = isEverywhere ? "" : ", in \(listed) alone"
    if isNone || places.allSatisfy(\.wasZero) { return "the bias was left out\(place) \(found)" }
    return "the bias is not the whole one: bias_hh was forgotten, or counted twice\(place) \(found)"
  }

  var remedy: [String] {
    var lines: [String] = []
    if places.contains(where: { !$0.isHead }) { lines.append("bias = bias_ih + bias_hh") }
    if places.contains(where: { $0.isHead }) {
      lines.append("dense.set_weights([linear.weight.T, linear.bias])")
    }
    if places.contains(where: \.wasNone) { lines.append("# and the layer is to be made with use_bias=True") }
    return lines
  }
}
