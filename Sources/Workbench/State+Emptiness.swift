extension State {
  /// Why a view has nothing to show of this model; nil where it has.
  func emptiness(of view: ViewName) -> String? {
    guard !availableViews.contains(view) else { return nil }
    return switch view {
    case .step, .returns, .sequence, .model, .findings: nil
    case .compare: "Compare has nothing to show: --expect FILE gives recorded numbers"
    case .bridge, .decode:
      "\(view.title) has nothing to show: no LSTM of this model hands its states to another"
    case .meaning:
      "Meaning has nothing to show: sentences: FILE in a session names the sentences to look at together"
    }
  }

  /// Whether sentences are being run to be looked at together.
  var isSurveying: Bool { view == .meaning && surveyed != nil }
}
