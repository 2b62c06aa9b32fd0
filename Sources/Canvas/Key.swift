/// A key as a person thinks of it, whatever bytes the terminal sent for it.
package enum Key: Hashable, Sendable {
  case character(Unicode.Scalar)
  /// Control and a letter, which is given in lower case: `.control("r")` is Ctrl-R.
  case control(Unicode.Scalar)
  case left, right, up, down
  case home, end, pageUp, pageDown
  case enter, tab, backTab, escape, backspace, delete
  case function(Int)
}

extension Key {
  /// The key as a person calls it.
  package var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let scalar): String(scalar)
    case .control(let scalar): "Ctrl-\(String(scalar).uppercased())"
    case .left: "←"
    case .right: "→"
    case .up: "↑"
    case .down: "↓"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PageUp"
    case .pageDown: "PageDown"
    case .enter: "Enter"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .escape: "Esc"
    case .backspace: "Backspace"
    case .delete: "Delete"
    case .function(let number): "F\(number)"
    }
  }
}
