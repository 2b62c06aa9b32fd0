import LSTM
import Network

/// Biases that are too many, too few, or in part left out.
extension Change {
  static let biasTwice = ofWeights(
    "bias-twice", [.bias], "the bias was counted twice",
    remedy: { _ in ["bias = bias_ih + bias_hh                 # once: the layer has one bias"] },
    change: { layer in
      layer.bias.flatMap { $0.isZero ? nil : layer.replacing(bias: Layout.mapped($0) { $0 / 2 }) }
    })

  static let biasHalf = ofWeights(
    "bias-half", [.bias], "half of the bias is missing: it is to be counted twice",
    remedy: { _ in ["bias = bias_ih + bias_hh                 # not their mean"] },
    change: { layer in
      layer.bias.flatMap { $0.isZero ? nil : layer.replacing(bias: Layout.mapped($0) { $0 * 2 }) }
    })

  static let biasLeftOut = ofWeights(
    "bias-not-meant", [.bias], "there is a bias where there should be none",
    remedy: { layer in ["bias = np.zeros(\(4 * layer.units))"] },
    change: { layer in
      layer.bias.flatMap { $0.isZero ? nil : layer.replacing(bias: Array(repeating: 0, count: $0.count)) }
    })

  /// Of a bias that is right but for one gate.
  static let biasOfWholeGate = Change("bias-of-a-gate-missing", [.bias]) { trial in
    guard trial.members.contains(where: { !($0.lstm.parameters.bias?.isZero ?? true) }) else { return [] }
    return ["input", "forget", "candidate", "output"].enumerated().map { gate, name in
      Version(
        sentence: "the \(name) gate has a bias where it should have none",
        remedy: ["bias[\(gate) * units:\(gate + 1) * units] = 0"]
      ) { trial in
        trial.change(layers: nil) { layer in
          guard var bias = layer.bias else { return nil }
          for unit in 0..<layer.units { bias[gate * layer.units + unit] = 0 }
          return bias == layer.bias ? nil : layer.replacing(bias: bias)
        }
      }
    }
  }

  static let forgetBiasMissing = ofWeights(
    "forget-bias-missing", [.bias], "the forget gate's bias lacks the 1 that the framework adds in its code",
    remedy: { _ in ["bias[units:2 * units] += 1               # TensorFlow 1's forget_bias"] },
    change: { $0.withForgetBias(plus: 1) })

  static let forgetBiasAdded = ofWeights(
    "forget-bias-added", [.bias], "1 was added to the forget gate's bias that has it already",
    remedy: { _ in ["bias = bias_ih + bias_hh                 # without + 1 for the forget gate"] },
    change: { $0.withForgetBias(plus: -1) })
}

extension Parameters {
  func withForgetBias(plus amount: Float) -> Parameters {
    var bias = bias ?? Array(repeating: 0, count: 4 * units)
    for unit in units..<2 * units { bias[unit] += amount }
    return replacing(bias: bias)
  }
}

extension [Float] {
  /// Whether all of it is 0, so that no change of it can be seen.
  var isZero: Bool { allSatisfy { $0 == 0 } }
}
