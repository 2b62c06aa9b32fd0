import Commands
import Glibc
import LSTM
import ModelFiles
import Network
import Sessions
import TensorFiles
import Workbench

/// From what a person typed to a layer with an input.
enum Opening {
  /// A trace takes this many floats for each unit, sample and timestep: zx zh z, i f g o c h y.
  private static let floatsPerUnit = 19

  /// - Parameters:
  ///   - config: The architecture, where the file holds weights alone.
  ///   - decoder: The decoder's file, where encoder and decoder were saved apart.
  ///   - arrays: What the arrays are, where their names do not tell.
  static func model(
    _ path: String, config: String? = nil, decoder: String? = nil, arrays: ArrayOptions? = nil
  ) throws -> Model {
    let encoder = try one(path, config: config, arrays: arrays)
    guard let decoder else { return encoder }
    let second = try one(decoder, config: nil, arrays: nil)
    do {
      return try Model.joining(encoder, second)
    } catch {
      throw Failure(.badData, "\(path) and \(decoder): \(error.message)")
    }
  }

  private static func one(_ path: String, config: String?, arrays: ArrayOptions?) throws -> Model {
    let mapping = try arrays?.mapping() ?? []
    let file = try OpenFile(path)
    let neighbours = Neighbours(of: path)
    let architecture = try config.map { try OpenFile($0) }
    do {
      // The bytes are read through descriptors that close with these.
      return try withExtendedLifetime((file, architecture, neighbours)) {
        try ModelFile.open(
          try file.source(), config: try architecture?.source(), mapping: mapping,
          helper: Resources.hdf5Helper, beside: neighbours.source)
      }
    } catch let error as ModelFileError {
      throw Failure(ExitStatus(rawValue: error.exitStatus) ?? .badData, "\(path): \(error.message)")
    }
  }

  /// - Parameter notes: Gets what was chosen or guessed, a sentence each.
  /// - Throws: `Failure` 64 for a layer that is not there, 65 for an array that doesn't fit or a layer that can't run.
  static func open(
    _ model: Model, path: String, options: InputOptions, notes: inout [String]
  ) throws -> Opened {
    try options.check()
    guard let graph = model.graph else {
      throw Failure(
        .badData, "\(path): nothing tells how its layers are joined; give the architecture with --config")
    }
    let keys = graph.keys.flatMap { $0 }
    guard let firstKey = keys.first else { throw Failure(.badData, "\(path): there is no LSTM in it") }
    let wanted = try options.layer.map { try key($0, of: keys, in: model, graph, path: path) }
    var feeding: [String: LayerInput] = [:]
    var inputs: [Value?] = graph.inputs.map { _ in nil }
    var fileNames: [String?] = []
    var name = "random, seed \(options.seed)"
    let vocabularies = try Vocabularies(options)
    let pair = graph.encoderDecoder
    let translator = try pair.flatMap { try Self.translator(graph, $0, options, vocabularies) }
    notes += vocabularies.misfits(graph, pair)
    if let request = try request(options, graph, pair, translator, vocabularies, notes: &notes) {
      return try open(
        request, of: model, graph, path: path, layer: wanted, options, vocabularies, pair, translator,
        notes: &notes)
    }
    if options.experiment != nil || options.beams != nil {
      let option = options.experiment != nil ? "bridge" : "beams"
      throw Failure(
        .usage, "--\(option) is for an encoder/decoder that reads a --text or --tokens", option: option)
    }
    if options.layerInput {
      let key = wanted ?? firstKey
      let input = try layerInput(of: key, in: graph, options: options, name: &name, notes: &notes)
      feeding[key] = try masked(input, key: key, options: options)
      if let states = givenStates(of: key, in: graph), options.h0 == nil || options.c0 == nil {
        notes.append(
          "\(key) starts from zeros where --h0 and --c0 do not say otherwise; in the model it starts from \(states)."
        )
      }
    } else {
      let given = GraphInputs(model, graph, options: options)
      inputs = try given.values(name: &name, notes: &notes)
      fileNames = try given.fileNames()
    }
    try check(graph, inputs, feeding)
    var network = try run(graph, inputs, feeding, path: path)
    if network.calls.isEmpty || (wanted.map { key in !network.calls.contains { $0.key == key } } ?? false) {
      // What stands before it can't be run: random numbers show the layer all the same, a real input needs its own.
      let sentence = network.stopped?.message ?? "\(wanted ?? firstKey) was not run"
      guard !options.hasValues else { throw Failure(.badData, "\(path): \(sentence)") }
      let key = wanted ?? firstKey
      feeding[key] = try layerInput(of: key, in: graph, options: options, name: &name, notes: &notes)
      notes.append("x is random: \(sentence)")
      try check(graph, inputs, feeding)
      network = try run(graph, inputs, feeding, path: path)
    }
    guard
      let call = network.calls.firstIndex(where: { $0.key == wanted }) ?? (network.calls.isEmpty ? nil : 0)
    else {
      throw Failure(.badData, "\(path): \(network.stopped?.message ?? "no LSTM in it was run")")
    }
    try takeStates(&network, &feeding, call: call, inputs, of: graph, path: path, options: options)
    if let stopped = network.stopped, !options.layerInput,
      !notes.contains(where: { $0.hasPrefix("x is random") })
    {
      notes.append("\(stopped.message).")
    }
    if !options.hasValues, !options.random, !notes.contains(where: { $0.hasPrefix("x is random") }) {
      let words = name.hasPrefix("random words") ? "random words of its vocabulary" : "random"
      notes.append("No input was given: it is \(words), --seed 0.")
    }
    if wanted == nil, network.calls.count > 1 {
      notes.append("Looking at \(network.calls[call].key), the first of \(network.calls.count) LSTMs.")
    }
    return Opened(
      model: model, graph: graph, fileName: Files.name(of: path), inputs: inputs, feeding: feeding,
      network: network, call: call, inputName: name, inputFiles: fileNames, isRandom: !options.hasValues,
      vocabularies: vocabularies, pair: options.layerInput ? nil : pair,
      translator: options.layerInput ? nil : translator)
  }

  // MARK: - A text

  private static func translator(
    _ graph: Graph, _ pair: EncoderDecoder, _ options: InputOptions, _ vocabularies: Vocabularies
  ) throws -> Translator? {
    do {
      return try Translator(graph, pair, options, vocabularies)
    } catch let failure as Failure where failure.status == .usage {
      let option = failure.sentence.hasPrefix("--end") ? "end" : "start"
      throw Failure(failure.status, failure.sentence, option: option)
    }
  }

  /// What a text or the ids of a source ask for; nil where the model is run on arrays.
  private static func request(
    _ options: InputOptions, _ graph: Graph, _ pair: EncoderDecoder?, _ translator: Translator?,
    _ vocabularies: Vocabularies, notes: inout [String]
  ) throws -> Translation.Request? {
    var source: [Int]
    if let text = options.text {
      if graph.inputs.contains(where: { $0.kind == .texts }) { return nil }
      guard let vocabulary = vocabularies.source else {
        throw Failure(
          .usage,
          "--text needs to know the words: give --vocab FILE"
            + (pair == nil ? "" : ", or --source-vocab and --target-vocab"), option: "text")
      }
      source = try ids(of: text, vocabulary, option: "text", notes: &notes)
    } else if pair != nil, !options.tokens.isEmpty, translator != nil {
      let rows = try GraphInputs.rows(options.tokens)
      guard rows.count == 1 else {
        throw Failure(
          .usage, "--tokens takes one source where the decoder speaks by itself", option: "tokens")
      }
      source = rows[0]
    } else if pair != nil, !options.tokens.isEmpty {
      throw Failure(.usage, vocabularies.noStart)
    } else {
      return nil
    }
    if pair != nil, translator == nil {
      throw Failure(.usage, vocabularies.noStart)
    }
    var request = Translation.Request(source: source)
    if let target = options.target {
      guard pair != nil, let vocabulary = vocabularies.target else {
        throw Failure(
          .usage, "--target is for an encoder/decoder whose --target-vocab is given", option: "target")
      }
      request.teacher = try ids(of: target, vocabulary, option: "target", notes: &notes)
      request.isForced = !options.freeRunning
    }
    if let text = options.experiment {
      guard pair != nil else {
        throw Failure(.usage, "--bridge is for an encoder/decoder", option: "bridge")
      }
      request.experiment = try experiment(text, vocabularies.source, notes: &notes)
    }
    if let beams = options.beams {
      guard pair != nil else { throw Failure(.usage, "--beams is for an encoder/decoder", option: "beams") }
      request.beamWidth = beams
      request.beam = (options.beam ?? 1) - 1
    }
    if translator != nil, let option = options.h0 != nil ? "h0" : options.c0 != nil ? "c0" : nil {
      throw Failure(
        .usage,
        "--\(option) is for arrays and for models without a decoder; --bridge changes what this one begins with",
        option: option)
    }
    return request
  }

  /// What `:bridge` takes; the other sentence as a text, or as ids.
  private static func experiment(
    _ text: String, _ vocabulary: Vocabulary?, notes: inout [String]
  ) throws -> BridgeExperiment {
    if let experiment = BridgeExperiment(parsing: text) { return experiment }
    guard text.hasPrefix("other ") else {
      throw Failure(
        .usage,
        "--bridge takes as-is, h-only, c-only, swapped, zero, rounded 1, noise 0.5 or other SENTENCE, not '\(text)'",
        option: "bridge")
    }
    let sentence = String(text.dropFirst("other ".count))
    if let rows = try? GraphInputs.rows(sentence), rows.count == 1, vocabulary?.id(of: sentence) == nil {
      return .other(source: rows[0])
    }
    guard let vocabulary else {
      throw Failure(
        .usage, "--bridge other takes a sentence, for which --source-vocab FILE is needed, or ids",
        option: "bridge")
    }
    return .other(source: try ids(of: sentence, vocabulary, option: "bridge", notes: &notes))
  }

  private static func ids(
    of text: String, _ vocabulary: Vocabulary, option: String, notes: inout [String]
  ) throws -> [Int] {
    let reading = Reading(of: text, in: vocabulary)
    guard let ids = reading.ids else {
      throw Failure(.badData, reading.remark ?? "the text can't be read", option: option)
    }
    if let remark = reading.remark { notes.append("\(remark).") }
    return ids
  }

  private static func open(
    _ request: Translation.Request, of model: Model, _ graph: Graph, path: String, layer: String?,
    _ options: InputOptions, _ vocabularies: Vocabularies, _ pair: EncoderDecoder?,
    _ translator: Translator?, notes: inout [String]
  ) throws -> Opened {
    do {
      var feeding: [String: LayerInput] = [:]
      var inputs: [Value?] = graph.inputs.map { _ in nil }
      var network: NetworkRun?
      var result: Translator.Result?
      if let translator {
        let found = try translator.translate(request)
        (inputs, network, result) = (found.inputs, found.network, found)
        notes += translator.remarks(on: found)
      } else {
        guard graph.inputs.count == 1 else {
          throw Failure(
            .usage,
            "\(path): --text is for a model with one input of ids, one-hot tokens or text, or for an encoder/decoder"
          )
        }
        inputs = [
          try Opened.value(
            request.source, for: graph.inputs[0], padding: vocabularies.source?.padding ?? 0)
        ]
        try check(graph, inputs, [:])
        network = try run(graph, inputs, [:], path: path)
      }
      guard var network,
        let call = layer.map({ key in network.calls.firstIndex { $0.key == key } })
          ?? (network.calls.isEmpty ? nil : 0)
      else {
        let sentence =
          network?.stopped?.message ?? (layer.map { "\($0) was not run" } ?? "no LSTM in it was run")
        throw Failure(.badData, "\(path): \(sentence)")
      }
      try takeStates(&network, &feeding, call: call, inputs, of: graph, path: path, options: options)
      return Opened(
        model: model, graph: graph, fileName: Files.name(of: path), inputs: inputs, feeding: feeding,
        network: network, call: call, inputName: "text", isRandom: false, vocabularies: vocabularies,
        pair: pair, translator: translator, ids: request.source, result: result)
    } catch let error as LayerError {
      throw Failure(.badData, "\(path): \(error.message)")
    } catch let error as DecodingError {
      throw Failure(.badData, "\(path): \(error.message)")
    }
  }

  /// The LSTM that a person means: by its key, or by its layer's name where that has one alone.
  private static func key(
    _ name: String, of keys: [String], in model: Model, _ graph: Graph, path: String
  ) throws -> String {
    if keys.contains(name) { return name }
    if let node = graph.nodes.indices.first(where: { graph.nodes[$0].layer == name }) {
      if let key = graph.keys[node].first { return key }
    }
    if let layer = model.layers.first(where: { $0.name == name }) {
      throw Failure(
        .usage, "\(path): \(name) is of class \(layer.className); its LSTMs are \(listed(keys))",
        option: "layer")
    }
    let near = nearest(to: name, of: keys).map { "; did you mean '\($0)'?" } ?? ""
    throw Failure(
      .usage, "\(path): there is no layer '\(name)'; its LSTMs are \(listed(keys))\(near)", option: "layer")
  }

  private static func listed(_ names: [String]) -> String {
    names.count > 12
      ? names.prefix(12).joined(separator: ", ") + " and \(names.count - 12) more"
      : names.joined(separator: ", ")
  }

  private static func run(
    _ graph: Graph, _ inputs: [Value?], _ feeding: [String: LayerInput], path: String
  ) throws -> NetworkRun {
    let progress = Running()
    defer { progress.finish() }
    do throws(LayerError) {
      guard let run = try graph.run(inputs, feeding: feeding, progress: progress.says) else {
        preconditionFailure("a run that nobody stops comes to its end")
      }
      return run
    } catch {
      throw Failure(.badData, "\(path): \(error.message)")
    }
  }

  // MARK: - The input of a layer itself

  private static func layerInput(
    of key: String, in graph: Graph, options: InputOptions, name: inout String, notes: inout [String]
  ) throws -> LayerInput {
    guard let node = graph.keys.firstIndex(where: { $0.contains(key) }),
      let place = graph.keys[node].firstIndex(of: key)
    else { throw Failure(.ourFault, "there is no LSTM \(key)") }
    let lstm = graph.nodes[node].operation.lstms[place]
    let features = lstm.parameters.features
    guard !options.input.isEmpty else {
      let timesteps = options.timesteps ?? 10
      let (count, overflow) = timesteps.multipliedReportingOverflow(by: features)
      guard !overflow, count <= Bounds.limit else {
        throw Failure(
          .badData, "an input of shape \(describe([1, timesteps, features])) is too large",
          option: "timesteps")
      }
      var random = RandomNumbers(seed: options.seed)
      return LayerInput(
        batch: 1, timesteps: timesteps, features: features, x: random.normals(timesteps * features))
    }
    guard options.input.count == 1, let file = options.input.first else {
      throw Failure(.usage, "--layer-input takes one --input, and \(options.input.count) were given")
    }
    name = file == "-" ? "standard input" : Files.name(of: file)
    let tensor = try ArrayFile.read(file, key: "\(key)/x")
    var shape = tensor.shape
    let isTimeMajor = options.timeMajor || (lstm.isTimeMajor && !options.batchMajor)
    if isTimeMajor, shape.count == 3 { shape.swapAt(0, 1) }
    let layout: InputLayout
    do {
      layout = try InputLayout(fitting: shape, features: features, timesteps: nil)
    } catch {
      throw Failure(.badData, "\(file): \(error.message)")
    }
    if let assumption = layout.assumption {
      notes.append("\(assumption.prefix(1).uppercased())\(assumption.dropFirst()).")
    }
    var x = tensor.floats
    if isTimeMajor, shape.count == 3 { x = exchanged(x, layout) }
    return LayerInput(batch: layout.batch, timesteps: layout.timesteps, features: features, x: x)
  }

  /// Where the model takes a layer's initial states from; nil where it gives it none.
  private static func givenStates(of key: String, in graph: Graph) -> String? {
    guard let index = graph.keys.firstIndex(where: { $0.contains(key) }) else { return nil }
    let names = graph.nodes[index].initialState.map { reference in
      switch reference {
      case .input(let input): graph.inputs[input].name
      case .node(let node, _): graph.nodes[node].layer
      }
    }
    return names.isEmpty ? nil : Set(names).sorted().joined(separator: " and ")
  }

  /// With the mask that is given beside it.
  private static func masked(_ input: LayerInput, key: String, options: InputOptions) throws -> LayerInput {
    guard let file = options.mask else { return input }
    let tensor = try ArrayFile.read(file, key: "\(key)/mask")
    let shape = [input.batch, input.timesteps]
    let isOne = input.batch == 1 && tensor.shape == [input.timesteps]
    guard tensor.shape == shape || isOne else {
      throw Failure(
        .badData,
        "\(file): the mask has shape \(describe(tensor.shape)) where the input is \(describe(shape)), samples and timesteps"
      )
    }
    let values = tensor.floats
    guard let strange = values.first(where: { $0 != 0 && $0 != 1 }) else {
      var input = input
      input.mask = values.map { $0 != 0 }
      return input
    }
    throw Failure(.badData, "\(file): a mask holds 0 and 1, and this one has \(strange)")
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

  /// Runs the network again with the initial states that are given.
  private static func takeStates(
    _ network: inout NetworkRun, _ feeding: inout [String: LayerInput], call: Int, _ inputs: [Value?],
    of graph: Graph, path: String, options: InputOptions
  ) throws {
    guard options.h0 != nil || options.c0 != nil else { return }
    // In the order in which they run: what one puts out with its states is what the next reads.
    let count = network.calls.count
    for place in try hasAllStates(options, count: count) ? Array(0..<count) : [call] {
      let chosen = network.calls[place]
      feeding[chosen.key] = try withStates(
        chosen.input, of: chosen.parameters, place: place, of: count, options: options)
      network = try run(graph, inputs, feeding, path: path)
    }
  }

  /// Whether the states are those of every LSTM, (layers · directions, batch, units), as PyTorch has them.
  private static func hasAllStates(_ options: InputOptions, count: Int) throws -> Bool {
    guard count > 1 else { return false }
    for (file, name) in [(options.h0, "h0"), (options.c0, "c0")] {
      guard let file else { continue }
      let shape = try ArrayFile.read(file, key: name).shape
      if shape.count != 3 || shape[0] != count { return false }
    }
    return true
  }

  /// - Parameters:
  ///   - place: Of the LSTM among all that run, where the file has the states of all.
  ///   - count: How many run.
  private static func withStates(
    _ input: LayerInput, of parameters: Parameters, place: Int, of count: Int, options: InputOptions
  ) throws -> LayerInput {
    var input = input
    func state(_ file: String?, _ name: String, _ units: Int) throws -> [Float]? {
      guard let file else { return nil }
      let tensor = try ArrayFile.read(file, key: name)
      let size = input.batch * units
      if count > 1, tensor.shape == [count, input.batch, units] {
        return Array(tensor.floats[place * size..<(place + 1) * size])
      }
      do {
        let repetitions = try stateRepetitions(
          fitting: tensor.shape, name: name, units: units, batch: input.batch)
        return Array(repeating: tensor.floats, count: repetitions).flatMap { $0 }
      } catch {
        throw Failure(.badData, "\(file): \(error.message)")
      }
    }
    input.h0 = try state(options.h0, "h0", parameters.outputs) ?? input.h0
    input.c0 = try state(options.c0, "c0", parameters.units) ?? input.c0
    return input
  }

  /// Refuses a run whose traces would take more than half of the machine's memory.
  private static func check(_ graph: Graph, _ inputs: [Value?], _ feeding: [String: LayerInput]) throws {
    let limit = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 2
    let steps =
      (inputs.compactMap { $0?.shape.prefix(2).reduce(1, *) } + feeding.values.map { $0.batch * $0.timesteps })
      .max() ?? 0
    let units = graph.nodes.flatMap(\.operation.lstms).reduce(0) { $0 + $1.parameters.units }
    let (bytes, overflow) = steps.multipliedReportingOverflow(by: floatsPerUnit * units * 4)
    guard !overflow, bytes <= limit else {
      throw Failure(
        .badData,
        "the traces of \(steps) timesteps and \(units) units take more than half of this machine's memory; "
          + "give fewer timesteps or samples")
    }
  }

  /// Where a run in float16 would have had infinities, a sentence for each LSTM.
  static func overflows(in opened: Opened) -> [String] {
    opened.network.calls.compactMap { call in
      guard call.lstm.computesInHalf, let found = call.trace.firstHalfOverflow() else { return nil }
      return (opened.network.calls.count > 1 ? "\(call.key): " : "") + found.sentence(in: call.trace)
    }
  }

  /// What the file's reader guessed or warns of, a sentence each.
  static func remarks(on model: Model) -> [String] {
    model.provenance.guesses.map { "Guessed: \($0)" } + model.provenance.warnings
  }
}
