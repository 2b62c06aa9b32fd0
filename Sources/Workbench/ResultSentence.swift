import LSTM
import Network

/// Where h and c of a step go, and what of Keras' tensors they are.
///
/// - Source: Keras 3, `RNN.call`, `StackedRNNCells.call` and `Bidirectional.call`.
struct ResultSentence {
  let layer: TracedLSTM
  let names: Names
  /// In the order in which the layer reads.
  let step: Int
  let timesteps: Int
  /// The timestep that the step read.
  let timestep: Int

  var text: String {
    if let next = nextCell { return inner(next) }
    guard layer.direction == nil else { return half }
    guard isLast else {
      guard layer.returnSequences else { return kept }
      let row = layer.parameters.goBackwards ? "row \(step)" : "this timestep's row"
      return "h goes out as \(row) of the first tensor, and \(goOn)"
    }
    let first = layer.returnSequences ? "the last row of the first tensor" : "the first tensor"
    guard layer.returnState else { return "\(ending): h is \(first) that Keras returns. Tab shows Returns." }
    guard layer.cell == nil else {
      return
        "\(ending): h is \(first) and all of tensor \(memory); c is tensor \(memory + 1). Tab shows Returns."
    }
    return
      "\(ending): h is \(first) and all of the second, the memory state; c is the third, the carry "
      + "state. Tab shows Returns."
  }

  private var isLast: Bool { step == timesteps - 1 }
  private var goOn: String {
    "h and c go on to the next timestep as \(names.hPrevious) and \(names.cPrevious)."
  }
  private var kept: String { "\(goOn) return_sequences is False: only the last h is put out, not this one." }
  private var ending: String {
    layer.parameters.goBackwards ? "The last step, which read t \(timestep)" : "The last timestep"
  }

  /// The tensor, counted from 1, that its last h is; c is the one after it.
  private var memory: Int { (layer.merge == MergeMode.none ? 2 : 1) + layer.statesBefore + 1 }

  // MARK: Stacked cells

  private var nextCell: Int? { layer.isLastCell ? nil : layer.cell.map { $0 + 1 } }

  private func inner(_ next: Int) -> String {
    let reads = "h is what cell \(next) reads at this timestep"
    guard isLast else { return "\(reads), and \(goOn)" }
    return layer.returnState
      ? "\(ending): \(reads), and is tensor \(memory); c is tensor \(memory + 1)."
      : "\(ending): \(reads). Keras returns neither h nor c of this cell without return_state."
  }

  // MARK: Bidirectional

  private var half: String {
    let isForward = layer.direction == .forward
    // The second direction is turned round, so that a row belongs to one timestep.
    let row = isForward ? step : timesteps - 1 - step
    let tensor = layer.merge == MergeMode.none && !isForward ? "the second tensor" : "the first tensor"
    let place = layer.returnSequences ? "row \(row) of \(tensor)" : tensor
    let part =
      switch layer.merge {
      case .concat?, nil: "the \(isForward ? "left" : "right") part of \(place)"
      case .sum?: "one term of the sum that is \(place)"
      case .mul?: "one factor of the product that is \(place)"
      case .ave?: "one of the two whose mean is \(place)"
      case .some(.none): place
      }
    guard isLast else { return layer.returnSequences ? "h goes out as \(part), and \(goOn)" : kept }
    let start = "The last step of the \(isForward ? "forward" : "backward") half, which read t \(timestep)"
    return layer.returnState
      ? "\(start): h is \(part), and all of tensor \(memory); c is tensor \(memory + 1). Tab shows Returns."
      : "\(start): h is \(part). Tab shows Returns."
  }
}
