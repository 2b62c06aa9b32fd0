extension LayerKind {
  /// A cell, or several on top of each other inside each timestep; LSTM cells are traced.
  static let rnn = LayerKind(name: "RNN", classNames: ["RNN"]) { layer throws(LayerProblem) in
    try layer.recurrent().operation
  }
}
