extension LayerKind {
  /// Applies a layer to each timestep as if it were a sample.
  static let timeDistributed = LayerKind(
    name: "TimeDistributed", classNames: ["TimeDistributed"]
  ) { layer throws(LayerProblem) in
    guard !layer.children.isEmpty else { throw .children(found: 0, wanted: "one or more") }
    var operations: [Operation] = []
    for child in layer.children {
      let operation: Operation
      do throws(LayerError) { operation = try LayerKind.operation(for: child) } catch { throw error.problem }
      if let reason = operation.unrunnable { throw .unsupported("the \(child.className) inside: \(reason)") }
      guard operation.lstms.isEmpty else {
        throw .unsupported("it runs an LSTM once for each timestep, and those are not traced")
      }
      operations.append(operation)
    }
    let inner = operations
    var operation = Operation { call throws(LayerProblem) in
      let input = try call.only()
      guard input.shape.count >= 2 else { throw .input(found: input.shape, wanted: "(batch, timesteps, …)") }
      let (batch, timesteps) = (input.shape[0], input.shape[1])
      var values = [input.reshaped([batch * timesteps] + input.shape.dropFirst(2))]
      for operation in inner {
        var each = Call(inputs: values, keywords: call.keywords, overrides: call.overrides)
        values = try operation.run(&each)
      }
      for value in values {
        guard case .numbers = value.elements else { throw .texts(wanted: false) }
      }
      return values.map {
        Value(shape: [batch, timesteps] + $0.shape.dropFirst(), $0.numbers, mask: call.mask)
      }
    }
    if inner.count == 1 { operation.dense = inner[0].dense }
    return operation
  }
}
