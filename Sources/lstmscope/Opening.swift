import Commands
import Glibc
import LSTM
import ModelFiles
import Network
import TensorFiles
import Workbench

/// From what a person typed to a layer with an input.
enum Opening {
  /// A trace takes this many floats for each unit, sample and timestep: zx zh z, i f g o c h y.
  private static let floatsPerUnit = 19

  static func model(_ path: String) throws -> Model {
    let file = try OpenFile(path)
    do {
      return try ModelFile.open(try file.source(), helper: Resources.hdf5Helper)
    } catch let error as ModelFileError {
      throw Failure(ExitStatus(rawValue: error.exitStatus) ?? .badData, "\(path): \(error.message)")
    }
  }

  /// - Parameter notes: Gets what was chosen or guessed, a sentence each.
  /// - Throws: `Failure` 64 for a layer that is not there or can't be fed so, 65 for an array that doesn't fit.
  static func subject(
    _ model: Model, path: String, options: InputOptions, notes: inout [String]
  ) throws -> Subject {
    let (layer, lstm) = try chooseLayer(model, path: path, options: options, notes: &notes)
    let key = inputName(feeding: layer, in: model)
    let input: LayerInput
    let name: String
    if options.input.isEmpty {
      input = try randomInput(lstm, options: options)
      name = "random, seed \(options.seed)"
      if !options.random {
        notes.append("No input was given: x is random, (1, \(input.timesteps), \(input.features)), --seed 0.")
      }
    } else {
      let file = try chooseFile(for: key, in: model, options: options)
      // As the model has it, unless the person says otherwise.
      let isDeclared = layer.options.contains { $0.name == "time_major" && $0.value == "True" }
      let isTimeMajor = options.timeMajor || (isDeclared && !options.batchMajor)
      input = try layerInput(
        try ArrayFile.read(file, key: key), named: file, lstm, isTimeMajor: isTimeMajor, notes: &notes)
      name = file == "-" ? "standard input" : Files.name(of: file)
    }
    return Subject(
      fileName: Files.name(of: path), model: model, layerName: layer.name, layer: lstm,
      input: try withStates(input, lstm, options: options), inputName: name, isRandom: options.input.isEmpty,
      inputKey: key)
  }

  // MARK: - The layer

  private static func chooseLayer(
    _ model: Model, path: String, options: InputOptions, notes: inout [String]
  ) throws -> (Layer, LSTMLayer) {
    let lstms = model.layers.compactMap { layer in layer.lstm.map { (layer: layer, lstm: $0) } }
    let names = lstms.map(\.layer.name)
    guard let first = lstms.first(where: \.lstm.isFirst) ?? lstms.first else {
      throw Failure(.badData, "\(path): there is no LSTM in it")
    }
    var chosen = first
    if let name = options.layer {
      guard let named = lstms.first(where: { $0.layer.name == name }) else {
        let other = model.layers.first { $0.name == name }.map { "\(name) is of class \($0.className)" }
        let near = nearest(to: name, of: names).map { "; did you mean '\($0)'?" } ?? ""
        throw Failure(
          .usage,
          "\(path): \(other ?? "there is no layer '\(name)'"); its LSTMs are \(names.joined(separator: ", "))\(near)"
        )
      }
      chosen = named
    } else if lstms.count > 1 {
      let others = names.filter { $0 != chosen.layer.name }.joined(separator: ", ")
      notes.append(
        "Looking at \(chosen.layer.name), the first of \(lstms.count) LSTMs. For \(others): --layer NAME --layer-input."
      )
    }
    if !chosen.lstm.isFirst, !options.layerInput {
      let before = chosen.layer.inputs.joined(separator: ", ")
      let wanted = "(batch, timesteps, \(chosen.lstm.parameters.features))"
      let sentence =
        "\(chosen.layer.name) takes its input from \(before.isEmpty ? "another layer" : before), which this version does not run. "
        + "Give the layer its own: --layer \(chosen.layer.name) --layer-input --input x.npy of shape \(wanted)"
      guard options.input.isEmpty else { throw Failure(.usage, "\(path): \(sentence)") }
      notes.append("x is random: \(sentence).")
    }
    if !chosen.lstm.isFirst, let source = maskSource(before: chosen.layer, in: model) {
      notes.append(
        "\(source) gives \(chosen.layer.name) a mask in Keras, which --layer-input does not carry: where Keras skips a "
          + "masked timestep this run does not, and its numbers differ from there on.")
    }
    return (chosen.layer, chosen.lstm)
  }

  /// The layer before that would mask timesteps: Masking, or an Embedding with mask_zero.
  private static func maskSource(before layer: Layer, in model: Model) -> String? {
    var names = layer.inputs
    for _ in model.layers {
      guard let name = names.first, let before = model.layers.first(where: { $0.name == name }) else {
        return nil
      }
      let masks =
        before.className == "Masking"
        || before.options.contains { $0.name == "mask_zero" && $0.value == "True" }
      if masks { return before.name }
      names = before.inputs
    }
    return nil
  }

  /// The model's input that a layer's x comes from, through layers that do nothing at inference.
  private static func inputName(feeding layer: Layer, in model: Model) -> String {
    var current = layer
    for _ in model.layers {
      guard let before = current.inputs.first else { break }
      if let input = model.inputs.first(where: { $0.name == before }) { return input.name }
      guard let next = model.layers.first(where: { $0.name == before }) else { break }
      current = next
    }
    return model.inputs.count == 1 ? model.inputs[0].name : "x"
  }

  /// Which of the `--input`s is for the layer: `NAME=FILE` by name, else by the model's order.
  private static func chooseFile(for key: String, in model: Model, options: InputOptions) throws -> String {
    var files: [String: String] = [:]
    var positional: [String] = []
    for text in options.input {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2, model.inputs.contains(where: { $0.name == parts[0] }) {
        files[parts[0]] = parts[1]
      } else if parts.count == 2, !Files.exists(text), !parts[0].contains("/"), !parts[0].contains(".") {
        let names = model.inputs.map(\.name).joined(separator: ", ")
        throw Failure(.usage, "the model has no input '\(parts[0])'; its inputs are \(names)")
      } else {
        positional.append(text)
      }
    }
    if options.layerInput || model.inputs.count <= 1 {
      let all = positional + files.values
      guard all.count == 1 else { throw Failure(.usage, "one input is wanted, and \(all.count) were given") }
      return all[0]
    }
    let unnamed = model.inputs.map(\.name).filter { files[$0] == nil }
    for (name, file) in zip(unnamed, positional) { files[name] = file }
    guard positional.count <= unnamed.count, let file = files[key] else {
      throw Failure(
        .usage,
        "the layer reads the model's input '\(key)': --input \(key)=FILE; its inputs are "
          + model.inputs.map(\.name).joined(separator: ", "))
    }
    return file
  }

  // MARK: - The input

  private static func randomInput(_ lstm: LSTMLayer, options: InputOptions) throws -> LayerInput {
    let timesteps = options.timesteps ?? lstm.timesteps ?? 10
    let features = lstm.parameters.features
    try check(batch: 1, timesteps: timesteps, lstm)
    var random = RandomNumbers(seed: options.seed)
    return LayerInput(
      batch: 1, timesteps: timesteps, features: features, x: random.normals(timesteps * features))
  }

  private static func layerInput(
    _ tensor: Tensor, named name: String, _ lstm: LSTMLayer, isTimeMajor: Bool, notes: inout [String]
  ) throws -> LayerInput {
    var shape = tensor.shape
    if isTimeMajor, shape.count == 3 { shape.swapAt(0, 1) }
    let layout: InputLayout
    do {
      layout = try InputLayout(fitting: shape, to: lstm)
    } catch {
      throw Failure(.badData, "\(name): \(error.message)")
    }
    if let assumption = layout.assumption {
      notes.append("\(assumption.prefix(1).uppercased())\(assumption.dropFirst()).")
    }
    try check(batch: layout.batch, timesteps: layout.timesteps, lstm)
    var x = tensor.floats
    if isTimeMajor, shape.count == 3 { x = exchanged(x, layout) }
    return LayerInput(batch: layout.batch, timesteps: layout.timesteps, features: layout.features, x: x)
  }

  /// From (timesteps, batch, features) to (batch, timesteps, features).
  private static func exchanged(_ values: [Float], _ layout: InputLayout) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for sample in 0..<layout.batch {
      for timestep in 0..<layout.timesteps {
        let start = (timestep * layout.batch + sample) * layout.features
        result.append(contentsOf: values[start..<start + layout.features])
      }
    }
    return result
  }

  private static func withStates(_ input: LayerInput, _ lstm: LSTMLayer, options: InputOptions) throws
    -> LayerInput
  {
    var input = input
    let units = lstm.parameters.units
    func state(_ file: String?, _ name: String) throws -> [Float]? {
      guard let file else { return nil }
      let tensor = try ArrayFile.read(file, key: name)
      do {
        let repetitions = try stateRepetitions(
          fitting: tensor.shape, name: name, units: units, batch: input.batch)
        return Array(repeating: tensor.floats, count: repetitions).flatMap { $0 }
      } catch {
        throw Failure(.badData, "\(file): \(error.message)")
      }
    }
    input.h0 = try state(options.h0, "h0")
    input.c0 = try state(options.c0, "c0")
    return input
  }

  /// Refuses a run whose trace would take more than half of the machine's memory.
  private static func check(batch: Int, timesteps: Int, _ lstm: LSTMLayer) throws {
    let limit = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 2
    var bytes = (floatsPerUnit * lstm.parameters.units + lstm.parameters.features) * 4
    for factor in [batch, timesteps] {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: factor)
      guard !overflow, product <= limit else {
        throw Failure(
          .badData,
          "a trace of \(batch) samples, \(timesteps) timesteps and \(lstm.parameters.units) units takes more than half "
            + "of this machine's memory; give fewer timesteps or samples")
      }
      bytes = product
    }
  }

  /// What the file's reader guessed or warns of, a sentence each.
  static func remarks(on model: Model) -> [String] {
    model.provenance.guesses.map { "Guessed: \($0)" } + model.provenance.warnings
  }
}
