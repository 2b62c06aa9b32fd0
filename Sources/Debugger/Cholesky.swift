/// A symmetric matrix whose values are all positive, taken apart into L·Lᵀ.
///
/// - Source: Cholesky 1924.
struct Cholesky {
  private let count: Int
  /// By rows; above the diagonal it means nothing.
  private let factor: [Double]

  /// - Parameter matrix: Its lower half, by rows; what is above the diagonal is not read.
  /// - Returns: nil where it is not positive.
  init?(_ matrix: [Double], count: Int) {
    var factor = matrix
    let isPositive = factor.withUnsafeMutableBufferPointer { factor in
      for row in 0..<count {
        for column in 0...row {
          var sum = factor[row * count + column]
          for k in 0..<column { sum -= factor[row * count + k] * factor[column * count + k] }
          if row == column {
            guard sum > 0, sum.isFinite else { return false }
            factor[row * count + row] = sum.squareRoot()
          } else {
            factor[row * count + column] = sum / factor[column * count + column]
          }
        }
      }
      return true
    }
    guard isPositive else { return nil }
    self.count = count
    self.factor = factor
  }

  /// x of matrix · x = right.
  func solved(_ right: [Double]) -> [Double] {
    var x = right
    forward(&x, from: 0)
    factor.withUnsafeBufferPointer { factor in
      for row in (0..<count).reversed() {
        x[row] /= factor[row * count + row]
        for column in 0..<row { x[column] -= factor[row * count + column] * x[row] }
      }
    }
    return x
  }

  /// The diagonal of the inverse.
  var inverseDiagonal: [Double] {
    (0..<count).map { place in
      var column = [Double](repeating: 0, count: count)
      column[place] = 1
      forward(&column, from: place)
      return column[place...].reduce(0) { $0 + $1 * $1 }
    }
  }

  /// Solves L·y = x in place; before `start` x is 0.
  private func forward(_ x: inout [Double], from start: Int) {
    factor.withUnsafeBufferPointer { factor in
      for row in start..<count {
        for column in start..<row { x[row] -= factor[row * count + column] * x[column] }
        x[row] /= factor[row * count + row]
      }
    }
  }
}
