import Debugger
import LSTM
import Network

/// What people do to weights, inputs and recordings: each makes a wrong model of a right one, or a wrong record.
///
/// Written by hand from what converters do, and not as the inverse of what the detective tries.
enum Faults {
  /// A matrix (rows, columns) transposed.
  static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    var result: [Float] = []
    for column in 0..<columns {
      for row in 0..<rows { result.append(values[row * columns + column]) }
    }
    return result
  }

  /// `weight_ih.reshape(features, 4·units)`, where weight_ih is the kernel transposed.
  static func reshaped(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    transposed(values, rows: rows, columns: columns)
  }

  /// Each gate's columns, as a matrix of their own.
  static func blocks(_ values: [Float], units: Int) -> [[Float]] {
    let rows = values.count / (4 * units)
    return (0..<4).map { gate in
      (0..<rows).flatMap { row in
        (0..<units).map { values[row * 4 * units + gate * units + $0] }
      }
    }
  }

  /// Blocks side by side.
  static func joined(_ blocks: [[Float]], units: Int) -> [Float] {
    let rows = blocks[0].count / units
    return (0..<rows).flatMap { row in
      blocks.flatMap { block in block[row * units..<(row + 1) * units] }
    }
  }

  static func blocksTransposed(_ values: [Float], units: Int) -> [Float] {
    joined(blocks(values, units: units).map { transposed($0, rows: units, columns: units) }, units: units)
  }

  /// The gates in another order: `order` tells which of i f g o stands at each place.
  static func reordered(_ layer: Parameters, _ order: [Int]) -> Parameters {
    func moved(_ values: [Float]) -> [Float] {
      let blocks = blocks(values, units: layer.units)
      return joined(order.map { blocks[$0] }, units: layer.units)
    }
    return layer.replacing(
      kernel: moved(layer.kernel), recurrentKernel: moved(layer.recurrentKernel), bias: layer.bias.map(moved))
  }

  static func interleaved(_ layer: Parameters) -> Parameters {
    func moved(_ values: [Float]) -> [Float] {
      let units = layer.units
      return stride(from: 0, to: values.count, by: 4 * units).flatMap { start in
        (0..<4 * units).map { values[start + $0 % 4 * units + $0 / 4] }
      }
    }
    return layer.replacing(
      kernel: moved(layer.kernel), recurrentKernel: moved(layer.recurrentKernel), bias: layer.bias.map(moved))
  }

  /// As cuDNN keeps them: Keras' kernel block (features, units) column by column into rows.
  ///
  /// - Source: notes of Keras 2.3's converter: kernel_k = k.T.reshape(features, units, order='F').
  static func cuDNN(_ layer: Parameters) -> Parameters {
    let (features, units) = (layer.features, layer.units)
    let kernel = blocks(layer.kernel, units: units).map { block in
      // Walking the wanted block column by column gives the stored one row by row.
      (0..<units).flatMap { unit in (0..<features).map { block[$0 * units + unit] } }
    }
    return layer.replacing(
      kernel: joined(kernel, units: units),
      recurrentKernel: blocksTransposed(layer.recurrentKernel, units: units))
  }

  static func forgetBias(_ layer: Parameters, plus amount: Float) -> Parameters {
    var bias = layer.bias ?? []
    for unit in 0..<layer.units { bias[layer.units + unit] += amount }
    return layer.replacing(bias: bias)
  }

  /// (batch, timesteps, width) with the timesteps in the opposite order.
  static func reversed(_ numbers: Numbers, from start: Int = 0) -> Numbers {
    let (count, width) = (numbers.shape[1], numbers.shape[2])
    var result = numbers
    for sample in 0..<numbers.shape[0] {
      for timestep in 0..<count {
        for column in start..<width {
          result.values[(sample * count + timestep) * width + column] =
            numbers.values[(sample * count + count - 1 - timestep) * width + column]
        }
      }
    }
    return result
  }

  /// (a, b, …) as (b, a, …).
  static func exchanged(_ numbers: Numbers) -> Numbers {
    let (first, second, width) = (numbers.shape[0], numbers.shape[1], numbers.shape[2])
    var values: [Float] = []
    for column in 0..<second {
      for row in 0..<first {
        let start = (row * second + column) * width
        values += numbers.values[start..<start + width]
      }
    }
    return Numbers(shape: [second, first, width], values: values)
  }

  static func value(_ numbers: Numbers) -> Value { Value(shape: numbers.shape, numbers.values) }
}
