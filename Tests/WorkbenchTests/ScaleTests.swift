import LSTM
import Testing

@testable import Workbench

@Suite("The axis of bars and maps") struct ScaleTests {
  @Test("A linear axis is a share of the largest value")
  func linear() {
    let scale = Scale(largest: 4, unit: nil)
    #expect([-8, -4, -1, 0, 2, 4].map(scale.share) == [-1, -1, -0.25, 0, 0.5, 1])
    #expect(scale.words == nil)
  }

  @Test("A logarithmic axis rises everywhere, is as long below zero as above, and ends at 1")
  func logarithmic() {
    let scale = Scale(largest: 1e38, unit: 1)
    let values = (-20...126).map { Float(sign: .plus, exponent: $0, significand: 1) }
    let shares = values.map(scale.share)
    for (before, after) in zip(shares, shares.dropFirst()) { #expect(before < after) }
    for (value, share) in zip(values, shares) { #expect(scale.share(of: -value) == -share) }
    #expect(scale.share(of: 0) == 0 && scale.share(of: 1e38) == 1 && scale.share(of: -1e38) == -1)
    // What is as large as an ordinary carry can be seen, and each power of ten takes as much of the axis.
    #expect(scale.share(of: 1) == Float(1) / 6)
    #expect(abs(scale.share(of: 1e19) - (1 / 6 + 5 / 12)) < 0.01)
    #expect(scale.words == "log scale beyond ±1")
    #expect(Scale(largest: 1e6, unit: 0.01).words == "log scale beyond ±0.01")
  }

  @Test("The axis is logarithmic only where the largest value is a thousand times the median, and large")
  func chosen() {
    let calm = (0..<5000).map { Float($0 % 100) / 50 - 1 }
    #expect(Scale.linearPart(of: calm, largest: 1) == nil)
    #expect(Scale.linearPart(of: calm + [90], largest: 90) == nil)
    #expect(Scale.linearPart(of: calm + [300], largest: 300) == nil)
    #expect(Scale.linearPart(of: calm + [1e6], largest: 1e6) == 0.1)
    #expect(Scale.linearPart(of: calm.map { $0 * 1000 } + [1e9], largest: 1e9) == 1)
    // What has faded away is not what an axis is for.
    #expect(Scale.linearPart(of: calm.map { $0 * 1e-20 } + [5], largest: 5) == nil)
    #expect(Scale.linearPart(of: calm.map { $0 * 1e-20 } + [500], largest: 500) == 0.001)
    #expect(Scale.linearPart(of: [], largest: 0) == nil)
    #expect(Scale.linearPart(of: [0, .nan, .infinity], largest: 1e9) == nil)
  }

  @Test("A run that explodes has it for the quantities that do, and a usual run for none")
  func runs() {
    let run = Samples.exploding().run
    #expect((run.scales[.c] ?? 0) > 1e6)
    #expect(run.linearParts[.c] != nil && run.linearParts[.i] == nil)
    #expect(Samples.state(units: 40, timesteps: 300).run.linearParts.isEmpty)
  }

  @Test(
    "On its map nearly every square before the explosion has a shade, and a stronger one for a larger value")
  func shades() throws {
    let state = Samples.exploding(timesteps: 12)
    let heat = HeatPane(state, Area(x: 0, y: 0, width: 80, height: 12), quantity: .c)
    let unit = try #require(state.run.linearParts[.c])
    var levels: [(value: Float, level: Int8)] = []
    for (unit, row) in heat.squares.enumerated() {
      for (step, square) in row.enumerated() {
        let value = state.trace.value(.c, unit: unit, step: step, sample: 0)
        if let level = square.level { levels.append((abs(value), abs(level))) }
      }
    }
    #expect(levels.allSatisfy { $0.value < unit / 5 || $0.level > 0 })
    let sorted = levels.sorted { $0.value < $1.value }
    for (smaller, larger) in zip(sorted, sorted.dropFirst()) { #expect(smaller.level <= larger.level) }
  }
}
