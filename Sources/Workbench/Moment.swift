import LSTM

/// The memory at one line of one timestep, as a debugger shows it: what is not yet computed is not there.
struct Moment {
  let trace: Trace
  let parameters: Parameters
  let sample: Int
  let step: Int
  let line: FormulaLine
  let names: Names

  /// - Parameters:
  ///   - run: Another run than the state's, the one before the edits.
  ///   - line: Another line than the active one.
  init(_ state: State, run: Run? = nil, at line: FormulaLine? = nil) {
    trace = (run ?? state.run).trace
    parameters = state.parameters
    sample = state.sample
    step = state.step
    self.line = line ?? state.formula.lines[state.line]
    names = state.names
  }

  /// A value of the memory: what it is called now, its number, and how it is written.
  struct Value: Equatable {
    let name: String
    /// nil where it is not yet computed.
    let number: Float?
    /// Gates have no sign.
    let isGate: Bool
  }

  /// The columns of the table, each always the same place in memory.
  enum Slot: Int, CaseIterable {
    case input, forget, candidate, output, carry, memory

    /// The line that gives the slot its final value.
    var line: FormulaLine {
      switch self {
      case .input: .inputGate
      case .forget: .forgetGate
      case .candidate, .carry: .carry
      case .output: .outputGate
      case .memory: .memory
      }
    }
  }

  /// The number of a quantity; nil where the unit has none, as those behind a projection's width have no h.
  func known(_ quantity: Quantity, unit: Int) -> Float? {
    unit < trace.width(of: quantity) ? number(quantity, unit: unit) : nil
  }

  /// o * activation(c) of a unit: h itself, unless it is projected.
  func unprojected(unit: Int) -> Float {
    trace.unprojected(of: parameters, unit: unit, step: step, sample: sample)
  }

  private var isProjected: Bool { parameters.additions.projection != nil }

  func isDone(_ other: FormulaLine) -> Bool { other <= line }

  func number(_ quantity: Quantity, unit: Int) -> Float {
    trace.value(quantity, unit: unit, step: step, sample: sample)
  }

  func value(_ slot: Slot, unit: Int) -> Value {
    switch slot {
    case .input: gate(.i, part: 0, done: .inputGate, unit)
    case .forget: gate(.f, part: 1, done: .forgetGate, unit)
    case .candidate:
      isDone(.carry) ? Value(name: "g", number: number(.g, unit: unit), isGate: false) : part(2, unit)
    case .output: gate(.o, part: 3, done: .outputGate, unit)
    case .carry:
      isDone(.carry)
        ? Value(name: "c", number: number(.c, unit: unit), isGate: false)
        : Value(
          name: names.cPrevious, number: isDone(.cPrevious) ? number(.cPrevious, unit: unit) : nil,
          isGate: false)
    case .memory:
      isDone(isProjected ? .projection : .memory)
        ? Value(name: "h", number: known(.h, unit: unit), isGate: false)
        : isDone(.memory)
          ? Value(name: "h", number: unprojected(unit: unit), isGate: false)
          : Value(name: names.hPrevious, number: known(.hPrevious, unit: unit), isGate: false)
    }
  }

  /// z0 … z3 of a unit as far as z has been summed at this line.
  func part(_ part: Int, _ unit: Int) -> Value {
    let column = part * parameters.units + unit
    let number: Float? =
      if line < .inputProduct {
        nil
      } else if line == .inputProduct {
        self.number(.zx, unit: column)
      } else if line == .recurrentProduct {
        trace.zWithoutBias(column: column, step: step, sample: sample)
      } else if parameters.additions == .none || line >= .outputPeephole {
        self.number(.z, unit: column)
      } else {
        trace.preactivation(
          of: parameters, after: line <= .split ? .bias : line == .peephole ? .peephole : .clip,
          column: column, step: step, sample: sample)
      }
    return Value(name: names.parts[part], number: number, isGate: false)
  }

  private func gate(_ quantity: Quantity, part: Int, done: FormulaLine, _ unit: Int) -> Value {
    isDone(done)
      ? Value(name: quantity.rawValue, number: number(quantity, unit: unit), isGate: true)
      : self.part(part, unit)
  }

  /// The slot that the active line wrote.
  var result: Set<Slot> {
    switch line {
    case .hPrevious: [.memory]
    case .cPrevious: [.carry]
    case .inputProduct, .recurrentProduct, .bias, .split, .clip: [.input, .forget, .candidate, .output]
    case .peephole: [.input, .forget]
    case .outputPeephole: [.output]
    case .projection: [.memory]
    case .inputGate: [.input]
    case .forgetGate: [.forget]
    case .carry: [.carry]
    case .outputGate: [.output]
    case .memory: [.memory]
    case .result: []
    }
  }

  /// The slots that it read and that still hold what it read.
  var operands: Set<Slot> {
    switch line {
    case .recurrentProduct: [.memory]
    case .carry: [.input, .forget, .candidate]
    case .memory: [.output, .carry]
    case .result: [.memory, .carry]
    case .peephole, .outputPeephole: [.carry]
    case .forgetGate: parameters.additions.couplesGates ? [.input] : []
    case .hPrevious, .cPrevious, .inputProduct, .bias, .split, .clip, .inputGate, .outputGate, .projection: []
    }
  }

  /// Whether the line read the operand of every unit, and not of the selected one alone.
  var readsEveryUnit: Bool { line == .recurrentProduct }

  /// The lines of the formula whose values the active line read.
  var operandLines: Set<FormulaLine> {
    switch line {
    case .recurrentProduct: [.hPrevious]
    case .carry: [.cPrevious, .inputGate, .forgetGate]
    case .memory: [.carry, .outputGate]
    case .result: isProjected ? [.carry, .projection] : [.carry, .memory]
    case .peephole: [.cPrevious]
    case .outputPeephole: [.carry]
    case .projection: [.memory]
    case .forgetGate: parameters.additions.couplesGates ? [.inputGate] : []
    case .hPrevious, .cPrevious, .inputProduct, .bias, .split, .clip, .inputGate, .outputGate: []
    }
  }
}
