package import Canvas

/// What the loop of the program waits for.
package enum Event: Equatable, Sendable {
  case key(Key)
  /// Text that was pasted in one piece: it is for a prompt, and is no sequence of commands.
  case text(String)
  /// The screen has this size now and has to be drawn anew.
  case resize(width: Int, height: Int)
  /// SIGINT, SIGTERM, SIGHUP or SIGQUIT came. The program ends the terminal and then calls `Terminal.die(by:)`.
  case signal(Int32)
  /// Another thread called `Waker.wake()`, at least once since the last time.
  case wake
  /// The terminal has gone away: nothing more will come.
  case hangup
  /// Nothing came in the time that was given.
  case timeout
}
