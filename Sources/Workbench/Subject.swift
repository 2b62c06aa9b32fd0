package import LSTM
package import Network

/// What is looked at: a model's layer and the input it is fed, before anybody edited it.
package struct Subject: Equatable, Sendable {
  /// The file's name as the header shows it.
  package let fileName: String
  package let model: Model
  /// Where the layer stands in `model.layers`.
  package let layerName: String
  package let layer: LSTMLayer
  package let input: LayerInput
  /// What the input is, for the reader: `x.npy`, `random, seed 0`.
  package let inputName: String
  /// Whether nobody gave an input, so that random numbers stand for it.
  package let isRandom: Bool
  /// The name of the model's input, under which an edited one is written.
  package let inputKey: String

  package init(
    fileName: String, model: Model, layerName: String, layer: LSTMLayer, input: LayerInput,
    inputName: String, isRandom: Bool = false, inputKey: String
  ) {
    self.fileName = fileName
    self.model = model
    self.layerName = layerName
    self.layer = layer
    self.input = input
    self.inputName = inputName
    self.isRandom = isRandom
    self.inputKey = inputKey
  }
}
