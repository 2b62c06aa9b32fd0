/// What a number is made of: the operands of the line that computed it, and how they were put together.
///
/// `Place` names a number: inside a layer by its quantity, on the screen by its address.
package struct Explanation<Place: Sendable & Equatable>: Sendable, Equatable {
  package let place: Place
  package let value: Float
  package let origin: Origin
  /// Whether the timestep was masked, so that the number was computed and thrown away.
  package var isThrownAway = false
  /// The same number of a run in float64 from the first timestep on; nil where there is none.
  package var exactRun: Double?
  /// What a file recorded for it; nil where there is none.
  package var recorded: Float?

  package init(place: Place, value: Float, origin: Origin, isThrownAway: Bool = false) {
    self.place = place
    self.value = value
    self.origin = origin
    self.isThrownAway = isThrownAway
  }

  /// How it came about.
  package enum Origin: Sendable, Equatable {
    /// It came from outside the arithmetic.
    case given(Given)
    /// Another number, unchanged.
    case same(Operand, SameReason)
    case sum(Sum<Place>)
    /// An activation of a number that is a sum itself.
    case activated(Application<Place>, of: Sum<Place>?)
    /// A gate times an activation: h = o ⊙ activation(c).
    case gated(gate: Operand, Application<Place>)
    /// Factors that are multiplied.
    case product([Operand])
    /// A row of a table, chosen by an id.
    case looked(row: Operand, id: Operand)
    /// Four numbers to choose from, of which none is the one meant.
    case parts([Operand])
    /// A layer that cannot be gone through, and why.
    case stopped(layer: String, reason: String)
  }

  /// A number that something is made of.
  package struct Operand: Sendable, Equatable {
    package let place: Place
    package let value: Float

    package init(_ place: Place, _ value: Float) {
      self.place = place
      self.value = value
    }
  }
}

/// A term of a sum: a number, or several that are multiplied; of none it is 1.
package struct Term<Place: Sendable & Equatable>: Sendable, Equatable {
  package let factors: [Explanation<Place>.Operand]
  /// −1 where it is subtracted.
  package var sign: Float = 1

  package init(_ factors: Explanation<Place>.Operand..., sign: Float = 1) {
    self.factors = factors
    self.sign = sign
  }

  package init(factors: [Explanation<Place>.Operand], sign: Float) {
    self.factors = factors
    self.sign = sign
  }

  /// Rounded to float32.
  package var value: Float {
    sign * factors.dropFirst().reduce(factors.first?.value ?? 1) { $0 * $1.value }
  }
  package var exact: Double {
    Double(sign) * factors.reduce(1.0) { $0 * Double($1.value) }
  }
}

/// An activation of one number of a row.
package struct Application<Place: Sendable & Equatable>: Sendable, Equatable {
  package let activation: Activation
  package let argument: Explanation<Place>.Operand
  package let value: Float
  /// The whole row for a function that reads it, else the number alone; the argument is at `index`.
  package let row: [Float]
  package let index: Int

  package init(
    _ activation: Activation, _ argument: Explanation<Place>.Operand, value: Float, row: [Float], index: Int
  ) {
    self.activation = activation
    self.argument = argument
    self.value = value
    self.row = activation.readsWholeRow ? row : [row[index]]
    self.index = activation.readsWholeRow ? index : 0
  }

  package var slope: Double { activation.slope(row.map(Double.init), at: index) }

  /// The function of the same float32 argument in float64.
  package var exact: Double { activation.exact(row.map(Double.init))[index] }

  /// The curve: the value for other arguments, the rest of the row as it is.
  package func curve(_ arguments: [Double]) -> [Double] {
    guard activation.readsWholeRow else { return activation.exact(arguments) }
    var row = row.map(Double.init)
    if activation == .softmax || activation == .logSoftmax, row.count > 1 {
      // What the others add up to stays: softmax is a sigmoid of the distance from its logarithm. A vocabulary
      // is gone through once and not for each point of the curve.
      row.remove(at: index)
      let others = row[0] - Activation.logSoftmax.exact(row)[0]
      let distances = arguments.map { $0 - others }
      return (activation == .softmax ? Activation.sigmoid : .logSigmoid).exact(distances)
    }
    return arguments.map { argument in
      row[index] = argument
      return activation.exact(row)[index]
    }
  }
}

/// What a number is that comes from outside the arithmetic.
package enum Given: Sendable, Equatable {
  case input, weight
  /// A state that nobody gave.
  case zeroState
  case initialState
  /// A masked step of a layer that puts out zeros there.
  case zeroForMask
  /// A zero that the layer of that name put there: padding, or features that a mask made 0.
  case zeroFrom(layer: String)
  /// As a cell computed it, before a mask held another number in its place.
  case underMask
}

/// Why a number is another one, unchanged.
package enum SameReason: Sendable, Equatable {
  /// The step before, or the initial state.
  case before
  /// The step was masked.
  case held
  /// The layer's output is its memory state.
  case output
  /// It flows from another layer, through the layers of those names unchanged.
  case flows(through: [String])
  /// It was handed over as an initial state, through the layers of those names unchanged.
  case handedOver(through: [String])
}
