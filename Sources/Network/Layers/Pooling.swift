extension LayerKind {
  /// The largest, or the mean, of a window of places; the padding counts for neither.
  static let pooling = LayerKind(
    name: "Pooling",
    classNames: [
      "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D",
      "AveragePooling3D",
    ]
  ) { layer throws(LayerProblem) in
    try layer.refuseChannelsFirst()
    let isMax = layer.className.hasPrefix("Max")
    let axes = layer.spatialAxes
    let sizes = try layer.sizes("pool_size", axes, default: 2)
    let strides = layer.option("strides") == nil ? sizes : try layer.sizes("strides", axes)
    let padding = try layer.text("padding", default: "valid", among: ["valid", "same"])
    let windows = sizes.indices.map {
      Window(
        size: sizes[$0], stride: strides[$0], dilation: 1,
        padding: Window.Padding(padding) ?? .valid)
    }
    return Operation { call throws(LayerProblem) in
      // The largest of a rectangle is the largest of its rows' largest, and so with means.
      let input = try call.spatial(axes: axes)
      var value = input.reshaped(input.shape)
      for (axis, window) in windows.enumerated() {
        value = try value.pooled(along: axis + 1, window, isMax: isMax)
      }
      return [value]
    }
  }
}

extension Value {
  /// One number for each place of a window that slides along an axis.
  ///
  /// - Parameter countsPadding: Whether a mean is of the window's whole size, with zeros beside the axis.
  func pooled(
    along axis: Int, _ window: Window, isMax: Bool, countsPadding: Bool = false
  ) throws(LayerProblem) -> Value {
    let length = shape[axis]
    let width = shape[(axis + 1)...].reduce(1, *)
    let (steps, before) = try window.extent(of: length)
    var newShape = shape
    newShape[axis] = steps
    var out: [Float] = []
    out.reserveCapacity(try Bounds.count(newShape))
    let numbers = numbers
    for row in 0..<shape[..<axis].reduce(1, *) {
      for step in 0..<steps {
        // Clipped to the axis, so that a pool of a billion costs no more than the axis.
        let start = step * window.stride - before
        let places = max(0, start)..<max(0, min(length, start + window.size))
        for column in 0..<width {
          var value: Float = isMax ? -.infinity : 0
          for place in places {
            let number = numbers[(row * length + place) * width + column]
            value = isMax ? (number.isNaN || value.isNaN ? .nan : max(value, number)) : value + number
          }
          out.append(isMax ? value : value / Float(countsPadding ? window.size : places.count))
        }
      }
    }
    return Value(shape: newShape, out)
  }
}
