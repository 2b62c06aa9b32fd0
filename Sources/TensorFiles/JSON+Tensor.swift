extension JSON {
  /// The nested lists as one float32 array; a bare number has the shape ().
  ///
  /// - Throws: `JSONError` naming the place where a row has another length or another depth than the rows
  ///   before it, or holds something that is no number.
  package func tensor() throws(JSONError) -> Tensor {
    var shape: [Int] = []
    var first = self
    while case .list(let values) = first {
      shape.append(values.count)
      guard let next = values.first else { break }
      first = next
    }
    var floats: [Float] = []
    try append(to: &floats, shape: shape[...], place: "")
    return Tensor(shape: shape, floats: floats)
  }

  /// The array as nested lists, with the fewest digits that read back as the same float32.
  ///
  /// - Precondition: There are as many values as `shape` asks for.
  package init(shape: [Int], floats: [Float]) {
    precondition(floats.count == shape.reduce(1, *), "there are not as many values as the shape asks for")
    self.init(shape: shape[...], floats: floats[...])
  }

  private init(shape: ArraySlice<Int>, floats: ArraySlice<Float>) {
    guard let length = shape.first else {
      self = .number(floats.first.map { Double("\($0)") ?? Double($0) } ?? .nan)
      return
    }
    let width = length == 0 ? 0 : floats.count / length
    self = .list(
      (0..<length).map { index in
        let start = floats.startIndex + index * width
        return JSON(shape: shape.dropFirst(), floats: floats[start..<start + width])
      })
  }

  private func append(to floats: inout [Float], shape: ArraySlice<Int>, place: String) throws(JSONError) {
    guard let length = shape.first else {
      guard let number else { throw .notNumber(place: place, found: summary) }
      floats.append(Float(number))
      return
    }
    guard case .list(let values) = self, values.count == length else {
      throw .ragged(place: place, needed: length, found: summary)
    }
    for (index, value) in values.enumerated() {
      try value.append(to: &floats, shape: shape.dropFirst(), place: place + "[\(index)]")
    }
  }
}
