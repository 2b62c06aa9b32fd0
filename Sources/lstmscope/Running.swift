import Glibc
import Network

/// Says on standard error how far a run is that takes long before there is a screen; Ctrl-C ends the program.
///
/// A class because what it said must be wiped away by the one who began.
final class Running {
  private let clock = ContinuousClock()
  private var next: ContinuousClock.Instant
  private var hasSpoken = false
  private let isWatched = isatty(STDERR_FILENO) == 1

  init() {
    next = clock.now + .milliseconds(500)
  }

  /// - Returns: true, to go on.
  func says(_ progress: Progress) -> Bool {
    let share = progress.timesteps > 0 ? " \(progress.step * 100 / progress.timesteps) %" : ""
    return says("running \(progress.layer)\(share)")
  }

  func says(done: Int, of count: Int) {
    _ = says("\(done * 100 / max(1, count)) %")
  }

  /// - Returns: true, to go on.
  func says(tried count: Int) -> Bool { says("looking for the cause: \(count) changes tried") }

  private func says(_ sentence: @autoclosure () -> String) -> Bool {
    guard isWatched, clock.now >= next else { return true }
    let text = String(sentence().withoutControls().prefix(60))
    Messages.write("\r\(text)\(String(repeating: " ", count: 60 - text.count))")
    hasSpoken = true
    next = clock.now + .milliseconds(100)
    return true
  }

  func finish() {
    if hasSpoken { Messages.write("\r\(String(repeating: " ", count: 60))\r") }
    hasSpoken = false
  }
}
