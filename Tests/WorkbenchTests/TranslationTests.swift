import Canvas
import Network
import Testing

@testable import Workbench

@Suite("Encoder/decoders on the screen") struct TranslationTests {
  @Test("The encoder's sequence goes on as the decoder's, with the words over it, at 80x24 and 120x40")
  func frames() {
    expectFrame(draw(Samples.translator()), "translator-80x24")
    expectFrame(draw(Samples.translator(width: 120, height: 40).after(.moveStep(1))), "translator-120x40")
  }

  @Test("Bridge shows what is handed over and what arrives, number for number")
  func bridge() {
    expectFrame(draw(Samples.translator().after(.bridge)), "bridge-80x24")
    var request = Translation.Request(source: [3, 4, 5, 6])
    request.experiment = .memoryOnly
    let changed = Samples.translator(
      width: 120, height: 40, request: request, said: ["i", "stay", "?", "<end>"])
    expectFrame(draw(changed.after(.bridge)), "bridge-120x40")
  }

  @Test("Decode shows what is fed and said, what else could be, beams and where a teacher differs")
  func decode() {
    var request = Translation.Request(source: [3, 4, 5, 6], teacher: [3, 7, 5, 2], isForced: true)
    expectFrame(draw(Samples.translator(request: request).after(.view(.decode))), "decode-80x24")
    request = Translation.Request(source: [3, 4, 5, 6])
    request.beamWidth = 2
    let beams = Samples.translator(width: 120, height: 40, request: request)
    expectFrame(draw(beams.after(.view(.decode), .moveBeam(1))), "decode-120x40")
  }

  @Test("Meaning tells what a unit tells apart")
  func meaning() {
    let state = Samples.translator().after(.surveyed(Samples.survey), .view(.meaning))
    expectFrame(draw(state), "meaning-80x24")
    let wide = Samples.translator(width: 120, height: 40).after(.surveyed(Samples.survey), .view(.meaning))
    expectFrame(draw(wide), "meaning-120x40")
  }

  @Test("A unit that tells a fact without fail has an area of 1, one that tells nothing 0.5")
  func evidence() {
    let facts = Samples.survey.evidence(for: 0, isDecoder: false)
    #expect(facts.first { $0.fact == "question" }?.area == 1)
    #expect(facts.first { $0.fact == "long" }?.area == 0)
    let flat = Samples.survey.evidence(for: 1, isDecoder: false).first { $0.fact == "question" }
    #expect(flat.map { abs($0.area - 0.5) < 0.2 } == true)
    // c of unit 0 grows with the words in half of the sentences and falls in the others.
    #expect(abs(Samples.survey.correlationWithPosition(of: 0, fromEnd: false)) < 1e-6)
  }

  @Test("The sentences of Meaning are gone through by the unit's value, from the highest to the lowest")
  func sentences() {
    var state = Samples.translator().after(.surveyed(Samples.survey), .view(.meaning))
    let survey = Samples.survey
    var seen: [Float] = []
    for _ in survey.sentences {
      seen.append(survey.value(of: 0, in: state.sentenceRow, isDecoder: true))
      _ = update(&state, with: .moveSentence(1))
    }
    #expect(seen == seen.sorted(by: >) && Set(seen).count > 1)
    _ = update(&state, with: .moveSentence(-100))
    #expect(survey.value(of: 0, in: state.sentenceRow, isDecoder: true) == seen[0])
  }

  @Test("Left from the decoder's first timestep goes to the encoder's last, and back")
  func crossing() {
    var state = Samples.translator()
    #expect(update(&state, with: .moveStep(-1)) == [.open(call: 0)])
    let encoder = Samples.translator(isEncoder: true)
    _ = update(&state, with: .opened(encoder.subject, run: encoder.run, original: nil))
    #expect(state.subject.layerName == "encoder" && state.step == 3 && state.message == nil)
    #expect(update(&state, with: .moveStep(1)) == [.open(call: 1)])
    let decoder = Samples.translator()
    _ = update(&state, with: .opened(decoder.subject, run: decoder.run, original: nil))
    #expect(state.subject.layerName == "decoder" && state.step == 0)
    // s past the last line of the encoder's last timestep goes over too, to the first line.
    _ = update(&state, with: .opened(encoder.subject, run: encoder.run, original: nil))
    _ = update(&state, with: .lastStep)
    #expect(update(&state, with: .moveLine(1)) == [.open(call: 1)] && state.line == 0)
  }

  @Test(
    "A text is asked for as ids; unknown words are named with near ones, and stay out where none stands for them"
  )
  func texts() {
    var state = Samples.translator()
    func run(_ line: String) -> [Effect] {
      state.say(nil)
      _ = update(&state, with: .prompt)
      for scalar in line.unicodeScalars { _ = update(&state, with: .type(scalar)) }
      return update(&state, with: .commit)
    }
    guard case .translate(let request)? = run("text Gehe nach hause?").first else {
      Issue.record("nothing is translated: \(state.message?.text ?? "")")
      return
    }
    #expect(request.source == [4, 5, 6, 7])
    #expect(run("text ich gehen") == [])
    #expect(state.message?.text == "'gehen' is not in the vocabulary (near: gehe)")
    #expect(run("text") == [] && state.message?.kind == .error)
    guard case .translate(let forced)? = run("target i stay home <end>").first else {
      Issue.record("nothing is forced")
      return
    }
    #expect(forced.teacher == [3, 7, 5, 2] && forced.isForced)
    guard case .translate(let zero)? = run("bridge h-only").first else {
      Issue.record("no experiment")
      return
    }
    #expect(zero.experiment == .memoryOnly)
    #expect(run("bridge backwards") == [] && state.message?.text.contains("h-only") == true)
    guard case .translate(let rounded)? = run("bridge rounded 0").first else {
      Issue.record("no experiment")
      return
    }
    #expect(rounded.experiment == .rounded(decimals: 0))
  }

  @Test("The words of a sentence are completed, each behind those before it")
  func completion() {
    var state = Samples.translator()
    _ = update(&state, with: .promptText)
    for scalar in "ich ge".unicodeScalars { _ = update(&state, with: .type(scalar)) }
    _ = update(&state, with: .complete(1))
    #expect(state.mode == .prompt(State.Prompt(text: "text ich gehe")))
  }

  @Test("An experiment is one key, and the same key takes it back")
  func experiments() {
    var state = Samples.translator().after(.bridge)
    #expect(state.view == .bridge)
    for (key, experiment) in zip("1234567", BridgeExperiment.offered) {
      let scalar = key.unicodeScalars.first ?? "0"
      guard let action = state.action(for: .character(scalar)) else {
        Issue.record("\(key) does nothing")
        continue
      }
      guard case .translate(let request)? = update(&state, with: action).first else {
        Issue.record("\(key) asks for nothing")
        continue
      }
      #expect(request.experiment == experiment)
    }
    var request = Translation.Request(source: [3])
    request.experiment = .carryOnly
    var changed = Samples.translator(request: request).after(.bridge)
    guard case .translate(let back)? = update(&changed, with: .experiment(.carryOnly)).first else {
      Issue.record("nothing is taken back")
      return
    }
    #expect(back.experiment == .asIs)
    request.experiment = .other(source: [4, 5])
    changed = Samples.translator(request: request)
    #expect(
      update(&changed, with: .experiment(.other(source: []))) == [
        .translate(Translation.Request(source: [3]))
      ])
  }

  @Test("Edits are not lost to another sentence")
  func edits() {
    var state = Samples.translator().after(.edit, .nudge(0.1), .cancel)
    #expect(!state.edits.isEmpty)
    #expect(update(&state, with: .experiment(.zero)) == [])
    #expect(state.message?.text.contains("there are edits") == true)
  }

  @Test("q and another model ask about names that are not saved; saved ones are no matter")
  func unsavedNames() {
    var state = Samples.translator().after(.moveUnit(1))
    #expect(!state.hasUnsavedNames)
    #expect(state.typed(":name tired") == [] && state.hasUnsavedNames)
    var asked = state
    #expect(update(&asked, with: .quit) == [] && asked.message?.text.contains(":save FILE.yaml") == true)
    #expect(update(&asked, with: .quit) == [.quit])
    _ = update(&state, with: .saved(path: "mine.yaml"))
    #expect(!state.hasUnsavedNames && update(&state, with: .quit) == [.quit])
    // Taken away again it is as it was.
    var other = Samples.translator().after(.moveUnit(1))
    #expect(other.typed(":name x") == [] && other.typed(":name") == [])
    #expect(!other.hasUnsavedNames)
  }

  @Test("A view that has nothing to show is refused, and not offered")
  func emptyViews() {
    var state = Samples.translator()
    #expect(state.typed(":view meaning") == [] && state.view == .meaning)
    #expect(state.typed(":view bridge") == [] && state.view == .bridge)
    var plain = Samples.state()
    for view in ["bridge", "decode", "meaning"] {
      #expect(plain.typed(":view \(view)") == [] && plain.view == .step)
      #expect(plain.message?.text.contains("has nothing to show") == true)
    }
    #expect(plain.message?.text.contains("sentences: FILE") == true)
  }

  @Test("Ctrl-C stops the sentences that are being run")
  func interruptedSurvey() {
    var state = Samples.translator().after(.view(.meaning), .surveying(3))
    #expect(update(&state, with: .interrupt) == [.cancelRun])
    state = state.after(.view(.step))
    #expect(update(&state, with: .interrupt) == [.quit])
  }

  @Test("What :bridge takes is written as it is read")
  func experimentTexts() {
    for text in ["as-is", "h-only", "c-only", "swapped", "zero", "rounded 2", "noise 0.25"] {
      #expect(BridgeExperiment(parsing: text)?.text { _ in "" } == text)
    }
    #expect(BridgeExperiment.other(source: [3]).text { "\($0)" } == "other [3]")
    for text in ["", "other x", "sideways", "noise -1", "noise nan", "rounded 1 2"] {
      #expect(BridgeExperiment(parsing: text) == nil, "\(text)")
    }
  }

  @Test("A unit gets a name that the captions show, and loses it")
  func names() {
    var state = Samples.translator().after(.moveUnit(2))
    #expect(state.unitTitle == "unit 2 \"question\"")
    state.nameUnit("where")
    #expect(state.unitNames["decoder"] == [2: "where"])
    state.nameUnit("")
    #expect(state.unitTitle == "unit 2")
  }

  @Test("Views that have nothing to show are not gone through")
  func views() {
    #expect(Samples.state().availableViews == [.step, .returns, .sequence, .model, .findings])
    #expect(Samples.translator().availableViews == ViewName.allCases.filter { $0 != .compare })
    var plain = Samples.state()
    _ = update(&plain, with: .bridge)
    #expect(plain.view == .step && plain.message?.text.contains("no LSTM of this model") == true)
  }

  @Test("The list of models opens the one that is chosen, and keeps edits")
  func demos() {
    var state = Samples.translator()
    #expect(state.open(demo: "") == [] && state.mode == .demos(row: 0))
    expectFrame(draw(state), "demos-80x24")
    _ = update(&state, with: .scroll(1))
    #expect(update(&state, with: .commit) == [.openDemo("latch")])
    #expect(state.open(demo: "nothing") == [] && state.message?.kind == .error)
    var edited = Samples.translator().after(.edit, .nudge(0.1), .cancel)
    #expect(edited.open(demo: "latch") == [] && edited.message?.kind == .warning)
  }

  @Test("Every view of an encoder/decoder draws at every size without a trap", arguments: ViewName.allCases)
  func everySize(view: ViewName) {
    for (width, height) in [(1, 1), (20, 5), (60, 16), (80, 24), (99, 31), (120, 40), (200, 60)] {
      var state = Samples.translator(width: width, height: height).after(
        .surveyed(Samples.survey), .view(view))
      for action in [
        .moveStep(1), .lastStep, .moveUnit(200), .cycleDecimals, .moveSentence(20), .moveBeam(1),
      ]
        as [Action]
      {
        _ = update(&state, with: action)
        #expect(draw(state).width == width)
      }
    }
  }

  @Test("A window of things of different widths turns pages and fills the last one")
  func windows() {
    let widths = [3, 3, 5, 3, 3, 3]
    #expect(Window(widths: widths, room: 11, cursor: 0).range == 0..<3)
    #expect(Window(widths: widths, room: 11, cursor: 3).range == 3..<6)
    #expect(Window(widths: widths, room: 12, cursor: 5).range == 3..<6)
    #expect(Window(widths: widths, room: 100, cursor: 5).isWhole)
    #expect(Window(widths: [9], room: 2, cursor: 0).range == 0..<1)
    // At a joint both sides are in sight, wherever pages would turn.
    let even = Array(repeating: 4, count: 9)
    for joint in 1..<9 {
      for cursor in 0..<9 {
        for window in [
          Window(widths: even, room: 12, cursor: cursor, joint: joint),
          Window(total: 9, fitting: 3, cursor: cursor, joint: joint),
        ] {
          #expect(window.range.contains(cursor))
          if cursor == joint || cursor == joint - 1 {
            #expect(window.range.contains(joint) && window.range.contains(joint - 1), "\(joint) \(cursor)")
          }
        }
      }
    }
    #expect(Window(widths: [], room: 2, cursor: 0).range == 0..<0)
    for cursor in widths.indices {
      for room in 1...20 {
        #expect(Window(widths: widths, room: room, cursor: cursor).range.contains(cursor))
      }
    }
  }
}

extension State {
  /// A line of the command line.
  fileprivate mutating func typed(_ line: String) -> [Effect] {
    _ = update(&self, with: .prompt)
    for scalar in line.dropFirst().unicodeScalars { _ = update(&self, with: .type(scalar)) }
    return update(&self, with: .commit)
  }
}
