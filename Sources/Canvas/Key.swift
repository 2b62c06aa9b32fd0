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
