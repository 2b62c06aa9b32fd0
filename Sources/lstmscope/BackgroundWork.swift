import Dispatch
import Synchronization
import Terminal

/// Something that may take longer than a frame, done on a thread of its own.
///
/// A class because both threads hold it.
final class BackgroundWork<Output: Sendable>: Sendable {
  private let result = Mutex<Result<Output, any Error>?>(nil)
  private let progress = Atomic(0)
  private let isStopped = Atomic(false)
  private let isDone = DispatchSemaphore(value: 0)

  /// - Parameter work: Told itself, to say how far it is and to ask whether it is to stop.
  init(waker: Waker?, _ work: @escaping @Sendable (BackgroundWork) throws -> Output) {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      let outcome = Result { try work(self) }
      result.withLock { $0 = outcome }
      isDone.signal()
      waker?.wake()
    }
  }

  func cancel() { isStopped.store(true, ordering: .relaxed) }

  var isCancelled: Bool { isStopped.load(ordering: .relaxed) }

  /// How far it says that it is.
  var done: Int {
    get { progress.load(ordering: .relaxed) }
    set { progress.store(newValue, ordering: .relaxed) }
  }

  /// Waits a little for it, so that what is quick is there in the same frame.
  ///
  /// - Returns: The outcome; nil where it is not there yet.
  func take(within milliseconds: Int = 0) -> Result<Output, any Error>? {
    if milliseconds > 0, isDone.wait(timeout: .now() + .milliseconds(milliseconds)) == .success {
      // What was waited for is there for whoever asks next.
      isDone.signal()
    }
    return result.withLock { $0 }
  }
}
