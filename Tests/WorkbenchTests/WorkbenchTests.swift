import Canvas
import Testing

@testable import Workbench

@Test func look() {
  for (w, h) in [(80, 24), (120, 40), (60, 16)] {
    var s = Samples.state(width: w, height: h)
    s.perform(.moveStep(1)); s.perform(.moveUnit(1)); for _ in 0..<3 { s.perform(.moveLine(-1)) }
    print(draw(s).text); print()
  }
  print(draw(Samples.state(width: 80, height: 24).after(.view(.returns))).text)
  print(draw(Samples.state(width: 80, height: 24, units: 40, timesteps: 30).after(.view(.sequence))).text)
  print(
    draw(Samples.state(width: 80, height: 24, units: 40, timesteps: 3000).after(.moveStep(1500), .edit)).text)
  print(draw(Samples.state(width: 80, height: 24).after(.help)).text)
}
