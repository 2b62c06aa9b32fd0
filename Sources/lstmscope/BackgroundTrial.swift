import Dispatch
import Synchronization
import Terminal
import Workbench

/// A trial on a thread of its own.
final class BackgroundTrial: Sendable {
  private enum Status {
    case running
    case finished(ReturnsTrial?)
  }

  private let status = Mutex(Status.running)
  private let isCancelled = Atomic(false)

  init(_ directions: TrialDirections, waker: Waker) {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      let trial = directions.run { !isCancelled.load(ordering: .relaxed) }
      status.withLock { $0 = .finished(trial) }
      waker.wake()
    }
  }

  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// The trial, nil inside where it was stopped; nil while it is going on.
  func take() -> ReturnsTrial?? {
    status.withLock { status in
      if case .finished(let trial) = status { return .some(trial) }
      return nil
    }
  }
}
