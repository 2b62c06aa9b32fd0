import LSTM

/// Weights that were rounded on their way.
extension Change {
  static let roundedToFloat16 = ofWeights(
    "float16-weights", [.precision], "the framework's weights are these rounded to float16",
    remedy: { _ in ["model.half() rounds every weight: record y in float32, or compare at 4e-3"] },
    change: { $0.rounded { Float(Float16($0)) } })

  static let roundedToBFloat16 = ofWeights(
    "bfloat16-weights", [.precision], "the framework's weights are these rounded to bfloat16",
    remedy: { _ in ["model.bfloat16() rounds every weight: record y in float32, or compare at 2e-2"] },
    change: { $0.rounded { $0.roundedToBFloat16 } })
}

extension Parameters {
  /// Every weight through a rounding; nil where none of them changes.
  fileprivate func rounded(_ round: (Float) -> Float) -> Parameters? {
    let rounded = replacing(
      kernel: Layout.mapped(kernel, round), recurrentKernel: Layout.mapped(recurrentKernel, round),
      bias: bias.map { Layout.mapped($0, round) })
    return rounded == self ? nil : rounded
  }

  /// Whether float16 holds every weight exactly.
  var isOfFloat16: Bool {
    func fits(_ values: [Float]) -> Bool {
      values.allSatisfy { Float(Float16($0)).bitPattern == $0.bitPattern || $0 == 0 }
    }
    return fits(kernel) && fits(recurrentKernel) && fits(bias ?? [])
  }
}

extension Float {
  /// The nearest number of 8 bits of mantissa, ties to even.
  var roundedToBFloat16: Float {
    guard isFinite else { return self }
    let bits = bitPattern
    return Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000)
  }
}
