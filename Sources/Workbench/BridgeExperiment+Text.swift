package import Network

extension BridgeExperiment {
  /// Reads what `:bridge` takes, such as `noise 0.5`, but for the states of another sentence.
  package init?(parsing text: String) {
    let parts = text.split(separator: " ").map(String.init)
    guard let name = parts.first, name != "other", parts.count < 3 else { return nil }
    var number: Float?
    if parts.count == 2 {
      guard let given = Float(parts[1]), given.isFinite, given >= 0 else { return nil }
      number = given
    }
    self.init(name: name, number: number)
  }

  /// What is read back.
  ///
  /// - Parameter sentence: The text of the ids whose states are borrowed.
  package func text(_ sentence: ([Int]) -> String) -> String {
    switch self {
    case .asIs: "as-is"
    case .memoryOnly: "h-only"
    case .carryOnly: "c-only"
    case .swapped: "swapped"
    case .zero: "zero"
    case .rounded(let decimals): "rounded \(decimals)"
    case .noise(let deviation, _): "noise \(deviation)"
    case .other(let source): "other \(sentence(source))"
    }
  }
}
