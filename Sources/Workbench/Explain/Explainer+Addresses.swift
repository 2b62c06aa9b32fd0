package import Commands
package import LSTM
package import Network

/// An address that names no number of the run, and why.
package struct AddressProblem: Error, Equatable {
  package let message: String
}

/// Numbers of a run by their addresses.
extension Explainer {
  /// What the number at an address is made of, every operand by its address.
  ///
  /// - Parameters:
  ///   - call: The call of an LSTM that an address without a layer means.
  ///   - timestep: What an address without a timestep means, and `sample` one without a sample.
  package mutating func explanation(
    of address: Address, in call: Int, timestep: Int = 0, sample: Int = 0, withExactRun: Bool
  ) throws(AddressProblem) -> Explanation<Address> {
    let place = try place(at: address, in: call, timestep: timestep, sample: sample)
    guard let number = explanation(of: place, withExactRun: withExactRun) else {
      throw AddressProblem(message: "\(address.text): that was not computed in this run")
    }
    let explainer = self
    return number.map { explainer.address(of: $0) }
  }

  /// The address of a number: with layer, and with timestep and sample where it has them.
  package func address(of place: NumberPlace) -> Address {
    switch place {
    case .layer(let call, let inner):
      let layer = run.calls[call]
      return Address(of: inner, layer: layer.key, timesteps: layer.trace.timestepIndex)
    case .element(let reference, let index):
      return element(
        reference, index, quantity: isInput(reference) ? "x" : "y", shape: shape(of: reference))
    case .preactivation(let node, let index):
      let reference = Reference.node(node, output: 0)
      return element(reference, index, quantity: "z", shape: shape(of: reference))
    case .weight(let node, let name, let indices):
      return Address(layer: nodeName(node), quantity: name, indices: indices)
    }
  }

  private func isInput(_ reference: Reference) -> Bool { if case .input = reference { true } else { false } }

  private func element(_ reference: Reference, _ index: Int, quantity: String, shape: [Int]) -> Address {
    var places: [Int] = []
    var rest = index
    for size in shape.reversed() {
      places.insert(rest % max(1, size), at: 0)
      rest /= max(1, size)
    }
    let hasTime = hasTime(reference, shape)
    return Address(
      layer: name(of: reference), quantity: quantity, indices: Array(places.dropFirst(hasTime ? 2 : 1)),
      timestep: hasTime ? places[1] : nil, sample: places.first)
  }

  /// Whether the second axis is time: of everything with three axes or more, and of ids.
  private func hasTime(_ reference: Reference, _ shape: [Int]) -> Bool {
    guard shape.count == 2 else { return shape.count > 2 }
    if case .input(let index) = reference { return graph.inputs[index].kind != .numbers }
    return false
  }

  private func shape(of reference: Reference) -> [Int] {
    switch reference {
    case .input(let index): inputs[index]?.shape ?? []
    case .node(let node, let output):
      run.shapes[node].flatMap { $0.indices.contains(output) ? $0[output] : nil } ?? []
    }
  }

  private func nodeName(_ index: Int) -> String {
    let node = graph.nodes[index]
    return node.call == 0 ? node.layer : "\(node.layer)#\(node.call)"
  }

  private func name(of reference: Reference) -> String {
    switch reference {
    case .input(let index): graph.inputs[index].name
    case .node(let node, let output): output == 0 ? nodeName(node) : "\(nodeName(node))[\(output)]"
    }
  }

  // MARK: - From an address

  private mutating func place(
    at address: Address, in call: Int, timestep: Int, sample: Int
  ) throws(AddressProblem) -> NumberPlace {
    let timestep = address.timestep ?? timestep
    let sample = address.sample ?? sample
    let layer = address.layer ?? (run.calls.indices.contains(call) ? run.calls[call].key : "")
    if let call = run.calls.firstIndex(where: { $0.key == layer }) {
      return .layer(call: call, try place(at: address, in: run.calls[call], timestep, sample))
    }
    guard let reference = reference(named: layer) else {
      let names =
        run.calls.map(\.key) + graph.nodes.indices.map(nodeName) + graph.inputs.map(\.name) + ["output"]
      let near = nearest(to: layer, of: names).map { "; did you mean '\($0)'?" } ?? ""
      throw AddressProblem(message: "\(address.text): the model has no layer '\(layer)'\(near)")
    }
    if case .node(let node, _) = reference, ["kernel", "bias", "embeddings"].contains(address.quantity) {
      return .weight(node: node, name: address.quantity, address.indices)
    }
    let shape = shape(of: reference)
    guard !shape.isEmpty else {
      throw AddressProblem(message: "\(address.text): \(layer) was not run on this input")
    }
    let quantities = isInput(reference) ? ["x"] : ["y", "z"]
    guard quantities.contains(address.quantity) else {
      let wanted = quantities.joined(separator: " or ")
      throw AddressProblem(message: "\(address.text): of \(layer) there is \(wanted) alone, it is no LSTM")
    }
    let isOfOneAxis = shape.count == (hasTime(reference, shape) ? 3 : 2)
    let row = [sample] + (hasTime(reference, shape) ? [timestep] : [])
    var places = row + address.indices
    // Without an index the largest is meant: of a softmax the likeliest.
    if address.indices.isEmpty, address.quantity == "y", isOfOneAxis,
      let largest = largest(of: reference, shape, row: row)
    {
      places.append(largest)
    }
    guard places.count == shape.count else {
      throw AddressProblem(
        message: "\(address.text): \(layer) has shape \(describe(shape)), so that a number of it needs "
          + "\(shape.count - (hasTime(reference, shape) ? 2 : 1)) indices in brackets")
    }
    var index = 0
    for (place, size) in zip(places, shape) {
      guard place < size else {
        throw AddressProblem(
          message: "\(address.text): \(place) is outside the shape \(describe(shape)) of \(layer)")
      }
      index = index * size + place
    }
    if address.quantity == "z", case .node(let node, _) = reference {
      return .preactivation(node: node, index)
    }
    return .element(reference, index)
  }

  /// The place of the largest number along the last axis; nil where there is no such row.
  private mutating func largest(of reference: Reference, _ shape: [Int], row: [Int]) -> Int? {
    guard let numbers = value(of: reference)?.numbers, let width = shape.last, width > 0,
      zip(row, shape).allSatisfy({ $0 < $1 })
    else { return nil }
    let start = zip(row, shape).reduce(0) { $0 * $1.1 + $1.0 } * width
    return (0..<width).max { numbers[start + $0] < numbers[start + $1] }
  }

  private func reference(named name: String) -> Reference? {
    if let node = graph.nodes.indices.first(where: { nodeName($0) == name }) { return .node(node, output: 0) }
    if let input = graph.inputs.firstIndex(where: { $0.name == name }) { return .input(input) }
    if name == "output" { return graph.outputs.first?.reference }
    if name.hasPrefix("output_"), let index = Int(name.dropFirst("output_".count)),
      graph.outputs.indices.contains(index)
    {
      return graph.outputs[index].reference
    }
    guard name.hasSuffix("]"), let open = name.lastIndex(of: "["),
      let output = Int(name[name.index(after: open)...].dropLast()), output >= 0,
      let node = graph.nodes.indices.first(where: { nodeName($0) == name[..<open] })
    else { return nil }
    return .node(node, output: output)
  }

  private func place(
    at address: Address, in layer: LayerCall, _ timestep: Int, _ sample: Int
  ) throws(AddressProblem) -> LayerPlace {
    let trace = layer.trace
    let indices = address.indices
    func check(_ index: Int, _ count: Int, _ what: String) throws(AddressProblem) {
      guard (0..<count).contains(index) else {
        throw AddressProblem(
          message: "\(address.text): there is no \(what) \(index); they run from 0 to \(count - 1)")
      }
    }
    func one() throws(AddressProblem) -> Int {
      guard indices.count == 1 else {
        throw AddressProblem(
          message: "\(address.text): name one number of it, such as \(address.quantity)[0]")
      }
      return indices[0]
    }
    func step() throws(AddressProblem) -> Int {
      guard let step = trace.timestepIndex.firstIndex(of: timestep) else {
        throw AddressProblem(
          message:
            "\(address.text): there is no timestep \(timestep); they run from 0 to \(trace.timesteps - 1)")
      }
      return step
    }
    switch address.quantity {
    case "kernel", "recurrent_kernel":
      guard indices.count == 2 else {
        throw AddressProblem(
          message: "\(address.text): a matrix needs two indices, such as \(address.quantity)[0,4]")
      }
      let isKernel = address.quantity == "kernel"
      try check(indices[0], isKernel ? trace.features : trace.outputs, isKernel ? "feature" : "unit")
      try check(indices[1], 4 * trace.units, "column")
      return isKernel
        ? .kernel(row: indices[0], column: indices[1]) : .recurrentKernel(row: indices[0], column: indices[1])
    case "bias":
      guard layer.parameters.bias != nil else {
        throw AddressProblem(message: "\(address.text): \(layer.key) has no bias")
      }
      try check(try one(), 4 * trace.units, "column")
      return .bias(column: indices[0])
    case "h0", "c0":
      try check(sample, trace.batch, "sample")
      try check(try one(), address.quantity == "h0" ? trace.outputs : trace.units, "unit")
      return address.quantity == "h0"
        ? .h0(unit: indices[0], sample: sample) : .c0(unit: indices[0], sample: sample)
    case "projection", "peephole":
      let isProjection = address.quantity == "projection"
      let additions = layer.parameters.additions
      guard (isProjection ? additions.projection : additions.peephole) != nil else {
        throw AddressProblem(message: "\(address.text): \(layer.key) has no \(address.quantity)")
      }
      guard indices.count == 2 else {
        throw AddressProblem(
          message: "\(address.text): it needs two indices, such as \(address.quantity)[0,1]: "
            + (isProjection ? "the unit and the column of h" : "0, 1 or 2 for i, f or o, and the unit"))
      }
      try check(indices[0], isProjection ? trace.units : 3, isProjection ? "unit" : "gate")
      try check(indices[1], isProjection ? trace.outputs : trace.units, isProjection ? "column" : "unit")
      return isProjection
        ? .projection(row: indices[0], column: indices[1]) : .peephole(gate: indices[0], unit: indices[1])
    case "h_raw":
      guard layer.parameters.additions.projection != nil else {
        throw AddressProblem(
          message: "\(address.text): \(layer.key) has no projection; what the output gate shows is h itself")
      }
      try check(sample, trace.batch, "sample")
      try check(try one(), trace.units, "unit")
      return .unprojected(unit: indices[0], step: try step(), sample: sample)
    default:
      guard let quantity = Quantity(rawValue: address.quantity) else {
        throw AddressProblem(message: "\(address.text): an LSTM has no \(address.quantity)")
      }
      try check(sample, trace.batch, "sample")
      let what = quantity == .x ? "feature" : quantity.isColumn ? "column" : "unit"
      try check(try one(), trace.width(of: quantity), what)
      return .quantity(quantity, unit: indices[0], step: try step(), sample: sample)
    }
  }
}

extension Address {
  /// Of a number of one layer.
  ///
  /// - Parameter timesteps: Which timestep each step met.
  init(of place: LayerPlace, layer: String?, timesteps: [Int]) {
    switch place {
    case .quantity(let quantity, let unit, let step, let sample):
      self.init(
        layer: layer, quantity: quantity.rawValue, indices: [unit], timestep: timesteps[step], sample: sample)
    case .h0(let unit, let sample):
      self.init(layer: layer, quantity: "h0", indices: [unit], sample: sample)
    case .c0(let unit, let sample):
      self.init(layer: layer, quantity: "c0", indices: [unit], sample: sample)
    case .kernel(let row, let column):
      self.init(layer: layer, quantity: "kernel", indices: [row, column])
    case .recurrentKernel(let row, let column):
      self.init(layer: layer, quantity: "recurrent_kernel", indices: [row, column])
    case .bias(let column): self.init(layer: layer, quantity: "bias", indices: [column])
    case .unprojected(let unit, let step, let sample):
      self.init(
        layer: layer, quantity: "h_raw", indices: [unit], timestep: timesteps[step], sample: sample)
    case .projection(let row, let column):
      self.init(layer: layer, quantity: "projection", indices: [row, column])
    case .peephole(let gate, let unit):
      self.init(layer: layer, quantity: "peephole", indices: [gate, unit])
    }
  }

  /// The address without what it shares with another, near which it stands.
  func short(beside other: Address) -> String {
    var short = self
    if short.layer == other.layer { short.layer = nil }
    if short.layer == nil, short.timestep == other.timestep { short.timestep = nil }
    if short.sample == other.sample { short.sample = nil }
    return short.text
  }

  var isWeight: Bool { Self.weights.contains(quantity) }
  var isGate: Bool { ["i", "f", "o"].contains(quantity) }
}
