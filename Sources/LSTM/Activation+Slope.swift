internal import CKernels

extension Activation {
  /// Whether a value depends on the whole row and not on its own number alone.
  package var readsWholeRow: Bool { ["softmax", "log_softmax", "sparsemax"].contains(name) }

  /// The values of the function along a row, in float64 throughout.
  package func exact(_ row: [Double]) -> [Double] {
    var values = row
    kernels_activate_exactly(kernel, row, &values, row.count)
    return values
  }

  /// How fast the value at `index` grows with its own number, the rest of the row as it is.
  ///
  ///     ∂ activation(row)[index] / ∂ row[index]
  ///
  /// At a corner it is the slope of the side towards zero.
  package func slope(_ row: [Double], at index: Int) -> Double {
    precondition(row.indices.contains(index), "the row has no number \(index)")
    var scratch = row
    return kernels_slope(kernel, row, &scratch, row.count, index)
  }
}
