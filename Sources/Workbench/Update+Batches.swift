import LSTM

extension State {
  /// Feeds the input once more: stateful layers go on from the h and c that they ended with.
  mutating func feedAgain() -> [Effect] { batches(.feedAgain) }

  /// Back to the first batch, which begins with zeros.
  mutating func resetStates() -> [Effect] {
    guard subject.batch > 1 || !subject.map.isStateful else {
      message = .init("this is batch 1: it begins with zeros already; f feeds the input again")
      return []
    }
    return batches(.reset)
  }

  private mutating func batches(_ effect: Effect) -> [Effect] {
    guard subject.map.isStateful else {
      message = .init("no layer of this model is stateful: every batch begins with zeros")
      return []
    }
    guard !isRunning else {
      message = .init("a run is under way; Ctrl-C stops it")
      return []
    }
    guard edits.isEmpty else {
      message = .init(
        "the edits belong to batch \(subject.batch); take them back first, with u or :reset", .warning)
      return []
    }
    return [effect]
  }

  /// Shows another batch from its beginning.
  mutating func takeBatch(_ subject: Subject, run: Run) {
    let before = self.subject.batch
    self.subject = subject
    self.run = run
    original = nil
    editBase = nil
    undone = []
    playback = nil
    trial = nil
    trialAsked = nil
    step = 0
    sample = min(sample, max(0, run.trace.batch - 1))
    message =
      subject.batch > before
      ? .init(
        "batch \(subject.batch): the same input, h0 and c0 carried from batch \(subject.batch - 1). "
          + "f feeds it again, r resets to zeros")
      : .init("reset: batch 1, which begins with h0 and c0 of zeros")
  }
}
