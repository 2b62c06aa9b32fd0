import LSTM

/// Wrong layouts of a matrix of shape (rows, 4·units), put right.
enum Layout {
  /// It was made by reshaping a (columns, rows) matrix; gives that matrix transposed.
  ///
  ///     right[r, c] = wrong.flat[c · rows + r]
  static func unreshaped(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    filled(values) { source, target in
      for row in 0..<rows {
        for column in 0..<columns { target[row * columns + column] = source[column * rows + row] }
      }
    }
  }

  /// Square blocks of a (units, 4·units) matrix transposed, all four or those of some gates.
  static func blocksTransposed(_ values: [Float], units: Int, gates: Set<Int> = [0, 1, 2, 3]) -> [Float] {
    let columns = 4 * units
    return filled(values) { source, target in
      for row in 0..<units {
        for gate in 0..<4 {
          let isTransposed = gates.contains(gate)
          for column in 0..<units {
            let (from, to) = isTransposed ? (column, row) : (row, column)
            target[row * columns + gate * units + column] = source[from * columns + gate * units + to]
          }
        }
      }
    }
  }

  /// A CuDNN layer's input block: its values in order of rows, refilled column by column.
  ///
  /// - Source: Keras 2.3, `saving.preprocess_weights_for_loading`, `convert_weights`.
  static func unpackedCuDNN(_ values: [Float], rows: Int, units: Int) -> [Float] {
    let columns = 4 * units
    return filled(values) { source, target in
      for gate in 0..<4 {
        for row in 0..<rows {
          for unit in 0..<units {
            let place = unit * rows + row
            target[row * columns + gate * units + unit] =
              source[place / units * columns + gate * units + place % units]
          }
        }
      }
    }
  }

  /// Columns that stand unit by unit, four gates each, put gate by gate.
  static func uninterleaved(_ values: [Float], units: Int) -> [Float] {
    let columns = 4 * units
    return filled(values) { source, target in
      for start in stride(from: 0, to: values.count, by: columns) {
        for gate in 0..<4 {
          for unit in 0..<units { target[start + gate * units + unit] = source[start + unit * 4 + gate] }
        }
      }
    }
  }

  /// Blocks of columns put in Keras' order: block g of the result is block `order[g]` of what is there.
  static func reordered(_ values: [Float], units: Int, order: [Int]) -> [Float] {
    let columns = 4 * units
    return filled(values) { source, target in
      for start in stride(from: 0, to: values.count, by: columns) {
        for gate in 0..<4 {
          let (to, from) = (start + gate * units, start + order[gate] * units)
          for unit in 0..<units { target[to + unit] = source[from + unit] }
        }
      }
    }
  }

  /// Every value through a function, in one pass.
  static func mapped(_ values: [Float], _ change: (Float) -> Float) -> [Float] {
    filled(values) { source, target in
      for place in source.indices { target[place] = change(source[place]) }
    }
  }

  private static func filled(
    _ values: [Float],
    _ fill: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: values.count) { target, count in
      values.withUnsafeBufferPointer { fill($0, target) }
      count = values.count
    }
  }
}
