/// How a text is not a table of numbers.
package enum CSVError: Error, Equatable {
  case noNumbers
  case notNumber(line: Int, column: Int, found: String)
  case ragged(line: Int, needed: Int, found: Int)

  package var message: String {
    switch self {
    case .noNumbers:
      "the CSV text holds no numbers; write a line for each timestep, a number for each feature"
    case .notNumber(let line, let column, let found):
      "line \(line), column \(column) of the CSV text: \(found.prefix(40).debugDescription) is not a number"
    case .ragged(let line, let needed, let found):
      "line \(line) of the CSV text has \(found) columns where the lines before it have \(needed)"
    }
  }
}
