import Debugger
import LSTM
import Network
import Testing

/// The corpus: models with one known fault, and healthy ones. Its seeds were not used to set any threshold; those
/// that were are `Self.tuning`, and `FindingTests` and `DetectiveTests` use them.
@Suite("Planted faults") struct PlantedFaultTests {
  static let seed: UInt64 = 20_260_726
  /// For looking at single cases while thresholds are set.
  static let tuning: UInt64 = 1

  /// What is said of a planted fault, and whether it is right.
  static func named(_ fault: PlantedFault, seed: UInt64) throws -> (said: [String], isRight: Bool) {
    var dice = Dice(seed)
    switch fault.kind {
    case .check(let make):
      let (graph, inputs, expected) = try make(&dice)
      let verdict = try TestModels.verdict(graph, inputs, expected: expected).verdict
      let said = verdict?.holding.first?.names ?? []
      return (said, Set(said) == fault.expected)
    case .doctor(let make):
      let (graph, inputs) = try make(&dice)
      let said = try TestModels.findings(graph, inputs).filter { $0.severity != .note }.map(\.kind)
      return (said, !fault.expected.isDisjoint(with: said))
    }
  }

  @Test("Of the planted faults nearly all are named rightly, and no healthy model is accused")
  func corpus() throws {
    let faults = PlantedFault.ofCheck + PlantedFault.ofDoctor
    #expect(faults.count >= 40)
    var right = 0
    for (index, fault) in faults.enumerated() {
      let (said, isRight) = try Self.named(fault, seed: Self.seed &+ UInt64(index))
      if isRight { right += 1 } else { print("\(fault.name): said \(said), not \(fault.expected)") }
    }
    var accused = 0
    let healthy = 24
    for index in 0..<healthy {
      var dice = Dice(Self.seed &+ 1000 &+ UInt64(index))
      let (graph, inputs) = try PlantedFault.healthy(&dice, index)
      let alarms = try TestModels.findings(graph, inputs).filter { $0.severity != .note }
      let expected = try TestModels.output(graph, inputs, &dice)
      let check = try TestModels.verdict(graph, inputs, expected: expected).comparison
      if !alarms.isEmpty || !check.passes {
        accused += 1
        print("healthy \(index): \(alarms.map(\.title)), check passes: \(check.passes)")
      }
    }
    print(
      "planted faults: \(right) of \(faults.count) named rightly, \(accused) of \(healthy) healthy models accused"
    )
    #expect(right >= faults.count - 2)
    #expect(accused == 0)
  }
}
