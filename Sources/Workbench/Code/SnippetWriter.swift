import LSTM

/// Writes the lines of a snippet.
struct SnippetWriter {
  let parameters: Parameters
  let trace: Trace
  let step: Int
  let sample: Int
  /// The unit whose columns alone are written; nil for the whole layer.
  let unit: Int?
  let source: String

  private var units: Int { trace.units }
  private var isMasked: Bool { trace.isMasked(step: step, sample: sample) }

  // MARK: - Programs

  var numpy: [String] {
    var lines = head(
      unit.map {
        [
          "# The layer has \(Number.count(4 * units * (trace.features + trace.outputs))) weights: these are the four columns of unit \($0) alone."
        ]
      } ?? [])
    let needsMath = functions.contains { $0.activation.name == "gelu" }
    lines += (needsMath ? ["import math", ""] : []) + ["import numpy as np", ""]
    lines += numbers + [""]
    for function in functions {
      lines += ["def \(function.name)(x):"] + function.activation.numpy.map { "    \($0)" } + ["", ""]
    }
    lines.removeLast()
    lines += ["z = x @ kernel", "z = z + h_tm1 @ recurrent_kernel"]
    if parameters.bias != nil { lines.append("z = z + bias") }
    lines += equations
    if isMasked {
      lines.append("# The timestep is masked: what was there is held.")
      lines.append(unit.map { "c, h = c_tm1, h_tm1[\($0):\($0 + 1)]" } ?? "c, h = c_tm1, h_tm1")
    }
    return lines + check
  }

  /// From the sum z to c and h, with what the layer adds to Keras' formula.
  private var equations: [String] {
    let additions = parameters.additions
    let hasPeephole = additions.peephole != nil
    let gate = name(parameters.recurrentActivation)
    func clipped(_ z: String) -> [String] {
      additions.clip.map { ["\(z) = np.clip(\(z), -\(Self.python($0)), \(Self.python($0)))"] } ?? []
    }
    var lines = ["z0, z1, z2, z3 = np.split(z, 4)"]
    if hasPeephole { lines += ["z0 = z0 + peephole[0] * c_tm1", "z1 = z1 + peephole[1] * c_tm1"] }
    for z in ["z0", "z1", "z2"] { lines += clipped(z) }
    lines += [
      "i = \(gate)(z0)", additions.couplesGates ? "f = 1 - i" : "f = \(gate)(z1)",
      "c = f * c_tm1 + i * \(name(parameters.activation))(z2)",
    ]
    // The output gate reads the c that the step has made.
    if hasPeephole { lines.append("z3 = z3 + peephole[2] * c") }
    lines += clipped("z3")
    lines += ["o = \(gate)(z3)", "h = o * \(name(parameters.stateActivation))(c)"]
    return lines + (additions.projection == nil ? [] : ["h = h @ projection"])
  }

  func keras() throws(SnippetProblem) -> [String] {
    try refuse("Keras'", allowingProjection: false)
    var lines = head([])
    lines += ["import keras", "import numpy as np", ""] + numbers + [""]
    lines += [
      "cell = keras.layers.LSTMCell(",
      "    \(units),", "    activation=\(keras(parameters.activation)),",
      "    recurrent_activation=\(keras(parameters.recurrentActivation)),",
      "    use_bias=\(parameters.bias == nil ? "False" : "True"),", ")",
      "cell.build((1, \(trace.features)))",
      "cell.set_weights([kernel, recurrent_kernel\(parameters.bias == nil ? "" : ", bias")])",
      "_, (h, c) = cell(x[None], [h_tm1[None], c_tm1[None]])",
      "c, h = np.array(c)[0], np.array(h)[0]",
    ]
    return lines + held + check
  }

  func pytorch() throws(SnippetProblem) -> [String] {
    guard parameters.activation == .tanh, parameters.recurrentActivation == .sigmoid else {
      throw SnippetProblem(
        message: "PyTorch's LSTM has sigmoid and tanh alone, and this layer has "
          + "\(parameters.recurrentActivation.name) and \(parameters.activation.name); :code numpy has them")
    }
    try refuse("PyTorch's", allowingProjection: true)
    var lines = head(["# PyTorch keeps the transposed kernels and two biases, whose sum counts."])
    lines += ["import numpy as np", "import torch", ""] + numbers + [""]
    return lines + (parameters.additions.projection == nil ? pytorchCell : pytorchLayer) + held + check
  }

  private var pytorchCell: [String] {
    let hasBias = parameters.bias != nil
    var lines = [
      "cell = torch.nn.LSTMCell(\(trace.features), \(units), bias=\(hasBias ? "True" : "False"))",
      "with torch.no_grad():", "    cell.weight_ih.copy_(torch.from_numpy(kernel.T))",
      "    cell.weight_hh.copy_(torch.from_numpy(recurrent_kernel.T))",
    ]
    if hasBias { lines += ["    cell.bias_ih.copy_(torch.from_numpy(bias))", "    cell.bias_hh.zero_()"] }
    return lines + [
      "    h, c = cell(",
      "        torch.from_numpy(x)[None], (torch.from_numpy(h_tm1)[None], torch.from_numpy(c_tm1)[None])",
      "    )", "c, h = c[0].numpy(), h[0].numpy()",
    ]
  }

  /// The whole layer, for one timestep: PyTorch's cell has no projection.
  private var pytorchLayer: [String] {
    let hasBias = parameters.bias != nil
    var lines = [
      "layer = torch.nn.LSTM(",
      "    \(trace.features), \(units), bias=\(hasBias ? "True" : "False"), proj_size=\(trace.outputs)", ")",
      "with torch.no_grad():", "    layer.weight_ih_l0.copy_(torch.from_numpy(kernel.T))",
      "    layer.weight_hh_l0.copy_(torch.from_numpy(recurrent_kernel.T))",
      "    layer.weight_hr_l0.copy_(torch.from_numpy(projection.T))",
    ]
    if hasBias {
      lines += ["    layer.bias_ih_l0.copy_(torch.from_numpy(bias))", "    layer.bias_hh_l0.zero_()"]
    }
    return lines + [
      "    _, (h, c) = layer(", "        torch.from_numpy(x)[None],",
      "        (torch.from_numpy(h_tm1)[None], torch.from_numpy(c_tm1)[None]),", "    )",
      "c, h = c[0].numpy(), h[0].numpy()",
    ]
  }

  /// What the framework's layer lacks is not left out of the program.
  private func refuse(_ whose: String, allowingProjection: Bool) throws(SnippetProblem) {
    let additions = parameters.additions
    let lacking = [
      additions.peephole == nil ? nil : "peepholes", additions.clip == nil ? nil : "a clip of z",
      additions.couplesGates ? "coupled gates" : nil,
      additions.projection == nil || allowingProjection ? nil : "a projection",
      parameters.stateActivation == parameters.activation ? nil : "another activation of c",
    ].compactMap { $0 }
    guard lacking.isEmpty else {
      throw SnippetProblem(
        message: "this layer has \(lacking.joined(separator: " and ")), which \(whose) LSTM has not; "
          + ":code numpy has it")
    }
  }

  private var held: [String] {
    isMasked ? ["# The timestep is masked: what was there is held.", "c, h = c_tm1, h_tm1"] : []
  }

  private func head(_ more: [String]) -> [String] {
    ["# \(source): one step, timestep \(trace.timestepIndex[step]) of sample \(sample)."] + more + [""]
  }

  // MARK: - Numbers

  private func values(_ quantity: Quantity) -> [Float] {
    (0..<trace.width(of: quantity)).map { trace.value(quantity, unit: $0, step: step, sample: sample) }
  }

  /// What of a vector of the units is written.
  private func chosen(_ values: [Float]) -> [Float] { unit.map { [values[$0]] } ?? values }

  /// What of the columns of the four gates is written.
  private var columns: [Int] {
    unit.map { unit in (0..<4).map { $0 * units + unit } } ?? Array(0..<4 * units)
  }

  private var numbers: [String] {
    let width = unit == nil ? "4·units" : "4"
    var lines = vector("x", values(.x), "(features)")
    let outputs = trace.outputs == units ? "units" : "outputs"
    lines += vector("h_tm1", values(.hPrevious), "(\(outputs))")
    lines += vector("c_tm1", chosen(values(.cPrevious)), unit == nil ? "(units)" : "(1)")
    lines += matrix(
      "kernel", parameters.kernel, rows: trace.features, columns: columns,
      "(features, \(width)), in order i f g o")
    lines += matrix(
      "recurrent_kernel", parameters.recurrentKernel, rows: trace.outputs, columns: columns,
      "(\(outputs), \(width))")
    if let bias = parameters.bias { lines += vector("bias", columns.map { bias[$0] }, "(\(width))") }
    if let peephole = parameters.additions.peephole {
      lines += matrix(
        "peephole", peephole, rows: 3, columns: unit.map { [$0] } ?? Array(0..<units),
        "(3, \(unit == nil ? "units" : "1")), in order i f o")
    }
    if let projection = parameters.additions.projection {
      lines += matrix(
        "projection", projection, rows: units, columns: Array(0..<trace.outputs), "(units, outputs)")
    }
    return lines
  }

  private var check: [String] {
    ["", "# What lstmscope has."]
      + vector("expected_c", chosen(values(.c)), nil) + vector("expected_h", chosen(values(.h)), nil)
      + [
        "np.testing.assert_allclose(c, expected_c, rtol=1e-5, atol=1e-5)",
        "np.testing.assert_allclose(h, expected_h, rtol=1e-5, atol=1e-5)", "print(\"c\", c)",
        "print(\"h\", h)",
      ]
  }

  private func vector(_ name: String, _ values: [Float], _ shape: String?) -> [String] {
    let comment = shape.map { "  # \($0)" } ?? ""
    let lines = wrapped(values)
    guard lines.count > 1 || (lines.first?.count ?? 0) + name.count + comment.count > 48 else {
      return ["\(name) = np.array([\(lines.first ?? "")], np.float32)\(comment)"]
    }
    return ["\(name) = np.array(\(comment.isEmpty ? "" : comment)", "    ["] + lines.map { "        \($0)," }
      + ["    ],", "    np.float32,", ")"]
  }

  /// The columns of a matrix that are chosen.
  private func matrix(
    _ name: String, _ values: [Float], rows: Int, columns: [Int], _ shape: String
  ) -> [String] {
    let width = values.count / max(1, rows)
    var lines = ["\(name) = np.array(  # \(shape)", "    ["]
    for row in 0..<rows {
      let own = wrapped(columns.map { values[row * width + $0] })
      if own.count == 1 {
        lines.append("        [\(own[0])],")
      } else {
        lines += ["        ["] + own.map { "            \($0)," } + ["        ],"]
      }
    }
    return lines + ["    ],", "    np.float32,", ")"]
  }

  /// Numbers with commas between them, in lines that can be read.
  private func wrapped(_ values: [Float], to width: Int = 62) -> [String] {
    var lines: [String] = []
    var line = ""
    for value in values {
      let text = Self.python(value)
      if !line.isEmpty, line.count + text.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? text : ", \(text)"
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// As few digits as tell one float32 from its neighbours.
  private static func python(_ value: Float) -> String {
    if value.isNaN { return "np.nan" }
    return value.isFinite ? value.description : value < 0 ? "-np.inf" : "np.inf"
  }

  // MARK: - Functions

  /// What the program defines: of the gates, the candidate and c, each once.
  private var functions: [(name: String, activation: Activation)] {
    let uses = [
      (parameters.recurrentActivation, "gates"), (parameters.activation, "candidate"),
      (parameters.stateActivation, "state"),
    ]
    var functions: [(name: String, activation: Activation)] = []
    for (activation, use) in uses where !functions.contains(where: { $0.activation == activation }) {
      // The same function with other constants has another name.
      let isTaken = functions.contains { $0.name == activation.name }
      functions.append((isTaken ? "\(activation.name)_of_\(use)" : activation.name, activation))
    }
    return functions
  }

  private func name(_ activation: Activation) -> String {
    functions.first { $0.activation == activation }?.name ?? activation.name
  }

  /// As Keras 3 takes it: by name, or as a function where the constants are not its own.
  private func keras(_ activation: Activation) -> String {
    if Activation.named(activation.name) == activation { return "\"\(activation.name)\"" }
    switch activation.name {
    case "hard_sigmoid": return "lambda x: keras.ops.clip(\(activation.alpha) * x + \(activation.beta), 0, 1)"
    case "leaky_relu": return "lambda x: keras.ops.where(x > 0, x, \(activation.alpha) * x)"
    default: return "lambda x: keras.ops.where(x > 0, x, \(activation.alpha) * keras.ops.expm1(x))"
    }
  }
}

extension Activation {
  /// The body of the function in NumPy, after its `formula`.
  fileprivate var numpy: [String] {
    switch name {
    case "tanh": ["return np.tanh(x)"]
    case "sigmoid": ["return 1 / (1 + np.exp(-x))"]
    case "linear": ["return x"]
    case "relu": ["return np.maximum(x, 0)"]
    case "relu6": ["return np.clip(x, 0, 6)"]
    case "leaky_relu": ["return np.where(x > 0, x, \(alpha) * x)"]
    case "elu": ["return np.where(x > 0, x, \(alpha) * np.expm1(np.minimum(x, 0)))"]
    case "selu": ["return \(beta) * np.where(x > 0, x, \(alpha) * np.expm1(np.minimum(x, 0)))"]
    case "celu": ["return np.where(x > 0, x, \(alpha) * np.expm1(np.minimum(x, 0) / \(alpha)))"]
    case "softplus": ["return np.logaddexp(0, x)"]
    case "softsign": ["return x / (1 + np.abs(x))"]
    case "exponential": ["return np.exp(x)"]
    case "silu": ["return x / (1 + np.exp(-x))"]
    case "gelu": ["return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))"]
    case "mish": ["return x * np.tanh(np.logaddexp(0, x))"]
    case "softmax": ["e = np.exp(x - np.max(x))", "return e / np.sum(e)"]
    case "log_softmax": ["x = x - np.max(x)", "return x - np.log(np.sum(np.exp(x)))"]
    case "sparsemax":
      [
        "ordered = np.sort(x)[::-1]", "sums = np.cumsum(ordered)", "k = np.arange(1, len(x) + 1)",
        "kept = k[1 + k * ordered > sums].max()", "return np.maximum(x - (sums[kept - 1] - 1) / kept, 0)",
      ]
    case "hard_sigmoid": ["return np.clip(\(alpha) * x + \(beta), 0, 1)"]
    case "hard_silu": ["return x * np.clip(x / 6 + 0.5, 0, 1)"]
    case "hard_tanh": ["return np.clip(x, -1, 1)"]
    case "hard_shrink": ["return np.where(np.abs(x) > \(alpha), x, 0)"]
    case "soft_shrink": ["return np.sign(x) * np.maximum(np.abs(x) - \(alpha), 0)"]
    case "tanh_shrink": ["return x - np.tanh(x)"]
    case "log_sigmoid": ["return -np.logaddexp(0, -x)"]
    case "squareplus": ["return (x + np.sqrt(x * x + \(beta))) / 2"]
    case "sparse_plus": ["return np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4))"]
    case "sparse_sigmoid": ["return np.clip((x + 1) / 2, 0, 1)"]
    default: preconditionFailure("\(name) is not one of Activation.all")
    }
  }
}
