package import LSTM
package import Network
package import Sessions

/// An encoder/decoder's run, as the screen shows it: both sides, the bridge between them, and what is said.
package struct Translation: Equatable, Sendable {
  /// What is to be translated, and how.
  package struct Request: Equatable, Sendable {
    /// Ids in the order of the text, whatever order the encoder reads them in.
    package var source: [Int]
    /// What the decoder should say; without the start, with the end.
    package var teacher: [Int]?
    /// Whether the decoder is fed the teacher's words instead of its own.
    package var isForced = false
    package var experiment = BridgeExperiment.asIs
    /// How many beginnings beam search keeps; 1 is greedy decoding.
    package var beamWidth = 1
    /// Which of the beams is walked; 0 is the best.
    package var beam = 0

    package init(source: [Int], teacher: [Int]? = nil, isForced: Bool = false) {
      self.source = source
      self.teacher = teacher
      self.isForced = isForced
    }
  }

  /// One LSTM of the two sides.
  package struct Part: Equatable, Sendable {
    package let call: Int
    /// The call's key: `encoder`.
    package let key: String
    package let trace: Trace

    package init(call: Int, key: String, trace: Trace) {
      self.call = call
      self.key = key
      self.trace = trace
    }
  }

  /// An LSTM of the decoder with the one that hands it its states.
  package struct Link: Equatable, Sendable {
    /// nil where layers stand between, so that the states are not one LSTM's own.
    package let encoder: Part?
    package let decoder: Part
    /// Names of the layers that the states come from.
    package let from: [String]

    package init(encoder: Part?, decoder: Part, from: [String]) {
      self.encoder = encoder
      self.decoder = decoder
      self.from = from
    }

    /// Whether the two timelines can be read as one: the states go over as they are.
    package var isJoined: Bool { encoder.map { $0.trace.units == decoder.trace.units } ?? false }
  }

  package struct Beam: Equatable, Sendable {
    package let words: [String]
    /// The sum of the logarithms of the probabilities.
    package let score: Double
    package let isEnded: Bool

    package init(words: [String], score: Double, isEnded: Bool) {
      self.words = words
      self.score = score
      self.isEnded = isEnded
    }
  }

  /// nil where arrays were given, and no text.
  package let request: Request?
  package internal(set) var links: [Link]
  /// What the encoder reads, by sample and timestep.
  package let source: [[String]]
  /// What the decoder is fed, by sample and timestep.
  package internal(set) var fed: [[String]]
  /// What it then says, the likeliest word, by sample and timestep.
  package internal(set) var said: [[String]]
  /// Shape (batch, timesteps of the decoder, tokens).
  package internal(set) var probabilities: [Float]
  /// Whether the model puts out logits, and softmax was applied to them here.
  package var isSoftmaxedHere = false
  package let tokens: Int
  /// The words of a row of probabilities; nil where nothing tells them.
  package let vocabulary: Vocabulary?
  /// What stands between words in a sentence: nothing where they are characters.
  package let separator: String
  /// What it says by itself with the states as they are.
  package internal(set) var plain: [String]
  /// What it says by itself with the states that arrive.
  package internal(set) var free: [String]
  /// Whether it came to its end, and was not cut off.
  package var isEnded = true
  package let teacher: [String]?
  package internal(set) var beams: [Beam]
  /// The word that ends a sentence; nil where none does.
  package let end: String?
  /// What was handed over, by the decoder's key, before an experiment; empty where nothing tells.
  package internal(set) var handed: [String: HandedState]
  /// Whether the decoder reads more of the encoder than its states, as attention does.
  package let readsEncoderBeside: Bool
  /// Whether an edit stands between what is said and the words that are fed.
  package let isEdited: Bool
  /// Whether its words are covered.
  var isCovered = false

  package init(
    request: Request?, links: [Link], source: [[String]], fed: [[String]], said: [[String]],
    probabilities: [Float], tokens: Int, vocabulary: Vocabulary?, separator: String = " ",
    plain: [String] = [],
    free: [String] = [],
    teacher: [String]? = nil, beams: [Beam] = [], end: String? = nil, handed: [String: HandedState] = [:],
    readsEncoderBeside: Bool = false, isEdited: Bool = false
  ) {
    self.request = request
    self.links = links
    self.source = source
    self.fed = fed
    self.said = said
    self.probabilities = probabilities
    self.tokens = tokens
    self.vocabulary = vocabulary
    self.separator = separator
    self.plain = plain
    self.free = free
    self.teacher = teacher
    self.beams = beams
    self.end = end
    self.handed = handed
    self.readsEncoderBeside = readsEncoderBeside
    self.isEdited = isEdited
  }
}

extension Translation {
  /// The link that a call is one end of.
  package func link(of call: Int) -> Link? {
    links.first { $0.decoder.call == call } ?? links.first { $0.encoder?.call == call }
  }

  package func isDecoder(_ call: Int) -> Bool { links.contains { $0.decoder.call == call } }

  var steps: Int { fed.first?.count ?? 0 }

  /// Whether it is words, or their ids, that are read and said; else numbers go through, as in a forecast.
  var hasWords: Bool { request != nil || !fed.isEmpty || !source.isEmpty }

  /// The probabilities of the next word at a timestep of the decoder; nil where nothing tells them.
  func distribution(sample: Int, step: Int) -> ArraySlice<Float>? {
    let start = (sample * steps + step) * tokens
    guard tokens > 0, start + tokens <= probabilities.count, step < steps else { return nil }
    return probabilities[start..<start + tokens]
  }

  /// The likeliest next words.
  func candidates(sample: Int, step: Int, count: Int) -> [(word: String, probability: Float)] {
    guard let row = distribution(sample: sample, step: step).map(Array.init) else { return [] }
    return row.indicesOfLargest(count).map { (word($0), row[$0]) }
  }

  /// By its id, as `word` writes it.
  private func id(of word: String) -> Int? {
    guard let vocabulary else { return word.hasPrefix("id ") ? Int(word.dropFirst(3)) : nil }
    if let id = vocabulary.id(of: word) { return id }
    // A blank and the like are written with other signs.
    return vocabulary.words.indices.first { vocabulary.word($0) == word }
  }

  func word(_ id: Int) -> String { vocabulary?.word(id) ?? "id \(id)" }

  /// How the decoder gets its words, and what was done to its states: `greedy · h only`.
  package var feeding: String {
    guard let request else { return hasWords ? "fed as given" : "" }
    let words =
      isEdited
      ? "words as before"
      : request.isForced
        ? "teacher forcing" : request.beamWidth > 1 ? "beam \(request.beam + 1) of \(beams.count)" : "greedy"
    return request.experiment == .asIs ? words : "\(words) · \(request.experiment.short)"
  }

  /// Whether something else arrives than was handed over.
  var isChanged: Bool { request.map { $0.experiment != .asIs } ?? false }

  /// What is to come word by word, where the decoder is not fed what it says itself: a teacher's words, or those
  /// of the beam that is walked.
  var wanted: [String]? {
    guard let request else { return nil }
    if request.isForced { return teacher.map { $0.last == end || end == nil ? $0 : $0 + [end ?? ""] } }
    return request.beamWidth > 1 && beams.indices.contains(request.beam) ? beams[request.beam].words : nil
  }

  /// The probability of a word at a timestep; nil where nothing tells it.
  func probability(of word: String, sample: Int, step: Int) -> Float? {
    guard let id = id(of: word), let row = distribution(sample: sample, step: step), id < row.count else {
      return nil
    }
    return row[row.startIndex + id]
  }

  /// The first place where two sentences differ; nil where they don't.
  static func firstDifference(_ a: [String], _ b: [String]) -> Int? {
    (0..<max(a.count, b.count)).first { $0 >= a.count || $0 >= b.count || a[$0] != b[$0] }
  }
}

extension BridgeExperiment {
  /// Those that have a key, in its order from 1 on.
  package static let offered: [BridgeExperiment] = [
    .memoryOnly, .carryOnly, .swapped, .zero, .rounded(decimals: 1), .noise(deviation: 0.5, seed: 1),
    .other(source: []),
  ]

  /// A word for the header.
  var short: String {
    switch self {
    case .asIs: "as it is"
    case .memoryOnly: "h only"
    case .carryOnly: "c only"
    case .swapped: "swapped"
    case .zero: "zero"
    case .rounded: "rounded"
    case .noise: "noise"
    case .other: "other's states"
    }
  }

  /// What arrives, in a few words.
  package var title: String {
    switch self {
    case .asIs: "h and c as they are"
    case .memoryOnly: "h only, c is zero"
    case .carryOnly: "c only, h is zero"
    case .swapped: "h and c swapped"
    case .zero: "both zero"
    case .rounded(let decimals):
      decimals == 0 ? "rounded to whole numbers" : "rounded to \(decimals) decimal\(decimals == 1 ? "" : "s")"
    case .noise(let deviation, _): "noise on c, σ \(deviation)"
    case .other: "another sentence's"
    }
  }
}

extension BridgeExperiment {
  /// The names that `:bridge` takes.
  static let words = ["as-is", "h-only", "c-only", "swapped", "zero", "rounded", "noise", "other"]

  /// - Parameter number: Decimals, or the noise's standard deviation.
  init?(name: String, number: Float?) {
    switch name {
    case "as-is": self = .asIs
    case "h-only": self = .memoryOnly
    case "c-only": self = .carryOnly
    case "swapped": self = .swapped
    case "zero": self = .zero
    case "rounded": self = .rounded(decimals: Int(min(number ?? 1, 9)))
    case "noise": self = .noise(deviation: number ?? 0.5, seed: 1)
    case "other": self = .other(source: [])
    default: return nil
    }
  }
}
