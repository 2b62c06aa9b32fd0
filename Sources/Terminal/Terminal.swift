package import Canvas
import CNcurses
import Glibc
package import Theme

/// The terminal while the program has it: keys in, canvases out, and everything as it was afterwards.
///
/// A class because the terminal, its signals and curses are single things with one owner; it belongs to the thread
/// that made it. Only a `Waker` may go to other threads.
package final class Terminal {
  /// What the person asked for, where it is not for the terminal to say.
  package struct Options: Sendable {
    /// How many colours to use at most; nil for `NO_COLOR` and then what the terminal says.
    package var depth: ColourDepth?
    /// Whether characters outside ASCII are drawn; nil for what the locale says.
    package var isUnicode: Bool?
    /// Whether to ask the terminal for its background, which takes a round trip, 150 ms at most.
    package var probesBackground: Bool

    package init(depth: ColourDepth? = nil, isUnicode: Bool? = nil, probesBackground: Bool = true) {
      self.depth = depth
      self.isUnicode = isUnicode
      self.probesBackground = probesBackground
    }
  }

  package let depth: ColourDepth
  package let isUnicode: Bool
  /// Nil if it is not known.
  package let isBackgroundLight: Bool?
  package let waker: Waker

  let input: Int32
  let output = STDOUT_FILENO
  let readEnd: Int32
  var decoder = KeyDecoder()
  /// When the last byte of input came.
  var lastInput = 0
  /// Signals and wakes that have come and not been handed out.
  var pending: [UInt8] = []
  var hasHungUp = false

  private let screen: Screen
  private let signals: PoliteSignals
  private let modeBefore: termios
  private var messages: HeldMessages?
  private var isUp = true
  /// Whether the terminal is ours just now: not while the program is suspended.
  private var isOpen = false

  /// Takes the terminal over.
  ///
  /// - Throws: If there is no terminal, or if it is not known how to draw on it. It is then as it was.
  package init(_ options: Options = Options()) throws(TerminalError) {
    guard isatty(STDOUT_FILENO) == 1 else { throw .outputIsNotATerminal }
    input = try Self.openKeyboard()
    let term = Self.variable("TERM") ?? ""
    let ladder = try Self.ladder(term: term, requested: options.depth)
    isUnicode = Self.chooseCharacters(options.isUnicode)
    readEnd = try SelfPipe.readEnd()
    waker = Waker(descriptor: try SelfPipe.writeEnd())

    var mode = termios()
    tcgetattr(STDOUT_FILENO, &mode)
    modeBefore = mode
    let probes =
      options.probesBackground && ladder.depth != .none && !term.hasPrefix("linux") && !term.hasPrefix("vt")
    let probe = probes ? BackgroundProbe.ask(input: input, output: STDOUT_FILENO) : BackgroundProbe()
    isBackgroundLight = probe.colour.map(\.isLight) ?? Self.isLight(colorfgbg: Self.variable("COLORFGBG"))
    decoder.append(probe.typed)

    signals = PoliteSignals(writeEnd: waker.descriptor)
    let size = Self.size(of: STDOUT_FILENO)
    do throws(TerminalError) {
      screen = try Screen(
        term: ladder.term, description: ladder.isEmbedded ? EmbeddedTerminfo.direct : nil,
        output: STDOUT_FILENO, input: nc_stdin(), width: size.width, height: size.height)
    } catch {
      signals.restore()
      throw error
    }
    depth = ladder.depth
    decoder.described = Terminfo.keys()
    setMode()
    open()
  }

  deinit { end() }

  package var size: (width: Int, height: Int) { (screen.width, screen.height) }

  /// Shows a canvas; only what differs from the one before is sent.
  package func present(_ canvas: Canvas, palette: Palette) {
    guard isOpen, !hasHungUp else { return }
    screen.present(canvas, palette: palette)
  }

  /// Has the next canvas drawn whole, whatever the terminal shows now.
  package func redraw() { screen.enter() }

  /// Gives the terminal back and prints what was held of standard error. Calling it again does nothing.
  package func end() {
    guard isUp else { return }
    isUp = false
    close()
    screen.end()
    signals.restore()
    if input != STDIN_FILENO { Glibc.close(input) }
  }

  /// Ends the program by a signal, so that whoever waits for it sees that signal. To be called after `end()`.
  package static func die(by signal: Int32) -> Never {
    Glibc.signal(signal, SIG_DFL)
    var mask = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, signal)
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    kill(getpid(), signal)
    exit(128 + signal)
  }

  /// Gives the terminal to the shell until the program is continued in the foreground.
  ///
  /// In the background it stops again, as any touch of the terminal would make it; a signal that ends it is an event
  /// there too.
  func suspend() {
    close()
    repeat {
      signals.stop(awaitContinue)
    } while isInBackground && !pending.contains { PoliteSignals.ending.contains(Int32($0)) }
    if !isInBackground { resume() }
  }

  /// Takes the terminal again, whatever a shell has made of it in the meantime.
  func reenter() {
    close()
    resume()
  }

  private func resume() {
    setMode()
    screen.enter()
    open()
    adoptSize()
  }

  private var isInBackground: Bool {
    let foreground = tcgetpgrp(output)
    return foreground >= 0 && foreground != getpgrp()
  }

  func adoptSize() {
    let size = Self.size(of: output)
    screen.resize(width: size.width, height: size.height)
  }

  /// What surrounds the screen: pasted text marked as such, messages held, crashes caught.
  private func open() {
    isOpen = true
    if marksPastes { Bytes.write("\u{1B}[?2004h", to: output) }
    if messages == nil { messages = HeldMessages() }
    let sent = marksPastes ? Array("\u{1B}[?2026l\u{1B}[?2004l".utf8) : []
    Emergency.arm(
      bytes: sent + screen.restoringBytes, output: output, mode: modeBefore, held: messages?.descriptors)
  }

  /// Undoes `open()` and leaves the screen. The messages come last, when curses has sent all of its own.
  private func close() {
    guard isOpen else { return }
    isOpen = false
    if marksPastes { Bytes.write("\u{1B}[?2004l", to: output) }
    screen.leave()
    restoreMode()
    Emergency.disarm()
    messages?.release()
    messages = nil
  }

  private var marksPastes: Bool { screen.colours >= 256 }

  /// Keys come at once and unchanged, Ctrl-C, Ctrl-S and Ctrl-V too; Ctrl-Z stays the terminal's, so that it also
  /// stops a program that is busy.
  private func setMode() {
    var mode = modeBefore
    mode.c_iflag &= ~tcflag_t(ICRNL | INLCR | IXON)
    mode.c_oflag &= ~tcflag_t(ONLCR)
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHONL | IEXTEN)
    mode.c_lflag |= tcflag_t(ISIG)
    withUnsafeMutableBytes(of: &mode.c_cc) { characters in
      characters[Int(VINTR)] = 0
      characters[Int(VMIN)] = 1
      characters[Int(VTIME)] = 0
    }
    tcsetattr(output, TCSANOW, &mode)
    screen.keepMode()
  }

  private func restoreMode() {
    var mode = modeBefore
    tcsetattr(output, TCSANOW, &mode)
  }
}
