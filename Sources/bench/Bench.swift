/// A measurement that prints our time beside a rival's on the same machine.
struct Bench: Sendable {
  /// What is typed behind `swift run -c release bench` to run it alone.
  let name: String
  let summary: String
  let run: @Sendable () throws -> Void

  /// One file each; to add one, write `<Name>.swift` and put it here.
  static let all: [Bench] = [.firstFrame, .keyPress, .sentence, .openingFile, .forwardPass]
}

/// The middle of the times of several calls, in milliseconds.
///
/// - Parameter seconds: Calls go on until this long has passed, and until there were three.
func medianMilliseconds(atLeast seconds: Double = 0.3, _ work: () -> Void) -> Double {
  work()
  var times: [Double] = []
  let clock = ContinuousClock()
  let start = clock.now
  while times.count < 3 || (start.duration(to: clock.now) < .seconds(seconds) && times.count < 10_000) {
    times.append(clock.measure(work) / .milliseconds(1))
  }
  return times.sorted()[times.count / 2]
}
