import LSTM
import Network

/// Gates in another order than i f g o.
extension Change {
  private static let names = ["i", "f", "g", "o"]

  /// Those of other frameworks.
  private static let known = [
    [0, 3, 1, 2], [0, 2, 1, 3], [0, 1, 3, 2], [1, 0, 2, 3], [2, 0, 1, 3], [1, 0, 3, 2],
  ]

  /// The 23 orders that are not Keras', those of other frameworks first.
  ///
  /// An order lists which gate stands at each place; ONNX has i o f g, TensorFlow 1 and Keras 1 i g f o.
  static let orders: [[Int]] = {
    var all: [[Int]] = []
    for a in 0..<4 {
      for b in 0..<4 where b != a {
        for c in 0..<4 where c != a && c != b { all.append([a, b, c, 6 - a - b - c]) }
      }
    }
    return known + all.filter { !known.contains($0) && $0 != [0, 1, 2, 3] }
  }()

  static let gateOrders = Change("gate-order", [.gateOrder]) { trial in
    ofOrders(trial, { "the gates stand in the order \($0), not i f g o" }, array: "w") { layer, places in
      layer.replacing(
        kernel: Layout.reordered(layer.kernel, units: layer.units, order: places),
        recurrentKernel: Layout.reordered(layer.recurrentKernel, units: layer.units, order: places),
        bias: layer.bias.map { Layout.reordered($0, units: layer.units, order: places) })
    }
  }

  static let biasOrder = Change("bias-order", [.bias, .gateOrder]) { trial in
    guard trial.members.contains(where: { !($0.lstm.parameters.bias?.isZero ?? true) }) else { return [] }
    return ofOrders(trial, { "the bias alone stands in the order \($0), not i f g o" }, array: "bias") {
      layer, places in
      layer.bias.map { layer.replacing(bias: Layout.reordered($0, units: layer.units, order: places)) }
    }
  }

  static let kernelOrder = Change("kernel-order", [.kernel, .gateOrder]) { trial in
    ofOrders(
      trial, { "the kernel alone stands in the order \($0), not i f g o" }, array: "kernel", isRare: true
    ) { layer, places in
      layer.replacing(kernel: Layout.reordered(layer.kernel, units: layer.units, order: places))
    }
  }

  static let recurrentOrder = Change("recurrent-kernel-order", [.recurrentKernel, .gateOrder]) { trial in
    ofOrders(
      trial, { "the recurrent kernel alone stands in the order \($0), not i f g o" },
      array: "recurrent_kernel",
      isRare: true
    ) { layer, places in
      layer.replacing(
        recurrentKernel: Layout.reordered(layer.recurrentKernel, units: layer.units, order: places))
    }
  }

  /// Every order everywhere, and those of other frameworks in one layer or direction alone too.
  ///
  /// - Parameter isRare: Whether it is tried everywhere only, and with no other change.
  private static func ofOrders(
    _ trial: Trial, _ sentence: (String) -> String, array: String, isRare: Bool = false,
    _ change: @escaping @Sendable (Parameters, [Int]) -> Parameters?
  ) -> [Version] {
    let scopes = scopes(of: trial)
    return orders.enumerated().flatMap { index, order -> [Version] in
      let (wrong, places) = spelled(order)
      return scopes.prefix(index < known.count && !isRare ? scopes.count : 1).map { scope in
        Version(
          sentence: sentence(wrong) + (scope.words.map { ", in \($0) alone" } ?? ""),
          remedy: remedy(order, array), isGeneral: scope.words == nil, isPaired: !isRare
        ) { trial in trial.change(layers: scope.layers) { change($0, places) } }
      }
    }
  }

  static let gatesInterleaved = ofWeights(
    "gates-interleaved", [.gateOrder],
    "the columns stand unit by unit, four gates each, where each gate has a block",
    remedy: { layer in
      ["w = w.reshape(-1, \(layer.units), 4).swapaxes(1, 2).reshape(-1, \(4 * layer.units))"]
    },
    change: { layer in
      layer.units < 2
        ? nil
        : layer.replacing(
          kernel: Layout.uninterleaved(layer.kernel, units: layer.units),
          recurrentKernel: Layout.uninterleaved(layer.recurrentKernel, units: layer.units),
          bias: layer.bias.map { Layout.uninterleaved($0, units: layer.units) })
    })

  /// The order in words, and for each gate of i f g o the place where it stands.
  private static func spelled(_ order: [Int]) -> (String, [Int]) {
    let places = (0..<4).map { gate in order.firstIndex(of: gate) ?? gate }
    return (order.map { names[$0] }.joined(separator: " "), places)
  }

  private static func remedy(_ order: [Int], _ array: String) -> [String] {
    let split = order.map { names[$0] }.joined(separator: ", ")
    return [
      "\(split) = np.split(\(array), 4, axis=-1)",
      "\(array) = np.concatenate([i, f, g, o], axis=-1)"
        + (array == "w" ? "  # kernel, recurrent_kernel and bias alike" : ""),
    ]
  }
}
