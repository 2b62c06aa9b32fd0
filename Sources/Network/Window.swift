/// How a window of timesteps slides: which input timestep each place of each output timestep reads.
struct Window: Sendable {
  enum Padding: String, Sendable {
    case valid
    case same
    case causal
  }

  let size: Int
  let stride: Int
  let dilation: Int
  let padding: Padding

  /// The number of output timesteps, and how many timesteps of nothing stand before the first.
  ///
  /// - Source: TensorFlow, `tf.nn.convolution`: `same` pads half before, the odd one after.
  func extent(of timesteps: Int) throws(LayerProblem) -> (timesteps: Int, before: Int) {
    let (spread, overflow) = (size - 1).multipliedReportingOverflow(by: dilation)
    guard !overflow, spread < Bounds.limit else { throw .tooLarge([size, dilation]) }
    let reach = spread + 1
    switch padding {
    case .valid:
      guard timesteps >= reach else {
        throw .input(found: [timesteps], wanted: "\(reach) timesteps or more for its window")
      }
      return ((timesteps - reach) / stride + 1, 0)
    case .same:
      let count = (timesteps + stride - 1) / stride
      return (count, max(0, (count - 1) * stride + reach - timesteps) / 2)
    case .causal: return ((timesteps - 1) / stride + 1, spread)
    }
  }

  /// The input timestep that place `tap` of output timestep `step` reads; nil in the padding.
  func source(step: Int, tap: Int, before: Int, timesteps: Int) -> Int? {
    let place = step * stride + tap * dilation - before
    return (0..<timesteps).contains(place) ? place : nil
  }
}
