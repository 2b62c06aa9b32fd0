/// What can be said of a block of weights at a glance.
package struct Statistics: Sendable, Equatable {
  package let count: Int
  /// Of the finite values, like `maximum`, `mean` and `deviation`; NaN where there are none.
  package let minimum: Float
  package let maximum: Float
  package let mean: Double
  /// The standard deviation, divided by n as numpy does.
  package let deviation: Double
  /// The share of values that are exactly zero, 0 to 1.
  package let zeros: Double
  /// How many values are NaN or infinite.
  package let nonFinite: Int

  /// Two passes, so that the deviation of nearly equal weights is not lost to rounding.
  package init(_ values: some Collection<Float>) {
    var count = 0
    var zeroCount = 0
    var finite = 0
    var sum = 0.0
    var (minimum, maximum) = (Float.infinity, -Float.infinity)
    for value in values {
      count += 1
      guard value.isFinite else { continue }
      finite += 1
      if value == 0 { zeroCount += 1 }
      sum += Double(value)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
    }
    let mean = sum / Double(finite)
    var squares = 0.0
    for value in values where value.isFinite { squares += (Double(value) - mean) * (Double(value) - mean) }
    self.count = count
    self.minimum = finite > 0 ? minimum : .nan
    self.maximum = finite > 0 ? maximum : .nan
    self.mean = mean
    deviation = (squares / Double(finite)).squareRoot()
    zeros = count > 0 ? Double(zeroCount) / Double(count) : .nan
    nonFinite = count - finite
  }
}
