/// How a Bidirectional joins the outputs of its two directions.
package enum MergeMode: String, Sendable, CaseIterable {
  case concat, sum, mul, ave, none
}

/// What calling a Keras layer returns: the output and, if asked for, h and c.
///
/// - Source: Keras 3, `LSTM.call`, `RNN.call` and `Bidirectional.call`.
package struct Returned: Sendable, Equatable {
  package let forward: Trace
  /// The direction that reads the other way; nil for a layer outside of a Bidirectional.
  package let backward: Trace?
  /// Of stacked cells those before the last one, whose outputs `forward` and `backward` are; else empty.
  package let lowerForward: [Trace]
  package let lowerBackward: [Trace]
  package let merge: MergeMode
  package let returnSequences: Bool
  package let returnState: Bool

  /// - Precondition: Both directions ran on the same sequence, with as many units unless `merge` leaves them apart.
  package init(
    forward: Trace, backward: Trace? = nil, lowerForward: [Trace] = [], lowerBackward: [Trace] = [],
    merge: MergeMode = .concat, returnSequences: Bool, returnState: Bool
  ) {
    let isApart = merge == .concat || merge == .none
    precondition(
      backward.map {
        $0.batch == forward.batch && $0.timesteps == forward.timesteps
          && (isApart || $0.outputs == forward.outputs)
      } ?? true, "the directions differ in shape")
    self.forward = forward
    self.backward = backward
    self.lowerForward = lowerForward
    self.lowerBackward = lowerBackward
    self.merge = merge
    self.returnSequences = returnSequences
    self.returnState = returnState
  }

  /// The tensors in Keras' order.
  package var tensors: [ReturnedTensor] {
    let output = returnSequences ? ReturnedTensor.Kind.wholeSequence : .lastOutput
    guard backward != nil else {
      return [tensor(output)] + (returnState ? states(nil) : [])
    }
    let outputs = merge == .none ? [tensor(output, .forward), tensor(output, .backward)] : [tensor(output)]
    guard returnState else { return outputs }
    return outputs + states(.forward) + states(.backward)
  }

  /// h and c of one direction, one cell after the other.
  private func states(_ half: ReturnedTensor.Half?) -> [ReturnedTensor] {
    let cells = lowerForward.isEmpty ? [nil] : Array(0...lowerForward.count).map { Optional($0) }
    return cells.flatMap { cell in
      [ReturnedTensor.Kind.finalMemory, .finalCarry].map { kind in
        let trace = trace(half, cell)
        // c is as wide as the units, whatever a projection makes of h.
        let width = kind == .finalCarry ? trace.units : trace.outputs
        return ReturnedTensor(kind: kind, half: half, cell: cell, shape: [forward.batch, width])
      }
    }
  }

  private func trace(_ half: ReturnedTensor.Half?, _ cell: Int?) -> Trace {
    let lower = half == .backward ? lowerBackward : lowerForward
    let last = half == .backward ? backward ?? forward : forward
    return cell.flatMap { lower.indices.contains($0) ? lower[$0] : nil } ?? last
  }

  private func tensor(_ kind: ReturnedTensor.Kind, _ half: ReturnedTensor.Half? = nil) -> ReturnedTensor {
    let width =
      switch half {
      case .forward?: forward.outputs
      case .backward?: backward?.outputs ?? forward.outputs
      case nil: forward.outputs + (merge == .concat ? backward?.outputs ?? 0 : 0)
      }
    let shape =
      kind == .wholeSequence ? [forward.batch, forward.timesteps, width] : [forward.batch, width]
    return ReturnedTensor(kind: kind, half: half, shape: shape)
  }

  /// The step of a direction that a row of the output is cut from.
  ///
  /// The outputs of the second direction are turned round, so that a row holds both directions' at one timestep.
  package func step(of half: ReturnedTensor.Half, row: Int) -> Int {
    half == .forward || !returnSequences ? row : forward.timesteps - 1 - row
  }

  /// One number of a tensor.
  ///
  /// - Parameters:
  ///   - row: The timestep axis of a whole sequence; of the others it means nothing.
  ///   - column: From 0 to the tensor's width.
  package func value(of tensor: ReturnedTensor, row: Int, column: Int, sample: Int) -> Float {
    let last = forward.timesteps - 1
    switch tensor.kind {
    case .wholeSequence: return output(tensor.half, row: row, column: column, sample: sample)
    case .lastOutput:
      return last < 0 ? 0 : output(tensor.half, row: last, column: column, sample: sample)
    case .finalMemory, .finalCarry:
      let isMemory = tensor.kind == .finalMemory
      let trace = trace(tensor.half, tensor.cell)
      guard last >= 0 else {
        return isMemory
          ? trace.h0[sample * trace.outputs + column] : trace.c0[sample * trace.units + column]
      }
      return trace.value(isMemory ? .h : .c, unit: column, step: last, sample: sample)
    }
  }

  private func output(_ half: ReturnedTensor.Half?, row: Int, column: Int, sample: Int) -> Float {
    func ahead(_ unit: Int) -> Float { forward.value(.y, unit: unit, step: row, sample: sample) }
    guard let backward else { return ahead(column) }
    let units = forward.outputs
    func back(_ unit: Int) -> Float {
      backward.value(.y, unit: unit, step: step(of: .backward, row: row), sample: sample)
    }
    switch half {
    case .forward?: return ahead(column)
    case .backward?: return back(column)
    case nil: break
    }
    switch merge {
    case .concat: return column < units ? ahead(column) : back(column - units)
    case .sum: return ahead(column) + back(column)
    case .mul: return ahead(column) * back(column)
    case .ave: return (ahead(column) + back(column)) / 2
    case .none: return ahead(column)
    }
  }

  /// All numbers of a tensor, in the order of its shape.
  package func values(of tensor: ReturnedTensor) -> [Float] {
    let rows = tensor.kind == .wholeSequence ? forward.timesteps : 1
    let width = tensor.shape.last ?? 0
    return (0..<forward.batch).flatMap { sample in
      (0..<rows).flatMap { row in
        (0..<width).map { value(of: tensor, row: row, column: $0, sample: sample) }
      }
    }
  }
}

/// One of the tensors that calling a Keras layer returns.
package struct ReturnedTensor: Sendable, Equatable {
  package enum Kind: Sendable, Equatable, CaseIterable {
    /// y at every step: `return_sequences=True`.
    case wholeSequence
    /// y at the last step.
    case lastOutput
    /// h after the last step.
    case finalMemory
    /// c after the last step.
    case finalCarry
  }

  /// Which direction of a Bidirectional it belongs to alone.
  package enum Half: String, Sendable, Equatable {
    case forward
    case backward
  }

  package let kind: Kind
  /// nil outside of a Bidirectional, and where both directions are merged.
  package let half: Half?
  /// Which of several stacked cells it is the state of.
  package let cell: Int?
  package let shape: [Int]

  package init(kind: Kind, half: Half? = nil, cell: Int? = nil, shape: [Int]) {
    self.kind = kind
    self.half = half
    self.cell = cell
    self.shape = shape
  }

  /// As Keras' documentation and examples call it.
  package var name: String {
    if let cell, kind == .finalMemory || kind == .finalCarry {
      return "\(half.map { "\($0.rawValue)_" } ?? "")cell_\(cell)_\(kind == .finalMemory ? "h" : "c")"
    }
    guard let half else {
      return switch kind {
      case .wholeSequence: "whole_seq_output"
      case .lastOutput: "last_output"
      case .finalMemory: "final_memory_state"
      case .finalCarry: "final_carry_state"
      }
    }
    return switch kind {
    case .wholeSequence: "\(half.rawValue)_seq"
    case .lastOutput: "\(half.rawValue)_last"
    case .finalMemory: "\(half.rawValue)_h"
    case .finalCarry: "\(half.rawValue)_c"
    }
  }
}
