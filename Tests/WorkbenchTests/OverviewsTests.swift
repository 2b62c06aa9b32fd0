import LSTM
import Testing

@testable import Workbench

@Suite struct OverviewsTests {
  @Test(
    "An overview from blocks is that of every step, NaN and ends included",
    arguments: [130, 999, 1000, 64 * 40], [1, 63, 128, 129, 200, 5000])
  func same(timesteps: Int, stride: Int) {
    var run = Samples.state(units: 3, timesteps: timesteps).run
    for place in [0, timesteps - 1, timesteps / 2] {
      var trace = run.trace
      trace.c[place * 3 + 1] = place == 0 ? .nan : place == timesteps - 1 ? -.infinity : -77
      run = Run(trace)
      for sample in 0..<2 {
        for _ in 0..<2 {
          let ours = run.overviews.extremes(of: .c, units: 0..<3, sample: sample, stride: stride, in: trace)
          let all = trace.extremes(of: .c, units: 0..<3, sample: sample, stride: stride)
          #expect(ours.map(\.bitPattern) == all.map(\.bitPattern))
        }
      }
    }
  }
}
