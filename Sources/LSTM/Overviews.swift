import Synchronization

/// The largest magnitudes of a run over stretches of steps, so that a key needs not read a sequence of millions.
///
/// For each quantity that was looked at: of every unit the extreme in each block of 64 steps, computed once.
///
/// A class because it is filled when it is first asked; what it answers does not depend on that, so that runs are
/// the same whether it is filled or not.
package final class Overviews: Sendable, Equatable {
  private static let block = 64
  private let known = Mutex<[Key: [Float]]>([:])

  package init() {}

  private struct Key: Hashable {
    let quantity: Quantity
    let sample: Int
  }

  package static func == (a: Overviews, b: Overviews) -> Bool { true }

  /// As `Trace.extremes`, from blocks where a stretch is longer than one.
  package func extremes(
    of quantity: Quantity, units: Range<Int>, sample: Int, stride: Int, in trace: Trace
  ) -> [Float] {
    guard stride >= 2 * Self.block else {
      return trace.extremes(of: quantity, units: units, sample: sample, stride: stride)
    }
    let key = Key(quantity: quantity, sample: sample)
    let blocks = known.withLock { known in
      if let blocks = known[key] { return blocks }
      let blocks = trace.extremes(
        of: quantity, units: 0..<trace.width(of: quantity), sample: sample, stride: Self.block)
      known[key] = blocks
      return blocks
    }
    let perUnit = (trace.timesteps + Self.block - 1) / Self.block
    let count = (trace.timesteps + stride - 1) / stride
    var result: [Float] = []
    result.reserveCapacity(units.count * count)
    for unit in units {
      for cell in 0..<count {
        let steps = cell * stride..<min(trace.timesteps, (cell + 1) * stride)
        result.append(
          extreme(of: quantity, unit, sample, steps, blocks[unit * perUnit..<(unit + 1) * perUnit], trace))
      }
    }
    return result
  }

  /// Whole blocks from what is known, the steps at both ends from the trace.
  private func extreme(
    of quantity: Quantity, _ unit: Int, _ sample: Int, _ steps: Range<Int>, _ blocks: ArraySlice<Float>,
    _ trace: Trace
  ) -> Float {
    let first = (steps.lowerBound + Self.block - 1) / Self.block
    let last = max(first, steps.upperBound / Self.block)
    var extreme: Float = 0
    func take(_ value: Float) {
      if !value.isFinite || !extreme.isFinite {
        extreme = .nan
      } else if abs(value) > abs(extreme) {
        extreme = value
      }
    }
    func read(_ steps: Range<Int>) {
      for step in steps { take(trace.value(quantity, unit: unit, step: step, sample: sample)) }
    }
    read(steps.lowerBound..<min(steps.upperBound, first * Self.block))
    for block in first..<last { take(blocks[blocks.startIndex + block]) }
    read(min(steps.upperBound, max(steps.lowerBound, last * Self.block))..<steps.upperBound)
    return extreme
  }
}
