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

  /// Stops the program and those it shares a pipeline with, as Ctrl-Z does without us.
  ///
  /// - Parameter awaitContinue: Returns when the program has been continued. The signal may stop another thread first,
  ///   so that having sent it doesn't mean having stopped.
  func stop(_ awaitContinue: () -> Void) {
    guard former.contains(where: { $0.signal == SIGTSTP }) else { return }
    signal(SIGTSTP, SIG_DFL)
    kill(0, SIGTSTP)
    awaitContinue()
    var action = handler(passOn)
    sigaction(SIGTSTP, &action, nil)
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
