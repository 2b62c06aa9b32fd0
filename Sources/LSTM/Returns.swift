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

  package let kind: Kind
  /// As Keras' documentation calls it.
  package var name: String {
    switch kind {
    case .wholeSequence: "whole_seq_output"
    case .lastOutput: "last_output"
    case .finalMemory: "final_memory_state"
    case .finalCarry: "final_carry_state"
    }
  }
  package let shape: [Int]
  package let values: [Float]
}

extension Trace {
  /// What Keras returns from the call, in its order: the output and, if asked for, h and c.
  ///
  /// - Source: Keras 3, `LSTM.call` and `RNN.call`.
  package func returned(returnSequences: Bool, returnState: Bool) -> [ReturnedTensor] {
    let final = [batch, outputs]
    let output =
      returnSequences
      ? ReturnedTensor(kind: .wholeSequence, shape: [batch, timesteps, outputs], values: y)
      : ReturnedTensor(
        kind: .lastOutput, shape: final,
        values: last(of: y, columns: outputs) ?? [Float](repeating: 0, count: batch * outputs))
    guard returnState else { return [output] }
    return [
      output,
      ReturnedTensor(kind: .finalMemory, shape: final, values: hFinal),
      ReturnedTensor(kind: .finalCarry, shape: [batch, units], values: cFinal),
    ]
  }
}
