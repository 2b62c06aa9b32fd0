import LSTM

/// Matrices that came into the file in another layout than Keras'.
extension Change {
  static let kernelsReshaped = ofWeights(
    "kernels-reshaped", [.kernel, .recurrentKernel],
    "both kernels were reshaped where they should have been transposed",
    remedy: { layer in
      let columns = 4 * layer.units
      return [
        "kernel = weight_ih.T  # not weight_ih.reshape(\(layer.features), \(columns))",
        "recurrent_kernel = weight_hh.T  # not weight_hh.reshape(\(layer.outputs), \(columns))",
      ]
    },
    change: { layer in
      layer.replacing(
        kernel: Layout.unreshaped(layer.kernel, rows: layer.features, columns: 4 * layer.units),
        recurrentKernel: Layout.unreshaped(
          layer.recurrentKernel, rows: layer.outputs, columns: 4 * layer.units)
      )
    })

  static let kernelReshaped = ofWeights(
    "kernel-reshaped", [.kernel], "the kernel was reshaped where it should have been transposed",
    remedy: {
      ["kernel = weight_ih.T                     # not weight_ih.reshape(\($0.features), \(4 * $0.units))"]
    },
    change: { layer in
      layer.replacing(
        kernel: Layout.unreshaped(layer.kernel, rows: layer.features, columns: 4 * layer.units))
    })

  static let recurrentReshaped = ofWeights(
    "recurrent-kernel-reshaped", [.recurrentKernel],
    "the recurrent kernel was reshaped where it should have been transposed",
    remedy: {
      ["recurrent_kernel = weight_hh.T           # not weight_hh.reshape(\($0.outputs), \(4 * $0.units))"]
    },
    change: { layer in
      layer.replacing(
        recurrentKernel: Layout.unreshaped(
          layer.recurrentKernel, rows: layer.outputs, columns: 4 * layer.units)
      )
    })

  static let recurrentBlocksUntransposed = ofWeights(
    "recurrent-blocks-untransposed", [.recurrentKernel],
    "each gate's square block of the recurrent kernel was left untransposed",
    remedy: { _ in
      ["recurrent_kernel = np.concatenate([block.T for block in np.split(weight_hh, 4, axis=0)], axis=1)"]
    },
    change: { layer in
      layer.units < 2 || layer.outputs != layer.units
        ? nil
        : layer.replacing(
          recurrentKernel: Layout.blocksTransposed(layer.recurrentKernel, units: layer.units))
    })

  /// Of one gate alone, as where each is converted by hand.
  static let oneBlockUntransposed = Change("block-of-a-gate-untransposed", [.recurrentKernel]) { _ in
    ["input", "forget", "candidate", "output"].enumerated().map { gate, name in
      Version(
        sentence: "the \(name) gate's square block of the recurrent kernel was left untransposed",
        remedy: [
          "recurrent_kernel[:, \(gate) * units:\(gate + 1) * units] = weight_hh[\(gate) * units:\(gate + 1) * units].T"
        ],
        isPaired: false
      ) { trial in
        trial.change(layers: nil) { layer in
          guard layer.units > 1, layer.outputs == layer.units else { return nil }
          return layer.replacing(
            recurrentKernel: Layout.blocksTransposed(layer.recurrentKernel, units: layer.units, gates: [gate])
          )
        }
      }
    }
  }

  static let kernelBlocksUntransposed = ofWeights(
    "kernel-blocks-untransposed", [.kernel],
    "each gate's square block of the kernel was left untransposed",
    remedy: { _ in ["kernel = np.concatenate([block.T for block in np.split(weight_ih, 4, axis=0)], axis=1)"]
    },
    change: { layer in
      layer.units < 2 || layer.features != layer.units
        ? nil : layer.replacing(kernel: Layout.blocksTransposed(layer.kernel, units: layer.units))
    })

  static let kernelsSwapped = ofWeights(
    "kernels-swapped", [.kernel, .recurrentKernel],
    "the kernel and the recurrent kernel were taken for each other",
    remedy: { _ in ["kernel, recurrent_kernel = weight_ih.T, weight_hh.T   # ih: from x, hh: from h"] },
    change: { layer in
      layer.features != layer.outputs
        ? nil : layer.replacing(kernel: layer.recurrentKernel, recurrentKernel: layer.kernel)
    })

  static let cuDNNBlocks = ofWeights(
    "cudnn-blocks", [.kernel, .recurrentKernel], "the kernels are CuDNN's, not converted",
    remedy: { layer in
      let (rows, units) = (layer.features, layer.units)
      return [
        "kernel = np.concatenate([b.T.reshape(\(rows), \(units), order='F') for b in np.split(kernel, 4, 1)], 1)",
        "recurrent_kernel = np.concatenate([b.T for b in np.split(recurrent_kernel, 4, 1)], 1)",
      ]
    },
    change: { layer in
      layer.outputs != layer.units
        ? nil
        : layer.replacing(
          kernel: Layout.unpackedCuDNN(layer.kernel, rows: layer.features, units: layer.units),
          recurrentKernel: Layout.blocksTransposed(layer.recurrentKernel, units: layer.units))
    })
}
