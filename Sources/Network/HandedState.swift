/// What an LSTM begins with: the memory and the carry state, shape (batch, units) each.
package struct HandedState: Sendable, Equatable {
  package var h: [Float]
  package var c: [Float]

  package init(h: [Float], c: [Float]) {
    self.h = h
    self.c = c
  }
}
