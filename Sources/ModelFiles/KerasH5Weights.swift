import TensorFiles

/// Where a whole-model `.h5` keeps the arrays of each layer: under the layer's name, listed by `weight_names`.
///
/// The list counts, not the alphabetical order in which HDF5 keeps the datasets.
///
/// - Source: Keras 3, `keras.src.legacy.saving.legacy_h5_format`, `save_weights_to_hdf5_group`.
func kerasH5Weights(of architecture: KerasArchitecture, in file: HDF5File, root: String) -> KerasWeights {
  var weights = KerasWeights()
  var claimed: Set<String> = []
  for layer in architecture.layers {
    let place = "\(root)/\(layer.name)"
    var found = KerasWeights.LayerWeights(place: place)
    for name in file.strings("weight_names", of: place) ?? [] {
      let path = "\(place)/\(name)"
      guard let node = file[path], node.content != .group else {
        weights.warnings.append("layer \(layer.name): weight_names lists \(name), which is not in the file")
        continue
      }
      claimed.insert(path)
      found.arrays.append(WeightArray(role: role(name, of: layer), path: path, content: node.content))
    }
    weights.layers.append(found)
  }
  for node in file.nodes where node.content != .group && !claimed.contains(node.path) {
    weights.leftOver.append(WeightArray(role: node.path, path: node.path, content: node.content))
  }
  return weights
}

/// `lstm/lstm_cell_2/kernel:0` is the `kernel` of an LSTM; of other layers the prefixes are kept that tell arrays apart.
private func role(_ name: String, of layer: KerasLayer) -> String {
  let plain = name.split(separator: ":").first.map(String.init) ?? name
  let parts = plain.split(separator: "/").map(String.init)
  guard let last = parts.last else { return plain }
  if layer.isModel { return plain }
  let direction = parts.first { $0.hasPrefix("forward_") || $0.hasPrefix("backward_") }
  return direction.map { "\($0)/\(last)" } ?? last
}
