import LSTM
import Network

/// Axes of the input and of the output: read from the wrong end, or taken for each other.
extension Change {
  static let inputReversed = Change("input-reversed", [.time]) { trial in
    let goesBackwards = trial.members.contains {
      $0.lstm.direction == nil && $0.lstm.parameters.goBackwards
    }
    return [
      Version(
        sentence: goesBackwards
          ? "x was read from its first timestep, and this model reads it from its last"
          : "x was read from its last timestep: outputs in the order of reading",
        remedy: [
          "x = x[:, ::-1]                           # or LSTM(…, go_backwards=\(goesBackwards ? "False" : "True"))"
        ], isOfWeights: false
      ) { $0.changeSequences { $0.reversedInTime } }
    ]
  }

  static let outputReversed = Change("output-reversed", [.time, .recorded]) { trial in
    let reverse: @Sendable (inout Trial) -> Bool = { trial in
      trial.changeExpected { entry in
        guard entry.target.timesteps(entry.numbers.shape) != nil else { return nil }
        var entry = entry
        entry.numbers.values =
          Value(shape: entry.numbers.shape, entry.numbers.values).reversedInTime?.numbers
          ?? entry.numbers.values
        return entry
      }
    }
    return [
      Version(
        sentence: "y is in the opposite order of time", remedy: ["y = y[:, ::-1]"], isOfWeights: false,
        undo: reverse),
      Version(
        sentence: "x was read from its last timestep, and y put back into the order of x",
        remedy: ["y = model(x[:, ::-1])[:, ::-1]"], isOfWeights: false
      ) { trial in
        let isRead = trial.changeSequences { $0.reversedInTime }
        return reverse(&trial) && isRead
      },
    ]
  }

  static let batchAndTimeSwapped = ofRun(
    "batch-and-time-swapped", [.batch, .time],
    "batch and time were taken for each other: the first axis of x was read as time",
    remedy: ["nn.LSTM(…, batch_first=True)             # else PyTorch reads (timesteps, batch, features)"]
  ) { trial in
    // What the model declares is what the file's author took for the timesteps.
    trial.overrides.takesAnyLength = true
    let isRead = trial.changeSequences { value in
      value.shape.count == 3 && value.shape[0] * value.shape[1] > 1 ? value.timeExchanged() : nil
    }
    let isCompared = trial.changeExpected { entry in
      guard entry.target.timesteps(entry.numbers.shape) != nil else { return nil }
      var entry = entry
      let exchanged = Value(shape: entry.numbers.shape, entry.numbers.values).timeExchanged()
      entry.numbers = Numbers(shape: exchanged.shape, values: exchanged.numbers)
      return entry
    }
    return isRead && isCompared
  }

  /// x is right; where there are as many samples as timesteps the shape does not show it.
  static let outputTimeMajor = ofRun(
    "output-time-major", [.recorded, .batch],
    "y is (timesteps, batch, …), and this model's is (batch, timesteps, …)",
    remedy: ["y = y.transpose(0, 1)                    # or nn.LSTM(…, batch_first=True) for x and y alike"]
  ) { trial in
    trial.changeExpected { entry in
      guard entry.target.timesteps(entry.numbers.shape) != nil,
        entry.numbers.shape[0] == entry.numbers.shape[1],
        entry.numbers.shape[0] > 1
      else { return nil }
      var entry = entry
      let exchanged = Value(shape: entry.numbers.shape, entry.numbers.values).timeExchanged()
      entry.numbers = Numbers(shape: exchanged.shape, values: exchanged.numbers)
      return entry
    }
  }

  static let paddingInFront = ofRun(
    "padding-in-front", [.mask, .time], "x was padded behind where the framework padded in front",
    remedy: ["pad_sequences(…, padding='pre')          # or pad behind and mask on both sides"]
  ) { trial in trial.changeSequences { $0.withPaddingInFront } }
}

extension Value {
  /// The first timestep last, the mask with it; nil where there is no axis of time.
  var reversedInTime: Value? {
    guard shape.count >= 2, case .numbers(let numbers) = elements else { return nil }
    let (count, inner) = (shape[1], shape.dropFirst(2).reduce(1, *))
    func mirrored(_ row: Int) -> Int { row / count * count + count - 1 - row % count }
    let rows = shape[0] * count
    let values = (0..<rows).flatMap { row in
      numbers[mirrored(row) * inner..<(mirrored(row) + 1) * inner]
    }
    let mask = mask.flatMap { mask -> Mask? in
      mask.shape == [shape[0], count]
        ? Mask(shape: mask.shape, (0..<rows).map { mask.flags[mirrored($0)] }) : nil
    }
    return Value(shape: shape, values, mask: mask)
  }

  /// For each sample, how many timesteps at its end are nothing but zeros.
  var trailingPadding: [Int] {
    guard shape.count >= 2, shape.count <= 3, case .numbers(let numbers) = elements else { return [] }
    let (count, inner) = (shape[1], shape.dropFirst(2).reduce(1, *))
    return (0..<shape[0]).map { sample in
      var padding = 0
      while padding < count {
        let row = sample * count + count - 1 - padding
        guard numbers[row * inner..<(row + 1) * inner].allSatisfy({ $0 == 0 }) else { break }
        padding += 1
      }
      return padding
    }
  }

  /// What stands at the end of each sample as zeros put before it; nil where there are none.
  var withPaddingInFront: Value? {
    let padding = trailingPadding
    guard padding.contains(where: { $0 > 0 }), padding.allSatisfy({ $0 < shape[1] }) else { return nil }
    let (count, inner) = (shape[1], shape.dropFirst(2).reduce(1, *))
    let numbers = numbers
    var values = [Float](repeating: 0, count: numbers.count)
    for (sample, padding) in padding.enumerated() {
      let length = (count - padding) * inner
      let from = sample * count * inner
      let to = from + padding * inner
      values.replaceSubrange(to..<to + length, with: numbers[from..<from + length])
    }
    return Value(shape: shape, values)
  }
}
