import Foundation
import Glibc
import TensorFiles
import TestSupport
import Testing

/// However the program ends, the terminal is as it was and no edit is lost.
@Suite("The end") struct EndingTests {
  @Test("Ctrl-C quits when nothing runs")
  func interrupt() throws {
    let session = try Session()
    session.terminal.send("\u{3}")
    session.expectEnding(.status(0))
  }

  @Test(":q! quits at once, whatever was edited")
  func quitsAtOnce() throws {
    let session = try Session()
    session.edit("0.5")
    session.terminal.send(":q!\r")
    session.expectEnding(.status(0))
  }

  @Test(
    "A signal from outside writes the edits where a line on standard error says",
    arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
  func keepsEdits(signal: Int32) throws {
    let scratch = try Scratch()
    let session = try Session(width: 200, environment: ["XDG_STATE_HOME": scratch.path("state")])
    session.edit("0.5")
    session.terminal.signal(signal)
    session.expectEnding(.signal(signal))
    let said = try #require(
      session.text.split(separator: "\n").first {
        $0.hasPrefix("lstmscope: the edited input was written to ")
      },
      "\(session.text)")
    let path = String(try #require(said.split(separator: " ").last))
    #expect(path.hasPrefix(scratch.path("state/lstmscope/")) && path.hasSuffix(".npz"))
    let arrays = try Program.run("trace DEMO --input \(path) --format npz").arrays
    #expect(arrays["lstm/x"]?.floats.first == 0.5)
  }

  @Test("Without edits a signal writes nothing")
  func keepsNothing() throws {
    let scratch = try Scratch()
    let session = try Session(environment: ["XDG_STATE_HOME": scratch.path("state")])
    session.terminal.signal(SIGTERM)
    session.expectEnding(.signal(SIGTERM))
    #expect(scratch.names.isEmpty && !session.text.contains("lstmscope:"), "\(session.text)")
  }

  @Test("Edits that can't be kept are said to be lost")
  func cannotKeep() throws {
    let session = try Session(width: 200, environment: ["XDG_STATE_HOME": "/dev/null"])
    session.edit("0.5")
    session.terminal.signal(SIGTERM)
    session.expectEnding(.signal(SIGTERM))
    #expect(session.text.contains("could not be kept"), "\(session.text)")
  }

  @Test(
    "A crash leaves the terminal as it was, and its signal is the program's end",
    arguments: [SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP])
  func crash(signal: Int32) throws {
    let session = try Session()
    session.terminal.signal(signal)
    session.expectEnding(.signal(signal))
  }

  @Test("Ctrl-Z gives the terminal to the shell; fg takes it back and draws it anew")
  func suspends() throws {
    let session = try Session(
      shell: "set -m; \"$0\" \"$@\"; echo stopped; read word; fg >/dev/null; echo back")
    session.type(Session.right, shows: "t 1/0…1")
    session.type("\u{1A}", shows: "stopped")
    #expect(!session.terminal.screen.isAlternate && session.terminal.screen.showsCursor)
    #expect(session.terminal.mode.c_lflag & tcflag_t(ECHO | ICANON) == tcflag_t(ECHO | ICANON))
    session.type("on\n") { $0.isAlternate && $0.text.contains("t 1/0…1") && $0.text.contains("quit") }
    session.terminal.send("q")
    session.expectEnding(.status(0))
    #expect(session.text.contains("back"))
  }

  @Test("After kill -STOP and -CONT the screen is drawn anew")
  func continues() throws {
    let session = try Session()
    session.terminal.signal(SIGSTOP)
    #expect(session.terminal.isStopped())
    session.terminal.resize(width: 80, height: 24)
    session.terminal.signal(SIGCONT)
    session.type("") { $0.isAlternate && $0.text.contains("LSTM(3)") && $0.text.contains("quit") }
    session.terminal.send("q")
    session.expectEnding(.status(0))
  }

  @Test("A terminal that goes away ends the program, and the edits are kept")
  func hangsUp() throws {
    let scratch = try Scratch()
    let session = try Session(environment: ["XDG_STATE_HOME": scratch.folder.path])
    session.edit("0.5")
    session.terminal.hangUp()
    #expect(session.terminal.wait(within: 20_000) == .signal(SIGHUP))
    let kept = try FileManager.default.contentsOfDirectory(atPath: scratch.path("lstmscope"))
    #expect(kept.count == 1)
  }
}
