import CNcurses
import Glibc

/// Gives the terminal back when the program crashes.
///
/// Everything that the handler needs is made beforehand and reached through one pointer; the handler itself calls only
/// what may be called in one (signal-safety(7)). Then it lets the signal take its course under its former handler,
/// so that the exit status is right and Swift's backtrace, if wanted, comes out readable.
///
/// The handler has a stack of its own on the thread that armed it, so that even an overflow there is survived by the
/// terminal; other threads run it on theirs.
enum Emergency {
  private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]
  private static let stackSize = 64 * 1024

  /// - Parameters:
  ///   - bytes: What puts the terminal back.
  ///   - mode: Its mode before.
  ///   - held: Where messages for standard error are held, and where they belong.
  static func arm(bytes: [UInt8], output: Int32, mode: termios, held: HeldMessages.Descriptors?) {
    disarm()
    registerExit()
    let text = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
    text.initialize(from: bytes, count: bytes.count)
    let former = UnsafeMutablePointer<sigaction>.allocate(capacity: signals.count)
    former.initialize(repeating: sigaction(), count: signals.count)
    let made = UnsafeMutablePointer<EmergencyState>.allocate(capacity: 1)
    made.initialize(
      to: EmergencyState(
        text: text, count: bytes.count, output: output, mode: mode, held: held?.held ?? -1,
        standardError: held?.standardError ?? -1, former: former))
    state = made

    let stack = UnsafeMutableRawPointer.allocate(byteCount: stackSize, alignment: 16)
    var alternate = stack_t()
    alternate.ss_sp = stack
    alternate.ss_size = stackSize
    sigaltstack(&alternate, nil)

    var action = sigaction()
    sigemptyset(&action.sa_mask)
    action.sa_flags = Int32(SA_ONSTACK) | Int32(SA_SIGINFO)
    action.__sigaction_handler.sa_sigaction = crashed
    for (place, signal) in signals.enumerated() { sigaction(signal, &action, former + place) }
  }

  /// Gives the signals back to their former handlers. Calling it again does nothing.
  static func disarm() {
    guard let armed = state else { return }
    state = nil
    for (place, signal) in signals.enumerated() { sigaction(signal, armed.pointee.former + place, nil) }
    var alternate = stack_t()
    var none = stack_t()
    none.ss_flags = Int32(SS_DISABLE)
    sigaltstack(&none, &alternate)
    alternate.ss_sp?.deallocate()
    armed.pointee.text.deallocate()
    armed.pointee.former.deallocate()
    armed.deallocate()
  }

  /// A way out of the program that doesn't pass `Terminal.end()` restores the terminal too.
  private static func registerExit() {
    _ = exitRegistration
  }

  private static let exitRegistration: Int32 = atexit { restore() }

  /// Safe in a signal handler. Does its work once.
  fileprivate static func restore() {
    guard let armed = state else { return }
    state = nil
    _ = write(armed.pointee.output, armed.pointee.text, armed.pointee.count)
    _ = tcsetattr(armed.pointee.output, TCSANOW, &armed.pointee.mode)
    replay(armed.pointee.held, armed.pointee.standardError)
  }

  /// Lets a signal have its former effect. Safe in a signal handler.
  fileprivate static func standAside(_ signal: Int32, former: UnsafeMutablePointer<sigaction>?) {
    guard let former else { return }
    for place in 0..<6 where crashSignal(place) == signal { sigaction(signal, former + place, nil) }
  }

  /// `signals[place]` without an array, which a handler must not touch.
  private static func crashSignal(_ place: Int) -> Int32 {
    switch place {
    case 0: SIGILL
    case 1: SIGTRAP
    case 2: SIGSEGV
    case 3: SIGBUS
    case 4: SIGFPE
    default: SIGABRT
    }
  }

  /// Sends the held messages on. Safe in a signal handler.
  static func replay(_ held: Int32, _ standardError: Int32) {
    guard held >= 0, standardError >= 0 else { return }
    _ = dup2(standardError, STDERR_FILENO)
    _ = lseek(held, 0, SEEK_SET)
    var buffer: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
    withUnsafeMutableBytes(of: &buffer) { buffer in
      while true {
        let count = read(held, buffer.baseAddress, buffer.count)
        guard count > 0, write(STDERR_FILENO, buffer.baseAddress, count) == count else { return }
      }
    }
  }
}

/// What the crash handler needs.
private struct EmergencyState {
  var text: UnsafeMutablePointer<UInt8>
  var count: Int
  var output: Int32
  var mode: termios
  var held: Int32
  var standardError: Int32
  var former: UnsafeMutablePointer<sigaction>
}

/// Set while the screen is up. Only the thread that has the terminal, and a handler, touch it.
nonisolated(unsafe) private var state: UnsafeMutablePointer<EmergencyState>?

private func crashed(
  _ signal: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
  let former = state?.pointee.former
  Emergency.restore()
  if let former {
    Emergency.standAside(signal, former: former)
  } else {
    Glibc.signal(signal, SIG_DFL)
  }
  // A fault happens again when this returns; a signal that was sent has to be sent again.
  if let info, info.pointee.si_code <= 0 { raise(signal) }
}
