/// The axis of bars and maps: linear, or symmetric and logarithmic for a run that explodes.
///
///     share = v / largest                                               linear
///     share = v / unit · 1/6                                            logarithmic, |v| ≤ unit
///     share = ± (1/6 + 5/6 · log(|v| / unit) / log(largest / unit))     logarithmic, beyond
struct Scale: Equatable {
  let largest: Float
  /// Up to this magnitude a logarithmic axis is linear; nil where the whole axis is.
  let unit: Float?

  private static let linearShare: Float = 1 / 6

  /// - Returns: -1…1, of any finite value.
  func share(of value: Float) -> Float {
    guard let unit else { return max(-1, min(1, value / largest)) }
    let magnitude = abs(value)
    if magnitude <= unit { return value / unit * Self.linearShare }
    let part = Self.octaves(magnitude, above: unit) / Self.octaves(largest, above: unit)
    let share = Self.linearShare + (1 - Self.linearShare) * min(1, part)
    return value < 0 ? -share : share
  }

  /// What a caption says of it; nil where there is nothing to say.
  var words: String? {
    unit.map { unit in "log scale beyond ±\(unit < 1 ? "\(unit)" : "1")" }
  }

  /// The logarithm to base 2, between powers of two along the straight line: what a shade or a bar can show of it.
  private static func octaves(_ magnitude: Float, above unit: Float) -> Float {
    func logarithm(_ value: Float) -> Float { Float(value.exponent) + value.significand - 1 }
    return logarithm(magnitude) - logarithm(unit)
  }

  /// The magnitude up to which the axis of some values is linear; nil where all of it is to be.
  ///
  /// Logarithmic is the axis of values whose largest magnitude is out of proportion, a thousand times the median, and
  /// that have grown: on a linear one everything before the explosion would be blank. What has faded away stays blank.
  ///
  /// - Parameter largest: The largest finite magnitude.
  /// - Complexity: O(1): the median is that of at most 4096 of the values.
  static func linearPart(of values: [Float], largest: Float) -> Float? {
    guard largest >= 100 else { return nil }
    let count = min(values.count, 4096)
    let magnitudes = (0..<count).compactMap { index -> Float? in
      // Spread over all samples, timesteps and units, whatever their numbers.
      let place = count == values.count ? index : Int(UInt(index) &* 2_654_435_761 % UInt(values.count))
      let magnitude = abs(values[place])
      return magnitude > 0 && magnitude < .infinity ? magnitude : nil
    }.sorted()
    guard !magnitudes.isEmpty, largest >= 1000 * magnitudes[magnitudes.count / 2] else { return nil }
    let quartile = magnitudes[magnitudes.count / 4]
    return [1, 0.1, 0.01].first { $0 <= quartile } ?? 0.001
  }
}
