package import LSTM

/// A number of a run of a model.
package enum NumberPlace: Sendable, Hashable {
  /// Of a call of an LSTM, by its place among the run's calls.
  case layer(call: Int, LayerPlace)
  /// Of what flows along an edge, by its place in the flat array.
  case element(Reference, Int)
  /// What a Dense gives to its activation, by its place in the output.
  case preactivation(node: Int, Int)
  case weight(node: Int, name: String, [Int])
}

/// Says of every number of a run what it is made of, across timesteps, layers and handed-over states.
///
/// What flows between layers is not kept by the run; it is computed again when it is first asked for.
package struct Explainer {
  package typealias Number = Explanation<NumberPlace>

  package let graph: Graph
  package let run: NetworkRun
  /// One for each of the model's inputs; nil where there is none.
  package let inputs: [Value?]
  /// Inputs that LSTMs were fed themselves, by key.
  package let feeding: [String: LayerInput]
  private var values: [Int: [Value]?] = [:]
  /// For layers that move numbers: where each came from, counted from 1 over all inputs.
  private var origins: [Int: [Value]?] = [:]

  package init(graph: Graph, run: NetworkRun, inputs: [Value?], feeding: [String: LayerInput]) {
    self.graph = graph
    self.run = run
    self.inputs = inputs
    self.feeding = feeding
  }

  /// What a number is made of.
  ///
  /// - Parameter withExactRun: Whether the LSTM is run in float64 up to there, for comparison.
  /// - Returns: nil where there is no such number.
  package mutating func explanation(of place: NumberPlace, withExactRun: Bool = false) -> Number? {
    switch place {
    case .layer(let call, let inner): return explanation(call, inner, withExactRun: withExactRun)
    case .element(.input, _):
      return value(at: place).map { Number(place: place, value: $0, origin: .given(.input)) }
    case .element(.node(let node, let output), let index):
      guard let value = value(at: place) else { return nil }
      let origin = origin(node: node, output: output, index: index, value: value)
      return Number(place: place, value: value, origin: origin)
    case .preactivation(let node, let index):
      guard let sum = denseSum(node: node, index: index) else { return nil }
      return Number(place: place, value: sum.total.value, origin: .sum(sum))
    case .weight:
      return value(at: place).map { Number(place: place, value: $0, origin: .given(.weight)) }
    }
  }

  /// A number itself; nil where there is none.
  package mutating func value(at place: NumberPlace) -> Float? {
    switch place {
    case .layer(let call, let inner):
      guard run.calls.indices.contains(call) else { return nil }
      return run.calls[call].trace.value(at: inner, run.calls[call].parameters)
    case .element(let reference, let index):
      guard let value = value(of: reference), value.numbers.indices.contains(index) else { return nil }
      return value.numbers[index]
    case .preactivation(let node, let index): return denseSum(node: node, index: index)?.total.value
    case .weight(let node, let name, let indices): return weight(node: node, name: name, indices)
    }
  }

  // MARK: - What flows

  /// What flows along an edge; nil where it was not computed.
  package mutating func value(of reference: Reference) -> Value? {
    switch reference {
    case .input(let index): return inputs[index]
    case .node(let node, let output):
      guard let outputs = outputs(of: node), outputs.indices.contains(output) else { return nil }
      return outputs[output]
    }
  }

  private mutating func outputs(of node: Int) -> [Value]? {
    if let known = values[node] { return known }
    let traced = run.calls.first { $0.node == node }?.outputs
    let outputs = traced ?? computed(node) { $0 }
    values[node] = .some(outputs)
    return outputs
  }

  /// Runs a layer that has no LSTM in it.
  ///
  /// - Parameter changing: What is made of its inputs before.
  private mutating func computed(_ index: Int, changing: ([Value]) -> [Value]) -> [Value]? {
    let node = graph.nodes[index]
    guard node.operation.lstms.isEmpty, run.shapes[index] != nil else { return nil }
    var references = node.references[...]
    var found: [Reference: Value] = [:]
    while let reference = references.popFirst() {
      guard let value = value(of: reference) else { return nil }
      found[reference] = value
    }
    let own = node.arguments.compactMap { argument -> Value? in
      switch argument {
      case .value(let reference): found[reference]
      case .tensor(let value): value
      case .constant: nil
      }
    }
    let inputs = changing(own)
    var rest = inputs[...]
    let arguments = node.arguments.map { argument -> Call.Argument in
      switch argument {
      case .constant(let constant): .constant(constant)
      case .value, .tensor: .value(rest.removeFirst())
      }
    }
    let mask = node.mask.flatMap { found[$0] }.map { Mask(shape: $0.shape, $0.numbers.map { $0 != 0 }) }
    var call = Call(
      inputs: inputs, arguments: arguments, keywords: node.keywords,
      initialState: node.initialState.compactMap { found[$0] }, explicitMask: mask)
    return try? node.operation.run(&call)
  }

  /// Where a number comes from that a layer moved: an input of the layer and the place in it.
  ///
  /// The layer is run on the places in place of the numbers.
  ///
  /// - Returns: nil inside for a zero of the layer's own; nil where it can't be told.
  private mutating func moved(node: Int, output: Int, index: Int) -> (Reference, Int)?? {
    let references = graph.nodes[node].arguments.compactMap { argument in
      if case .value(let reference) = argument { reference } else { nil }
    }
    let sizes = references.map { value(of: $0)?.numbers.count ?? 0 }
    // Places must be whole numbers that a float32 holds.
    guard sizes.reduce(0, +) < 1 << 24 else { return nil }
    if origins[node] == nil {
      origins[node] = .some(
        computed(node) { inputs in
          var next = 1
          return inputs.map { input in
            let places = (next..<next + input.numbers.count).map { Float($0) }
            next += places.count
            return Value(shape: input.shape, places)
          }
        })
    }
    guard let known = origins[node], let known, known.indices.contains(output),
      known[output].numbers.indices.contains(index)
    else { return nil }
    var place = Int(known[output].numbers[index])
    guard place > 0 else { return .some(nil) }
    place -= 1
    for (reference, size) in zip(references, sizes) {
      if place < size { return (reference, place) }
      place -= size
    }
    return nil
  }

  /// Follows a number back through the layers that leave it as it is, to what made it.
  private mutating func source(
    of reference: Reference, _ index: Int
  ) -> (place: NumberPlace, through: [String]) {
    var (reference, index) = (reference, index)
    var through: [String] = []
    while case .node(let node, let output) = reference {
      if let place = lstmPlace(node: node, output: output, index: index) { return (place, through) }
      switch graph.nodes[node].operation.making {
      case .moves?, .masking?: break
      case .dense?, .embedding?, .activation?, .recurrent?, .bidirectional?, .merge?, nil:
        return (.element(reference, index), through)
      }
      guard let before = step(through: node, output: output, index: index) else {
        return (.element(reference, index), through)
      }
      through.append(graph.nodes[node].layer)
      (reference, index) = before
    }
    return (.element(reference, index), through)
  }

  /// One step back through a layer that leaves the number as it is; nil where it does not.
  private mutating func step(through node: Int, output: Int, index: Int) -> (Reference, Int)? {
    let here = value(at: .element(.node(node, output: output), index))
    let before: (Reference, Int)?
    if case .masking? = graph.nodes[node].operation.making {
      guard case .value(let reference)? = graph.nodes[node].arguments.first else { return nil }
      before = (reference, index)
    } else {
      before = moved(node: node, output: output, index: index) ?? nil
    }
    guard let before, value(at: .element(before.0, before.1))?.bitPattern == here?.bitPattern else {
      return nil
    }
    return before
  }

  private mutating func operand(_ reference: Reference, _ index: Int) -> Number.Operand? {
    guard let value = value(at: .element(reference, index)) else { return nil }
    return Number.Operand(source(of: reference, index).place, value)
  }
}

// MARK: - LSTMs

extension Explainer {
  private mutating func explanation(_ call: Int, _ place: LayerPlace, withExactRun: Bool) -> Number? {
    guard run.calls.indices.contains(call) else { return nil }
    let layer = run.calls[call]
    var number = layer.trace.explanation(of: place, layer.parameters).map {
      NumberPlace.layer(call: call, $0)
    }
    switch place {
    case .quantity(let quantity, let unit, let step, let sample):
      if quantity == .x {
        number = Number(
          place: number.place, value: number.value,
          origin: originOfX(call, feature: unit, step: step, sample: sample, value: number.value))
      }
      if withExactRun {
        number.exactRun = ExactStep(layer.trace, layer.parameters, step: step, sample: sample).value(
          quantity, unit: unit)
      }
    case .h0(let unit, let sample), .c0(let unit, let sample):
      let isMemory = if case .h0 = place { true } else { false }
      if let origin = originOfState(call, isMemory: isMemory, unit, sample, value: number.value) {
        number = Number(place: number.place, value: number.value, origin: origin)
      }
    case .unprojected(let unit, let step, let sample):
      if withExactRun {
        number.exactRun = ExactStep(layer.trace, layer.parameters, step: step, sample: sample).unprojected(
          unit: unit)
      }
    case .kernel, .recurrentKernel, .bias, .projection, .peephole: break
    }
    return number
  }

  private mutating func originOfX(
    _ call: Int, feature: Int, step: Int, sample: Int, value: Float
  ) -> Number.Origin {
    let layer = run.calls[call]
    guard feeding[layer.key] == nil else { return .given(.input) }
    if let cell = layer.lstm.cell, cell > 0 {
      let below = LayerPlace.quantity(.h, unit: feature, step: step, sample: sample)
      let h = run.calls[call - 1].trace.value(at: below, run.calls[call - 1].parameters)
      guard h.bitPattern == value.bitPattern else { return .given(.underMask) }
      return .same(Number.Operand(.layer(call: call - 1, below), h), .flows(through: []))
    }
    let node = graph.nodes[layer.node]
    guard !graph.keys[layer.node].contains(where: { feeding[$0] != nil }),
      case .value(let reference)? = node.arguments.first
    else { return .given(.input) }
    // It reads what the layers before it inside the same one made.
    if node.operation.isDistributed, !node.operation.takesRows { return stopped(layer.node) }
    let trace = layer.trace
    let timestep = trace.timestepIndex[step]
    let row = layer.lstm.isTimeMajor ? timestep * trace.batch + sample : sample * trace.timesteps + timestep
    return origin(flowingFrom: reference, row * trace.features + feature, value: value)
  }

  /// The same number, further up; the model's own numbers are simply given.
  private mutating func origin(
    flowingFrom reference: Reference, _ index: Int, value: Float
  ) -> Number.Origin {
    let (place, through) = source(of: reference, index)
    guard let found = self.value(at: place), found.bitPattern == value.bitPattern else {
      return .given(.input)
    }
    if case .element(.input(let input), _) = place, graph.inputs[input].kind == .numbers, through.isEmpty {
      return .given(.input)
    }
    return .same(Number.Operand(place, found), .flows(through: through))
  }

  private mutating func originOfState(
    _ call: Int, isMemory: Bool, _ unit: Int, _ sample: Int, value: Float
  ) -> Number.Origin? {
    let layer = run.calls[call]
    let node = graph.nodes[layer.node]
    guard feeding[layer.key] == nil, node.operation.making != nil else { return nil }
    let passed = node.arguments.dropFirst().compactMap { argument in
      if case .value(let reference) = argument { reference } else { nil }
    }
    // Keras 2 writes states as further inputs.
    let states = node.initialState.isEmpty ? passed : node.initialState
    let calls = run.calls.indices.filter { run.calls[$0].node == layer.node }
    guard let order = calls.firstIndex(of: call) else { return nil }
    let index = 2 * order + (isMemory ? 0 : 1)
    guard states.count == 2 * calls.count else { return nil }
    let (place, through) = source(
      of: states[index], sample * (isMemory ? layer.trace.outputs : layer.trace.units) + unit)
    guard let found = self.value(at: place), found.bitPattern == value.bitPattern else { return nil }
    return .same(Number.Operand(place, found), .handedOver(through: through))
  }

  /// The number of an LSTM's trace that a node puts out, where it is one.
  private mutating func lstmPlace(node: Int, output: Int, index: Int) -> NumberPlace? {
    let calls = run.calls.indices.filter { run.calls[$0].node == node }
    guard let first = calls.first, let last = calls.last else { return nil }
    let outputs = run.calls[first].outputs
    guard outputs.indices.contains(output) else { return nil }
    var place: NumberPlace?
    switch graph.nodes[node].operation.making {
    case .recurrent?:
      place =
        output == 0
        ? outputPlace(last, outputs[0].shape, index, mirrored: false)
        : statePlace(calls[...], state: output - 1, index)
    case .bidirectional(let merge)?:
      let half = calls.count / 2
      if merge == nil, output < 2 {
        place = outputPlace(
          output == 0 ? calls[half - 1] : last, outputs[output].shape, index, mirrored: output == 1)
      } else if output > 0 {
        place = statePlace(calls[...], state: output - (merge == nil ? 2 : 1), index)
      } else if merge == "concat", let width = outputs[0].shape.last, width > 0 {
        let forward = run.calls[calls[half - 1]].trace.outputs
        let (row, column) = (index / width, index % width)
        let isForward = column < forward
        let own = isForward ? forward : width - forward
        place = outputPlace(
          isForward ? calls[half - 1] : last, Array(outputs[0].shape.dropLast()) + [own],
          row * own + (isForward ? column : column - forward), mirrored: !isForward)
      }
    case .moves?, .masking?, .dense?, .embedding?, .activation?, .merge?, nil: break
    }
    // What a mask or an option made of it on the way is not that number.
    guard let place, outputs[output].numbers.indices.contains(index),
      value(at: place)?.bitPattern == outputs[output].numbers[index].bitPattern
    else { return nil }
    return place
  }

  /// Of a layer's first output: y of every step, or of the last.
  private func outputPlace(_ call: Int, _ shape: [Int], _ index: Int, mirrored: Bool) -> NumberPlace? {
    let layer = run.calls[call]
    let trace = layer.trace
    guard trace.timesteps > 0, shape.last == trace.outputs else { return nil }
    let (row, unit) = (index / trace.outputs, index % trace.outputs)
    var (sample, step) = (row, trace.timesteps - 1)
    if layer.lstm.returnSequences {
      (sample, step) =
        layer.lstm.isTimeMajor
        ? (row % trace.batch, row / trace.batch) : (row / trace.timesteps, row % trace.timesteps)
      if mirrored { step = trace.timesteps - 1 - step }
    }
    guard sample < trace.batch, step < trace.timesteps else { return nil }
    return .layer(call: call, .quantity(.y, unit: unit, step: step, sample: sample))
  }

  /// Of the final states h, c of one cell after the other.
  private func statePlace(_ calls: ArraySlice<Int>, state: Int, _ index: Int) -> NumberPlace? {
    let order = calls.startIndex + state / 2
    guard state >= 0, calls.indices.contains(order) else { return nil }
    let trace = run.calls[calls[order]].trace
    let width = state % 2 == 0 ? trace.outputs : trace.units
    let (sample, unit) = (index / width, index % width)
    guard sample < trace.batch, trace.timesteps > 0 else { return nil }
    return .layer(
      call: calls[order],
      .quantity(state % 2 == 0 ? .h : .c, unit: unit, step: trace.timesteps - 1, sample: sample))
  }
}

// MARK: - Other layers

extension Explainer {
  private mutating func origin(node: Int, output: Int, index: Int, value: Float) -> Number.Origin {
    let layer = graph.nodes[node].layer
    let reference = Reference.node(node, output: output)
    if let place = lstmPlace(node: node, output: output, index: index) {
      return .same(Number.Operand(place, value), .flows(through: []))
    }
    switch graph.nodes[node].operation.making {
    case .moves?, .masking?:
      let (place, through) = source(of: reference, index)
      if place == .element(reference, index) {
        return value == 0 ? .given(.zeroFrom(layer: layer)) : stopped(node)
      }
      return .same(Number.Operand(place, value), .flows(through: through))
    case .dense(let dense)?:
      guard let sum = denseSum(node: node, index: index), let row = denseRow(node: node, index: index) else {
        return stopped(node)
      }
      guard dense.activation != .linear else {
        return .sum(Sum(Number.Operand(.element(reference, index), value), sum.groups))
      }
      return .activated(
        Application(dense.activation, sum.total, value: value, row: row, index: index % dense.units), of: sum)
    case .activation(let activation)?:
      guard let input = input(of: node), let numbers = self.value(of: input)?.numbers,
        let width = self.value(of: input)?.shape.last, width > 0, let argument = operand(input, index)
      else { return stopped(node) }
      let start = index / width * width
      return .activated(
        Application(
          activation, argument, value: value, row: Array(numbers[start..<start + width]), index: index - start
        ),
        of: nil)
    case .embedding(let table)?:
      let width = table.shape[1]
      guard let input = input(of: node), let id = operand(input, index / width),
        let row = Int(exactly: id.value.rounded(.towardZero)),
        let weight = weight(node: node, name: "embeddings", [row, index % width])
      else { return stopped(node) }
      return .looked(
        row: Number.Operand(.weight(node: node, name: "embeddings", [row, index % width]), weight), id: id)
    case .merge(let name)?: return merged(node, index: index, value: value, by: name) ?? stopped(node)
    case .bidirectional(let merge)?:
      return mergedHalves(node, index: index, value: value, by: merge) ?? stopped(node)
    case .recurrent?, nil: return stopped(node)
    }
  }

  private func stopped(_ node: Int) -> Number.Origin {
    let layer = graph.nodes[node]
    let reason =
      layer.operation.making == nil
      ? "a layer of class \(layer.className) is run, and its numbers are not taken apart"
      : "the \(layer.className) made this number in a way that is not taken apart"
    return .stopped(layer: layer.layer, reason: reason)
  }

  private func input(of node: Int) -> Reference? {
    if case .value(let reference)? = graph.nodes[node].arguments.first { reference } else { nil }
  }

  /// Element by element over inputs of one shape.
  private mutating func merged(_ node: Int, index: Int, value: Float, by name: String) -> Number.Origin? {
    let references = graph.nodes[node].arguments.compactMap { argument in
      if case .value(let reference) = argument { reference } else { nil }
    }
    var operands: [Number.Operand] = []
    var shapes: Set<[Int]> = []
    for reference in references {
      guard let shape = self.value(of: reference)?.shape, let operand = operand(reference, index) else {
        return nil
      }
      shapes.insert(shape)
      operands.append(operand)
    }
    guard shapes.count == 1 else { return nil }
    return merged(
      operands, to: Number.Operand(.element(.node(node, output: 0), index), value), by: name)
  }

  private mutating func mergedHalves(
    _ node: Int, index: Int, value: Float, by merge: String?
  ) -> Number.Origin? {
    let calls = run.calls.indices.filter { run.calls[$0].node == node }
    guard let merge, calls.count >= 2, let shape = run.calls[calls[0]].outputs.first?.shape,
      let ahead = outputPlace(calls[calls.count / 2 - 1], shape, index, mirrored: false),
      let back = outputPlace(calls[calls.count - 1], shape, index, mirrored: true),
      let first = self.value(at: ahead), let second = self.value(at: back)
    else { return nil }
    let names = ["sum": "Add", "mul": "Multiply", "ave": "Average"]
    return merged(
      [Number.Operand(ahead, first), Number.Operand(back, second)],
      to: Number.Operand(.element(.node(node, output: 0), index), value), by: names[merge] ?? "")
  }

  private func merged(
    _ operands: [Number.Operand], to total: Number.Operand, by name: String
  ) -> Number.Origin? {
    switch name {
    case "Add", "Average":
      let terms = operands.map { Term($0) }
      return .sum(
        Sum(total, [.init(terms, .plain)], divisor: name == "Average" ? Float(operands.count) : 1))
    case "Subtract":
      return .sum(
        Sum(
          total,
          [
            .init(
              operands.enumerated().map { Term(factors: [$0.element], sign: $0.offset == 0 ? 1 : -1) }, .plain
            )
          ]))
    case "Multiply": return .product(operands)
    case "Maximum", "Minimum":
      return operands.first { $0.value == total.value }.map { .same($0, .flows(through: [])) }
    default: return nil
    }
  }

  // MARK: Dense

  /// x·kernel + bias for one output of a Dense.
  private mutating func denseSum(node: Int, index: Int) -> Sum<NumberPlace>? {
    guard let dense = graph.nodes[node].operation.dense, let input = input(of: node) else { return nil }
    let (features, units) = (dense.features, dense.units)
    let (row, unit) = (index / units, index % units)
    guard let numbers = value(of: input)?.numbers, (row + 1) * features <= numbers.count else { return nil }
    var terms: [Term<NumberPlace>] = []
    terms.reserveCapacity(features)
    for feature in 0..<features {
      let place = source(of: input, row * features + feature).place
      terms.append(
        Term(
          Number.Operand(place, numbers[row * features + feature]),
          Number.Operand(
            .weight(node: node, name: "kernel", [feature, unit]), dense.kernel[feature * units + unit])))
    }
    let product = Sum<NumberPlace>.Group(terms, .inOrder)
    let added = dense.bias.map {
      Sum<NumberPlace>.Group(
        [Term(Number.Operand(.weight(node: node, name: "bias", [unit]), $0[unit]))], .plain)
    }
    let groups = [product] + (added.map { [$0] } ?? [])
    let place: NumberPlace =
      dense.activation == .linear
      ? .element(.node(node, output: 0), index) : .preactivation(node: node, index)
    let total = Sum(Number.Operand(place, 0), groups).value(.asRun)
    return Sum(Number.Operand(place, total), groups)
  }

  /// What a Dense gives to its activation, the row that an output belongs to.
  private mutating func denseRow(node: Int, index: Int) -> [Float]? {
    guard let dense = graph.nodes[node].operation.dense, let input = input(of: node),
      let numbers = value(of: input)?.numbers
    else { return nil }
    let (features, units) = (dense.features, dense.units)
    let row = index / units
    guard (row + 1) * features <= numbers.count else { return nil }
    var sums = multiply(
      numbers[row * features..<(row + 1) * features], rows: 1, inner: features, dense.kernel[...],
      columns: units)
    if let bias = dense.bias { for unit in 0..<units { sums[unit] += bias[unit] } }
    return sums
  }

  private func weight(node: Int, name: String, _ indices: [Int]) -> Float? {
    func element(_ values: [Float], _ shape: [Int]) -> Float? {
      guard indices.count == shape.count, zip(indices, shape).allSatisfy({ (0..<$1).contains($0) }) else {
        return nil
      }
      return values[zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 }]
    }
    switch graph.nodes[node].operation.making {
    case .dense(let dense)?:
      if name == "kernel" { return element(dense.kernel, [dense.features, dense.units]) }
      return name == "bias" ? dense.bias.flatMap { element($0, [dense.units]) } : nil
    case .embedding(let table)?: return name == "embeddings" ? element(table.values, table.shape) : nil
    case .moves?, .masking?, .activation?, .recurrent?, .bidirectional?, .merge?, nil: return nil
    }
  }
}
