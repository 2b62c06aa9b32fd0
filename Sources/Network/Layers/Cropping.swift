extension LayerKind {
  /// Without some places at the start and at the end of each axis between batch and features.
  static let cropping = LayerKind(
    name: "Cropping", classNames: ["Cropping1D", "Cropping2D", "Cropping3D"]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let ends = try layer.ends("cropping")
    return Operation { call throws(LayerProblem) in
      var value = try call.spatial(axes: ends.count)
      for (index, end) in ends.enumerated() {
        let length = value.shape[index + 1]
        guard end.before + end.after < length else {
          throw .input(
            found: value.shape,
            wanted: "more than \(end.before + end.after)"
              + (ends.count == 1 ? " timesteps" : " along axis \(index + 1)"))
        }
        value = value.slice(axis: index + 1, Array(end.before..<length - end.after))
      }
      return [value]
    }
  }
}

extension Value {
  /// Some places along an axis, in the order given.
  func slice(axis: Int, _ places: [Int]) -> Value {
    let width = shape[(axis + 1)...].reduce(1, *)
    var out: [Float] = []
    let numbers = numbers
    for row in 0..<shape[..<axis].reduce(1, *) {
      for place in places {
        let start = (row * shape[axis] + place) * width
        out += numbers[start..<start + width]
      }
    }
    var newShape = shape
    newShape[axis] = places.count
    return Value(shape: newShape, out)
  }
}
