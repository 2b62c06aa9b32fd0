/// A grid of cells that views draw into; the terminal shows the difference between two of them.
///
/// Drawing outside the grid is allowed and does nothing, so that a view need not know how small it is.
package struct Canvas: Equatable, Sendable {
  package let width: Int
  package let height: Int
  /// Row by row, `width * height` of them.
  package private(set) var cells: [Cell]

  package init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: Cell(), count: self.width * self.height)
  }

  /// The cell at column `x` of row `y`; a blank outside the grid.
  package subscript(x: Int, y: Int) -> Cell {
    get {
      guard x >= 0, x < width, y >= 0, y < height else { return Cell() }
      return cells[y * width + x]
    }
    set {
      guard x >= 0, x < width, y >= 0, y < height else { return }
      cells[y * width + x] = newValue
    }
  }

  /// The characters of row `y` without trailing blanks.
  package func text(row y: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for x in 0..<width { scalars.append(self[x, y].scalar) }
    while scalars.last == " " { scalars.removeLast() }
    return String(scalars)
  }

  /// All rows, one a line.
  package var text: String {
    (0..<height).map { text(row: $0) }.joined(separator: "\n")
  }
}
