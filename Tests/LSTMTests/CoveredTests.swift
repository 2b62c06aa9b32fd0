import Testing

@testable import LSTM

@Suite("Covered numbers") struct CoveredTests {
  @Test("Whatever is made of a covered number is covered")
  func spreads() {
    let covered = Float.covered
    #expect(covered.isCovered && covered.isNaN && !Float.nan.isCovered && !(0 / Float(0)).isCovered)
    #expect(
      (covered * 2).isCovered && (1 + covered).isCovered && (-covered).isCovered && abs(covered).isCovered)
    #expect((covered / 3).isCovered && (0.5 - covered).isCovered)
    #expect(Float(Double(covered) * 2).isCovered)
    for activation in [Activation.tanh, .sigmoid] { #expect(activation([covered])[0].isNaN) }
  }

  private func trace(mask: [Bool]? = nil) -> (Parameters, Trace) {
    let parameters = Parameters(
      features: 1, units: 2, kernel: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
      recurrentKernel: (0..<16).map { Float($0) / 20 }, bias: nil)
    return (
      parameters,
      parameters.run(LayerInput(batch: 1, timesteps: 4, features: 1, x: [1, 2, -1, 3], mask: mask))
    )
  }

  @Test("A number is covered under its other names too")
  func names() {
    var (_, trace) = trace()
    trace.cover(.c) { unit, step, _ in unit == 1 && step == 1 }
    #expect(trace.value(.c, unit: 1, step: 1, sample: 0).isCovered)
    #expect(trace.value(.cPrevious, unit: 1, step: 2, sample: 0).isCovered)
    #expect(!trace.value(.c, unit: 0, step: 1, sample: 0).isCovered)
    #expect(!trace.value(.c, unit: 1, step: 2, sample: 0).isCovered)
    #expect(
      trace.kept(unit: 1, step: 1, sample: 0).isCovered
        && trace.admitted(unit: 1, step: 1, sample: 0).isCovered)
    #expect(trace.kept(unit: 1, step: 2, sample: 0).isCovered)
    #expect(trace.meanCarryChange(step: 2, sample: 0).isCovered)
    trace.cover(.hPrevious) { unit, step, _ in unit == 0 && step == 3 }
    #expect(trace.value(.h, unit: 0, step: 2, sample: 0).isCovered)
    #expect(trace.value(.y, unit: 0, step: 2, sample: 0).isCovered)
    trace.cover(.z1) { unit, step, _ in unit == 0 && step == 0 }
    #expect(trace.value(.z, unit: 2, step: 0, sample: 0).isCovered)
    trace.cover(.cPrevious) { _, step, _ in step == 0 }
    #expect(trace.c0.count { $0.isCovered } == 2)
  }

  @Test("Where a state is held it is one number, however often it stands there")
  func held() {
    var (_, trace) = trace(mask: [true, false, false, true])
    trace.cover(.c) { unit, step, _ in unit == 0 && step == 2 }
    #expect((0...2).allSatisfy { trace.value(.c, unit: 0, step: $0, sample: 0).isCovered })
    #expect(!trace.value(.c, unit: 0, step: 3, sample: 0).isCovered)
  }

  @Test("A stretch of a map with a covered number in it is covered")
  func extremes() {
    var (_, trace) = trace()
    trace.cover(.c) { unit, step, _ in unit == 0 && step == 1 }
    let extremes = trace.extremes(of: .c, units: 0..<1, sample: 0, stride: 2)
    #expect(extremes[0].isCovered && extremes[1].isFinite)
  }

  @Test("A number that is another one alone is covered with it")
  func same() {
    typealias Number = Explanation<Int>
    let source = Number.Operand(1, 0.25)
    let alone: [Number.Origin] = [
      .same(source, .output), .product([source]), .parts([source, Number.Operand(2, 0.5)]),
    ]
    let covered = alone.map { Number(place: 0, value: 0.25, origin: $0).covered { $0 == 1 }.value.isCovered }
    #expect(covered == [true, true, false])
  }
}
