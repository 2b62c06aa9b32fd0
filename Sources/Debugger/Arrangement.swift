import LSTM
import Network

/// How an output of a model holds an LSTM's h or final states: with time first, or with an axis for the directions.
///
/// - Source: ONNX, operator LSTM, version 14, Y, Y_h and Y_c; PyTorch, `nn.LSTM`, h_n and c_n.
private struct Arrangement {
  enum Axis: String {
    case directions, batch, timesteps, units
  }

  let axes: [Axis]
  let isOfStates: Bool

  static let all = [
    Arrangement(axes: [.timesteps, .directions, .batch, .units], isOfStates: false),
    Arrangement(axes: [.batch, .timesteps, .directions, .units], isOfStates: false),
    Arrangement(axes: [.timesteps, .batch, .units], isOfStates: false),
    Arrangement(axes: [.directions, .batch, .units], isOfStates: true),
    Arrangement(axes: [.batch, .directions, .units], isOfStates: true),
  ]

  var words: String { "(\(axes.map(\.rawValue).joined(separator: ", ")))" }

  private func shape(_ calls: [LayerCall], width: Int) -> [Int] {
    axes.map { axis in
      switch axis {
      case .directions: calls.count
      case .batch: calls[0].trace.batch
      case .timesteps: calls[0].trace.timesteps
      case .units: width
      }
    }
  }

  /// Numbers that are arranged so, as the array that the trace of one direction has; nil where the shape is another.
  func part(_ direction: Int, of numbers: Numbers, _ calls: [LayerCall], _ array: TracedArray) -> Numbers? {
    let own = array.numbers(of: calls[direction])
    guard let width = own.shape.last, numbers.shape == shape(calls, width: width),
      calls.count == 1 || axes.contains(.directions)
    else { return nil }
    var strides: [Axis: Int] = [:]
    var stride = 1
    for (axis, size) in zip(axes, numbers.shape).reversed() {
      strides[axis] = stride
      stride *= size
    }
    let trace = calls[direction].trace
    let start = direction * (strides[.directions] ?? 0)
    var values: [Float] = []
    values.reserveCapacity(own.values.count)
    for sample in 0..<trace.batch {
      // The layer's own order is that of processing, the output's that of time.
      for timestep in isOfStates ? [0] : trace.timestepIndex {
        let row = start + sample * (strides[.batch] ?? 0) + timestep * (strides[.timesteps] ?? 0)
        values += numbers.values[row..<row + width]
      }
    }
    return Numbers(shape: own.shape, values: values)
  }
}

extension Recording {
  /// What is recorded of an output that is an LSTM's h or states itself, as those, so that samples, timesteps and
  /// units are told apart; else as it was.
  ///
  /// Which it is, the run tells: its output has the very numbers of the LSTM.
  func asOfLSTMs(_ recorded: Recorded) -> [Recorded] {
    guard case .output = recorded.target, let ours = recorded.target.numbers(of: run), !ours.values.isEmpty,
      !run.calls.contains(where: { call in
        [TracedArray.h, .y].contains { $0.numbers(of: call).isSame(as: ours) }
      })
    else { return [recorded] }
    let what = recorded.choice ?? "\(recorded.target.name(outputs: run.outputs.count)) is taken"
    for array in [TracedArray.hFinal, .cFinal] {
      guard let found = Target.finals(array).numbers(of: run), found.isSame(as: ours) else { continue }
      return [
        Recorded(
          target: .finals(array), numbers: recorded.numbers,
          choice: "\(what), as \(array.rawValue) of every LSTM: (layers · directions, batch, units)")
      ]
    }
    for node in Set(run.calls.map(\.node)).sorted() {
      let calls = run.calls.filter { $0.node == node }
      for arrangement in Arrangement.all {
        for array in arrangement.isOfStates ? [TracedArray.hFinal, .cFinal] : [.h, .y] {
          let isIt = calls.indices.allSatisfy {
            arrangement.part($0, of: ours, calls, array)?.isSame(as: array.numbers(of: calls[$0])) ?? false
          }
          guard isIt else { continue }
          return calls.indices.compactMap { direction in
            arrangement.part(direction, of: recorded.numbers, calls, array).map { numbers in
              Recorded(
                target: .call(calls[direction].key, array), numbers: numbers,
                choice:
                  "\(what), as \(array.rawValue) of \(calls.map(\.key).joined(separator: " and ")): \(arrangement.words)"
              )
            }
          }
        }
      }
    }
    return [recorded]
  }
}

extension Numbers {
  /// Bit for bit, a NaN too.
  fileprivate func isSame(as other: Numbers) -> Bool {
    shape == other.shape && zip(values, other.values).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
