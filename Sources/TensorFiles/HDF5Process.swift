import CLinux
import Glibc

extension HDF5File {
  /// Reads a file through the helper, `lstmscope-hdf5`.
  ///
  /// libhdf5 crashes or hangs on some damaged files; then it is the helper that dies, and this throws.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - helper: The path of the helper.
  ///   - timeout: In seconds, for all of it; by default 2, for files beyond 5 MB 1 and 1 more for each 5 MB.
  ///   - meanwhile: What can be done while the helper reads.
  package static func read(
    _ source: FileSource, helper: String, timeout: Double? = nil, meanwhile: () -> Void = {}
  ) throws(HDF5Error) -> HDF5File {
    try HDF5Superblock.check(source)
    guard let file = source.descriptorToShare() else {
      throw .helperMissing(path: helper, reason: String(cString: strerror(errno)))
    }
    defer { if file.isOurs { close(file.descriptor) } }
    let seconds = timeout ?? max(2, 1 + Double(source.size) / 5e6)
    let process = try HelperProcess(
      path: helper, input: file.descriptor, arguments: ["\(file.offset)", "\(source.size)"], seconds: seconds)
    defer { process.close() }
    meanwhile()
    var reply = HDF5Reply(
      process: process, source: source, limit: HDF5Reply.limit(fileSize: source.size))
    do {
      let file = try reply.read()
      process.kill()
      return file
    } catch {
      // An answer that stops is explained best by how the helper ended.
      switch error {
      case .badAnswer:
        switch process.waitForEnd() {
        case .signal(let signal): throw .died(signal: signal)
        // What the loader and a shell say of a program that they cannot start.
        case .exit(126), .exit(127):
          throw .helperMissing(path: helper, reason: "a library that it needs is missing; ldd tells which")
        case .exit, .unknown: throw error
        }
      case .noSignature, .truncated, .refused, .died, .timedOut, .tooLarge, .helperMissing:
        process.kill()
        throw error
      }
    }
  }
}

/// The helper while it runs, and the end of the pipe that it writes to.
///
/// A class, because there is one process and it is ended once.
final class HelperProcess {
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)
    case unknown
  }

  private let output: Int32
  private var identifier: pid_t
  private let seconds: Double
  private let deadline: Double

  /// - Parameters:
  ///   - input: What the helper gets as its standard input; every other descriptor is closed to it.
  ///   - arguments: Where in it the HDF5 begins and how many bytes it has, or `write`.
  init(path: String, input: Int32, arguments: [String], seconds: Double) throws(HDF5Error) {
    self.seconds = seconds
    deadline = HelperProcess.now() + seconds
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else {
      throw .helperMissing(path: path, reason: String(cString: strerror(errno)))
    }
    // Where the program runs without standard input or output, the pipe would stand in the way of its copies.
    if ends[1] <= STDERR_FILENO {
      let moved = fcntl(ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
      Glibc.close(ends[1])
      ends[1] = moved
    }
    // The default of 64 KB costs a switch of processes for each; not being allowed more is no error.
    _ = fcntl(ends[0], Int32(linux_f_setpipe_size), 1 << 20)
    let (identifier, failure) = HelperProcess.spawn(path, arguments, input: input, output: ends[1])
    Glibc.close(ends[1])
    guard failure == 0 else {
      Glibc.close(ends[0])
      throw .helperMissing(path: path, reason: String(cString: strerror(failure)))
    }
    output = ends[0]
    self.identifier = identifier
  }

  private static func spawn(
    _ path: String, _ words: [String], input: Int32, output: Int32
  ) -> (pid_t, Int32) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // Copies do not inherit the flag that closes them; a copy onto itself loses it too (glibc 2.29).
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    // Descriptors that a library opened without the flag.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGXCPU] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // A group of its own: Ctrl-C at the terminal is for the program, which ends the helper itself.
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var identifier: pid_t = 0
    let arguments = ([path] + words).map { (text: String) in strdup(text) }
    // Of the environment only what may be needed to find libhdf5.
    let libraries = getenv("LD_LIBRARY_PATH").flatMap { strdup("LD_LIBRARY_PATH=" + String(cString: $0)) }
    defer {
      for argument in arguments { free(argument) }
      free(libraries)
    }
    let failure = posix_spawn(&identifier, path, &actions, &attributes, arguments + [nil], [libraries, nil])
    return (identifier, failure)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Waits until there is something, then takes what there is, at most the size of `memory`.
  ///
  /// - Returns: The number of bytes; 0 at the end.
  func read(into memory: UnsafeMutableRawBufferPointer) throws(HDF5Error) -> Int {
    while true {
      let left = deadline - HelperProcess.now()
      guard left > 0 else { throw .timedOut(seconds: seconds) }
      var request = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, Int32(min(left * 1000, 60_000)) + 1)
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      guard ready > 0 else { throw .badAnswer(String(cString: strerror(errno))) }
      let count = Glibc.read(output, memory.baseAddress, memory.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .badAnswer(String(cString: strerror(errno))) }
      return count
    }
  }

  /// Ends it, whatever it is doing.
  func kill() {
    guard identifier > 0 else { return }
    Glibc.kill(identifier, SIGKILL)
    wait()
  }

  /// Waits for a helper that has closed its output, and no longer than a moment.
  ///
  /// - Returns: `unknown` also for one that closed its output and went on; it is ended then.
  func waitForEnd() -> End {
    guard identifier > 0 else { return .unknown }
    var status: Int32 = 0
    for _ in 0..<200 {
      let result = waitpid(identifier, &status, WNOHANG)
      if result == identifier {
        identifier = 0
        return status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
      }
      // Somebody else reaps this program's children.
      if result < 0 && errno != EINTR { break }
      usleep(5_000)
    }
    kill()
    return .unknown
  }

  private func wait() {
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
    identifier = 0
  }

  func close() {
    kill()
    Glibc.close(output)
  }
}
