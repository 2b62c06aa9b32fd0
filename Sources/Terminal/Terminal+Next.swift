import Glibc

extension Terminal {
  /// Waits for something to happen.
  ///
  /// Several keys may have come at once. A loop that handles events until `next(timeout: 0)` gives `.timeout`, and
  /// then draws, draws once for all of them.
  ///
  /// - Parameter milliseconds: The longest wait; nil to wait for ever.
  package func next(timeout milliseconds: Int? = nil) -> Event {
    let deadline = milliseconds.map { Clock.milliseconds() + max(0, $0) }
    while true {
      readPipe()
      if let event = pendingEvent() { return event }
      if let event = decoder.next(isComplete: isInputComplete) { return event }
      if hasHungUp { return .hangup }
      let hasInput = wait(until: deadline)
      if hasInput { readKeys() }
      if !hasInput, pending.isEmpty, let deadline, Clock.milliseconds() >= deadline {
        readPipe()
        return pendingEvent() ?? decoder.next(isComplete: isInputComplete) ?? .timeout
      }
    }
  }

  private var isInputComplete: Bool {
    decoder.isWaiting && Clock.milliseconds() - lastInput >= decoder.patience
  }

  /// - Returns: Whether there is input.
  private func wait(until deadline: Int?) -> Bool {
    var ends = [deadline].compactMap { $0 }
    if decoder.isWaiting { ends.append(lastInput + decoder.patience) }
    let left = ends.min().map { max(0, $0 - Clock.milliseconds()) } ?? -1
    var pollers = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&pollers, 2, Int32(clamping: left))
    return count > 0 && pollers[0].revents != 0
  }

  private func readKeys() {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = read(input, &chunk, chunk.count)
    if count > 0 {
      decoder.append(chunk[..<count])
      lastInput = Clock.milliseconds()
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      hasHungUp = true
    }
  }

  private func readPipe() {
    var chunk = [UInt8](repeating: 0, count: 256)
    while true {
      let count = read(readEnd, &chunk, chunk.count)
      guard count > 0 else { return }
      for byte in chunk[..<count] where !pending.contains(byte) { pending.append(byte) }
    }
  }

  /// Waits for SIGCONT. Where there is no shell to stop for, stopping has no effect and the wait ends by itself.
  func awaitContinue() {
    let deadline = Clock.milliseconds() + 300
    while true {
      readPipe()
      if let place = pending.firstIndex(of: UInt8(SIGCONT)) {
        pending.remove(at: place)
        return
      }
      let left = deadline - Clock.milliseconds()
      guard left > 0 else { return }
      var poller = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      _ = poll(&poller, 1, Int32(left))
    }
  }

  private func pendingEvent() -> Event? {
    while !pending.isEmpty {
      let byte = pending.removeFirst()
      if byte == SelfPipe.wakeByte { return .wake }
      switch Int32(byte) {
      case SIGWINCH: adoptSize()
      case SIGTSTP: suspend()
      case SIGCONT: reenter()
      default: return .signal(Int32(byte))
      }
      return .resize(width: size.width, height: size.height)
    }
    return nil
  }
}
