package import Sessions

/// The words that a model reads and says, and how a text becomes ids.
package struct Language: Equatable, Sendable {
  /// One of the two languages of an encoder/decoder, or the only one of another model.
  package struct Side: Equatable, Sendable {
    /// Of the model's input: `german`.
    package let name: String
    package let vocabulary: Vocabulary
    /// Whether the model reads a sentence from its last word.
    package let isReversed: Bool

    package init(name: String, vocabulary: Vocabulary, isReversed: Bool = false) {
      self.name = name
      self.vocabulary = vocabulary
      self.isReversed = isReversed
    }
  }

  package let source: Side
  /// What the decoder says; nil where the model has none.
  package let target: Side?

  package init(source: Side, target: Side?) {
    self.source = source
    self.target = target
  }
}
