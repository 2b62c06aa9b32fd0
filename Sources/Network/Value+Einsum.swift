extension Value {
  /// Sums of products by the letters of the axes: `btf,bsf->bts`.
  ///
  /// - Parameter equation: With an arrow and without an ellipsis; blanks don't count.
  static func einsum(_ equation: String, _ values: [Value]) throws(LayerProblem) -> Value {
    let sides = equation.filter { $0 != " " }.split(separator: "->", omittingEmptySubsequences: false)
    let inputs = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let result = Array(sides.last ?? "")
    guard sides.count == 2, (inputs.joined() + result).allSatisfy(\.isLetter),
      Set(result).count == result.count, Set(result).isSubset(of: inputs.joined())
    else { throw .unsupported("its equation '\(equation)' is not one that is run here") }
    guard inputs.count == values.count else {
      throw .inputCount(found: values.count, wanted: "\(inputs.count)")
    }
    var lengths: [Character: Int] = [:]
    for (letters, value) in zip(inputs, values) {
      guard letters.count == value.shape.count else {
        throw .input(found: value.shape, wanted: "\(letters.count) axes, as in \(equation)")
      }
      for (letter, length) in zip(letters, value.shape) {
        guard lengths[letter] ?? length == length else {
          throw .input(
            found: value.shape, wanted: "\(lengths[letter] ?? 0) along \(letter), as in \(equation)")
        }
        lengths[letter] = length
      }
    }
    let summed = Set(inputs.joined()).subtracting(result).sorted()
    let letters = result + summed
    let sizes = letters.map { lengths[$0] ?? 0 }
    let inner = summed.reduce(1) { $0 * (lengths[$1] ?? 0) }
    let shape = Array(sizes.prefix(result.count))
    _ = try Bounds.count(sizes)
    var out = [Float](repeating: 0, count: try Bounds.count(shape))
    guard inner > 0 else { return Value(shape: shape, out) }
    // How far each operand moves with each letter; one that stands twice moves along both of its axes.
    let steps = zip(inputs, values).map { axes, value in
      let strides = strides(of: value.shape)
      return letters.map { letter in zip(axes, strides).reduce(0) { $0 + ($1.0 == letter ? $1.1 : 0) } }
    }
    let arrays = values.map(\.numbers)
    var places = [Int](repeating: 0, count: arrays.count)
    var index = [Int](repeating: 0, count: letters.count)
    for place in out.indices {
      var sum: Float = 0
      for _ in 0..<inner {
        var product: Float = 1
        for (array, at) in zip(arrays, places) { product *= array[at] }
        sum += product
        advance(&index, sizes) { letter, by in
          for operand in places.indices { places[operand] += steps[operand][letter] * by }
        }
      }
      out[place] = sum
    }
    return Value(shape: shape, out)
  }
}

/// Counts on by one, the last place first, and tells each move.
private func advance(_ index: inout [Int], _ sizes: [Int], _ move: (_ axis: Int, _ by: Int) -> Void) {
  for axis in sizes.indices.reversed() {
    index[axis] += 1
    if index[axis] < sizes[axis] {
      move(axis, 1)
      return
    }
    move(axis, 1 - sizes[axis])
    index[axis] = 0
  }
}
