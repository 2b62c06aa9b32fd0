import Network
import TensorFiles

extension Dialect {
  /// A whole model in HDF5, `.h5` and, before Keras 2.13, `.keras`: attribute `model_config`, group `model_weights`.
  static let kerasWholeH5 = Dialect(
    name: "Keras whole-model .h5",
    claims: { $0.hdf5?.attribute("model_config", of: "") != nil },
    model: { (contents) throws(ModelFileError) in
      guard let file = contents.hdf5 else { throw contents.notRecognised }
      let place = "the attribute model_config"
      guard let text = file.string("model_config", of: "") else {
        throw .badConfig(place: place, needed: "one string", found: "something else")
      }
      let architecture = try KerasArchitecture(try parsedJSON(Array(text.utf8), place: place), place: place)
      let version = file.string("keras_version", of: "") ?? file.string("keras_version", of: "model_weights")
      return try KerasModel(
        architecture: architecture,
        weights: kerasH5Weights(of: architecture, in: file, root: "model_weights"),
        format: "Keras whole-model HDF5", version: version
      ).model()
    })

  /// Weights without an architecture: known, and refused with what to do.
  static let kerasWeights = Dialect(
    name: "Keras weights",
    claims: { contents in
      guard let file = contents.hdf5 else { return false }
      return file.strings("layer_names", of: "") != nil
        || file.nodes.contains {
          $0.path.hasPrefix("layers") || $0.path.hasPrefix("_layer_checkpoint_dependencies")
        }
        || !lstmPlaces(in: file).isEmpty
    },
    model: { (contents) throws(ModelFileError) in
      guard let file = contents.hdf5 else { throw contents.notRecognised }
      let isLegacy = file.strings("layer_names", of: "") != nil
      throw .weightsOnly(
        kind: isLegacy ? "a Keras weights file (.h5 of save_weights)" : "a Keras weights file (.weights.h5)",
        lstms: lstmPlaces(in: file))
    })
}

/// Where a file of weights has three arrays that fit an LSTM: (features, 4·units), (units, 4·units), (4·units).
private func lstmPlaces(in file: HDF5File) -> [String] {
  var shapes: [String: [[Int]]] = [:]
  var order: [String] = []
  for node in file.nodes {
    guard case .dataset(let tensor) = node.content, let slash = node.path.lastIndex(of: "/") else { continue }
    let parent = String(node.path[..<slash])
    if shapes[parent] == nil { order.append(parent) }
    shapes[parent, default: []].append(tensor.shape)
  }
  return order.filter { parent in
    let found = shapes[parent] ?? []
    return found.contains { recurrent in
      guard recurrent.count == 2, recurrent[0] > 0, recurrent[1] / 4 == recurrent[0], recurrent[1] % 4 == 0
      else {
        return false
      }
      let width = recurrent[1]
      let matrices = found.filter { $0.count == 2 && $0[1] == width }
      return matrices.count == 2 && found.filter { $0 == [width] }.count <= 1
    }
  }
}
