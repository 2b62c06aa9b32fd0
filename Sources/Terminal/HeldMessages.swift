import CNcurses
import Glibc

/// Keeps what is written to standard error while the screen is up, and sends it on afterwards.
///
/// Without it the sentence of a trap, or a warning of a library, would be drawn across the screen and vanish with it.
///
/// A class because it owns two descriptors.
final class HeldMessages {
  struct Descriptors {
    var held: Int32
    var standardError: Int32
  }

  let descriptors: Descriptors
  private var isHolding = true

  /// Nil if standard error is no terminal, so that nothing has to be held, or if nothing can be.
  init?() {
    guard isatty(STDERR_FILENO) == 1 else { return nil }
    let held = nc_memory_file("messages")
    let standardError = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    guard held >= 0, standardError >= 0, dup2(held, STDERR_FILENO) >= 0 else {
      if held >= 0 { close(held) }
      if standardError >= 0 { close(standardError) }
      return nil
    }
    descriptors = Descriptors(held: held, standardError: standardError)
  }

  deinit { release() }

  /// Sends on what was held. Calling it again does nothing.
  func release() {
    guard isHolding else { return }
    isHolding = false
    fflush(nil)
    Emergency.replay(descriptors.held, descriptors.standardError)
    close(descriptors.held)
    close(descriptors.standardError)
  }
}
