import Canvas
import Commands
import LSTM
import Testing

@testable import Workbench

@Suite struct UpdateTests {
  @Test("A model opens at the first timestep with every line executed") func opening() {
    let state = Samples.state()
    #expect(state.step == 0)
    #expect(state.line == state.formula.lines.count - 1)
  }

  @Test("At either end a key stays and says so") func ends() {
    let state = Samples.state().pressing(.left)
    #expect(state.step == 0)
    #expect(state.message?.text == "t 0 is the first timestep that the layer meets")
    let last = state.pressing(.right, .right, .right)
    #expect(last.step == 1)
    #expect(last.message?.text == "t 1 is the last timestep that the layer meets")
  }

  @Test("s goes past the last line to the first of the next timestep, and S comes back the same way")
  func lines() {
    let state = Samples.state().pressing(.character("s"))
    #expect(state.step == 1)
    #expect(state.line == 0)
    let back = state.pressing(.character("S"))
    #expect(back.step == 0)
    #expect(back.line == back.formula.lines.count - 1)
  }

  @Test("Where h and c are held, s and S go past the timestep at once") func heldLine() {
    var state = Samples.masked()
    let last = state.formula.lines.count - 1
    state = state.after(.moveStep(2))
    #expect(state.step == 2 && state.line == last)
    state = state.after(.moveLine(1))
    #expect(state.step == 3 && state.trace.isMasked(step: 3, sample: 0) && state.line == last)
    #expect(state.after(.moveLine(1)).message?.text.contains("last timestep") == true)
    let back = state.after(.moveLine(-1))
    #expect(back.step == 2 && back.line == last)
  }

  @Test("Whatever steps forward steps back") func bothWays() {
    let start = Samples.state(timesteps: 5)
    for count in [1, 7, 12, 30] {
      let there = start.after(.moveLine(count))
      #expect(there.step > start.step)
      #expect(there.step * 12 + there.line == start.line + min(count, 48))
      let back = there.after(.moveLine(-count))
      #expect(back.step == start.step && back.line == start.line)
    }
    let walked = start.pressing(.right, .right, .left, .left)
    #expect(walked.step == start.step && walked.line == start.line)
  }

  @Test("A count repeats the next key, and 12G goes to timestep 12") func counts() {
    let state = Samples.state(timesteps: 40)
    #expect(state.pressing(.character("1"), .character("2"), .character("G")).step == 12)
    #expect(state.pressing(.character("5"), .right).step == 5)
    #expect(state.pressing(.character("5"), .right, .right).step == 6)
  }

  @Test("Every unit can be reached") func units() {
    var state = Samples.state(units: 300)
    for unit in 0..<300 {
      #expect(state.unit == unit)
      #expect(draw(state).text.contains("numbers of unit \(unit) "))
      state.perform(.moveUnit(1))
    }
  }

  @Test("An edit runs the steps after it and keeps the run before") func edit() {
    let state = Samples.state(timesteps: 4).after(.moveStep(2), .edit, .nudge(0.1), .cancel)
    #expect(state.edits.count == 1)
    #expect(state.original == Samples.state(timesteps: 4).run)
    let old = state.original?.trace
    #expect(old?.value(.h, unit: 0, step: 1, sample: 0) == state.trace.value(.h, unit: 0, step: 1, sample: 0))
    #expect(old?.value(.h, unit: 0, step: 2, sample: 0) != state.trace.value(.h, unit: 0, step: 2, sample: 0))
  }

  @Test("An edit asks for a run from its own timestep") func editEffect() {
    var state = Samples.state(timesteps: 4).after(.moveStep(2), .edit)
    #expect(update(&state, with: .nudge(0.1)) == [.run(from: 2, number: 1)])
    #expect(update(&state, with: .nudge(0.1)) == [.run(from: 2, number: 2)])
  }

  @Test("An undo while a run is under way stops it, and its numbers never come in") func undoWhileRunning() {
    let start = Samples.state(timesteps: 4)
    var state = start.after(.edit)
    #expect(update(&state, with: .nudge(0.1)) == [.run(from: 0, number: 1)])
    let late = Run(state.parameters.run(state.editedInput))
    #expect(update(&state, with: .undo) == [.cancelRun])
    _ = update(&state, with: .ran(late, number: 1))
    #expect(state.run == start.run)
    #expect(!state.isRunning && state.staleFrom == nil)
  }

  @Test("After a stopped run the next edit computes what it left undone") func editAfterStop() {
    var state = Samples.state(timesteps: 4).after(.moveStep(1), .edit)
    _ = update(&state, with: .nudge(0.1))
    _ = update(&state, with: .runCancelled)
    #expect(state.staleFrom == 1)
    _ = update(&state, with: .moveStep(2))
    #expect(update(&state, with: .nudge(0.1)) == [.run(from: 1, number: 2)])
    _ = update(&state, with: .ran(Run(state.parameters.run(state.editedInput)), number: 2))
    #expect(state.staleFrom == nil)
  }

  @Test("Ctrl-C stops a run from the edit row too") func interruptWhileEditing() {
    var state = Samples.state().after(.edit)
    _ = update(&state, with: .nudge(0.1))
    #expect(state.action(for: .control("c")) == .interrupt)
    #expect(update(&state, with: .interrupt) == [.cancelRun])
  }

  @Test("Where the layer goes backwards, addresses, counts and edits mean timesteps of x") func backwards() {
    var state = Samples.state(timesteps: 6, goBackwards: true)
    #expect(state.timestep == 5)
    _ = state.run(":goto c[1]@0")
    #expect(state.timestep == 0 && state.step == 5)
    _ = state.run(":edit x[0]@4 0.5")
    #expect(state.timestep == 4)
    #expect(state.edits.last?.target == .x(feature: 0, timestep: 4))
    #expect(state.pressing(.character("2"), .character("G")).timestep == 2)
  }

  @Test("[ and ] go from one LSTM to the next, and stay at the ends") func layers() {
    let state = Samples.stack()
    var first = state
    #expect(update(&first, with: .moveCall(-1)) == [])
    #expect(first.message?.text == "the first LSTM of 2")
    #expect(update(&first, with: .moveCall(1)) == [.open(call: 1)])
    let there = state.after(.opened(Samples.second(of: state), run: state.run, original: nil))
    #expect(there.subject.layerName == "lstm_1")
    #expect(there.modelRow == 2)
  }

  @Test("Edits stay with their layer: another one says where they are") func editsElsewhere() {
    let edited = Samples.stack().after(.edit, .nudge(0.1), .cancel)
    var there = edited.after(.opened(Samples.second(of: edited), run: edited.run, original: edited.original))
    #expect(there.editsAreElsewhere && there.hasUnwrittenEdits)
    #expect(update(&there, with: .undo) == [])
    #expect(there.message?.text.contains("edits in lstm") == true)
    #expect(there.editedInput == edited.editedInput)
    #expect(there.after(.edit).mode == .explore)
    #expect(there.shownInput == there.trace.input, "x belongs to the numbers beside it")
    let undone = edited.after(.undo).after(
      .opened(Samples.second(of: edited), run: edited.run, original: nil))
    #expect(!undone.editsAreElsewhere)
    #expect(undone.after(.redo).edits.isEmpty)
    #expect(undone.after(.edit, .nudge(0.1)).editBase?.layerName == "lstm_1")
    let back = there.after(.opened(edited.subject, run: edited.run, original: edited.original))
    #expect(!back.editsAreElsewhere)
    #expect(back.after(.undo).edits.isEmpty)
  }

  @Test("Enter in the Model view steps into an LSTM and says of other layers what they are") func modelView()
  {
    let state = Samples.stack().after(.view(.model))
    #expect(state.modelRow == 1)
    var dense = state.after(.moveModelRow(2))
    #expect(update(&dense, with: .openModelRow) == [])
    #expect(dense.message?.text.contains("Dense") == true)
    var second = state.after(.moveModelRow(1))
    #expect(update(&second, with: .openModelRow) == [.open(call: 1)])
    #expect(second.view == .step)
  }

  @Test("Undo to the beginning is the run before the edits, redo is the edited run again") func undo() {
    let start = Samples.state(timesteps: 4)
    let edited = start.after(
      .edit, .nudge(0.1), .moveField(1), .nudge(0.1), .moveField(1), .nudge(-0.1), .cancel)
    #expect(edited.edits.count == 3)
    let undone = edited.after(.undo, .undo, .undo)
    #expect(undone.run == start.run)
    #expect(undone.original == nil)
    let redone = undone.after(.redo, .redo, .redo)
    #expect(redone.run == edited.run)
    #expect(undone.after(.undo).message?.text == "nothing to undo")
  }

  @Test("h0 and c0 can be edited for the selected unit") func states() {
    var state = Samples.state().after(.moveUnit(1), .edit)
    state.perform(.moveField(3))
    for scalar in "0.5".unicodeScalars { state.perform(.type(scalar)) }
    state.perform(.commit)
    #expect(state.edits == [Edit(target: .c0(unit: 1), sample: 0, old: 0, new: 0.5)])
    #expect(state.trace.value(.cPrevious, unit: 1, step: 0, sample: 0) == 0.5)
  }

  @Test("What is no number is refused and what was typed stays", arguments: ["1e", "--", "."])
  func notANumber(text: String) {
    var state = Samples.state().after(.edit)
    for scalar in text.unicodeScalars { state.perform(.type(scalar)) }
    state.perform(.commit)
    #expect(state.message?.kind == .error)
    #expect(state.edits.isEmpty)
    #expect(state.mode == .edit(.init(index: 0, text: text)))
  }

  @Test("q asks once about unwritten edits, q! does not") func quit() {
    var state = Samples.state().after(.edit, .nudge(0.1), .cancel)
    #expect(update(&state, with: .quit) == [])
    #expect(state.message?.kind == .warning)
    #expect(update(&state, with: .quit) == [.quit])
    var forced = Samples.state().after(.edit, .nudge(0.1), .cancel)
    #expect(forced.run(":q!") == [.quit])
    var written = Samples.state().after(.edit, .nudge(0.1), .cancel, .wrote(path: "x.npy"))
    #expect(update(&written, with: .quit) == [.quit])
  }

  @Test("Another key between two q asks again") func quitTwice() {
    var state = Samples.state().after(.edit, .nudge(0.1), .cancel)
    _ = update(&state, with: .quit)
    _ = update(&state, with: .moveUnit(1))
    #expect(update(&state, with: .quit) == [])
  }

  @Test("Ctrl-C stops a run, and with none running it is q") func interrupt() {
    var state = Samples.state().after(.edit)
    _ = update(&state, with: .nudge(0.1))
    #expect(update(&state, with: .interrupt) == [.cancelRun])
    _ = update(&state, with: .ran(state.run, number: 1))
    _ = update(&state, with: .cancel)
    #expect(update(&state, with: .interrupt) == [])
    #expect(update(&state, with: .interrupt) == [.quit])
  }

  @Test("Playing ends at the last timestep") func play() {
    var state = Samples.state(timesteps: 3).pressing(.character(" "))
    #expect(state.playback != nil)
    for _ in 0..<5 { state.perform(.tick) }
    #expect(state.step == 2)
    #expect(state.playback == nil)
  }

  @Test("A message stays until the next key, not for a time") func messages() {
    let state = Samples.state().pressing(.left)
    #expect(state.message != nil)
    #expect(state.after(.tick, .resized(Size(width: 100, height: 30))).message != nil)
    #expect(state.pressing(.down).message == nil)
  }

  @Test("Tab goes through the views and names them, Esc goes to Step") func views() {
    let state = Samples.state().pressing(.tab)
    #expect(state.view == .returns)
    #expect(state.message?.text == "Step  [Returns]  Sequence  Model  Findings")
    #expect(state.pressing(.escape).view == .step)
    #expect(state.pressing(.tab, .tab, .tab, .tab).view == .step)
  }

  @Test(
    "A command line does what its key would",
    arguments: [
      ("goto 2", \State.step, 2), ("3", \.step, 3), ("unit 1", \.unit, 1), ("sample 1", \.sample, 1),
      ("line 3", \.line, 2), ("goto f[1]@2#1", \.line, 7), ("goto z3[2]@1", \.step, 1),
    ] as [(String, any KeyPath<State, Int> & Sendable, Int)])
  func commands(line: String, path: any KeyPath<State, Int> & Sendable, value: Int) {
    var state = Samples.state(timesteps: 5)
    _ = state.run(":" + line)
    #expect(state[keyPath: path] == value)
    #expect(state.message?.kind != .error)
  }

  @Test(
    "A command that can't be carried out says why and changes nothing else",
    arguments: [
      "goto", "unit 3", "unit -1", "sample 9", "line 0", "line 99", "view moon", "decimals 3",
      "names klingon",
      "theme mauve", "edit c[0]@1 3", "edit x[9]@0 1", "edit x[0]@99 1", "edit x[0]@0 one", "nonsense",
      "goto f[9]@0", "goto other/f[0]@0", "goto f[0]@9", "edit h0[7] 1",
    ])
  func refusals(line: String) {
    let before = Samples.state()
    var state = before
    #expect(state.run(":" + line) == [])
    #expect(state.message?.kind == .error)
    #expect(state.step == before.step && state.unit == before.unit && state.edits.isEmpty)
  }

  @Test("write hands its file to the program, overwriting only when told to") func write() {
    var state = Samples.state()
    #expect(state.run(":write a b.npy") == [.write(path: "a b.npy", overwrite: false)])
    #expect(state.run(":w! x.npz") == [.write(path: "x.npz", overwrite: true)])
  }

  @Test("Tab completes commands and their words, and a theme is previewed before Enter") func completion() {
    var state = Samples.state().after(.prompt)
    for scalar in "the".unicodeScalars { state.perform(.type(scalar)) }
    state.perform(.complete(1))
    #expect(state.mode == .prompt(.init(text: "theme ")))
    state.perform(.type("l"))
    state.perform(.complete(1))
    #expect(state.shownTheme == "light")
    #expect(state.theme == "dark")
    #expect(state.after(.cancel).shownTheme == "dark")
    #expect(state.after(.commit).shownTheme == "light")
  }

  @Test("Earlier lines come back") func history() {
    var state = Samples.state(timesteps: 9)
    _ = state.run(":goto 3")
    _ = state.run(":goto 5")
    let recalled = state.after(.prompt, .recall(-1), .recall(-1))
    #expect(recalled.mode == .prompt(.init(text: "goto 3", recalled: 0)))
  }

  @Test("goto nan finds the first one, or says that there is none") func nan() {
    var state = Samples.state(timesteps: 4)
    _ = state.run(":goto nan")
    #expect(state.message?.text.contains("no NaN") == true)
    state = Samples.poisoned(state)
    state.perform(.firstStep)
    _ = state.run(":goto nan")
    #expect(state.step == 2)
    #expect(state.formula.lines[state.line] == .inputProduct)
  }

  @Test("A run with a NaN opens at the first one") func opensAtNaN() {
    #expect(Samples.poisoned(Samples.state(timesteps: 4)).step == 2)
  }

  @Test("From a returned tensor Enter goes to the line that made it") func place() {
    let state = Samples.state().after(.view(.returns), .moveTensor(2), .goToPlace)
    #expect(state.view == .step)
    #expect(state.step == 1)
    #expect(state.formula.lines[state.line] == .carry)
  }

  @Test("A stateful layer is fed again and reset, and edits stay where they belong") func batches() {
    var plain = Samples.state()
    #expect(update(&plain, with: .nextBatch).isEmpty)
    #expect(plain.message?.text.contains("no layer of this model is stateful") == true)

    var state = Samples.stateful(batch: 1)
    #expect(update(&state, with: .resetStates).isEmpty)
    #expect(update(&state, with: .nextBatch) == [.feedAgain])
    let second = Samples.stateful(batch: 2)
    _ = update(&state, with: .moveStep(1))
    _ = update(&state, with: .fed(second.subject, run: second.run))
    #expect(state.step == 0)
    #expect(state.message?.text.contains("batch 2") == true)
    #expect(Sentence(state.after(.moveLine(-11))).text.contains("carried from batch 1"))
    #expect(update(&state, with: .resetStates) == [.reset])
    state.perform(.edit)
    state.perform(.nudge(0.1))
    state.perform(.cancel)
    #expect(update(&state, with: .nextBatch).isEmpty)
    #expect(state.message?.text.contains("edits belong to batch 2") == true)
  }

  @Test("Edits that were written free another layer") func writtenEdits() {
    var state = Samples.stack().after(.edit, .nudge(0.1), .cancel)
    let edited = state.run
    _ = update(&state, with: .opened(Samples.second(of: state), run: edited, original: state.original))
    state.perform(.edit)
    #expect(state.message?.text.contains("undo them there") == true)
    #expect(state.mode == .explore)
    _ = update(&state, with: .wrote(path: "x.npz"))
    state.perform(.edit)
    #expect(state.edits.isEmpty && !state.hasUnwrittenEdits)
    state.perform(.nudge(0.1))
    #expect(state.edits.count == 1 && state.editBase?.layerName == "lstm_1")
  }

  @Test(":goto nan looks in every layer and opens the one that has it") func nonFiniteElsewhere() throws {
    var state = Samples.stack()
    #expect(state.run(":goto nan") == [.findNonFinite])
    let place = try #require(Samples.poisoned(state).run.firstNonFinite)
    #expect(update(&state, with: .foundNonFinite(call: 1, place)) == [.open(call: 1)])
    _ = update(&state, with: .opened(Samples.second(of: state), run: state.run, original: nil))
    #expect(state.step == 2 && state.view == .step)
    #expect(update(&state, with: .foundNonFinite(call: 1, place)).isEmpty)
    #expect(state.message?.text.contains("lstm_1") == true)
  }

  @Test("An LSTM that was not run says so and what to do") func unreached() {
    let one = Samples.state()
    let row = ModelMap.Row(
      name: "late", className: "LSTM", shape: nil, readsFrom: ["lambda"], calls: 1..<1, unreached: ["late"])
    let map = ModelMap(
      rows: one.subject.map.rows + [row], outputs: [], stopped: "layer lambda (Lambda) was not run: code")
    let subject = Samples.subject("lstm", one.parameters, one.subject.input, map: map, call: 0)
    var state = State(subject: subject, run: one.run, size: one.size, themes: ["dark"], theme: "dark")
    state.perform(.moveCall(1))
    #expect(state.message?.text.contains("late not: layer lambda") == true)
    for action in [.view(.model), .moveModelRow(9), .openModelRow] as [Action] { state.perform(action) }
    #expect(state.message?.text.contains("--layer late --layer-input") == true)
  }

  @Test("In ASCII the keys are named by what can be typed") func asciiHints() throws {
    var state = Samples.state()
    let row = try #require(Binding.all.first { $0.mode == .general && $0.hint?.keys == "←→" })
    #expect(row.hint(in: state)?.keys == "←→")
    state.begin(isUnicode: false)
    #expect(row.hint(in: state)?.keys == "h l")
    #expect(row.label(in: state) == "Left Right , h l")
    for row in Binding.all {
      #expect(row.hint(in: state)?.keys.unicodeScalars.allSatisfy(\.isASCII) ?? true, "\(row.label)")
    }
  }
}

extension State {
  /// Types a line and presses Enter.
  fileprivate mutating func run(_ line: String) -> [Effect] {
    perform(.prompt)
    for scalar in line.dropFirst().unicodeScalars { perform(.type(scalar)) }
    return update(&self, with: .commit)
  }
}
