import Glibc

/// Turns signals that can wait into bytes of the self-pipe.
///
/// A class because it owns the program's signal handlers until `restore()`.
final class PoliteSignals {
  /// Those that end a program; one that is ignored, as SIGHUP under nohup, stays so.
  static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  private var former: [(signal: Int32, action: sigaction)] = []

  init(writeEnd: Int32) {
    pipeEnd = writeEnd
    for signal in Self.ending + [SIGTSTP] { take(signal, keepsIgnored: true, passOn) }
    for signal in [SIGWINCH, SIGCONT] { take(signal, keepsIgnored: false, passOn) }
    take(SIGPIPE, keepsIgnored: true, SIG_IGN)
  }

  deinit { restore() }

  /// Puts the handlers back that were there before. Calling it again does nothing.
  func restore() {
    for (signal, var action) in former { sigaction(signal, &action, nil) }
    former.removeAll()
  }

  /// Stops the program and those it shares a pipeline with, as Ctrl-Z does without us; returns when it goes on.
  func stop() {
    guard former.contains(where: { $0.signal == SIGTSTP }) else { return }
    signal(SIGTSTP, SIG_DFL)
    kill(0, SIGTSTP)
    // Another thread may be the one that the signal stops first; wait until the program has gone on. In a group
    // without a shell the signal has no effect, and the wait ends by itself.
    awaitContinue(within: 300)
    var action = handler(passOn)
    sigaction(SIGTSTP, &action, nil)
  }

  private func awaitContinue(within milliseconds: Int) {
    guard let readEnd = try? SelfPipe.readEnd() else { return }
    let deadline = Clock.milliseconds() + milliseconds
    while true {
      var byte: UInt8 = 0
      while read(readEnd, &byte, 1) == 1 {
        if Int32(byte) == SIGCONT { return }
      }
      let left = deadline - Clock.milliseconds()
      guard left > 0 else { return }
      var poller = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      _ = poll(&poller, 1, Int32(left))
    }
  }

  private func take(_ signal: Int32, keepsIgnored: Bool, _ function: sighandler_t?) {
    var before = sigaction()
    sigaction(signal, nil, &before)
    if keepsIgnored, isIgnored(before) { return }
    var action = handler(function)
    sigaction(signal, &action, nil)
    former.append((signal, before))
  }

  private func handler(_ function: sighandler_t?) -> sigaction {
    var action = sigaction()
    sigemptyset(&action.sa_mask)
    action.sa_flags = Int32(SA_RESTART)
    action.__sigaction_handler.sa_handler = function
    return action
  }

  private func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// Where the handler writes. Set before the handler is installed, and to the same number ever after.
nonisolated(unsafe) private var pipeEnd: Int32 = -1

private func passOn(_ signal: Int32) {
  let before = errno
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(pipeEnd, &byte, 1)
  errno = before
}
