import Canvas
import LSTM

/// A number as it is shown: its text, what it means now, and the mark before it.
struct Shown: Equatable {
  enum Mark: Equatable {
    case none, result, operand
    /// A number that the edits changed.
    case edited
  }

  let text: String
  let role: Role
  let mark: Mark

  init(_ text: String, role: Role = .plain, mark: Mark = .none) {
    self.text = text
    self.role = role
    self.mark = mark
  }

  /// `…`, a value that is not yet computed.
  static let missing = Shown("…", role: .missing)

  /// `-`, a value that there is none of.
  static let absent = Shown("-", role: .missing)

  /// A number with its mark; NaN and infinities are errors, whatever else they are.
  init(
    _ number: Float?, mark: Mark = .none, isEdited: Bool = false, otherwise role: Role = .plain,
    write: (Float) -> String
  ) {
    guard let number else {
      self = .missing
      return
    }
    let shownRole: Role =
      if number.isCovered {
        .missing
      } else if !number.isFinite {
        .error
      } else {
        switch mark {
        case .result: .result
        case .operand: .operand
        case .none, .edited: isEdited ? .edited : role
        }
      }
    self.init(write(number), role: shownRole, mark: mark == .none && isEdited ? .edited : mark)
  }
}

extension Canvas {
  /// Writes a number so that it ends in column `right`, with its mark in the column before it.
  mutating func write(_ shown: Shown, endingAt right: Int, y: Int) {
    write(shown.text, endingAt: right, y: y, role: shown.role)
    let place = right - shown.text.columns
    switch shown.mark {
    case .none: break
    case .result: self[place, y] = Cell("▸", role: .result)
    case .operand: self[place, y] = Cell("·", role: .operand)
    case .edited: self[place, y] = Cell("*", role: .edited)
    }
  }
}
