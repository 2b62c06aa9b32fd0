import Canvas
import Testing

@testable import Workbench

@Suite struct KeymapTests {
  @Test("No two rows of a mode have one key") func noKeyTwice() {
    for mode in KeyMode.allCases {
      let keys = Binding.all.filter { $0.mode == mode }.flatMap { $0.keys.map(\.key) }
      #expect(Set(keys).count == keys.count, "\(mode)")
    }
  }

  @Test("Every row has keys, a label and a sentence of help") func rows() {
    for row in Binding.all {
      #expect(!row.keys.isEmpty && !row.label.isEmpty && !row.help.isEmpty)
    }
  }

  @Test("A mode's row wins over the general one") func precedence() {
    let state = Samples.state().after(.view(.returns))
    #expect(state.action(for: .down) == .moveTensor(1))
    #expect(Samples.state().action(for: .down) == .moveUnit(1))
  }

  @Test("While text is typed letters are text") func typing() {
    let state = Samples.state().after(.prompt)
    #expect(state.action(for: .character("q")) == .type("q"))
    #expect(state.action(for: .left) == nil)
  }

  @Test("Any key in any mode leaves a state that can be drawn", arguments: [1, 2, 3])
  func anyKey(seed: UInt64) {
    var random = seed
    let keys: [Key] =
      Binding.all.flatMap { $0.keys.map(\.key) }
      + [.character("x"), .character("7"), .character("é"), .delete, .function(5), .control("x")]
    var state = Samples.state(width: 80, height: 24, units: 6, timesteps: 9)
    for _ in 0..<600 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let key = keys[Int(random >> 33) % keys.count]
      if let action = state.action(for: key) { state.perform(action) }
      #expect(state.step >= 0 && state.step < 9 && state.unit >= 0 && state.unit < 6)
      #expect(state.line >= 0 && state.line < state.formula.lines.count)
      _ = draw(state)
    }
  }
}
