import Glibc

/// A pipe from signal handlers and other threads to the one that waits for keys.
///
/// It is opened once and never closed, since a `Waker` on another thread may outlive the terminal.
enum SelfPipe {
  /// The byte that is no signal's number.
  static let wakeByte: UInt8 = 0

  private static let ends: Result<(read: Int32, write: Int32), TerminalError> = {
    var descriptors: [Int32] = [-1, -1]
    guard pipe(&descriptors) == 0 else { return .failure(.pipeFailed(code: errno)) }
    for descriptor in descriptors {
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    return .success((descriptors[0], descriptors[1]))
  }()

  static func readEnd() throws(TerminalError) -> Int32 { try ends.get().read }
  static func writeEnd() throws(TerminalError) -> Int32 { try ends.get().write }
}

/// Wakes the thread that waits in `Terminal.next(timeout:)`; any thread may use it, at any time.
package struct Waker: Sendable {
  let descriptor: Int32

  package func wake() {
    var byte = SelfPipe.wakeByte
    _ = write(descriptor, &byte, 1)
  }
}
