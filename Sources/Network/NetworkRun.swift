package import LSTM

/// What one run of a graph gave.
package struct NetworkRun: Sendable {
  /// In the model's order; nil where a layer that cannot be run stands before it.
  package let outputs: [Value?]
  /// Every call of an LSTM, in the order in which they ran.
  package let calls: [LayerCall]
  /// For each node the shapes of what it put out; nil where it did not run.
  package let shapes: [[[Int]]?]
  /// The first layer that could not be run, if any.
  package let stopped: Stopped?
  /// What stateful layers hold now; the next run takes it.
  package let states: States
}

/// One run of one LSTM.
package struct LayerCall: Sendable, Equatable {
  /// As `trace` names it: `encoder`, `bi/forward`, `rnn/cell_0`, `shared#1`.
  package let key: String
  /// The layer's path.
  package let layer: String
  /// Its node's place in the graph.
  package let node: Int
  package let lstm: TracedLSTM
  /// What ran, with the input that it ran on.
  package let trace: Trace
  /// The sequence carries a mask that Keras 3 does not pass on, because states are passed beside it.
  package let ignoresMask: Bool
  /// All that the node put out: for a Bidirectional the merged output, then the states.
  package let outputs: [Value]

  package var parameters: Parameters { lstm.parameters }
  package var input: LayerInput { trace.input }
}

/// Where a run stopped.
package struct Stopped: Sendable, Equatable {
  package let layer: String
  package let className: String
  /// Why, a sentence.
  package let reason: String
  /// Keys of LSTMs that did not run for it.
  package let unreached: [String]

  package var message: String {
    let ran = "layer \(layer) (\(className)) was not run: \(reason)"
    guard let next = unreached.first else { return ran }
    return "\(ran); --layer \(next) --layer-input --input FILE runs \(next) on an input of your own"
  }
}

/// What stateful layers carry from one run to the next.
package struct States: Sendable, Equatable {
  /// By the layer's path and its part, such as `/forward`: h and c, or h alone.
  var values: [String: [String: [Value]]] = [:]

  /// Reset: stateful layers begin with zeros.
  package init() {}

  package var isEmpty: Bool { values.isEmpty }
}

/// How far a run is.
package struct Progress: Sendable, Equatable {
  /// The layer that is running, and its place among the nodes.
  package let layer: String
  package let node: Int
  /// Of the LSTM that is running; 0 of 0 where another layer is.
  package let step: Int
  package let timesteps: Int
}
