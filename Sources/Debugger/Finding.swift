package import Commands

/// Something that a person should know of a model or of its run.
package struct Finding: Sendable, Equatable {
  package enum Severity: String, Sendable, Comparable {
    /// Numbers are lost or wrong.
    case error
    /// It will hardly do what it is meant to.
    case warning
    /// Worth knowing.
    case note

    package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .note: 2
      }
    }
  }

  /// A fact with its numbers.
  package struct Evidence: Sendable, Equatable {
    /// One word: `first`, `before it`, `gates`.
    package let label: String
    package let text: String
  }

  /// The kind's word, as in `--json`: `non-finite`.
  package let kind: String
  package let severity: Severity
  /// What was found, where, in one sentence.
  package let title: String
  package let evidence: [Evidence]
  /// What it usually means.
  package let meaning: String
  /// What to try.
  package let advice: String
  /// Lines of Python that do it; empty where there are none.
  package let remedy: [String]
  /// Where to look; nil where it is in the weights alone.
  package let address: Address?
  /// Whether it shows in what the run computed, and not in the weights alone.
  package let isOfRun: Bool

  init(
    _ kind: String, _ severity: Severity, _ title: String, evidence: [(String, String)], meaning: String,
    advice: String, remedy: [String] = [], address: Address? = nil, isOfRun: Bool = true
  ) {
    self.kind = kind
    self.severity = severity
    self.title = title
    self.evidence = evidence.map { Evidence(label: $0.0, text: $0.1) }
    self.meaning = meaning
    self.advice = advice
    self.remedy = remedy
    self.address = address
    self.isOfRun = isOfRun
  }
}

/// A kind of finding: one file each in `Findings`.
package struct FindingKind: Sendable {
  /// The stem of its file.
  package let name: String
  let look: @Sendable (Examination) -> [Finding]

  init(_ name: String, look: @escaping @Sendable (Examination) -> [Finding]) {
    self.name = name
    self.look = look
  }

  /// For kinds that look at one call of an LSTM at a time.
  init(_ name: String, ofEach look: @escaping @Sendable (Examination.Patient) -> Finding?) {
    self.init(name) { $0.patients.compactMap(look) }
  }

  /// In the order in which they are told, errors first.
  package static let all: [FindingKind] = [
    nonFinite, unboundedActivation, explodingRecurrence, growingCarry, float16Overflow, saturatedCarry,
    saturatedGates, deadGates, forgetGates, stillUnits, duplicatedUnits, equalHalves, unreadInputs,
    inputRange,
    unmaskedPadding, untrainedWeights, hardSigmoids,
  ]
}
