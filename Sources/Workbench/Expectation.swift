package import Debugger
package import LSTM

/// All that is recorded of a run: `--expect`.
package struct ExpectedNumbers: Equatable, Sendable {
  /// By the call of the LSTM that they are of.
  package let calls: [Int: Expectation]
  /// Of the model's outputs; nil where none is recorded.
  package let outputs: ExpectedOutputs?
  /// All that is recorded, as it is compared; empty where another model stands beside this one.
  package let recorded: [Recorded]
  /// The file's name.
  package let name: String

  package init(
    calls: [Int: Expectation] = [:], outputs: ExpectedOutputs? = nil, recorded: [Recorded] = [],
    name: String = ""
  ) {
    self.calls = calls
    self.outputs = outputs
    self.recorded = recorded
    self.name = name
  }

  package var isEmpty: Bool { calls.isEmpty && outputs == nil }
}

/// Recorded outputs of the model.
package struct ExpectedOutputs: Equatable, Sendable {
  /// The file's name.
  package let name: String
  /// As of `Expectation`.
  package let tolerance: Float
  /// By the place of the output, as many as it has.
  package let values: [Int: [Float]]

  package init(name: String, tolerance: Float, values: [Int: [Float]]) {
    self.name = name
    self.tolerance = tolerance
    self.values = values
  }

  func passes(_ value: Float, for expected: Float) -> Bool {
    Expectation.passes(value, for: expected, tolerance: tolerance)
  }

  /// The first number of an output that differs, and how many do; nil where none does or none is recorded.
  func differences(_ place: Int, _ found: [Float]) -> (first: Int, count: Int)? {
    guard let values = values[place], values.count == found.count else { return nil }
    let differing = values.indices.filter { !passes(found[$0], for: values[$0]) }
    return differing.first.map { ($0, differing.count) }
  }

  /// Whether an output with an axis for the timesteps differs at one of them; nil where none of it is recorded.
  func agrees(at timestep: Int, sample: Int, _ outputs: [ModelMap.Output], batch: Int, timesteps: Int)
    -> Bool?
  {
    var isRecorded = false
    for (place, output) in outputs.enumerated() {
      guard let values = values[place], values.count == output.values.count, output.shape.count == 3,
        output.shape[0] == batch, output.shape[1] == timesteps
      else { continue }
      isRecorded = true
      let start = (sample * timesteps + timestep) * output.shape[2]
      for index in start..<start + output.shape[2] where !passes(output.values[index], for: values[index]) {
        return false
      }
    }
    return isRecorded ? true : nil
  }
}

/// Recorded numbers of an LSTM that stand beside those of the run.
package struct Expectation: Equatable, Sendable {
  /// The file's name.
  package let name: String
  /// Equal means |a − b| ≤ T + T·|expected|.
  package let tolerance: Float
  /// As a trace keeps them, (batch, timesteps, width), in the order of processing.
  let steps: [Quantity: [Float]]
  /// After the last step, (batch, units).
  let finals: [Quantity: [Float]]

  package init(
    name: String, tolerance: Float, steps: [Quantity: [Float]], finals: [Quantity: [Float]] = [:]
  ) {
    self.name = name
    self.tolerance = tolerance
    self.steps = steps
    self.finals = finals
  }

  /// The quantities that are recorded at every step, in the order of the equations.
  var quantities: [Quantity] {
    [Quantity.h, .c, .y, .i, .f, .g, .o].filter { steps[$0] != nil || finals[$0] != nil }
  }

  /// The number that is expected; nil where none is recorded.
  func expected(_ quantity: Quantity, unit: Int, step: Int, sample: Int, in trace: Trace) -> Float? {
    // A projection leaves h fewer columns than there are units.
    guard unit < trace.width(of: quantity) else { return nil }
    switch quantity {
    case .z0, .z1, .z2, .z3:
      let part = [Quantity.z0, .z1, .z2, .z3].firstIndex(of: quantity) ?? 0
      return expected(.z, unit: part * trace.units + unit, step: step, sample: sample, in: trace)
    case .hPrevious, .cPrevious:
      guard step > 0 else { return nil }
      return expected(
        quantity == .hPrevious ? .h : .c, unit: unit, step: step - 1, sample: sample, in: trace)
    case .x, .zx, .zh, .z, .i, .f, .g, .o, .c, .h, .y:
      if let values = steps[quantity] {
        let index = (sample * trace.timesteps + step) * trace.width(of: quantity) + unit
        return values.indices.contains(index) ? values[index] : nil
      }
      guard step == trace.timesteps - 1, let values = finals[quantity] ?? (quantity == .h ? finals[.y] : nil)
      else { return nil }
      let index = sample * trace.width(of: quantity) + unit
      return values.indices.contains(index) ? values[index] : nil
    }
  }

  /// Whether our number passes for the expected one; nil where none is recorded.
  func agrees(_ quantity: Quantity, unit: Int, step: Int, sample: Int, in trace: Trace) -> Bool? {
    expected(quantity, unit: unit, step: step, sample: sample, in: trace).map {
      passes(trace.value(quantity, unit: unit, step: step, sample: sample), for: $0)
    }
  }

  func passes(_ value: Float, for expected: Float) -> Bool {
    Self.passes(value, for: expected, tolerance: tolerance)
  }

  fileprivate static func passes(_ value: Float, for expected: Float, tolerance: Float) -> Bool {
    if value == expected || (value.isNaN && expected.isNaN) { return true }
    guard value.isFinite, expected.isFinite else { return false }
    return abs(value - expected) <= tolerance + tolerance * abs(expected)
  }

  /// How a step of a sample stands to what is recorded.
  enum Standing: Equatable {
    /// A number of the selected unit differs.
    case unitDiffers
    /// Numbers of other units alone do.
    case othersDiffer
    case agrees
    case notRecorded
  }

  /// - Complexity: O(units · quantities).
  func standing(unit: Int, step: Int, sample: Int, in trace: Trace) -> Standing {
    let quantities = quantities
    var isRecorded = false
    var others = false
    for quantity in quantities {
      for other in 0..<trace.units {
        guard let agrees = agrees(quantity, unit: other, step: step, sample: sample, in: trace) else { break }
        isRecorded = true
        guard !agrees else { continue }
        if other == unit { return .unitDiffers }
        others = true
      }
    }
    return others ? .othersDiffer : isRecorded ? .agrees : .notRecorded
  }
}
