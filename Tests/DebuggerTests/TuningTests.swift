import Debugger
import Testing

/// Single cases with the seeds that thresholds were set by; the corpus has its own.
@Suite("One fault at a time") struct TuningTests {
  @Test("The detective names what was done", arguments: PlantedFault.ofCheck.indices)
  func check(index: Int) throws {
    let fault = PlantedFault.ofCheck[index]
    let (said, isRight) = try PlantedFaultTests.named(fault, seed: PlantedFaultTests.tuning &+ UInt64(index))
    #expect(isRight, "\(fault.name): said \(said), not \(fault.expected)")
  }

  @Test("The doctor finds what is wrong", arguments: PlantedFault.ofDoctor.indices)
  func doctor(index: Int) throws {
    let fault = PlantedFault.ofDoctor[index]
    let (said, isRight) = try PlantedFaultTests.named(fault, seed: PlantedFaultTests.tuning &+ UInt64(index))
    #expect(isRight, "\(fault.name): said \(said), not \(fault.expected)")
  }

  @Test("The doctor leaves healthy models alone", arguments: 0..<12)
  func healthy(index: Int) throws {
    var dice = Dice(PlantedFaultTests.tuning &+ 500 &+ UInt64(index))
    let (graph, inputs) = try PlantedFault.healthy(&dice, index)
    #expect(try TestModels.findings(graph, inputs).filter { $0.severity != .note }.map(\.title) == [])
  }
}
