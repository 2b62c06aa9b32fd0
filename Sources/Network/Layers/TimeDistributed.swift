import LSTM

extension LayerKind {
  /// Applies a layer to each timestep as if it were a sample.
  ///
  /// An LSTM inside is traced: each sample has as many sequences as there are outer timesteps, and those are the samples
  /// of its trace, (batch · outer timesteps, timesteps, features).
  ///
  /// - Source: Keras 3, `TimeDistributed.call`; for the mask of older files Keras 2, `TimeDistributed.compute_mask`.
  static let timeDistributed = LayerKind(
    name: "TimeDistributed", classNames: ["TimeDistributed"]
  ) { layer throws(LayerProblem) in
    guard !layer.children.isEmpty else { throw .children(found: 0, wanted: "one or more") }
    var operations: [Operation] = []
    for child in layer.children {
      let operation: Operation
      do throws(LayerError) { operation = try LayerKind.operation(for: child) } catch { throw error.problem }
      if let reason = operation.unrunnable { throw .unsupported("the \(child.className) inside: \(reason)") }
      for lstm in operation.lstms {
        if lstm.isStateful {
          throw .unsupported("the LSTM inside is stateful, and what each timestep's would keep is not run")
        }
        if lstm.returnState {
          throw .unsupported("the LSTM inside returns its states, and Keras joins those with the output")
        }
      }
      operations.append(operation)
    }
    let inner = operations
    let lstms = inner.flatMap(\.lstms)
    let isOld = layer.kerasMajor < 3
    var whole = Operation(lstms: lstms) { call throws(LayerProblem) in
      var input = try call.only()
      // What an LSTM is fed by itself has its samples one after the other.
      if !lstms.isEmpty, !call.feeds.isEmpty, input.shape.count == 3 {
        input = input.reshaped([1] + input.shape)
      }
      guard input.shape.count >= 2 else { throw .input(found: input.shape, wanted: "(batch, timesteps, …)") }
      let (batch, timesteps) = (input.shape[0], input.shape[1])
      var values = [input.reshaped([batch * timesteps] + input.shape.dropFirst(2))]
      if let mask = call.mask, mask.shape.count > 2, Array(mask.shape.prefix(2)) == [batch, timesteps] {
        values[0].mask = Mask(shape: [batch * timesteps] + mask.shape.dropFirst(2), mask.flags)
      }
      for operation in inner {
        let first = call.traces.count
        var each = Call(
          inputs: values, keywords: call.keywords, feeds: call.feeds.places(from: first),
          handed: call.handed.places(from: first), overrides: call.overrides.places(from: first),
          progress: call.progress)
        values = try operation.run(&each)
        call.traces += each.traces
      }
      for value in values {
        guard case .numbers = value.elements else { throw .texts(wanted: false) }
      }
      return values.map {
        Value(
          shape: [batch, timesteps] + $0.shape.dropFirst(), $0.numbers,
          mask: isOld
            ? $0.mask.map { Mask(shape: [batch, timesteps] + $0.shape.dropFirst(), $0.flags) }
              ?? call.mask?.ofTimesteps : call.mask)
      }
    }
    whole.takesRows = inner.count == 1 && !lstms.isEmpty
    whole.isDistributed = true
    return whole
  }
}

extension Dictionary where Key == Int {
  /// By place, counted from the first of a layer inside.
  fileprivate func places(from first: Int) -> Self {
    Dictionary(uniqueKeysWithValues: map { ($0 - first, $1) })
  }
}

extension Overrides.Part {
  /// For the LSTMs of a layer inside, counted from its first.
  fileprivate func places(from first: Int) -> Self {
    var part = self
    part.layers = layers.places(from: first)
    return part
  }
}

extension Mask {
  /// A timestep counts where anything in it does.
  fileprivate var ofTimesteps: Mask {
    guard shape.count > 2 else { return self }
    let width = shape.dropFirst(2).reduce(1, *)
    return Mask(
      shape: Array(shape.prefix(2)),
      (0..<shape[0] * shape[1]).map { row in flags[row * width..<(row + 1) * width].contains(true) })
  }
}
