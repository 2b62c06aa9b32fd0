import LSTM
package import Network

/// An array of a run as `trace` names it: `output`, `lstm/h`, `bi/forward/c_final`.
package enum Target: Sendable, Hashable {
  /// An output of the model, by its place.
  case output(Int)
  /// An array of one call of an LSTM, by the call's key.
  case call(String, TracedArray)
  /// The final states of every LSTM, stacked as PyTorch returns them: (layers · directions, batch, units).
  case finals(TracedArray)
}

/// The arrays that a call's trace has, by the names that `trace` writes them under, in the order of the equations.
package enum TracedArray: String, Sendable, CaseIterable {
  case x, mask, h0, c0, zx, zh, z, i, f, g, o, c, h, y
  case hFinal = "h_final"
  case cFinal = "c_final"
  case timestepIndex = "t_index"

  /// Whether its second axis is the step in the order of processing.
  var isByStep: Bool {
    switch self {
    case .zx, .zh, .z, .i, .f, .g, .o, .c, .h, .y: true
    case .x, .mask, .h0, .c0, .hFinal, .cFinal, .timestepIndex: false
    }
  }
}

/// Numbers with their shape.
package struct Numbers: Sendable, Equatable {
  package var shape: [Int]
  package var values: [Float]

  /// - Precondition: There are as many values as the shape says.
  package init(shape: [Int], values: [Float]) {
    precondition(
      shape.reduce(1, *) == values.count, "\(values.count) values do not fill \(describe(shape))")
    self.shape = shape
    self.values = values
  }
}

extension Target {
  /// As `trace` writes it.
  package func name(outputs: Int) -> String {
    switch self {
    case .output(let index): outputs == 1 ? "output" : "output_\(index)"
    case .call(let key, let array): "\(key)/\(array.rawValue)"
    case .finals(let array): "\(array.rawValue) of every LSTM"
    }
  }

  /// The array of a run; nil where the run did not come to it.
  package func numbers(of run: NetworkRun) -> Numbers? {
    switch self {
    case .output(let index):
      guard run.outputs.indices.contains(index), let value = run.outputs[index],
        case .numbers(let numbers) = value.elements
      else { return nil }
      return Numbers(shape: value.shape, values: numbers)
    case .call(let key, let array):
      return run.calls.first { $0.key == key }.map { array.numbers(of: $0) }
    case .finals(let array):
      let all = run.calls.map { array.numbers(of: $0) }
      guard let first = all.first, all.allSatisfy({ $0.shape == first.shape }) else { return nil }
      return Numbers(shape: [all.count] + first.shape, values: all.flatMap(\.values))
    }
  }
}

extension TracedArray {
  func numbers(of call: LayerCall) -> Numbers {
    let trace = call.trace
    let steps = [trace.batch, trace.timesteps]
    func gates(_ values: [Float]) -> Numbers { Numbers(shape: steps + [4 * trace.units], values: values) }
    func units(_ values: [Float]) -> Numbers { Numbers(shape: steps + [trace.units], values: values) }
    func outputs(_ values: [Float]) -> Numbers { Numbers(shape: steps + [trace.outputs], values: values) }
    func state(_ values: [Float]) -> Numbers {
      Numbers(shape: [trace.batch, trace.units], values: values)
    }
    return switch self {
    case .x: Numbers(shape: steps + [trace.features], values: trace.input.x)
    case .mask:
      Numbers(
        shape: steps,
        values: trace.input.mask?.map { $0 ? 1 : 0 } ?? Array(repeating: 1, count: steps[0] * steps[1]))
    case .zx: gates(trace.zx)
    case .zh: gates(trace.zh)
    case .z: gates(trace.z)
    case .i: units(trace.i)
    case .f: units(trace.f)
    case .g: units(trace.g)
    case .o: units(trace.o)
    case .c: units(trace.c)
    case .h: outputs(trace.h)
    case .y: outputs(trace.y)
    case .h0: Numbers(shape: [trace.batch, trace.outputs], values: trace.h0)
    case .c0: state(trace.c0)
    case .hFinal: Numbers(shape: [trace.batch, trace.outputs], values: trace.hFinal)
    case .cFinal: state(trace.cFinal)
    case .timestepIndex: Numbers(shape: [trace.timesteps], values: trace.timestepIndex.map(Float.init))
    }
  }
}
