extension LayerKind {
  /// The number of the interval that each number lies in.
  ///
  /// - Source: Keras 3, `Discretization.call`; an interval holds its lower boundary, not its upper one.
  static let discretization = LayerKind(name: "Discretization", classNames: ["Discretization"]) {
    layer throws(LayerProblem) in
    let value = layer.option("bin_boundaries")
    let boundaries = (value?.list ?? []).compactMap(\.number).map { Float($0) }
    guard let value, boundaries.count == value.list?.count, boundaries == boundaries.sorted() else {
      throw .option("bin_boundaries", found: value, wanted: "rising numbers")
    }
    let encoding = try CategoryEncoding(layer, default: "int", count: boundaries.count + 1)
    return Operation { call throws(LayerProblem) in
      let numbers = try call.only().numbers.map { number in
        // NaN is above every boundary, as for TensorFlow.
        Float(boundaries.partitioningCount { !(number < $0) })
      }
      return [try encoding(Value(shape: try call.only().shape, numbers))]
    }
  }
}

extension Array {
  /// How many stand in front, where all for which `isBefore` holds do.
  fileprivate func partitioningCount(_ isBefore: (Element) -> Bool) -> Int {
    var range = 0..<count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = isBefore(self[middle]) ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
