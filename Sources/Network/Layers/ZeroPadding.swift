extension LayerKind {
  /// Places of zeros before and after, along each axis between batch and features.
  static let zeroPadding = LayerKind(
    name: "ZeroPadding", classNames: ["ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let ends = try layer.ends("padding")
    return Operation { call throws(LayerProblem) in
      var value = try call.spatial(axes: ends.count)
      for (index, end) in ends.enumerated() {
        value = try value.padded(along: index + 1, before: end.before, after: end.after)
      }
      return [value.reshaped(value.shape)]
    }
  }
}

extension Value {
  /// With places of one number before and after an axis' own.
  func padded(along axis: Int, before: Int, after: Int, with number: Float = 0) throws(LayerProblem) -> Value
  {
    var shape = shape
    shape[axis] = before + self.shape[axis] + after
    _ = try Bounds.count(shape)
    let zeros = { (count: Int) in
      var shape = self.shape
      shape[axis] = count
      return Value(shape: shape, Array(repeating: number, count: shape.reduce(1, *)))
    }
    return try Value.concatenated([zeros(before), self, zeros(after)], axis: axis)
  }
}
