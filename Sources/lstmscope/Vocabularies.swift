import Network
import Sessions
import Workbench

/// The words that were given for the ids of a model.
struct Vocabularies {
  let source: Vocabulary?
  let target: Vocabulary?
  /// The files that they come from.
  private let sourceFile: String?
  private let targetFile: String?

  static let none = Vocabularies()

  private init() {
    source = nil
    target = nil
    sourceFile = nil
    targetFile = nil
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
    sourceFile = options.sourceVocab ?? options.vocab
    targetFile = options.targetVocab ?? options.vocab
    source = try read(sourceFile)
    target = sourceFile == targetFile ? source : try read(targetFile)
  }

  /// Why nothing tells how the decoder begins, and what to try.
  var noStart: String {
    guard let target, let targetFile else {
      return "nothing tells which word the decoder is fed first; --start ID does, or --target-vocab FILE"
    }
    let names = Vocabulary.usualStarts.filter { $0.count > 1 }.prefix(4).joined(separator: ", ")
    let exchanged = source?.start != nil && target.start == nil ? "; are the two vocabularies exchanged?" : ""
    return
      "nothing tells which word the decoder is fed first: \(targetFile) has none of \(names) …; --start WORD names it\(exchanged)"
  }

  /// Where a vocabulary has another number of words than the model has ids for, a sentence each.
  func misfits(_ graph: Graph, _ pair: EncoderDecoder?) -> [String] {
    func sentence(_ vocabulary: Vocabulary?, _ file: String?, _ count: Int?, _ place: String) -> String? {
      guard let vocabulary, let file, let count, vocabulary.words.count != count else { return nil }
      return "\(file) has \(vocabulary.words.count) words and the model's \(place) \(count): "
        + "is it the vocabulary that the model was trained with?"
    }
    guard graph.inputs.indices.contains(pair?.source ?? 0) else { return [] }
    let input = pair?.source ?? 0
    let name = graph.inputs[input].name
    var found = [sentence(source, sourceFile, graph.idCount(ofInput: input), "input \(name)")]
    if let pair {
      let name = graph.inputs[pair.target].name
      let ofInput = sentence(target, targetFile, graph.idCount(ofInput: pair.target), "input \(name)")
      let output = graph.outputs[pair.output].name
      found += [
        ofInput
          ?? sentence(target, targetFile, graph.width(ofOutput: pair.output), "output \(output)")
      ]
    }
    return found.compactMap(\.self)
  }

  /// The words of an input's ids, a row each; nil where the values are neither ids nor one-hot rows.
  static func words(of value: Value, _ vocabulary: Vocabulary?) -> [[String]]? {
    guard let ids = ids(of: value) else { return nil }
    return ids.map { row in row.map { $0 < 0 ? "pad" : vocabulary?.word($0) ?? "id \($0)" } }
  }

  /// Ids, or the places of the ones in one-hot rows; −1 for a row of zeros, which is padding.
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
        guard !others, ones.count <= 1 else { return nil }
        ids.append(ones.first ?? -1)
      }
      rows.append(ids)
    }
    return rows
  }
}
