extension Value {
  /// `x[:, 0]`, `x[..., 1:4:2]`: whole numbers, slices, an ellipsis and new axes.
  func item(_ key: ConfigValue) throws(LayerProblem) -> Value {
    let keys = key.list ?? [key]
    let isNewAxis = { (key: ConfigValue) in key == .null }
    let isEllipsis = { (key: ConfigValue) in key["class_name"]?.text == "__ellipsis__" }
    let used = keys.count { !isNewAxis($0) && !isEllipsis($0) }
    guard used <= shape.count, keys.count(where: isEllipsis) <= 1 else {
      throw .option("key", found: key, wanted: "as many indices as \(describe(shape)) has axes")
    }
    var value = self
    var axis = 0
    for key in keys {
      if isNewAxis(key) {
        value = value.expanded(at: axis)
        axis += 1
      } else if isEllipsis(key) {
        axis += shape.count - used
      } else if let index = key.integer {
        let size = value.shape[axis]
        let place = index < 0 ? index + size : index
        guard (0..<size).contains(place) else {
          throw .option("key", found: key, wanted: "an index below \(size)")
        }
        var rest = value.shape
        rest.remove(at: axis)
        value = value.slice(axis: axis, [place]).reshaped(rest)
      } else if key["class_name"]?.text == "__slice__", let config = key["config"] {
        value = value.slice(axis: axis, try places(config, size: value.shape[axis]))
        axis += 1
      } else {
        throw .unsupported("it takes items by \(key.spelled), and only whole numbers and slices are run")
      }
    }
    return value
  }
}

/// The places of a Python slice, as `range(*slice.indices(size))`.
private func places(_ slice: ConfigValue, size: Int) throws(LayerProblem) -> [Int] {
  let step = slice["step"]?.integer ?? 1
  guard step != 0, step != Int.min else {
    throw .option("key", found: slice["step"], wanted: "a step other than 0")
  }
  let (lowest, highest) = step > 0 ? (0, size) : (-1, size - 1)
  func bound(_ name: String, _ fallback: Int) -> Int {
    guard let bound = slice[name]?.integer else { return fallback }
    return min(highest, max(lowest, bound < 0 ? bound.addingReportingOverflow(size).partialValue : bound))
  }
  let (start, stop) = (
    bound("start", step > 0 ? lowest : highest), bound("stop", step > 0 ? highest : lowest)
  )
  // A step beyond the end is as good as one to it, and cannot overflow.
  return Array(stride(from: start, to: stop, by: min(size + 1, max(-size - 1, step))))
}
