import LSTM

extension LayerKind {
  /// Activation and the activations that are layers of their own.
  static let activations = LayerKind(
    name: "Activations",
    classNames: ["Activation", "LeakyReLU", "PReLU", "ELU", "ReLU", "Softmax", "ThresholdedReLU"]
  ) { layer throws(LayerProblem) in
    switch layer.className {
    case "LeakyReLU":
      // Keras 2 calls the slope alpha.
      let slope = Float(try layer.number("negative_slope", default: layer.number("alpha", default: 0.3)))
      return elementwise { $0 > 0 ? $0 : slope * $0 }
    case "ELU":
      let alpha = try layer.number("alpha", default: 1)
      let elu = Activation.elu(alpha: alpha)
      return Operation { call throws(LayerProblem) in
        var out = elu(try call.only())
        out.mask = call.mask
        return [out]
      }
    case "ThresholdedReLU":
      let theta = Float(try layer.number("theta", default: 1))
      return elementwise { $0 > theta ? $0 : 0 }
    case "ReLU": return try rectifier(layer)
    case "PReLU": return try parametric(layer)
    case "Softmax": return try softmax(layer)
    default:
      let activation = try layer.activation("activation")
      return Operation { call throws(LayerProblem) in
        var out = activation(try call.only())
        out.mask = call.mask
        return [out]
      }
    }
  }
}

private func elementwise(_ function: @escaping @Sendable (Float) -> Float) -> Operation {
  Operation { call throws(LayerProblem) in
    var out = try call.only().mapped(function)
    out.mask = call.mask
    return [out]
  }
}

/// - Source: Keras 3, `activations.relu` with `negative_slope`, `max_value` and `threshold`.
private func rectifier(_ layer: LayerDescription) throws(LayerProblem) -> Operation {
  let slope = Float(try layer.number("negative_slope", default: 0))
  let threshold = Float(try layer.number("threshold", default: 0))
  let largest =
    layer.option("max_value") == nil ? Float.infinity : Float(try layer.number("max_value", default: 0))
  return elementwise { x in
    if x.isNaN { return x }
    return x >= threshold ? min(x, largest) : slope * (x - threshold)
  }
}

/// The slope below zero is a weight for each place after the batch, shared along `shared_axes`.
private func parametric(_ layer: LayerDescription) throws(LayerProblem) -> Operation {
  guard let alpha = layer.weight(named: "alpha") else { throw .missingWeight("alpha", shape: "of the input") }
  let slopes = Value(shape: [1] + alpha.shape, alpha.values)
  return Operation { call throws(LayerProblem) in
    let input = try call.only()
    guard input.shape.count == slopes.shape.count else {
      throw .input(found: input.shape, wanted: "\(slopes.shape.count) axes")
    }
    var out = try Value.combine(input, slopes) { $0 > 0 ? $0 : $0 * $1 }
    guard out.shape == input.shape else {
      throw .weight("alpha", found: alpha.shape, wanted: Array(input.shape.dropFirst()))
    }
    out.mask = call.mask
    return [out]
  }
}

private func softmax(_ layer: LayerDescription) throws(LayerProblem) -> Operation {
  let axes = try layer.integers("axis") ?? [-1]
  guard axes.count == 1, let chosen = axes.first else {
    throw .unsupported("its option axis names several axes, and softmax is run along one")
  }
  return Operation { call throws(LayerProblem) in
    let input = try call.only()
    let axis = try input.axis(chosen, option: "axis")
    var out = input.softmax(along: axis)
    out.mask = call.mask
    return [out]
  }
}

extension Value {
  func softmax(along axis: Int) -> Value {
    if axis == shape.count - 1 { return Activation.softmax(self) }
    // Exchanging two axes undoes itself.
    var order = Array(shape.indices)
    order.swapAt(axis, shape.count - 1)
    return Activation.softmax(transposed(order)).transposed(order)
  }
}
