import LSTM
import Network

/// A weight array of a model, by its layer and its name in the layer.
package struct WeightTensor: Sendable, Equatable {
  package let layer: String
  /// `kernel`, `forward_layer/bias`.
  package let name: String
  package let numbers: Numbers

  package init(layer: String, name: String, numbers: Numbers) {
    self.layer = layer
    self.name = name
    self.numbers = numbers
  }

  /// The last part of the name: what it is to its cell.
  var role: String { name.split(separator: "/").last.map(String.init) ?? name }
}

/// What one weight array is to another, found without running anything.
package struct TensorRelation: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case same
    /// The same but for rounding.
    case near
    /// The other one after a change of layout, or of a kind that people make.
    case changed
    case different
    case otherShape
  }

  package let kind: Kind
  /// What B's is, as it follows "recurrent_kernel of B is": "A's, each gate's block transposed".
  package let words: String
  /// The largest difference of the two as they stand; nil where their shapes differ.
  package let largest: Float?

  init(_ kind: Kind, _ words: String, largest: Float?) {
    self.kind = kind
    self.words = words
    self.largest = largest
  }

  /// - Parameter isOfLSTM: Whether the last axis holds the four gates.
  init(_ a: Numbers, _ b: Numbers, isOfLSTM: Bool) {
    let isVector = a.shape.count == 1
    if a.shape != b.shape {
      largest = nil
      let transposed = a.shape.count == 2 && b.shape == a.shape.reversed()
      let columns = a.shape.last ?? 1
      let isTransposed =
        transposed
        && Self.agree(
          Layout.unreshaped(b.values, rows: a.shape[0], columns: columns), a.values, within: 1e-6)
      kind = isTransposed ? .changed : .otherShape
      words =
        isTransposed ? "A's transposed" : "of shape \(describe(b.shape)) where A's is \(describe(a.shape))"
      return
    }
    let largest = zip(a.values, b.values).reduce(Float(0)) { max($0, distance($1.0, $1.1)) }
    self.largest = largest
    if largest == 0 {
      (kind, words) = (.same, "A's")
      return
    }
    if Self.agree(a.values, b.values, within: 2e-6) {
      (kind, words) = (.near, "A's but for rounding, up to \(written(largest))")
      return
    }
    let found = Self.changes(of: a, isOfLSTM: isOfLSTM, isVector: isVector).first { change in
      change.values().map { Self.agree($0, b.values, within: 2e-6) } ?? false
    }
    if let found {
      (kind, words) = (.changed, found.words)
    } else if let words = Self.inverse(a, b, isOfLSTM: isOfLSTM, isVector: isVector) {
      (kind, self.words) = (.changed, words)
    } else if let factor = Self.factor(a.values, b.values) {
      (kind, words) = (.changed, "A's times \(written(factor))")
    } else {
      (kind, words) = (
        .different, "another: up to \(written(largest)) apart, \(Self.likeness(a.values, b.values))"
      )
    }
  }

  /// What A's is of B's, where nothing that B's is of A's was found: rounding has no way back.
  private static func inverse(_ a: Numbers, _ b: Numbers, isOfLSTM: Bool, isVector: Bool) -> String? {
    changes(of: b, isOfLSTM: isOfLSTM, isVector: isVector).first { change in
      change.values().map { agree($0, a.values, within: 2e-6) } ?? false
    }.map { change in
      change.words.hasPrefix("A's")
        ? "what A's was made of: A's is B's\(change.words.dropFirst(3))"
        : "not zero where A's is"
    }
  }

  private struct Named {
    let words: String
    let values: () -> [Float]?
  }

  /// What B would be had somebody done this to A's.
  private static func changes(of a: Numbers, isOfLSTM: Bool, isVector: Bool) -> [Named] {
    let values = a.values
    let columns = a.shape.last ?? 1
    let rows = isVector ? 1 : a.shape.first ?? 1
    let units = columns / 4
    var changes: [Named] = []
    if !isVector, a.shape.count == 2 {
      // The inverse of reading it as (columns, rows): what `reshape` makes of the transposed one.
      changes.append(
        Named(words: "A's reshaped where it should have been transposed") {
          Layout.unreshaped(values, rows: columns, columns: rows)
        })
      if rows == columns {
        changes.append(
          Named(words: "A's transposed") { Layout.unreshaped(values, rows: rows, columns: columns) })
      }
    }
    if isOfLSTM, columns % 4 == 0, units > 0 {
      if rows == units, units > 1, !isVector {
        changes.append(
          Named(words: "A's, each gate's block transposed") {
            Layout.blocksTransposed(values, units: units)
          })
      }
      for order in Change.orders {
        let names = order.map { ["i", "f", "g", "o"][$0] }.joined(separator: " ")
        changes.append(
          Named(words: "A's with its gates in the order \(names)") {
            Layout.reordered(values, units: units, order: order)
          })
      }
      if isVector {
        for (words, amount) in [
          ("plus 1 for the forget gate", Float(1)), ("minus 1 for the forget gate", -1),
        ] {
          changes.append(
            Named(words: "A's \(words)") {
              values.enumerated().map { $0 / units == 1 ? $1 + amount : $1 }
            })
        }
      }
    }
    changes += [
      Named(words: "A's halved") { Layout.mapped(values) { $0 / 2 } },
      Named(words: "A's doubled") { Layout.mapped(values) { $0 * 2 } },
      Named(words: "zero where A's is not") { Array(repeating: 0, count: values.count) },
      Named(words: "A's with the sign turned") { Layout.mapped(values) { -$0 } },
      Named(words: "A's rounded to float16") { Layout.mapped(values) { Float(Float16($0)) } },
      Named(words: "A's rounded to bfloat16") { Layout.mapped(values) { $0.roundedToBFloat16 } },
    ]
    return changes
  }

  static func agree(_ a: [Float], _ b: [Float], within tolerance: Float) -> Bool {
    guard a.count == b.count else { return false }
    return a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        for place in a.indices where !isEqual(a[place], b[place], tolerance: tolerance) { return false }
        return true
      }
    }
  }

  /// The number that all of the one is multiplied with to be the other; nil where there is none.
  private static func factor(_ a: [Float], _ b: [Float]) -> Float? {
    guard let place = a.indices.max(by: { abs(a[$0]) < abs(a[$1]) }), a[place] != 0, a.count > 1 else {
      return nil
    }
    let factor = b[place] / a[place]
    return factor.isFinite && agree(Layout.mapped(a) { $0 * factor }, b, within: 2e-6) ? factor : nil
  }

  /// How much of the one is in the other, by the cosine of the angle between them.
  private static func likeness(_ a: [Float], _ b: [Float]) -> String {
    var (product, one, other) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      product += Double(x) * Double(y)
      one += Double(x) * Double(x)
      other += Double(y) * Double(y)
    }
    guard one > 0, other > 0, product.isFinite else { return "not alike" }
    let cosine = product / (one.squareRoot() * other.squareRoot())
    if cosine > 0.999 { return "nearly the same, as after a little more training" }
    if cosine > 0.9 { return "alike, as after more training" }
    return abs(cosine) < 0.3 ? "not alike" : "a little alike"
  }
}
