/// One square of the screen: a character of width one, what it means, and for heat maps how much.
package struct Cell: Equatable, Sendable {
  package var scalar: Unicode.Scalar
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
}
