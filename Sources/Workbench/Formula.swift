package import LSTM

/// What one line of `step` computes.
package enum FormulaLine: Int, CaseIterable, Comparable, Sendable {
  case hPrevious, cPrevious, inputProduct, recurrentProduct, bias, split, peephole, clip
  case inputGate, forgetGate, carry, outputPeephole, outputGate, memory, projection, result

  package static func < (a: FormulaLine, b: FormulaLine) -> Bool { a.rawValue < b.rawValue }

  /// Whether the line makes or cuts z, whose four parts then stand under the formula.
  var makesZ: Bool { self >= .inputProduct && self <= .clip }
}

/// Whose names the formula is written in.
package enum Names: String, CaseIterable, Sendable {
  /// tf.keras 2, `recurrent_v2.standard_lstm`, `step`.
  case keras
  /// Keras 3, `LSTMCell.call`.
  case keras3
  /// PyTorch's `nn.LSTM`, after its documentation.
  case pytorch
  case textbook
}

/// Keras' `step`, written for one layer: with its activations, and without a bias where it has none.
package struct Formula: Equatable, Sendable {
  package let lines: [FormulaLine]
  /// One for each of `lines`.
  package let texts: [String]

  package init(for parameters: Parameters, names: Names = .keras) {
    lines = FormulaLine.allCases.filter { $0.stands(in: parameters) }
    let words = Words(parameters)
    texts = lines.map { names.text(of: $0, words) }
  }

  /// The line that gives h its final value.
  var memoryLine: FormulaLine { lines.contains(.projection) ? .projection : .memory }

  /// Where a line stands, counted from 0; the line before it where the layer has no such line.
  package func index(of line: FormulaLine) -> Int {
    lines.lastIndex { $0 <= line } ?? 0
  }

  /// Columns of a pane in which every line has its values beside it.
  ///
  /// - Parameters:
  ///   - value: Columns of one number.
  ///   - parts: Columns of the four parts of z on the lines that make it; 0 where they stand elsewhere.
  func width(value: Int, parts: Int) -> Int {
    zip(lines, texts).map { line, text in
      text.count + (line.makesZ ? max(3, 2 + parts) : line == .result ? 3 : 5 + value)
    }.max() ?? 0
  }
}

extension FormulaLine {
  /// Whether a layer has it: the bias and what other frameworks add are not in all.
  fileprivate func stands(in parameters: Parameters) -> Bool {
    switch self {
    case .bias: parameters.bias != nil
    case .peephole, .outputPeephole: parameters.additions.peephole != nil
    case .clip: parameters.additions.clip != nil
    case .projection: parameters.additions.projection != nil
    case .hPrevious, .cPrevious, .inputProduct, .recurrentProduct, .split, .inputGate, .forgetGate, .carry,
      .outputGate, .memory, .result:
      true
    }
  }
}

/// What of a layer the lines are written with.
private struct Words {
  let gate: String
  let candidate: String
  /// The function that h is made with.
  let shown: String
  let isCoupled: Bool
  let hasPeephole: Bool
  /// `-3, 3`; nil where nothing is clipped.
  let clip: String?

  init(_ parameters: Parameters) {
    gate = parameters.recurrentActivation.name
    candidate = parameters.activation.name
    shown = parameters.stateActivation.name
    isCoupled = parameters.additions.couplesGates
    hasPeephole = parameters.additions.peephole != nil
    clip = parameters.additions.clip.map { limit in
      let text = limit.rounded() == limit && limit < 1e6 ? "\(Int(limit))" : "\(limit)"
      return "-\(text), \(text)"
    }
  }
}

extension Names {
  /// What the four parts of z are called, in the order i f g o.
  var parts: [String] {
    switch self {
    case .keras, .keras3: ["z0", "z1", "z2", "z3"]
    case .pytorch, .textbook: ["z_i", "z_f", "z_g", "z_o"]
    }
  }

  var hPrevious: String {
    switch self {
    case .keras, .keras3: "h_tm1"
    case .pytorch: "h_prev"
    case .textbook: "h[t-1]"
    }
  }

  var cPrevious: String {
    switch self {
    case .keras, .keras3: "c_tm1"
    case .pytorch: "c_prev"
    case .textbook: "c[t-1]"
    }
  }

  /// - Source: tf.keras 2.15, `recurrent_v2.standard_lstm`; Keras 3, `LSTMCell.call` and
  ///   `_compute_carry_and_output_fused`; PyTorch, documentation of `torch.nn.LSTM`.
  fileprivate func text(of line: FormulaLine, _ words: Words) -> String {
    if line == .forgetGate, words.isCoupled { return "f = 1 - i" }
    return switch self {
    case .keras: keras(line, words)
    case .keras3: keras3(line, words)
    case .pytorch: pytorch(line, words)
    case .textbook: textbook(line, words.gate == "sigmoid" ? "σ" : words.gate, words)
    }
  }

  /// The lines that Keras has not, in the names of the set.
  ///
  /// - Source: ONNX, operator LSTM; onnxruntime clips z3 with its peephole.
  private func addition(_ line: FormulaLine, _ words: Words) -> String {
    let clip = words.clip ?? ""
    return switch line {
    case .peephole: "\(parts[0]) += p_i * \(cPrevious); \(parts[1]) += p_f * \(cPrevious)"
    case .clip where words.hasPeephole: "\(parts[0]), \(parts[1]), \(parts[2]) = clip(…, \(clip))"
    case .clip: "z = clip(z, \(clip))"
    case .outputPeephole where words.clip != nil: "\(parts[3]) = clip(\(parts[3]) + p_o * c, \(clip))"
    case .outputPeephole: "\(parts[3]) += p_o * c"
    case .projection, .hPrevious, .cPrevious, .inputProduct, .recurrentProduct, .bias, .split, .inputGate,
      .forgetGate, .carry, .outputGate, .memory, .result:
      "h = dot(h, projection)"
    }
  }

  private func keras(_ line: FormulaLine, _ words: Words) -> String {
    let (gate, candidate) = (words.gate, words.candidate)
    return switch line {
    case .hPrevious: "h_tm1 = cell_states[0]"
    case .cPrevious: "c_tm1 = cell_states[1]"
    case .inputProduct: "z  = dot(cell_inputs, kernel)"
    case .recurrentProduct: "z += dot(h_tm1, recurrent_kernel)"
    case .bias: "z  = bias_add(z, bias)"
    case .split: "z0, z1, z2, z3 = split(z, 4, axis=1)"
    case .inputGate: "i = \(gate)(z0)"
    case .forgetGate: "f = \(gate)(z1)"
    case .carry: "c = f * c_tm1 + i * \(candidate)(z2)"
    case .outputGate: "o = \(gate)(z3)"
    case .memory: "h = o * \(words.shown)(c)"
    case .result: "return h, [h, c]"
    case .peephole, .clip, .outputPeephole, .projection: addition(line, words)
    }
  }

  private func keras3(_ line: FormulaLine, _ words: Words) -> String {
    switch line {
    case .hPrevious: "h_tm1 = states[0]"
    case .cPrevious: "c_tm1 = states[1]"
    case .inputProduct: "z = matmul(inputs, kernel)"
    case .recurrentProduct: "z += matmul(h_tm1, recurrent_kernel)"
    case .bias: "z += bias"
    case .split: "z0, z1, z2, z3 = split(z, 4, axis=1)"
    case .peephole, .clip, .inputGate, .forgetGate, .carry, .outputPeephole, .outputGate, .memory,
      .projection, .result:
      keras(line, words)
    }
  }

  private func pytorch(_ line: FormulaLine, _ words: Words) -> String {
    let (gate, candidate) = (words.gate, words.candidate)
    return switch line {
    case .hPrevious: "h_prev = hx[0]"
    case .cPrevious: "c_prev = hx[1]"
    case .inputProduct: "gates  = x @ weight_ih.T"
    case .recurrentProduct: "gates += h_prev @ weight_hh.T"
    case .bias: "gates += bias_ih + bias_hh"
    case .split: "z_i, z_f, z_g, z_o = gates.chunk(4, 1)"
    case .inputGate: "i = \(gate)(z_i)"
    case .forgetGate: "f = \(gate)(z_f)"
    case .carry: "c = f * c_prev + i * \(candidate)(z_g)"
    case .outputGate: "o = \(gate)(z_o)"
    case .memory: "h = o * \(words.shown)(c)"
    case .result: "return h, (h, c)"
    case .projection: "h = h @ weight_hr.T"
    case .peephole, .clip, .outputPeephole: addition(line, words)
    }
  }

  private func textbook(_ line: FormulaLine, _ gate: String, _ words: Words) -> String {
    switch line {
    case .hPrevious: "h[t-1], hidden before"
    case .cPrevious: "c[t-1], cell before"
    case .inputProduct: "z = W·x[t]"
    case .recurrentProduct: "z = W·x[t] + U·h[t-1]"
    case .bias: "z = W·x[t] + U·h[t-1] + b"
    case .split: "z is z_i, z_f, z_g, z_o"
    case .inputGate: "i = \(gate)(z_i)"
    case .forgetGate: "f = \(gate)(z_f)"
    case .carry: "c[t] = f⊙c[t-1] + i⊙\(words.candidate)(z_g)"
    case .outputGate: "o = \(gate)(z_o)"
    case .memory: "h[t] = o⊙\(words.shown)(c[t])"
    case .projection: "h[t] = P·h[t]"
    case .peephole, .clip, .outputPeephole: addition(line, words)
    case .result: "h[t] and c[t] go on to t+1"
    }
  }
}
