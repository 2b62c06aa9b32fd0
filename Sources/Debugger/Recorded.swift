import Commands
package import Network

/// Numbers that somebody recorded elsewhere, and which numbers of the run they are to equal.
package struct Recorded: Sendable, Equatable {
  package let target: Target
  /// In the shape of the target.
  package var numbers: Numbers
  /// What was assumed to make them fit, a sentence; nil where nothing was.
  package let choice: String?

  package init(target: Target, numbers: Numbers, choice: String? = nil) {
    self.target = target
    self.numbers = numbers
    self.choice = choice
  }
}

/// What is wrong with recorded numbers.
package enum RecordingError: Error, Equatable {
  case unknownKey(String, known: [String], nearest: String?)
  case unknownQuantity(String, known: [String], nearest: String?)
  case notRun(String, reason: String)
  case shape(String, found: [Int], wanted: [Int])
  /// A bare array fits nothing that it could be.
  case fitsNothing(found: [Int], candidates: [(name: String, shape: [Int])])
  case nothingRecorded

  package static func == (a: RecordingError, b: RecordingError) -> Bool { a.message == b.message }

  package var message: String {
    switch self {
    case .unknownKey(let key, let known, let near):
      "'\(key)' is none of the keys that trace writes for this model: \(Self.listed(known))"
        + (near.map { "; did you mean '\($0)'?" } ?? "")
    case .unknownQuantity(let name, let known, let near):
      "there is no quantity '\(name)'; there is \(Self.listed(known))"
        + (near.map { "; did you mean '\($0)'?" } ?? "")
    case .notRun(let name, let reason): "\(name) is not there to be compared: \(reason)"
    case .shape(let name, let found, let wanted):
      "\(name) has shape \(describe(found)) where this run gives \(describe(wanted))"
    case .fitsNothing(let found, let candidates):
      "an array of shape \(describe(found)) fits nothing that it is compared with: "
        + candidates.map { "\($0.name) \(describe($0.shape))" }.joined(separator: ", ")
        + "; --quantity L/c names another, or an npz with trace's keys"
    case .nothingRecorded: "there is no array in it"
    }
  }

  private static func listed(_ names: [String]) -> String {
    names.count > 24
      ? names.prefix(24).joined(separator: " ") + " … and \(names.count - 24) more"
      : names.joined(separator: " ")
  }
}

/// Finds out what recorded arrays are to be compared with.
package struct Recording {
  let run: NetworkRun
  private let outputs: Int

  package init(_ run: NetworkRun) {
    self.run = run
    outputs = run.outputs.count
  }

  /// Every key that `trace` would write, in its order.
  package var keys: [String] { targets.map { $0.name(outputs: outputs) } }

  private var targets: [Target] {
    run.calls.flatMap { call in TracedArray.allCases.map { Target.call(call.key, $0) } }
      + run.outputs.indices.map { .output($0) }
  }

  /// Arrays with names: an npz's, or those of a JSON object.
  ///
  /// - Parameter quantity: The one that alone is compared; nil for all.
  package func recorded(
    _ arrays: [(name: String, numbers: Numbers)], quantity: String?
  ) throws(RecordingError) -> [Recorded] {
    guard !arrays.isEmpty else { throw .nothingRecorded }
    let byName = Dictionary(targets.map { ($0.name(outputs: outputs), $0) }) { first, _ in first }
    let wanted = try quantity.map { (name) throws(RecordingError) in try target(named: name) }
    var recorded: [Recorded] = []
    for (name, numbers) in arrays {
      guard let target = byName[name] else {
        throw .unknownKey(name, known: keys, nearest: nearest(to: name, of: keys))
      }
      if let wanted, wanted != target { continue }
      recorded += asOfLSTMs(try fit(numbers, to: target, name: name))
    }
    if recorded.isEmpty, let quantity {
      throw .notRun(quantity, reason: "the recorded arrays are \(arrays.map(\.name).joined(separator: ", "))")
    }
    return recorded
  }

  /// An array without a name: the model's output, or the only LSTM's h, or its final h.
  package func recorded(_ numbers: Numbers, quantity: String?) throws(RecordingError) -> [Recorded] {
    if let quantity {
      let target = try target(named: quantity)
      if let stacked = stacked(numbers, target: target) { return [stacked] }
      return asOfLSTMs(try fit(numbers, to: target, name: quantity))
    }
    var candidates: [Target] = run.outputs.indices.filter { run.outputs[$0] != nil }.map { .output($0) }
    if run.calls.count == 1 {
      candidates += [.call(run.calls[0].key, .h), .call(run.calls[0].key, .hFinal)]
    }
    for target in candidates {
      guard let found = target.numbers(of: run), let fitted = found.fitting(numbers) else { continue }
      let name = target.name(outputs: outputs)
      let what = numbers.shape == found.shape ? nil : fitted.choice
      let choice = ["the array is compared with \(name)", what].compactMap { $0 }.joined(separator: ", ")
      return asOfLSTMs(Recorded(target: target, numbers: fitted.numbers, choice: choice))
    }
    if let stacked = stacked(numbers, target: .finals(.hFinal)) { return [stacked] }
    var offered = candidates.compactMap { target in
      target.numbers(of: run).map { (name: target.name(outputs: outputs), shape: $0.shape) }
    }
    if let finals = Target.finals(.hFinal).numbers(of: run), run.calls.count > 1 {
      offered.append((name: "h_final of every LSTM", shape: finals.shape))
    }
    throw .fitsNothing(found: numbers.shape, candidates: offered)
  }

  /// PyTorch's (layers · directions, batch, units).
  private func stacked(_ numbers: Numbers, target: Target) -> Recorded? {
    let array: TracedArray
    switch target {
    case .finals(let finals): array = finals
    case .call(_, let one) where one == .hFinal || one == .cFinal: array = one
    case .call, .output: return nil
    }
    guard let found = Target.finals(array).numbers(of: run), found.shape == numbers.shape else { return nil }
    return Recorded(
      target: .finals(array), numbers: numbers,
      choice:
        "the array is compared with \(array.rawValue) of every LSTM, (layers · directions, batch, units)"
    )
  }

  /// `lstm/c`, or `c` where there is one LSTM.
  private func target(named name: String) throws(RecordingError) -> Target {
    let byName = Dictionary(targets.map { ($0.name(outputs: outputs), $0) }) { first, _ in first }
    if let target = byName[name] { return target }
    if let array = TracedArray(rawValue: name) {
      if run.calls.count == 1 { return .call(run.calls[0].key, array) }
      if array == .hFinal || array == .cFinal { return .finals(array) }
    }
    throw .unknownQuantity(name, known: keys, nearest: nearest(to: name, of: keys))
  }

  private func fit(_ numbers: Numbers, to target: Target, name: String) throws(RecordingError) -> Recorded {
    guard let found = target.numbers(of: run) else {
      throw .notRun(name, reason: run.stopped?.message ?? "the run did not come to it")
    }
    guard let fitted = found.fitting(numbers) else {
      throw .shape(name, found: numbers.shape, wanted: found.shape)
    }
    return Recorded(
      target: target, numbers: fitted.numbers, choice: fitted.choice.map { "\(name) is taken \($0)" })
  }
}

extension Numbers {
  /// Recorded numbers brought into this shape, with what had to be assumed.
  func fitting(_ other: Numbers) -> (numbers: Numbers, choice: String?)? {
    if other.shape == shape { return (other, nil) }
    if shape.first == 1, other.shape == Array(shape.dropFirst()) {
      return (Numbers(shape: shape, values: other.values), "as one sample")
    }
    // PyTorch's state of one layer.
    if shape.count == 2, other.shape == [1] + shape {
      return (Numbers(shape: shape, values: other.values), "without its axis of layers")
    }
    if shape.count == 3, other.shape == [shape[1], shape[0], shape[2]] {
      let value = Value(shape: other.shape, other.values).timeExchanged()
      return (Numbers(shape: shape, values: value.numbers), "with time before batch")
    }
    return nil
  }
}
