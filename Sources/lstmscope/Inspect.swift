import ArgumentParser
import Canvas
import LSTM
import Network

/// Prints what is in a model file.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Print the layers, shapes, options and weights of a model file.",
    discussion: """
      Examples:
        lstmscope inspect mine.keras
        lstmscope inspect mine.keras --json
        lstmscope inspect mine.weights.h5 --config architecture.json
        lstmscope inspect mine.npz --map kernel=enc.W
      """)

  @Argument(help: "The model file.", completion: .file())
  var model: String

  @Option(
    name: .long, help: "The architecture in JSON, for a file that holds weights alone.", completion: .file())
  var config: String?

  @Option(
    name: .long, help: "The decoder, where encoder and decoder were saved apart.", completion: .file())
  var decoder: String?

  @OptionGroup var arrays: ArrayOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    let opened = try Opening.model(model, config: config, decoder: decoder, arrays: arrays)
    let report = Inspection(opened, fileName: Files.name(of: model))
    try TraceWriter.write(Array((json ? report.json : report.text).withoutControls(but: "\n").utf8), to: nil)
  }
}

/// A model as text and as JSON.
struct Inspection {
  private let model: Model
  private let fileName: String
  /// What each node puts out, where the file does not tell that of all layers.
  private let shapes: [[Int?]?]

  init(_ model: Model, fileName: String) {
    self.model = model
    self.fileName = fileName
    let isAllTold =
      model.layers.allSatisfy { $0.outputShape != nil }
      && model.graph?.nodes.allSatisfy { $0.call == 0 } == true
    shapes = isAllTold ? [] : model.graph?.shapes() ?? []
  }

  // MARK: - Text

  var text: String {
    let provenance = model.provenance
    let written = provenance.writer.map { ", written by \($0)" } ?? ""
    var text = "\(fileName.withoutControls())\n  \(provenance.format)\(written), \(provenance.dtype)\n"
    let total = model.layers.reduce(0) { $0 + $1.parameterCount }
    text +=
      "  \(model.name.withoutControls()): \(Self.counted(model.layers.count, "layer")), \(Self.counted(total, "parameter"))\n\n"
    text += Self.table([["layer", "class", "puts out", "parameters", "reads"]] + map, right: [3])
    for layer in model.layers {
      let lstms = lstms(of: layer)
      guard !lstms.isEmpty else { continue }
      text += head(of: layer, lstms)
      if !layer.options.contains(where: { $0.name == "activation" }) { text += Self.options(of: lstms) }
      for (key, lstm) in lstms {
        text += gates(of: lstm.parameters, key: key, title: lstms.count > 1 ? key : nil)
      }
    }
    for (title, lines) in [
      ("guessed", provenance.guesses), ("warning", provenance.warnings),
      ("left over", provenance.leftOver.map { "\($0.path) \(describe($0.shape)) \($0.dtype)" }),
    ] {
      for line in lines { text += "\n\(title)  \(line.withoutControls())\n" }
    }
    return text
  }

  /// The rows of the Model view: every call of every layer, in the order in which they run.
  private var map: [[String]] {
    func row(
      _ name: String, _ className: String, _ layer: Layer?, _ reads: [String], node: Int? = nil, isAgain: Bool
    ) -> [String] {
      let count = isAgain ? "as above" : "\(layer?.parameterCount ?? 0)"
      let found = node.flatMap { shapes.indices.contains($0) ? shapes[$0] : nil }
      let shape = isAgain ? found ?? layer?.outputShape : layer?.outputShape ?? found
      return [name, className, shape.map(Self.shape) ?? "?", count, reads.joined(separator: ", ")]
    }
    guard let graph = model.graph else {
      return model.layers.map { row($0.name, $0.className, $0, $0.inputs, isAgain: false) }
    }
    let layers = Dictionary(model.layers.map { ($0.name, $0) }) { first, _ in first }
    return GraphMap(graph).rows.enumerated().map { place, entry in
      let node = entry.node.map { graph.nodes[$0] }
      var cells = row(
        entry.name, entry.className, layers[node?.layer ?? entry.name], entry.readsFrom,
        node: entry.node, isAgain: (node?.call ?? 0) > 0)
      if node == nil, cells[2] == "?" { cells[2] = Self.shape(graph.inputs[place]) }
      return cells
    }
  }

  /// What a layer puts out by what came of running it.
  private func shape(of layer: Layer) -> [Int?]? {
    model.graph?.nodes.firstIndex { $0.layer == layer.name }.flatMap {
      shapes.indices.contains($0) ? shapes[$0] : nil
    }
  }

  /// The LSTMs that a layer runs, by their keys: one, or the halves of a Bidirectional, or stacked cells.
  private func lstms(of layer: Layer) -> [(key: String, lstm: TracedLSTM)] {
    guard let graph = model.graph, let node = graph.nodes.firstIndex(where: { $0.layer == layer.name }) else {
      return []
    }
    return zip(graph.keys[node], graph.nodes[node].operation.lstms).map { (key: $0, lstm: $1) }
  }

  private func head(of layer: Layer, _ lstms: [(key: String, lstm: TracedLSTM)]) -> String {
    let cells = lstms.map {
      "LSTM(\($0.lstm.parameters.units)), \(Self.counted($0.lstm.parameters.features, "feature"))"
    }
    var text = "\n\(layer.name.withoutControls()) · \(cells.joined(separator: " · "))\n"
    text += Self.table(layer.options.map { [$0.name, $0.value] }, right: [])
    text +=
      "\n"
      + Self.table(
        [["array", "shape", "dtype", "at"]]
          + layer.arrays.map { [$0.name, describe($0.shape), $0.dtype, $0.path] }, right: [])
    return text
  }

  /// The options of LSTMs that are inside of a layer, one a row.
  private static func options(of lstms: [(key: String, lstm: TracedLSTM)]) -> String {
    func flag(_ value: Bool) -> String { value ? "True" : "False" }
    let rows = lstms.map { key, lstm in
      [
        key, lstm.parameters.activation.name, lstm.parameters.recurrentActivation.name,
        flag(lstm.parameters.bias != nil), flag(lstm.returnSequences), flag(lstm.returnState),
        flag(lstm.parameters.goBackwards), flag(lstm.isStateful),
      ]
    }
    return "\n"
      + table(
        [
          [
            "inside", "activation", "recurrent_activation", "use_bias", "return_sequences", "return_state",
            "go_backwards", "stateful",
          ]
        ] + rows, right: [])
  }

  private func gates(of parameters: Parameters, key: String, title: String?) -> String {
    let split = model.provenance.biases.first { $0.key == key }
    var rows = [["gate", "array", "min", "max", "mean", "std", "zeros", "NaN, inf"]]
    for gate in GateStatistics.all(of: parameters) {
      for (name, statistics) in gate.arrays {
        rows.append([
          "\(gate.gate.rawValue) \(gate.gate.word)", name, Self.number(Double(statistics.minimum)),
          Self.number(Double(statistics.maximum)), Self.number(statistics.mean),
          Self.number(statistics.deviation),
          "\(Int((statistics.zeros * 100).rounded())) %", "\(statistics.nonFinite)",
        ])
      }
    }
    for (place, gate) in [Quantity.i, .f, .g, .o].enumerated() {
      for (name, values) in split.map({ [("bias_ih", $0.input), ("bias_hh", $0.recurrent)] }) ?? [] {
        let units = parameters.units
        let statistics = Statistics(values[place * units..<(place + 1) * units])
        rows.append([
          "\(gate.rawValue) \(gate.word)", name, Self.number(Double(statistics.minimum)),
          Self.number(Double(statistics.maximum)), Self.number(statistics.mean),
          Self.number(statistics.deviation), "\(Int((statistics.zeros * 100).rounded())) %",
          "\(statistics.nonFinite)",
        ])
      }
    }
    let head = title.map { "\n  \($0.withoutControls())\n" } ?? "\n"
    let note = split == nil ? "" : "  bias is bias_ih + bias_hh, which the file keeps apart\n"
    return head + Self.table(rows, right: [2, 3, 4, 5, 6, 7]) + note
  }

  /// Columns as wide as their widest cell, two blanks between them.
  private static func table(_ rows: [[String]], right: Set<Int>) -> String {
    let columns = rows.first?.count ?? 0
    let rows = rows.map { $0.map { $0.withoutControls() } }
    let widths = (0..<columns).map { column in rows.map { $0[column].columns }.max() ?? 0 }
    return rows.map { row in
      var line = " "
      for (column, cell) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.columns)
        line += " " + (right.contains(column) ? blanks + cell : cell + blanks) + " "
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func shape(_ input: GraphInput) -> String {
    guard !input.hasBatch else { return shape(input.shape) }
    return "(\(input.shape.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")))"
  }

  private static func shape(_ shape: [Int?]) -> String {
    let sizes = shape.enumerated().map { index, size in size.map(String.init) ?? (index == 0 ? "batch" : "?")
    }
    return "(" + sizes.joined(separator: ", ") + ")"
  }

  /// Four decimals, with a sign.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "-" : value > 0 ? "+inf" : "-inf" }
    guard abs(value) < 1e6 else { return "\(Float(value))" }
    let scaled = Int((abs(value) * 10_000).rounded())
    let decimals = String(scaled % 10_000)
    let padded = String(repeating: "0", count: 4 - decimals.count) + decimals
    return (value < 0 ? "-" : "+") + "\(scaled / 10_000).\(padded)"
  }

  // MARK: - JSON

  var json: String {
    let provenance = model.provenance
    let fields: [(String, String)] = [
      ("version", "1"), ("file", quote(fileName)), ("format", quote(provenance.format)),
      ("writer", provenance.writer.map(quote) ?? "null"), ("dtype", quote(provenance.dtype)),
      ("name", quote(model.name)),
      ("inputs", list(model.inputs.map { object([("name", quote($0.name)), ("shape", sizes($0.shape))]) })),
      ("layers", list(model.layers.map(json))), ("guessed", list(provenance.guesses.map(quote))),
      ("warnings", list(provenance.warnings.map(quote))), ("left_over", list(provenance.leftOver.map(json))),
      (
        "biases",
        list(
          provenance.biases.map {
            object([
              ("key", quote($0.key)), ("bias_ih", list($0.input.map { number(Double($0)) })),
              ("bias_hh", list($0.recurrent.map { number(Double($0)) })),
            ])
          })
      ),
    ]
    return object(fields) + "\n"
  }

  private func json(_ layer: Layer) -> String {
    var fields = [
      ("name", quote(layer.name)), ("class", quote(layer.className)),
      ("inputs", list(layer.inputs.map(quote))),
      ("output_shape", (layer.outputShape ?? shape(of: layer)).map(sizes) ?? "null"),
      ("parameters", "\(layer.parameterCount)"),
      ("options", object(layer.options.map { ($0.name, typed($0.value)) })),
      ("arrays", list(layer.arrays.map(json))),
    ]
    let lstms = lstms(of: layer).map { key, lstm in
      let parameters = lstm.parameters
      return object([
        ("key", quote(key)),
        ("units", "\(parameters.units)"), ("outputs", "\(parameters.outputs)"),
        ("features", "\(parameters.features)"),
        ("activation", quote(parameters.activation.name)),
        ("activation_formula", quote(parameters.activation.formula)),
        ("recurrent_activation", quote(parameters.recurrentActivation.name)),
        ("recurrent_activation_formula", quote(parameters.recurrentActivation.formula)),
        ("use_bias", "\(parameters.bias != nil)"), ("return_sequences", "\(lstm.returnSequences)"),
        ("return_state", "\(lstm.returnState)"), ("go_backwards", "\(parameters.goBackwards)"),
        ("stateful", "\(lstm.isStateful)"),
        ("gates", list(GateStatistics.all(of: parameters).map(json))),
      ])
    }
    if !lstms.isEmpty { fields.append(("lstms", list(lstms))) }
    return object(fields)
  }

  private func json(_ array: ArraySummary) -> String {
    object([
      ("name", quote(array.name)), ("path", quote(array.path)), ("shape", sizes(array.shape)),
      ("dtype", quote(array.dtype)),
    ])
  }

  private func json(_ gate: GateStatistics) -> String {
    object(
      [("gate", quote(gate.gate.rawValue))]
        + gate.arrays.map { name, statistics in
          (
            name,
            object([
              ("min", number(Double(statistics.minimum))), ("max", number(Double(statistics.maximum))),
              ("mean", number(statistics.mean)), ("std", number(statistics.deviation)),
              ("zeros", number(statistics.zeros)), ("non_finite", "\(statistics.nonFinite)"),
            ])
          )
        })
  }

  /// An option, which was written as Python writes it.
  private func typed(_ value: String) -> String {
    switch value {
    case "True": "true"
    case "False": "false"
    case "None": "null"
    default: Int(value).map { "\($0)" } ?? Double(value).map(number) ?? quote(value)
    }
  }

  private func quote(_ text: String) -> String { TraceWriter.quoted(text) }
  private func list(_ values: [String]) -> String { "[" + values.joined(separator: ", ") + "]" }
  private func sizes(_ shape: [Int?]) -> String { list(shape.map { $0.map(String.init) ?? "null" }) }

  private func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(quote($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
  }

  private func number(_ value: Double) -> String {
    value.isNaN
      ? "\"NaN\"" : value == .infinity ? "\"Infinity\"" : value == -.infinity ? "\"-Infinity\"" : "\(value)"
  }
}

extension GateStatistics {
  fileprivate var arrays: [(String, Statistics)] {
    [("kernel", kernel), ("recurrent_kernel", recurrentKernel)] + (bias.map { [("bias", $0)] } ?? [])
  }
}

extension Quantity {
  fileprivate var word: String {
    switch self {
    case .i: "input"
    case .f: "forget"
    case .g: "candidate"
    case .o: "output"
    case .x, .zx, .zh, .z, .z0, .z1, .z2, .z3, .c, .h, .y, .hPrevious, .cPrevious: ""
    }
  }
}
