import Canvas
import Commands
import LSTM
import Lessons
import Network
import Testing

@testable import Workbench

@Suite("Walking a lesson") struct LessonWalkTests {
  static let text = """
    ---
    title: One step
    demo: question
    ---

    # Where one is

    The first page, with **strong** words and `code`.

    > What stands under the view.

    ```lstmscope
    goto 1
    unit 1
    focus f c
    ```

    # What happens to c?

    f is shown, and c is covered. What does it do?

    ```lstmscope
    goto c[1]@1
    hide c[1]@1
    ask choice it grows | *it shrinks | it stays
    hint look at f
    ```

    # How much is it?

    Type a number.

    ```lstmscope
    goto c[1]@1
    hide c[1]@1 h[1]@1
    ask number c[1]@1 ± 0.01
    hint the first
    hint the second
    ```

    # When?

    ```lstmscope
    view sequence
    hide c
    ask place 1
    ```

    # Which word?

    ```lstmscope
    view returns
    ask text carry state | c
    ```
    """

  static func begun(_ text: String = text, width: Int = 80, height: Int = 24) throws -> State {
    let start = Samples.state(width: width, height: height)
    var state = start
    state.perform(
      .lesson(.begun(start, try Lesson(parsing: text), title: "lesson 2 · one step, line by line")))
    return state
  }

  @Test("A page carries out its commands from the lesson's beginning, whichever way one comes")
  func pages() throws {
    var state = try Self.begun()
    #expect(state.step == 1 && state.unit == 1 && state.focus == ["f", "c"] && state.message == nil)
    let first = state
    state.perform(.lesson(.turn(1)))
    #expect(state.lesson?.page == 1 && state.focus.isEmpty && state.covers.count == 1)
    state.perform(.moveStep(-1))
    state.perform(.lesson(.turn(-1)))
    #expect(state.lesson?.page == 0 && state.step == 1 && state.covers.isEmpty)
    #expect(draw(state) == draw(first))
    state.perform(.lesson(.turn(-1)))
    #expect(state.message?.text == "the first page")
    for _ in 0..<9 { state.perform(.lesson(.turn(1))) }
    #expect(state.lesson?.page == 4 && state.message?.text.contains("0 of 4 right") == true)
  }

  @Test("A page at 80x24 takes the rows of the timeline and of the sentence") func frame() throws {
    expectFrame(draw(try Self.begun()), "lesson-80x24")
  }

  @Test("A question stands with its choices, and what is covered is covered everywhere") func questionFrame()
    throws
  {
    expectFrame(draw(try Self.begun().after(.lesson(.turn(1)))), "lesson-question")
  }

  @Test("An answered question shows what was right") func answeredFrame() throws {
    expectFrame(draw(try Self.begun().after(.lesson(.turn(1)), .lesson(.digit(1)))), "lesson-answered")
  }

  @Test("At 120x40 page and timeline have rows of their own") func wideFrame() throws {
    expectFrame(draw(try Self.begun(width: 120, height: 40)), "lesson-120x40")
  }

  @Test("The contents say which questions were answered") func contentsFrame() throws {
    expectFrame(
      draw(try Self.begun().after(.lesson(.turn(1)), .lesson(.digit(2)), .lesson(.contents))),
      "lesson-contents")
  }

  @Test("For the projector the footer has a clicker's keys") func presentFrame() throws {
    var start = Samples.state()
    start.isPresenting = true
    var state = start
    state.perform(.lesson(.begun(start, try Lesson(parsing: Self.text), title: "lesson 2 · one step")))
    expectFrame(draw(state), "lesson-present")
  }

  // MARK: - Covering

  /// What the numbers of an address look like with as many decimals as views have.
  static func digits(of value: Float) -> [String] {
    [Decimals.two, .four, .six].map { String(Number.signed(value, $0).dropFirst()) }.filter { $0.count > 4 }
  }

  @Test("A covered number is on no view, at no size, in no precision", arguments: ViewName.allCases)
  func coveredEverywhere(view: ViewName) throws {
    let quantities: [Quantity] = [.c, .h, .i, .f, .o, .g]
    for quantity in quantities {
      for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        for decimals in [Decimals.four, .six, .exact] {
          var state = Samples.state(width: width, height: height)
          let unit = Self.unit(of: quantity, in: state.trace)
          let value = state.trace.value(quantity, unit: unit, step: 1, sample: 0)
          state.decimals = decimals
          state.perform(.moveStep(1))
          for _ in 0..<unit { state.perform(.moveUnit(1)) }
          state.quantity = quantity
          _ = state.perform(
            Command.hide([.numbers(Address(quantity: quantity.rawValue, indices: [unit], timestep: 1))]))
          state.view = view
          for line in view == .step ? Array(state.formula.lines.indices) : [state.line] {
            state.line = line
            let text = draw(state).text
            for digits in Self.digits(of: value) {
              #expect(
                !text.contains(digits),
                "\(quantity) on \(view), line \(line + 1), \(width)x\(height): \(digits)")
            }
          }
          let spoken = (state.plainPlace + state.plainQuantities + state.plainPage).joined(separator: "\n")
          for digits in Self.digits(of: value) { #expect(!spoken.contains(digits), "\(quantity) is spoken") }
        }
      }
    }
  }

  /// A unit whose number at step 1 begins with digits that no other number of the run has.
  static func unit(of quantity: Quantity, in trace: Trace) -> Int {
    let all = [
      trace.i, trace.f, trace.g, trace.o, trace.c, trace.h, trace.z, trace.zx, trace.zh, trace.input.x,
    ]
    return (0..<trace.units).first { unit in
      let own = trace.value(quantity, unit: unit, step: 1, sample: 0)
      func start(_ value: Float) -> Substring { Number.signed(abs(value), .six).dropLast(2) }
      return all.joined().count { start($0) == start(own) } == 1
    } ?? 0
  }

  @Test("Explain tells nothing of a covered number: not its terms, not its curve, in no arithmetic")
  func coveredExplanation() throws {
    for quantity in [Quantity.c, .h, .i, .f, .o, .g, .z1] {
      for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        var state = Samples.state(width: width, height: height)
        let unit = Self.unit(of: quantity, in: state.trace)
        let value = state.trace.value(quantity, unit: unit, step: 1, sample: 0)
        let address = Address(quantity: quantity.rawValue, indices: [unit], timestep: 1, sample: 0)
        _ = state.perform(
          Command.hide([.numbers(Address(quantity: quantity.rawValue, indices: [unit], timestep: 1))]))
        state.perform(.prompt)
        for scalar in "explain \(address.text)".unicodeScalars { state.perform(.type(scalar)) }
        state.perform(.commit)
        try #require(state.explained.count == 1 && state.explained[0].number != nil)
        for isTrue in [false, true] {
          if isTrue { state.perform(.toggleTruth) }
          let text = draw(state).text
          #expect(text.contains("Explain"))
          for digits in Self.digits(of: value) {
            #expect(!text.contains(digits), "\(quantity): \(digits) in \(text)")
          }
          #expect(text.contains("░"))
        }
        // What goes on from it can be explained, without the number itself.
        state.perform(.leaveOperand)
        if quantity == .c {
          state.perform(.prompt)
          for scalar in "explain h[\(unit)]@1#0".unicodeScalars { state.perform(.type(scalar)) }
          state.perform(.commit)
          let text = draw(state).text
          for digits in Self.digits(of: value) { #expect(!text.contains(digits), "h: \(digits) in \(text)") }
        }
      }
    }
  }

  @Test("A step as a program waits until nothing is covered")
  func coveredCode() {
    var state = Samples.state()
    _ = state.perform(Command.hide([.numbers(Address(quantity: "c"))]))
    #expect(state.perform(Command.code("numpy", path: nil)).isEmpty)
    #expect(state.mode == .explore && state.message?.text.contains("covered") == true)
  }

  @Test("The same scan finds a number that is not covered")
  func scanCanFail() {
    var state = Samples.state()
    state.perform(.moveStep(1))
    state.perform(.moveUnit(1))
    let value = state.trace.value(.c, unit: 1, step: 1, sample: 0)
    #expect(Self.digits(of: value).contains { draw(state).text.contains($0) })
  }

  @Test("What is covered is in the cells' characters, not in their colours: bars and heat are gone as well")
  func coveredBars() {
    var state = Samples.state(width: 120, height: 40)
    state.view = .sequence
    _ = state.perform(Command.hide([.numbers(Address(quantity: "c"))]))
    let canvas = draw(state)
    #expect(!canvas.cells.contains { $0.role == .heatSigned && $0.scalar != " " })
    #expect(canvas.text.contains("░") && !canvas.text.contains("NaN") && !canvas.text.contains("!"))
  }

  @Test("The model's output is covered where it repeats a covered h")
  func outputs() {
    var state = Samples.state()
    let h = state.trace.value(.h, unit: 1, step: 1, sample: 0)
    state.subject.setOutputs([.init(name: "lstm", shape: [2, 3], values: [0, h, 2, 3, 4, 5])])
    _ = state.perform(Command.hide([.numbers(Address(quantity: "h", indices: [1], timestep: 1))]))
    #expect(state.shown.subject.map.outputs[0].values[1].isCovered)
    #expect(state.shown.subject.map.outputs[0].values[2] == 2)
    _ = state.perform(Command.hide([.output]))
    let hidden = state.shown.subject.map.outputs[0].values
    #expect(hidden.count { $0.isCovered } == 6)
  }

  @Test(
    "A covered number is covered in the next layer's x, and as what the next step of another layer begins with"
  )
  func nextLayer() throws {
    let one = Samples.stack()
    let map = ModelMap(rows: one.subject.map.rows, outputs: [], keys: ["lstm", "lstm_1"])
    let subject = Subject(
      fileName: "m", layerName: "lstm", layer: one.subject.layer, input: one.subject.input,
      inputName: "x.npy", inputKey: "x", map: map, call: 0)
    var state = State(subject: subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme)
    func isCovered(_ text: String) throws -> Bool { state.isCovered(try Address(parsing: text)) }
    _ = state.perform(Command.hide([.numbers(try Address(parsing: "lstm/h[1]@1#0"))]))
    #expect(try isCovered("lstm_1/x[1]@1#0"))
    #expect(try !isCovered("lstm_1/x[1]@2#0") && !isCovered("lstm_1/x[0]@1#0"))
    _ = state.perform(Command.hide([.numbers(try Address(parsing: "lstm_1/c[0]@1#0"))]))
    #expect(try isCovered("lstm_1/c_tm1[0]@2#0") && !isCovered("lstm_1/c_tm1[0]@1#0"))
    _ = state.perform(Command.hide([.numbers(try Address(parsing: "lstm_1/c0[2]#0"))]))
    #expect(try isCovered("lstm_1/c_tm1[2]@0#0"))
    // The way back: the x of the second is the first's h.
    var back = State(subject: subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme)
    _ = back.perform(Command.hide([.numbers(try Address(parsing: "lstm_1/x[1]@1#0"))]))
    #expect(back.shown.trace.value(.h, unit: 1, step: 1, sample: 0).isCovered)
  }

  @Test("With the output hidden the decoder ends at the cursor: nothing tells how long what it says is")
  func hiddenLength() throws {
    var state = Samples.translator(width: 120, height: 40)
    let link = try #require(state.translation?.links.first)
    let whole = link.decoder.trace.timesteps
    #expect(whole > 2)
    _ = state.perform(Command.hide([.output]))
    for view in ViewName.allCases where state.availableViews.contains(view) {
      let text = draw(state.after(.view(view))).text
      for sign in ["0…\(whole - 1)", ", \(whole), ", "\(whole) timesteps"] {
        #expect(!text.contains(sign) || whole == link.encoder?.trace.timesteps, "\(view): \(sign)\n\(text)")
      }
    }
    #expect(state.shown.translation?.links.first?.decoder.trace.timesteps == 1)
    #expect(state.shown.translation?.said.allSatisfy { $0.count == 1 } == true)
    // In the decoder itself there is what has been walked, and no x of a word that was said.
    var there = state
    there.subject = Subject(
      fileName: "m", layerName: link.decoder.key, layer: state.subject.layer, input: link.decoder.trace.input,
      inputName: "text", inputKey: "x", map: state.subject.map, call: link.decoder.call)
    there.run = Run(link.decoder.trace)
    there.step = 1
    let shown = there.shown.trace
    #expect(shown.timesteps == 2)
    #expect(!shown.value(.x, unit: 0, step: 0, sample: 0).isCovered)
    #expect(shown.value(.x, unit: 0, step: 1, sample: 0).isCovered)
    for unit in 0..<shown.units {
      #expect(
        shown.value(.c, unit: unit, step: 1, sample: 0)
          == link.decoder.trace.value(.c, unit: unit, step: 1, sample: 0))
    }
    #expect(there.after(.lastStep).shown.trace.timesteps == whole)
  }

  @Test(
    "With the output hidden no number tells a word: not h, not what is fed, not a timestep nobody has walked")
  func hiddenWords() throws {
    var state = Samples.translator(width: 120, height: 40).after(.moveStep(1))
    func isCovered(_ text: String) throws -> Bool { state.isCovered(try Address(parsing: text)) }
    let free = [
      "decoder/c[1]@1#0", "decoder/x[0]@0#0", "decoder/c0[1]#0", "encoder/h[1]@3#0", "decoder/kernel[0,1]",
    ]
    let told = [
      "decoder/h[1]@0#0", "decoder/h[1]@1#0", "decoder/y[1]@1#0", "decoder/h_tm1[1]@1#0", "decoder/x[0]@1#0",
      "decoder/zx[2]@1#0", "decoder/c[1]@2#0", "decoder/z[1]@3#0",
    ]
    for text in free + told { #expect(try !isCovered(text), "\(text)") }
    _ = state.perform(Command.hide([.output]))
    for text in free { #expect(try !isCovered(text), "\(text)") }
    for text in told { #expect(try isCovered(text), "\(text)") }
    let shown = state.shown
    #expect(shown.trace.h.count { $0.isCovered } == shown.trace.h.count)
    #expect(shown.trace.c.count { $0.isCovered } == 0)
    #expect(shown.trace.h0 == state.trace.h0)
    #expect(state.plainQuantities.last?.contains("covered covered") == true)
    #expect(!Frame.sentence(of: shown).contains("last timestep"))
    _ = state.perform(Command.goto(40))
    #expect(state.message?.text == "there is no timestep 40; how far they run is covered")
    // On the encoder's side nothing of the decoder has been walked but its first timestep.
    state = Samples.translator(isEncoder: true)
    _ = state.perform(Command.hide([.output]))
    #expect(try isCovered("decoder/c[1]@1#0") && !isCovered("decoder/c[1]@0#0"))
    #expect(state.shown.trace.h == state.trace.h)
    _ = state.perform(Command.reveal)
    for text in told { #expect(try !isCovered(text), "\(text)") }
  }

  @Test("With the output hidden an LSTM whose h is the output shows none of what is put out")
  func hiddenOwnOutput() {
    for sequences in [true, false] {
      let one = Samples.state()
      let map = ModelMap(
        rows: one.subject.map.rows,
        outputs: [
          .init(name: one.subject.map.rows[one.modelRow].name, shape: [2, 3], values: [0, 1, 2, 3, 4, 5])
        ],
        keys: [one.subject.layerName])
      let lstm = one.subject.layer
      let subject = Subject(
        fileName: "m", layerName: one.subject.layerName,
        layer: TracedLSTM(
          direction: nil, cell: nil, parameters: lstm.parameters, returnSequences: sequences,
          returnState: false, isStateful: false, isTimeMajor: false), input: one.subject.input,
        inputName: "x.npy", inputKey: "x", map: map, call: 0)
      var state = State(subject: subject, run: one.run, size: one.size, themes: one.themes, theme: one.theme)
      _ = state.perform(Command.hide([.output]))
      let shown = state.shown.trace
      #expect(shown.value(.h, unit: 1, step: shown.timesteps - 1, sample: 0).isCovered)
      #expect(shown.value(.h, unit: 1, step: 0, sample: 0).isCovered == sequences)
      #expect(!shown.value(.c, unit: 1, step: 0, sample: 0).isCovered)
    }
  }

  @Test("In lines a page tells what is typed for the keys that it speaks of, and for no other word")
  func plainKeys() throws {
    func lines(_ text: String, _ view: ViewName = .returns) -> [String] {
      PlainKeys(in: [text], view: view).lines
    }
    let flags = lines("On your own, Esc and the keys `a` and `b` switch two flags; L comes back.")
    #expect(flags.count == 3)
    for word in ["Esc: not needed", "L: type lesson", "type flags, as in flags sequences state"] {
      #expect(flags.contains { $0.contains(word) }, "\(flags)")
    }
    #expect(lines("the keys `a` and `b`", .step).isEmpty)
    #expect(lines("a word, c and h, l = 3: `x`").isEmpty)
    #expect(
      lines("Press Enter.", .step) == ["in this dialogue, Enter: type explain; an answer is typed as it is"])
    // What is to be typed is a command.
    let typed = PlainKeys(
      in: ["`a` `t` `e` `u` `→` `↑` `B` Tab `=` L Enter"], view: .returns
    ).lines.compactMap { $0.split(separator: " ").drop { $0 != "type" }.dropFirst().first }
    #expect(typed.count == 11)
    for name in typed { #expect(CommandRow.named(String(name.filter(\.isLetter))) != nil, "\(name)") }
    let page = try Self.begun(
      "---\ntitle: T\ndemo: question\n---\n\n# P\n\nEsc explores.\n\n```lstmscope\nask place 1\nhint press Enter\n```\n"
    )
    #expect(page.plainPage.contains("in this dialogue, Esc: not needed, every command works on the page"))
    let hinted = page.after(.lesson(.hint))
    #expect(hinted.plainAnswer(since: page).contains { $0.contains("Enter: type explain") })
  }

  @Test("In lines a number behind an answered question is no timestep")
  func plainNumber() throws {
    let page = try Self.begun().after(.lesson(.turn(2)))
    #expect(page.plainRefusal(ofNumber: "1") == nil)
    let answered = page.after(.lesson(.answered("3")))
    let sentence = try #require(answered.plainRefusal(ofNumber: "1"))
    #expect(sentence.hasPrefix("the question of this page was answered: not quite: it is "))
    #expect(sentence.hasSuffix("goto 1 goes to that timestep, n to the next page"))
    #expect(answered.plainRefusal(ofNumber: "-0.5")?.contains("goto") == false)
    #expect(answered.plainRefusal(ofNumber: "goto 1") == nil)
    #expect(page.after(.lesson(.reveal)).plainRefusal(ofNumber: "1")?.contains("was revealed") == true)
    #expect(answered.after(.lesson(.turn(-2))).plainRefusal(ofNumber: "1") == nil)
  }

  @Test("A long title is cut before the page and the timestep are", arguments: [60, 80, 120])
  func longTitle(width: Int) throws {
    let start = Samples.state(width: width, height: 24)
    var state = start
    let title = "lesson: what a long short-term memory of three units does with two numbers"
    state.perform(.lesson(.begun(start, try Lesson(parsing: Self.text), title: title)))
    for view in [ViewName.step, .sequence] {
      let header = draw(state.after(.view(view))).text(row: 0)
      #expect(header.contains(" lesson: wha") && header.contains("page 1/5"), "\(header)")
      #expect(header.contains("t 1/0…1") && (width > 100 || header.contains("…  page")), "\(header)")
    }
  }

  @Test("Hiding and revealing work without a lesson")
  func withoutLesson() {
    var state = Samples.state()
    _ = state.perform(Command.hide([.numbers(Address(quantity: "c"))]))
    #expect(state.covers.count == 1)
    _ = state.perform(Command.reveal)
    #expect(state.covers.isEmpty && state.shown == state)
  }

  // MARK: - Answering

  @Test("A choice is right or wrong, reveals, and is not asked twice")
  func choice() throws {
    let asked = try Self.begun().after(.lesson(.turn(1)))
    let wrong = asked.pressing(.character("1"))
    #expect(wrong.lesson?.answer?.isRight == false && wrong.covers.isEmpty)
    #expect(wrong.lesson?.answer?.remark == "no: 2, it shrinks")
    let right = asked.pressing(.character("2"))
    #expect(right.lesson?.answer?.isRight == true && right.lesson?.right == 1)
    #expect(right.pressing(.character("1")).lesson?.answer == right.lesson?.answer)
    let none = asked.pressing(.character("7"))
    #expect(none.lesson?.isAsking == true && none.message?.text == "the answers run from 1 to 3")
    // Back on the page the answer still stands, and nothing is covered.
    let back = right.after(.lesson(.turn(1)), .lesson(.turn(-1)))
    #expect(back.lesson?.answer?.isRight == true && back.covers.isEmpty)
  }

  @Test("A number is typed, judged within its tolerance, and how far off is said")
  func number() throws {
    let asked = try Self.begun().after(.lesson(.turn(1)), .lesson(.turn(1)))
    let value = asked.trace.value(.c, unit: 1, step: 1, sample: 0)
    var typing = asked.pressing(.character("0"))
    #expect(typing.mode == .lesson(.answering("0")))
    typing = typing.pressing(.character("."), .character("5"), .backspace, .character("n"), .enter)
    #expect(typing.lesson?.isAsking == true && typing.message?.text.contains("not a number") == true)
    let near = asked.after(.lesson(.answered("\(value + 0.005)")))
    #expect(near.lesson?.answer?.isRight == true)
    let far = asked.after(.lesson(.answered("\(value + 1)")))
    #expect(far.lesson?.answer?.isRight == false)
    #expect(far.lesson?.answer?.remark.hasPrefix("not quite: it is ") == true)
    #expect(
      far.lesson?.answer?.remark.contains("1.0000 off") == true
        || far.lesson?.answer?.remark.contains("1 off") == true)
    #expect(asked.after(.lesson(.answered("1,5"))).lesson?.answer?.given == "1,5")
  }

  @Test("Hints come one by one, and revealing counts as no answer")
  func hints() throws {
    var state = try Self.begun().after(.lesson(.turn(1)), .lesson(.turn(1)))
    state.perform(.lesson(.hint))
    #expect(draw(state).text.contains("hint: the first"))
    state.perform(.lesson(.hint))
    state.perform(.lesson(.hint))
    #expect(draw(state).text.contains("hint: the second"))
    state.perform(.lesson(.reveal))
    #expect(state.covers.isEmpty && state.lesson?.right == 0 && state.lesson?.isAsking == false)
    #expect(draw(state).text.contains("it is "))
    state.perform(.lesson(.hint))
    #expect(state.message?.text == "nothing is asked here")
  }

  @Test("A place and a word are judged")
  func placeAndWord() throws {
    let place = try Self.begun().after(.lesson(.turn(1)), .lesson(.turn(1)), .lesson(.turn(1)))
    #expect(place.after(.lesson(.answered("t 1"))).lesson?.answer?.isRight == true)
    #expect(
      place.after(.lesson(.answered("0"))).lesson?.answer?.remark
        == "no: it is t 1, you said 0, 1 timestep off")
    let word = place.after(.lesson(.turn(1)))
    #expect(word.after(.lesson(.answered("Carry-State"))).lesson?.answer?.isRight == true)
    #expect(word.after(.lesson(.answered("memory"))).lesson?.answer?.isRight == false)
    #expect(word.pressing(.enter, .character("c"), .enter).lesson?.answer?.isRight == true)
  }

  @Test("The score is a text without a name")
  func score() throws {
    var state = try Self.begun().after(.lesson(.turn(1)), .lesson(.digit(2)))
    let sheet = try #require(state.scoreSheet)
    #expect(sheet.hasPrefix("One step\n1 of 4 right\n"))
    #expect(
      sheet.contains("page 2, What happens to c?: right")
        && sheet.contains("page 3, How much is it?: no answer"))
    let effects = state.perform(Command.score("s.txt", force: false))
    #expect(effects == [.lesson(.write(sheet, path: "s.txt", overwrite: false))])
  }

  // MARK: - Leaving and coming back

  @Test("Esc explores with all keys, L comes back to the page; what is covered stays covered")
  func explore() throws {
    var state = try Self.begun().after(.lesson(.turn(1)))
    state = state.pressing(.escape, .character("k"), .tab)
    #expect(state.lesson?.isShown == false && state.mode == .explore && state.view == .returns)
    #expect(!state.covers.isEmpty)
    #expect(draw(state).text.contains("L lesson"))
    state = state.pressing(.character("L"))
    #expect(
      state.lesson?.isShown == true && state.lesson?.page == 1 && state.view == .step && state.unit == 1)
    #expect(Samples.state().pressing(.character("L")).message?.text.contains("no lesson is open") == true)
  }

  @Test("The command line works on a page and comes back to it")
  func prompt() throws {
    let state = try Self.begun().pressing(.character(":"), .escape)
    #expect(state.mode == .lesson(.reading))
    #expect(state.after(.prompt, .type("9"), .commit).mode == .lesson(.reading))
  }

  @Test("A saved file shows the page anew; with fewer pages the last one")
  func reload() throws {
    var state = try Self.begun().after(.lesson(.turn(1)), .lesson(.turn(1)))
    let shorter = try Lesson(parsing: "---\ntitle: T\ndemo: question\n---\n# New page\n\nNew text.\n")
    state.perform(.lesson(.reloaded(shorter)))
    #expect(state.lesson?.page == 0 && draw(state).text.contains("New text."))
    #expect(state.message?.text == "the lesson was read again")
  }

  @Test("An edit of a page is made when it comes back, and taken back on the next page")
  func edits() throws {
    let text = """
      ---
      title: T
      demo: question
      ---
      # A

      ```lstmscope
      edit c0[0] 3
      goto c[0]@0
      ```
      # B
      """
    let state = try Self.begun(text)
    #expect(state.edits.count == 1 && state.trace.c0[0] == 3 && state.line == state.formula.index(of: .carry))
    let next = state.after(.lesson(.turn(1)))
    #expect(next.edits.isEmpty && next.trace.c0[0] == 0)
  }

  // MARK: - For the projector

  @Test(
    "Keys that a clicker sends do nothing",
    arguments: [
      Key.character("b"), .character("."), .function(5), .escape, .character("q"), .control("c"),
      .character("z"),
      .up, .tab, .character("e"), .character(" "),
    ])
  func clicker(key: Key) throws {
    var state = try Self.begun()
    state.isPresenting = true
    var after = state
    let action = try #require(after.action(for: key))
    #expect(update(&after, with: action).isEmpty)
    #expect(after == state)
  }

  @Test("A clicker turns pages, Enter reveals, and :q leaves")
  func present() throws {
    var state = try Self.begun()
    state.isPresenting = true
    state = state.pressing(.pageDown)
    #expect(state.lesson?.page == 1)
    state = state.pressing(.enter)
    #expect(state.covers.isEmpty && state.lesson?.revealed == [1])
    state = state.pressing(.left)
    #expect(state.lesson?.page == 0)
    state = state.pressing(.right, .pageUp, .character(":"), .character("q"))
    #expect(update(&state, with: .commit) == [.quit])
    // Without a lesson it goes through the formula.
    var plain = Samples.state()
    plain.isPresenting = true
    #expect(plain.pressing(.left).line == plain.line - 1)
    #expect(plain.pressing(.left, .right).line == plain.line)
  }

  // MARK: - Focus and claims

  @Test("What is spoken of is lit, the rest is dimmed")
  func spotlight() throws {
    let canvas = draw(try Self.begun())
    let rows = (0..<canvas.height).map { canvas.text(row: $0) }
    let lit = try #require(rows.firstIndex { $0.contains("f = sigmoid(z1)") })
    let dimmed = try #require(rows.firstIndex { $0.contains("z  = dot(cell_inputs") })
    #expect(canvas[3, lit].role == .bright)
    #expect(canvas[3, dimmed].role == .dim)
    let unfocused = draw(try Self.begun().after(.lesson(.turn(1))))
    #expect(unfocused[3, dimmed].role == .plain)
  }

  @Test("In other views the rows with the word are lit, and a word that is nowhere darkens nothing")
  func spotlightRows() {
    var state = Samples.state()
    state.view = .returns
    let plain = draw(state)
    _ = state.perform(Command.focus(["final_carry_state"]))
    let lit = draw(state)
    let row = (0..<lit.height).last { lit.text(row: $0).contains("3 final_carry_state") } ?? 0
    let other = (0..<lit.height).last { lit.text(row: $0).contains("2 final_memory_state") } ?? 0
    #expect(lit[3, row].role == .bright && lit[3, other].role == .dim)
    _ = state.perform(Command.focus(["nowhere"]))
    #expect(draw(state) == plain)
  }

  @Test("Claims are compared with the model, a typed one is answered")
  func claims() throws {
    var state = Samples.state()
    let c = state.trace.value(.c, unit: 1, step: 1, sample: 0)
    func isTrue(_ text: String) throws -> Bool { try state.verdict(on: Claim(parsing: text)).get().isTrue }
    let digits = Number.signed(c, .four)
    for claim in [
      "c[1]@1 ≈ \(digits)", "units = 3", "features * 4 * units = 24", "parameters = 24 + 36 + 12",
      "f[1]@1 * c_tm1[1]@1 + i[1]@1 * g[1]@1 ≈ \(digits)", "sigmoid 0 = 0.5", "ln exp 2 ≈ 2.00",
      "kernel[0,0] < 1", "y[1]@1 = h[1]@1", "output[0] ≈ 0.70", "h_tm1[1]@1 = h[1]@0",
    ] {
      let holds = try isTrue(claim)
      #expect(holds, "\(claim)")
    }
    let isNear = try isTrue("c[1]@1 ≈ \(Number.signed(c + 0.001, .four))")
    #expect(!isNear)
    for bad in [
      "c[9]@1 = 0", "c[1]@9 = 0", "kernel[0,99] = 0", "other/c[0]@0 = 0", "c[0]@0#7 = 0", "sure@0 = 1",
    ] {
      #expect(throws: Problem.self, "\(bad)") { try state.verdict(on: Claim(parsing: bad)).get() }
    }
    for scalar in "expect units = 4".unicodeScalars {
      if state.mode == .explore { state.perform(.prompt) }
      state.perform(.type(scalar))
    }
    state.perform(.commit)
    #expect(state.message?.text == "not true: it is 3, claimed is = 4")
  }

  @Test(
    "Every page draws at 1x1, 60x16, 80x24 and 200x60", arguments: [(1, 1), (60, 16), (80, 24), (200, 60)])
  func sizes(width: Int, height: Int) throws {
    var state = try Self.begun(width: width, height: height)
    for _ in 0..<5 {
      _ = draw(state)
      _ = draw(state.after(.lesson(.contents)))
      state.perform(.lesson(.turn(1)))
    }
  }

  @Test("In lines a page is read, a question answered, and nothing covered said")
  func plain() throws {
    let state = try Self.begun().after(.lesson(.turn(1)))
    let page = state.plainPage
    #expect(
      page.contains("What happens to c?") && page.contains("2: it shrinks") && page.contains("Your answer?"))
    #expect(page.contains { $0.contains("c covered") })
    let answered = state.after(.lesson(.digit(2)))
    #expect(answered.plainAnswer(since: state).contains("right: it shrinks"))
  }

  // MARK: - What a cover must not let through

  @Test("A typed claim about something covered is not judged")
  func coveredClaims() throws {
    for text in ["c[1]@1 < 0", "2 * abs c[1]@1 ≈ 0.5", "c_tm1[1]@1 = 0", "says foo", "output[0] > 0"] {
      var state = Samples.state()
      _ = state.perform(Command.hide([.numbers(Address(quantity: "c")), .output]))
      _ = state.perform(Command.expect(try Claim(parsing: text)))
      #expect(state.message?.text == "that is covered; :reveal shows it", "\(text)")
      _ = state.perform(Command.expect(try Claim(parsing: "units = 3")))
      #expect(state.message?.text == "true: it is 3, claimed is = 3")
    }
  }

  @Test("With the output covered Explain and messages tell neither words nor probabilities")
  func coveredOutput() throws {
    var state = Samples.translator()
    let probabilities = try #require(state.translation?.probabilities)
    state.subject.setOutputs([.init(name: "words", shape: [1, 4, 8], values: probabilities)])
    #expect(!state.isCovered(Address(layer: "words", quantity: "y", indices: [5], timestep: 2)))
    let (subject, run) = (state.subject, state.run)
    let translation = try #require(state.translation)
    _ = state.perform(Command.hide([.output]))
    #expect(state.isCovered(Address(layer: "words", quantity: "y", indices: [5], timestep: 2)))
    for layer in ["words", "output"] {
      let address = Address(layer: layer, quantity: "y", timestep: 2)
      #expect(state.perform(Command.explain(address)).isEmpty && state.explained.isEmpty)
      #expect(state.message?.text == "what it says is covered; :reveal shows it")
    }
    state.message = nil
    state.adopt(subject, run: run, translation: translation)
    #expect(state.message?.text == "what it says is covered")
  }

  @Test("What is covered has as many marks for every sentence")
  func coveredLength() throws {
    let long = try #require(Samples.translator().translation).covered(by: [.output])
    let short = try #require(Samples.translator(said: ["stay", "<end>", "?", "?"]).translation)
    #expect(long.free == short.covered(by: [.output]).free && long.plain == long.free)
    #expect(long.summary == "what it says is covered")
  }

  @Test("A cover stays with the layer that was looked at when it was laid")
  func coverOfLayer() {
    var state = Samples.state()
    _ = state.perform(Command.hide([.numbers(Address(quantity: "c"))]))
    guard case .numbers(let address)? = state.covers.first else { return #expect(Bool(false)) }
    #expect(address.layer == state.subject.layerName)
    #expect(!state.trace.covered(by: state.covers, layer: "another").c.contains { $0.isCovered })
  }

  @Test("Of a covered number Explain says that it is covered, without bars and without NaN")
  func coveredWords() {
    for width in [80, 120, 200] {
      var state = Samples.state(width: width, height: 60)
      _ = state.perform(Command.hide([.numbers(Address(quantity: "c", indices: [1], timestep: 1))]))
      for address in ["h[1]@1#0", "c[1]@1#0"] {
        state.perform(.prompt)
        for scalar in "explain \(address)".unicodeScalars { state.perform(.type(scalar)) }
        state.perform(.commit)
        if !state.showsTruth { state.perform(.toggleTruth) }
        let text = draw(state).text
        #expect(text.contains("░"))
        for word in ["not finite", "nan", "NaN", "!"] { #expect(!text.contains(word), "\(address): \(text)") }
        state.perform(.leaveOperand)
      }
    }
  }

  @Test("Where nothing is asked Enter explains, and L comes back")
  func enterExplains() throws {
    let page = try Self.begun()
    let state = page.pressing(.enter)
    #expect(!state.explained.isEmpty && state.lesson?.isShown == false)
    let back = state.pressing(.character("L"))
    #expect(back.explained.isEmpty && back.lesson?.isShown == true && back.lesson?.page == 0)
    #expect(page.after(.lesson(.turn(1)), .lesson(.turn(1))).pressing(.enter).mode == .lesson(.answering("")))
  }
}
