import LSTM
import Network
import Testing

@Suite("Statistics")
struct StatisticsTests {
  @Test("count, range, mean, deviation, zeros, and what is not finite")
  func values() {
    let statistics = Statistics([1, 0, -2, .nan, 5, .infinity] as [Float])
    #expect(statistics.count == 6)
    #expect(statistics.minimum == -2)
    #expect(statistics.maximum == 5)
    #expect(statistics.mean == 1)
    #expect(statistics.deviation == 6.5.squareRoot())
    #expect(statistics.zeros == 1.0 / 6)
    #expect(statistics.nonFinite == 2)
  }

  @Test("nothing has no range and no mean")
  func empty() {
    let statistics = Statistics([.nan] as [Float])
    #expect(statistics.minimum.isNaN && statistics.maximum.isNaN && statistics.mean.isNaN)
    #expect(statistics.nonFinite == 1)
  }

  @Test("each gate is given its own block of columns")
  func gates() {
    // Kernel (1, 8) and recurrent kernel (2, 8), the gate's number in every column of its block.
    let row: [Float] = [1, 1, 2, 2, 3, 3, 4, 4]
    let parameters = Parameters(
      features: 1, units: 2, kernel: row, recurrentKernel: row + row.map { 10 * $0 }, bias: row)
    let gates = GateStatistics.all(of: parameters)
    #expect(gates.map(\.gate) == [.i, .f, .g, .o])
    #expect(gates.map(\.kernel.mean) == [1, 2, 3, 4])
    #expect(gates.map(\.recurrentKernel.minimum) == [1, 2, 3, 4])
    #expect(gates.map(\.recurrentKernel.maximum) == [10, 20, 30, 40])
    #expect(gates.map { $0.bias?.count } == [2, 2, 2, 2])
  }

  @Test("a projection leaves the recurrent kernel fewer rows than there are units")
  func projection() {
    let row: [Float] = [1, 1, 2, 2, 3, 3, 4, 4]
    let parameters = Parameters(
      features: 1, units: 2, kernel: row, recurrentKernel: row, bias: nil,
      additions: Additions(projection: [1, 1]))
    let gates = GateStatistics.all(of: parameters)
    #expect(gates.map(\.recurrentKernel.mean) == [1, 2, 3, 4])
    #expect(gates.map(\.recurrentKernel.count) == [2, 2, 2, 2])
  }
}
