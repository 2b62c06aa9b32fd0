/// A table of numbers as text: a row for each timestep, a column for each feature.
///
/// Columns are parted by semicolons, commas, tabs or blanks, whichever the first row of numbers has. Empty
/// lines and lines beginning with `#` do not count.
package struct CSV: Sendable, Equatable {
  /// The names above the columns, where the first row holds no number.
  package let header: [String]?
  /// Shape (rows, columns), float32.
  package let tensor: Tensor

  /// - Precondition: The tensor has two axes, and the header a name for each column.
  package init(header: [String]? = nil, tensor: Tensor) {
    precondition(tensor.shape.count == 2, "a table has rows and columns")
    precondition(header.map { $0.count == tensor.shape[1] } ?? true, "the header is not one name a column")
    self.header = header
    self.tensor = tensor
  }

  /// - Throws: `CSVError` naming line and column of the first thing that is wrong.
  package init(parsing text: String) throws(CSVError) {
    var header: [String]?
    var width: Int?
    var floats: [Float] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let fields = Self.fields(of: line)
      guard !fields.isEmpty else { continue }
      if let width, fields.count != width {
        throw .ragged(line: index + 1, needed: width, found: fields.count)
      }
      let numbers = fields.map { Float($0) }
      if width == nil, numbers.allSatisfy({ $0 == nil }) {
        header = fields
      } else {
        for (column, number) in numbers.enumerated() {
          guard let number else {
            throw .notNumber(line: index + 1, column: column + 1, found: fields[column])
          }
          floats.append(number)
        }
      }
      width = fields.count
    }
    guard let width, !floats.isEmpty else { throw .noNumbers }
    self.init(header: header, tensor: Tensor(shape: [floats.count / width, width], floats: floats))
  }

  /// Comma-separated, with the fewest digits that read back as the same float32.
  package var text: String {
    let floats = tensor.floats
    let width = tensor.shape[1]
    let rows = (0..<tensor.shape[0]).map { row in
      floats[row * width..<(row + 1) * width].map { "\($0)" }.joined(separator: ",") + "\n"
    }
    return (header.map { $0.joined(separator: ",") + "\n" } ?? "") + rows.joined()
  }

  private static func fields(of line: Substring) -> [String] {
    let line = line.filter { $0 != "\u{feff}" }.trimmingBlanks()
    guard !line.isEmpty, !line.hasPrefix("#") else { return [] }
    guard let separator = [";", ",", "\t"].first(where: { line.contains($0) }) else {
      return line.split { $0.isWhitespace }.map { $0.trimmingQuotes() }
    }
    return line.split(separator: separator, omittingEmptySubsequences: false).map {
      $0.trimmingBlanks().trimmingQuotes()
    }
  }
}

extension StringProtocol {
  fileprivate func trimmingBlanks() -> String {
    let front = drop { $0.isWhitespace }
    guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(front[...last])
  }

  fileprivate func trimmingQuotes() -> String {
    count >= 2 && first == "\"" && last == "\"" ? String(dropFirst().dropLast()) : String(self)
  }
}
