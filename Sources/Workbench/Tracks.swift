import LSTM

/// A stretch of the timeline: the steps of one LSTM with the words that it reads and says.
struct Track: Equatable {
  let call: Int
  let key: String
  let trace: Trace
  /// The run before the edits; nil where there is none to compare with.
  let before: Trace?
  /// By step; nil where it reads no words.
  let words: [String]?
  /// By step; nil where it says none.
  let said: [String]?
  let isHere: Bool
}

extension State {
  /// What the timeline shows: the LSTM looked at, or the two sides of the bridge that it stands on.
  var tracks: [Track] {
    if let translation, let link = translation.link(of: subject.call), link.isJoined,
      let encoder = link.encoder
    {
      return [
        track(encoder, words: translation.source, said: nil),
        track(link.decoder, words: translation.fed, said: translation.said),
      ]
    }
    let said = translation.flatMap { $0.isDecoder(subject.call) ? $0.said[sampled: sample] : nil }
    return [
      Track(
        call: subject.call, key: subject.layerName, trace: trace, before: original?.trace, words: words,
        said: said, isHere: true)
    ]
  }

  /// The words of the steps of the LSTM looked at, in the order of processing.
  var words: [String]? {
    guard let words = subject.words, words.count == trace.batch * trace.timesteps else { return nil }
    let isCovered = translation.map { $0.isCovered && $0.isDecoder(subject.call) } ?? false
    return trace.timestepIndex.map {
      // The first word that is fed is the start, which says nothing.
      isCovered && $0 > 0 ? Translation.coveredWord : words[sample * trace.timesteps + $0]
    }
  }

  private func track(_ part: Translation.Part, words: [[String]], said: [[String]]?) -> Track {
    let isHere = part.call == subject.call
    let trace = isHere ? trace : part.trace
    return Track(
      call: part.call, key: part.key, trace: trace, before: isHere ? original?.trace : nil,
      words: words[sampled: sample].flatMap { row in
        row.count == trace.timesteps ? trace.timestepIndex.map { row[$0] } : nil
      }, said: said?[sampled: sample], isHere: isHere)
  }
}

extension Array {
  /// The entry of a sample; nil where there is none.
  fileprivate subscript(sampled sample: Int) -> Element? { indices.contains(sample) ? self[sample] : nil }
}
