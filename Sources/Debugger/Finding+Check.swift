import Commands

extension Finding {
  /// What a failed comparison says, and what the detective makes of it once it is there.
  ///
  /// - Parameters:
  ///   - name: Of the file that is compared with.
  ///   - verdict: nil while it is looked for.
  package init(_ comparison: Comparison, name: String, verdict: Detective.Verdict?) {
    let first = comparison.first
    var evidence: [(String, String)] = [
      ("values", "\(comparison.outside) of \(comparison.count) are outside \(written(comparison.tolerance))"),
      (
        "largest",
        "\(written(comparison.worst?.largestDifference ?? 0))"
          + (comparison.worst?.largest.map { " at \($0.name)" } ?? "")
      ),
    ]
    if let first {
      evidence.insert(
        (
          "first",
          "\(first.name): expected \(written(first.expected)), this model gives \(written(first.found))"
        ), at: 0)
    }
    let (cause, advice) = Self.explained(verdict)
    if let suspect = verdict?.holding.first {
      evidence.append(
        ("undone", "\(written(verdict?.before ?? 0)) before, \(written(suspect.after)) after"))
    }
    self.init(
      "check", .error, "\(name) differs" + (first.map { ", first at \($0.name)" } ?? ""), evidence: evidence,
      meaning: cause, advice: advice,
      remedy: verdict?.holding.first?.remedy ?? [], address: first?.address)
  }

  /// The cause and what to do.
  private static func explained(_ verdict: Detective.Verdict?) -> (cause: String, advice: String) {
    guard let verdict else {
      return ("the cause is looked for …", "wait for it, or lstmscope check on the command line")
    }
    guard let suspect = verdict.holding.first else {
      let nearest = verdict.closest.map { "; nearest: " + $0.sentences.joined(separator: "; and ") } ?? ""
      return (
        "no single change makes it hold, nor a pair that was tried\(nearest)",
        verdict.clues.isEmpty ? "record more: h of every timestep" : verdict.clues.joined(separator: ". ")
      )
    }
    let others =
      verdict.holding.count > 1
      ? ", or: "
        + verdict.holding.dropFirst().map { $0.sentences.joined(separator: "; and ") }.joined(
          separator: ", or: ")
      : ""
    return (
      suspect.sentences.joined(separator: "; and ") + others,
      suspect.doubt
        ?? (suspect.isOfWeights
          ? "lstmscope check … --fix OUT writes the weights put right; in the converter:" : "there:")
    )
  }
}
