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
  ///
  /// A character of two columns takes the square behind as well; where there is none it is left out. What is written
  /// over half of one leaves the other half blank.
  package subscript(x: Int, y: Int) -> Cell {
    get {
      guard x >= 0, x < width, y >= 0, y < height else { return Cell() }
      return cells[y * width + x]
    }
    set {
      guard x >= 0, x < width, y >= 0, y < height else { return }
      let index = y * width + x
      var cell = newValue
      if cell.isCovered, x == 0 || !cells[index - 1].scalar.isWide { cell.scalar = " " }
      var isWide = cell.scalar.isWide
      if isWide, x + 1 == width { (cell.scalar, isWide) = (" ", false) }
      if cell.scalar != cells[index].scalar { part(index) }
      cells[index] = cell
      guard isWide else { return }
      if !cells[index + 1].isCovered { part(index + 1) }
      cell.scalar = Cell.covered
      cell.marks = Marks()
      cells[index + 1] = cell
    }
  }

  /// Blanks the other half of a character of two columns.
  private mutating func part(_ index: Int) {
    if cells[index].isCovered {
      cells[index - 1].scalar = " "
      cells[index - 1].marks = Marks()
    } else if index + 1 < cells.count, cells[index + 1].isCovered {
      cells[index + 1].scalar = " "
    }
  }

  /// The characters of row `y` without trailing blanks.
  package func text(row y: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for x in 0..<width where !self[x, y].isCovered {
      scalars.append(self[x, y].scalar)
      scalars.append(contentsOf: self[x, y].marks.scalars)
    }
    while scalars.last == " " { scalars.removeLast() }
    return String(scalars)
  }

  /// All rows, one a line.
  package var text: String {
    (0..<height).map { text(row: $0) }.joined(separator: "\n")
  }
}
