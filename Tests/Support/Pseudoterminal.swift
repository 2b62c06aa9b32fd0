package import Glibc

/// A program running on a terminal of its own, and what that terminal shows.
///
/// Like a terminal it answers the question for its kind (DA1) and, if it is told one, for its background colour.
///
/// A class because it owns a descriptor and a process: when it goes, the process is killed and waited for.
package final class Pseudoterminal {
  /// How a program ended.
  package enum Ending: Equatable, Sendable {
    case status(Int32)
    case signal(Int32)
  }

  package private(set) var screen: VirtualScreen
  /// When the newest byte was read, and how many there were in all.
  package private(set) var lastByte: ContinuousClock.Instant?
  package private(set) var byteCount = 0
  package let process: pid_t
  private var master: Int32
  private let name: String
  private let background: String?
  private var answered = 0
  private var received: [UInt8] = []
  private var ending: Ending?

  package typealias Failure = SpawnFailure

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - environment: All of it; nothing is inherited but what is named here.
  ///   - directory: Where it is started; nil for where the tests are.
  ///   - background: What the terminal answers when asked, such as `rgb:ffff/ffff/ffff`.
  package init(
    _ path: String, _ arguments: [String] = [], width: Int = 80, height: Int = 24,
    environment: [String: String] = [:], directory: String? = nil, background: String? = nil
  ) throws {
    screen = VirtualScreen(width: width, height: height)
    self.background = background
    // posix_openpt and its sisters are not in Swift's Glibc; these are the calls behind them.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard master >= 0 else { throw Failure(description: "no pseudo-terminal: error \(errno)") }
    var (unlock, number): (Int32, Int32) = (0, 0)
    let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    guard ioctl(master, setLock, &unlock) == 0, ioctl(master, getNumber, &number) == 0 else {
      throw Failure(description: "no pseudo-terminal: error \(errno)")
    }
    name = "/dev/pts/\(number)"
    Self.setSize(master, width, height)
    let name = name
    process = try spawn(
      path, arguments, environment: environment, directory: directory, isLeader: true
    ) { actions in
      // Opened by the leader of a new session, it becomes that session's terminal.
      posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
  }

  deinit {
    if ending == nil {
      kill(process, SIGKILL)
      kill(process, SIGCONT)
      waitpid(process, nil, 0)
    }
    hangUp()
  }

  /// The folder of the programs that the package builds: where the tests themselves are.
  package static var products: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  }

  /// All that came since the last time this was asked.
  package func takeReceived() -> [UInt8] {
    defer {
      received.removeAll()
      answered = 0
    }
    return received
  }

  /// Types.
  package func send(_ text: String) {
    var bytes = Array(text.utf8)
    _ = write(master, &bytes, bytes.count)
  }

  /// Reads until nothing has come for a while.
  ///
  /// - Parameters:
  ///   - quiet: Milliseconds without a byte that count as the end.
  ///   - first: Milliseconds to wait for the first byte.
  package func read(quiet: Int = 50, first: Int = 3000) {
    var wait = first
    while readOnce(within: wait) { wait = quiet }
  }

  /// Reads until the screen is as wanted.
  ///
  /// - Returns: Whether it became so within the time.
  package func read(within milliseconds: Int = 5000, until isDone: (VirtualScreen) -> Bool) -> Bool {
    let deadline = Self.now() + milliseconds
    while !isDone(screen) {
      let left = deadline - Self.now()
      guard left > 0, readOnce(within: left) else { return isDone(screen) }
    }
    return true
  }

  /// Gives the terminal another size; the screen begins empty, since a program has to draw it anew.
  package func resize(width: Int, height: Int) {
    screen = VirtualScreen(width: width, height: height)
    Self.setSize(master, width, height)
  }

  package func signal(_ number: Int32) {
    kill(process, number)
  }

  /// Whether the program has been stopped, as by Ctrl-Z, within the time.
  package func isStopped(within milliseconds: Int = 3000) -> Bool {
    let deadline = Self.now() + milliseconds
    while Self.now() < deadline {
      var status: Int32 = 0
      let waited = waitpid(process, &status, WUNTRACED | WNOHANG)
      if waited == process {
        if status & 0xFF == 0x7F { return true }
        note(status)
        return false
      }
      _ = readOnce(within: 10)
    }
    return false
  }

  /// Waits for the end and reads what comes until then.
  ///
  /// - Returns: Nil if it doesn't end within the time.
  package func wait(within milliseconds: Int = 5000) -> Ending? {
    let deadline = Self.now() + milliseconds
    while ending == nil, Self.now() < deadline {
      _ = readOnce(within: 10)
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process { note(status) }
    }
    while readOnce(within: 0) {}
    return ending
  }

  /// The mode that the terminal is in.
  package var mode: termios {
    var mode = termios()
    tcgetattr(master, &mode)
    return mode
  }

  /// Whether two modes are the same in all that a program can set.
  package static func areEqual(_ one: termios, _ other: termios) -> Bool {
    withUnsafeBytes(of: one.c_cc) { characters in
      withUnsafeBytes(of: other.c_cc) { characters.elementsEqual($0) }
    } && one.c_iflag == other.c_iflag && one.c_oflag == other.c_oflag && one.c_cflag == other.c_cflag
      && one.c_lflag == other.c_lflag
  }

  /// Takes the terminal away, as when its window is closed.
  package func hangUp() {
    guard master >= 0 else { return }
    close(master)
    master = -1
  }

  private func note(_ status: Int32) {
    ending = status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }

  private func readOnce(within milliseconds: Int) -> Bool {
    var poller = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    var wait = Int32(milliseconds)
    let before = received.count
    var chunk = [UInt8](repeating: 0, count: 65536)
    // All that is there is read before any of it is looked at: a frame comes in pieces of 4 KB.
    while poll(&poller, 1, wait) > 0 {
      let count = Glibc.read(master, &chunk, chunk.count)
      guard count > 0 else { break }
      lastByte = .now
      byteCount += count
      received += chunk[..<count]
      wait = 0
    }
    guard received.count > before else { return false }
    screen.feed(received[before...])
    answer()
    return true
  }

  /// Answers a question for the kind of terminal that hasn't been answered yet.
  private func answer() {
    let question = Array("\u{1B}[c".utf8)
    guard received.count >= answered + question.count else { return }
    for place in answered...(received.count - question.count) where received[place...].starts(with: question)
    {
      if let background { send("\u{1B}]11;\(background)\u{1B}\\") }
      send("\u{1B}[?62;c")
      answered = place + 1
    }
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  private static func setSize(_ descriptor: Int32, _ width: Int, _ height: Int) {
    var size = winsize(
      ws_row: UInt16(clamping: height), ws_col: UInt16(clamping: width), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }
}
