import Foundation
import Glibc
import TensorFiles
import TestSupport
import Testing

/// The program on a pseudo-terminal: what its keys do.
@Suite("The screen") struct ScreenTests {
  @Test("It starts on the bundled example, with everything of timestep 0 there")
  func start() throws {
    let session = try Session()
    let header = session.terminal.screen.text(row: 0)
    #expect(header.contains("question.keras › lstm · LSTM(3)"), "\(session.text)")
    #expect(header.contains("Step") && header.contains("t 0/0…1"), "\(header)")
    #expect(session.text.contains("return h, [h, c]"))
    #expect(session.text.contains("Tab shows which"))
    session.terminal.send("q")
    session.expectEnding(.status(0))
  }

  @Test("Right, Down and s step by a timestep, a unit and a line, and their opposites step back")
  func steps() throws {
    let session = try Session()
    let first = session.text
    session.type(Session.right, shows: "t 1/0…1")
    #expect(session.text != first)
    session.type("\u{1B}[D", shows: "t 0/0…1")
    session.type(Session.down, shows: "unit 1")
    session.type("\u{1B}[A", shows: "unit 0")
    session.type("s") { $0.text(row: 0).contains("t 1/0…1 · line 1/") }
    session.type("S") { $0.text(row: 0).contains("t 0/0…1") }
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("Tab shows the three tensors that the layer returns")
  func returns() throws {
    let session = try Session()
    session.type("\t", shows: "Returns")
    for phrase in [
      "(2 samples, 2 timesteps, 3 units)", "(2 samples, 3 units)", "whole_seq_output", "final_memory_state",
      "final_carry_state",
    ] {
      #expect(session.text.contains(phrase), "\(phrase) in \(session.text)")
    }
    session.terminal.send("q")
    session.expectEnding(.status(0))
  }

  @Test("An edit is computed and counted; q asks once and then quits")
  func edits() throws {
    let session = try Session()
    session.edit("0.5")
    session.type("q", shows: "again")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test(
    "An edited input is written, loads again, and q then quits at once", arguments: ["npy", "npz", "json"])
  func writes(form: String) throws {
    let scratch = try Scratch()
    let path = scratch.path("edited.\(form)")
    let session = try Session(width: 200)
    session.edit("0.5")
    session.type(":write \(path)\r", shows: "written to")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
    let arrays = try Program.run("trace DEMO --input \(path) --format npz").arrays
    let original = try Program.run("trace DEMO --input DEMO_INPUT --format npz").arrays
    let (x, before) = (try #require(arrays["lstm/x"]).floats, try #require(original["lstm/x"]).floats)
    #expect(x[0] == 0.5 && x.dropFirst() == before.dropFirst())
    #expect(arrays["lstm/h_final"] != original["lstm/h_final"])
  }

  @Test("A file that is there is overwritten by :write! only, and a folder that is not there is said")
  func writesNot() throws {
    let scratch = try Scratch()
    let path = try scratch.write("before", as: "edited.npy")
    let session = try Session(width: 200)
    session.type(":write \(path)\r", shows: ":write!")
    session.type(":write \(scratch.path("no/x.npy"))\r", shows: "cannot be created")
    session.type(":write! \(path)\r", shows: "written to")
    #expect(try Npy.tensor(from: Array(try Data(contentsOf: URL(filePath: path)))).shape == [2, 2, 2])
    session.terminal.send("q")
    session.expectEnding(.status(0))
  }

  @Test("A terminal made too small while playing is a sentence; made larger again it shows the frame")
  func resizes() throws {
    let session = try Session("units128_T60/model.keras --input units128_T60/input_0.npy")
    session.type(" ") { $0.text(row: 0).contains("t 2/0…59") }
    session.terminal.resize(width: 20, height: 5)
    session.type("", shows: "lstmscope needs")
    session.terminal.resize(width: 80, height: 24)
    session.type("") { $0.text(row: 0).contains("/0…59") && $0.text(row: 23).contains("quit") }
    for (width, height) in [(1, 1), (300, 90), (60, 16)] {
      session.terminal.resize(width: width, height: height)
    }
    session.type("") {
      $0.width == 60 && $0.text(row: 0).contains("/0…59") && $0.text(row: 15).contains("quit")
    }
    session.terminal.send("q")
    session.expectEnding(.status(0))
  }

  @Test("It opens at --at, and says when that is not there")
  func opensAt() throws {
    let session = try Session("basic/model.keras --input basic/input_0.npy --at c[3]@5")
    #expect(session.terminal.screen.text(row: 0).contains("t 5/0…6"), "\(session.text)")
    #expect(session.text.contains("unit 3"))
    session.terminal.send("q")
    session.expectEnding(.status(0))
    // Said before there is a screen, even where there could be none.
    let far = try Program.run("basic/model.keras --input basic/input_0.npy --at h[0]@70")
    #expect(far.ending == .status(64) && far.errors.contains("there is no timestep 70"), "\(far.errors)")
  }

  @Test("A model with a NaN opens at the first one")
  func notFinite() throws {
    let scratch = try Scratch()
    let path = try scratch.write(try BadInputTests.modelWithNaN(), as: "nan.h5")
    let session = try Session("\(path) --input basic/input_0.npy")
    #expect(session.text.contains("NaN"), "\(session.text)")
    session.type(":goto nan\r", shows: "NaN")
    session.terminal.send("q")
    session.expectEnding(.status(0))
  }

  @Test("The input may come through a pipe while keys come from the terminal")
  func piped() throws {
    let session = try Session(
      "basic/model.keras --input -", shell: "cat basic/input_0.npy | \"$0\" \"$@\"")
    session.type(Session.right, shows: "t 1/0…6")
    session.terminal.send("q")
    session.expectEnding(.status(0))
  }

  @Test(
    "Whatever is typed, at whatever size, it goes on",
    arguments: [
      "", "units128_T60/model.keras --random", "go_backwards/model.keras --random",
      "activations/model.keras --random --layer a0_relu_sigmoid",
    ])
  func goesOn(line: String) throws {
    let session = try Session(line, environment: ["XDG_STATE_HOME": "/dev/null"])
    var random = RandomKeys(state: 1)
    let keys =
      [
        "s", "S", " ", "+", "-", "e", "0", "5", ".", "u", "=", "v", "a", "b", "y", "g", "G", "{", "}", "?",
        ":",
      ]
      + [":edit x[0] 1e38\r", ":edit c0[0] -3e38\r", ":goto nan\r", ":goto -1\r", ":line 3\r", ":reset\r"]
      + [
        ":unit 99999999999999999999\r", ":names keras3\r", ":theme ", "\u{1B}[200~paste\u{1B}[201~", "é", "日",
      ]
      + WalkTests.named.values.sorted()
    for _ in 0..<120 {
      session.terminal.send(keys.randomElement(using: &random) ?? "s")
      if random.next() % 12 == 0 {
        let sizes = [(1, 1), (60, 16), (80, 24), (120, 40), (20, 5)]
        let size = sizes.randomElement(using: &random) ?? (80, 24)
        session.terminal.resize(width: size.0, height: size.1)
      }
      session.terminal.read(quiet: 0, first: 1)
    }
    session.terminal.signal(SIGTERM)
    let ending = session.terminal.wait(within: 20_000)
    #expect(ending == .signal(SIGTERM), "\(session.text)")
  }

  /// The same keys every time.
  struct RandomKeys: RandomNumberGenerator {
    var state: UInt64

    /// - Source: Vigna, SplitMix64.
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }
}
