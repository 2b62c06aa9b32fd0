package import LSTM

/// One step of a layer as a program in Python, with its numbers, that asserts c and h.
package struct Snippet: Equatable, Sendable {
  package enum Language: String, CaseIterable, Sendable {
    case numpy, keras, pytorch

    package var title: String {
      switch self {
      case .numpy: "NumPy"
      case .keras: "Keras"
      case .pytorch: "PyTorch"
      }
    }
  }

  package let language: Language
  package let lines: [String]
  package var text: String { lines.joined(separator: "\n") + "\n" }

  /// Beyond this many weights NumPy's program has the selected unit's columns alone.
  static let smallLayer = 4096
  /// Beyond this many no program holds the whole layer.
  static let largestLayer = 1 << 18

  /// - Parameters:
  ///   - unit: The unit whose columns a program of a large layer has.
  ///   - source: File and layer, for the first line.
  /// - Throws: `SnippetProblem` where the framework has no such layer, or the layer is too large for a text.
  package init(
    _ language: Language, _ parameters: Parameters, _ trace: Trace, step: Int, sample: Int, unit: Int,
    from source: String
  ) throws(SnippetProblem) {
    self.language = language
    let additions = parameters.additions
    let count =
      4 * trace.units * (trace.features + trace.outputs) + (additions.projection.map(\.count) ?? 0)
    // A projection, as some activations, makes a number of all the units'.
    let isWhole =
      language != .numpy || count <= Self.smallLayer || additions.projection != nil
      || [parameters.activation, parameters.recurrentActivation, parameters.stateActivation].contains {
        $0.readsWholeRow
      }
    guard !isWhole || count <= Self.largestLayer else {
      throw SnippetProblem(
        message: "the layer has \(Number.count(count)) weights, too many for a program to read"
          + (language == .numpy ? "" : "; :code numpy has the selected unit alone"))
    }
    let writer = SnippetWriter(
      parameters: parameters, trace: trace, step: step, sample: sample, unit: isWhole ? nil : unit,
      source: source.printable)
    lines =
      switch language {
      case .numpy: writer.numpy
      case .keras: try writer.keras()
      case .pytorch: try writer.pytorch()
      }
  }
}

/// Why a step cannot be written in a language.
package struct SnippetProblem: Error, Equatable {
  package let message: String
}

extension String {
  /// With a question mark for whatever could end a comment: names come from files.
  fileprivate var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: "?"
          default: scalar
          }
        }))
  }
}
