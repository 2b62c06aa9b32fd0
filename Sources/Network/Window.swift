/// How a window of places slides along an axis: which input place each place of it reads for each output place.
struct Window: Sendable {
  enum Padding: Sendable, Equatable {
    case valid
    case same
    /// As `same`, with the odd place before.
    case sameLower
    case causal
    case given(before: Int, after: Int)

    /// By Keras' name.
    init?(_ name: String) {
      switch name {
      case "valid": self = .valid
      case "same": self = .same
      case "causal": self = .causal
      default: return nil
      }
    }
  }

  let size: Int
  let stride: Int
  let dilation: Int
  let padding: Padding

  /// The length of the output, and how many places of nothing stand before the first.
  ///
  /// - Source: TensorFlow, `tf.nn.convolution`: `same` pads half before, the odd one after.
  func extent(of length: Int) throws(LayerProblem) -> (length: Int, before: Int) {
    let (spread, overflow) = (size - 1).multipliedReportingOverflow(by: dilation)
    guard !overflow, spread < Bounds.limit else { throw .tooLarge([size, dilation]) }
    let reach = spread + 1
    switch padding {
    case .valid:
      guard length >= reach else {
        throw .input(found: [length], wanted: "\(reach) or more along the axis of its window")
      }
      return ((length - reach) / stride + 1, 0)
    case .same, .sameLower:
      let count = (length + stride - 1) / stride
      let whole = max(0, (count - 1) * stride + reach - length)
      return (count, (padding == .same ? whole : whole + 1) / 2)
    case .given(let before, let after):
      guard length + before + after >= reach else {
        throw .input(
          found: [length], wanted: "\(reach - before - after) or more along the axis of its window")
      }
      return ((length + before + after - reach) / stride + 1, before)
    case .causal: return ((length - 1) / stride + 1, spread)
    }
  }

  /// The input place that place `tap` of the window reads for output place `step`; nil in the padding.
  func source(step: Int, tap: Int, before: Int, length: Int) -> Int? {
    let place = step * stride + tap * dilation - before
    return (0..<length).contains(place) ? place : nil
  }
}

/// A window that slides along several axes at once.
struct Slide: Sendable {
  let windows: [Window]

  /// What is read for each place of the output.
  struct Reading: Sendable {
    /// Of the output, without batch and features.
    private(set) var shape: [Int] = []
    /// How many places the window has.
    private(set) var places = 1
    /// For each place of the output and, within it, of the window the place of the input, counted through all axes;
    /// -1 in the padding.
    private(set) var sources: [Int32] = [0]

    var rows: Int { shape.reduce(1, *) }

    fileprivate mutating func add(_ window: Window, along length: Int) throws(LayerProblem) {
      let (steps, before) = try window.extent(of: length)
      // Beyond it the places of an input would not fit the numbers that count them.
      let count = try Bounds.count([sources.count, steps, window.size], limit: 1 << 26)
      var next: [Int32] = []
      next.reserveCapacity(count)
      for row in 0..<rows {
        for step in 0..<steps {
          for outer in sources[row * places..<(row + 1) * places] {
            for tap in 0..<window.size {
              let inner = window.source(step: step, tap: tap, before: before, length: length)
              next.append(outer < 0 ? -1 : inner.map { outer * Int32(length) + Int32($0) } ?? -1)
            }
          }
        }
      }
      sources = next
      shape.append(steps)
      places *= window.size
    }
  }

  /// - Parameter lengths: Of the input's axes, without batch and features.
  func reading(over lengths: [Int]) throws(LayerProblem) -> Reading {
    guard lengths.allSatisfy({ $0 > 0 }) else {
      throw .input(found: lengths, wanted: "one place or more along each axis of its window")
    }
    _ = try Bounds.count(lengths, limit: 1 << 26)
    var reading = Reading()
    for (window, length) in zip(windows, lengths) { try reading.add(window, along: length) }
    return reading
  }
}

extension LayerDescription {
  /// How many axes its class works along: one for `Conv1D`, two for `MaxPooling2D`.
  var spatialAxes: Int { className.contains("3D") ? 3 : className.contains("2D") ? 2 : 1 }

  /// An array with a size for each axis in front.
  func kernel(_ name: String, features: String, filters: String) throws(LayerProblem) -> NamedArray {
    let sizes = (0..<spatialAxes).map { spatialAxes == 1 ? "kernel_size" : "kernel_size[\($0)]" }
    return try weight(name, axes: sizes + [features, filters])
  }

  /// The windows of a kernel with the layer's strides, dilation and padding.
  func windows(_ sizes: [Int]) throws(LayerProblem) -> [Window] {
    let choices = spatialAxes == 1 ? ["valid", "same", "causal"] : ["valid", "same"]
    let padding = Window.Padding(try text("padding", default: "valid", among: choices)) ?? .valid
    let strides = try self.sizes("strides", sizes.count, default: 1)
    let dilations = try self.sizes("dilation_rate", sizes.count, default: 1)
    return sizes.indices.map {
      Window(size: sizes[$0], stride: strides[$0], dilation: dilations[$0], padding: padding)
    }
  }

  /// A size for each axis; one number stands for all.
  func sizes(
    _ name: String, _ axes: Int, default fallback: Int? = nil, from lowest: Int = 1
  ) throws(LayerProblem) -> [Int] {
    let sizes = try integers(name) ?? fallback.map { [$0] } ?? []
    guard sizes.count == axes || sizes.count == 1, sizes.allSatisfy({ (lowest...Bounds.limit).contains($0) })
    else {
      let many = axes == 1 ? "a number" : "one or \(axes) numbers"
      throw .option(name, found: option(name), wanted: "\(many) from \(lowest) to \(Bounds.limit)")
    }
    return sizes.count == axes ? sizes : Array(repeating: sizes[0], count: axes)
  }

  /// How many places at the start and at the end of each axis; one number stands for both, or for all.
  func ends(_ name: String) throws(LayerProblem) -> [(before: Int, after: Int)] {
    let axes = spatialAxes
    let value = option(name) ?? .number(1)
    // One number, two for the ends of the one axis, one for each axis, or two for each.
    let entries = value.list ?? [value]
    var ends: [(before: Int, after: Int)] = []
    if axes == 1, entries.allSatisfy({ $0.list == nil }) {
      let sizes = entries.compactMap(\.integer)
      if sizes.count == entries.count, let first = sizes.first, sizes.count <= 2 {
        ends = [(first, sizes[sizes.count - 1])]
      }
    } else {
      for entry in entries {
        let sizes = (entry.list ?? [entry]).compactMap(\.integer)
        if let first = sizes.first, sizes.count <= 2 { ends.append((first, sizes[sizes.count - 1])) }
      }
      if ends.count == 1, value.list == nil { ends = Array(repeating: ends[0], count: axes) }
    }
    guard ends.count == axes,
      ends.allSatisfy({
        (0...Bounds.limit).contains($0.before) && (0...Bounds.limit).contains($0.after)
      })
    else {
      throw .option(
        name, found: options[name],
        wanted: axes == 1
          ? "one or two numbers from 0 to \(Bounds.limit)"
          : "a number, \(axes) of them, or \(axes) pairs, from 0 to \(Bounds.limit)")
    }
    return ends
  }
}

extension Call {
  /// The one input, with some axes between batch and features.
  func spatial(axes: Int) throws(LayerProblem) -> Value {
    let names = [1: "timesteps", 2: "rows, columns", 3: "depth, rows, columns"][axes] ?? "…"
    return try only(axes: axes + 2, "(batch, \(names), features)")
  }
}
