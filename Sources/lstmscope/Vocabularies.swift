import Network
import Sessions
import Workbench

/// The words that were given for the ids of a model.
struct Vocabularies {
  let source: Vocabulary?
  let target: Vocabulary?

  static let none = Vocabularies()

  private init() {
    source = nil
    target = nil
  }

  /// - Throws: `Failure` 66 for a file that is not there, 65 for one that is no vocabulary.
  init(_ options: InputOptions) throws {
    func read(_ path: String?) throws -> Vocabulary? {
      guard let path else { return nil }
      do {
        return try Vocabulary(parsing: try Files.readAll(path))
      } catch let error as VocabularyError {
        throw Failure(.badData, "\(path): \(error.message)")
      }
    }
    source = try read(options.sourceVocab ?? options.vocab)
    target = try read(options.targetVocab ?? options.vocab)
  }

  /// The words of an input's ids, a row each; nil where the values are neither ids nor one-hot rows.
  ///
  /// - Parameter declared: Whether the model takes ids there, as an Embedding does.
  static func words(of value: Value, _ vocabulary: Vocabulary?) -> [[String]]? {
    guard let ids = ids(of: value) else { return nil }
    return ids.map { row in row.map { vocabulary?.word($0) ?? "id \($0)" } }
  }

  /// Ids, or the places of the ones in one-hot rows.
  static func ids(of value: Value) -> [[Int]]? {
    let numbers = value.numbers
    guard value.shape.count >= 2, let batch = value.shape.first, batch > 0, !numbers.isEmpty else {
      return nil
    }
    if value.shape.count == 2 {
      let steps = value.shape[1]
      guard numbers.allSatisfy({ $0 >= 0 && $0 == $0.rounded() && $0 < 0x1p24 }) else { return nil }
      return (0..<batch).map { row in numbers[row * steps..<(row + 1) * steps].map { Int($0) } }
    }
    guard value.shape.count == 3, value.shape[2] > 1 else { return nil }
    let (steps, width) = (value.shape[1], value.shape[2])
    var rows: [[Int]] = []
    for row in 0..<batch {
      var ids: [Int] = []
      for step in 0..<steps {
        let start = (row * steps + step) * width
        let ones = (0..<width).filter { numbers[start + $0] == 1 }
        let others = (0..<width).contains { numbers[start + $0] != 0 && numbers[start + $0] != 1 }
        // A row of zeros is padding.
        guard !others, ones.count <= 1 else { return nil }
        ids.append(ones.first ?? -1)
      }
      rows.append(ids)
    }
    return rows
  }
}
