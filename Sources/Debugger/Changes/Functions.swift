import LSTM

/// Activations that the file has and the framework had not.
extension Change {
  static let recurrentActivations = Change("recurrent-activation", [.recurrentActivation]) { trial in
    versions(of: trial, [.sigmoid, .hardSigmoid2, .hardSigmoid, .tanh, .linear, .softsign, .relu]) {
      (option: "recurrent_activation", now: $0.recurrentActivation)
    } change: {
      $0.replacing(recurrentActivation: $1)
    }
  }

  static let activations = Change("activation", [.activation]) { trial in
    let functions: [Activation] = [
      .tanh, .relu, .sigmoid, .softsign, .linear, .hardTanh, .elu, .selu, .softplus, .gelu, .silu,
      .hardSigmoid,
      .hardSigmoid2, .leakyRelu,
    ]
    return versions(of: trial, functions) {
      (option: "activation", now: $0.activation)
    } change: {
      $0.replacing(activation: $1)
    }
  }

  private static func versions(
    of trial: Trial, _ functions: [Activation], _ option: (Parameters) -> (option: String, now: Activation),
    change: @escaping @Sendable (Parameters, Activation) -> Parameters
  ) -> [Version] {
    let layers = trial.layers
    guard let first = layers.first else { return [] }
    func now(_ member: Trial.Member) -> Activation { option(trial.parameters(of: member)).now }
    let name = option(trial.parameters(of: first)).option
    func version(_ function: Activation, _ meant: [Trial.Member], alone: String?) -> Version {
      let others = Set(meant.map { now($0).words }).sorted().joined(separator: " or ")
      return Version(
        sentence: "the \(name) is \(others) where it should be \(function.words)"
          + (alone.map { ", in \($0) alone" } ?? ""),
        remedy: function.remedy(option: name), isGeneral: alone == nil, isOfWeights: false
      ) { trial in trial.change(layers: alone.map { [$0] }) { change($0, function) } }
    }
    return functions.flatMap { function -> [Version] in
      let meant = layers.filter { now($0) != function }
      guard !meant.isEmpty else { return [] }
      guard layers.count > 1 else { return [version(function, meant, alone: nil)] }
      // Where one layer alone has another, to change all is to change that one.
      if meant.count == 1 { return [version(function, meant, alone: meant[0].layer)] }
      return [version(function, meant, alone: nil)]
        + meant.prefix(8).map { version(function, [$0], alone: $0.layer) }
    }
  }
}

extension Activation {
  /// Which of the two of one name it is.
  fileprivate var words: String {
    switch self {
    case .hardSigmoid: "Keras 3's hard_sigmoid, \(formula)"
    case .hardSigmoid2: "the hard_sigmoid of Keras 1 and 2, \(formula)"
    case _: name
    }
  }

  fileprivate func remedy(option: String) -> [String] {
    self == .hardSigmoid2
      ? [
        "# Keras 3's hard_sigmoid is another function:",
        "LSTM(…, \(option)=lambda x: keras.ops.clip(0.2 * x + 0.5, 0, 1))",
      ] : ["LSTM(…, \(option)='\(name)')"]
  }
}
