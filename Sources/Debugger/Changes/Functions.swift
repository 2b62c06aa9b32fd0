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
    guard let first = trial.members.first else { return [] }
    let (name, now) = option(trial.parameters(of: first))
    return functions.filter { $0 != now }.map { function in
      Version(
        sentence: "the \(name) is \(now.words) where it should be \(function.words)",
        remedy: function.remedy(option: name), isOfWeights: false
      ) { trial in trial.change(layers: nil) { change($0, function) } }
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
