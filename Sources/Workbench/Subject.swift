package import LSTM
package import Network

/// What is looked at: one call of an LSTM in a model's run, and the input it was fed, before anybody edited it.
package struct Subject: Equatable, Sendable {
  /// The file's name as the header shows it.
  package let fileName: String
  /// The call's key: `lstm`, `bi/forward`.
  package let layerName: String
  package let layer: TracedLSTM
  package let input: LayerInput
  /// What the input is, for the reader: `x.npy`, `random, seed 0`.
  package let inputName: String
  /// Whether nobody gave an input, so that random numbers stand for it.
  package let isRandom: Bool
  /// What x at each timestep stands for, (batch, timesteps), such as `id 17`; nil where it stands for itself.
  package private(set) var origins: [String]?
  /// The words at each timestep, (batch, timesteps); nil where the model reads none, or no vocabulary tells them.
  package private(set) var words: [String]?
  /// The name of the model's input, under which an edited one is written.
  package let inputKey: String
  /// The model round it.
  package private(set) var map: ModelMap
  /// Its place among the calls of `map`.
  package let call: Int
  /// How often the input has been fed, counted from 1: stateful layers go on from the batch before.
  package let batch: Int
  /// Of half of a Bidirectional the other half's mathematics.
  package let otherHalf: Parameters?
  /// Of a stacked cell the mathematics of all cells of its RNN, in their order; else empty.
  package let stack: [Parameters]

  package init(
    fileName: String, layerName: String, layer: TracedLSTM, input: LayerInput, inputName: String,
    isRandom: Bool = false, origins: [String]? = nil, words: [String]? = nil, inputKey: String, map: ModelMap,
    call: Int, batch: Int = 1, otherHalf: Parameters? = nil, stack: [Parameters] = []
  ) {
    self.stack = stack
    self.otherHalf = otherHalf
    self.fileName = fileName
    self.layerName = layerName
    self.layer = layer
    self.input = input
    self.inputName = inputName
    self.isRandom = isRandom
    self.origins = origins
    self.words = words
    self.inputKey = inputKey
    self.map = map
    self.call = call
    self.batch = batch
  }

  /// Whether h0 and c0 are what the batch before ended with.
  var carriesStates: Bool { batch > 1 && layer.isStateful }

  /// Leaves the words of some timesteps of each sample.
  mutating func keepWords(_ count: Int, of timesteps: Int) {
    func part(_ words: [String]) -> [String] {
      stride(from: 0, to: words.count, by: max(1, timesteps)).flatMap { words[$0...].prefix(count) }
    }
    origins = origins.map(part)
    words = words.map(part)
  }

  mutating func setShapes(_ shape: (ModelMap.Row) -> [Int]?) { map = map.with(shape) }
  mutating func setOutputs(_ outputs: [ModelMap.Output]) { map.outputs = outputs }
}

/// The model as one can walk it: its layers in the order in which they run, and what came out.
package struct ModelMap: Equatable, Sendable {
  /// A layer's call.
  package struct Row: Equatable, Sendable {
    package let name: String
    package let className: String
    /// What it put out; nil where it did not run.
    package let shape: [Int]?
    /// Names of what it reads.
    package let readsFrom: [String]
    /// Places of its LSTMs among the calls.
    package let calls: Range<Int>
    /// Keys of its LSTMs that did not run.
    package let unreached: [String]

    package init(
      name: String, className: String, shape: [Int]?, readsFrom: [String], calls: Range<Int>,
      unreached: [String] = []
    ) {
      self.name = name
      self.className = className
      self.shape = shape
      self.readsFrom = readsFrom
      self.calls = calls
      self.unreached = unreached
    }
  }

  /// An output of the model.
  package struct Output: Equatable, Sendable {
    package let name: String
    package let shape: [Int]
    package let values: [Float]
    /// Whether each number is a probability of its own, out of a sigmoid.
    package let isSigmoid: Bool

    package init(name: String, shape: [Int], values: [Float], isSigmoid: Bool = false) {
      self.name = name
      self.shape = shape
      self.values = values
      self.isSigmoid = isSigmoid
    }
  }

  package let rows: [Row]
  package var outputs: [Output]
  /// Where the run stopped, a sentence.
  package let stopped: String?
  /// Whether a layer of the model is stateful.
  package let isStateful: Bool
  /// The calls' names, by their place.
  package let keys: [String]

  package init(
    rows: [Row], outputs: [Output], stopped: String? = nil, isStateful: Bool = false, keys: [String] = []
  ) {
    self.keys = keys
    self.rows = rows
    self.outputs = outputs
    self.stopped = stopped
    self.isStateful = isStateful
  }

  /// The same with other shapes.
  fileprivate func with(_ shape: (Row) -> [Int]?) -> ModelMap {
    ModelMap(
      rows: rows.map { row in
        Row(
          name: row.name, className: row.className, shape: shape(row), readsFrom: row.readsFrom,
          calls: row.calls, unreached: row.unreached)
      }, outputs: outputs, stopped: stopped, isStateful: isStateful, keys: keys)
  }

  /// How many calls of LSTMs there are.
  var callCount: Int { rows.last { !$0.calls.isEmpty }?.calls.upperBound ?? 0 }
}
