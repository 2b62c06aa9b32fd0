import LSTM
import Network
import Sessions
import Workbench

/// From ids to what an encoder/decoder says, as the screen and the commands show it.
struct Translator {
  var decoding: Decoding
  let isReversed: Bool
  /// Ids of a sentence to borrow states from, where nobody names one.
  var other: [Int]?

  /// - Returns: nil where nothing tells what the decoder is fed first.
  /// - Throws: `Failure` where a start or end is named that is not there, or the decoder can't speak.
  init?(
    _ graph: Graph, _ pair: EncoderDecoder, _ options: InputOptions, _ vocabularies: Vocabularies
  ) throws {
    let target = vocabularies.target
    func id(_ name: String?, _ usual: Int?, _ option: String) throws -> Int? {
      guard let name else { return usual }
      let plain = ["\\t": "\t", "\\n": "\n"][name] ?? name
      if let id = target?.id(of: plain) { return id }
      if let id = Int(name), id >= 0, target?.id(of: name) == nil { return id }
      let near = usual.flatMap { target?.word($0) }.map { "; did you mean '\($0)'?" } ?? ""
      throw Failure(.usage, "\(option): '\(name)' is not in the decoder's vocabulary\(near)")
    }
    guard let start = try id(options.start, target?.start, "--start") else { return nil }
    do {
      decoding = try Decoding(
        graph, pair, start: start, end: try id(options.end, target?.end, "--end"),
        maxSteps: options.maxSteps,
        padding: (vocabularies.source?.padding ?? 0, target?.padding ?? 0))
    } catch let error as DecodingError {
      throw Failure(.badData, error.message)
    }
    isReversed = options.reverseSource
  }

  /// What a request gives: the model's inputs, its run, and all that is said of it.
  struct Result {
    let inputs: [Value?]
    let network: NetworkRun
    /// What the encoder handed over, and what became of it.
    let handed: [String: HandedState]
    let arriving: [String: HandedState]
    /// The id that ends a sentence; nil where none does.
    let end: Int?
    let request: Translation.Request
    /// What it says by itself, with the states as they are and with those that arrive.
    let plain: [Int]
    let free: [Int]
    /// Whether the model puts out logits, and softmax makes probabilities of them here.
    let areLogits: Bool
    /// Whether `free` came to its end, and was not cut off.
    let isEnded: Bool
    let beams: [Hypothesis]
  }

  /// - Throws: `LayerError`, `DecodingError` or `Failure` with a sentence.
  func translate(_ asked: Translation.Request) throws -> Result {
    var request = asked
    // The start is fed in any case.
    if request.teacher?.first == decoding.start { request.teacher?.removeFirst() }
    if case .other(let source) = request.experiment, source.isEmpty {
      guard let other else {
        throw Failure(.usage, "there is no other sentence yet; :bridge other SENTENCE names one")
      }
      request.experiment = .other(source: other)
    }
    let source = try value([request.source])
    let asItIs = try decoding.encode(source)
    // One that can't speak by itself is fed what it should say.
    let speaks = decoding.silence == nil || !request.isForced
    let plain = speaks ? try decoding.greedy(asItIs)[0] : []
    var encoded = asItIs
    var free = plain
    if request.experiment != .asIs {
      var borrowed: Decoding.Encoded?
      if case .other(let ids) = request.experiment { borrowed = try encode([ids]) }
      encoded = try decoding.encode(source, request.experiment, other: borrowed)
      free = speaks ? try decoding.greedy(encoded)[0] : []
    }
    var beams: [Hypothesis] = []
    if request.beamWidth > 1, speaks {
      beams = try decoding.beams(encoded, width: request.beamWidth)
      request.beam = min(request.beam, max(0, beams.count - 1))
    }
    let said =
      request.isForced
      ? request.teacher ?? [] : beams.isEmpty ? free : beams[request.beam].tokens
    // What is said is fed one step later; the last word is not fed any more.
    let spoken = request.isForced && said.last != decoding.end ? said : Array(said.dropLast())
    let run = try decoding.run(
      source: source, fed: [[decoding.start] + spoken], arriving: encoded.arriving)
    return Result(
      inputs: run.inputs, network: run.network, handed: encoded.handed,
      arriving: encoded.arriving, end: decoding.end, request: request, plain: plain, free: free,
      areLogits: asItIs.areLogits, isEnded: free.isEmpty || free.last == decoding.end, beams: beams)
  }

  /// What a person would not expect of what was said, a sentence each.
  func remarks(on result: Result) -> [String] {
    var remarks: [String] = []
    if result.areLogits {
      remarks.append("The model puts out logits: softmax makes probabilities of them here.")
    }
    if !result.isEnded, result.end != nil, !result.request.isForced {
      let declared = decoding.graph.inputs[decoding.pair.target].declaredLength
      let why =
        result.free.count == declared ? "the model takes no more" : "--max-steps tells when to stop"
      remarks.append("The decoder says \(result.free.count) words and no end; \(why).")
    }
    return remarks
  }

  /// How many words a source can have, and how many are said at most.
  var limits: (source: Int, target: Int) {
    (decoding.graph.inputs[decoding.pair.source].declaredLength ?? .max, decoding.maxSteps)
  }

  /// Sources of one length, read together.
  func encode(_ rows: [[Int]]) throws -> Decoding.Encoded {
    try decoding.encode(try value(rows))
  }

  /// Sources in the order in which the encoder reads them.
  func value(_ rows: [[Int]]) throws -> Value {
    try decoding.source(rows.map { isReversed ? $0.reversed() : $0 })
  }
}

extension Translation {
  /// What the screen shows of a run of an encoder/decoder.
  ///
  /// - Parameters:
  ///   - result: What came of a request; nil where arrays were given.
  ///   - sample: Where the run is one of arrays, all its samples are in it.
  init?(
    _ network: NetworkRun, _ pair: EncoderDecoder, inputs: [Value?], _ vocabularies: Vocabularies,
    _ result: Translator.Result? = nil, isEdited: Bool = false
  ) {
    func part(_ key: String?) -> Part? {
      guard let key, let call = network.calls.firstIndex(where: { $0.key == key }) else { return nil }
      return Part(call: call, key: key, trace: network.calls[call].trace)
    }
    let links = pair.bridges.compactMap { bridge -> Link? in
      part(bridge.decoder).map { Link(encoder: part(bridge.encoder), decoder: $0, from: bridge.from) }
    }
    guard !links.isEmpty else { return nil }
    let target = vocabularies.target
    func words(_ ids: [Int]) -> [String] { ids.map { target?.word($0) ?? "id \($0)" } }
    let output = network.outputs[pair.output]
    let fed = inputs[pair.target].flatMap { Vocabularies.words(of: $0, target) } ?? []
    let tokens = output?.shape.last ?? 0
    let steps = fed.first?.count ?? 0
    var numbers = output?.numbers ?? []
    let batch = output?.shape.first ?? 0
    let tells = output?.shape.count == 3 && steps > 0 && tokens > 1 && numbers.count == batch * steps * tokens
    let isSoftmaxed = tells && !Distribution.areProbabilities(numbers, width: tokens)
    if isSoftmaxed { numbers = Distribution.softmax(numbers, width: tokens) }
    var said: [[String]] = []
    if tells {
      said = (0..<batch).map { sample in
        words(
          (0..<steps).map { step in
            let start = (sample * steps + step) * tokens
            return Array(numbers[start..<start + tokens]).indexOfLargest
          })
      }
    }
    self.init(
      request: result?.request, links: links,
      source: inputs[pair.source].flatMap { Vocabularies.words(of: $0, vocabularies.source) } ?? [],
      fed: fed, said: said, probabilities: tells ? numbers : [], tokens: tells ? tokens : 0,
      vocabulary: target,
      separator: target?.isOfCharacters == true ? "" : " ", plain: result.map { words($0.plain) } ?? [],
      free: result.map { words($0.free) } ?? [],
      teacher: result?.request.teacher.map(words),
      beams: result?.beams.map {
        Beam(words: words($0.tokens), score: $0.score, isEnded: $0.isEnded)
      } ?? [], end: result?.end.map { words([$0])[0] }, handed: result?.handed ?? [:],
      readsEncoderBeside: pair.readsEncoderBeside, isEdited: isEdited)
    isSoftmaxedHere = isSoftmaxed
    isEnded = result?.isEnded ?? true
  }
}
