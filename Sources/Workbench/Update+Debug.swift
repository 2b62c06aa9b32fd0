import Commands
import Debugger
import LSTM

extension State {
  /// Whether the timeline tells where recorded numbers differ: of the LSTM looked at, or of an output with its timesteps.
  var hasStandings: Bool { expectation != nil || outputAgrees(at: 0) != nil }

  /// How a step stands to what is recorded.
  func standing(at step: Int) -> Expectation.Standing {
    if let expectation { return expectation.standing(unit: unit, step: step, sample: sample, in: trace) }
    return outputAgrees(at: step).map { $0 ? .agrees : .othersDiffer } ?? .notRecorded
  }

  private func outputAgrees(at step: Int) -> Bool? {
    guard trace.timestepIndex.indices.contains(step) else { return nil }
    return expectations.outputs?.agrees(
      at: trace.timestepIndex[step], sample: sample, subject.map.outputs, batch: trace.batch,
      timesteps: trace.timesteps)
  }

  /// What is recorded of the LSTM looked at.
  var expectation: Expectation? { expectations.calls[subject.call] }

  mutating func move(finding by: Int) {
    guard let findings, !findings.isEmpty else { return }
    findingRow = min(max(0, findingRow + by), findings.count - 1)
  }

  /// To the place of the chosen finding, in another LSTM where it is there.
  mutating func openFinding() -> [Effect] {
    guard let findings, findings.indices.contains(findingRow) else { return [] }
    guard let address = findings[findingRow].address else {
      message = .init("this shows in the weights alone; lstmscope inspect lists them")
      return []
    }
    guard let layer = address.layer, layer != subject.layerName else {
      go(to: address)
      return []
    }
    guard let call = subject.map.keys.firstIndex(of: layer) else {
      message = .init("\(layer) was not run", .warning)
      return []
    }
    let effects = open(call: call)
    if !effects.isEmpty { destination = address }
    return effects
  }

  mutating func take(findings found: [Finding]) {
    findings = found
    findingRow = min(findingRow, max(0, found.count - 1))
  }

  // MARK: Comparing

  /// The quantity that Compare shows.
  var comparedQuantity: Quantity? {
    guard let quantities = expectation?.quantities else { return nil }
    return quantities.contains(compared) ? compared : quantities.first
  }

  mutating func cycleCompared(by: Int) {
    guard let quantities = expectation?.quantities, let now = comparedQuantity else { return }
    compared = quantities.element(after: now, by: by)
    if quantities.count == 1 { message = .init("only \(now.rawValue) is recorded") }
  }

  /// To the next step, or the one before, at which a recorded number of this sample differs.
  mutating func move(difference by: Int) {
    guard let expectation, let quantity = comparedQuantity else {
      message = .init("nothing is recorded of this LSTM")
      return
    }
    var step = step + by
    while (0..<trace.timesteps).contains(step) {
      for unit in 0..<trace.units
      where expectation.agrees(quantity, unit: unit, step: step, sample: sample, in: trace) == false {
        self.step = step
        // The selected unit stays where it differs as well.
        let isHere =
          expectation.agrees(quantity, unit: self.unit, step: step, sample: sample, in: trace) == false
        if !isHere { self.unit = unit }
        return
      }
      step += by
    }
    message = .init("no timestep \(by > 0 ? "after" : "before") this one differs in \(quantity.rawValue)")
  }
}
