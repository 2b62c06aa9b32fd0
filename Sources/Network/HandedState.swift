/// What an LSTM begins with: the memory and the carry state, shape (batch, units) each.
package struct HandedState: Sendable, Equatable {
  package var h: [Float]
  package var c: [Float]

  package init(h: [Float], c: [Float]) {
    self.h = h
    self.c = c
  }
}

extension HandedState {
  /// States of several batches, one below the other, by the LSTM's key.
  ///
  /// - Parameter parts: The same keys in each.
  package static func stacked(_ parts: [[String: HandedState]]) -> [String: HandedState] {
    var all: [String: HandedState] = [:]
    for key in parts.first?.keys ?? [:].keys {
      all[key] = HandedState(
        h: parts.flatMap { $0[key]?.h ?? [] }, c: parts.flatMap { $0[key]?.c ?? [] })
    }
    return all
  }
}
