package import Canvas

/// The views, in the order in which Tab goes through them.
package enum ViewName: String, CaseIterable, Sendable {
  case step, returns, sequence, bridge, decode, meaning, model, findings, compare

  package var title: String {
    switch self {
    case .step: "Step"
    case .returns: "Returns"
    case .sequence: "Sequence"
    case .bridge: "Bridge"
    case .decode: "Decode"
    case .meaning: "Meaning"
    case .model: "Model"
    case .findings: "Findings"
    case .compare: "Compare"
    }
  }

  /// Whether it names the unit by itself.
  var namesUnit: Bool {
    switch self {
    case .step, .sequence, .bridge, .meaning: true
    case .returns, .decode, .model, .findings, .compare: false
    }
  }

  /// Whether its header says how the decoder gets its words.
  var saysFeeding: Bool {
    switch self {
    case .step, .bridge, .decode: true
    case .returns, .sequence, .meaning, .model, .findings, .compare: false
    }
  }

  var keyMode: KeyMode {
    switch self {
    case .step: .step
    case .returns: .returns
    case .sequence: .sequence
    case .bridge: .bridge
    case .decode: .decode
    case .meaning: .meaning
    case .model: .model
    case .findings: .findings
    case .compare: .compare
    }
  }

  /// What draws it.
  var view: View {
    switch self {
    case .step: .step
    case .returns: .returns
    case .sequence: .sequence
    case .bridge: .bridge
    case .decode: .decode
    case .meaning: .meaning
    case .model: .model
    case .findings: .findings
    case .compare: .compare
    }
  }
}

extension State {
  /// What is drawn: the view, or Explain over it.
  var shownView: View { explained.isEmpty ? view.view : ExplainView.view }

  /// The views that have something to show.
  package var availableViews: [ViewName] {
    ViewName.allCases.filter { name in
      switch name {
      case .step, .returns, .sequence, .model: true
      case .bridge: translation != nil
      case .decode: translation?.hasWords ?? false
      case .meaning: hasSentences
      case .findings: true
      case .compare: !expectations.calls.isEmpty
      }
    }
  }
}

/// One way to look at the state: it draws between the header and the footer, and remembers nothing.
struct View: Sendable {
  /// What the header says on the right, behind the view's name.
  let position: @Sendable (State) -> String
  let draw: @Sendable (State, Area, inout Canvas) -> Void
  /// The sentence of plain words under the view.
  let sentence: @Sendable (State) -> String
}

/// Rows and columns that a pane may draw into.
struct Area: Equatable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  var right: Int { x + width }
  var bottom: Int { y + height }
}

/// The state as a screenful of cells.
///
/// Header, view, sentence, footer; the view gets what is left.
package func draw(_ state: State) -> Canvas {
  let state = state.shown
  var canvas = Canvas(width: state.size.width, height: state.size.height)
  let size = state.size
  guard Frame.fits(size) else {
    let sentence =
      "lstmscope needs \(Frame.leastWidth)x\(Frame.leastHeight); this is \(size.width)x\(size.height). "
      + "Make the window larger, or q to quit."
    canvas.writeWrapped(sentence, x: 0, y: 0, width: size.width, height: size.height)
    return canvas
  }
  if case .help(let scroll) = state.mode {
    HelpView.draw(state, scroll: scroll, into: &canvas)
    return canvas
  }
  if case .code(let snippet, let scroll) = state.mode {
    CodeView.draw(state, snippet, scroll: scroll, into: &canvas)
    return canvas
  }
  if case .demos(let row) = state.mode {
    DemosView.draw(state, row: row, into: &canvas)
    return canvas
  }
  if case .lesson(.contents(let row)) = state.mode {
    LessonContents.draw(state, row: row, into: &canvas)
    return canvas
  }
  Frame.draw(state, into: &canvas)
  return canvas
}
