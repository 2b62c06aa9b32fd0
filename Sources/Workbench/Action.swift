package import Canvas
package import Commands
package import Debugger
package import LSTM
package import Network

/// What a person meant, or what came back from the world.
package enum Action: Equatable, Sendable {
  // Moving
  case moveStep(Int)
  case moveUnit(Int)
  case pageUnits(Int)
  case moveLine(Int)
  case moveSample(Int)
  /// To the LSTM before or behind.
  case moveCall(Int)
  case moveModelRow(Int)
  case openModelRow
  case moveFinding(Int)
  case openFinding
  /// To the next timestep at which a recorded number differs.
  case moveDifference(Int)
  case firstStep
  case lastStep
  case digit(Int)
  // Looking
  case view(ViewName)
  case moveView(Int)
  case cycleDecimals
  case cycleQuantity(Int)
  case cycleCompared(Int)
  case moveTensor(Int)
  case goToPlace
  case toggleReturnSequences
  case toggleReturnState
  case toggleGoBackwards
  case toggleBidirectional
  case cycleMerge
  case copy
  // Batches of a stateful model
  case nextBatch
  case resetStates
  // Explaining
  case explain
  case moveOperand(Int)
  case enterOperand
  case leaveOperand
  /// The same number a timestep before, after.
  case explainStep(Int)
  case toggleTruth
  case nextSummation
  case copyAddress
  case copyCode
  /// To the view of the bridge, and back.
  case bridge
  case experiment(BridgeExperiment)
  case toggleForcing
  case beamWidth(Int)
  case moveBeam(Int)
  case walkBeam
  case moveSentence(Int)
  case openSentence
  case promptText
  // Playing
  case play
  case playFaster
  case playSlower
  // Editing
  case edit
  case moveField(Int)
  case nudge(Float)
  case commit
  case undo
  case redo
  // Typing, in the edit row and in the command line
  case prompt
  case type(Unicode.Scalar)
  case erase
  case complete(Int)
  case recall(Int)
  case cancel
  // The program
  case help
  case scroll(Int)
  case redraw
  /// A key that means nothing in this mode.
  case unbound(Key)
  case interrupt
  case quit
  // What comes from the world
  case resized(Size)
  case tick
  /// The terminal's background asks for this theme.
  case theme(String)
  case ran(Run, number: Int)
  /// Another call of an LSTM is looked at; `original` is its run before the edits, where there are any.
  case opened(Subject, run: Run, original: Run?)
  /// The model was fed once more, or from the beginning.
  case fed(Subject, run: Run)
  /// The first NaN or infinity of all LSTMs, in the order in which they run.
  case foundNonFinite(call: Int, Trace.Place)
  case foundAllFinite
  /// The model ran with the edits; with what an encoder/decoder then says.
  case outputs([ModelMap.Output], Translation?)
  /// What the doctor found.
  case found([Finding])
  /// Another text was read, or read in another way.
  case translated(Subject, run: Run, Translation?)
  /// A text is being read and will take a while.
  case translating
  /// A text was not read, and why.
  case notTranslated(String)
  /// So many sentences have been run.
  case surveying(Int)
  /// Sentences were run together.
  case surveyed(Survey)
  /// Another model is open.
  case restarted(State)
  case saved(path: String)
  case explained(Explanation<Address>)
  case notExplained(String)
  case runCancelled
  /// What was asked for to show other flags.
  case tried(ReturnsTrial)
  case wrote(path: String)
  /// Text that is no input was written.
  case wroteText(path: String)
  case exported(path: String)
  case failed(String)
  case lesson(LessonAction)
}

/// What the program is to do for the state; an `Action` reports how it went.
package enum Effect: Equatable, Sendable {
  /// Run the edited input; steps before `from` are as they were in the present run.
  case run(from: Int, number: Int)
  case cancelRun
  /// Feed the input again, stateful layers going on from where they are.
  case feedAgain
  /// Stateful layers begin with zeros: the first batch.
  case reset
  /// Run the layer as the flags in Returns would have it.
  case tryReturns(ReturnsTrial.Need)
  /// Look at another call of an LSTM.
  case open(call: Int)
  /// Look for a NaN or an infinity in every LSTM.
  case findNonFinite
  /// Say what the number at an address is made of, with a whole run in float64 if wanted.
  case explain(Address, withExactRun: Bool)
  /// Write text to a file.
  case writeText(String, path: String)
  /// Read another text, or the same in another way.
  case translate(Translation.Request)
  /// Open a bundled model.
  case openDemo(String)
  /// Write a session that opens all of this again.
  case save(path: String, overwrite: Bool)
  /// Write the edited input.
  case write(path: String, overwrite: Bool)
  /// Write the view as it is seen.
  case export(path: String, overwrite: Bool)
  /// Draw the whole screen anew, whatever the terminal shows.
  case redraw
  /// Put text on the clipboard.
  case copy(String)
  case lesson(LessonEffect)
  case quit
}
