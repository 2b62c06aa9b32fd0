/// A command as a person could type it again.
enum CommandLineText {
  /// Words with blanks between them, quoted where a shell would read more into one.
  static func joined(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-/=,:+@%".unicodeScalars.contains($0)
    }
    guard !isPlain || word.isEmpty else { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension InputOptions {
  /// As they were given.
  var words: [String] {
    var words: [String] = []
    for file in input { words += ["--input", file] }
    if random { words.append("--random") }
    if seed != 0 { words += ["--seed", "\(seed)"] }
    if let timesteps { words += ["--timesteps", "\(timesteps)"] }
    if !tokens.isEmpty { words += ["--tokens", tokens] }
    for (name, value) in [
      ("--text", text), ("--target", target), ("--vocab", vocab), ("--source-vocab", sourceVocab),
      ("--target-vocab", targetVocab), ("--start", start), ("--end", end), ("--decoder", decoder),
      ("--h0", h0), ("--c0", c0), ("--config", config), ("--layer", layer),
    ] {
      if let value { words += [name, value] }
    }
    if maxSteps != InputOptions.usualMaxSteps { words += ["--max-steps", "\(maxSteps)"] }
    for map in arrays.map { words += ["--map", map] }
    for (name, flag) in [
      ("--reverse-source", reverseSource), ("--layer-input", layerInput), ("--time-major", timeMajor),
      ("--batch-major", batchMajor),
    ] where flag { words.append(name) }
    return words
  }
}
