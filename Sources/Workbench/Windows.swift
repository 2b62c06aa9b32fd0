import Canvas

/// The part of a long row of things that fits, with the cursor in it.
///
/// It turns pages instead of scrolling, so that numbers stay in their places while the cursor moves.
struct Window: Equatable {
  let start: Int
  let count: Int
  let total: Int

  /// - Parameter joint: What is seen together with what is before it, where the cursor is at either.
  init(total: Int, fitting: Int, cursor: Int, joint: Int? = nil) {
    let fitting = max(1, fitting)
    self.total = total
    count = min(total, fitting)
    // All pages begin one earlier.
    let shift = if let joint, joint > 0, joint % fitting == 0, fitting > 1 { 1 } else { 0 }
    let page = (max(0, cursor) + shift) / fitting * fitting - shift
    start = max(0, min(page, total - fitting))
  }

  /// As the other, for things of different widths.
  init(widths: [Int], room: Int, cursor: Int, joint: Int? = nil) {
    var start = 0
    var page = 0..<0
    // Page by page, until the one with the cursor.
    while start < widths.count {
      var end = start
      var used = 0
      while end < widths.count, end == start || used + widths[end] <= room {
        used += widths[end]
        end += 1
      }
      if end == joint, end < widths.count, end - start > 1 { end -= 1 }
      // The last page is filled up from before.
      if end == widths.count {
        while start > 0, used + widths[start - 1] <= room {
          start -= 1
          used += widths[start]
        }
      }
      page = start..<end
      if cursor < end { break }
      start = end
    }
    self.start = page.lowerBound
    count = page.count
    total = widths.count
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
    case .step, .sequence, .model, .bridge, .decode, .meaning, .findings, .compare:
      max(1, state.size.height - 12)
    case .returns: max(1, ReturnsView.unitsInSight(state).count)
    }
  }
}
