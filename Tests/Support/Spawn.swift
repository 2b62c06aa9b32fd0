package import Glibc

/// A process that could not be started, or did not do what the harness needs.
package struct SpawnFailure: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// Starts a program with the signals of a fresh login.
///
/// - Parameters:
///   - environment: All of it; nothing is inherited but what is named here.
///   - directory: Where it is started; nil for where the tests are.
///   - isLeader: Whether it begins a session of its own.
///   - files: Gives it its files.
package func spawn(
  _ path: String, _ arguments: [String], environment: [String: String], directory: String? = nil,
  isLeader: Bool = false, files: (inout posix_spawn_file_actions_t) -> Void
) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  files(&actions)
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  // Tests run on threads that block signals, and a child would inherit that; SIGPIPE may be ignored.
  var none = sigset_t()
  sigemptyset(&none)
  posix_spawnattr_setsigmask(&attributes, &none)
  var all = sigset_t()
  sigfillset(&all)
  posix_spawnattr_setsigdefault(&attributes, &all)
  let newSession: Int16 = isLeader ? 0x80 : 0
  posix_spawnattr_setflags(&attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
  // posix_spawn's own way to change the directory is not in Swift's Glibc; env becomes the program.
  let line = (directory.map { ["/usr/bin/env", "-C", $0] } ?? []) + [path] + arguments
  var words = line.map { strdup($0) } + [nil]
  var settings = environment.map { strdup($0.key + "=" + $0.value) } + [nil]
  defer { for text in words + settings { free(text) } }
  var process: pid_t = 0
  let code = posix_spawn(&process, line[0], &actions, &attributes, &words, &settings)
  guard code == 0 else { throw SpawnFailure(description: "\(path) can't be started: error \(code)") }
  return process
}
