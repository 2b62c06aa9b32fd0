extension Value {
  /// Element by element, with the axes matched from the last and those of length 1 repeated, as numpy does.
  static func combine(
    _ first: Value, _ second: Value, _ function: (Float, Float) -> Float
  ) throws(LayerProblem) -> Value {
    let (a, b) = (first.numbers, second.numbers)
    if first.shape == second.shape {
      return Value(shape: first.shape, zip(a, b).map { function($0, $1) })
    }
    let rank = max(first.shape.count, second.shape.count)
    let (left, right) = (first.padded(to: rank), second.padded(to: rank))
    var shape: [Int] = []
    for (size, other) in zip(left, right) {
      guard size == other || size == 1 || other == 1 else {
        throw .input(found: second.shape, wanted: "a shape that broadcasts with \(describe(first.shape))")
      }
      shape.append(size == 1 ? other : size)
    }
    let count = try Bounds.count(shape)
    let leftSteps = broadcastSteps(left)
    let rightSteps = broadcastSteps(right)
    var values = [Float](repeating: 0, count: count)
    var index = [Int](repeating: 0, count: rank)
    var (i, j) = (0, 0)
    for place in 0..<count {
      values[place] = function(a[i], b[j])
      var axis = rank - 1
      while axis >= 0 {
        index[axis] += 1
        i += leftSteps[axis]
        j += rightSteps[axis]
        if index[axis] < shape[axis] { break }
        i -= leftSteps[axis] * shape[axis]
        j -= rightSteps[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return Value(shape: shape, values)
  }

  private func padded(to rank: Int) -> [Int] {
    Array(repeating: 1, count: rank - shape.count) + shape
  }

  /// Element by element; the mask stays.
  func mapped(_ function: (Float) -> Float) -> Value {
    Value(shape: shape, numbers.map(function), mask: mask)
  }

  /// With its axes in another order: axis k of the result is axis `axes[k]`.
  ///
  /// - Precondition: `axes` is a permutation of the axes.
  func transposed(_ axes: [Int]) -> Value {
    let newShape = axes.map { shape[$0] }
    let old = strides(of: shape)
    let steps = axes.map { old[$0] }
    let numbers = numbers
    var values = [Float](repeating: 0, count: numbers.count)
    var index = [Int](repeating: 0, count: axes.count)
    var source = 0
    for place in values.indices {
      values[place] = numbers[source]
      var axis = axes.count - 1
      while axis >= 0 {
        index[axis] += 1
        source += steps[axis]
        if index[axis] < newShape[axis] { break }
        source -= steps[axis] * newShape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return Value(shape: newShape, values)
  }

  /// With some axes folded to one number.
  func reduced(over axes: [Int], keepingAxes: Bool, _ fold: (ArraySlice<Float>) -> Float) -> Value {
    let kept = shape.indices.filter { !axes.contains($0) }
    let moved = kept + axes == Array(shape.indices) ? self : transposed(kept + axes)
    let width = axes.reduce(1) { $0 * shape[$1] }
    let count = kept.reduce(1) { $0 * shape[$1] }
    let numbers = moved.numbers
    let values = (0..<count).map { fold(numbers[$0 * width..<($0 + 1) * width]) }
    let newShape =
      keepingAxes ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] } : kept.map { shape[$0] }
    return Value(shape: newShape, values)
  }

  /// The same values in another shape, which holds as many.
  func reshaped(_ shape: [Int]) -> Value { Value(shape: shape, numbers) }

  /// With an axis of length 1 before `axis`.
  func expanded(at axis: Int) -> Value { reshaped(shape[..<axis] + [1] + shape[axis...]) }

  /// Side by side along an axis.
  static func concatenated(_ values: [Value], axis: Int) throws(LayerProblem) -> Value {
    guard let first = values.first else { throw .inputCount(found: 0, wanted: "1 or more") }
    let axis = try first.axis(axis, option: "axis")
    var shape = first.shape
    shape[axis] = 0
    for value in values {
      guard value.shape.count == shape.count else {
        throw .input(found: value.shape, wanted: "\(shape.count) axes like the others")
      }
      for index in shape.indices where index != axis && shape[index] != value.shape[index] {
        throw .input(
          found: value.shape, wanted: "the shape \(describe(first.shape)) but for axis \(axis)")
      }
      shape[axis] += value.shape[axis]
    }
    let count = try Bounds.count(shape)
    var numbers: [Float] = []
    numbers.reserveCapacity(count)
    let arrays = values.map { (width: $0.shape[axis...].reduce(1, *), numbers: $0.numbers) }
    for row in 0..<shape[..<axis].reduce(1, *) {
      for array in arrays { numbers += array.numbers[row * array.width..<(row + 1) * array.width] }
    }
    return Value(shape: shape, numbers)
  }

  /// An axis counted from the front; negative ones count from the back.
  func axis(_ axis: Int, option: String) throws(LayerProblem) -> Int {
    let index = axis < 0 && axis >= -shape.count ? axis + shape.count : axis
    guard shape.indices.contains(index) else {
      throw .option(option, found: .number(Double(axis)), wanted: "an axis of \(describe(shape))")
    }
    return index
  }

  /// Matrix products over the last two axes; the axes before them broadcast where one side has length 1.
  static func product(_ first: Value, _ second: Value) throws(LayerProblem) -> Value {
    guard first.shape.count >= 2, second.shape.count >= 2 else {
      throw .input(
        found: first.shape.count < 2 ? first.shape : second.shape, wanted: "a matrix or a stack of them")
    }
    let (rows, inner) = (first.shape[first.shape.count - 2], first.shape[first.shape.count - 1])
    let columns = second.shape[second.shape.count - 1]
    guard second.shape[second.shape.count - 2] == inner else {
      throw .input(
        found: second.shape, wanted: "(…, \(inner), any) to multiply with \(describe(first.shape))")
    }
    // The places of the matrices are broadcast like numbers.
    let (left, right) = (first.shape.dropLast(2), second.shape.dropLast(2))
    let places = { (shape: ArraySlice<Int>) in
      Value(shape: Array(shape), (0..<shape.reduce(1, *)).map(Float.init))
    }
    _ = try Bounds.count(Array(left), limit: 1 << 24)
    _ = try Bounds.count(Array(right), limit: 1 << 24)
    let firsts = try combine(places(left), places(right)) { a, _ in a }
    let seconds = try combine(places(left), places(right)) { _, b in b }
    let count = try Bounds.count(firsts.shape + [rows, columns])
    var values: [Float] = []
    values.reserveCapacity(count)
    let (a, b) = (first.numbers, second.numbers)
    for (place, other) in zip(firsts.numbers, seconds.numbers) {
      values += multiply(
        a[Int(place) * rows * inner..<(Int(place) + 1) * rows * inner], rows: rows, inner: inner,
        b[Int(other) * inner * columns..<(Int(other) + 1) * inner * columns], columns: columns)
    }
    return Value(shape: firsts.shape + [rows, columns], values)
  }
}

/// How far apart in a flat array neighbours along each axis lie.
func strides(of shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  return strides
}

/// As `strides`, with axes of length 1 standing still.
private func broadcastSteps(_ shape: [Int]) -> [Int] {
  zip(shape, strides(of: shape)).map { $0 == 1 ? 0 : $1 }
}

/// The product of a (rows, inner) and an (inner, columns) matrix, each sum in the order of its index.
///
/// The second matrix is read once, in blocks of columns that stay in the cache while every row uses them,
/// four of its rows at a time, so that each result is read and written a quarter as often.
func multiply(
  _ a: ArraySlice<Float>, rows: Int, inner: Int, _ b: ArraySlice<Float>, columns: Int
) -> [Float] {
  [Float](unsafeUninitializedCapacity: rows * columns) { out, count in
    out.initialize(repeating: 0)
    count = rows * columns
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        for start in stride(from: 0, to: columns, by: 1024) {
          let block = start..<min(start + 1024, columns)
          for k in stride(from: 0, to: inner, by: 4) {
            for row in 0..<rows {
              let target = out.baseAddress.map { $0 + row * columns }
              let factors = UnsafeBufferPointer(
                rebasing: a[row * inner + k..<row * inner + min(k + 4, inner)])
              add(b, row: k, columns: columns, factors, to: target, in: block)
            }
          }
        }
      }
    }
  }
}

/// Adds up to four rows of a matrix, each times its factor, one after the other.
@inline(__always)
private func add(
  _ matrix: UnsafeBufferPointer<Float>, row: Int, columns: Int, _ factors: UnsafeBufferPointer<Float>,
  to target: UnsafeMutablePointer<Float>?, in block: Range<Int>
) {
  guard let target else { return }
  guard factors.count == 4 else {
    for (offset, factor) in factors.enumerated() {
      for column in block { target[column] += factor * matrix[(row + offset) * columns + column] }
    }
    return
  }
  let (f0, f1, f2, f3) = (factors[0], factors[1], factors[2], factors[3])
  let (second, third, fourth) = ((row + 1) * columns, (row + 2) * columns, (row + 3) * columns)
  for column in block {
    var sum = target[column]
    sum += f0 * matrix[row * columns + column]
    sum += f1 * matrix[second + column]
    sum += f2 * matrix[third + column]
    sum += f3 * matrix[fourth + column]
    target[column] = sum
  }
}

/// The first place of the largest, or smallest, number, counted from 0.
func firstPlace(_ numbers: ArraySlice<Float>, _ isBeyond: (Float, Float) -> Bool) -> Int {
  var found = numbers.startIndex
  for index in numbers.indices.dropFirst() where isBeyond(numbers[index], numbers[found]) { found = index }
  return found - numbers.startIndex
}
