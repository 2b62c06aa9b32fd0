package import LSTM

/// A model as its file describes it: its layers in order, the LSTMs with their weights, and where all of it came from.
package struct Model: Sendable, Equatable {
  /// The model's own name, such as `sequential`.
  package let name: String
  /// Those of nested models too, each by its path.
  package let layers: [Layer]
  package let inputs: [ModelInput]
  package let provenance: Provenance
  /// How the layers are joined, to be run; nil where nothing tells and nothing could be guessed.
  package let graph: Graph?

  package init(
    name: String, layers: [Layer], inputs: [ModelInput], provenance: Provenance, graph: Graph? = nil
  ) {
    self.name = name
    self.layers = layers
    self.inputs = inputs
    self.provenance = provenance
    self.graph = graph
  }

  /// Whether two are the same but for the graph, whose operations are functions.
  package static func == (a: Model, b: Model) -> Bool {
    a.name == b.name && a.layers == b.layers && a.inputs == b.inputs && a.provenance == b.provenance
  }
}

extension Model {
  /// An encoder and a decoder that were saved apart, as one model.
  ///
  /// - Throws: A `GraphError` where the states of the one do not fit the other.
  package static func joining(_ encoder: Model, _ decoder: Model) throws(GraphError) -> Model {
    var provenance = encoder.provenance
    provenance.guesses += decoder.provenance.guesses
    provenance.warnings += decoder.provenance.warnings
    provenance.leftOver += decoder.provenance.leftOver
    guard let first = encoder.graph, let second = decoder.graph else { throw .bridge(given: 0, taken: 0) }
    let given = Set(try second.given(by: first).keys.map { second.inputs[$0].name })
    return Model(
      name: "\(encoder.name) + \(decoder.name)", layers: encoder.layers + decoder.layers,
      inputs: encoder.inputs + decoder.inputs.filter { !given.contains($0.name) }, provenance: provenance,
      graph: try Graph.joining(first, second))
  }
}

/// One input of the model; nil stands for a dimension that the model leaves open.
package struct ModelInput: Sendable, Equatable {
  package let name: String
  package let shape: [Int?]

  package init(name: String, shape: [Int?]) {
    self.name = name
    self.shape = shape
  }
}

/// One layer of the model, in the words of its file.
package struct Layer: Sendable, Equatable {
  package let name: String
  /// Keras' class: `LSTM`, `Dense`, `InputLayer`.
  package let className: String
  /// Options worth showing, in the order to show them: `("units", "64")`.
  package let options: [Option]
  /// With the batch first; nil where the file does not tell.
  package let outputShape: [Int?]?
  package let arrays: [ArraySummary]
  /// Names of the layers it takes its input from.
  package let inputs: [String]
  /// The layer itself where it is an LSTM.
  package let lstm: LSTMLayer?

  package struct Option: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var parameterCount: Int { arrays.reduce(0) { $0 + $1.count } }

  package init(
    name: String, className: String, options: [Option], outputShape: [Int?]?, arrays: [ArraySummary],
    inputs: [String], lstm: LSTMLayer?
  ) {
    self.name = name
    self.className = className
    self.options = options
    self.outputShape = outputShape
    self.arrays = arrays
    self.inputs = inputs
    self.lstm = lstm
  }
}

/// A weight array as it was found in the file.
package struct ArraySummary: Sendable, Equatable {
  /// What it is to the layer: `kernel`, `recurrent_kernel`, `bias`.
  package let name: String
  /// Where it stood in the file.
  package let path: String
  package let shape: [Int]
  package let dtype: String

  package var count: Int { shape.reduce(1, *) }

  package init(name: String, path: String, shape: [Int], dtype: String) {
    self.name = name
    self.path = path
    self.shape = shape
    self.dtype = dtype
  }
}

/// An LSTM of the model: its mathematics and how Keras calls it.
package struct LSTMLayer: Sendable, Equatable {
  package let parameters: Parameters
  package let returnSequences: Bool
  package let returnState: Bool
  package let isStateful: Bool
  /// The declared number of timesteps, where the model fixes one.
  package let timesteps: Int?
  /// Whether its input is the model's own input, so that an input file can be fed to it as it is.
  package let isFirst: Bool

  package init(
    parameters: Parameters, returnSequences: Bool, returnState: Bool, isStateful: Bool, timesteps: Int?,
    isFirst: Bool
  ) {
    self.parameters = parameters
    self.returnSequences = returnSequences
    self.returnState = returnState
    self.isStateful = isStateful
    self.timesteps = timesteps
    self.isFirst = isFirst
  }
}
