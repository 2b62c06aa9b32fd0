/// What flows along an edge of the graph: an array and, where there is one, the mask that Keras attaches to it.
///
/// Integers and truth values are carried as floats, which hold whole numbers exactly up to 2²⁴; ids beyond
/// that are refused where they are used.
package struct Value: Sendable, Equatable {
  /// The batch is an axis like any other and comes first.
  package let shape: [Int]
  package let elements: Elements
  package var mask: Mask?

  package enum Elements: Sendable, Equatable {
    case numbers([Float])
    /// What a TextVectorization or StringLookup reads.
    case texts([String])
  }

  /// - Precondition: There are as many values as the shape says.
  package init(shape: [Int], _ numbers: [Float], mask: Mask? = nil) {
    precondition(
      shape.reduce(1, *) == numbers.count, "\(numbers.count) values do not fill \(describe(shape))")
    self.shape = shape
    elements = .numbers(numbers)
    self.mask = mask
  }

  /// - Precondition: There are as many texts as the shape says.
  package init(shape: [Int], texts: [String]) {
    precondition(shape.reduce(1, *) == texts.count, "\(texts.count) texts do not fill \(describe(shape))")
    self.shape = shape
    elements = .texts(texts)
  }

  /// Empty where the value holds texts.
  package var numbers: [Float] {
    if case .numbers(let numbers) = elements { numbers } else { [] }
  }
}

extension Value {
  /// With the first two axes exchanged, and those of the mask: batch first for time first.
  package func timeExchanged() -> Value {
    precondition(shape.count >= 2, "there is no time to exchange")
    let (first, second) = (shape[0], shape[1])
    let width = shape.dropFirst(2).reduce(1, *)
    let numbers = numbers
    var exchanged: [Float] = []
    exchanged.reserveCapacity(numbers.count)
    var flags: [Bool] = []
    for column in 0..<second {
      for row in 0..<first {
        let place = row * second + column
        exchanged += numbers[place * width..<(place + 1) * width]
        if let mask, mask.shape == [first, second] { flags.append(mask.flags[place]) }
      }
    }
    return Value(
      shape: [second, first] + shape.dropFirst(2), exchanged,
      mask: mask.map { $0.shape == [first, second] ? Mask(shape: [second, first], flags) : $0 })
  }
}

/// Which timesteps count: true where they do.
package struct Mask: Sendable, Equatable {
  /// Mostly (batch, timesteps).
  package let shape: [Int]
  package let flags: [Bool]

  /// - Precondition: There are as many flags as the shape says.
  package init(shape: [Int], _ flags: [Bool]) {
    precondition(shape.reduce(1, *) == flags.count, "\(flags.count) flags do not fill \(describe(shape))")
    self.shape = shape
    self.flags = flags
  }
}
