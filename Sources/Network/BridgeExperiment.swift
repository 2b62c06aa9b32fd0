/// What is done to the states on their way from an encoder to its decoder.
package enum BridgeExperiment: Sendable, Equatable {
  /// Nothing: c and h go over as they are.
  case asIs
  /// h goes over, c is zero.
  case memoryOnly
  /// c goes over, h is zero.
  case carryOnly
  /// Each in the other's place.
  case swapped
  case zero
  /// Both rounded to so many decimals.
  case rounded(decimals: Int)
  /// Normal noise of this standard deviation on c.
  case noise(deviation: Float, seed: UInt64)
  /// What the encoder ended with on another sentence.
  case other(source: [Int])

  /// Applies it to one LSTM's states.
  ///
  /// - Parameters:
  ///   - other: The states of the other sentence, which `.other` hands over.
  ///   - place: Which of the decoder's LSTMs it is, so that each gets noise of its own.
  func applied(to state: HandedState, other: HandedState?, place: Int) -> HandedState {
    let zeros = [Float](repeating: 0, count: state.h.count)
    switch self {
    case .asIs: return state
    case .memoryOnly: return HandedState(h: state.h, c: zeros)
    case .carryOnly: return HandedState(h: zeros, c: state.c)
    case .swapped: return HandedState(h: state.c, c: state.h)
    case .zero: return HandedState(h: zeros, c: zeros)
    case .rounded(let decimals):
      let scale = (0..<max(0, min(decimals, 9))).reduce(Float(1)) { scale, _ in scale * 10 }
      let rounded = { (values: [Float]) in
        values.map { ($0 * scale).rounded(.toNearestOrEven) / scale }
      }
      return HandedState(h: rounded(state.h), c: rounded(state.c))
    case .noise(let deviation, let seed):
      var random = RandomNumbers(seed: seed &+ UInt64(place))
      let noise = random.normals(state.c.count)
      return HandedState(h: state.h, c: zip(state.c, noise).map { $0 + deviation * $1 })
    case .other: return other ?? state
    }
  }
}
