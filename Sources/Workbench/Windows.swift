import Canvas

/// The part of a long row of things that fits, with the cursor in it.
///
/// It turns pages instead of scrolling, so that numbers stay in their places while the cursor moves.
struct Window: Equatable {
  let start: Int
  let count: Int
  let total: Int

  init(total: Int, fitting: Int, cursor: Int) {
    let fitting = max(1, fitting)
    self.total = total
    count = min(total, fitting)
    let page = max(0, cursor) / fitting * fitting
    start = max(0, min(page, total - fitting))
  }

  var range: Range<Int> { start..<start + count }
  var hasMoreBefore: Bool { start > 0 }
  var hasMoreBehind: Bool { start + count < total }
  var isWhole: Bool { count == total }

  /// `20…43 of 0…63`; nil where everything is in sight.
  var caption: String? {
    isWhole ? nil : "\(start)…\(start + count - 1) of 0…\(total - 1)"
  }
}

/// How many units a page moves by: about what a view shows.
enum UnitWindow {
  static func pageLength(of state: State) -> Int {
    switch state.view {
    case .step, .sequence, .model, .findings, .compare: max(1, state.size.height - 12)
    case .returns: max(1, ReturnsView.unitsInSight(state).count)
    }
  }
}
