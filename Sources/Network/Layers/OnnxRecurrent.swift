extension LayerKind {
  /// ONNX' GRU and RNN, run and not traced, in one direction or two.
  ///
  /// Inputs are X, W, R, B, sequence_lens and initial_h; outputs Y (timesteps, directions, batch, units) and Y_h
  /// (directions, batch, units), with the option `layout` of 1 batch first.
  ///
  /// - Source: ONNX, operators GRU and RNN, version 14.
  static let onnxRecurrent = LayerKind(
    name: "OnnxRecurrent", classNames: ["onnx.GRU", "onnx.RNN"]
  ) { layer throws(LayerProblem) in
    let isBatchFirst = try layer.integer("layout", default: 0) == 1
    let way = try layer.text("direction", default: "forward", among: ["forward", "reverse", "bidirectional"])
    let all = try layer.functions(of: way == "bidirectional" ? 2 : 1)
    guard layer.option("clip") == nil else { throw .unsupported("its option clip is not run") }
    return Operation { call throws(LayerProblem) in
      let x = try call.given(0)
      guard x.shape.count == 3 else {
        throw .input(
          found: x.shape,
          wanted: isBatchFirst ? "(batch, timesteps, features)" : "(timesteps, batch, features)")
      }
      let (batch, timesteps) = isBatchFirst ? (x.shape[0], x.shape[1]) : (x.shape[1], x.shape[0])
      guard try call.optional(4)?.numbers.allSatisfy({ $0 == Float(timesteps) }) ?? true else {
        throw .unsupported("its samples have lengths of their own, which are not run")
      }
      var parts: [[Value]] = []
      for (place, functions) in all.enumerated() {
        let cell = try layer.cell(of: call, direction: place, functions)
        let recurrent = try cell.recurrent { flags in
          flags.returnSequences = true
          flags.returnState = true
          flags.isTimeMajor = !isBatchFirst
          flags.goBackwards = way == "reverse" || place == 1
        }
        var states: [Value] = []
        if let initial = try call.optional(5) {
          let wanted = [batch, recurrent.stateWidths[0]]
          states = [try initial.direction(place, of: all.count, wanted, isBatchFirst)]
        }
        var outputs = try recurrent.run(&call, x: x, initialState: states, part: "")
        if recurrent.flags.goBackwards {
          let axis = isBatchFirst ? 1 : 0
          outputs[0] = outputs[0].slice(axis: axis, (0..<timesteps).reversed())
        }
        parts.append(outputs)
      }
      return try (0..<2).map { output throws(LayerProblem) in
        let axis = output == 0 ? (isBatchFirst ? 2 : 1) : isBatchFirst ? 1 : 0
        return try Value.concatenated(parts.map { $0[output].expanded(at: axis) }, axis: axis)
      }
    }
  }
}

extension LayerDescription {
  private var isGRU: Bool { className == "onnx.GRU" }

  /// The names of the functions of each direction: of a GRU gate and candidate, of an RNN its one.
  fileprivate func functions(of directions: Int) throws(LayerProblem) -> [[String]] {
    let each = isGRU ? 2 : 1
    let names = (option("activations")?.list ?? []).compactMap { $0.text?.lowercased() }
    guard !names.isEmpty else {
      return Array(repeating: isGRU ? ["sigmoid", "tanh"] : ["tanh"], count: directions)
    }
    guard names.count == each * directions, names.allSatisfy(["sigmoid", "tanh", "relu"].contains) else {
      throw .unsupported("its activations are \(names.joined(separator: ", ")), which are not run")
    }
    return stride(from: 0, to: names.count, by: each).map { Array(names[$0..<$0 + each]) }
  }

  /// Keras' layer with the arrays of one direction. The order of the gates, z r h, is the same.
  fileprivate func cell(
    of call: Call, direction: Int, _ functions: [String]
  ) throws(LayerProblem) -> LayerDescription {
    let gates = isGRU ? 3 : 1
    let (w, r) = (try call.given(1), try call.given(2))
    guard w.shape.count == 3, r.shape.count == 3, direction < w.shape[0], direction < r.shape[0],
      r.shape[1] == gates * r.shape[2]
    else {
      throw .input(found: r.shape, wanted: "(directions, \(gates)·units, units)")
    }
    let units = r.shape[2]
    var arrays = [("kernel", w), ("recurrent_kernel", r)].map { name, value in
      let own = value.slice(axis: 0, [direction]).reshaped(Array(value.shape.dropFirst())).transposed([1, 0])
      return NamedArray(name: name, shape: own.shape, values: own.numbers)
    }
    var options: [String: ConfigValue] = ["activation": .text(functions[functions.count - 1])]
    if isGRU {
      options["recurrent_activation"] = .text(functions[0])
      options["reset_after"] = .bool(try integer("linear_before_reset", default: 0) != 0)
    }
    let bias = try call.optional(3)
    options["use_bias"] = .bool(bias != nil)
    if let bias {
      let half = gates * units
      guard bias.shape.count == 2, direction < bias.shape[0], bias.shape[1] == 2 * half else {
        throw .input(found: bias.shape, wanted: "(directions, \(2 * half))")
      }
      let own = Array(bias.numbers[direction * 2 * half..<(direction + 1) * 2 * half])
      if options["reset_after"]?.bool == true {
        arrays.append(NamedArray(name: "bias", shape: [2, half], values: own))
      } else {
        arrays.append(
          NamedArray(name: "bias", shape: [half], values: (0..<half).map { own[$0] + own[half + $0] }))
      }
    }
    return LayerDescription(
      name: name, className: isGRU ? "GRU" : "SimpleRNN", options: options, weights: arrays)
  }
}
