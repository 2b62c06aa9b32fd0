import Glibc
import Network
import Sessions
import TensorFiles

/// Texts as an input of the model takes them: a whole one for each sample where a layer splits it into words itself, a
/// word for each timestep where a layer looks words up.
struct TextInput {
  private let input: GraphInput
  private let readsWords: Bool
  /// The words that the layer behind it knows, by id; nil where no such layer reads it.
  let vocabulary: Vocabulary?

  init(_ graph: Graph, input place: Int) {
    input = graph.inputs[place]
    readsWords = graph.readsWords(ofInput: place)
    vocabulary = graph.nodes.first { $0.references.contains(.input(place)) }?.operation.vocabulary
      .map { Vocabulary($0) }
  }

  /// - Parameter texts: One for each sample; split at blanks where the model reads words.
  /// - Throws: `Failure` 65 where one has more words than the model takes.
  func value(of texts: [String]) throws -> Value {
    try value(
      of: texts.map { readsWords ? $0.split(whereSeparator: \.isWhitespace).map(String.init) : [$0] })
  }

  /// - Parameter rows: The words of each sample, or its one text.
  func value(of rows: [[String]]) throws -> Value {
    guard readsWords else {
      for row in rows where row.count != 1 {
        throw Failure(
          .badData, "the model's input \(input.name) takes one text for each sample, not \(row.count) words")
      }
      let shape = [rows.count] + input.shape.dropFirst().map { _ in 1 }
      return Value(shape: shape, texts: rows.flatMap { $0 })
    }
    let declared = input.shape.count > 1 ? input.shape[1] : nil
    let most = rows.map(\.count).max() ?? 0
    guard most <= declared ?? most, most > 0 else {
      throw Failure(
        .badData,
        most == 0
          ? "there is no word in the text"
          : "the text has \(most) words and the model's input \(input.name) takes \(declared ?? 0)")
    }
    let length = declared ?? most
    return Value(
      shape: [rows.count, length],
      texts: rows.flatMap { $0 + Array(repeating: "", count: length - $0.count) })
  }

  /// What ids mean, as the layer would have read them.
  func value(ofIds ids: [Int]) throws -> Value {
    guard let vocabulary else { throw Failure(.ourFault, "\(input.name) has no words") }
    guard readsWords else { return try value(of: [vocabulary.text(of: ids)]) }
    return try value(of: [ids.map { vocabulary.words.indices.contains($0) ? vocabulary.words[$0] : "" }])
  }

  /// Words of the vocabulary, as many as are asked for; nil where none is known.
  func random(_ random: inout RandomNumbers, words count: Int) throws -> Value? {
    guard let words = vocabulary?.ordinaryWords, !words.isEmpty else { return nil }
    let declared = readsWords && input.shape.count > 1 ? input.shape[1] : nil
    let chosen = random.ids(declared ?? count, below: words.count + 1).map { words[Int($0) - 1] }
    let isOfCharacters = vocabulary?.isOfCharacters ?? false
    return try value(of: readsWords ? [chosen] : [[chosen.joined(separator: isOfCharacters ? "" : " ")]])
  }

  // MARK: - Files

  /// - Parameter path: A text with a line for each sample; JSON of texts, or of lists of words; or an array of texts in
  ///   npy.
  func read(_ path: String) throws -> Value {
    let name = path == "-" ? "standard input" : path
    let bytes =
      path == "-" ? try Files.readAll(STDIN_FILENO, path: name) : try Files.readAll(path)
    do {
      if bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) {
        let (shape, texts) = try Npy.texts(from: bytes)
        guard shape.count <= 2, !texts.isEmpty else {
          throw Failure(
            .badData, "\(name): texts have shape (batch,) or (batch, words), not \(describe(shape))")
        }
        guard shape.count == 2, shape[1] > 1 || readsWords else { return try value(of: texts) }
        return try value(
          of: stride(from: 0, to: texts.count, by: shape[1]).map { Array(texts[$0..<$0 + shape[1]]) })
      }
      if bytes.starts(with: [0x50, 0x4b]) {
        throw Failure(
          .badData,
          "\(name): texts are read from .txt, .json and .npy; save them with np.save, one array a file")
      }
      guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        throw Failure(.badData, "\(name): neither a text nor JSON nor an array of texts")
      }
      if bytes.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "[") {
        return try value(ofJSON: try JSON(parsing: bytes), name)
      }
      let lines = text.split(whereSeparator: \.isNewline).filter { $0.contains { !$0.isWhitespace } }
      guard !lines.isEmpty else { throw Failure(.badData, "\(name): there is no text in it") }
      return try value(of: lines.map(String.init))
    } catch let error as NpyError {
      throw Failure(.badData, "\(name): \(error.message)")
    } catch let error as JSONError {
      throw Failure(.badData, "\(name): \(error.message)")
    }
  }

  private func value(ofJSON json: JSON, _ name: String) throws -> Value {
    let list = json.list ?? []
    let texts = list.compactMap(\.text)
    if !list.isEmpty, texts.count == list.count { return try value(of: texts) }
    let rows = list.map { $0.list?.compactMap(\.text) ?? [] }
    guard !list.isEmpty, zip(rows, list).allSatisfy({ !$0.isEmpty && $0.count == $1.list?.count }) else {
      throw Failure(
        .badData, "\(name): the model's input \(input.name) is text: a list of texts, or of lists of words")
    }
    return try value(of: rows)
  }
}
