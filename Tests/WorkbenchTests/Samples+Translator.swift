import LSTM
import Network
import Sessions

@testable import Workbench

extension Samples {
  static let german = Vocabulary(["<pad>", "<start>", "<end>", "ich", "gehe", "nach", "hause", "?"])
  static let english = Vocabulary(["<pad>", "<start>", "<end>", "i", "go", "home", "?", "stay"])

  /// An encoder of four words whose last states start a decoder of four, the decoder looked at.
  ///
  /// - Parameter request: Its experiment changes what arrives; the words stay.
  static func translator(
    width: Int = 80, height: Int = 24, units: Int = 5,
    request: Translation.Request = .init(source: [3, 4, 5, 6]),
    said: [String] = ["i", "go", "home", "<end>"], isEncoder: Bool = false
  ) -> State {
    let encoder = Samples.state(units: units, features: 3, timesteps: 4, batch: 1)
    var input = encoder.subject.input
    (input.h0, input.c0) = (encoder.trace.hFinal, encoder.trace.cFinal)
    switch request.experiment {
    case .memoryOnly: input.c0 = Array(repeating: 0, count: units)
    case .asIs, .carryOnly, .swapped, .zero, .rounded, .noise, .other: break
    }
    let decoder = encoder.parameters.run(input)
    let map = Samples.map(calls: 2, batch: 1)
    let words = ["ich", "gehe", "nach", "hause"]
    let fed = ["<start>"] + said.dropLast()
    func subject(_ name: String, _ input: LayerInput, _ words: [String], call: Int) -> Subject {
      Subject(
        fileName: "translator.keras", layerName: name,
        layer: TracedLSTM(
          direction: nil, cell: nil, parameters: encoder.parameters, returnSequences: true, returnState: true,
          isStateful: false, isTimeMajor: false), input: input, inputName: "text", words: words,
        inputKey: name,
        map: map, call: call)
    }
    let probabilities: [Float] = (0..<4).flatMap { step in
      (0..<8).map { id in Samples.english.words[id] == said[step] ? 0.93 : 0.01 }
    }
    let plain = ["i", "go", "home", "<end>"]
    let translation = Translation(
      request: request,
      links: [
        Translation.Link(
          encoder: Translation.Part(call: 0, key: "encoder", trace: encoder.trace),
          decoder: Translation.Part(call: 1, key: "decoder", trace: decoder), from: ["encoder"])
      ], source: [words], fed: [Array(fed)], said: [said], probabilities: probabilities, tokens: 8,
      vocabulary: Samples.english, plain: plain, free: said,
      teacher: request.teacher.map { $0.map(Samples.english.word) },
      beams: request.beamWidth > 1
        ? [
          Translation.Beam(words: said, score: -0.29, isEnded: true),
          Translation.Beam(words: ["i", "stay", "home", "<end>"], score: -4.81, isEnded: true),
        ] : [])
    return State(
      subject: isEncoder
        ? subject("encoder", encoder.subject.input, words, call: 0)
        : subject("decoder", input, Array(fed), call: 1),
      run: Run(isEncoder ? encoder.trace : decoder), size: Size(width: width, height: height),
      themes: ["dark", "light"], theme: "dark",
      language: Language(
        source: Language.Side(name: "german", vocabulary: german, isReversed: true),
        target: Language.Side(name: "english", vocabulary: english)), translation: translation,
      unitNames: ["decoder": [2: "question"]], hasSentences: true,
      demos: [
        State.Demo(name: "question", shows: "three tensors"), State.Demo(name: "latch", shows: "remembers"),
      ])
  }

  /// Sentences whose questions unit 0 tells from the others without fail.
  static var survey: Survey {
    let sentences = (0..<8).map { index in
      Survey.Sentence(
        words: ["a", "b", "c"], text: "sentence \(index)",
        facts: index < 4 ? ["question"] : ["long", "kind main"])
    }
    func carry(_ sentence: Int, _ step: Int, _ unit: Int) -> Float {
      guard unit == 0 else { return Float(unit * sentence % 3) / 2 }
      return Float(sentence < 4 ? step + 1 : -step - 1)
    }
    var carries: [[Float]] = []
    for sentence in 0..<8 {
      var values: [Float] = []
      for step in 0..<3 {
        for unit in 0..<5 { values.append(carry(sentence, step, unit)) }
      }
      carries.append(values)
    }
    return Survey(layer: "decoder", units: 5, sentences: sentences, carries: carries)
  }
}
