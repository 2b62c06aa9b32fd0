extension LayerKind {
  /// Without some timesteps at the start and at the end.
  static let cropping1D = LayerKind(name: "Cropping1D", classNames: ["Cropping1D"]) {
    layer throws(LayerProblem) in
    let (before, after) = try layer.ends("cropping")
    return Operation { call throws(LayerProblem) in
      let input = try call.only(axes: 3, "(batch, timesteps, features)")
      let timesteps = input.shape[1]
      guard before + after < timesteps else {
        throw .input(found: input.shape, wanted: "more than \(before + after) timesteps")
      }
      return [input.slice(axis: 1, Array(before..<timesteps - after))]
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
