import Glibc
import LSTM

/// A run before there is a screen: it says how far it is where it takes long, and Ctrl-C ends it.
enum Running {
  static func trace(_ layer: PackedLayer, _ input: LayerInput) -> Trace {
    let clock = ContinuousClock()
    var next = clock.now + .milliseconds(500)
    var hasSpoken = false
    let isWatched = isatty(STDERR_FILENO) == 1
    let trace = layer.run(input, resuming: nil, from: 0) { done in
      if isWatched, clock.now >= next {
        Messages.write("\rrunning: \(done * 100 / max(1, input.timesteps)) % ")
        hasSpoken = true
        next = clock.now + .milliseconds(100)
      }
      return true
    }
    if hasSpoken { Messages.write("\r" + String(repeating: " ", count: 16) + "\r") }
    guard let trace else { preconditionFailure("a run that nobody stops comes to its end") }
    return trace
  }
}
