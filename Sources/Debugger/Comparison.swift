package import Network

/// How recorded numbers and those of a run agree.
///
/// Equal means |a − b| ≤ T + T·|expected|; NaN equals NaN only, an infinity itself only.
package struct Comparison: Sendable, Equatable {
  /// One recorded array beside ours.
  package struct Part: Sendable, Equatable {
    package let name: String
    package let count: Int
    /// How many values are not equal.
    package let outside: Int
    /// Where |a − b| is largest; nil where everything is the same number.
    package let largest: Place?
    package let largestDifference: Float
    /// The largest number of floats that lie between two values.
    package let largestULPs: UInt32
    package let first: Place?
    /// For each timestep the largest difference; empty where there is no axis of time.
    package let byTimestep: [Float]
    package let choice: String?
  }

  package let parts: [Part]
  package let tolerance: Float

  package var passes: Bool { parts.allSatisfy { $0.outside == 0 } }
  package var count: Int { parts.reduce(0) { $0 + $1.count } }
  package var outside: Int { parts.reduce(0) { $0 + $1.outside } }
  /// Where it differs first: in the order of the layers, then of the steps, then of the equations.
  package let first: Place?
  /// The part that differs most.
  package var worst: Part? {
    parts.max { a, b in b.largestDifference > a.largestDifference || b.largestDifference.isNaN }
  }

  /// - Parameter run: A run that came to everything that is recorded.
  package init(_ recorded: [Recorded], run: NetworkRun, graph: Graph, tolerance: Float) {
    self.tolerance = tolerance
    let places = Places(graph: graph, run: run)
    var parts: [Part] = []
    var first: (order: [Int], place: Place)?
    for entry in recorded {
      let found = entry.target.numbers(of: run)?.values ?? []
      let part = Self.part(entry, found: found, places: places, tolerance: tolerance)
      parts.append(part)
      guard let place = part.first else { continue }
      let order = Self.order(of: entry.target, place, run)
      if first.map({ order.lexicographicallyPrecedes($0.order) }) ?? true { first = (order, place) }
    }
    self.parts = parts
    self.first = first?.place
  }

  private static func order(of target: Target, _ place: Place, _ run: NetworkRun) -> [Int] {
    switch target {
    case .call(let key, let array):
      let call = run.calls.firstIndex { $0.key == key } ?? 0
      let rank = TracedArray.allCases.firstIndex(of: array) ?? 0
      return [call, place.step, rank, place.sample]
    case .finals: return [0, place.step, TracedArray.allCases.count, place.sample]
    case .output(let index): return [run.calls.count + index, place.step, 0, place.sample]
    }
  }

  private static func part(
    _ recorded: Recorded, found: [Float], places: Places, tolerance: Float
  ) -> Part {
    let shape = recorded.numbers.shape
    let expected = recorded.numbers.values
    let timesteps = recorded.target.timesteps(shape)
    let inner = timesteps.map { $0.inner } ?? 1
    let count = timesteps.map { $0.count } ?? 1
    var byTimestep = [Float](repeating: 0, count: timesteps == nil ? 0 : count)
    var (outside, largestAt, largest, ulps) = (0, -1, Float(0), UInt32(0))
    var first = -1
    var firstKey = (Int.max, Int.max)
    for index in expected.indices {
      let (a, b) = (found[index], expected[index])
      let difference = distance(a, b)
      if difference > largest {
        largest = difference
        largestAt = index
      }
      ulps = max(ulps, ulpDistance(a, b))
      if !byTimestep.isEmpty {
        let step = index / inner % count
        byTimestep[step] = max(byTimestep[step], difference)
      }
      guard !isEqual(a, b, tolerance: tolerance) else { continue }
      outside += 1
      // First in time; of one timestep the first sample's first unit.
      let key = (timesteps == nil ? 0 : index / inner % count, index)
      if key < firstKey {
        firstKey = key
        first = index
      }
    }
    func place(_ index: Int) -> Place? {
      index < 0 ? nil : places.place(of: index, in: recorded, found: found[index])
    }
    return Part(
      name: recorded.target.name(outputs: places.run.outputs.count), count: expected.count, outside: outside,
      largest: place(largestAt), largestDifference: largest, largestULPs: ulps, first: place(first),
      byTimestep: byTimestep, choice: recorded.choice)
  }
}

extension Target {
  /// The length of the axis of time, and how many values one timestep of one sample has.
  func timesteps(_ shape: [Int]) -> (count: Int, inner: Int)? {
    let isByTime =
      switch self {
      case .output: shape.count >= 3
      case .call(_, let array): array.isByStep || array == .x || array == .mask
      case .finals: false
      }
    guard isByTime, shape.count >= 2, shape[1] > 0 else { return nil }
    return (shape[1], max(1, shape.dropFirst(2).reduce(1, *)))
  }
}

/// |a − b|: infinite where only one is NaN, or an infinity that the other is not.
package func distance(_ a: Float, _ b: Float) -> Float {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  guard a.isFinite, b.isFinite else { return .infinity }
  return abs(a - b)
}

/// Whether a number passes for the expected one.
package func isEqual(_ a: Float, _ expected: Float, tolerance: Float) -> Bool {
  distance(a, expected) <= tolerance + tolerance * (expected.isFinite ? abs(expected) : 0)
}

/// How many floats one would have to step through from one to the other; the most where one of them is NaN.
package func ulpDistance(_ a: Float, _ b: Float) -> UInt32 {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  guard !a.isNaN, !b.isNaN else { return .max }
  func order(_ value: Float) -> Int64 {
    let bits = Int64(value.bitPattern & 0x7fff_ffff)
    return value.sign == .minus ? -bits : bits
  }
  return UInt32(clamping: abs(order(a) - order(b)))
}
