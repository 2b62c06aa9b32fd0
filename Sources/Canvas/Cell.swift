/// One square of the screen: a character, what it means, and for heat maps how much.
package struct Cell: Equatable, Sendable {
  package var scalar: Unicode.Scalar
  /// What joins the character: accents, vowel signs.
  package var marks = Marks()
  package var role: Role
  /// The strength of a heat cell, -31…31; 0 for every other role.
  package var level: Int8
  /// Whether the cell belongs to the timestep or row under the cursor and should stand out in place.
  package var isMarked: Bool

  package init(_ scalar: Unicode.Scalar = " ", role: Role = .plain, level: Int8 = 0, isMarked: Bool = false) {
    self.scalar = scalar
    self.role = role
    self.level = level
    self.isMarked = isMarked
  }

  /// What stands in the second square of a character that takes two.
  package static let covered: Unicode.Scalar = "\0"

  /// Whether the character before it takes this square too.
  package var isCovered: Bool { scalar == Cell.covered }
}

/// Up to two characters without a width of their own, which most scripts make do with.
package struct Marks: Hashable, Sendable {
  private var first = Cell.covered
  private var second = Cell.covered

  package init() {}

  /// More than two are left out.
  package mutating func append(_ mark: Unicode.Scalar) {
    if first == Cell.covered { first = mark } else if second == Cell.covered { second = mark }
  }

  package var isEmpty: Bool { first == Cell.covered }
  package var scalars: [Unicode.Scalar] { [first, second].filter { $0 != Cell.covered } }
}
