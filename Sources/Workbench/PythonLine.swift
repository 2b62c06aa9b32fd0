import Canvas
import LSTM
import Network

extension State {
  /// The line of Python that yields the tensors shown.
  var pythonLine: String { pythonNames + " = " + pythonCall }

  /// `whole_seq_output, final_memory_state, final_carry_state`.
  var pythonNames: String { flags.names.joined(separator: ", ") }

  /// `LSTM(3, return_sequences=True, return_state=True)(x)`, a Bidirectional round it where one is shown.
  var pythonCall: String {
    let isBackward = flags.isBidirectional && subject.layer.direction == .backward
    let first = isBackward ? subject.otherHalf ?? parameters : parameters
    let second = isBackward ? parameters : subject.otherHalf ?? parameters
    let layer = pythonLayer(first, goBackwards: flags.goBackwards)
    let hasStates = !subject.carriesStates && (trace.input.h0 != nil || trace.input.c0 != nil)
    guard flags.isBidirectional else {
      // What comes over a bridge has the names that it has there.
      let link = translation.flatMap { $0.isDecoder(subject.call) ? $0.link(of: subject.call) : nil }
      if let link {
        let states = link.isJoined ? "state_h, state_c" : "h0, c0"
        let input = link.isJoined || translation?.hasWords == true ? "y" : "x"
        return layer + "(\(input), initial_state=[\(states)])"
      }
      return layer + (hasStates ? "(x, initial_state=\(isStackedCell ? "states" : "[h0, c0]"))" : "(x)")
    }
    let merge = flags.merge == .concat ? "" : ", merge_mode=\(flags.merge.python)"
    let states =
      subject.layer.direction == nil
      ? "[h0, c0, h0, c0]" : "[forward_h0, forward_c0, backward_h0, backward_c0]"
    // Keras 3 refuses a first layer that goes backwards unless the second is given.
    let other = pythonLayer(second, goBackwards: !flags.goBackwards)
    let isGiven = flags.goBackwards || other != pythonLayer(first, goBackwards: true)
    let back = isGiven ? ", backward_layer=\(other)" : ""
    return "Bidirectional(\(layer)\(back)\(merge))" + (hasStates ? "(x, initial_state=\(states))" : "(x)")
  }

  private func pythonLayer(_ parameters: Parameters, goBackwards: Bool) -> String {
    if isRNN {
      return pythonRNN(subject.stack.isEmpty ? [parameters] : subject.stack, goBackwards: goBackwards)
    }
    let arguments = ["\(parameters.units)"] + functions(of: parameters)
    return "LSTM(\((arguments + layerFlags(parameters, goBackwards: goBackwards)).joined(separator: ", ")))"
  }

  private func functions(of parameters: Parameters) -> [String] {
    var arguments: [String] = []
    if parameters.activation != .tanh { arguments.append("activation=\(parameters.activation.python)") }
    if parameters.recurrentActivation != .sigmoid {
      arguments.append("recurrent_activation=\(parameters.recurrentActivation.python)")
    }
    if parameters.bias == nil { arguments.append("use_bias=False") }
    return arguments
  }

  private func layerFlags(_ parameters: Parameters, goBackwards: Bool) -> [String] {
    var arguments: [String] = []
    if flags.returnSequences { arguments.append("return_sequences=True") }
    if flags.returnState { arguments.append("return_state=True") }
    if subject.layer.isStateful { arguments.append("stateful=True") }
    if subject.layer.isTimeMajor { arguments.append("time_major=True") }
    if goBackwards { arguments.append("go_backwards=True") }
    // A Bidirectional sets it in its halves by itself.
    if !flags.isBidirectional, subject.layer.direction == nil, parameters.zeroOutputForMask {
      arguments.append("zero_output_for_mask=True")
    }
    return arguments
  }

  /// `RNN([LSTMCell(4), LSTMCell(3)], return_sequences=True)`: the layer that calls cells.
  private func pythonRNN(_ cells: [Parameters], goBackwards: Bool) -> String {
    let each = cells.map { cell in
      "LSTMCell(\((["\(cell.units)"] + functions(of: cell)).joined(separator: ", ")))"
    }
    let cell = isStackedCell ? "[\(each.joined(separator: ", "))]" : each[0]
    return "RNN(\(([cell] + layerFlags(parameters, goBackwards: goBackwards)).joined(separator: ", ")))"
  }

  /// Whether the file has an RNN round cells, and no LSTM.
  private var isRNN: Bool {
    isStackedCell || subject.map.rows.first { $0.calls.contains(subject.call) }?.className == "RNN"
  }

  /// The line in rows of a width, broken as one breaks Python.
  func pythonRows(width: Int) -> [String] {
    guard pythonLine.columns > width else { return [pythonLine] }
    return Self.broken(pythonNames + " = \\", indent: "", then: "    ", width: width)
      + Self.broken(pythonCall, indent: "    ", then: "        ", width: width)
  }

  private static func broken(_ text: String, indent: String, then: String, width: Int) -> [String] {
    var rows: [String] = []
    var row = indent
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for (index, word) in words.enumerated() {
      let gap = index == 0 || row.allSatisfy { $0 == " " } ? "" : " "
      if !gap.isEmpty, row.columns + 1 + word.columns > width {
        rows.append(row)
        row = then + word
      } else {
        row += gap + word
      }
    }
    return rows + [row]
  }
}

extension State.Flags {
  /// What the tensors are called, known before they are run.
  fileprivate var names: [String] {
    func name(_ kind: ReturnedTensor.Kind, _ half: ReturnedTensor.Half? = nil) -> String {
      ReturnedTensor(kind: kind, half: half, shape: []).name
    }
    let output = returnSequences ? ReturnedTensor.Kind.wholeSequence : .lastOutput
    // Keras gives the states of each cell as a list of their own.
    func states(_ half: ReturnedTensor.Half?) -> [String] {
      guard returnState else { return [] }
      guard cells > 1 else { return [name(.finalMemory, half), name(.finalCarry, half)] }
      return (0..<cells).map { cell in
        let names = [ReturnedTensor.Kind.finalMemory, .finalCarry].map {
          ReturnedTensor(kind: $0, half: half, cell: cell, shape: []).name
        }
        return "[\(names.joined(separator: ", "))]"
      }
    }
    guard isBidirectional else { return [name(output)] + states(nil) }
    let outputs = merge == .none ? [name(output, .forward), name(output, .backward)] : [name(output)]
    return outputs + states(.forward) + states(.backward)
  }
}

extension Activation {
  /// Its name in quotes, or the layer that has settings other than the function's own.
  fileprivate var python: String {
    if name == Activation.leakyRelu.name, self != .leakyRelu { return "LeakyReLU(negative_slope=\(alpha))" }
    if name == Activation.elu.name, self != .elu { return "ELU(alpha=\(alpha))" }
    return "\"\(name)\""
  }
}
