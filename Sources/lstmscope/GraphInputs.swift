import LSTM
import Network
import TensorFiles

/// The model's own inputs, from files or at random.
struct GraphInputs {
  private let model: Model
  private let graph: Graph
  private let options: InputOptions

  init(_ model: Model, _ graph: Graph, options: InputOptions) {
    self.model = model
    self.graph = graph
    self.options = options
  }

  /// - Returns: One for each of the model's inputs.
  func values(name: inout String, notes: inout [String]) throws -> [Value?] {
    if !options.tokens.isEmpty { return try tokens(name: &name) }
    let texts = graph.inputs.indices.filter { graph.inputs[$0].kind == .texts }
    if let text = options.text, graph.inputs.count == 1, let place = texts.first {
      name = "text"
      return [try TextInput(graph, input: place).value(of: [text])]
    }
    guard !options.input.isEmpty else { return try random(name: &name) }
    let files = try chosenFiles()
    name = files.values.map { $0 == "-" ? "standard input" : Files.name(of: $0) }.sorted().joined(
      separator: ", ")
    let values = try graph.inputs.enumerated().map { place, input -> Value? in
      if input.kind == .texts, files[input.name] == nil, texts.count == 1, let text = options.text {
        return try TextInput(graph, input: place).value(of: [text])
      }
      guard let file = files[input.name] else {
        throw Failure(
          .usage,
          "the model reads \(graph.inputs.map(\.name).joined(separator: " and ")), and nothing was given for "
            + "\(input.name): --input \(input.name)=FILE")
      }
      if input.kind == .texts { return try TextInput(graph, input: place).read(file) }
      return try value(of: input, from: file, notes: &notes)
    }
    try checkSamples(values, files)
    return values
  }

  /// The file of each input; nil of one that no file is named for.
  func fileNames() throws -> [String?] {
    guard !options.input.isEmpty else { return graph.inputs.map { _ in nil } }
    let files = try chosenFiles()
    return graph.inputs.map { files[$0.name].map { $0 == "-" ? "standard input" : Files.name(of: $0) } }
  }

  /// Every input has a row for each sample; a graph of ONNX in which one has none may read time first.
  private func checkSamples(_ values: [Value?], _ files: [String: String]) throws {
    guard graph.inputs.allSatisfy(\.hasBatch) else { return }
    let counts = zip(graph.inputs, values).compactMap { input, value in
      value?.shape.first.map { (name: input.name, count: $0) }
    }
    guard let first = counts.first, let other = counts.first(where: { $0.count != first.count }) else {
      return
    }
    throw Failure(
      .badData,
      "the inputs have different numbers of samples: \(first.name) has \(first.count) "
        + "(\(files[first.name] ?? "")), \(other.name) has \(other.count) (\(files[other.name] ?? ""))")
  }

  /// Which of the `--input`s is for which input: `NAME=FILE` by name, the others in the model's order. A file of
  /// several arrays may hold all of them.
  private func chosenFiles() throws -> [String: String] {
    let names = graph.inputs.map(\.name)
    var files: [String: String] = [:]
    var positional: [String] = []
    for text in options.input {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2, names.contains(parts[0]) {
        guard files[parts[0]] == nil else {
          throw Failure(.usage, "--input \(parts[0])= is given twice; the model reads it once")
        }
        files[parts[0]] = parts[1]
      } else if parts.count == 2, !Files.exists(text), !parts[0].contains("/"), !parts[0].contains(".") {
        throw Failure(
          .usage, "the model has no input '\(parts[0])'; its inputs are \(names.joined(separator: ", "))")
      } else {
        positional.append(text)
      }
    }
    let unnamed = names.filter { files[$0] == nil }
    if positional.count == 1, unnamed.count > 1, positional[0].hasSuffix(".npz") {
      for name in unnamed { files[name] = positional[0] }
      return files
    }
    guard positional.count <= unnamed.count else {
      throw Failure(
        .usage,
        "the model has \(names.count == 1 ? "one input" : "\(names.count) inputs") and \(options.input.count) were given"
      )
    }
    for (name, file) in zip(unnamed, positional) { files[name] = file }
    return files
  }

  private func value(of input: GraphInput, from file: String, notes: inout [String]) throws -> Value {
    let tensor = try ArrayFile.read(file, key: input.name)
    var values = tensor.floats
    var shape = tensor.shape
    let isSequence =
      input.shape.count == 3 && input.kind == .numbers && (input.hasBatch || isTimeMajor(input))
    if isSequence, let features = input.shape[2] {
      let isDeclared = isTimeMajor(input)
      let isGiven = options.timeMajor || (isDeclared && !options.batchMajor)
      if shape.count == 3, isGiven || isDeclared {
        let value = Value(shape: shape, values)
        if isGiven == isDeclared { return value }
        let exchanged = value.timeExchanged()
        (shape, values) = (exchanged.shape, exchanged.numbers)
        if isDeclared { return exchanged }
      }
      let layout: InputLayout
      do {
        layout = try InputLayout(fitting: shape, features: features, timesteps: input.shape[1])
      } catch {
        throw Failure(.badData, "\(file): \(error.message)")
      }
      if let assumption = layout.assumption {
        notes.append("\(assumption.prefix(1).uppercased())\(assumption.dropFirst()).")
      }
      shape = [layout.batch, layout.timesteps, layout.features]
    } else if shape.count == input.shape.count - 1, input.hasBatch {
      notes.append("The array \(describe(shape)) is taken as one sample \(describe([1] + shape)).")
      shape.insert(1, at: 0)
    }
    let fits =
      shape.count == input.shape.count
      && zip(shape, input.shape).dropFirst().allSatisfy { $1 == nil || $0 == $1 }
    guard fits, !shape.contains(0) else {
      let wanted = input.shape.enumerated().map {
        $0.element.map(String.init) ?? ($0.offset == 0 ? "batch" : "any")
      }
      throw Failure(
        .badData,
        "\(file): the model's input \(input.name) takes (\(wanted.joined(separator: ", "))) and the array has "
          + "shape \(describe(tensor.shape))")
    }
    if input.kind == .integers { values = values.map { $0.rounded(.towardZero) } }
    return Value(shape: shape, values)
  }

  /// Whether an LSTM that reads the input declares that time comes first.
  private func isTimeMajor(_ input: GraphInput) -> Bool {
    graph.nodes.contains { node in
      node.operation.lstms.contains(where: \.isTimeMajor)
        && node.references.contains {
          if case .input(let index) = $0 { graph.inputs[index].name == input.name } else { false }
        }
    }
  }

  // MARK: - Ids

  /// `4,17,2/5,9`: ids, rows of a batch between `/`, right-padded with 0.
  private func tokens(name: inout String) throws -> [Value?] {
    guard graph.inputs.count == 1, let input = graph.inputs.first, input.shape.count == 2 else {
      throw Failure(.usage, "--tokens is for a model with one input of ids, (batch, timesteps)")
    }
    let rows = try Self.rows(options.tokens)
    let length = max(input.shape[1] ?? 0, rows.map(\.count).max() ?? 0)
    guard length > 0, input.shape[1] == nil || length == input.shape[1] else {
      throw Failure(.badData, "--tokens gives \(length) ids where the model takes \(input.shape[1] ?? 0)")
    }
    name = "tokens"
    return [
      Value(
        shape: [rows.count, length],
        rows.flatMap { $0.map(Float.init) + Array(repeating: 0, count: length - $0.count) })
    ]
  }

  /// The ids of a line, a row a sample.
  ///
  /// - Throws: `Failure` 64 where one is no whole number that a float32 holds.
  static func rows(_ tokens: String) throws -> [[Int]] {
    try tokens.split(separator: "/", omittingEmptySubsequences: false).map { row in
      try row.split(separator: ",", omittingEmptySubsequences: false).map { word in
        guard let id = Int(word.filter { $0 != " " }), (0..<1 << 24).contains(id) else {
          throw Failure(
            .usage, "--tokens takes whole numbers between commas, below \(1 << 24), not '\(word)'",
            option: "tokens")
        }
        return id
      }
    }
  }

  // MARK: - Random

  private func random(name: inout String) throws -> [Value?] {
    var random = RandomNumbers(seed: options.seed)
    return try graph.inputs.enumerated().map { place, input in
      guard input.kind != .texts else {
        let value = try TextInput(graph, input: place).random(&random, words: options.timesteps ?? 10)
        if value != nil { name = "random words, seed \(options.seed)" }
        return value
      }
      var shape = [1]
      for (axis, size) in input.shape.enumerated().dropFirst() {
        // The first open axis is time.
        shape.append(size ?? (axis == 1 ? options.timesteps ?? 10 : 10))
      }
      if !input.hasBatch {
        let first = isTimeMajor(input) ? options.timesteps ?? input.shape.first.flatMap { $0 } ?? 10 : 1
        shape = input.shape.enumerated().map { axis, size in axis == 0 ? size ?? first : size ?? 1 }
      }
      if let timesteps = options.timesteps, input.hasBatch, input.shape.count > 1, input.shape[1] != nil,
        input.shape[1] != timesteps
      {
        throw Failure(
          .badData,
          "the model declares \(input.shape[1] ?? 0) timesteps, so --timesteps can't be \(timesteps)",
          option: "timesteps")
      }
      let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      guard count >= 0, count <= Bounds.limit, shape.allSatisfy({ $0 <= Bounds.limit }) else {
        throw Failure(
          .badData, "an input of shape \(describe(shape)) is too large", option: "timesteps")
      }
      return input.kind == .integers
        ? Value(shape: shape, random.ids(count, below: vocabulary(of: input)))
        : Value(shape: shape, random.normals(count))
    }
  }

  /// How many ids the Embedding that reads the input knows.
  private func vocabulary(of input: GraphInput) -> Int {
    let embedding =
      model.layers.first { $0.className == "Embedding" && $0.inputs.contains(input.name) }
      ?? model.layers.first { $0.className == "Embedding" }
    let table = model.layers.first { $0.className == "Gather" && $0.inputs.contains(input.name) }
    return embedding?.options.first { $0.name == "input_dim" }.flatMap { Int($0.value) }
      ?? table?.arrays.first?.shape.first ?? 10
  }
}
