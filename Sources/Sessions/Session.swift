/// A saved set-up that can be opened again: a model, what it reads, the words for its ids, and where to look.
///
/// Files are named as the text has them; they are relative to the session's own folder.
package struct Session: Sendable, Equatable {
  /// Empty where a bundled model is named instead.
  package var model = ""
  /// A bundled model by its name, wherever it is installed.
  package var demo: String?
  /// The decoder, where encoder and decoder were saved apart.
  package var decoder: String?
  /// The architecture, where the model's file holds weights alone.
  package var config: String?
  /// What arrays with unusual names are: `kernel=enc.W`.
  package var map: [String] = []

  /// Arrays: `FILE` or `NAME=FILE`.
  package var inputs: [String] = []
  package var tokens: String?
  /// Which random numbers stand for an input.
  package var seed: UInt64?
  package var timesteps: Int?
  package var h0: String?
  package var c0: String?
  package var isLayerInput = false
  package var mask: String?
  /// `time-major` or `batch-major`, where arrays are not as the model has them.
  package var layout: String?

  /// How often stateful layers have been fed the input, this time included.
  package var batch: Int?

  /// The text that is read.
  package var text: String?
  /// What the decoder is fed, where it is not what it says itself.
  package var teacher: String?
  /// Whether it says its own words all the same.
  package var isFreeRunning = false
  /// What is done to the states on the bridge: `noise 0.5`.
  package var bridge: String?
  /// How many beginnings beam search keeps, and which of them is walked, counted from 1.
  package var beams: Int?
  package var beam: Int?
  package var vocabulary: String?
  package var source = Side()
  package var target = Side()

  /// Recorded numbers that stand beside the run, and which quantity they are where their names do not say.
  package var expect: String?
  package var quantity: String?

  package var layer: String?
  /// Where to open: an address.
  package var at: String?
  package var view: String?
  package var theme: String?
  package var names: String?
  package var decimals: String?
  /// The flags that Returns is shown with, where they are not the layer's own.
  package var flags: [String] = []
  /// What the model's outputs are called, where they are classes.
  package var labels: [String] = []
  /// Names that a person gave to units, by the LSTM's key.
  package var units: [String: [Int: String]] = [:]
  /// Sentences to look at all together: a table of source, target, kind and facts.
  package var sentences: String?

  /// One language of an encoder/decoder.
  package struct Side: Sendable, Equatable {
    /// The model's input that it goes into.
    package var input: String?
    package var vocabulary: String?
    /// Whether the encoder reads a sentence from its last word.
    package var isReversed = false
    package var start: String?
    package var end: String?
    package var maxSteps: Int?

    package init() {}
  }

  package init() {}
}
