/// A layer as a file describes it: what a layer kind makes an operation of.
package struct LayerDescription: Sendable, Equatable {
  /// With its parents: `parent/child`, each part escaped by `pathComponent(_:)`.
  package let name: String
  /// Keras' class. An operation node of Keras 3 (`module` begins with `keras.src.ops`) has `ops.` before
  /// it, as in `ops.NotEqual`, because `Add` is the name of a layer too.
  package let className: String
  /// The layer's configuration, names and values as the file has them.
  package let options: [String: ConfigValue]
  /// Its own arrays, Keras' layout, named as `kernel`, `recurrent_kernel`, `bias`, `gamma`, `embeddings`.
  /// Int8 arrays hold whole numbers and come with `kernel_scale` or `embeddings_scale`.
  package let weights: [NamedArray]
  /// The layers inside: of a Bidirectional the forward one and the backward one; of an RNN its cells, those
  /// of a StackedRNNCells one by one; of a TimeDistributed what it applies, one after the other.
  package let children: [LayerDescription]
  /// The version that wrote the file: it decides what `hard_sigmoid` is.
  package let kerasMajor: Int

  package init(
    name: String, className: String, options: [String: ConfigValue] = [:], weights: [NamedArray] = [],
    children: [LayerDescription] = [], kerasMajor: Int = 3
  ) {
    self.name = name
    self.className = className
    self.options = options
    self.weights = weights
    self.children = children
    self.kerasMajor = kerasMajor
  }

  /// A layer's own name as a part of a path: a `/` in it becomes `%2F`.
  package static func pathComponent(_ name: String) -> String {
    name.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "%2F")
  }
}

/// A weight array by the name that Keras gives it in the layer.
package struct NamedArray: Sendable, Equatable {
  package let name: String
  package let shape: [Int]
  /// Row by row.
  package let values: [Float]

  /// - Precondition: There are as many values as the shape says.
  package init(name: String, shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "\(name) is not \(describe(shape))")
    self.name = name
    self.shape = shape
    self.values = values
  }
}
