import LSTM

/// What Returns says under its tensors: where people err.
enum ReturnsSentence {
  static func text(_ state: State) -> String {
    guard let returned = state.returned else { return "" }
    guard state.parameters.additions == .none else {
      return
        "Keras' own LSTM has none of what this layer adds to the formula; these are the tensors that it would return."
    }
    return returned.backward == nil ? single(state, returned) : double(state, returned)
  }

  private static func single(_ state: State, _ returned: Returned) -> String {
    let isBackwards = state.flags.goBackwards
    // Backwards, the last step is not the last timestep.
    let last = isBackwards ? "step (t 0)" : "timestep"
    let links = ReturnsLinks(returned, sample: state.sample)
    if state.flags.returnState, !links.joins, returned.forward.timesteps > 0 {
      return
        "The last \(last) is masked: its output is 0 in tensor 1, while the states in 2 and 3 are held from the "
        + "last timestep that counts."
    }
    if !returned.lowerForward.isEmpty { return stack(state, returned) }
    switch (state.flags.returnSequences, state.flags.returnState) {
    case (true, true):
      return isBackwards
        ? "Rows stay in the order in which the layer met them: row 0 is the last timestep. The last row, t 0, is "
          + "tensor 2. Keras turns nothing round."
        : "Tensor 2 is the last row of tensor 1, h once more. Only tensor 3, c, is new. Without return_sequences "
          + "tensor 1 is that last row alone."
    case (false, true):
      return
        "Tensors 1 and 2 are the same numbers: the output is h at the last \(last), and so is the memory state. "
        + "Tensor 3 is c, the carry state."
    case (true, false):
      return isBackwards
        ? "h at every step, row 0 the last timestep: Keras leaves the order in which it was met. Its last row is the "
          + "final memory state."
        : "h at every \(last). Its last row is the final memory state; the carry state c is not returned without "
          + "return_state."
    case (false, false):
      return
        "h at the last \(last) alone. return_sequences gives every \(last), return_state gives h and c at the "
        + "end beside it."
    }
  }

  /// Of stacked cells: one puts out, all give their states.
  private static func stack(_ state: State, _ returned: Returned) -> String {
    let cells = returned.lowerForward.count + 1
    let output =
      state.flags.returnSequences
      ? "Tensor 1 is the last cell's h at every timestep" : "Tensor 1 is the last cell's h"
    guard state.flags.returnState else {
      return "\(output); the other cells' h, and every c, stay inside without return_state."
    }
    let last = 2 * cells
    return
      "\(output); tensor \(last) is \(state.flags.returnSequences ? "its last row" : "the same"). Each of the \(cells) cells gives "
      + "[h, c] of its last step: what the lower cells say before that is never returned."
  }

  /// Of a Bidirectional the sentence is the chosen tensor's.
  private static func double(_ state: State, _ returned: Returned) -> String {
    let tensors = returned.tensors
    let tensor = tensors[min(state.tensor, tensors.count - 1)]
    let units = returned.forward.outputs
    let end = max(0, returned.forward.timesteps - 1)
    func last(_ half: ReturnedTensor.Half) -> Int {
      ((half == .backward ? returned.backward : nil) ?? returned.forward).timestepIndex.last ?? 0
    }
    let links = ReturnsLinks(returned, sample: state.sample)
    let isApart = returned.merge == .concat || returned.merge == .none
    let isOutput = tensor.kind == .wholeSequence || tensor.kind == .lastOutput
    if isOutput, isApart, returned.returnState, !(links.forwardJoins && links.backwardJoins) {
      return
        "A direction that ends on a masked timestep puts out 0 there, while its state is held from the last one that "
        + "counts: only where = stands are the numbers the same."
    }
    switch (tensor.kind, tensor.half) {
    case (.wholeSequence, nil):
      switch returned.merge {
      case .concat where end == 0:
        return
          "Columns 0…\(units - 1) are forward/h, \(units)…\((tensor.shape.last ?? 0) - 1) backward/h. There is one timestep: "
          + "both directions end at t \(last(.backward)), in row 0."
      case .concat:
        return
          "Columns 0…\(units - 1) are forward/h, \(units)…\((tensor.shape.last ?? 0) - 1) backward/h of the same timestep. The "
          + "backward direction ends at t \(last(.backward)): row 0, not row \(end)."
      case .sum, .mul, .ave, .none:
        let does =
          returned.merge == .sum ? "the sum" : returned.merge == .mul ? "the product" : "the mean"
        return
          "Each number is \(does) of forward/h and backward/h at the same timestep, so that no row of it is a final "
          + "state: those are the tensors behind it."
      }
    case (.wholeSequence, .forward?):
      return
        "forward/h at every timestep; its last row, t \(last(.forward)), is forward_h. merge_mode=None leaves the two directions apart."
    case (.wholeSequence, .backward?):
      return
        "backward/h turned round, so that row t belongs to timestep t: its first row, t \(last(.backward)), is where that direction "
        + "ended, and is backward_h."
    case (.lastOutput, nil):
      return
        "forward/h at t \(last(.forward)) and backward/h at t \(last(.backward)): each direction at its own end, which are not the same timestep."
    case (.lastOutput, let half?):
      return
        "\(half.rawValue)/h at t \(last(half)), where that direction ends. With return_sequences=False it is \(half.rawValue)_h too."
    case (.finalMemory, .backward?):
      return
        "backward/h after its last step, which read t \(last(.backward)): the state of the backward direction belongs to the \(last(.backward) == 0 ? "first" : "last") "
        + "timestep."
    case (.finalMemory, _) where (tensor.cell ?? returned.lowerForward.count) < returned.lowerForward.count:
      return
        "h of \(tensor.half?.rawValue ?? "forward") cell \(tensor.cell ?? 0) after its last step. It goes into the next cell and stands in no row of tensor 1."
    case (.finalMemory, _):
      return
        "forward/h after its last step, which read t \(last(.forward)). With concat it is the left of tensor 1 there."
    case (.finalCarry, let half):
      let name = half?.rawValue ?? "forward"
      return
        "\(name)/c after its last step, t \(last(half ?? .forward)). c at earlier timesteps is never returned: it stays inside the layer."
    }
  }
}
