import Glibc
import TestSupport
import Testing
import Theme

/// The probe program on a pseudo-terminal: what it shows, and what is left when it has gone.
@Suite(.serialized) struct TerminalTests {
  static let probe = Pseudoterminal.products + "/terminal-probe"

  static func environment(_ more: [String: String] = [:], terminfo: TestTerminfo = .indexed256) -> [String:
    String]
  {
    let standard = [
      "TERM": terminfo.name, "TERMINFO": terminfo.value, "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
    ]
    return standard.merging(more) { $1 }
  }

  func start(
    _ more: [String: String] = [:], width: Int = 60, height: Int = 10, terminfo: TestTerminfo = .indexed256,
    background: String? = nil
  ) throws -> Pseudoterminal {
    let terminal = try Pseudoterminal(
      Self.probe, width: width, height: height, environment: Self.environment(more, terminfo: terminfo),
      background: background)
    #expect(terminal.read { $0.text.contains("ready") && $0.isAlternate }, "\(terminal.screen.text)")
    return terminal
  }

  func expectRestored(
    _ terminal: Pseudoterminal, mode: termios, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(!terminal.screen.isAlternate, sourceLocation: sourceLocation)
    #expect(terminal.screen.showsCursor, sourceLocation: sourceLocation)
    #expect(!terminal.screen.marksPastes, sourceLocation: sourceLocation)
    #expect(Pseudoterminal.areEqual(terminal.mode, mode), sourceLocation: sourceLocation)
    #expect(terminal.screen.unknown.isEmpty, sourceLocation: sourceLocation)
  }

  /// The mode of a terminal that no program has touched.
  func freshMode() throws -> termios {
    try Pseudoterminal("/bin/cat", environment: [:]).mode
  }

  @Test("The harness starts a program, types, and sees what it answers and how it ends.")
  func harness() throws {
    let terminal = try Pseudoterminal(
      "/bin/sh", ["-c", "read word; echo got $word; exit 3"], width: 20, height: 3)
    terminal.send("it\n")
    #expect(terminal.wait() == .status(3))
    #expect(terminal.screen.text(row: 1) == "got it")
    #expect(throws: Pseudoterminal.Failure.self) { try Pseudoterminal("/no/such/program") }
  }

  @Test("Keys come in, and q ends with everything as it was.")
  func keys() throws {
    let terminal = try start()
    #expect(terminal.screen.text(row: 0) == "probe ▸ 60x10")
    #expect(terminal.screen.text(row: 1) == "indexed256 unicode=true unknown")
    #expect(!terminal.screen.showsCursor && terminal.screen.marksPastes)
    terminal.send("\u{1B}[A")
    #expect(terminal.read { $0.text(row: 2).contains("key(") && $0.text(row: 2).contains(".up") })
    #expect(terminal.screen.synchronisedFrames > 0)
    terminal.send("\u{3}")
    #expect(terminal.read { $0.text(row: 2).contains("control(") })
    terminal.send("\u{1B}")
    #expect(terminal.read { $0.text(row: 2).contains(".escape") })
    terminal.send("\u{1B}[200~qts\u{1B}[201~")
    #expect(terminal.read { $0.text(row: 2).contains("text(\"qts\")") })
    terminal.send("w")
    #expect(terminal.read { $0.text(row: 2).contains("wake") })
    terminal.send("q")
    #expect(terminal.wait() == .status(0))
    expectRestored(terminal, mode: try freshMode())
    #expect(terminal.screen.text.contains("done"))
  }

  @Test(
    "A crash leaves the terminal as it was, its sentence readable, its signal the program's end.",
    arguments: [("t", [SIGILL, SIGTRAP]), ("s", [SIGSEGV]), ("o", [SIGSEGV, SIGBUS]), ("a", [SIGABRT])])
  func crash(key: String, signals: [Int32]) throws {
    let terminal = try start(height: 100)
    terminal.send("e\(key)")
    let ending = try #require(terminal.wait())
    #expect(signals.map(Pseudoterminal.Ending.signal).contains(ending), "\(ending)")
    expectRestored(terminal, mode: try freshMode())
    #expect(terminal.screen.text.contains("a message for standard error"))
    if key == "t" { #expect(terminal.screen.text.contains("Fatal error")) }
  }

  @Test(
    "A signal of a crash that was sent by kill ends the program too.",
    arguments: [SIGSEGV, SIGABRT, SIGFPE, SIGILL])
  func sentCrash(signal: Int32) throws {
    let terminal = try start()
    terminal.signal(signal)
    #expect(terminal.wait() == .signal(signal))
    expectRestored(terminal, mode: try freshMode())
  }

  @Test("Swift's backtrace comes out after the screen has gone.")
  func backtrace() throws {
    let terminal = try start(
      ["SWIFT_BACKTRACE": "enable=yes,color=no,interactive=no,symbolicate=off"], height: 300)
    terminal.send("t")
    #expect(terminal.wait(within: 20000) != nil)
    expectRestored(terminal, mode: try freshMode())
    #expect(terminal.screen.text.contains("Fatal error"))
  }

  @Test(
    "A signal that ends programs comes as an event, and the program ends by it.",
    arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
  func polite(signal: Int32) throws {
    let terminal = try start()
    terminal.signal(signal)
    #expect(terminal.wait() == .signal(signal))
    expectRestored(terminal, mode: try freshMode())
  }

  @Test("A program that exits without a word still restores the terminal.")
  func exits() throws {
    let terminal = try start()
    terminal.send("ex")
    #expect(terminal.wait() == .status(7))
    expectRestored(terminal, mode: try freshMode())
    #expect(terminal.screen.text.contains("a message for standard error"))
  }

  @Test("A message for standard error is held until the end.")
  func messages() throws {
    let terminal = try start()
    terminal.send("e\u{1B}[B")
    #expect(terminal.read { $0.text(row: 2).contains(".down") })
    #expect(!terminal.screen.text.contains("a message"))
    terminal.send("q")
    #expect(terminal.wait() == .status(0))
    #expect(terminal.screen.text.contains("a message for standard error"))
  }

  @Test("A new size is taken up at once, down to one cell.")
  func resize() throws {
    let terminal = try start(["LINES": "5", "COLUMNS": "7"])
    for (width, height) in [(100, 30), (1, 1), (200, 60), (40, 8)] {
      terminal.resize(width: width, height: height)
      let wanted = "probe ▸ \(width)x\(height)".prefix(width)
      #expect(
        terminal.read {
          width == 1
            ? $0.cells[0].scalar != " " || $0.cells[0].background != .standard : $0.text(row: 0) == wanted
        })
    }
    terminal.send("q")
    #expect(terminal.wait() == .status(0))
    expectRestored(terminal, mode: try freshMode())
  }

  @Test("Ctrl-Z gives the terminal to the shell, fg takes it back and draws it anew.")
  func suspends() throws {
    let script = "set -m; \(Self.probe); echo stopped; read word; fg >/dev/null; echo back"
    let terminal = try Pseudoterminal(
      "/bin/bash", ["-c", script], width: 60, height: 10, environment: Self.environment())
    #expect(terminal.read { $0.text.contains("ready") })
    terminal.send("\u{1A}")
    #expect(terminal.read { $0.text.contains("stopped") })
    #expect(!terminal.screen.isAlternate && terminal.screen.showsCursor)
    #expect(terminal.mode.c_lflag & tcflag_t(ECHO | ICANON) == tcflag_t(ECHO | ICANON))
    terminal.send("on\n")
    #expect(terminal.read { $0.isAlternate && $0.text(row: 2).contains("resize") }, "\(terminal.screen.text)")
    #expect(terminal.screen.text(row: 0) == "probe ▸ 60x10")
    terminal.send("q")
    #expect(terminal.wait() == .status(0))
    #expect(terminal.screen.text.contains("back"))
    expectRestored(terminal, mode: try freshMode())
  }

  @Test("From the shell a suspended program can be sent to the background, brought back, and ended.")
  func backgrounds() throws {
    let shell = try Pseudoterminal(
      "/bin/bash", ["--norc", "--noprofile", "--noediting", "-i"], width: 60, height: 30,
      environment: Self.environment(["PS1": "ready>", "HISTFILE": "/dev/null"]))
    #expect(shell.read { $0.text.contains("ready>") })
    shell.send("\(Self.probe)\n")
    #expect(shell.read { $0.isAlternate && $0.text.contains("ready") })
    // Until the prompt is back, what is typed may still be the program's.
    func prompts(_ screen: VirtualScreen) -> Bool {
      let last = (0..<screen.height).map(screen.text(row:)).last { !$0.isEmpty }
      return !screen.isAlternate && last == "ready>"
    }
    for command in ["bg", "fg"] {
      shell.send(command == "bg" ? "\u{1A}" : "\n")
      #expect(shell.read(until: prompts))
      shell.send("\(command)\n")
      shell.read(quiet: 150)
      #expect(shell.screen.isAlternate == (command == "fg"))
    }
    #expect(shell.read { $0.text(row: 2).contains("resize") })
    shell.send("\u{1A}")
    #expect(shell.read(until: prompts))
    shell.send("kill %1; kill -CONT %1\n")
    for _ in 0..<100 where !shell.screen.text.contains("Terminated") {
      shell.send("\n")
      shell.read(quiet: 20)
    }
    #expect(shell.screen.text.contains("Terminated"), "\(shell.screen.text)")
    #expect(!shell.screen.isAlternate && shell.screen.showsCursor && !shell.screen.marksPastes)
    shell.send("exit\n")
    #expect(shell.wait() != nil)
  }

  @Test("After kill -STOP and -CONT the screen is drawn anew.")
  func continues() throws {
    let terminal = try start()
    terminal.signal(SIGSTOP)
    #expect(terminal.isStopped())
    terminal.resize(width: 60, height: 10)
    terminal.signal(SIGCONT)
    #expect(terminal.read { $0.isAlternate && $0.text(row: 2).contains("resize") })
    terminal.send("q")
    #expect(terminal.wait() == .status(0))
  }

  @Test("A terminal that goes away ends the program.")
  func hangup() throws {
    let terminal = try start()
    terminal.hangUp()
    let deadline = 200
    var ending: Pseudoterminal.Ending?
    for _ in 0..<deadline where ending == nil { ending = terminal.wait(within: 10) }
    #expect(ending != nil)
  }

  @Test("The terminal is asked for its background, and keys typed meanwhile are not lost.")
  func background() throws {
    let light = try start(["COLORFGBG": "15;0"], background: "rgb:ffff/ffff/f0f0")
    #expect(light.screen.text(row: 1).hasSuffix("light"))
    let dark = try start(background: "rgb:10/10/10")
    #expect(dark.screen.text(row: 1).hasSuffix("dark"))
    let said = try start(["COLORFGBG": "0;15"])
    #expect(said.screen.text(row: 1).hasSuffix("light"))

    let typed = try Pseudoterminal(Self.probe, width: 60, height: 10, environment: Self.environment())
    typed.send("\u{1B}[5~")
    #expect(typed.read { $0.text(row: 2).contains("pageUp") })
  }

  @Test(
    "The colours are those that the variables promise.",
    arguments: [
      (["COLORTERM": "truecolor"], "direct"), (["COLORTERM": "24bit"], "direct"), (["NO_COLOR": "1"], "none"),
      (["COLORTERM": "truecolor", "NO_COLOR": "1"], "none"), (["NO_COLOR": ""], "indexed256"),
      (["LC_ALL": "C"], "indexed256 unicode=false"),
    ])
  func ladder(variables: [String: String], shown: String) throws {
    let terminal = try start(variables)
    #expect(terminal.screen.text(row: 1).hasPrefix(shown))
    terminal.send("q")
    #expect(terminal.wait() == .status(0))
    #expect(terminal.screen.unknown.isEmpty)
  }

  @Test(
    "Terminals of eight colours and of none are drawn on too.", arguments: [TestTerminfo.eight, .monochrome])
  func poor(terminfo: TestTerminfo) throws {
    let terminal = try start(terminfo: terminfo)
    terminal.send("q")
    #expect(terminal.wait() == .status(0))
    expectRestored(terminal, mode: try freshMode())
  }

  @Test(
    "A terminal that can't be used is a sentence and status 69.",
    arguments: [
      ("TERM", "dumb", "dumb"), ("TERM", "", "TERM is not set"), ("TERM", "no-such", "no-such"),
    ])
  func unusable(variable: String, value: String, part: String) throws {
    let terminal = try Pseudoterminal(
      Self.probe, width: 100, environment: ["LANG": "C.UTF-8", variable: value])
    #expect(terminal.wait() == .status(69))
    #expect(terminal.screen.text.contains(part), "\(terminal.screen.text)")
  }

  @Test("Output that is no terminal is refused; input that is none is read from the terminal itself.")
  func redirected() throws {
    let piped = try Pseudoterminal(
      "/bin/sh", ["-c", "\(Self.probe) | cat"], width: 200, environment: Self.environment())
    #expect(piped.wait() == .status(0))
    #expect(piped.screen.text.contains("not a terminal"))

    let fed = try Pseudoterminal(
      "/bin/sh", ["-c", "echo numbers | \(Self.probe)"], width: 60, height: 10,
      environment: Self.environment())
    #expect(fed.read { $0.text.contains("ready") })
    fed.send("q")
    #expect(fed.wait() == .status(0))
    expectRestored(fed, mode: try freshMode())
  }
}
