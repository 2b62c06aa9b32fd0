import Foundation
import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// A pair of sentences.tsv and c of both LSTMs on it, the decoder fed with the translation as it should be.
struct ExploredSentence {
  let german: [String]
  let english: [String]
  let facts: [String]
  let traces: [String: Trace]

  static func all() throws -> [ExploredSentence] {
    func ids(_ file: String) throws -> [String: Float] {
      let words = try #require(try JSON(parsing: try ClassroomTests.bytes("translator/\(file)")).list)
      return Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1.text ?? "", Float($0)) })
    }
    let (german, english) = (try ids("german.json"), try ids("english.json"))
    let model = try ModelFile.open(
      try ClassroomTests.source("translator/german_to_english.keras"), helper: Fixtures.helper)
    let graph = try #require(model.graph)
    let table = String(decoding: try ClassroomTests.bytes("translator/sentences.tsv"), as: UTF8.self)
    return try table.split(separator: "\n").dropFirst().map { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      let source = columns[0].split(separator: " ").map(String.init)
      let target = columns[1].split(separator: " ").map(String.init)
      let read = try source.reversed().map { try #require(german[$0]) }
      let fed = try (["<start>"] + target).map { try #require(english[$0]) }
      let result = try #require(
        try graph.run([Value(shape: [1, read.count], read), Value(shape: [1, fed.count], fed)]))
      return ExploredSentence(
        german: source, english: target, facts: columns[3].split(separator: ",").map(String.init),
        traces: Dictionary(uniqueKeysWithValues: result.calls.map { ($0.key, $0.trace) }))
    }
  }

  /// c of a unit at each timestep that says or reads a word, and the fact there: 1 or 0, or the count.
  func pairs(_ layer: String, _ unit: Int, _ fact: String) throws -> [(value: Float, fact: Float)] {
    let trace = try #require(traces[layer])
    let words = layer == "encoder" ? german.count : english.count
    let units = trace.c.count / trace.timestepIndex.count
    return try (0..<words).map { step in
      (trace.c[step * units + unit], try value(of: fact, layer, step))
    }
  }

  private func value(of fact: String, _ layer: String, _ step: Int) throws -> Float {
    func isTrue(_ fact: Bool) -> Float { fact ? 1 : 0 }
    switch fact {
    case "words read": return Float(step + 1)
    case "words said": return Float(step)
    case "words left": return Float(english.count - step)
    case "negation read":
      return isTrue(german.reversed()[...step].contains { $0 == "nicht" || $0.hasPrefix("kein") })
    case "negation to come":
      let negation = english.firstIndex { $0 == "not" || $0 == "cannot" }
      return isTrue(negation.map { step < $0 } ?? false)
    case "second clause to come":
      // One that begins the sentence joins nothing.
      let joints: Set = ["because", "that", "if", "who", "where", "why", "when", "what", "and", "but"]
      let joint = english.indices.first { $0 > 0 && joints.contains(english[$0]) }
      return isTrue(joint.map { step < $0 } ?? false)
    default:
      // The model was made again and names a unit by another fact: of the whole sentence, or to be added here.
      let known: Set = [
        "question", "plural subject", "perfect", "modal", "future", "place", "time", "object first",
        "subordinate clause", "pronoun subject", "two objects", "separable verb", "past",
      ]
      try #require(known.contains(fact), "\(fact) is not known to this test")
      return isTrue(facts.contains(fact))
    }
  }
}

/// How well numbers tell a fact.
enum Telling {
  /// The chance that a value where the fact is true is above one where it is not.
  static func area(_ pairs: [(value: Float, fact: Float)]) -> Double {
    let sorted = pairs.sorted { $0.value < $1.value }
    var falseBelow = 0.0
    var above = 0.0
    for pair in sorted {
      if pair.fact > 0 { above += falseBelow } else { falseBelow += 1 }
    }
    let trues = Double(pairs.count { $0.fact > 0 })
    return above / (trues * falseBelow)
  }

  static func correlation(_ pairs: [(value: Float, fact: Float)]) -> Double {
    let count = Double(pairs.count)
    let (x, y) = (pairs.map { Double($0.value) }, pairs.map { Double($0.fact) })
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let products = zip(x, y).map { ($0 - meanX) * ($1 - meanY) }.reduce(0, +)
    let (squaresX, squaresY) = (x.map { ($0 - meanX) * ($0 - meanX) }, y.map { ($0 - meanY) * ($0 - meanY) })
    return products / (squaresX.reduce(0, +) * squaresY.reduce(0, +)).squareRoot()
  }
}
