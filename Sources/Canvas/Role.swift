/// What a cell of the screen means. How a meaning looks is the theme's business.
package enum Role: UInt8, CaseIterable, Sendable {
  /// Text that is neither in nor out of focus.
  case plain
  /// Context: present, but not what is looked at now.
  case dim
  /// What is looked at now.
  case bright
  /// The line just executed and its mark, the timestep in brackets, the name of the view.
  case accent
  /// File and layer in the header.
  case title
  /// A rule between panes and its caption.
  case rule
  /// A key in the footer or the help.
  case key
  /// The result that was just computed, and ▸ before it.
  case result
  /// An operand of that result, and · before it.
  case operand
  /// The row or column of the cursor.
  case cursor
  /// A value that differs from the run before the edits.
  case edited
  /// … for a value that is not computed yet.
  case missing
  /// A bar to the right of the middle line.
  case positive
  /// A bar to the left of the middle line.
  case negative
  /// A gate's bar, 0 to 1.
  case gate
  /// A sentence of advice or a guess that was made.
  case warning
  /// NaN, an infinity, or something that went wrong.
  case error
  /// Text being typed, and the chosen row of a list.
  case input
  /// A cell of a heat map of signed values; `Cell.level` runs from -31 to 31.
  case heatSigned
  /// A cell of a heat map of gates; `Cell.level` runs from 0 to 31.
  case heatGate
}
